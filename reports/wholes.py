"""What explains a figure that is no number of rows: a share's whole, the units that are to reach a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from areas.models import Area
from ocop_portal.lib.measures import Measure, Selection
from plans import counting, standing
from plans.models import BudgetLine, Target
from plans.told import Told

from .progress_facts import Facts
from .tables import Share, UnitLine, number

Units = tuple[UnitLine, ...]
Whole = tuple[Measure, Selection]


def once_each(measure: Measure, rows: QuerySet[Any]) -> dict[Any, str]:
    """By thing that the measure counts, the key of its first row."""
    name = rows.model._meta.model_name
    counted: dict[Any, str] = {}
    for thing, pk in rows.order_by("pk").values_list(measure.counts, "pk"):
        counted.setdefault(thing, f"{name}:{pk}")
    return counted


def share_counted(part: Mapping[Any, str], whole: Whole | None) -> Share | None:
    """A share of what ``whole`` counts; ``part`` are the things that it counts. One statement."""
    if whole is None:
        return None
    base, selection = whole
    found = once_each(base, base.rows(selection))
    among = tuple(key for thing, key in found.items() if thing in part)
    return Share(len(part), len(found), tuple(found.values()), among)


def share_told(part: Decimal | None, whole: Whole | None) -> Share | None:
    """A share of what ``whole`` counts, of which people told the part."""
    told = number(part)
    if whole is None or told is None:
        return None
    base, selection = whole
    found = once_each(base, base.rows(selection))
    return Share(told, len(found), tuple(found.values()))


def share_of_money(target: Target, lines: Sequence[BudgetLine]) -> Share | None:
    """A share of what the plan's lines plan; ``among`` them are those that tell the amount asked for."""
    told, planned = standing.money_behind(target, lines), standing.money_planned(target, lines)
    part = number(standing.amount_of(told, target.money))
    whole = number(standing.amount_of(planned, Target.Money.PLANNED))
    if part is None or whole is None:
        return None
    of_both = {one.pk for one in told}
    keys = tuple(key_of(one) for one in planned)
    return Share(part, whole, keys, tuple(key_of(one) for one in planned if one.pk in of_both))


def key_of(row: Model) -> str:
    """The key by which a row is known (``budgetline:12``)."""
    return f"{row._meta.model_name}:{row.pk}"


def keys_told(figures: Iterable[Told]) -> tuple[str, ...]:
    """The keys of figures told by hand."""
    return tuple(f"reportedfigure:{one.pk}" for one in figures)


def units_counted(facts: Facts, target: Target, measure: Measure, selection: Selection) -> Units:
    """Each unit that is to reach the number, with what ``measure`` counts in it; one statement for them."""
    units = _units_of(facts, target)
    found = measure.rows_by_area(selection, [unit.pk for unit in units])
    name = measure.rows(selection).model._meta.model_name
    behind = {unit: tuple(f"{name}:{pk}" for pk in rows.values()) for unit, rows in found.items()}
    numbers = {unit.pk: Decimal(len(behind.get(unit.pk, ()))) for unit in units}
    return _lines(target, units, numbers, behind)


def units_told(facts: Facts, target: Target) -> Units:
    """The same of what communes told; nothing where the officer told for the whole unit how many reach it."""
    units = _units_of(facts, target)
    found = standing.told_by_unit(facts.told.get(target.pk, ()), units)
    if not found:
        return ()
    behind = {unit: keys_told(told) for unit, told in found.items()}
    sums = {unit: sum((one.value for one in told), Decimal(0)) for unit, told in found.items()}
    return _lines(target, units, sums, behind)


def _units_of(facts: Facts, target: Target) -> list[Area]:
    return counting.units_of(target, target.plan, facts.period, facts.ground.territory)


def _lines(
    target: Target,
    units: Iterable[Area],
    numbers: Mapping[int, Decimal],
    behind: Mapping[int, tuple[str, ...]],
) -> Units:
    reached = standing.reaching(target, numbers, numbers)
    return tuple(
        UnitLine(key_of(unit), number(numbers.get(unit.pk)), unit.pk in reached, behind.get(unit.pk, ()))
        for unit in units
    )
