"""The radar month by month: what ends in each of the next twelve months, certificates and papers."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from ocop_portal.lib.dates import add_months

from .measures import first_of_each_month
from .stages import AHEAD_MONTHS, Days

SHOWN = 40
"""How many certificates and papers a month names; the list of the month has all."""


@dataclass
class Part:
    """The rows of one kind in one month, the first of them, and how many there are in all."""

    rows: list[Any] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.total - len(self.rows)


@dataclass
class Month:
    """One month: its first day, what ends in it, and the days of it that the radar covers."""

    first: date
    start: date
    end: date
    certificates: Part = field(default_factory=Part)
    papers: Part = field(default_factory=Part)

    @property
    def key(self) -> str:
        """The month as addresses carry it."""
        return f"{self.first:%Y-%m}"

    @property
    def whole(self) -> bool:
        """Whether the radar covers every day of it."""
        last = self.first.replace(day=monthrange(self.first.year, self.first.month)[1])
        return (self.start, self.end) == (self.first, last)


def months(days: Days) -> list[Month]:
    """The months from today's to the last that the radar looks ahead to, empty."""
    found = []
    for number in range(AHEAD_MONTHS + 1):
        first = add_months(days.on.replace(day=1), number)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        found.append(Month(first, max(first, days.on), min(last, days.until)))
    return found


def calendar(days: Days, certificates: QuerySet[Any], papers: QuerySet[Any]) -> list[Month]:
    """The months with what ends in them from the day on; one statement a kind, whatever their number."""
    found = months(days)
    by_month = {month.first: month for month in found}
    for row in first_of_each_month(certificates, "expiry", days.on, SHOWN):
        _put(by_month[row.month].certificates, row)
    for row in first_of_each_month(papers, "expires_on", days.on, SHOWN):
        _put(by_month[row.month].papers, row)
    return found


def _put(part: Part, row: Any) -> None:
    part.rows.append(row)
    part.total = row.of_month
