"""The figures that were told by hand and accepted, as the sums of targets read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .models import Plan, ReportedFigure


class Told(NamedTuple):
    """A figure of a commune, or of the whole unit where ``area_id`` is None."""

    pk: int
    area_id: int | None
    as_of: date
    value: Decimal


def latest_told(plan: Plan, until: date) -> dict[int, list[Told]]:
    """By target, of each commune and of the whole unit the latest figure by the day; one statement."""
    figures = ReportedFigure.objects.counting().filter(target__plan=plan, as_of__lte=until)
    latest = figures.order_by("target_id", "area_id", "-as_of", "-pk").distinct("target_id", "area_id")
    found: dict[int, list[Told]] = {}
    for target, *told in latest.values_list("target_id", *Told._fields):
        found.setdefault(target, []).append(Told(*told))
    return found
