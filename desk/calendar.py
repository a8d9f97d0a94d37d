"""The holidays and make-up days of a year, by which every term in working days is counted."""

from __future__ import annotations

from dataclasses import dataclass

from areas.models import Holiday
from ocop_portal.lib import clock, numbers


@dataclass(frozen=True)
class YearTable:
    """One year of the table, and the years that can be asked for."""

    year: int
    years: list[int]
    days: list[Holiday]

    @property
    def empty(self) -> bool:
        """Whether nobody has entered the year's days, so that its terms are too short."""
        return not self.days


def year_asked(asked: str) -> YearTable:
    """The table of the year asked for; of this year where none is, or no year. Two statements."""
    this = clock.today().year
    kept = {day.year for day in Holiday.objects.dates("day", "year")}
    wanted = numbers.key(asked)
    year = wanted if wanted is not None and 2000 <= wanted <= 2100 else this
    days = list(Holiday.objects.filter(day__year=year))
    return YearTable(year, sorted(kept | {this, year}), days)
