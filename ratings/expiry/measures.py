"""How much ends where: the rows of the radar counted by window, by commune, by organisation."""

from __future__ import annotations

from collections import defaultdict
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


def by_stage(rows: QuerySet[Any]) -> dict[str, int]:
    """The number of rows in each window; one statement."""
    counted = rows.order_by().values_list("stage").annotate(number=Count("pk", distinct=True))
    return dict(counted)


def by_commune(rows: QuerySet[Any], path: str, on: date) -> list[Line]:
    """The rows of each commune on the map of the day, former communes in the one they went into.

    ``path`` leads from a row to its area. Three statements.
    """
    counted = list(rows.order_by().values_list(path, "stage").annotate(number=Count("pk", distinct=True)))
    areas = Area.objects.in_bulk({area for area, _stage, _number in counted})
    today = finding.folding(areas.values(), on)
    lines: dict[int, Line] = {}
    for pk, stage, number in counted:
        unit = today.get(pk, areas[pk])
        line = lines.setdefault(unit.pk, Line(unit.name, finding.address_code(unit)))
        line.counts[stage] += number
    order = {unit.pk: unit.sort_key for unit in [*areas.values(), *today.values()]}
    return [lines[pk] for pk in sorted(lines, key=lambda pk: (order[pk], pk))]


def by_organisation(rows: QuerySet[Any], path: str) -> tuple[list[Line], int]:
    """The rows of each organisation, those with most first, and how many organisations are not named.

    ``path`` leads from a row to its organisation; what several hold together counts for each. One statement.
    """
    counted = (
        rows.exclude(**{path: None})
        .order_by()
        .values_list(path, f"{path}__name", "stage")
        .annotate(number=Count("pk", distinct=True))
    )
    lines: dict[int, Line] = {}
    for pk, name, stage, number in counted:
        lines.setdefault(pk, Line(name, str(pk))).counts[stage] += number
    found = sorted(lines.values(), key=lambda line: (-line.total, line.name, line.key))
    return found[:PRESSING], max(0, len(found) - PRESSING)


def first_of_each_month(rows: QuerySet[Any], day: str, on: date, most: int) -> QuerySet[Any]:
    """Of what ends from ``on`` the first ``most`` of each month; ``of_month`` says how many it has."""
    within: dict[str, Any] = {"partition_by": [F("month")]}
    ahead = rows.filter(**{f"{day}__gte": on}).order_by().annotate(month=TruncMonth(day))
    placed = ahead.annotate(
        place=Window(RowNumber(), order_by=[F(day).asc(), F("pk").asc()], **within),
        of_month=Window(Count("pk"), **within),
    )
    return placed.filter(place__lte=most).order_by(day, "pk")
