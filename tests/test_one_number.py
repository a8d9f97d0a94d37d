"""One number, three printers: the page, the Excel file and the JSON of a report say the same."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from ocop_portal.lib import periods
from reports.catalogue import compile_report
from reports.freezing import thaw
from reports.models import Run
from reports.tables import read
from tests import reporting
from tests.reporting import PageTables, as_shown, rows_of_excel, rows_of_json
from tests.spreadsheet_tools import (
    differences,
    disagreements_with_libreoffice,
    values_by_calamine,
    values_by_openpyxl,
    wrong_formulas,
)

SHEETS = ["Tổng hợp", "Sản phẩm", "Chủ thể", "Hồ sơ", "Nhiệm vụ", "Kinh phí", "Nguồn số liệu"]
PERIODS = ["2023", "2023-H1", "2023-9T", "2023-Q4", "2023-11", "2023-01-05_2023-09-20"]


@pytest.fixture
def year(world, officer, leader):
    return reporting.make_year(world, officer)


@pytest.fixture
def printed(year, leader, client_of, settings, tmp_path):
    """Page, file and JSON of the same report, asked for by the leader."""

    def ask(area: str = "047", period: str = "2023", who=leader) -> tuple[str, Path, dict]:
        client, query = client_of(who), {"area": area, "period": period}
        page = client.get("/bao-cao/tien-do/", query)
        answer = client.get("/api/bao-cao/tien-do/", query)
        assert (page.status_code, answer.status_code) == (200, 200)
        out = tmp_path / "report.xlsx"
        asked = {"area": area, "period": period, "out": str(out), "user": who.username}
        call_command("compile_report", "tien-do", **asked, stdout=StringIO(), stderr=StringIO())
        return page.content.decode(), out, json.loads(answer.content)

    return ask


@pytest.mark.parametrize("period", PERIODS)
def test_page_file_and_json_say_the_same(printed, period):
    page, path, content = printed(period=period)
    wanted = rows_of_json(content)
    assert list(wanted) == SHEETS
    assert rows_of_excel(path) == wanted
    shown = {table.name: table.rows for table in PageTables(page).tables}
    for table in content["tables"]:
        kinds = [column["kind"] for column in table["columns"]]
        signs = [mark["sign"] for mark in table["marks"]]
        rows = []
        for place, row in enumerate(wanted[table["title"]][1:]):
            cells = [as_shown(kind, cell) for kind, cell in zip(kinds, row, strict=True)]
            if signs and isinstance(row[3], Decimal):
                cells[3] = signs[place] + cells[3]
            rows.append(cells)
        titles = [column["title"] for column in table["columns"]]
        assert shown.get(table["code"], [titles]) == [titles, *rows], table["title"]


def test_the_year_as_everyone_expects_it(printed):
    _page, _path, content = printed()
    summary = rows_of_json(content)["Tổng hợp"]
    assert summary[0] == [
        "TT",
        "Chỉ tiêu",
        "Đơn vị tính",
        "Kế hoạch năm",
        "Thực hiện trong kỳ",
        "Lũy kế",
        "Tỷ lệ (%)",
        "Ghi chú",
    ]
    figures = {row[0]: row[3:7] for row in summary[1:]}
    assert figures == {
        "1": [2, 2, 2, 100],
        "1.1": [3, 1, 1, Decimal("33.333333")],
        "2": [1, 1, 1, 100],
        "3": [0, 1, 1, None],
        "4": [None, None, None, None],
        "5": ["20–25", 2, 2, 10],
        "6": [Decimal("2.5"), None, None, None],
    }
    products = rows_of_json(content)["Sản phẩm"]
    by_name = {row[2]: row for row in products[1:]}
    assert list(by_name) == [
        "Hạt dẻ thử nghiệm",
        "Mật ong thử nghiệm",
        "Miến dong thử nghiệm",
        "Rượu men lá thử nghiệm",
    ]
    assert by_name["Miến dong thử nghiệm"][7:] == [
        3,
        "1887/QĐ-UBND",
        date(2023, 9, 15),
        date(2026, 9, 15),
        "Còn hiệu lực",
        "1, 1.1, 2, 5",
    ]
    assert [row[9:12] for row in products[1:] if row[2] == "Rượu men lá thử nghiệm"] == [
        ["Năm 2021", date(2023, 6, 30), "Hết hiệu lực"]
    ]
    assert by_name["Hạt dẻ thử nghiệm"][12] == "1, 5"
    assert rows_of_json(content)["Kinh phí"][-1] == [
        None,
        "Tổng cộng",
        None,
        Decimal("180.5"),
        Decimal("42.25"),
        Decimal("23.407202"),
    ]


def test_no_personal_particulars_leave_with_a_report(printed):
    page, path, content = printed()
    everything = page + json.dumps(content) + str(values_by_openpyxl(path))
    assert "012345678901" not in everything
    assert "0900000000" not in everything


def test_the_file_is_right_before_and_after_it_is_computed_anew(printed, tmp_path):
    _page, path, _content = printed()
    assert differences(values_by_openpyxl(path), values_by_calamine(path)) == []
    assert wrong_formulas(path) == []
    assert disagreements_with_libreoffice(path, tmp_path) == []


def test_merged_areas_keep_the_provinces_figures(year, world, province_leader):
    """Before and after the merger the province tells the same of 2023, and so do old and new communes."""
    period = periods.parse("2023")
    province = compile_report("tien-do", world.province, period)
    district = compile_report("tien-do", world.district, period)
    merged = compile_report("tien-do", world.new_dam_thuy, period)
    for code in ("san-pham", "chu-the", "ho-so"):
        without_targets = [row[:12] for row in district.table(code).rows]
        assert [row[:12] for row in province.table(code).rows] == without_targets
        assert [row[:12] for row in merged.table(code).rows] == without_targets


def test_equal_figures_have_one_digest_and_one_snapshot(printed):
    _page, path, content = printed()
    first = path.read_bytes()
    _page, path, again = printed()
    runs = Run.objects.select_related("snapshot").order_by("pk")
    assert [run.snapshot.digest for run in runs] == [content["digest"], again["digest"]]
    assert runs[0].snapshot == runs[1].snapshot
    assert path.read_bytes() == first
    kept = thaw(runs[0].snapshot)
    assert kept.digest() == content["digest"]
    assert read(kept.content(), kept.backing()) == kept
