"""How much ends where: the rows of the radar counted by window, by commune, by organisation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber, TruncMonth

from areas import finding
from areas.models import Area

PRESSING = 30
"""How many organisations the table names: those with most that ends; the filter finds the others."""


@dataclass
class Line:
    """One commune or organisation: what it is, the value that filters by it, and the number a window."""

    name: str
    key: str
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.counts.values())


@dataclass
class Sums:
    """What is listed, counted: by window, by commune on the map of the day, by organisation.

    The organisations are those with most; ``unnamed`` says how many others there are.
    """

    stages: dict[str, int]
    communes: list[Line]
    organisations: list[Line]
    unnamed: int


def sums(rows: QuerySet[Any], area: str, organisation: str, on: date) -> Sums:
    """The rows counted; ``area`` and ``organisation`` lead from a row to these. Three statements."""
    found = rows.order_by().values_list("pk", "stage", area, organisation, f"{organisation}__name")
    each: dict[int, tuple[int, str]] = {}
    held: set[tuple[int, int, str, str]] = set()
    for pk, stage, place, owner, name in found:
        each[pk] = (place, stage)
        if owner is not None:
            held.add((pk, owner, name, stage))
    organisations = _by_organisation(Counter(line[1:] for line in held))
    return Sums(
        stages=Counter(stage for _place, stage in each.values()),
        communes=_by_commune(Counter(each.values()), on),
        organisations=organisations[:PRESSING],
        unnamed=max(0, len(organisations) - PRESSING),
    )


def _by_commune(counted: Mapping[tuple[int, str], int], on: date) -> list[Line]:
    """Each commune on the map of the day, former communes in the one they went into. Two statements."""
    areas = Area.objects.in_bulk({area for area, _stage in counted})
    today = finding.folding(areas.values(), on)
    lines: dict[int, Line] = {}
    for (pk, stage), number in counted.items():
        unit = today.get(pk, areas[pk])
        line = lines.setdefault(unit.pk, Line(unit.name, finding.address_code(unit)))
        line.counts[stage] += number
    order = {unit.pk: unit.sort_key for unit in [*areas.values(), *today.values()]}
    return [lines[pk] for pk in sorted(lines, key=lambda pk: (order[pk], pk))]


def _by_organisation(counted: Mapping[tuple[int, str, str], int]) -> list[Line]:
    """Each organisation, those with most first; what several hold together counts for each."""
    lines: dict[int, Line] = {}
    for (pk, name, stage), number in counted.items():
        lines.setdefault(pk, Line(name, str(pk))).counts[stage] += number
    return sorted(lines.values(), key=lambda line: (-line.total, line.name, line.key))


def first_of_each_month(rows: QuerySet[Any], day: str, on: date, most: int) -> QuerySet[Any]:
    """Of what ends from ``on`` the first ``most`` of each month; ``of_month`` says how many it has."""
    within: dict[str, Any] = {"partition_by": [F("month")]}
    ahead = rows.filter(**{f"{day}__gte": on}).order_by().annotate(month=TruncMonth(day))
    placed = ahead.annotate(
        place=Window(RowNumber(), order_by=[F(day).asc(), F("pk").asc()], **within),
        of_month=Window(Count("pk"), **within),
    )
    return placed.filter(place__lte=most).order_by(day, "pk")
