"""Every report of the catalogue says the same on its page, in its file, as JSON and in the rows behind it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from ocop_portal.lib import clock, periods
from reports import compiling, freezing, requesting, terms
from reports.catalogue import KINDS, PROGRESS, compile_report
from reports.models import Run
from tests.factories import (
    make_decision,
    make_dossier,
    make_enterprise,
    make_product,
    make_recognition,
)
from tests.reporting import PageTables, as_shown, rows_of_excel, rows_of_json

CODES = list(KINDS)
MAPS = ["then", "now"]


@pytest.fixture
def later(year, world, officer, settings) -> None:
    """What happened around the year, also in the district next door; asked for after the merger."""
    makers = make_enterprise(world.quoc_toan, name="HTX Thử nghiệm Quốc Toản")
    outside = make_product(world.quoc_toan, makers, name="Quýt thử nghiệm")
    decision = make_decision(world.other_district, number="77/QĐ-UBND", signed_on=date(2023, 6, 1))
    make_recognition(outside, decision, stars=3, expires_on=date(2026, 6, 1))
    inside = make_product(world.tra_linh, name="Lạc đỏ thử nghiệm")
    given = make_decision(world.district, number="78/QĐ-UBND", signed_on=date(2023, 10, 1))
    make_recognition(inside, given, stars=4, expires_on=date(2024, 10, 1))
    make_dossier(inside, state="accepted", on=date(2023, 12, 1), due_on=date(2023, 12, 20))
    settings.OCOP_TODAY = date(2026, 11, 23)


@pytest.fixture
def client(client_of, province_leader):
    return client_of(province_leader)


def address(code: str) -> str:
    return f"/bao-cao/{code}/"


def asked(on_map: str, area: str = "047", period: str = "2023") -> dict[str, str]:
    return {"area": area, "period": period, "ban-do": on_map}


def compiled(code: str, area, on_map: str, by, period: str = "2023") -> Run:
    run = requesting.request(code, area, periods.parse(period), on_map, by=by)
    compiling.compile_run(run.pk)
    return Run.objects.select_related("snapshot", "area").get(pk=run.pk)


@pytest.mark.parametrize("on_map", MAPS)
@pytest.mark.parametrize("code", CODES)
def test_page_excel_json_and_the_rows_behind_each_figure_agree(
    later, world, client, province_leader, settings, code, on_map
):
    area = world.province  # a district that has ended sets nothing going
    query = asked(on_map, area.code)
    content = client.get(f"/api/bao-cao/{code}/", query).json()
    run = compiled(code, area, on_map, province_leader)
    assert run.state == Run.State.DONE, run.error
    assert rows_of_excel(Path(settings.REPORTS_ROOT) / run.file) == rows_of_json(content)
    report = compile_report(code, area, periods.parse("2023"), on_map)
    assert [(table.code, table.title) for table in report.tables] == list(KINDS[code].tabs)
    followed = 0
    for table in content["tables"]:
        page = client.get(address(code), {**query, "bang": table["code"]})
        shown = PageTables(page.content.decode()).tables
        assert [one.name for one in shown] == ([table["code"]] if table["rows"] else [])
        if shown:
            assert without_signs(table, shown[0].rows) == cells_of(table, rows_of_json(content))
        followed += follow(client, page.context["tables"], code, query)
    assert followed == len(report.places)


def cells_of(table: dict, rows: dict) -> list[list[str]]:
    """The table as a page has to show it."""
    kinds = [column["kind"] for column in table["columns"]]
    titles, *lines = rows[table["title"]]
    return [titles, *([as_shown(*pair) for pair in zip(kinds, line, strict=True)] for line in lines)]


def without_signs(table: dict, rows: list[list[str]]) -> list[list[str]]:
    """The rows without the plan's signs (≥, <), which stand before its numbers on the page alone."""
    signs = [mark["sign"] for mark in table["marks"]] or [""] * len(rows)
    place = next((n for n, c in enumerate(table["columns"]) if c["key"] == "ke_hoach"), 0)
    for row, sign in zip(rows[1:], signs, strict=False):
        row[place] = row[place].removeprefix(sign)
    return rows


def follow(client, tables, code: str, query: dict[str, str]) -> int:
    """Open the rows of each figure of the page; how many there were."""
    followed = 0
    for one in tables:
        for cell in [cell for cells, _mark in one.lines for cell in cells] + one.totals:
            if not cell.lead:
                continue
            found = client.get(f"{address(code)}nguon/", {**query, **dict(pairs(cell.lead))})
            if cell.column.kind == "money":
                assert found.context["count"] > 0
            else:
                assert found.context["count"] == cell.value == len(found.context["rows"]), cell
            followed += 1
    return followed


def pairs(query: str):
    return [(name, values[0]) for name, values in parse_qs(query).items()]


@pytest.mark.parametrize("on_map", MAPS)
@pytest.mark.parametrize("code", CODES)
def test_each_frozen_figure_leads_from_its_excel_cell_to_its_frozen_rows(
    later, world, client, province_leader, settings, code, on_map
):
    run = compiled(code, world.province, on_map, province_leader)
    report = freezing.thaw(run.snapshot)
    book = openpyxl.load_workbook(Path(settings.REPORTS_ROOT) / run.file, data_only=True)
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.hyperlink]
    figures = [cell for cell in cells if "/ban-chot/" in cell.hyperlink.target]
    assert len(figures) == len(report.sources), "of each row, and of the sum below them"
    for cell in figures:
        found = urlsplit(cell.hyperlink.target)
        answer = client.get(found.path, dict(pairs(found.query)))
        assert answer.status_code == 200
        if KINDS[code].code != "kinh-phi":
            assert answer.context["count"] == cell.value
    for source in report.sources:
        assert {*source.counts, *source.unplaced} <= report.records.keys()


@pytest.mark.parametrize("code", [code for code in CODES if KINDS[code].terms])
def test_every_counted_column_is_defined(later, world, code):
    report = compile_report(code, world.province, periods.parse("2023"))
    for table, _row, column in report.places:
        assert terms.of_column(KINDS[code].terms, column).definition, (table, column)


def test_a_province_counts_the_same_on_both_maps(later, world):
    for code in ("san-pham-theo-dia-ban", "chu-the-theo-loai-hinh"):
        then, now = (compile_report(code, world.province, periods.parse("2023"), on_map) for on_map in MAPS)
        assert then.table("theo-dia-ban").totals[2:] == now.table("theo-dia-ban").totals[2:]
        assert any(then.table("theo-dia-ban").totals[2:])


def test_a_district_on_todays_map_takes_in_and_names_what_came_from_outside(later, world, client):
    then = client.get("/api/bao-cao/san-pham-theo-dia-ban/", asked("then")).json()["tables"][0]
    now = client.get("/api/bao-cao/san-pham-theo-dia-ban/", asked("now")).json()["tables"][0]
    column = [one["key"] for one in then["columns"]].index("con_hieu_luc")
    assert now["totals"][column] == then["totals"][column] + 1
    assert any("Quốc Toản" in note for note in now["notes"])
    assert not any("Quốc Toản" in note for note in then["notes"])
    assert [row[1] for row in now["rows"]] == ["Xã Đàm Thủy", "Xã Trà Lĩnh"]


def test_an_officer_of_the_ended_district_does_not_see_more_on_todays_map(later, world, client_of, officer):
    assert client_of(officer).get(address("tien-do"), asked("then")).status_code == 200
    for code in CODES:
        assert client_of(officer).get(address(code), asked("now")).status_code == 403
        assert client_of(officer).get(f"/api/bao-cao/{code}/", asked("now")).status_code == 403


def test_a_run_on_todays_map_is_not_found_by_the_ended_districts_officer(
    later, world, officer, province_leader, client_of
):
    for on_map, status in (("then", 200), ("now", 404)):
        run = Run.objects.create(
            report="tien-do",
            area=world.district,
            period="2023",
            on_map=on_map,
            business_day=clock.today(),
            requested_by=province_leader,
            lease_until="2026-11-23T00:00Z",
        )
        assert client_of(officer).get(f"/bao-cao/luot/{run.pk}/").status_code == status
        assert client_of(province_leader).get(f"/bao-cao/luot/{run.pk}/").status_code == 200


def test_a_map_that_is_none_is_refused_in_words(later, client):
    answer = client.get(address("tien-do"), asked("mai-sau"))
    assert answer.status_code == 400
    assert "Bản đồ" in answer.content.decode()


@pytest.mark.parametrize("code", CODES)
def test_each_table_comes_as_csv_and_json(later, client, code):
    query = asked("then", "04")
    for table in client.get(f"/api/bao-cao/{code}/", query).json()["tables"]:
        as_csv = client.get(f"{address(code)}bang/", {**query, "bang": table["code"], "dang": "csv"})
        content = b"".join(as_csv.streaming_content)
        assert content.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert lines[0] == [column["title"] for column in table["columns"]]
        assert len(lines) == 1 + len(table["rows"]) + bool(table["totals"])
        as_json = client.get(f"{address(code)}bang/", {**query, "bang": table["code"], "dang": "json"})
        told = json.loads(b"".join(as_json.streaming_content))
        assert len(told["rows"]) == len(table["rows"])
    assert client.get(f"{address(code)}bang/", {**query, "bang": "khong-co"}).status_code == 404


def test_long_tables_turn_their_pages(later, world, client):
    decision = make_decision(world.province, number="500/QĐ-UBND", signed_on=date(2023, 8, 1))
    for place in range(103):
        make_recognition(make_product(world.tra_linh, name=f"Chè thử {place:03}"), decision)
    query = asked("then", "04")
    first = client.get(address("san-pham-cong-nhan"), query).content.decode()
    turned = {**query, "bang": "danh-sach", "page": "2"}
    second = client.get(address("san-pham-cong-nhan"), turned).content.decode()
    assert "Chè thử 102" not in first
    assert "Chè thử 102" in second
    assert "bang=danh-sach" in first


@pytest.mark.parametrize("code", CODES)
def test_a_page_asks_as_much_whatever_it_holds(
    later, world, client, code, django_assert_num_queries, django_assert_max_num_queries
):
    queries = [{**asked("then", "04"), "bang": tab} for tab, _name in KINDS[code].tabs] + [asked("then")]
    before = []
    for query in queries:
        client.get(address(code), query)
        with django_assert_max_num_queries(75) as asks:
            client.get(address(code), query)
        before.append(len(asks.captured_queries))
    decision = make_decision(world.province, number="501/QĐ-UBND", signed_on=date(2023, 8, 1))
    for place in range(3):
        product = make_product(world.tra_linh, name=f"Chè thử {place}")
        make_recognition(product, decision)
        make_dossier(product, state="submitted", on=date(2023, 9, 1))
    for query, statements in zip(queries, before, strict=True):
        with django_assert_num_queries(statements):
            client.get(address(code), query)


def test_the_catalogue_and_the_dictionary_name_every_report(later, client):
    page = client.get("/bao-cao/danh-muc/", asked("now", "04")).content.decode()
    for code, kind in KINDS.items():
        assert f"/bao-cao/{code}/?area=04&amp;period=2023&amp;ban-do=now" in page
        assert str(kind.name) in page or kind is PROGRESS
    words = client.get("/bao-cao/tu-dien/").content.decode()
    assert "Sản phẩm còn hiệu lực" in words


def test_unplaced_rows_are_counted_and_named(later, client):
    table = client.get("/api/bao-cao/san-pham-theo-dia-ban/", asked("then")).json()["tables"][0]
    assert any("chưa rõ thời điểm" in note for note in table["notes"])
