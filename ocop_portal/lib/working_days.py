"""Working days: Monday to Friday, less public holidays, plus make-up Saturdays (làm bù)."""

import datetime
from collections.abc import Set

_ONE_DAY = datetime.timedelta(days=1)
_SATURDAY = 5


def is_working(day: datetime.date, *, holidays: Set[datetime.date], makeup: Set[datetime.date]) -> bool:
    """Tell whether ``day`` is worked; a make-up day is, whatever else is said of it."""
    return day in makeup or (day.weekday() < _SATURDAY and day not in holidays)


def add(
    start: datetime.date, days: int, *, holidays: Set[datetime.date], makeup: Set[datetime.date]
) -> datetime.date:
    """Return the ``days``-th working day after ``start``: a term's last day, which ends at 24:00.

    The day of ``start`` does not count; 0 days give ``start`` itself. Raises `ValueError` for a
    negative number.
    """
    if days < 0:
        raise ValueError("a term cannot have a negative number of working days")
    day = start
    while days:
        day += _ONE_DAY
        days -= is_working(day, holidays=holidays, makeup=makeup)
    return day


def between(
    start: datetime.date, end: datetime.date, *, holidays: Set[datetime.date], makeup: Set[datetime.date]
) -> int:
    """Return how many working days follow ``start`` up to and with ``end``; 0 where none do.

    The inverse of `add`: of a term that `add` set it is the number of days given.
    """
    following = (start + _ONE_DAY * n for n in range(1, (end - start).days + 1))
    return sum(is_working(day, holidays=holidays, makeup=makeup) for day in following)


def latest_start(
    end: datetime.date, days: int, *, holidays: Set[datetime.date], makeup: Set[datetime.date]
) -> datetime.date:
    """Return the last working day from which a term of ``days`` working days is over by ``end``.

    With 0 days it is ``end`` itself where that is worked, else the working day before it. So
    ``add(latest_start(end, n), n) <= end`` always. Raises `ValueError` for a negative number.
    """
    if days < 0:
        raise ValueError("a term cannot have a negative number of working days")
    day = end
    while True:
        if is_working(day, holidays=holidays, makeup=makeup):
            if days == 0:
                return day
            days -= 1
        day -= _ONE_DAY
