"""The radar month by month: what ends in each of the next twelve months, certificates and papers."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from enterprises.models import EvidenceKind
from ocop_portal.lib.dates import add_months

from .measures import first_of_each_month
from .stages import AHEAD_MONTHS, Days

_KINDS = dict(EvidenceKind.choices)
SHOWN = 10
"""How many certificates and how many papers a month names; the list of the month has all."""


@dataclass
class Certificate:
    """A certificate as the calendar names it; ``dossier`` is its product's open one."""

    pk: int
    expiry: date
    name: str
    stars: int
    holders: str | None
    commune: str
    dossier: int | None
    dossier_code: str | None
    to_submit: str = ""

    FIELDS = (
        "pk",
        "expiry",
        "product_name",
        "stars",
        "holder_names",
        "area__name",
        "open_dossier",
        "open_code",
    )

    @property
    def until(self) -> str:
        """The last valid day in words."""
        return f"{self.expiry:%d/%m/%Y}"


@dataclass
class Paper:
    """A paper of evidence as the calendar names it."""

    pk: int
    expires_on: date
    title: str
    number: str
    kind: str
    organisation: str
    commune: str

    FIELDS = ("pk", "expires_on", "title", "number", "kind", "enterprise__name", "enterprise__area__name")

    @property
    def name(self) -> str:
        """Title and number, as the library names it."""
        return f"{self.title} {self.number}".strip()

    @property
    def kind_words(self) -> str:
        """The kind of evidence in words; empty while nobody has named it."""
        return str(_KINDS.get(self.kind, self.kind))

    @property
    def until(self) -> str:
        """The last valid day in words."""
        return f"{self.expires_on:%d/%m/%Y}"


@dataclass
class Part:
    """The rows of one kind in one month, the first of them, and how many there are in all."""

    rows: list[Any] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.total - len(self.rows)

    def put(self, row: Any, total: int) -> None:
        """Name one more of the ``total``."""
        self.rows.append(row)
        self.total = total


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
    """The months with what ends in them from the day on; two statements a kind, whatever their number."""
    found = months(days)
    by_month = {month.first: month for month in found}
    for first, number, row in _named(certificates, "expiry", days.on, Certificate):
        by_month[first].certificates.put(row, number)
    for first, number, row in _named(papers, "expires_on", days.on, Paper):
        by_month[first].papers.put(row, number)
    return found


def _named(rows: QuerySet[Any], day: str, on: date, made: Any) -> Iterator[tuple[date, int, Any]]:
    """The rows to name, each with its month and how many the month has.

    Which they are is asked first, of keys and days alone: the rest is looked up for the few that are named.
    """
    placed = first_of_each_month(rows, day, on, SHOWN).values_list("pk", "month", "of_month")
    places = {pk: (month, number) for pk, month, number in placed}
    for values in rows.filter(pk__in=list(places)).order_by(day, "pk").values_list(*made.FIELDS):
        yield *places[values[0]], made(*values)
