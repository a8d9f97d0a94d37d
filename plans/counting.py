"""What a target counts and how: by a measure of the portal, from the plan's own budget, or told by hand.

Everything that asks where a target's figure comes from asks here: progress, the communes' monthly reports,
forecasts and the sources of a compiled report.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from areas import finding
from areas.maps import MapOf, Territory, territory
from areas.models import Area, Coverage, Level
from ocop_portal.lib import clock
from ocop_portal.lib.measures import Measure, Selection
from ocop_portal.lib.periods import Period
from ratings.measures import MEASURES

from .models import Plan, Target

PERCENT = "%"
BASES = (
    "still_valid",
    "recognised_in_all",
    "taking_part",
    "organisations_valid",
    "organisations_taking_part",
)
"""The measures that a share can be taken of."""


class Way(StrEnum):
    """Where a target's figure comes from."""

    COUNTED = "counted"
    TOLD = "told"
    MONEY = "money"


def way_of(target: Target) -> Way:
    """Where the figure comes from. A share of what no measure counts ("60 % of the officials") is told."""
    if target.money:
        return Way.MONEY
    is_unknown_share = bool(target.percent_of and not target.base)
    return Way.COUNTED if target.indicator.measure and not is_unknown_share else Way.TOLD


def told_by_hand(target: Target) -> bool:
    """Whether people report the target's figures: the portal has nothing that counts it."""
    return way_of(target) == Way.TOLD


def asked_of(commune: Area, targets: Iterable[Target]) -> list[Target]:
    """The targets of which the commune tells its part month by month; prefetch ``units``: one statement.

    Not what the officer alone can say: shares of a whole that only the unit knows can't be added up. A target
    that names communes asks these only, one that names wider units or is in one place only who lies there: on
    the map of then or of now, as communes merge in a plan's years. A place in words alone is known to people
    only: all are asked.
    """
    ground = set(Area.objects.sharing_ground(commune).values_list("pk", flat=True))
    return [target for target in targets if _asks_communes(target) and _asks(target, commune, ground)]


def _asks_communes(target: Target) -> bool:
    return told_by_hand(target) and not _is_share_in_words(target)


def _asks(target: Target, commune: Area, ground: Container[int]) -> bool:
    if named := target.units.all():
        return any(unit == commune or (unit.level != Level.COMMUNE and unit.pk in ground) for unit in named)
    return target.scope_id is None or target.scope_id in ground


def _is_share_in_words(target: Target) -> bool:
    return not target.base and not target.per_unit and target.counted_in == PERCENT


def runs_on(target: Target) -> bool:
    """Whether figures told by hand run on from the plan's beginning, so that a period's part is a difference.

    A percentage, or the part of a share, is a state at its day.
    """
    return not target.base and target.counted_in != PERCENT


def told_in(target: Target) -> str:
    """The unit in which figures told by hand come: of a share whose whole is counted, what is counted."""
    return target.indicator.unit if target.base else target.counted_in


def measure_of(target: Target) -> Measure | None:
    """The measure that counts the target, or the upper part of its share; None where none does."""
    return MEASURES[target.indicator.measure] if way_of(target) == Way.COUNTED else None


def base_of(target: Target) -> Measure | None:
    """The measure that counts the whole of which the target is a share."""
    return MEASURES[target.base] if target.base else None


def is_plain(target: Target) -> bool:
    """Whether the figure is one count of everything that fits, so that it can be forecast from dossiers.

    Not that of named units: each of them has to reach the number (see ``aiming``).
    """
    named = (target.units.all(), target.products.all(), target.product_names)
    return way_of(target) == Way.COUNTED and not any((target.base, target.per_unit, *named))


def counted(
    target: Target, period: Period, ground: Territory | None = None
) -> list[tuple[Measure, Selection]]:
    """What counts the period's figure and the cumulative one; nothing where no measure does.

    Of a share it is what the share counts, not the whole; of named products these alone; of units, theirs.
    """
    measure = measure_of(target)
    if measure is None:
        return []
    selection = selection_of(target, target.plan, period, ground)
    whole, since = in_all(measure, target, target.plan)
    return [(measure, selection), (whole, selection.since(since))]


def counted_whole(
    target: Target, period: Period, ground: Territory | None = None
) -> list[tuple[Measure, Selection]]:
    """What counts the whole of a share in the period and in all; nothing where no measure does."""
    base = base_of(target)
    if base is None:
        return []
    selection = whole_of(selection_of(target, target.plan, period, ground))
    of_all, since = in_all(base, target, target.plan)
    return [(base, selection), (of_all, selection.since(since))]


def whole_of(narrowed: Selection) -> Selection:
    """Everything in the place and the days of a target, whatever narrows the part that it speaks of."""
    return Selection(narrowed.area, narrowed.start, narrowed.end, places=narrowed.places)


def in_all(measure: Measure, target: Target, plan: Plan) -> tuple[Measure, date]:
    """What gives the cumulative figure, and the day from which it counts.

    A cumulative target of new recognitions counts each product recognised so far, with its latest star.
    """
    if not target.is_cumulative:
        return measure, first_day(plan)
    return (MEASURES["recognised_in_all"] if measure.code == "newly_recognised" else measure), date.min


def first_day(plan: Plan) -> date:
    """The first day of the plan's years."""
    return date(plan.first_year, 1, 1)


def selection_of(target: Target, plan: Plan, period: Period, ground: Territory | None = None) -> Selection:
    """Of what the target speaks in the period; ``ground`` is the plan's unit on another map."""
    selection = Selection(
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
    if is_closed_list(target):
        selection = replace(selection, only=tuple(product.pk for product in target.products.all()))
    named = [unit.pk for unit in target.units.all()]
    if named:
        places = Coverage.objects.filter(unit__in=named).values_list("covered", flat=True)
        selection = replace(selection, places=tuple(places))
    return selection


def _place(target: Target, plan: Plan, ground: Territory | None) -> Area | Territory:
    """Where the target counts: its own place or the plan's unit, on the map that is asked for."""
    if ground is None or ground.on_map == MapOf.THEN or target.scope is None:
        return target.scope or ground or plan.area
    today = clock.today()
    return territory(target.scope, today, on_map=ground.on_map, today=today)


def is_closed_list(target: Target) -> bool:
    """Whether only the named products count: the plan names as many as it wants, or more."""
    names = len(target.products.all()) + len(target.unregistered)
    return bool(names) and (target.number is None or names >= target.number)


def units_of(target: Target, plan: Plan, period: Period, ground: Territory | None = None) -> list[Area]:
    """Each unit that has to reach the number: those named, else all of the level on the map."""
    if named := list(target.units.all()):
        return named
    place = _place(target, plan, ground)
    if isinstance(place, Territory) and target.per_unit == Level.COMMUNE:
        return list(place.communes)
    area = place.unit if isinstance(place, Territory) else place
    if target.per_unit == Level.COMMUNE:
        found = finding.units_under(area, period.end)
    else:
        found = Area.objects.within(area).in_force(period.end).filter(level=target.per_unit)
    return list(found.order_by("sort_key", "code"))


def how(target: Target) -> str:
    """How the figure comes about, in words, for the sources of a report."""
    if target.money:
        return _("The sum of the lines of the plan's budget from the sources named, as last reported.")
    measure, base = measure_of(target), base_of(target)
    words = str(measure.definition) if measure else target.indicator.definition
    words = words or _("What the units reported, entered by hand with its source.")
    if told_by_hand(target) and runs_on(target):
        words = _(
            "%(what)s Told from the plan's beginning on; a period has what was told by its end less what had "
            "been told before it."
        ) % {"what": words}
    if base is not None:
        words = _("%(part)s A share of: %(whole)s") % {"part": words, "whole": base.definition}
    if target.per_unit:
        words = _("%(what)s Counted for each unit; the figure is how many units reach the number.") % {
            "what": words
        }
    return words


def satisfied(comparator: str, value: Decimal, number: Decimal) -> bool:
    """Whether the value does what the comparison asks; exactly, about and nearly mean to reach it."""
    if comparator == Target.Comparator.MORE_THAN:
        return value > number
    if comparator == Target.Comparator.LESS_THAN:
        return value < number
    return value >= number
