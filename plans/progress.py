"""Progress against plan: what a target promised, what was done, and how that is judged.

*Done* counts the period; *cumulative* (lũy kế) runs from 1 January of the plan's first year to the period's
end, or for a cumulative target ("raising the total to 200") from the beginning of all records; *% of plan* is
cumulative ÷ the plan's number, divided last. Null is not 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from areas.maps import Territory
from areas.models import Area
from ocop_portal.lib import clock
from ocop_portal.lib.measures import Counts
from ocop_portal.lib.periods import Period

from .counting import counted, first_day, how, measure_of, satisfied
from .models import Plan, Target
from .promises import in_force
from .standing import Asked, Figures, figures_of
from .told import Told, latest_told

__all__ = [
    "STATE_LABELS",
    "TONES",
    "State",
    "TargetProgress",
    "counted",
    "how",
    "in_order",
    "judge",
    "measure_of",
    "measured",
    "plans_for",
    "progress",
    "satisfied",
    "stands",
]


class State(StrEnum):
    """How a target stands at the end of a period."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NOT_MEASURABLE = "not_measurable"


STATE_LABELS: dict[State, Promise] = {
    State.MET: _("Met"),
    State.ON_TRACK: _("On track"),
    State.BEHIND: _("Behind plan"),
    State.NOT_MEASURABLE: _("Not measurable"),
}


TONES = {
    State.MET: "good",
    State.ON_TRACK: "info",
    State.BEHIND: "warn",
    State.NOT_MEASURABLE: "neutral",
}


class Judged:
    """What has a state: a target, or the share of a commune or period in it."""

    state: State

    @property
    def state_label(self) -> Promise:
        """The state in words."""
        return STATE_LABELS[self.state]

    @property
    def tone(self) -> str:
        """The colour of the state's tag (see docs/design.md)."""
        return TONES[self.state]

    @property
    def is_behind(self) -> bool:
        """Whether it is behind what was promised."""
        return self.state == State.BEHIND


@dataclass(frozen=True)
class TargetProgress(Judged):
    """One target with its figures; numbers are in ``unit``, ``percent`` from 0, None = unknown.

    Where each unit has to reach the plan's number, the figures say how many units do, out of how many.
    """

    target: Target
    depth: int
    figures: Figures
    state: State
    reason: str | Promise

    @property
    def done(self) -> Decimal | None:
        """What was done in the period."""
        return self.figures.done

    @property
    def cumulative(self) -> Decimal | None:
        """What was done from the plan's beginning, or of a cumulative target in all."""
        return self.figures.cumulative

    @property
    def unplaced(self) -> int:
        """How many rows belong to the target but carry no date that would place them."""
        return self.figures.unplaced

    @property
    def label(self) -> str:
        """The number the plan gives the target, such as 1.1; may be empty."""
        return self.target.label

    @property
    def words(self) -> str:
        """The plan's own words."""
        return self.target.words

    @property
    def note(self) -> str:
        """What was noted beside the target."""
        return self.target.note

    @property
    def comparator(self) -> str:
        """One of :class:`Target.Comparator`; all units are to reach the number, no fewer and no more."""
        return Target.Comparator.EXACTLY if self.target.per_unit else self.target.comparator

    @property
    def planned(self) -> Decimal | None:
        """The plan's number, the lower bound of a range; of a target for each unit how many units."""
        return self.figures.goal if self.target.per_unit else self.target.number

    @property
    def planned_max(self) -> Decimal | None:
        """The upper bound of a range."""
        return self.target.number_max

    @property
    def percent(self) -> Decimal | None:
        """Cumulative ÷ planned × 100, unrounded; None where either is missing or the plan's number is 0."""
        if self.cumulative is None or not self.planned:
            return None
        return self.cumulative * 100 / self.planned

    @property
    def unit(self) -> str:
        """The unit of count: the target's own, else the indicator's; communes where each has to reach it."""
        return self.figures.unit or self.target.counted_in


def plans_for(area: Area, period: Period) -> QuerySet[Plan]:
    """The plans that the area's own unit issued for years which the period touches, the latest first."""
    return Plan.objects.filter(area=area, first_year__lte=period.end.year, last_year__gte=period.start.year)


def progress(
    plan: Plan, period: Period, ground: Territory | None = None, counts: Counts | None = None
) -> list[TargetProgress]:
    """Every target in its order, a part behind its whole, each as it was in force at the period's end.

    ``ground`` is the plan's unit on another map; a target's own place is then looked up on that map too.
    ``counts`` are those of the page, where it counts other things too.
    """
    return measured(in_order(plan, period), plan, period, ground, counts)


def in_order(plan: Plan, period: Period) -> list[tuple[Target, int]]:
    """Every target in the plan's order with its depth, and with what counting it in the period reads."""
    found = plan.targets.select_related("indicator", "group", "scope")
    targets = list(found.prefetch_related("kinds", "units", "products", "revisions"))
    return _in_order([in_force(target, period.end) for target in targets])


def measured(
    targets: Sequence[tuple[Target, int]],
    plan: Plan,
    period: Period,
    ground: Territory | None = None,
    counts: Counts | None = None,
    told: Mapping[int, Sequence[Told]] | None = None,
) -> list[TargetProgress]:
    """The figures of targets that :func:`in_order` gave; a statement for the rows that measures read.

    ``told`` are the figures by :func:`plans.told.latest_told`, where the caller has them.
    """
    counts = counts or Counts()
    told = latest_told(plan, period) if told is None else told
    lines = list(plan.budget_lines.all()) if any(target.money for target, _depth in targets) else []
    asked = [
        (Asked(target, plan, period, lines, told.get(target.pk, ()), counts, ground), depth)
        for target, depth in targets
    ]
    for one, _depth in asked:
        one.expect()
    return [_of(one, depth) for one, depth in asked]


def _in_order(targets: list[Target]) -> list[tuple[Target, int]]:
    ordered: list[tuple[Target, int]] = []

    def visit(parent: int | None, depth: int) -> None:
        for target in targets:
            if target.parent_id == parent:
                ordered.append((target, depth))
                visit(target.pk, depth + 1)

    visit(None, 0)
    return ordered


def _of(asked: Asked, depth: int) -> TargetProgress:
    figures = figures_of(asked)
    target = asked.target
    elapsed = _share_elapsed(target, asked.plan, asked.period)
    state, reason = judge(target, figures.cumulative, elapsed, goal=figures.goal, unknown=figures.unknown)
    reason = f"{reason} {figures.said}" if figures.said else reason
    return TargetProgress(target, depth, figures, state, reason)


def _share_elapsed(target: Target, plan: Plan, period: Period) -> Decimal:
    """The share (0 to 1) of the target's time that is over by the period's end (or today)."""
    first, last = first_day(plan), target.deadline or date(plan.last_year, 12, 31)
    reached = min(period.end, clock.today(), last)
    days, over = max((last - first).days + 1, 1), max((reached - first).days + 1, 0)
    return Decimal(over) / Decimal(days)


def judge(
    target: Target,
    cumulative: Decimal | None,
    elapsed: Decimal,
    *,
    goal: Decimal | None = None,
    unknown: str = "",
) -> tuple[State, str | Promise]:
    """How the target stands, with the reason; ``unknown`` is why there is no figure.

    A range is judged on its lower bound; "exactly", "about" and "nearly" are met by reaching the number;
    where each unit has to reach it, ``goal`` is how many units there are. Short of it, a target is on track
    while its share of the number is no less than the share of time that is over.
    """
    by_unit = goal is not None
    number = goal if by_unit else target.number
    comparator = Target.Comparator.AT_LEAST if by_unit else target.comparator
    if target.comparator == Target.Comparator.NONE or target.number is None:
        return State.NOT_MEASURABLE, _("The plan names no number.")
    if cumulative is None or number is None:
        return State.NOT_MEASURABLE, unknown or _("No figure has been reported yet.")
    if satisfied(comparator, cumulative, number):
        return State.MET, _("The number of the plan is reached.")
    if comparator == Target.Comparator.LESS_THAN:
        return State.BEHIND, _("The figure is over what the plan allows.")
    if cumulative >= number * elapsed and elapsed < 1:
        return State.ON_TRACK, _("The figure keeps up with the time that is over.")
    return State.BEHIND, _("The figure is short of the plan for the time that is over.")


def stands(target: Target, period: Period, cumulative: Decimal | None) -> tuple[State, str | Promise]:
    """How a figure stands against the target's number at the period's end, with the reason."""
    return judge(target, cumulative, _share_elapsed(target, target.plan, period))
