"""What the figures of the progress report count: for each target the records, one for each thing counted.

Asked for when a report is frozen; a page that only shows figures does not read them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from ocop_portal.lib.measures import Measure, Selection
from ocop_portal.lib.periods import for_year
from plans import progress as plan_progress
from plans import standing
from plans.counting import told_by_hand
from ratings.measures import MEASURES

from .progress_facts import Facts
from .tables import Place, Source

SUMMARY, DONE, CUMULATIVE = "tong-hop", "thuc_hien", "luy_ke"


def gather(facts: Facts, only: tuple[str, str] | None = None) -> list[Source]:
    """The sources of the summary's figures; ``only`` (row, column) of one of them."""
    sources: list[Source] = []
    for row, column, measure, selection in _asked(facts, only[0] if only else ""):
        if only and only[1] != column:
            continue
        counts = _one_each(measure, measure.rows(selection))
        unplaced = _one_each(measure, measure.unplaced_rows(selection)) if measure.unplaced else ()
        sources.append(Source(SUMMARY, row, column, counts, unplaced))
    return sources + [one for one in _entered(facts) if only in (None, (one.row, one.column))]


def places(facts: Facts) -> set[Place]:
    """Table, row and column of each figure that leads to its sources; at most one statement."""
    if facts.plan is None:
        rows = [key_of_measure(code) for code in MEASURES]
    else:
        rows = [key_of_target(one.pk) for one in facts.targets if plan_progress.measure_of(one)]
    counted = {(SUMMARY, row, column) for row in rows for column in (DONE, CUMULATIVE)}
    return counted | {one.place for one in _entered(facts)}


def _entered(facts: Facts) -> Iterable[Source]:
    """What stands behind figures that nobody counts: those told by hand, the lines of the plan's budget."""
    lines = None
    for target in facts.targets:
        row = key_of_target(target.pk)
        if target.money:
            lines = list(facts.plan.budget_lines.all()) if facts.plan and lines is None else lines or []
            if found := standing.money_behind(target, lines):
                yield Source(SUMMARY, row, CUMULATIVE, tuple(f"budgetline:{one.pk}" for one in found))
        elif told_by_hand(target):
            told = standing.told_behind(facts.told.get(target.pk, ()), facts.period)
            for column, figures in zip((DONE, CUMULATIVE), told, strict=True):
                if figures:
                    keys = tuple(f"reportedfigure:{one.pk}" for one in figures)
                    yield Source(SUMMARY, row, column, keys)


def key_of_target(pk: int) -> str:
    """The key of a target's row in the summary."""
    return f"chi-tieu-{pk}"


def key_of_measure(code: str) -> str:
    """The key of a measure's row in the summary of a unit without a plan."""
    return f"so-do-{code}"


def _asked(facts: Facts, only: str) -> Iterable[tuple[str, str, Measure, Selection]]:
    """Row, column, measure and selection of each figure that the portal counts (``only``: of this row)."""
    if facts.plan is None:
        selection = facts.ground.selection
        year = selection.since(for_year(facts.period.year).start)
        for measure in MEASURES.values():
            row = key_of_measure(measure.code)
            if only in {"", row}:
                yield row, DONE, measure, selection
                yield row, CUMULATIVE, measure, year
        return
    for target in facts.targets:
        row = key_of_target(target.pk)
        if only in {"", row}:
            counted = plan_progress.counted(target, facts.period, facts.ground.territory)
            for column, (measure, selection) in zip((DONE, CUMULATIVE), counted, strict=False):
                yield row, column, measure, selection


def _one_each(measure: Measure, rows: QuerySet[Any]) -> tuple[str, ...]:
    """The keys of the first row of each thing that the measure counts."""
    name = rows.model._meta.model_name
    counted: dict[Any, int] = {}
    for thing, pk in rows.order_by("pk").values_list(measure.counts, "pk"):
        counted.setdefault(thing, pk)
    return tuple(f"{name}:{pk}" for pk in counted.values())
