import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_portal.lib import working_days

TET_2026 = frozenset(datetime.date(2026, 2, n) for n in range(16, 21))
MAKE_UP = frozenset({datetime.date(2026, 2, 28)})
DAYS = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))


def february(day):
    return datetime.date(2026, 2, day)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (february(2), 0, february(2)),
        (february(2), 1, february(3)),
        (february(6), 1, february(9)),
        (february(7), 1, february(9)),
        (february(13), 1, february(23)),
        (february(13), 6, february(28)),
        (february(2), 15, february(28)),
    ],
)
def test_a_term_skips_weekends_and_tet_and_counts_the_make_up_saturday(start, days, end):
    assert working_days.add(start, days, holidays=TET_2026, makeup=MAKE_UP) == end


def test_without_the_make_up_day_the_term_ends_on_monday():
    assert working_days.add(february(2), 15, holidays=TET_2026, makeup=frozenset()) == datetime.date(
        2026, 3, 2
    )


def test_a_negative_term_is_refused():
    with pytest.raises(ValueError, match="negative"):
        working_days.add(february(2), -1, holidays=frozenset(), makeup=frozenset())


@given(DAYS, st.integers(0, 60), st.frozensets(DAYS, max_size=20), st.frozensets(DAYS, max_size=5))
def test_counting_gives_back_the_term(start, days, holidays, makeup):
    end = working_days.add(start, days, holidays=holidays, makeup=makeup)
    assert working_days.between(start, end, holidays=holidays, makeup=makeup) == days
    assert days == 0 or working_days.is_working(end, holidays=holidays, makeup=makeup)


def test_nothing_lies_between_a_day_and_an_earlier_one():
    assert working_days.between(february(9), february(2), holidays=frozenset(), makeup=frozenset()) == 0
