"""Data files from people's hands: read without trust, quickly, and all faults told in words."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_portal.lib import datafiles
from ocop_portal.lib.datafiles import BadFile, Faults


def refusal(content: bytes) -> str:
    with pytest.raises(BadFile) as refused:
        datafiles.read(content)
    return str(refused.value)


def test_a_mapping_is_read_in_one_spelling():
    decomposed = "name: Rượu  ngo\u0302\u200b  \nlines: >\n  một\n  hai\n"
    assert datafiles.read(decomposed.encode()) == {"name": "Rượu ngô", "lines": "một hai"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Tệp: Ở đây phải là các cặp khóa: giá trị."),
        (b"- 1", "Tệp: Ở đây phải là các cặp khóa: giá trị."),
        (b"a: 1\n---\nb: 2", "Dòng 2: Chỗ này không đúng dạng YAML"),
        ("a: ê".encode("cp1258"), "Tệp: Tệp không phải văn bản UTF-8."),
        (b"\xff\xfea\x00", "Tệp: Tệp không phải văn bản UTF-8."),
        (b"a: \x00", "Tệp: Chỗ này không đúng dạng YAML"),
        (b"a: 1\nb: {c: 1, c: 2}", "Dòng 2: Khóa c ghi hai lần."),
        (b"a: 1\na: 2", "Dòng 2: Khóa a ghi hai lần."),
        (b"a: &x 1\nb: *x", "Dòng 2: Không nhận tham chiếu"),
        (b"a: !!python/object/apply:os.system [x]", "Dòng 1: Chỗ này không đúng dạng YAML"),
        (b"a: 1\nb: 2026-02-30", "Dòng 2: Chỗ này không đúng dạng YAML"),
        (b"a: " + b"9" * 5000, "Dòng 1: Chỗ này không đúng dạng YAML"),
        (b"? [a]\n: 1", "Dòng 1: Chỗ này không đúng dạng YAML"),
        (b"a: [" + b"x, " * 400_000, "Tệp: Tệp lớn hơn 1 MB."),
        (b"a: " + b"[" * 50_000, "Dòng 1: Tệp lồng quá nhiều cấp."),
        (b"a: " + b"{b: " * 50_000, "Dòng 1: Tệp lồng quá nhiều cấp."),
        (b"- " * 400_000, "Dòng 1: Tệp lồng quá nhiều cấp."),
        (b"a: [" + b"1," * 400_000 + b"]", "Dòng 1: Tệp có quá nhiều mục"),
        (b"".join(b"a%d: *x\n" % n for n in range(9)), "Dòng 1: Không nhận tham chiếu"),
    ],
)
def test_what_is_no_sound_document_is_refused_at_once(content, words):
    begun = time.process_time()
    assert refusal(content).startswith(words)
    assert time.process_time() - begun < 2


def test_a_bomb_of_references_never_unfolds():
    bomb = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (n + 1, n + 1, b", ".join([b"*%c" % n] * 9)) for n in range(97, 110)
    )
    assert refusal(bomb) == "Dòng 2: Không nhận tham chiếu (&, *). Hãy viết đầy đủ nội dung."


@given(st.binary(max_size=300))
def test_whatever_the_bytes_it_is_a_mapping_or_a_refusal(content):
    try:
        assert isinstance(datafiles.read(content), dict)
    except BadFile as bad:
        assert bad.faults


@given(st.text(alphabet="[]{}:,-?!&*|>'\"%@`# \n\tab1", max_size=80))
def test_whatever_the_signs_it_is_a_mapping_or_a_refusal(signs):
    try:
        assert isinstance(datafiles.read(signs.encode()), dict)
    except BadFile as bad:
        assert bad.faults


@pytest.mark.parametrize(
    ("value", "points"),
    [(0, "0"), (2, "2"), (2.5, "2.5"), (100, "100"), (12.25, "12.25")],
)
def test_points_are_read_exactly(value, points):
    faults = Faults()
    assert faults.points({"p": value}, "p", "x") == Decimal(points)
    assert faults.found == []


@pytest.mark.parametrize("value", [-1, 100.01, 2.555, True, "2", None, float("nan"), float("inf"), [1]])
def test_other_points_are_a_fault(value):
    faults = Faults()
    assert faults.points({"p": value}, "p", "x") is None
    assert list(map(str, faults)) == ["x, p: Điểm phải là số từ 0 đến 100, nhiều nhất hai chữ số thập phân."]
