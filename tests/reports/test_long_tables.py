"""A page reads the rows and the table that it shows; the report itself always has them all."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ocop_portal.lib import periods
from reports.catalogue import KINDS, compile_report
from reports.windows import Window
from tests.factories import make_decision, make_product, make_recognition

LISTS = [
    ("tien-do", "san-pham"),
    ("tien-do", "chu-the"),
    ("tien-do", "ho-so"),
    ("san-pham-cong-nhan", "danh-sach"),
    ("sap-het-han", "danh-sach"),
]
PERIOD = periods.parse("2023")


@given(st.lists(st.text(max_size=3), max_size=40), st.integers(0, 45), st.integers(0, 45))
def test_a_part_of_a_list_is_that_part_of_the_whole(words, start, stop):
    read: list[list[str]] = []

    def lines(some):
        read.append(list(some))
        return [(word,) for word in some]

    window = Window(words, lines)
    whole = [(place, word) for place, word in enumerate(words, start=1)]
    assert list(window[start:stop]) == whole[start:stop]
    assert sum(len(each) for each in read) == len(words[start:stop])
    assert (len(window), list(window)) == (len(words), whole)


@pytest.fixture
def many(year, world) -> None:
    """Recognitions of equal names in one commune, so that only their keys tell which comes first."""
    decision = make_decision(world.district, number="600/QĐ-UBND", signed_on=date(2023, 8, 1))
    for name in ("Chè thử", "Bánh thử", "Chè thử", "Chè thử"):
        make_recognition(make_product(world.tra_linh, name=name), decision, expires_on=date(2024, 6, 1))


@pytest.mark.parametrize(("code", "table"), LISTS)
def test_the_pages_of_a_list_put_together_are_the_compiled_list(many, world, code, table):
    whole = compile_report(code, world.province, PERIOD).table(table).rows
    part = compile_report(code, world.province, PERIOD, only=(table,)).table(table).rows
    assert len(part) == len(whole) > 1
    pages = [row for start in range(0, len(whole), 2) for row in part[start : start + 2]]
    assert pages == list(whole)


@pytest.mark.parametrize(("code", "table"), LISTS)
def test_a_page_of_a_list_costs_as_much_however_long_the_list_is(
    many, world, code, table, django_assert_num_queries, django_assert_max_num_queries
):
    rows = compile_report(code, world.province, PERIOD, only=(table,)).table(table).rows
    with django_assert_max_num_queries(20) as one:
        assert len(rows[:1]) == 1
    rows = compile_report(code, world.province, PERIOD, only=(table,)).table(table).rows
    assert len(one.captured_queries) > 0
    with django_assert_num_queries(len(one.captured_queries)):
        assert len(rows[:2]) == 2


def test_the_words_of_a_report_stay_vietnamese_when_its_rows_are_read_late(year, world):
    with translation.override("en"):
        table = compile_report("tien-do", world.province, PERIOD, only=("san-pham",)).table("san-pham")
        assert {row[11] for row in table.rows[:10]} >= {"Còn hiệu lực", "Hết hiệu lực"}


def test_a_province_shows_one_table_at_a_time_and_a_district_all(year, world, client_of, province_leader):
    client = client_of(province_leader)
    page = client.get("/bao-cao/tien-do/?area=04&period=2023")
    assert [table.code for table in page.context["report"].tables] == ["tong-hop"]
    assert page.context["tabs"][1] == (
        "?area=04&period=2023&bang=san-pham#san-pham",
        "Sản phẩm",
        False,
    )
    assert "Digest" not in page.content.decode()
    assert "Trang này hiện một bảng của báo cáo." in page.content.decode()
    second = client.get("/bao-cao/tien-do/?area=04&period=2023&bang=ho-so")
    assert [table.code for table in second.context["report"].tables] == ["ho-so"]
    unknown = client.get("/bao-cao/tien-do/?area=04&period=2023&bang=khong-co")
    assert [table.code for table in unknown.context["report"].tables] == ["tong-hop"]
    whole = client.get("/bao-cao/tien-do/?area=047&period=2023")
    codes = [code for code, _name in KINDS["tien-do"].tabs]
    assert [table.code for table in whole.context["report"].tables] == codes
    assert (
        whole.context["digest"] == client.get("/api/bao-cao/tien-do/?area=047&period=2023").json()["digest"]
    )


def test_links_of_a_provinces_report_lead_to_the_table_itself(year, world):
    of_province, of_district = (
        compile_report("tien-do", unit, PERIOD).table("nguon-so-lieu").records()
        for unit in (world.province, world.district)
    )
    assert of_province[-1]["lien_ket"] == "/bao-cao/tien-do/?area=04&period=2023&bang=ho-so#ho-so"
    assert of_district[-1]["lien_ket"] == "/bao-cao/tien-do/?area=047&period=2023#ho-so"
