"""Files that are no forms are refused in words, before they cost time or memory; damaged ones never crash."""

from __future__ import annotations

import io
import time
import tracemalloc

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_portal.lib.spreadsheet_forms import Form, FormRefused, fill, filling, mistakes
from tests.office_forms import VOCABULARY, data, golden, parts, saved, shared, small, with_part

MEGABYTE = 1024 * 1024
RELATIONS = "xl/_rels/workbook.xml.rels"
SHEET = "xl/worksheets/sheet1.xml"
GOLDEN = golden()
SHARED = shared({"A1": "{{ky}}"})


def refusal(content: bytes) -> str:
    with pytest.raises(FormRefused) as caught:
        Form(content, VOCABULARY)
    return str(caught.value)


def sheet_of(data_xml: bytes) -> bytes:
    """A form whose first sheet has this in its rows."""
    xml = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return with_part(small({"A1": 1}), SHEET, lambda _old: xml + data_xml + b"</sheetData></worksheet>")


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="urn:x"><sheetData><row r="1"><c r="A1"><v>&b;</v></c></row></sheetData></worksheet>'
)
FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "hỏng"),
        (b"PK\x03\x04 not an archive", "hỏng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "hỏng"),
        (GOLDEN[: len(GOLDEN) // 2], "hỏng"),
        (with_part(GOLDEN, "xl/vbaProject.bin", lambda _old: b"x"), "macro"),
        (with_part(GOLDEN, SHEET, lambda _old: BOMB), "hỏng"),
        (with_part(GOLDEN, "xl/workbook.xml", lambda _old: BOMB), "hỏng"),
        (with_part(GOLDEN, "xl/styles.xml", lambda _old: BOMB), "định dạng của tệp bị hỏng"),
        (with_part(SHARED, "xl/sharedStrings.xml", lambda _old: BOMB), "hỏng"),
        (with_part(GOLDEN, RELATIONS, lambda _old: BOMB), "hỏng"),
        (with_part(GOLDEN, SHEET, lambda old: old[:-30]), "hỏng"),
        (with_part(GOLDEN, SHEET, lambda old: old.decode().encode("utf-16")), "hỏng"),
        (sheet_of(FAR), "dùng ô XFD1048576"),
        (sheet_of(b'<row r="1048576"/>'), "dùng ô A1048576"),
        (sheet_of(b'<row r="1"><c r="A1"><f>' + b"'" * 9000 + b"</f></c></row>"), "công thức dài hơn"),
        (
            with_part(
                GOLDEN,
                "xl/_rels/workbook.xml.rels",
                lambda old: old.replace(b"worksheets/sheet1.xml", b"../../../etc/passwd"),
            ),
            "hỏng",
        ),
    ],
)
def test_what_is_no_form_is_refused_in_words(content, words):
    assert words in refusal(content)


def many(element: bytes, megabytes: int) -> bytes:
    return sheet_of(b"<row>" + element * (megabytes * MEGABYTE // len(element)) + b"</row>")


@pytest.mark.parametrize(
    "content",
    [
        with_part(GOLDEN, SHEET, lambda _old: b"0" * (190 * MEGABYTE)),
        with_part(GOLDEN, "xl/media/image1.png", lambda _old: b"0" * (190 * MEGABYTE)),
        many(b"<c/>", 7),
        many(b'<c t="inlineStr"><is><t>{{ky}}</t></is></c>', 30),
        sheet_of(b"<a>" * MEGABYTE + b"</a>" * MEGABYTE),
    ],
    ids=["one part", "a picture", "elements", "cells", "nested"],
)
def test_a_file_that_unpacks_too_far_is_refused_in_little_memory(content):
    assert len(content) < 5 * MEGABYTE
    tracemalloc.start()
    words = refusal(content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "quá nhiều" in words or "hỏng" in words
    assert most < 120 * MEGABYTE


@pytest.mark.parametrize(
    "text",
    ["{{" * 16_000, "{{a" * 10_000, "}}" * 16_000, "{{" + "." * 100 + "}}", "{" * 32_000, "{{'''''" * 4_000],
)
def test_a_text_of_nothing_but_braces_costs_no_time(text):
    began = time.process_time()
    assert mistakes(Form(small({"A1": text}), VOCABULARY))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("piece", ["''", "A:", "(", "[", "'a!"])
def test_a_formula_of_nonsense_costs_no_time_and_is_kept(piece):
    formula = "=" + piece * (8_000 // len(piece))
    book = openpyxl.Workbook()
    book.active["A1"] = "{{san_pham.ten}}"
    book.active["B3"] = formula
    began = time.process_time()
    out = fill(Form(saved(book), VOCABULARY), data(3))
    assert time.process_time() - began < 5
    assert openpyxl.load_workbook(io.BytesIO(out)).active["B5"].value == formula


PARTS = sorted(parts(GOLDEN))
XML = [name for name in PARTS if name.endswith((".xml", ".rels"))]
NAMES = ["r", "s", "t", "ref", "sqref", "si", "count", "id", "Id", "Target", "name", "numFmtId", "activeCell"]
VALUES = [
    "",
    "0",
    "-1",
    "A0",
    "AAAA1",
    "1:1",
    "A:A",
    "A1:",
    ":",
    "99999999",
    "shared",
    "s",
    "b",
    "../x",
    "A1 B2",
]


def read_and_fill(content: bytes) -> None:
    """What may happen to a damaged file: it is refused in words, mistakes are told, or it is filled."""
    try:
        form = Form(content, VOCABULARY)
        if not mistakes(form):
            fill(form, data(2))
    except FormRefused as refused:
        assert str(refused)


@settings(max_examples=150)
@given(st.sampled_from(PARTS), st.floats(0, 1), st.integers(1, 40), st.binary(max_size=6))
def test_a_damaged_file_is_refused_or_filled_but_never_crashes(part, at, length, put):
    def spoil(old: bytes) -> bytes:
        place = int(at * len(old))
        return old[:place] + put + old[place + length :]

    read_and_fill(with_part(GOLDEN, part, spoil))


@settings(max_examples=150)
@given(st.sampled_from(XML), st.sampled_from(NAMES), st.sampled_from(VALUES), st.integers(0, 30))
def test_an_attribute_of_nonsense_is_refused_or_filled_but_never_crashes(part, name, value, nth):
    def spoil(old: bytes) -> bytes:
        pieces = old.split(f' {name}="'.encode())
        if len(pieces) > 1:
            place = nth % (len(pieces) - 1) + 1
            pieces[place] = value.encode() + b'"' + pieces[place].partition(b'"')[2]
        return f' {name}="'.encode().join(pieces)

    read_and_fill(with_part(GOLDEN, part, spoil))


def test_a_form_of_nothing_but_mistakes_tells_some_hundred_and_stops():
    content = small(
        {f"{letter}{row}": f"{{{{sai_{row}}}}}" for row in range(1, 1001) for letter in "ABCDEFGHIJ"}
    )
    began = time.process_time()
    assert len(mistakes(Form(content, VOCABULARY))) == 200
    assert time.process_time() - began < 5


def test_a_long_formula_shared_by_many_cells_is_not_written_out_for_each():
    master = (
        b'<row r="1"><c r="A1"><f t="shared" ref="A1:A50000" si="0">' + b"1+" * 4_000 + b"1</f></c></row>"
    )
    others = b"".join(
        b'<row r="%d"><c><f t="shared" si="0"/></c></row>' % number for number in range(2, 50_000)
    )
    tracemalloc.start()
    assert "quá nhiều" in refusal(sheet_of(master + others))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 120 * MEGABYTE


def test_a_long_text_shown_by_many_cells_is_refused_at_once():
    text = b"<sst><si><t>" + b"{{ky}}" * 5_000 + b"</t></si></sst>"
    cells = b"".join(b'<row r="%d"><c t="s"><v>0</v></c></row>' % number for number in range(1, 40_000))
    content = with_part(
        SHARED, SHEET, lambda _old: b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"
    )
    began = time.process_time()
    assert "quá nhiều" in refusal(with_part(content, "xl/sharedStrings.xml", lambda _old: text))
    assert time.process_time() - began < 5


def test_a_row_that_would_fill_the_memory_is_not_printed(monkeypatch):
    monkeypatch.setattr(filling, "LONGEST_BLOCK", 100_000)
    content = small({"A1": "{{san_pham.ten}}" + "x" * 1_000})
    assert fill(Form(content, VOCABULARY), data(50))
    with pytest.raises(FormRefused, match="nhiều dòng hơn"):
        fill(Form(content, VOCABULARY), data(200))
