"""The figures of one target by the end of a period, whatever its kind: what was done and what is aimed at.

Null is not 0: a figure that nobody told, a share of nothing and money that nobody entered are unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from areas.maps import Territory
from areas.models import Area, Coverage, Level
from ocop_portal.lib.measures import Counts, Measure, Selection
from ocop_portal.lib.periods import Period

from . import counting
from .counting import satisfied
from .models import BudgetLine, Plan, Target
from .told import Behind, Told, latest_each, told_in_all, told_in_period
from .wording import figure_words

MILLION_IN_A_BILLION = 1000
NAMED_AT_MOST = 5


@dataclass(frozen=True)
class Figures:
    """What was done in the period and in all; ``unplaced`` rows have no date that would place them.

    ``goal`` is the number aimed at where it isn't the plan's own (of units, how many there are); ``unit`` its
    unit. ``said`` tells what stands behind the figure; ``unknown`` why there is none.
    """

    done: Decimal | None
    cumulative: Decimal | None
    unplaced: int = 0
    goal: Decimal | None = None
    unit: str = ""
    said: str = ""
    unknown: str = ""


@dataclass(frozen=True)
class Asked:
    """A target in the period, with the lines of its plan's budget and what was ``told`` of it by hand.

    ``ground`` is the unit on another map.

    ``counts`` answers what several targets count at once.
    """

    target: Target
    plan: Plan
    period: Period
    lines: Sequence[BudgetLine]
    told: Sequence[Told]
    counts: Counts
    ground: Territory | None = None

    @cached_property
    def selection(self) -> Selection:
        """Of what the target speaks in the period, on the map that is asked for."""
        return counting.selection_of(self.target, self.plan, self.period, self.ground)

    @property
    def whole(self) -> Selection:
        """Everything in the target's place in the period, whatever narrows the target."""
        return counting.whole_of(self.selection)

    def in_all(self, measure: Measure, selection: Selection) -> tuple[Measure, Selection]:
        """What gives the cumulative figure where ``measure`` gives the period's, and of which days."""
        of_all, since = counting.in_all(measure, self.target, self.plan)
        return of_all, selection.since(since)

    def expect(self) -> None:
        """Announce the totals that the target's figures will ask for: in the period and in all."""
        if measure := counting.measure_of(self.target):
            self._expect(measure, self.selection)
        if base := counting.base_of(self.target):
            self._expect(base, self.whole)

    def _expect(self, measure: Measure, selection: Selection) -> None:
        self.counts.expect([(measure, selection)], perhaps=False)
        self.counts.expect([self.in_all(measure, selection)])


def figures_of(asked: Asked) -> Figures:
    """The target's figures; ``kinds``, ``units`` and ``products`` should be prefetched."""
    target = asked.target
    if target.money:
        return _money(asked)
    if target.per_unit:
        return _by_unit(asked)
    if target.base:
        return _share(asked)
    if target.product_names or target.products.all():
        return _named(asked)
    return _total(asked)


# --- one count


def _total(asked: Asked) -> Figures:
    measure = counting.measure_of(asked.target)
    if measure is None:
        return Figures(*_told(asked))
    done = asked.counts.value(measure, asked.selection)
    whole = asked.counts.total(*asked.in_all(measure, asked.selection))
    return Figures(Decimal(done), Decimal(whole.value), whole.unplaced)


def _told(asked: Asked) -> tuple[Decimal | None, Decimal | None]:
    return told_part(asked.target, asked.told, asked.period).value, told_in_all(asked.told).value


def told_part(target: Target, told: Sequence[Told], period: Period) -> Behind:
    """What was told by hand of the target's part in the period."""
    return told_in_period(told, period, runs_on=counting.runs_on(target))


def money_behind(target: Target, lines: Iterable[BudgetLine]) -> list[BudgetLine]:
    """The lines of the plan's budget that a target of money adds up."""
    return [line for line in _of_sources(target, lines) if getattr(line, target.money) is not None]


def money_planned(target: Target, lines: Iterable[BudgetLine]) -> list[BudgetLine]:
    """The lines whose planned amounts are the whole of a share of money; nothing for other targets."""
    if not target.money or target.unit != Target.MoneyUnit.SHARE:
        return []
    return [line for line in _of_sources(target, lines) if line.planned is not None]


def _of_sources(target: Target, lines: Iterable[BudgetLine]) -> list[BudgetLine]:
    return [line for line in lines if not target.money_sources or line.source in target.money_sources]


# --- a share


def _share(asked: Asked) -> Figures:
    """The part over the whole, each counted to the same day; a share of nothing is unknown."""
    part = _total(asked)
    base = counting.base_of(asked.target)
    assert base is not None  # noqa: S101 - asked for by figures_of
    whole = _wholes(asked, base)
    said = ""
    if part.cumulative is not None:
        said = _("%(part)s of %(whole)s.") % {
            "part": figure_words(part.cumulative),
            "whole": figure_words(whole[1]),
        }
    return Figures(
        _percent(part.done, whole[0]),
        _percent(part.cumulative, whole[1]),
        part.unplaced,
        said=said if whole[1] else "",
        unknown="" if whole[1] else _("There is nothing yet of which a share could be taken."),
    )


def _wholes(asked: Asked, base: Measure) -> tuple[Decimal, Decimal]:
    """The whole in the period and in all: everything in the place, whatever narrows the part."""
    done, whole = (base, asked.whole), asked.in_all(base, asked.whole)
    return Decimal(asked.counts.value(*done)), Decimal(asked.counts.value(*whole))


def _percent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return part * 100 / whole if part is not None and whole else None


# --- for each unit


class Reached(NamedTuple):
    """How many units reach the number in all, which ones if that is known, and how many in the period."""

    number: Decimal | None
    keys: frozenset[int] | None = None
    done: Decimal | None = None
    unplaced: int = 0


def _by_unit(asked: Asked) -> Figures:
    """How many units reach the number, and which don't."""
    target = asked.target
    units = counting.units_of(target, asked.plan, asked.period, asked.ground)
    unit = _("communes") if target.per_unit == Level.COMMUNE else _("districts")
    if not units:
        return Figures(None, None, unit=unit, unknown=_("There is no unit of this level in the place."))
    measure = counting.measure_of(target)
    reached = _units_told(asked, units) if measure is None else _units_counted(asked, measure, units)
    said = "" if reached.number is None else _reached_words(reached, units, unit)
    return Figures(reached.done, reached.number, reached.unplaced, Decimal(len(units)), unit, said)


def _reached_words(reached: Reached, units: list[Area], unit: str) -> str:
    words = _("%(count)s of %(all)d %(units)s reach the number.")
    said = words % {"count": figure_words(reached.number), "all": len(units), "units": unit}
    missing = [] if reached.keys is None else [area.name for area in units if area.pk not in reached.keys]
    return f"{said} {_('Not reached yet')}: {_some(missing)}." if missing else said


def _units_counted(asked: Asked, measure: Measure, units: list[Area]) -> Reached:
    """In the period: those that reach it by this period's rows alone."""
    selection, keys = asked.selection, [unit.pk for unit in units]
    whole, since = asked.in_all(measure, selection)
    of_all = whole.by_area(since, keys)
    same = whole is measure and since == selection
    of_period = of_all if same else measure.by_area(selection, keys)
    unplaced = asked.counts.total(whole, since).unplaced if whole.unplaced else 0
    reached = reaching(asked.target, of_all, keys)
    done = reaching(asked.target, of_period, keys)
    return Reached(Decimal(len(reached)), reached, Decimal(len(done)), unplaced)


def reaching(
    target: Target, by_unit: Mapping[int, int] | Mapping[int, Decimal], keys: Iterable[int]
) -> frozenset[int]:
    """Which of the units reach the number that the target names for each; what has no figure has 0."""
    wanted = target.number or Decimal(0)
    return frozenset(
        key for key in keys if satisfied(target.comparator, Decimal(by_unit.get(key, 0)), wanted)
    )


def _units_told(asked: Asked, units: list[Area]) -> Reached:
    """What communes told, added up by unit; or the officer's word for how many units reach the number."""
    whole, by_commune = latest_each(asked.told)
    if whole is not None or not by_commune:
        return Reached(whole.value if whole else None)
    by_unit = told_by_unit(asked.told, units)
    sums = {unit: sum((one.value for one in told), Decimal(0)) for unit, told in by_unit.items()}
    reached = reaching(asked.target, sums, sums)
    return Reached(Decimal(len(reached)), reached)


def told_by_unit(told: Sequence[Told], units: Iterable[Area]) -> dict[int, list[Told]]:
    """By unit the latest figures of the communes in it; nothing where one for the whole unit speaks."""
    whole, by_commune = latest_each(told)
    if whole is not None or not by_commune:
        return {}
    keys = [unit.pk for unit in units]
    pairs = Coverage.objects.filter(unit__in=keys, covered__in=[*by_commune]).values_list("unit", "covered")
    found: dict[int, list[Told]] = {}
    for unit, covered in pairs:
        found.setdefault(unit, []).append(by_commune[covered])
    return found


# --- named products


def _named(asked: Asked) -> Figures:
    """The count, with which of the named products are there; only these count where all are named."""
    total, target = _total(asked), asked.target
    products = list(target.products.all())
    there = _there(asked, {product.pk for product in products})
    groups: tuple[tuple[str, list[str]], ...] = (
        (_("Reached"), [product.name for product in products if product.pk in there]),
        (_("Not reached yet"), [product.name for product in products if product.pk not in there]),
        (_("Not registered on the portal"), target.unregistered),
    )
    if counting.told_by_hand(target):
        groups = groups[2:]
    said = [f"{label}: {_some(names)}." for label, names in groups if names]
    return Figures(total.done, total.cumulative, total.unplaced, said=" ".join(said))


def _there(asked: Asked, products: Collection[int]) -> set[int]:
    measure = counting.measure_of(asked.target)
    if measure is None or not products:
        return set()
    whole, selection = counting.counted(asked.target, asked.period, asked.ground)[1]
    rows = whole.rows(selection).filter(**{f"{whole.counts}__in": products})
    return set(rows.order_by().values_list(whole.counts, flat=True))


def _some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:NAMED_AT_MOST])
    more = len(names) - NAMED_AT_MOST
    return _("%(names)s and %(more)d more") % {"names": shown, "more": more} if more > 0 else shown


# --- money


def _money(asked: Asked) -> Figures:
    """The sum of the plan's lines from the sources named, in the target's unit; no amount is unknown."""
    target = asked.target
    lines = _of_sources(target, asked.lines)
    amount = amount_of(lines, target.money)
    nothing = _("The plan's budget has no such amount yet.")
    if target.unit == Target.MoneyUnit.SHARE:
        planned = amount_of(lines, Target.Money.PLANNED)
        share = _percent(amount, planned)
        return Figures(None, share, unknown=nothing if share is None else "")
    if amount is not None and target.unit == Target.MoneyUnit.BILLION:
        amount = amount / MILLION_IN_A_BILLION
    return Figures(None, amount, unknown=nothing if amount is None else "")


def amount_of(lines: Iterable[BudgetLine], column: str) -> Decimal | None:
    """What the lines come to in one of their columns, in million đồng; None where none tells an amount."""
    amounts = [amount for line in lines if (amount := getattr(line, column)) is not None]
    return sum(amounts, Decimal(0)) if amounts else None
