"""Native charts that any table can ask for: drawn from its columns, with their values kept inside."""

import subprocess
import zipfile
from datetime import datetime
from decimal import Decimal
from xml.etree import ElementTree

import openpyxl
import pytest

from ocop_portal.lib.spreadsheet import (
    Chart,
    Column,
    Formula,
    Link,
    Properties,
    Sheet,
    SpreadsheetError,
    write_workbook,
)
from tests.spreadsheet_tools import find_libreoffice

PROPERTIES = Properties("Báo cáo", "UBND", datetime(2023, 12, 29))
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
COLUMNS = [Column("Xã", width=30), Column("Kế hoạch", "integer"), Column("Lũy kế", "decimal")]
ROWS = [
    ("Đàm Thủy", 3, Link("https://ocop.example/?xa=1", Decimal("2.5"))),
    ("Chí Viễn & <Phong Châu>", None, Formula("B{row}+1", 4)),
    ("Ngọc Côn", "20–25", 1),
]
KINDS = {"bar": "barChart", "column": "barChart", "stacked": "barChart", "line": "lineChart"}
KINDS |= {"doughnut": "doughnutChart"}


def write(path, rows=ROWS, **options):
    """A sheet of communes with a chart."""
    chart = Chart("Kế hoạch và thực hiện", "Xã", ["Kế hoạch", "Lũy kế"], **options)
    write_workbook(path, [Sheet("Tổng hợp", COLUMNS, rows, chart=chart)], properties=PROPERTIES)
    return path


def chart_of(path):
    """The chart's XML."""
    with zipfile.ZipFile(path) as archive:
        return ElementTree.fromstring(archive.read("xl/charts/chart1.xml"))


def cached(series, part):
    """What a series keeps of ``cat`` or ``val``, by position."""
    return {
        int(point.get("idx")): point.find(f"{C}v").text for point in series.find(f"{C}{part}").iter(f"{C}pt")
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_keeps_the_values_it_shows(tmp_path, kind):
    chart = chart_of(write(tmp_path / "chart.xlsx", kind=kind))
    series = list(chart.iter(f"{C}ser"))
    assert chart.find(f".//{C}{KINDS[kind]}") is not None
    assert len(series) == (1 if kind == "doughnut" else 2)
    assert cached(series[0], "cat") == {0: "Đàm Thủy", 1: "Chí Viễn & <Phong Châu>", 2: "Ngọc Côn"}
    assert cached(series[0], "val") == {0: "3"}
    if kind != "doughnut":
        assert cached(series[1], "val") == {0: "2.5", 1: "4", 2: "1"}


def test_bars_that_stack_overlap_and_a_doughnut_colours_its_parts(tmp_path):
    stacked = chart_of(write(tmp_path / "stacked.xlsx", kind="stacked"))
    assert stacked.find(f".//{C}grouping").get("val") == "stacked"
    assert stacked.find(f".//{C}overlap").get("val") == "100"
    parts = chart_of(write(tmp_path / "ring.xlsx", kind="doughnut", colours=("111111", "222222")))
    colours = [colour.get("val") for colour in parts.iter() if colour.tag.endswith("srgbClr")]
    assert colours == ["111111", "222222", "111111"]


def test_a_chart_stands_where_it_is_asked_to(tmp_path):
    sheet = openpyxl.load_workbook(write(tmp_path / "at.xlsx", anchor="F2")).active
    [chart] = sheet._charts
    assert (chart.anchor._from.col, chart.anchor._from.row) == (5, 1)
    assert list(sheet.row_breaks.brk) == []  # beside its rows, on their page


def test_a_chart_of_an_unknown_column_or_of_too_many_rows_is_refused(tmp_path):
    wrong = Sheet("Tổng hợp", COLUMNS, ROWS, chart=Chart("A", "Huyện", ["Lũy kế"]))
    with pytest.raises(SpreadsheetError, match="has no column 'Huyện'"):
        write_workbook(tmp_path / "wrong.xlsx", [wrong], properties=PROPERTIES)
    with pytest.raises(SpreadsheetError, match="a chart shows up to 500 rows, not 501"):
        write(tmp_path / "many.xlsx", [("Xã", 1, 1)] * 501)


def test_a_table_without_rows_still_gives_a_file_with_a_chart(tmp_path):
    path = write(tmp_path / "empty.xlsx", [])
    assert len(openpyxl.load_workbook(path).active._charts) == 1


def test_libreoffice_prints_every_kind_of_chart(tmp_path):
    sheets = [
        Sheet(kind, COLUMNS, ROWS, chart=Chart(f"Biểu đồ {kind}", "Xã", ["Kế hoạch", "Lũy kế"], kind=kind))
        for kind in KINDS
    ]
    path = tmp_path / "charts.xlsx"
    write_workbook(path, sheets, properties=PROPERTIES)
    profile = (tmp_path / "profile").as_uri()
    command = [find_libreoffice(), f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=180
    )
    from pypdf import PdfReader

    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "charts.pdf").pages)
    assert [kind for kind in KINDS if f"Biểu đồ {kind}" not in text] == []
