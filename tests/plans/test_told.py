"""What figures told by hand come to, in a period and in all: laws that hold whoever told what, and when."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ocop_portal.lib import periods
from plans.told import Told, told_in_all, told_in_period

MONTHS = [periods.parse(f"2023-{month:02}") for month in range(1, 13)]
UNIT, DAM_THUY, CHI_VIEN = None, 1, 2


def told(*figures: tuple[int | None, date, int]) -> list[Told]:
    made = [Told(pk, area, day, Decimal(value)) for pk, (area, day, value) in enumerate(figures)]
    return sorted(made, key=lambda one: (one.as_of, one.pk))


days = st.integers(0, 364).map(lambda days: date(2023, 1, 1) + timedelta(days))
any_figures = st.lists(st.tuples(st.sampled_from([UNIT, DAM_THUY, CHI_VIEN]), days, st.integers(0, 99)))


@given(any_figures)
def test_what_came_about_month_by_month_adds_up_to_the_whole(figures):
    parts = [told_in_period(told(*figures), month, runs_on=True).value for month in MONTHS]
    assert sum(part or 0 for part in parts) == (told_in_all(told(*figures)).value or 0)


@given(any_figures, st.sampled_from(MONTHS))
def test_a_month_in_which_nobody_told_anything_is_unknown(figures, month):
    others = told(*[figure for figure in figures if figure[1] not in month])
    for runs_on in (True, False):
        assert told_in_period(others, month, runs_on=runs_on).value is None


@given(any_figures, st.sampled_from(MONTHS))
def test_what_was_told_before_is_taken_away_only_where_something_new_took_its_place(figures, month):
    found = told_in_period(told(*figures), month, runs_on=True)
    assert all(one.as_of < month.start for one in found.before)
    assert not set(found.before) & set(found.counts)


def test_of_a_commune_that_told_again_only_what_is_new_counts():
    figures = told(
        (DAM_THUY, date(2023, 3, 31), 3), (CHI_VIEN, date(2023, 3, 31), 5), (DAM_THUY, date(2023, 8, 1), 4)
    )
    found = told_in_period(figures, periods.parse("2023-Q3"), runs_on=True)
    assert (found.value, [one.value for one in found.counts], [one.value for one in found.before]) == (
        1,
        [4],
        [3],
    )
    assert told_in_all(figures).value == 9


def test_a_state_is_the_one_told_last_in_the_period():
    figures = told((UNIT, date(2023, 3, 31), 60), (UNIT, date(2023, 8, 1), 80))
    assert told_in_period(figures, periods.parse("2023-Q3"), runs_on=False).value == 80
