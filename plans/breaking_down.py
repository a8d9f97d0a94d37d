"""A target broken down by commune, by period, or both; the sum is held against the target's own number.

A breakdown whose sum differs is kept and shown as one that does not add up: it may be finished another day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.auditing import record
from accounts.models import User
from areas import finding
from areas.models import Area
from ocop_portal.lib import periods
from ocop_portal.lib.periods import Period

from . import planning, telling_shares
from .counting import PERCENT
from .models import Breakdown, Plan, Share, Target
from .wording import figure_words

MOST_CELLS = 900  # a form may carry a thousand fields
Span = Breakdown.Span
CODES: dict[str, str] = {Span.QUARTER: "quy", Span.MONTH: "thang", Span.YEAR: "nam"}


class Cell(NamedTuple):
    """Whose share (the key of a commune, or None) and of which period (or an empty text)."""

    area: int | None
    period: str


class Shape(NamedTuple):
    """How a target is divided."""

    by_area: bool
    span: str

    @property
    def code(self) -> str:
        """As addresses carry it: ``xa``, ``quy``, ``xa-thang``."""
        return "-".join([*(["xa"] if self.by_area else []), *([CODES[self.span]] if self.span else [])])

    @property
    def label(self) -> str:
        """In words: by commune and by quarter."""
        area = [_("by commune")] if self.by_area else []
        return _(" and ").join([*area, *([str(Span(self.span).label)] if self.span else [])])


@dataclass(frozen=True)
class Balance:
    """What the shares come to, and by how much that is off the target's number (under it: negative)."""

    total: Decimal
    difference: Decimal

    @property
    def matches(self) -> bool:
        """Whether the shares add up to the target."""
        return self.difference == 0

    @property
    def words(self) -> str:
        """The difference in words."""
        if self.matches:
            return _("the sum is the target's number")
        amount = {"amount": figure_words(abs(self.difference))}
        if self.difference < 0:
            return _("%(amount)s short of the target") % amount
        return _("%(amount)s over the target") % amount


def balance(target: Target, total: Decimal) -> Balance:
    """The sum beside the target's number as it stands now; within a range it adds up."""
    least = target.number or Decimal(0)
    most = target.number_max if target.number_max is not None else least
    return Balance(total, min(total - least, Decimal(0)) + max(total - most, Decimal(0)))


def problem(target: Target) -> str:
    """Why the target can't be broken down; empty if it can."""
    if target.number is None:
        return _("The target names no number: there is nothing to divide.")
    if target.per_unit:
        return _("Each unit has to reach this number itself: there is nothing to divide.")
    if target.percent_of or target.base or target.counted_in == PERCENT:
        return _(
            "A share in % can't be added up over communes or periods, so this target is not broken down."
        )
    if not shapes(target):
        return _("There is nothing to divide by: one commune, and a total that is not counted by period.")
    return ""


def shapes(target: Target) -> list[Shape]:
    """The ways in which the target can be divided.

    A cumulative target says what there is in all at a moment: its periods can't be added up.
    """
    plan, count = target.plan, communes(target).count()
    spans: list[str] = [Span.QUARTER, Span.MONTH] if plan.first_year == plan.last_year else [Span.YEAR]
    if target.is_cumulative:
        spans = []
    found = [Shape(False, span) for span in spans]
    if count < 2:
        return found
    both = [Shape(True, span) for span in spans if count * len(periods_of(plan, span)) <= MOST_CELLS]
    return [Shape(True, ""), *found, *both]


def communes(target: Target) -> QuerySet[Area]:
    """The communes that share the target: those in its place when the plan was signed, or its years began."""
    on = target.plan.signed_on or date(target.plan.first_year, 1, 1)
    return finding.units_under(target.scope or target.plan.area, on).order_by("sort_key", "code")


def periods_of(plan: Plan, span: str) -> list[Period]:
    """The quarters, months or years of the plan."""
    endings = {
        Span.QUARTER: [f"-Q{number}" for number in range(1, 5)],
        Span.MONTH: [f"-{number:02}" for number in range(1, 13)],
        Span.YEAR: [""],
    }.get(Span(span), [])
    years = range(plan.first_year, plan.last_year + 1)
    return [periods.parse(f"{year}{ending}") for year in years for ending in endings]


@transaction.atomic
def break_down(
    target: Target, shape: Shape, numbers: Mapping[Cell, Decimal], *, by: User, version: int
) -> Balance | None:
    """Divide the target so; the whole breakdown is replaced. Without any number it is taken away (None).

    ``version`` is that of the breakdown the person saw, 0 for none. Raises ``Refused`` for a target that
    can't be divided, ``ValidationError`` for a cell that is not of the shape, ``Stale`` where a colleague was
    first. A published plan may be broken down too: the numbers are often handed out after it. Each commune
    whose own share changed is then told.
    """
    plan = planning.held(target.plan, by=by)
    kept = Target.objects.select_related("indicator", "plan__area", "scope").get(pk=target.pk)
    _refuse(kept, shape, numbers)
    old = Breakdown.objects.filter(target=kept).first()
    changed = _changed(old, numbers)
    if version != (old.version if old else 0):
        raise planning.Stale(
            _("A colleague changed this breakdown in the meantime. Your numbers are kept: save again.")
        )
    found = balance(kept, sum(numbers.values(), Decimal(0)))
    record(
        "plan.target_broken_down",
        plan,
        by=by,
        target=str(kept),
        shape=shape.code,
        cells=len(numbers),
        total=str(found.total),
    )
    _replace(kept, shape, numbers, by, version)
    telling_shares.tell(plan, reverse("plans:breakdown", args=[plan.pk, kept.pk]), among=changed)
    return found if numbers else None


def _changed(old: Breakdown | None, numbers: Mapping[Cell, Decimal]) -> set[int]:
    """The communes whose own share is another one now, or none any more."""
    before = set(old.shares.values_list("area", "period", "number")) if old else set()
    after = {(*cell, number) for cell, number in numbers.items()}
    return {area for area, _period, _number in before ^ after if area is not None}


def _replace(target: Target, shape: Shape, numbers: Mapping[Cell, Decimal], by: User, version: int) -> None:
    if not numbers:
        Breakdown.objects.filter(target=target).delete()
        return
    values = {"by_area": shape.by_area, "span": shape.span, "version": version + 1, "updated_by": by}
    made, _is_new = Breakdown.objects.update_or_create(target=target, defaults=values)
    made.shares.all().delete()
    Share.objects.bulk_create(
        Share(breakdown=made, area_id=cell.area, period=cell.period, number=number)
        for cell, number in numbers.items()
    )


def _refuse(target: Target, shape: Shape, numbers: Mapping[Cell, Decimal]) -> None:
    if words := problem(target):
        raise planning.Refused(words)
    if shape not in shapes(target):
        raise ValidationError(_("The target can't be divided in this way."))
    places = {area.pk for area in communes(target)} if shape.by_area else {None}
    spans = {period.code for period in periods_of(target.plan, shape.span)} or {""}
    if any(cell.area not in places or cell.period not in spans for cell in numbers):
        raise ValidationError(_("A number stands for a commune or period that is not of the plan."))


@dataclass(frozen=True)
class Broken:
    """A target that is broken down, how, and whether it adds up."""

    target: Target
    shape: Shape
    balance: Balance


def broken_down(plan: Plan) -> list[Broken]:
    """The plan's targets that are broken down, in their order; one statement."""
    rows = (
        Breakdown.objects.filter(target__plan=plan)
        .select_related("target__indicator")
        .with_totals()
        .order_by("target__position", "target")
    )
    return [
        Broken(row.target, Shape(row.by_area, row.span), balance(row.target, row.total or Decimal(0)))
        for row in rows
    ]


def warnings(plan: Plan) -> list[str]:
    """What does not add up, one sentence a target: said when the plan is published."""
    words = _("The breakdown of “%(target)s” does not add up: %(difference)s.")
    return [
        words % {"target": one.target, "difference": one.balance.words}
        for one in broken_down(plan)
        if not one.balance.matches
    ]
