"""Terms in working days, on the calendar that administrators keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ocop_portal.lib import working_days

from .models import Holiday


@dataclass(frozen=True)
class Calendar:
    """Public holidays and make-up Saturdays, read once; lists ask one calendar for all their rows."""

    holidays: frozenset[date]
    makeup: frozenset[date]

    def due(self, start: date, days: int) -> date:
        """The ``days``-th working day after ``start``: the term's last day, which ends at 24:00."""
        return working_days.add(start, days, holidays=self.holidays, makeup=self.makeup)

    def left(self, today: date, end: date) -> int:
        """How many working days follow ``today`` up to and with ``end``; 0 once the term is over."""
        return working_days.between(today, end, holidays=self.holidays, makeup=self.makeup)

    def latest_start(self, end: date, days: int) -> date:
        """The last working day from which a term of ``days`` working days is over by ``end``."""
        return working_days.latest_start(end, days, holidays=self.holidays, makeup=self.makeup)

    def late(self, end: date, today: date) -> int:
        """How many working days have passed since the term ended on ``end``; 0 where it has not."""
        return self.left(end, today)


def calendar() -> Calendar:
    """The calendar as the administrators keep it; one query."""
    days = list(Holiday.objects.values_list("day", "kind"))
    return Calendar(
        frozenset(day for day, kind in days if kind == Holiday.Kind.HOLIDAY),
        frozenset(day for day, kind in days if kind == Holiday.Kind.MAKE_UP),
    )


def due(start: date, days: int) -> date:
    """The last day of a term of ``days`` working days that began on ``start``; one query."""
    return calendar().due(start, days)
