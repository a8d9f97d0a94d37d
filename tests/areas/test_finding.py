"""Units by code and day; old units on the map of today."""

from __future__ import annotations

from datetime import date

import pytest

from areas import finding, loading
from areas.models import Area
from ocop_portal.lib import periods

pytestmark = pytest.mark.django_db
THEN, NOW = date(2023, 12, 31), date(2026, 11, 23)


@pytest.fixture(autouse=True)
def cao_bang(db: None) -> None:
    loading.load()


def named(areas) -> list[str]:
    return [area.name for area in areas]


@pytest.mark.parametrize(
    ("code", "period", "name"),
    [
        ("01501", "2023", "Xã Chí Viễn"),
        ("01501", "2025-H1", "Xã Chí Viễn"),
        ("01501", "2025", "Xã Đàm Thủy"),
        ("01501", "2026-03", "Xã Đàm Thủy"),
        ("01501@2023", "2026", "Xã Chí Viễn"),
        (" 01501 @ 2025-Q2", "2026", "Xã Chí Viễn"),
        # No unit of the code on the last day: the last one in force inside the period.
        ("047", "2025", "Huyện Trùng Khánh"),
        ("01495", "2025", "Xã Đàm Thuỷ"),
        ("01495", "2025-06-30_2025-09-30", "Xã Đàm Thuỷ"),
        ("01495", "2025-Q3", None),
        ("047", "2026", None),
        ("04", "2019", "Cao Bằng"),
        ("99999", "2023", None),
        ("01501@once", "2023", None),
        ("", "2023", None),
    ],
)
def test_a_code_names_the_unit_in_force_at_the_periods_end(code, period, name):
    found = finding.find(code, periods.parse(period))
    assert (found.name if found else None) == name


def test_a_code_alone_names_the_unit_of_the_business_day(settings):
    assert finding.find("01501").name == "Xã Chí Viễn"
    settings.OCOP_TODAY = NOW
    assert finding.find("01501").name == "Xã Đàm Thủy"


def test_an_address_keeps_its_meaning():
    for area in Area.objects.filter(code="01501"):
        assert finding.find(finding.address_code(area), NOW) == area


def test_the_communes_of_a_unit_on_a_day():
    assert finding.units_under(finding.find("047@2023"), THEN).count() == 21
    assert finding.units_under(finding.find("04"), NOW).count() == 56
    assert named(finding.units_under(finding.find("01501@2023"), THEN)) == ["Xã Chí Viễn"]


def test_a_district_is_on_todays_map_the_communes_that_took_in_one_of_its_own():
    district = finding.find("047@2023")
    assert named(finding.communes_of(district, NOW)) == [
        "Xã Đàm Thủy",
        "Xã Đình Phong",
        "Xã Đoài Dương",
        "Xã Quang Hán",
        "Xã Quang Trung",
        "Xã Trà Lĩnh",
        "Xã Trùng Khánh",
    ]
    assert named(finding.came_from_outside(district, NOW)) == ["Xã Quốc Toản"]


def test_on_the_map_of_its_own_days_a_district_is_itself():
    district = finding.find("047@2023")
    assert finding.communes_of(district, THEN).count() == 21
    assert named(finding.came_from_outside(district, THEN)) == []


def test_the_province_takes_in_nothing_from_outside():
    province = finding.find("04")
    assert finding.communes_of(province, NOW).count() == 56
    assert named(finding.came_from_outside(province, NOW)) == []


def test_a_commune_of_today_is_on_the_old_map_the_communes_that_went_into_it():
    new = finding.find("01501@2026")
    assert named(finding.communes_of(new, THEN)) == ["Xã Chí Viễn", "Xã Đàm Thuỷ", "Xã Phong Châu"]
    old = finding.find("01495@2023")
    assert named(finding.communes_of(old, NOW)) == ["Xã Đàm Thủy"]


def test_records_are_folded_in_one_query(django_assert_num_queries):
    old = list(Area.objects.filter(code__in=["01495", "01507"]))
    district = finding.find("047@2023")
    with django_assert_num_queries(1):
        folded = finding.folding([*old, district], NOW)
    assert {area.name: folded[area.pk].name for area in old} == {
        "Xã Đàm Thuỷ": "Xã Đàm Thủy",
        "Xã Phong Châu": "Xã Đàm Thủy",
    }
    assert district.pk not in folded
    assert finding.today_unit(old[0], THEN) == old[0]
    assert finding.today_unit(district, NOW) is None
