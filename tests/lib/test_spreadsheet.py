"""What the Excel writer promises: real values, safe text, right totals, a file every reader opens alike."""

import io
import re
import tracemalloc
import zipfile
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from xml.etree import ElementTree

import openpyxl
import pytest

from ocop_portal.lib.spreadsheet import (
    Block,
    Chart,
    Column,
    Formula,
    Line,
    Link,
    Properties,
    Ratio,
    Row,
    Sheet,
    SpreadsheetError,
    Style,
    Styled,
    letterhead,
    signature,
    write_workbook,
)
from tests.spreadsheet_tools import differences, formulas, values_by_calamine, values_by_openpyxl

PROPERTIES = Properties("Báo cáo tiến độ", "UBND huyện Trùng Khánh", datetime(2023, 12, 29, 7, 30))
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ORDER = [
    name
    for line in (
        "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection",
        "protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells",
        "phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup",
        "headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing",
        "legacyDrawing tableParts extLst",
    )
    for name in line.split()
]
"""The order of CT_Worksheet's elements (ECMA-376 part 1, 18.3.1.99)."""


@pytest.fixture
def write(tmp_path):
    """Write sheets and return the file's path."""

    def write(*sheets, **options):
        path = tmp_path / "report.xlsx"
        write_workbook(path, sheets, properties=PROPERTIES, **options)
        return path

    return write


def one_column(*values, kind="text", **options):
    """A sheet of one column, its values from A2 on."""
    return Sheet("Dữ liệu", [Column("Giá trị", kind, **options)], [(value,) for value in values])


def budget(rows):
    """A budget sheet with a sum and a ratio as totals."""
    columns = [
        Column("TT", "integer", width=6),
        Column("Nội dung", width=40),
        Column("Kế hoạch", "money", total=True),
        Column("Đã giải ngân", "money", total=True),
        Column("Tỷ lệ (%)", "percent", total=Ratio("Đã giải ngân", "Kế hoạch")),
    ]
    return Sheet("Kinh phí", columns, rows)


BUDGET_ROWS = [
    (1, "Tuyên truyền", Decimal("120.5"), Decimal("100.0"), Formula("D{row}/C{row}*100", 100 / 1.205)),
    (2, "Bao bì, nhãn mác", Decimal("300.1"), None, None),
    (3, "Xúc tiến thương mại", "chưa giao", 0, None),
]


def summary():
    """A summary in the official layout, with everything a sheet can have."""
    columns = [
        Column("TT", "integer", width=6),
        Column("Chỉ tiêu", width=44),
        Column("Kế hoạch năm", "integer", width=12),
        Column("Lũy kế", "integer", width=12),
        Column("Tỷ lệ (%)", "percent", width=10),
    ]
    at_least = Style(number_format='"≥ "0')
    rows = [
        (1, "Sản phẩm tham gia", Styled(6, at_least), Link("https://ocop.example/?a=1&b=2", 7), 116.7),
        (2, "Sản phẩm đạt 3 sao", Styled(3, at_least), Link("#'Kinh phí'!A1", 3), 100),
        (3, "Kinh phí", "20–25", None, None),
    ]
    above = letterhead(
        columns,
        superior="UBND TỈNH CAO BẰNG",
        issuer="UBND HUYỆN TRÙNG KHÁNH",
        place_and_date="Trùng Khánh, ngày 29 tháng 12 năm 2023",
        title=["BÁO CÁO TIẾN ĐỘ"],
        attached_to="(Kèm theo Báo cáo số 12/BC-UBND ngày 29/12/2023)",
    )
    below = signature(
        columns,
        authority=["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
        signer="Người Ký",
        recipients=["- UBND tỉnh;", "- Lưu: VT."],
    )
    chart = Chart("Kế hoạch và thực hiện", "Chỉ tiêu", ["Kế hoạch năm", "Lũy kế"])
    return Sheet("Tổng hợp", columns, rows, above, below, chart=chart, fit_heights=True)


# ---- values


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("Rượu ngô", "Rượu ngô"),
        ("  hai   khoảng trắng ", "  hai   khoảng trắng "),
        ("dòng 1\r\ndòng 2\rdòng 3", "dòng 1\ndòng 2\ndòng 3"),
        ("<b>&amp;</b>]]>", "<b>&amp;</b>]]>"),
        ("chuông\x07 và \x00 hết\x9f", "chuông và  hết"),
        ("nửa ký tự \ud83d thôi", "nửa ký tự \ufffd thôi"),
        ("😀 sao", "😀 sao"),
        ("_x0041_ không phải A", "_x0041_ không phải A"),
        ("", None),
        ("\x01\x02", None),
        (None, None),
        (True, True),
        (0, 0),
        (-(10**15) + 1, -(10**15) + 1),
        (Decimal("89.995"), 89.995),
        (Decimal("1E+3"), 1000),
        (0.1, 0.1),
        (date(1900, 3, 1), datetime(1900, 3, 1)),
        (date(9999, 12, 31), datetime(9999, 12, 31)),
        (date(1900, 2, 28), "28/02/1900"),
        (datetime(2023, 12, 29, 23, 59, 59), datetime(2023, 12, 29, 23, 59, 59)),
        (datetime(1890, 1, 2, 3, 4), "02/01/1890 03:04:00"),
        (Styled(Link("https://ocop.example/", "chữ"), Style(bold=True)), "chữ"),
    ],
)
def test_a_value_is_read_back_as_it_was_meant(write, value, read):
    kind = "datetime" if isinstance(value, date) else "text"
    path = write(one_column(value, kind=kind))
    assert values_by_openpyxl(path).get(("Dữ liệu", "A2")) == read
    assert differences(values_by_openpyxl(path), values_by_calamine(path)) == []


@pytest.mark.parametrize("leading", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_begins_like_a_formula_is_a_text_cell_and_stays_one_when_edited(write, leading):
    path = write(one_column(f"{leading}1+1"))
    cell = openpyxl.load_workbook(path).active["A2"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == (
        "s",
        f"{leading}1+1".replace("\r", "\n"),
        True,
    )
    assert formulas(path) == {}


def test_an_enumeration_and_a_safe_string_are_written_as_their_plain_values(write):
    class State(StrEnum):
        VALID = "còn hiệu lực"

    class Safe(str):
        def __str__(self):
            return "khác"

    path = write(one_column(State.VALID, Safe("an toàn & đủ")))
    assert values_by_openpyxl(path) == {
        ("Dữ liệu", "A1"): "Giá trị",
        ("Dữ liệu", "A2"): "còn hiệu lực",
        ("Dữ liệu", "A3"): "an toàn & đủ",
    }


def test_text_longer_than_excel_holds_is_cut_with_an_ellipsis_and_counted(tmp_path):
    path = tmp_path / "long.xlsx"
    sheet = one_column("a" * 32_767, "b" * 32_768, "c" + "😀" * 16_384, "c" + "😀" * 16_384)
    written = write_workbook(path, [sheet], properties=PROPERTIES)
    values = values_by_openpyxl(path)
    assert written.texts_cut == 3
    assert values["Dữ liệu", "A2"] == "a" * 32_767
    assert values["Dữ liệu", "A3"] == "b" * 32_766 + "…"
    assert values["Dữ liệu", "A4"] == "c" + "😀" * 16_382 + "…"


def test_dates_before_excels_calendar_are_counted_each_time(tmp_path):
    sheet = one_column(date(1890, 5, 19), date(1890, 5, 19), kind="date")
    assert write_workbook(io.BytesIO(), [sheet], properties=PROPERTIES).dates_as_text == 2


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (float("nan"), "nan is no number Excel can hold"),
        (float("-inf"), "-inf is no number Excel can hold"),
        (Decimal("NaN"), "NaN is no number Excel can hold"),
        (Decimal("1E+308"), "1E+308 is no number Excel can hold"),
        (10**15, "Excel keeps 15 digits of a number; write it as text"),
        (
            datetime(2023, 1, 1, tzinfo=timezone(timedelta(hours=7))),
            "Excel knows no time zones; pass local time",
        ),
        ([1], "a value of type list has no place in a cell"),
        (Formula("1/0", float("nan")), "nan is no number Excel can hold"),
    ],
)
def test_what_excel_cannot_hold_is_refused_with_the_cells_name_and_leaves_no_file(tmp_path, value, why):
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"earlier report")
    with pytest.raises(SpreadsheetError) as refused:
        write_workbook(path, [one_column("tốt", value)], properties=PROPERTIES)
    assert str(refused.value) == f"Sheet 'Dữ liệu', cell A3: {why}"
    assert path.read_bytes() == b"earlier report"
    assert [file.name for file in tmp_path.iterdir()] == ["report.xlsx"]


def test_a_row_of_the_wrong_length_is_refused(write):
    with pytest.raises(SpreadsheetError, match=r"^Sheet 'Dữ liệu', row 2: 2 values for 1 columns$"):
        write(Sheet("Dữ liệu", [Column("A")], [("a", "b")]))


def test_more_rows_than_excel_holds_are_refused(write, monkeypatch):
    monkeypatch.setattr("ocop_portal.lib.spreadsheet.sheet_stream.MOST_ROWS", 3)
    write(one_column("một", "hai"))
    with pytest.raises(SpreadsheetError, match=r"^Sheet 'Dữ liệu': Excel holds 3 rows, there are more$"):
        write(one_column("một", "hai", "ba"))


@pytest.mark.parametrize(
    "title", ["", "a" * 32, "a/b", "a:b", "[a]", "a*b", "a?b", "a\\b", "'a", "a'", "History"]
)
def test_a_sheet_name_excel_refuses_is_refused(write, title):
    with pytest.raises(SpreadsheetError):
        write(Sheet(title, [Column("A")], []))


def test_two_sheets_of_one_name_are_refused(write):
    with pytest.raises(SpreadsheetError):
        write(Sheet("Hồ sơ", [Column("A")], []), Sheet("HỒ SƠ", [Column("A")], []))


# ---- totals


def test_totals_are_formulas_with_their_values_beside_them(write):
    path = write(budget(BUDGET_ROWS))
    assert formulas(path) == {
        ("Kinh phí", "E2"): "=D2/C2*100",
        ("Kinh phí", "C5"): "=SUM(C2:C4)",
        ("Kinh phí", "D5"): "=SUM(D2:D4)",
        ("Kinh phí", "E5"): '=IF(C5=0,"",D5/C5*100)',
    }
    values = values_by_openpyxl(path)
    assert [values["Kinh phí", cell] for cell in ("B5", "C5", "D5")] == ["Tổng cộng", 420.6, 100]
    assert values["Kinh phí", "E5"] == pytest.approx(100 / 4.206)


def test_a_ratio_over_nothing_is_empty(write):
    path = write(budget([(1, "Tuyên truyền", 0, Decimal(5), None)]))
    assert ("Kinh phí", "E3") in formulas(path)
    assert ("Kinh phí", "E3") not in values_by_openpyxl(path)


def test_a_total_that_leads_somewhere_is_a_formula_still(write):
    columns = [
        Column("Xã"),
        Column("Số", "integer", total=True, total_url="https://a.vn/tong", total_tip="Xem"),
    ]
    path = write(Sheet("S", columns, [["Một", 3], ["Hai", 4]]))
    below = openpyxl.load_workbook(path)["S"]["B4"]
    assert (below.value, below.hyperlink.target, below.hyperlink.tooltip) == (
        "=SUM(B2:B3)",
        "https://a.vn/tong",
        "Xem",
    )
    assert openpyxl.load_workbook(path, data_only=True)["S"]["B4"].value == 7


def test_a_sheet_without_rows_has_its_header_and_totals_of_zero(write):
    path = write(budget([]))
    values = values_by_openpyxl(path)
    assert [values["Kinh phí", cell] for cell in ("A1", "B2", "C2", "D2")] == ["TT", "Tổng cộng", 0, 0]
    assert openpyxl.load_workbook(path).active.auto_filter.ref == "A1:E1"


def test_a_total_that_means_nothing_is_refused(write):
    with pytest.raises(SpreadsheetError, match="column 'Xã' can't have a total"):
        write(Sheet("S", [Column("Xã", total=True)], []))
    with pytest.raises(SpreadsheetError, match="'A' has no sum to divide"):
        columns = [Column("A", "integer"), Column("B", "percent", total=Ratio("A", "A"))]
        write(Sheet("S", columns, []))


# ---- the file


def test_equal_input_gives_equal_bytes(tmp_path):
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        write_workbook(file, [summary(), budget(BUDGET_ROWS)], properties=PROPERTIES)
    assert files[0].getvalue() == files[1].getvalue()


def test_every_part_is_well_formed_declared_and_in_the_schemas_order(write):
    path = write(summary(), budget(BUDGET_ROWS))
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in names}
    assert names[0] == "[Content_Types].xml"
    assert len(set(names)) == len(names)
    declared = {
        part.get("PartName").lstrip("/") for part in parts["[Content_Types].xml"] if part.get("PartName")
    }
    assert declared == {
        name for name in names if not name.endswith(".rels") and name != "[Content_Types].xml"
    }
    for sheet in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
        elements = [element.tag.removeprefix(MAIN) for element in parts[sheet]]
        assert elements == sorted(elements, key=ORDER.index)
        assert len(set(elements)) == len(elements)


def test_every_cell_names_its_place_and_a_style_that_exists(write):
    path = write(summary(), budget(BUDGET_ROWS))
    with zipfile.ZipFile(path) as archive:
        styles = ElementTree.fromstring(archive.read("xl/styles.xml")).find(f"{MAIN}cellXfs")
        for sheet in ("sheet1", "sheet2"):
            rows = ElementTree.fromstring(archive.read(f"xl/worksheets/{sheet}.xml")).find(f"{MAIN}sheetData")
            assert [row.get("r") for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
            for row in rows:
                columns = [re.fullmatch(f"([A-Z]+){row.get('r')}", cell.get("r"))[1] for cell in row]
                assert columns == sorted(set(columns))
                assert all(int(cell.get("s")) < len(styles) for cell in row)


def test_relationships_lead_to_parts_and_links_to_their_addresses(write):
    path = write(summary(), budget(BUDGET_ROWS))
    sheet = openpyxl.load_workbook(path)["Tổng hợp"]
    links = [sheet[cell].hyperlink for cell in ("D9", "D10")]
    assert [(link.ref, link.target, link.location) for link in links] == [
        ("D9", "https://ocop.example/?a=1&b=2", None),
        ("D10", None, "'Kinh phí'!A1"),
    ]


def test_the_chart_draws_the_rows_of_data_below_the_last_line(write):
    sheet = openpyxl.load_workbook(write(summary()))["Tổng hợp"]
    [chart] = sheet._charts
    drawn = [(series.tx.strRef.f, series.cat.strRef.f, series.val.numRef.f) for series in chart.series]
    assert drawn == [
        ("'Tổng hợp'!$C$8", "'Tổng hợp'!$B$9:$B$11", "'Tổng hợp'!$C$9:$C$11"),
        ("'Tổng hợp'!$D$8", "'Tổng hợp'!$B$9:$B$11", "'Tổng hợp'!$D$9:$D$11"),
    ]
    assert (chart.anchor._from.row, [after.id for after in sheet.row_breaks.brk]) == (21, [20])


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "https://x.vn/" + "a" * 2100, "//x"]
)
def test_a_link_that_may_not_be_one_is_plain_text_and_counted(url):
    file = io.BytesIO()
    written = write_workbook(file, [one_column(Link(url, "xem"))], properties=PROPERTIES)
    cell = openpyxl.load_workbook(file).active["A2"]
    assert (written.links_as_text, cell.value, cell.hyperlink) == (1, "xem", None)


def test_more_links_than_excel_holds_become_plain_values(monkeypatch):
    monkeypatch.setattr("ocop_portal.lib.spreadsheet.links.MOST_LINKS", 1)
    sheet = one_column(Link("https://ocop.example/1", 1), Link("https://ocop.example/2", 2))
    assert write_workbook(io.BytesIO(), [sheet], properties=PROPERTIES).links_as_text == 1


def test_an_address_with_spaces_and_vietnamese_letters_is_written_as_a_valid_one(write):
    path = write(one_column(Link('https://ocop.example/sản phẩm/?q="rượu"&x=<1>', "xem")))
    assert openpyxl.load_workbook(path).active["A2"].hyperlink.target == (
        "https://ocop.example/s%E1%BA%A3n%20ph%E1%BA%A9m/?q=%22r%C6%B0%E1%BB%A3u%22&x=%3C1%3E"
    )


def test_the_file_says_what_it_is_with_the_dates_it_was_given(write):
    properties = openpyxl.load_workbook(write(budget([]))).properties
    assert (properties.title, properties.creator, properties.created, properties.modified) == (
        "Báo cáo tiến độ",
        "UBND huyện Trùng Khánh",
        datetime(2023, 12, 29, 7, 30),
        datetime(2023, 12, 29, 7, 30),
    )


def test_what_xml_cannot_hold_in_the_files_own_particulars_breaks_no_file(tmp_path):
    """A unit's name stands in title and author too; one control character made a file nobody could open."""
    path = tmp_path / "book.xlsx"
    told = Properties("Báo\x01 cáo", "UBND\x07 & <huyện>", created=PROPERTIES.created, subject="a\ud800")
    write_workbook(path, [one_column("x")], properties=told)
    read = openpyxl.load_workbook(path).properties
    assert (read.title, read.creator, read.subject) == ("Báo cáo", "UBND & <huyện>", "a\ufffd")


def test_memory_does_not_grow_with_the_rows(tmp_path):
    def peak(count):
        rows = ((number, f"Sản phẩm {number}") for number in range(count))
        tracemalloc.start()
        sheet = Sheet("S", [Column("A", "integer"), Column("B")], rows)
        write_workbook(tmp_path / "many.xlsx", [sheet], properties=PROPERTIES)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(40_000) < peak(20_000) * 1.2


def test_rows_are_read_once_from_any_iterator(tmp_path):
    path = tmp_path / "report.xlsx"
    sheet = Sheet("S", [Column("A", "integer", total=True)], ((number,) for number in range(1000)))
    written = write_workbook(path, [sheet], properties=PROPERTIES, level=1)
    assert written.rows == {"S": 1000}
    assert values_by_openpyxl(path)["S", "A1002"] == 499_500


# ---- what it looks like


def test_a_data_sheet_has_frozen_header_filter_and_formats_and_no_merged_cell(write):
    sheet = openpyxl.load_workbook(write(budget(BUDGET_ROWS)))["Kinh phí"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.merged_cells.ranges) == ("A2", "A1:E4", set())
    assert [cell.number_format for cell in sheet[2]] == ["#,##0", "General", "#,##0.0", "#,##0.0", "0.0"]
    assert {cell.font.name for row in sheet.iter_rows() for cell in row} == {"Times New Roman"}
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [6, 40]


def test_sheets_print_on_a4_landscape_one_page_wide_with_the_header_repeated(write):
    for sheet, header in zip(openpyxl.load_workbook(write(summary(), budget([]))), ("8", "1"), strict=True):
        setup, margins = sheet.page_setup, sheet.page_margins
        assert (setup.paperSize, setup.orientation, setup.fitToHeight) == (9, "landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
        assert sheet.print_title_rows == f"${header}:${header}"
        millimetres = [
            round(inches * 25.4) for inches in (margins.top, margins.bottom, margins.left, margins.right)
        ]
        assert millimetres == [20, 20, 30, 15]


def test_a_number_has_its_own_format_when_it_asks_for_one(write):
    sheet = openpyxl.load_workbook(write(summary()))["Tổng hợp"]
    assert (sheet["C9"].value, sheet["C9"].number_format) == (6, '"≥ "0')
    assert (sheet["C11"].value, sheet["C11"].data_type) == ("20–25", "s")


def test_a_row_may_look_different_as_a_whole(write):
    row = Row((1, Styled("Cộng", Style(italic=True))), Style(bold=True, fill="fde68a"))
    sheet = openpyxl.load_workbook(write(Sheet("S", [Column("A", "integer"), Column("B")], [row]))).active
    assert [(cell.font.bold, cell.font.italic) for cell in sheet[2]] == [(True, False), (True, True)]
    assert sheet["A2"].fill.fgColor.rgb == "00fde68a"


def test_the_summary_follows_the_official_layout(write):
    sheet = openpyxl.load_workbook(write(summary()))["Tổng hợp"]
    shown = {
        cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
    }
    assert [shown[cell] for cell in ("A1", "C1", "A2", "C2", "C3", "A5", "A6")] == [
        "UBND TỈNH CAO BẰNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "UBND HUYỆN TRÙNG KHÁNH",
        "Độc lập - Tự do - Hạnh phúc",
        "Trùng Khánh, ngày 29 tháng 12 năm 2023",
        "BÁO CÁO TIẾN ĐỘ",
        "(Kèm theo Báo cáo số 12/BC-UBND ngày 29/12/2023)",
    ]
    assert (sheet["C2"].font.underline, sheet["C3"].font.italic, sheet["A5"].font.bold) == (
        "single",
        True,
        True,
    )
    assert [shown[cell] for cell in ("A13", "C13", "C14", "C15", "C20", "A14")] == [
        "Nơi nhận:",
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Người Ký",
        "- UBND tỉnh;",
    ]
    rows_of_data = range(8, 12)
    assert all(merged.min_row not in rows_of_data for merged in sheet.merged_cells.ranges)


def test_long_text_gets_a_taller_row(write):
    columns = [Column("Ghi chú", width=20)]
    sheet = Sheet("S", columns, [("ngắn",), ("rất dài " * 20,)], fit_heights=True)
    sheet = openpyxl.load_workbook(write(sheet)).active
    assert sheet.row_dimensions[2].height == 18
    assert sheet.row_dimensions[3].height > 100


def test_lines_may_stand_anywhere_outside_the_table(write):
    line = Line([Block("phải", 1, 1), Block("trái", 0, 0)])
    sheet = Sheet("S", [Column("A"), Column("B")], [("a", "b")], above=[line], below=[line])
    path = write(sheet)
    assert [values_by_openpyxl(path)["S", cell] for cell in ("A1", "B1", "A2", "A3", "A4", "B4")] == [
        "trái",
        "phải",
        "A",
        "a",
        "trái",
        "phải",
    ]
