"""Excel's limits and what is over them: rows, links, digits, dates of 1900, styles; fast lanes and slow."""

import re
import resource
import subprocess
import sys
import tempfile
import textwrap
import zipfile
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_portal.lib.spreadsheet import (
    Column,
    Link,
    Properties,
    Sheet,
    SpreadsheetError,
    Style,
    Styled,
    write_workbook,
)
from tests.spreadsheet_tools import differences, values_by_calamine, values_by_openpyxl

PROPERTIES = Properties("Báo cáo", "UBND", datetime(2023, 12, 29))


def write(path, rows, kind="text", columns=1):
    """Write ``rows`` under ``columns`` columns of one kind; return what was written."""
    titles = [Column(f"Cột {number}", kind) for number in range(columns)]
    return write_workbook(path, [Sheet("Dữ liệu", titles, rows)], properties=PROPERTIES)


def xml_of(path):
    """The XML of the first sheet."""
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


# ---- rows

MILLION = """
    import sys
    from datetime import datetime
    from ocop_portal.lib.spreadsheet import Column, Properties, Sheet, write_workbook

    rows = ((number, "Xã Đàm Thủy") for number in range(int(sys.argv[2])))
    sheet = Sheet("Dữ liệu", [Column("TT", "integer"), Column("Xã")], rows)
    write_workbook(sys.argv[1], [sheet], properties=Properties("B", "U", datetime(2023, 12, 29)))
    status = open("/proc/self/status").read()  # getrusage would tell of the process that forked this one
    print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


def a_million(path, count):
    """Write ``count`` rows in a process of its own, with at most 400 MB of addresses."""

    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))

    command = [sys.executable, "-c", textwrap.dedent(MILLION), str(path), str(count)]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limited)


def test_a_sheet_holds_excels_last_row_in_little_memory_and_refuses_one_more(tmp_path):
    path = tmp_path / "full.xlsx"
    full = a_million(path, 1_048_575)
    assert full.returncode == 0, full.stderr
    assert int(full.stdout) < 100
    with zipfile.ZipFile(path) as archive, archive.open("xl/worksheets/sheet1.xml") as part:
        last = b""
        while chunk := part.read(1 << 20):
            last = (last + chunk)[-2000:]
    assert re.findall(rb'<row r="(\d+)"', last)[-1] == b"1048576"
    assert b'<c r="A1048576" s="2"><v>1048574</v>' in last

    over = a_million(tmp_path / "over.xlsx", 1_048_576)
    assert "SpreadsheetError: Sheet 'Dữ liệu': Excel holds 1,048,576 rows, there are more" in over.stderr
    assert not (tmp_path / "over.xlsx").exists()


# ---- links


def test_a_figure_with_a_link_stays_a_number_and_says_where_it_leads(tmp_path):
    path = tmp_path / "links.xlsx"
    tip = 'Xem 7 sản phẩm "5 sao" & <hơn>'
    write(path, [(Link("https://ocop.example/san-pham/?xa=1&sao=5", 7, tip),)], "integer")
    cell = openpyxl.load_workbook(path).active["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (7, "n", "#,##0")
    assert (cell.hyperlink.target, cell.hyperlink.tooltip) == (
        "https://ocop.example/san-pham/?xa=1&sao=5",
        tip,
    )
    assert values_by_calamine(path)["Dữ liệu", "A2"] == 7


def test_a_tip_longer_than_excel_shows_is_cut(tmp_path):
    write(tmp_path / "tip.xlsx", [(Link("#'Dữ liệu'!A1", 1, "a" * 300),)])
    shown = openpyxl.load_workbook(tmp_path / "tip.xlsx").active["A2"].hyperlink.tooltip
    assert shown == "a" * 254 + "…"


def test_past_the_last_link_figures_stay_and_one_note_says_so(tmp_path):
    path = tmp_path / "many.xlsx"
    written = write(path, ((Link(f"https://ocop.example/{n % 9}", n),) for n in range(65_532)), "integer")
    assert written.links_as_text == 2
    content = xml_of(path)
    assert content.count("<hyperlink ") == 65_530
    assert '<c r="A65533" s="2"><v>65531</v>' in content
    assert content.count("Excel chỉ giữ 65.530 liên kết trên một trang tính") == 1


def test_a_sheet_whose_links_fit_has_no_note(tmp_path):
    write(tmp_path / "few.xlsx", [(Link("https://ocop.example/", 1),)])
    assert "Excel chỉ giữ" not in xml_of(tmp_path / "few.xlsx")


def test_the_note_about_links_never_costs_the_last_row(tmp_path, monkeypatch):
    monkeypatch.setattr("ocop_portal.lib.spreadsheet.links.MOST_LINKS", 1)
    monkeypatch.setattr("ocop_portal.lib.spreadsheet.sheet_stream.MOST_ROWS", 3)
    rows = [(Link("https://ocop.example/", n),) for n in range(2)]
    assert write(tmp_path / "full.xlsx", rows).links_as_text == 1
    assert "Excel chỉ giữ" not in xml_of(tmp_path / "full.xlsx")


# ---- values


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(1900, 2, 28), date(1899, 12, 31), date(1, 1, 1)])
def test_a_day_excel_counts_wrongly_or_not_at_all_is_text(tmp_path, day):
    path = tmp_path / "old.xlsx"
    assert write(path, [(day,), (date(1900, 3, 1),)], "date").dates_as_text == 1
    assert values_by_openpyxl(path)["Dữ liệu", "A2"] == f"{day.day:02}/{day.month:02}/{day.year:04}"
    assert "<v>61</v>" in xml_of(path)  # 01/03/1900, after Excel's 29/02/1900
    assert differences(values_by_openpyxl(path), values_by_calamine(path)) == []


def test_a_decimal_of_many_digits_is_written_whole_and_read_as_near_as_excel_can(tmp_path):
    path = tmp_path / "digits.xlsx"
    exact = Decimal("1234567890123456789.123456789")
    write(path, [(exact,), (Decimal("1E-30"),)], "decimal")
    assert f"<v>{exact}</v>" in xml_of(path)
    assert values_by_openpyxl(path)["Dữ liệu", "A2"] == pytest.approx(float(exact), rel=1e-15)
    assert differences(values_by_openpyxl(path), values_by_calamine(path)) == []


@pytest.mark.parametrize("count", [1, 600])
@pytest.mark.parametrize(
    "bad",
    [
        float("nan"),
        float("inf"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
        Decimal("1E+308"),
        10**15,
        -(10**15),
        10**400,
        datetime(2023, 1, 1, tzinfo=timezone.utc),  # noqa: UP017
    ],
)
def test_one_bad_value_among_good_ones_of_its_type_is_refused_by_the_cells_name(tmp_path, bad, count):
    good = {float: 1.5, Decimal: Decimal(1), int: 1, datetime: datetime(2023, 1, 1)}[type(bad)]
    with pytest.raises(SpreadsheetError, match=rf"^Sheet 'Dữ liệu', cell A{count + 2}: "):
        write(tmp_path / "bad.xlsx", [*[(good,)] * count, (bad,), (good,)], "decimal")


def test_composed_and_decomposed_letters_are_kept_as_they_were_typed(tmp_path):
    path = tmp_path / "letters.xlsx"
    write(path, [("Đàm Thủy",), ("Đàm Thủy",)])
    assert [values_by_calamine(path)["Dữ liệu", cell] for cell in ("A2", "A3")] == ["Đàm Thủy", "Đàm Thủy"]


def test_a_thousand_styles_are_each_kept(tmp_path):
    path = tmp_path / "styles.xlsx"
    write(path, [(Styled(n, Style(fill=f"{n:06x}")),) for n in range(1000)], "integer")
    sheet = openpyxl.load_workbook(path).active
    assert [sheet.cell(n + 2, 1).fill.fgColor.rgb for n in (0, 500, 999)] == [
        "00000000",
        "000001f4",
        "000003e7",
    ]


def test_more_styles_than_excel_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("ocop_portal.lib.spreadsheet.appearance.MOST_STYLES", 5)
    looks = [(Styled(n, Style(fill=f"{n:06x}")),) for n in range(9)]
    with pytest.raises(SpreadsheetError, match=r"^Excel holds 5 styles in a file, there are more$"):
        write(tmp_path / "styles.xlsx", looks)


# ---- the fast lanes

values_of_one_type = st.one_of(
    st.lists(
        st.text(st.sampled_from(list("aĐ |=+-@&<>_x0041 \n\t\x07\ud800\u0301")), max_size=9), min_size=1
    ),
    st.lists(st.integers(-(10**15) + 1, 10**15 - 1), min_size=1),
    st.lists(
        st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18), min_size=1
    ),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1),
    st.lists(st.dates(), min_size=1),
    st.lists(st.datetimes(), min_size=1),
)


@settings(max_examples=120)
@given(values_of_one_type)
def test_a_batch_of_one_type_is_written_as_each_value_would_be_alone(values):
    with tempfile.TemporaryDirectory() as folder:
        alike, mixed = Path(folder, "alike.xlsx"), Path(folder, "mixed.xlsx")
        first = write(alike, [(value,) for value in values])
        second = write(mixed, [*[(value,) for value in values], (True,)])  # a mixed batch goes one by one
        rows = [re.findall(r"<row .*?</row>", xml_of(path), re.DOTALL) for path in (alike, mixed)]
    assert rows[0] == rows[1][:-1]
    assert (first.texts_cut, first.dates_as_text) == (second.texts_cut, second.dates_as_text)
