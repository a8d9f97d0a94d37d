"""How each commune and each period stands against its share of a target."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

from areas.models import Area
from ocop_portal.lib import clock
from ocop_portal.lib.periods import Period, for_year

from .breaking_down import communes, periods_of
from .models import Breakdown, Share, Target
from .progress import Judged, State, counted, judge, stands
from .standing import told_part
from .told import Told
from .wording import figure_words


@dataclass(frozen=True)
class Standing(Judged):
    """What one commune or period was to do and did; None is unknown."""

    name: str
    planned: Decimal | None
    done: Decimal | None
    state: State
    reason: str | Promise

    @property
    def planned_words(self) -> str:
        """The share for the page; a dash where there is none."""
        return figure_words(self.planned)

    @property
    def done_words(self) -> str:
        """What was done for the page; a dash where unknown."""
        return figure_words(self.done)


def by_commune(breakdown: Breakdown, shares: Iterable[Share], readable: Collection[int]) -> list[Standing]:
    """Each commune the reader may see, with its share and what was done from the plan's beginning to today.

    One statement for what is done, whatever the number of communes. Communes of the target's place without a
    share stand in it too: what they do counts for the target.
    """
    target = breakdown.target
    period = for_year(min(max(clock.today().year, target.plan.first_year), target.plan.last_year))
    planned: dict[int, Decimal] = {}
    for share in shares:
        if share.area_id is not None:
            planned[share.area_id] = planned.get(share.area_id, Decimal(0)) + share.number
    places = [area for area in communes(target) if area.pk in readable]
    done = _done_by(target, places, period)
    return [_of_commune(target, area, planned.get(area.pk), done.get(area.pk), period) for area in places]


def by_period(breakdown: Breakdown, shares: Iterable[Share]) -> list[Standing]:
    """Each period with its share and what was done in it; one statement for each that has begun."""
    target = breakdown.target
    planned: dict[str, Decimal] = {}
    for share in shares:
        planned[share.period] = planned.get(share.period, Decimal(0)) + share.number
    is_told = not counted(target, for_year(clock.today().year))
    rows = target.figures.counting().order_by("as_of", "pk").values_list(*Told._fields) if is_told else ()
    figures = [Told(*row) for row in rows]
    return [
        _of_period(target, period, planned.get(period.code), figures)
        for period in periods_of(target.plan, breakdown.span)
    ]


def _of_commune(
    target: Target, area: Area, planned: Decimal | None, done: Decimal | None, period: Period
) -> Standing:
    state, reason = stands(_only(target, planned), period, done)
    return Standing(area.name, planned, done, state, reason)


def _of_period(target: Target, period: Period, planned: Decimal | None, figures: list[Told]) -> Standing:
    has_begun = period.start <= clock.today()
    done = _done_in(target, period, figures) if has_begun else None
    days = (period.end - period.start).days + 1
    over = (min(clock.today(), period.end) - period.start).days + 1
    state, reason = judge(_only(target, planned), done, Decimal(max(over, 0)) / days)
    return Standing(period.label, planned, done, state, reason)


def _only(target: Target, number: Decimal | None) -> Target:
    """The target with the share in place of its number; never saved."""
    made = copy.copy(target)
    made.number, made.number_max = number, None
    return made


def _done_by(target: Target, places: list[Area], period: Period) -> dict[int, Decimal]:
    """What each commune did in all; of a target told by hand its latest accepted figure, none is unknown."""
    keys = [area.pk for area in places]
    if measures := counted(target, period):
        whole, selection = measures[-1]
        found = whole.by_area(selection, keys)
        return {key: Decimal(found.get(key, 0)) for key in keys}
    figures = target.figures.counting().filter(area__in=keys, as_of__lte=period.end).order_by("as_of", "pk")
    return {figure.area_id: figure.value for figure in figures}


def _done_in(target: Target, period: Period, figures: list[Told]) -> Decimal | None:
    if measures := counted(target, period):
        measure, selection = measures[0]
        return Decimal(measure.total(selection).value)
    return told_part(target, figures, period).value
