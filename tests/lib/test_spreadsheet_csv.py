"""Rows as CSV: Excel reads the letters, and nothing in them acts as a formula."""

from datetime import date, datetime
from decimal import Decimal
from itertools import count, islice

import pytest

from ocop_portal.lib.spreadsheet import Formula, Link, Row, Style, Styled, csv_lines


def printed(*values):
    """One row as CSV, without the mark and the header."""
    return b"".join(csv_lines(["A"], [values])).decode("utf-8").removeprefix("\ufeffA\r\n")


def test_a_file_begins_with_the_byte_order_mark_and_the_header():
    assert list(csv_lines(["TT", "Tên"], [(1, "Rượu ngô")])) == [
        b"\xef\xbb\xbfTT,T\xc3\xaan\r\n",
        "1,Rượu ngô\r\n".encode(),
    ]


@pytest.mark.parametrize("leading", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_begins_like_a_formula_gets_an_apostrophe(leading):
    assert printed(f"{leading}1+1").strip('"\r\n').startswith("'")


def test_a_control_character_in_front_hides_no_formula():
    assert printed("\x00=1+1") == "'=1+1\r\n"


def test_numbers_and_dates_are_values_not_text():
    day = date(2023, 12, 29)
    assert printed(-5, Decimal("-1.50"), day, datetime(2023, 12, 29, 7, 5), None, "") == (
        "-5,-1.50,29/12/2023,29/12/2023 07:05,,\r\n"
    )


def test_formulas_links_and_styles_print_what_they_show():
    values = (Formula("SUM(A1:A2)", 3), Link("https://ocop.example/", Styled("-x", Style(bold=True))))
    assert printed(*values) == "3,'-x\r\n"
    assert b"".join(csv_lines(["A"], [Row((1,), Style(bold=True))])).endswith(b"\r\n1\r\n")


def test_hostile_text_stays_inside_its_field():
    assert printed('a"b', "c,d", "e\r\nf\x07", "g\ud800") == '"a""b","c,d","e\nf",g\ufffd\r\n'


def test_rows_are_printed_as_they_come():
    endless = csv_lines(["A"], ((number,) for number in count()))
    assert list(islice(endless, 1, 3)) == [b"0\r\n", b"1\r\n"]
