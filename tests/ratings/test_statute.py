"""The quorum of a council: a share of those who may score, rounded up, with the chair."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.statute import quorum


@pytest.mark.parametrize(
    ("seats", "percent", "needed"),
    [
        (4, 75, 3),
        (5, 75, 4),
        (7, 75, 6),
        (8, 75, 6),
        (9, 75, 7),
        (1, 75, 1),
        (9, 100, 9),
        (9, 50, 5),
        (3, 1, 1),
    ],
)
def test_the_share_of_the_statute_is_rounded_up(seats, percent, needed):
    assert quorum(seats, seats, percent=percent).needed == needed


@pytest.mark.parametrize(("present", "met"), [(5, False), (6, True), (7, True)])
def test_one_too_few_is_no_quorum(present, met):
    assert quorum(7, present).met is met


def test_what_is_missing_is_said(settings):
    found = quorum(7, 4)
    assert (found.missing, found.reason) == (2, "Cần thêm 2 thành viên.")


def test_who_is_recused_leaves_the_base():
    whole, less = quorum(9, 6), quorum(9, 6, recused=1)
    assert (whole.base, whole.needed, whole.met) == (9, 7, False)
    assert (less.base, less.needed, less.met) == (8, 6, True)


def test_a_council_in_which_everybody_is_recused_has_no_quorum():
    found = quorum(3, 0, recused=3)
    assert (found.met, found.reason) == (False, "Không có thành viên nào được chấm điểm.")


def test_without_its_chair_there_is_no_quorum_where_the_statute_asks_for_him():
    assert quorum(4, 4, chair_present=False).reason == "Vắng chủ tịch hội đồng."
    assert quorum(4, 4, chair_present=False, chair_required=False).met


@pytest.mark.parametrize(
    "numbers",
    [{"seats": 3, "present": 4}, {"seats": 3, "present": 3, "recused": 1}, {"seats": -1, "present": 0}],
)
def test_numbers_that_contradict_each_other_are_refused(numbers):
    seats, present = numbers.pop("seats"), numbers.pop("present")
    with pytest.raises(ValueError, match="contradict"):
        quorum(seats, present, **numbers)


councils = st.tuples(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40), st.integers(1, 100)).filter(
    lambda c: c[1] <= c[0] and c[2] <= c[0] - c[1]
)


@given(councils)
def test_the_needed_number_is_the_least_that_reaches_the_share(council):
    seats, recused, present, percent = council
    found = quorum(seats, present, recused=recused, percent=percent)
    base = seats - recused
    assert found.base == base
    if base:
        assert found.needed * 100 >= base * percent > (found.needed - 1) * 100
        assert found.met == (present >= found.needed)
        assert found.needed <= base
    else:
        assert not found.met


@given(councils)
def test_more_members_never_break_a_quorum(council):
    seats, recused, present, percent = council
    if present < seats - recused and quorum(seats, present, recused=recused, percent=percent).met:
        assert quorum(seats, present + 1, recused=recused, percent=percent).met
