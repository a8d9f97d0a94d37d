"""The file before independent judges: hostile values in two readers, an evaluator, LibreOffice."""

import tempfile
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_portal.lib.spreadsheet import Column, Formula, Properties, Ratio, Sheet, write_workbook
from ocop_portal.lib.spreadsheet.text import clean
from tests.spreadsheet_tools import (
    Disagreement,
    Evaluator,
    differences,
    disagreements_with_libreoffice,
    recalculated,
    same,
    values_by_calamine,
    values_by_openpyxl,
    wrong_formulas,
)

PROPERTIES = Properties("Báo cáo", "UBND", datetime(2023, 12, 29))
COLUMNS = [
    Column("TT", "integer", total=True),
    Column("Nội dung"),
    Column("Kế hoạch", "money", total=True),
    Column("Thực hiện", "decimal", total=True),
    Column("Tỷ lệ (%)", "percent", total=Ratio("Thực hiện", "Kế hoạch")),
    Column("Ngày", "date"),
]

hostile_text = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf"]),
        st.sampled_from(list("=+-@<>&\"'_x0041_ \t\r\n]ÂâĐđ\u0301\u00a0\ufffe\uffff")),
    ),
    max_size=40,
)
numbers = st.one_of(
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.decimals(-(10**9), 10**9, places=3),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.none(),
)
days = st.dates(date(1900, 3, 1))
rows_of_anything = st.lists(
    st.tuples(st.integers(0, 999), hostile_text, numbers, numbers, numbers, days), max_size=8
)


def workbook(folder, rows):
    """A file of the rows with totals."""
    path = Path(folder, "report.xlsx")
    write_workbook(path, [Sheet("Kinh phí", COLUMNS, rows)], properties=PROPERTIES, level=1)
    return path


def tampered(path, old, new):
    """A copy of the file in which the first sheet says ``new`` where it said ``old``."""
    copy = path.with_name("tampered.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                assert content.count(old) == 1
                content = content.replace(old, new)
            target.writestr(name, content)
    return copy


@settings(max_examples=40)
@given(rows_of_anything)
def test_anything_written_is_read_back_equal_by_both_readers(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = workbook(folder, rows)
        read = values_by_openpyxl(path)
        assert differences(read, values_by_calamine(path)) == []
    for number, row in enumerate(rows, start=2):
        for letter, value in zip("ABCDEF", row, strict=True):
            meant = (clean(value) or None) if isinstance(value, str) else value
            assert same(read.get(("Kinh phí", f"{letter}{number}")), meant)


@settings(max_examples=25)
@given(rows_of_anything)
def test_the_evaluator_finds_every_total_as_it_is_cached(rows):
    with tempfile.TemporaryDirectory() as folder:
        assert wrong_formulas(workbook(folder, rows)) == []


ROWS = [
    (1, "Tuyên truyền", Decimal("120.5"), Decimal("100"), Formula("D{row}/C{row}*100", 100 / 1.205), None),
    (2, "Tập huấn", Decimal("79.5"), Decimal("20"), None, date(2023, 12, 29)),
    (3, "Đánh giá", "chưa giao", None, Formula('IF(D{row}="","chưa có","có")', "chưa có"), None),
]


def test_the_evaluator_catches_a_wrong_cached_value(tmp_path):
    path = tampered(workbook(tmp_path, ROWS), "<v>120</v>", "<v>121</v>")
    assert wrong_formulas(path) == [Disagreement("Kinh phí", "D5", "=SUM(D2:D4)", 121, 120)]


def test_the_evaluator_catches_a_formula_over_the_wrong_rows(tmp_path):
    path = tampered(workbook(tmp_path, ROWS), "SUM(C2:C4)", "SUM(C3:C4)")
    assert [(wrong.cell, wrong.computed) for wrong in wrong_formulas(path)] == [
        ("C5", Decimal("79.5")),
        ("E5", pytest.approx(120 / 0.795)),
    ]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=1+2*3-4/2", 5),
        ("=-2^2", 4),
        ('=IF(A1=0,"",A2/A1*100)', ""),
        ("=IFERROR(A2/A1,7)", 7),
        ("=ROUND(2.345,2)", 2.35),
        ("=ROUND(-2.5,0)", -3),
        ("=SUM(A1:B2,1)", 14),
        ("=SUBTOTAL(9,A1:B2)", 13),
        ('=COUNTIF(B1:B2,"x")', 1),
        ("=COUNTA(A1:B2)", 4),
        ("=AVERAGE(A1:A2)", 5),
        ("=MAX(A1:B2)-MIN(A1:B2)", 10),
        ('=ABS(-A2)&" sao"', "10 sao"),
        ("='Kinh phí'!A1+Other!$A$1", 8),
        ("=A3*2", 20),
    ],
)
def test_the_evaluator_computes_as_excel_does(formula, value):
    cells = {
        ("S", "A1"): 0,
        ("S", "A2"): 10,
        ("S", "B1"): 3,
        ("S", "B2"): "x",
        ("Kinh phí", "A1"): 5,
        ("Other", "A1"): 3,
    }
    evaluator = Evaluator(cells, {("S", "Z9"): formula, ("S", "A3"): "=A2"})
    assert same(evaluator.value("S", "Z9"), value)


def test_the_evaluator_refuses_what_it_does_not_know():
    evaluator = Evaluator({}, {("S", "A1"): "=VLOOKUP(1,A2:B3,2)", ("S", "A4"): "=A4"})
    with pytest.raises(KeyError):
        evaluator.value("S", "A1")
    with pytest.raises(AssertionError, match="refers to itself"):
        evaluator.value("S", "A4")


def test_libreoffice_forced_to_recalculate_agrees_with_the_cached_values(tmp_path):
    path = workbook(tmp_path, ROWS)
    assert disagreements_with_libreoffice(path, tmp_path) == []
    assert differences(values_by_openpyxl(path), values_by_openpyxl(recalculated(path, tmp_path))) == []


def test_libreoffice_catches_a_wrong_cached_value(tmp_path):
    path = tampered(workbook(tmp_path, ROWS), "<v>120</v>", "<v>121</v>")
    assert disagreements_with_libreoffice(path, tmp_path) == [("Kinh phí", "D5", 121, 120)]
