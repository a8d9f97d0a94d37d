"""Terms in working days on the official calendar."""

from __future__ import annotations

from datetime import date

import pytest

from areas import loading, working_time
from areas.models import Holiday

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cao_bang(db: None) -> None:
    loading.load()


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2023, 12, 29), 1, date(2024, 1, 2)),
        # Tết: from 20 to 26 January 2023, and from 8 to 14 February 2024, nobody works.
        (date(2023, 1, 18), 2, date(2023, 1, 27)),
        (date(2024, 2, 7), 1, date(2024, 2, 15)),
        (date(2025, 1, 24), 1, date(2025, 2, 3)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),
        # 29/04/2024 was free, Saturday 04/05/2024 worked instead.
        (date(2024, 4, 26), 3, date(2024, 5, 4)),
        (date(2025, 4, 25), 1, date(2025, 4, 26)),
        (date(2025, 4, 26), 3, date(2025, 5, 5)),
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
        (date(2026, 8, 21), 1, date(2026, 8, 22)),
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
        (date(2026, 4, 24), 1, date(2026, 4, 28)),
    ],
)
def test_a_term_skips_holidays_and_counts_make_up_saturdays(start, days, due):
    assert working_time.due(start, days) == due
    assert working_time.calendar().left(start, due) == days


def test_one_calendar_serves_a_whole_list(django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar = working_time.calendar()
        assert {calendar.due(date(2023, 6, 1), days) for days in range(20)}


def test_administrators_keep_the_calendar():
    Holiday.objects.create(day=date(2023, 6, 2), kind="holiday", name="Nghỉ đột xuất")
    assert working_time.due(date(2023, 6, 1), 1) == date(2023, 6, 5)


def test_every_make_up_day_is_a_saturday_and_every_year_is_there():
    makeup = Holiday.objects.filter(kind="make_up").values_list("day", flat=True)
    assert {day.weekday() for day in makeup} == {5}
    assert {day.year for day in Holiday.objects.values_list("day", flat=True)} == {2023, 2024, 2025, 2026}
