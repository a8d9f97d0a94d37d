"""What the figures of the progress report count: for each target the records, one for each thing counted.

Asked for when a report is frozen; a page that only shows figures does not read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ocop_portal.lib.measures import Measure, Selection
from ocop_portal.lib.periods import for_year
from plans import progress as plan_progress
from plans import standing
from plans.counting import counted_whole, told_by_hand
from plans.models import Target
from plans.told import Behind, told_in_all
from ratings.measures import MEASURES

from . import wholes
from .progress_facts import Facts
from .tables import Place, Source
from .wholes import Units, Whole

SUMMARY, DONE, CUMULATIVE = "tong-hop", "thuc_hien", "luy_ke"
COLUMNS = (DONE, CUMULATIVE)


class Counted(NamedTuple):
    """A figure that the portal counts: row, column, what counts it; and the whole of which it is a share."""

    row: str
    column: str
    measure: Measure
    selection: Selection
    target: Target | None = None
    whole: Whole | None = None


class Entered(NamedTuple):
    """A figure that people entered: row, column, and the keys of what they entered."""

    row: str
    column: str
    target: Target
    keys: tuple[str, ...]


def gather(facts: Facts, only: tuple[str, str] | None = None) -> list[Source]:
    """The sources of the summary's figures; ``only`` (row, column) of one of them."""
    counted = _asked(facts, only[0] if only else "")
    return [
        *(_of_counted(facts, one) for one in counted if only in (None, one[:2])),
        *(_of_entered(facts, one) for one in _entered(facts) if only in (None, one[:2])),
    ]


def places(facts: Facts) -> set[Place]:
    """Table, row and column of each figure that leads to its sources; at most one statement."""
    if facts.plan is None:
        rows = [key_of_measure(code) for code in MEASURES]
    else:
        rows = [key_of_target(one.pk) for one in facts.targets if plan_progress.measure_of(one)]
    counted = {(SUMMARY, row, column) for row in rows for column in (DONE, CUMULATIVE)}
    return counted | {(SUMMARY, one.row, one.column) for one in _entered(facts)}


def _of_counted(facts: Facts, one: Counted) -> Source:
    measure, selection = one.measure, one.selection
    unplaced: Iterable[str] = ()
    if measure.unplaced:
        unplaced = wholes.once_each(measure, measure.unplaced_rows(selection)).values()
    source = Source(SUMMARY, one.row, one.column, (), tuple(unplaced))
    if one.target and one.target.per_unit:
        return _by_unit(source, wholes.units_counted(facts, one.target, measure, selection))
    found = wholes.once_each(measure, measure.rows(selection))
    return replace(source, counts=tuple(found.values()), share=wholes.share_counted(found, one.whole))


def _of_entered(facts: Facts, one: Entered) -> Source:
    target, source = one.target, Source(SUMMARY, one.row, one.column, one.keys)
    if target.money:
        return replace(source, share=wholes.share_of_money(target, facts.lines))
    if target.per_unit:
        units = wholes.units_told(facts, target)
        return _by_unit(source, units) if units else source
    if target.base:
        place = COLUMNS.index(one.column)
        whole = counted_whole(target, facts.period, facts.ground.territory)[place]
        told = _told(facts, target)[place]
        return replace(source, share=wholes.share_told(told.value, whole))
    return source


def _by_unit(source: Source, units: Units) -> Source:
    """The figure's rows are those of the units, each once."""
    return replace(
        source, counts=tuple(dict.fromkeys(key for one in units for key in one.counts)), units=units
    )


def _entered(facts: Facts) -> Iterator[Entered]:
    """What stands behind figures that nobody counts: those told by hand, the lines of the plan's budget."""
    for target in facts.targets:
        row = key_of_target(target.pk)
        if target.money:
            if found := standing.money_behind(target, facts.lines):
                yield Entered(row, CUMULATIVE, target, tuple(wholes.key_of(one) for one in found))
        elif told_by_hand(target):
            for column, behind in zip(COLUMNS, _told(facts, target), strict=True):
                # How many units reach a number is told in all alone.
                if behind.counts and not (target.per_unit and column == DONE):
                    keys = wholes.keys_told((*behind.counts, *behind.before))
                    yield Entered(row, column, target, keys)


def _told(facts: Facts, target: Target) -> tuple[Behind, Behind]:
    """What was told of the target in the period, and in all."""
    told = facts.told.get(target.pk, ())
    return standing.told_part(target, told, facts.period), told_in_all(told)


def key_of_target(pk: int) -> str:
    """The key of a target's row in the summary."""
    return f"chi-tieu-{pk}"


def key_of_measure(code: str) -> str:
    """The key of a measure's row in the summary of a unit without a plan."""
    return f"so-do-{code}"


def _asked(facts: Facts, only: str) -> Iterator[Counted]:
    """Each figure that the portal counts (``only``: of this row)."""
    if facts.plan is None:
        selection = facts.ground.selection
        year = selection.since(for_year(facts.period.year).start)
        for measure in MEASURES.values():
            row = key_of_measure(measure.code)
            if only in {"", row}:
                yield Counted(row, DONE, measure, selection)
                yield Counted(row, CUMULATIVE, measure, year)
        return
    for target in facts.targets:
        row = key_of_target(target.pk)
        if only in {"", row}:
            on = (target, facts.period, facts.ground.territory)
            shares = counted_whole(*on) or (None, None)
            for column, counted, whole in zip(COLUMNS, plan_progress.counted(*on), shares, strict=False):
                yield Counted(row, column, *counted, target, whole)
