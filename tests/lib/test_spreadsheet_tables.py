"""A report's table as CSV and JSON: the same rows, the same totals, line by line."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_portal.lib.spreadsheet import Formula, Link, SpreadsheetError, Style, Styled, table_csv, table_json
from ocop_portal.lib.spreadsheet.text import clean
from reports.tables import Column, Table

COLUMNS = (
    Column("xa", "Xã"),
    Column("ngay", "Ngày", "date"),
    Column("so", "Số sản phẩm", "integer", total="sum"),
    Column("tien", "Doanh thu", "money", total="sum"),
)


def table(*rows, totals=()):
    """A report's table of communes."""
    return Table("theo_xa", "Theo xã", COLUMNS, rows, totals)


FULL = table(
    ("Đàm Thủy", date(2023, 12, 29), 3, Decimal("1234567890123456.70")),
    ("=1+1", None, 0, None),
    totals=("Tổng cộng", None, 3, Decimal("1234567890123456.70")),
)


@dataclass
class Endless:
    """A table that never ends."""

    columns: tuple = COLUMNS[2:3]
    totals: tuple = ()

    @property
    def rows(self):
        return ((number,) for number in count())


def test_a_report_table_is_printed_as_csv_with_its_totals_last():
    assert b"".join(table_csv(FULL)).decode() == (
        "\ufeffXã,Ngày,Số sản phẩm,Doanh thu\r\n"
        "Đàm Thủy,29/12/2023,3,1234567890123456.70\r\n"
        "'=1+1,,0,\r\n"
        "Tổng cộng,,3,1234567890123456.70\r\n"
    )


def test_a_report_table_is_printed_as_json_with_exact_decimals_and_iso_dates():
    printed = json.loads(b"".join(table_json(FULL)))
    assert printed["columns"][0] == {"key": "xa", "title": "Xã", "kind": "text"}
    assert printed["rows"] == [
        {"xa": "Đàm Thủy", "ngay": "2023-12-29", "so": 3, "tien": "1234567890123456.70"},
        {"xa": "=1+1", "ngay": None, "so": 0, "tien": None},
    ]
    assert printed["totals"] == {"xa": "Tổng cộng", "ngay": None, "so": 3, "tien": "1234567890123456.70"}


def test_a_table_without_rows_or_totals_is_valid_in_both():
    assert b"".join(table_csv(table())).decode() == "\ufeffXã,Ngày,Số sản phẩm,Doanh thu\r\n"
    printed = json.loads(b"".join(table_json(table())))
    assert (printed["rows"], printed["totals"]) == ([], None)


def test_links_styles_and_formulas_print_what_they_show():
    row = (Link("https://ocop.example/", "x"), None, Styled(Formula("1+1", 2), Style()), True)
    [record] = json.loads(b"".join(table_json(table(row))))["rows"]
    assert record == {"xa": "x", "ngay": None, "so": 2, "tien": True}


def test_rows_are_printed_as_they_come():
    assert [json.loads(line.strip(b",\n"))["so"] for line in islice(table_json(Endless()), 1, 4)] == [0, 1, 2]
    assert list(islice(table_csv(Endless()), 1, 3)) == [b"0\r\n", b"1\r\n"]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("sNaN"), Decimal("-Infinity")])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(SpreadsheetError, match=r"^JSON, row 1: "):
        list(table_json(table(("x", None, 1, number))))


def test_a_row_that_lacks_a_value_is_refused():
    with pytest.raises(SpreadsheetError, match=r"^JSON, row 1: 1 values for 4 columns$"):
        list(table_json(table(("x",))))


@given(
    st.lists(
        st.tuples(
            st.text(st.characters()),
            st.dates(),
            st.integers(),
            st.decimals(allow_nan=False, allow_infinity=False),
        )
    )
)
def test_both_prints_say_the_same(rows):
    printed = json.loads(b"".join(table_json(table(*rows))))["rows"]
    assert [(one["xa"], one["so"], Decimal(one["tien"])) for one in printed] == [
        (clean(name), number, money) for name, _day, number, money in rows
    ]
    lines = list(csv.reader(io.StringIO(b"".join(table_csv(table(*rows))).decode("utf-8-sig"), newline="")))
    assert [(line[0].removeprefix("'"), int(line[2])) for line in lines[1:]] == [
        (one["xa"].removeprefix("'"), one["so"]) for one in printed
    ]


def test_a_moment_is_iso():
    assert b'"2023-12-29T07:05:00"' in b"".join(table_json(table(("x", datetime(2023, 12, 29, 7, 5), 1, 1))))
