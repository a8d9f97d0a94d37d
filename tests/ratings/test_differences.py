"""What changed between two submissions: each field, answer, paper; nothing where nothing changed."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ratings.differences import Difference, between

WORDS = st.text("abcđêô 12", max_size=6)
ANSWER = st.fixed_dictionaries(
    {
        "title": WORDS,
        "option": st.none() | st.integers(1, 4),
        "points": st.none() | st.sampled_from(["0.00", "1.50", "2.00"]),
        "label": WORDS,
        "note": WORDS,
    }
)
PAPER = st.fixed_dictionaries(
    {
        "id": st.integers(1, 4),
        "kind": st.sampled_from(["award", "story"]),
        "title": WORDS,
        "expires_on": st.none() | st.sampled_from(["2026-06-01", "2027-01-31"]),
        "sha256": st.sampled_from(["a" * 64, "b" * 64]),
        "criteria": st.lists(st.sampled_from(["1.1", "2.2", ""]), unique=True, max_size=3),
    }
)
CONTENT = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["first", "upgrade"]),
        "requested_stars": st.none() | st.integers(3, 5),
        "presentation": WORDS,
        "pledged": st.booleans(),
        "sections": st.dictionaries(
            st.sampled_from(["ket-qua", "phuong-an"]), st.dictionaries(WORDS, WORDS | st.lists(WORDS))
        ),
        "answers": st.dictionaries(st.sampled_from(["1.1", "2.2", "4"]), ANSWER),
        "evidence": st.lists(PAPER, max_size=4, unique_by=lambda paper: paper["id"]),
        "total": st.none() | st.sampled_from(["50.00", "71.25"]),
        "stars": st.none() | st.integers(1, 5),
    }
)


@given(CONTENT)
def test_the_same_contents_twice_differ_in_nothing(content: dict[str, Any]):
    assert between(content, content) == []


@given(CONTENT, CONTENT)
def test_seen_from_the_other_side_before_and_after_change_places(one: dict[str, Any], two: dict[str, Any]):
    there = sorted((row.place, row.before, row.after) for row in between(one, two))
    back = sorted((row.place, row.after, row.before) for row in between(two, one))
    assert there == back


@given(CONTENT, CONTENT)
def test_every_row_says_something_that_changed(one: dict[str, Any], two: dict[str, Any]):
    assert [row for row in between(one, two) if row.before == row.after] == []


BEFORE: dict[str, Any] = {
    "kind": "first",
    "requested_stars": 3,
    "presentation": "",
    "pledged": True,
    "sections": {"ket-qua": {"revenue": "100", "grown": True}},
    "answers": {
        "1.1": {"title": "Nguồn nguyên liệu", "option": 1, "points": "1.00", "label": "<50%", "note": ""},
        "2.2": {"title": "Bao bì", "option": 2, "points": "2.50", "label": "Đẹp", "note": "Cũ"},
    },
    "evidence": [
        {"id": 1, "kind": "award", "title": "Giấy khen", "sha256": "a" * 64, "criteria": ["2.2"]},
        {"id": 2, "kind": "story", "title": "Câu chuyện", "sha256": "b" * 64, "criteria": [""]},
    ],
    "papers": [{"kind": "award", "title": "Bằng", "sha256": "c" * 64, "file_name": "bang.pdf"}],
    "parts": {"A": "3.50"},
    "total": "61.50",
    "stars": 3,
}


def changed(**fields: Any) -> list[Difference]:
    return between(BEFORE, BEFORE | fields)


def test_a_field_of_the_registration_reads_with_its_label():
    assert changed(kind="upgrade", presentation="Rượu men lá") == [
        Difference("section:dang-ky", "Loại hồ sơ", "Lần đầu", "Nâng hạng"),
        Difference("section:dang-ky", "Giới thiệu sản phẩm", "", "Rượu men lá"),
    ]


def test_a_field_of_a_section_reads_with_the_words_of_its_question():
    before = BEFORE | {"sections": {"ket-qua": {"revenue_2025": "1000", "grown": True}}}
    after = BEFORE | {"sections": {"ket-qua": {"revenue_2025": "1200.5", "grown": False}}}
    assert between(before, after) == [
        Difference("section:ket-qua", "Doanh thu, năm 2025 (triệu đồng)", "1.000", "1.200,5"),
        Difference("section:ket-qua", "grown", "Có", "Không"),
    ]


def test_an_answer_changes_by_option_and_by_note():
    answers = BEFORE["answers"] | {
        "2.2": {"title": "Bao bì", "option": 3, "points": "4.00", "label": "Rất đẹp", "note": "Mới"}
    }
    assert changed(answers=answers) == [
        Difference("criterion:2.2", "2.2 Bao bì", "2,5 điểm: Đẹp", "4 điểm: Rất đẹp"),
        Difference("criterion:2.2", "2.2 Bao bì: ghi chú", "Cũ", "Mới"),
    ]


def test_criteria_stand_in_the_order_of_the_annex():
    codes = ["10", "1.10", "9", "1.2", "2.1"]
    answers = {code: {"title": "", "option": 1, "points": "1.00", "label": "", "note": ""} for code in codes}
    rows = between({}, {"answers": answers})
    assert [row.title for row in rows] == ["1.2", "1.10", "2.1", "9", "10"]


def test_an_option_of_the_same_points_is_another_answer():
    answers = BEFORE["answers"] | {"1.1": BEFORE["answers"]["1.1"] | {"option": 2, "label": "50–75%"}}
    assert [row.after for row in changed(answers=answers)] == ["1 điểm: 50–75%"]


def test_papers_are_added_removed_and_replaced():
    newer = BEFORE["evidence"][0] | {"sha256": "d" * 64}
    added = {"id": 3, "kind": "award", "title": "Bằng khen", "sha256": "e" * 64, "criteria": ["1.1"]}
    rows = changed(evidence=[newer, added])
    assert [(row.place, row.title, bool(row.before), bool(row.after)) for row in rows] == [
        ("evidence", "Giải thưởng", True, True),
        ("evidence", "Câu chuyện sản phẩm", True, False),
        ("evidence", "Giải thưởng", False, True),
    ]
    assert ("a" * 12 in rows[0].before, "d" * 12 in rows[0].after) == (True, True)
    assert "dùng cho 1.1" in rows[2].after
    assert [row.place for row in changed(papers=[])] == ["papers"]


def test_the_same_paper_for_another_criterion_is_a_change():
    moved = [BEFORE["evidence"][0] | {"criteria": ["1.1", "2.2"]}, BEFORE["evidence"][1]]
    (row,) = changed(evidence=moved)
    assert "dùng cho 2.2" in row.before
    assert "dùng cho 1.1, 2.2" in row.after


def test_the_own_score_is_compared_last():
    rows = changed(parts={"A": "5.00"}, total="63.00", stars=4)
    assert [(row.place, row.before, row.after) for row in rows] == [
        ("score", "3,5", "5"),
        ("score", "61,5", "63"),
        ("score", "3", "4"),
    ]
