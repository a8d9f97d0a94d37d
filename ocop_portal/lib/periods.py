"""Reporting periods, written the same way in addresses, commands, file names and snapshots."""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ocop_portal.lib.dates import EARLIEST_YEAR, LATEST_YEAR, add_months

_ONE_DAY = datetime.timedelta(days=1)
_QUARTERS = ("I", "II", "III", "IV")
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_RANGE = re.compile(rf"({_DAY})_({_DAY})")
_NAMED = re.compile(r"([0-9]{4})(?:-(?:H([12])|(9)T|Q([1-4])|(0[1-9]|1[0-2])))?")


class PeriodError(ValueError):
    """A text that names no period; its message, in the reader's language, says which forms do."""


@dataclass(frozen=True)
class Period:
    """A span of days, both ends included, with the code it is written by.

    Two periods are equal when their codes and so their days are: ``2023`` and
    ``2023-01-01_2023-12-31`` hold the same days and are still named differently.
    """

    code: str
    start: datetime.date
    end: datetime.date

    def __str__(self) -> str:
        """Return the code, as addresses and file names carry it."""
        return self.code

    def __contains__(self, day: datetime.date) -> bool:
        """Tell whether ``day`` falls in the period."""
        return self.start <= day <= self.end

    @property
    def year(self) -> int:
        """The year in which the period ends: the one whose plan it is compared with."""
        return self.end.year

    @property
    def label(self) -> str:
        """The period's name in the reader's language, such as “Quý I năm 2023”."""
        return _label(self)

    def previous(self) -> "Period":
        """Return the period to compare with.

        It is the one that ends the day before this one begins; for nine months it is the same nine
        months of the year before, for a free range as many days just before it.
        """
        if _RANGE.fullmatch(self.code):
            return between(self.start - (self.end - self.start) - _ONE_DAY, self.start - _ONE_DAY)
        if self.code.endswith("9T"):
            return _named(f"{self.year - 1}-9T", datetime.date(self.year - 1, 1, 1), 9)
        months = self.end.month - self.start.month + 1
        start = add_months(self.start, -months)
        return _named(_SPELLED[months](start), start, months)

    def as_slug(self) -> str:
        """Return the part of a file name that says the period: its code, plain ASCII."""
        return self.code


def parse(code: str) -> Period:
    """Return the period that ``code`` names, whatever its case and spaces.

    Forms: ``2023``, ``2023-H1``, ``2023-9T``, ``2023-Q1``, ``2023-03``, ``2023-01-05_2023-03-04``.
    Raises `PeriodError` for anything else, an impossible date, or a range that ends before it begins.
    """
    code = "".join(code.split()).upper()
    period = _free(code) or _regular(code)
    if period is None:
        raise PeriodError(
            _("Periods are written 2023, 2023-H1, 2023-9T, 2023-Q1, 2023-03 or 2023-01-05_2023-03-04.")
        )
    return period


def for_year(year: int) -> Period:
    """Return the whole calendar year."""
    return _named(str(year), datetime.date(year, 1, 1), 12)


def between(start: datetime.date, end: datetime.date) -> Period:
    """Return the free range of days from ``start`` to ``end``, both included.

    Raises `PeriodError` when it ends before it begins.
    """
    if end < start:
        raise PeriodError(_("The period ends before it begins."))
    return Period(f"{start.isoformat()}_{end.isoformat()}", start, end)


def choices(year: int) -> list[tuple[str, str]]:
    """Return (code, label) of every named period of ``year`` for a picker: year, halves, …, months."""
    endings = ["", "-H1", "-H2", "-9T", *(f"-Q{n}" for n in range(1, 5)), *(f"-{n:02}" for n in range(1, 13))]
    periods = [parse(f"{year}{ending}") for ending in endings]
    return [(period.code, period.label) for period in periods]


def _free(code: str) -> Period | None:
    found = _RANGE.fullmatch(code)
    if not found:
        return None
    try:
        start, end = (datetime.date.fromisoformat(day) for day in found.groups())
    except ValueError:
        return None
    return between(start, end) if _known(start.year) and _known(end.year) else None


def _regular(code: str) -> Period | None:
    found = _NAMED.fullmatch(code)
    if not found or not _known(int(found[1])):
        return None
    half, nine, quarter, month = (int(part or 0) for part in found.groups()[1:])
    first = 6 * half - 5 if half else 3 * quarter - 2 if quarter else month or 1
    months = 6 if half else 9 if nine else 3 if quarter else 1 if month else 12
    return _named(code, datetime.date(int(found[1]), first, 1), months)


def _known(year: int) -> bool:
    return EARLIEST_YEAR <= year <= LATEST_YEAR


def _named(code: str, start: datetime.date, months: int) -> Period:
    return Period(code, start, add_months(start, months) - _ONE_DAY)


_SPELLED: dict[int, Callable[[datetime.date], str]] = {
    12: lambda start: f"{start.year}",
    6: lambda start: f"{start.year}-H{start.month // 6 + 1}",
    3: lambda start: f"{start.year}-Q{start.month // 3 + 1}",
    1: lambda start: f"{start.year}-{start.month:02}",
}


def _label(period: Period) -> str:
    if _RANGE.fullmatch(period.code):
        return _("From %(start)s to %(end)s") % {
            "start": f"{period.start:%d/%m/%Y}",
            "end": f"{period.end:%d/%m/%Y}",
        }
    words = {
        "": _("Year %(year)s"),
        "H1": _("First 6 months of %(year)s"),
        "H2": _("Last 6 months of %(year)s"),
        "9T": _("First 9 months of %(year)s"),
    }
    ending = period.code[5:]
    if ending in words:
        return words[ending] % {"year": period.year}
    if ending.startswith("Q"):
        return _("Quarter %(quarter)s of %(year)s") % {
            "quarter": _QUARTERS[int(ending[1]) - 1],
            "year": period.year,
        }
    return _("Month %(month)s of %(year)s") % {"month": period.start.month, "year": period.year}
