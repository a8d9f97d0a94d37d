"""Progress against plan: what a target promised, what was done, and how that is judged.

*Done* counts the period; *cumulative* (lũy kế) runs from 1 January of the plan's first year to the period's
end, or for a cumulative target ("raising the total to 200") from the beginning of all records; *% of plan* is
cumulative ÷ the plan's number, divided last. Null is not 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from areas.maps import MapOf, Territory, territory
from areas.models import Area
from ocop_portal.lib import clock
from ocop_portal.lib.measures import Figure, Measure, Selection
from ocop_portal.lib.periods import Period
from ratings.measures import MEASURES

from .models import Plan, ReportedFigure, Target


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


@dataclass(frozen=True)
class TargetProgress:
    """One target with its figures; numbers are in the target's unit, ``percent`` from 0, None = unknown.

    ``unplaced`` counts rows that belong to the target but carry no date that would place them.
    """

    target: Target
    depth: int
    done: Decimal | None
    cumulative: Decimal | None
    unplaced: int
    state: State
    reason: str | Promise

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
        """One of :class:`Target.Comparator`."""
        return self.target.comparator

    @property
    def planned(self) -> Decimal | None:
        """The plan's number; the lower bound of a range."""
        return self.target.number

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
        """The unit of count: the target's own, else the indicator's."""
        return self.target.unit or self.target.indicator.unit

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
        """Whether the target is behind plan."""
        return self.state == State.BEHIND


def plans_for(area: Area, period: Period) -> QuerySet[Plan]:
    """The plans that the area's own unit issued for years which the period touches, the latest first."""
    return Plan.objects.filter(area=area, first_year__lte=period.end.year, last_year__gte=period.start.year)


def progress(plan: Plan, period: Period, ground: Territory | None = None) -> list[TargetProgress]:
    """Every target of the plan in its order, a part ("trong đó") behind its whole.

    ``ground`` is the plan's unit on another map; a target's own place is then looked up on that map too.
    """
    figures = Prefetch("figures", ReportedFigure.objects.counting().filter(as_of__lte=period.end))
    targets = list(
        plan.targets.select_related("indicator", "group", "scope").prefetch_related("kinds", figures)
    )
    return [_of(target, plan, period, depth, ground) for target, depth in _in_order(targets)]


def rows(target: Target, period: Period, ground: Territory | None = None) -> QuerySet[Any]:
    """The rows behind the cumulative figure; for a target reported by hand, its figures."""
    measure = measure_of(target)
    if measure is None:
        return target.figures.counting().filter(as_of__lte=period.end)
    whole, since = _in_all(measure, target, target.plan)
    return whole.rows(_selection(target, target.plan, period, ground).since(since))


def counted(
    target: Target, period: Period, ground: Territory | None = None
) -> list[tuple[Measure, Selection]]:
    """What counts the period's figure and the cumulative one; nothing for a target reported by hand."""
    measure = measure_of(target)
    if measure is None:
        return []
    selection = _selection(target, target.plan, period, ground)
    whole, since = _in_all(measure, target, target.plan)
    return [(measure, selection), (whole, selection.since(since))]


def measure_of(target: Target) -> Measure | None:
    """The measure that counts the target, or None when its figures are reported by hand.

    A share ("60 % of the organisations") is reported by hand: the portal doesn't know of what.
    """
    code = target.indicator.measure
    return MEASURES[code] if code and not target.percent_of else None


def _in_all(measure: Measure, target: Target, plan: Plan) -> tuple[Measure, date]:
    """What gives the cumulative figure, and the day from which it counts.

    A cumulative target of new recognitions counts each product recognised so far, with its latest star.
    """
    if not target.is_cumulative:
        return measure, _first_day(plan)
    return (MEASURES["recognised_in_all"] if measure.code == "newly_recognised" else measure), date.min


def _in_order(targets: list[Target]) -> list[tuple[Target, int]]:
    ordered: list[tuple[Target, int]] = []

    def visit(parent: int | None, depth: int) -> None:
        for target in targets:
            if target.parent_id == parent:
                ordered.append((target, depth))
                visit(target.pk, depth + 1)

    visit(None, 0)
    return ordered


def _of(target: Target, plan: Plan, period: Period, depth: int, ground: Territory | None) -> TargetProgress:
    measure = measure_of(target)
    done, cumulative, unplaced = (
        _counted(measure, target, plan, period, ground) if measure else _reported(target, period)
    )
    state, reason = judge(target, cumulative, _share_elapsed(target, plan, period))
    return TargetProgress(target, depth, done, cumulative, unplaced, state, reason)


def _counted(
    measure: Measure, target: Target, plan: Plan, period: Period, ground: Territory | None
) -> tuple[Decimal | None, Decimal | None, int]:
    selection = _selection(target, plan, period, ground)
    done = measure.total(selection)
    counted, since = _in_all(measure, target, plan)
    same = counted is measure and since == selection.start
    whole: Figure = done if same else counted.total(selection.since(since))
    return Decimal(done.value), Decimal(whole.value), whole.unplaced


def _reported(target: Target, period: Period) -> tuple[Decimal | None, Decimal | None, int]:
    figures = list(target.figures.all())
    of_period = [figure for figure in figures if figure.as_of >= period.start]
    return reported_sum(of_period), reported_sum(figures), 0


def reported_sum(figures: Sequence[ReportedFigure]) -> Decimal | None:
    """What accepted figures, in the order of their days, come to; None where there are none.

    A figure for the whole unit counts alone where no commune has told a later one; else the latest of each
    commune are added up.
    """
    whole = [figure for figure in figures if figure.area_id is None]
    by_commune = {figure.area_id: figure for figure in figures if figure.area_id is not None}
    newest = max((figure.as_of for figure in by_commune.values()), default=None)
    if whole and (newest is None or whole[-1].as_of >= newest):
        return whole[-1].value
    return sum((figure.value for figure in by_commune.values()), Decimal(0)) if by_commune else None


def _selection(target: Target, plan: Plan, period: Period, ground: Territory | None) -> Selection:
    return Selection(
        area=_place(target, plan, ground),
        start=period.start,
        end=period.end,
        stars=(target.stars_min, target.stars_max),
        group=target.group.code if target.group else "",
        kinds=tuple(kind.pk for kind in target.kinds.all()),
        economic_only=target.economic_only,
        funding_source=target.funding_source,
        level=target.level,
    )


def _place(target: Target, plan: Plan, ground: Territory | None) -> Area | Territory:
    """Where the target counts: its own place or the plan's unit, on the map that is asked for."""
    if ground is None or ground.on_map == MapOf.THEN or target.scope is None:
        return target.scope or ground or plan.area
    today = clock.today()
    return territory(target.scope, today, on_map=ground.on_map, today=today)


def _first_day(plan: Plan) -> date:
    return date(plan.first_year, 1, 1)


def _share_elapsed(target: Target, plan: Plan, period: Period) -> Decimal:
    """The share (0 to 1) of the target's time that is over by the period's end (or today)."""
    first, last = _first_day(plan), target.deadline or date(plan.last_year, 12, 31)
    reached = min(period.end, clock.today(), last)
    days, over = max((last - first).days + 1, 1), max((reached - first).days + 1, 0)
    return Decimal(over) / Decimal(days)


def judge(target: Target, cumulative: Decimal | None, elapsed: Decimal) -> tuple[State, str | Promise]:
    """How the target stands, with the reason.

    A range is judged on its lower bound; "exactly" and "about" are met by reaching the number. Short of it, a
    target is on track while its share of the number is no less than the share of time that is over.
    """
    if target.comparator == Target.Comparator.NONE or target.number is None:
        return State.NOT_MEASURABLE, _("The plan names no number.")
    if cumulative is None:
        return State.NOT_MEASURABLE, _("No figure has been reported yet.")
    if satisfied(target.comparator, cumulative, target.number):
        return State.MET, _("The number of the plan is reached.")
    if target.comparator == Target.Comparator.LESS_THAN:
        return State.BEHIND, _("The figure is over what the plan allows.")
    if cumulative >= target.number * elapsed and elapsed < 1:
        return State.ON_TRACK, _("The figure keeps up with the time that is over.")
    return State.BEHIND, _("The figure is short of the plan for the time that is over.")


def satisfied(comparator: str, value: Decimal, number: Decimal) -> bool:
    """Whether the value does what the comparison asks."""
    if comparator == Target.Comparator.MORE_THAN:
        return value > number
    if comparator == Target.Comparator.LESS_THAN:
        return value < number
    return value >= number
