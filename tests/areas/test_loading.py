"""Reference data of the areas: what the files hold, and which files are refused."""

from __future__ import annotations

import shutil
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from areas import closure, finding, loading
from areas.models import Area, Coverage, Holiday, Level, Signer, Succession, UnitProfile
from tests.factories import cover, make_area

pytestmark = pytest.mark.django_db
LAST_DAY, FIRST_DAY = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture
def cao_bang(db: None) -> None:
    loading.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files, to be spoiled."""
    return Path(shutil.copytree(loading.DATA, tmp_path / "areas" / "data"))


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1
    path.write_text(content.replace(old, new), encoding="utf-8")


def named(areas) -> list[str]:
    return [area.name for area in areas]


def test_the_province_is_there_before_and_after_the_first_of_july(cao_bang):
    def units(day: date, level: Level) -> int:
        return Area.objects.in_force(day).filter(level=level).count()

    assert (units(LAST_DAY, Level.DISTRICT), units(LAST_DAY, Level.COMMUNE)) == (10, 161)
    assert (units(FIRST_DAY, Level.DISTRICT), units(FIRST_DAY, Level.COMMUNE)) == (0, 56)
    assert Succession.objects.count() == 161


def test_loading_again_changes_nothing(cao_bang):
    before = list(Area.objects.order_by("pk").values()), set(Coverage.objects.values_list("unit", "covered"))
    assert loading.load() == [
        "areas/areas-cao-bang.csv: unchanged",
        "areas/areas-cao-bang-successors.csv: unchanged",
        "areas/unit-profiles.yaml: unchanged",
        "areas/holidays.csv: unchanged",
    ]
    assert (
        list(Area.objects.order_by("pk").values()),
        set(Coverage.objects.values_list("unit", "covered")),
    ) == before


def test_a_changed_file_brings_its_changes_and_keeps_the_keys(cao_bang, folder):
    keys = set(Area.objects.values_list("pk", flat=True))
    spoil(folder, loading.UNITS, "114.63,12281", "114.63,12300")
    assert loading.load(folder)[0] == "areas/areas-cao-bang.csv: 228 units, 161 successions"
    assert finding.find("01501@2026").population == 12300
    assert set(Area.objects.values_list("pk", flat=True)) == keys


def test_trung_khanh_prints_its_own_letterhead(cao_bang):
    profile = UnitProfile.objects.get(area=finding.find("047@2023"))
    assert profile.issuing_body == "ỦY BAN NHÂN DÂN HUYỆN TRÙNG KHÁNH"
    assert profile.superior_body == "ỦY BAN NHÂN DÂN TỈNH CAO BẰNG"
    assert profile.place == "Trùng Khánh"
    assert profile.signers.get(is_default=True).capacity == Signer.Capacity.FOR_HEAD


def test_every_successor_of_trung_khanh_has_a_profile(cao_bang):
    communes = finding.communes_of(finding.find("047@2023"), FIRST_DAY)
    assert communes.filter(profile__isnull=True).count() == 0
    assert UnitProfile.objects.count() == 2 + 7


def test_what_an_administrator_changed_is_not_overwritten(cao_bang, folder):
    profile = UnitProfile.objects.get(area=finding.find("047@2023"))
    profile.place = "Thị trấn Trùng Khánh"
    profile.save()
    Holiday.objects.filter(day=date(2023, 1, 20)).update(name="Tết Quý Mão")
    (folder / loading.PROFILES).write_bytes((folder / loading.PROFILES).read_bytes() + b"\n")
    (folder / loading.HOLIDAYS).write_bytes((folder / loading.HOLIDAYS).read_bytes() + b"\n")
    loading.load(folder)
    profile.refresh_from_db()
    assert profile.place == "Thị trấn Trùng Khánh"
    assert Holiday.objects.get(day=date(2023, 1, 20)).name == "Tết Quý Mão"


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        (loading.UNITS, "01495,Xã Đàm Thuỷ,", ",Xã Đàm Thuỷ,", "areas-cao-bang.csv, line 87: code is blank"),
        (loading.UNITS, "01495,Xã Đàm Thuỷ,", "01495,,", "areas-cao-bang.csv, line 87: name is blank"),
        (
            loading.UNITS,
            "01495,Xã Đàm Thuỷ,commune,Xã,047,",
            "01495,Xã Đàm Thuỷ,commune,Xã,999,",
            "areas-cao-bang.csv, line 87: the unit above, 999, is not known then",
        ),
        (
            loading.UNITS,
            "01495,Xã Đàm Thuỷ,commune,Xã,047,",
            "01495,Xã Đàm Thuỷ,hamlet,Xã,047,",
            "areas-cao-bang.csv, line 87: there is no level 'hamlet'",
        ),
        (
            loading.UNITS,
            "01495,Xã Đàm Thuỷ,commune,Xã,047,,2025-06-30",
            "01495,Xã Đàm Thuỷ,commune,Xã,047,,30/06/2025",
            "areas-cao-bang.csv, line 87: a date or number cannot be read",
        ),
        (
            loading.UNITS,
            "01495,Xã Đàm Thuỷ,commune",
            "01489,Xã Đàm Thuỷ,commune",
            "csv, line 87: 01489 of that day is on line 86",
        ),
        (
            loading.SUCCESSORS,
            "01495,Xã Đàm Thuỷ,047,01501,Xã Đàm Thủy,\n",
            "",
            "areas-cao-bang.csv, line 87: 01495 Xã Đàm Thuỷ ended without successor",
        ),
        (
            loading.SUCCESSORS,
            "01495,Xã Đàm Thuỷ,047,01501,Xã Đàm Thủy,",
            "01495,Xã Đàm Thuỷ,047,01502,Xã Đàm Thủy,",
            "areas-cao-bang-successors.csv, line 40: no unit from 2025-07-01 is 01502 Xã Đàm Thủy",
        ),
        (
            loading.SUCCESSORS,
            "01495,Xã Đàm Thuỷ,047",
            "01494,Xã Đàm Thuỷ,047",
            "areas-cao-bang-successors.csv, line 40: no ended unit is 01494 Xã Đàm Thuỷ of 047",
        ),
        (
            loading.HOLIDAYS,
            "2023-05-01,holiday",
            "2023-05-01,party",
            "holidays.csv, line 13: 'party' is not a valid",
        ),
    ],
)
def test_a_bad_file_is_refused_with_line_and_reason_and_nothing_changes(folder, name, old, new, reason):
    spoil(folder, name, old, new)
    with pytest.raises(ValueError) as refused:
        loading.load(folder)
    assert reason in str(refused.value)
    assert (Area.objects.count(), Holiday.objects.count()) == (0, 0)


def test_a_profile_of_an_unknown_unit_is_refused(folder):
    spoil(folder, loading.PROFILES, 'code: "047"', 'code: "046"')
    with pytest.raises(ValueError, match="no unit has the code '046' on 2023-01-01"):
        loading.load(folder)


def test_the_command_prints_a_line_per_file_and_says_what_is_wrong(monkeypatch, folder):
    monkeypatch.setattr("django.conf.settings.APPS", ["areas"])
    printed = StringIO()
    call_command("load_reference", stdout=printed)
    assert printed.getvalue().splitlines()[0] == "areas/areas-cao-bang.csv: 228 units, 161 successions"

    spoil(folder, loading.UNITS, "01495,Xã Đàm Thuỷ,", ",Xã Đàm Thuỷ,")
    monkeypatch.setattr(loading, "load", lambda read=loading.load: read(folder))
    with pytest.raises(CommandError, match=r"^areas: areas-cao-bang.csv, line 87: code is blank$"):
        call_command("load_reference", stdout=printed)


# --- the closure


def test_the_province_covers_everything(cao_bang):
    assert Area.objects.within(finding.find("04")).count() == Area.objects.count() == 228


def test_the_district_covers_its_communes_of_then_and_none_of_now(cao_bang):
    covered = Area.objects.within(finding.find("047@2023"))
    assert covered.filter(level=Level.COMMUNE, valid_to=LAST_DAY).count() == 21
    assert covered.filter(valid_from=FIRST_DAY).count() == 0


def test_a_successor_covers_its_predecessors_and_never_the_reverse(cao_bang):
    new = finding.find("01501@2026")
    assert new.name == "Xã Đàm Thủy"
    assert named(Area.objects.within(new).in_force(LAST_DAY)) == [
        "Xã Chí Viễn",
        "Xã Đàm Thuỷ",
        "Xã Phong Châu",
    ]
    for old in Area.objects.filter(successions__successor=new):
        assert list(Area.objects.within(old)) == [old]


def test_the_communes_of_now_together_cover_each_commune_of_then_once(cao_bang):
    pairs = Coverage.objects.filter(unit__valid_from=FIRST_DAY, covered__valid_to=LAST_DAY)
    assert pairs.count() == pairs.values("covered").distinct().count() == 161


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), max_size=14))
def test_the_database_and_a_walk_agree_on_any_closure(db, links):
    Coverage.objects.all().delete()
    Succession.objects.all().delete()
    Area.objects.update(parent=None)
    Area.objects.all().delete()
    units = [make_area(f"{n:05}", f"Xã {n}", Level.COMMUNE) for n in range(8)]
    for (above, below), as_parent in {(a, b): p for a, b, p in links if a != b}.items():
        if as_parent and above < below:
            units[below].parent = units[above]
            units[below].save()
        else:
            Succession.objects.create(successor=units[above], predecessor=units[below])
    cover()
    walked = set(Coverage.objects.values_list("unit", "covered"))
    assert closure.rebuild() == len(walked)
    assert set(Coverage.objects.values_list("unit", "covered")) == walked
