"""The figures that were told by hand and accepted, and what they come to.

Each says how much there is from the plan's beginning to its day. What came about in a period is therefore
what was told by its end less what had been told before it; a percentage is a state at its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q

from ocop_portal.lib.periods import Period

from .models import Plan, ReportedFigure


class Told(NamedTuple):
    """A figure of a commune, or of the whole unit where ``area_id`` is None."""

    pk: int
    area_id: int | None
    as_of: date
    value: Decimal


class Behind(NamedTuple):
    """The figures that a number is the sum of, and those ``before`` the period that are taken away."""

    counts: Sequence[Told]
    before: Sequence[Told] = ()

    @property
    def value(self) -> Decimal | None:
        """The number; None where nothing was told."""
        return _sum(self.counts) - _sum(self.before) if self.counts else None


def latest_told(plan: Plan, period: Period) -> dict[int, list[Told]]:
    """By target, of each commune and of the whole unit the latest figure before the period and in it.

    In the order of their days; one statement.
    """
    figures = ReportedFigure.objects.counting().filter(target__plan=plan, as_of__lte=period.end)
    is_before = ExpressionWrapper(Q(as_of__lt=period.start), BooleanField())
    one_each = ("target_id", "area_id", "is_before")
    latest = figures.annotate(is_before=is_before).order_by(*one_each, "-as_of", "-pk").distinct(*one_each)
    found: dict[int, list[Told]] = {}
    for target, _is_before, *told in latest.values_list("target_id", "is_before", *Told._fields):
        found.setdefault(target, []).append(Told(*told))
    return {target: sorted(told, key=_by_day) for target, told in found.items()}


def told_in_all(told: Sequence[Told]) -> Behind:
    """What figures, in the order of their days, come to."""
    return Behind(_speaking(told))


def told_in_period(told: Sequence[Told], period: Period, *, runs_on: bool) -> Behind:
    """What came about in the period; nothing where nobody told anything in it.

    ``runs_on`` says whether the figures run on from the plan's beginning; else the state told last speaks.
    """
    inside = [figure for figure in told if figure.as_of in period]
    if not inside or not runs_on:
        return Behind(_speaking(inside))
    by_its_end = _speaking([figure for figure in told if figure.as_of <= period.end])
    before = _speaking([figure for figure in told if figure.as_of < period.start])
    # What a commune told before the period only stands on both sides.
    counts = [figure for figure in by_its_end if figure not in before]
    return Behind(counts, [figure for figure in before if figure not in by_its_end])


def latest_each(told: Sequence[Told]) -> tuple[Told | None, dict[int, Told]]:
    """The figure for the whole unit if it is the newest, and the latest of each commune."""
    whole = [figure for figure in told if figure.area_id is None]
    by_commune = {figure.area_id: figure for figure in told if figure.area_id is not None}
    newest = max((figure.as_of for figure in by_commune.values()), default=None)
    speaks = whole and (newest is None or whole[-1].as_of >= newest)
    return (whole[-1] if speaks else None), by_commune


def _speaking(told: Sequence[Told]) -> list[Told]:
    """The figure for the whole unit where no commune told a later one, or else the latest of each commune."""
    whole, by_commune = latest_each(told)
    return [whole] if whole is not None else list(by_commune.values())


def _sum(told: Sequence[Told]) -> Decimal:
    return sum((figure.value for figure in told), Decimal(0))


def _by_day(told: Told) -> tuple[date, int]:
    return told.as_of, told.pk
