"""What is counted, said once: a measure gives a total, the same by area, and the rows behind both.

A measure stands beside the model whose rows it counts (``ratings/measures.py``); this module knows no app.
Every figure is one SQL statement.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Aggregate, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.functional import Promise


@dataclass(frozen=True)
class Selection:
    """Of what a figure speaks: a unit, the days from ``start`` to ``end`` (inclusive), and what narrows it.

    ``area`` is an ``areas.Area``. Empty filters narrow nothing; ``stars`` is inclusive at both ends. ``only``
    holds the keys of the things that may be counted, ``places`` those of the units that rows may be kept in;
    every measure knows both.
    """

    area: Any
    start: date
    end: date
    stars: tuple[int | None, int | None] = (None, None)
    group: str = ""
    kinds: tuple[int, ...] = ()
    economic_only: bool = False
    funding_source: str = ""
    level: str = ""
    only: tuple[int, ...] | None = None
    places: tuple[int, ...] | None = None

    def since(self, start: date) -> Selection:
        """The same selection from an earlier day: a cumulative figure."""
        return replace(self, start=start)

    def among(self, things: Collection[int]) -> Selection:
        """The same selection of some of the things alone."""
        wanted = set(things) if self.only is None else set(things).intersection(self.only)
        return replace(self, only=tuple(sorted(wanted)))


@dataclass(frozen=True)
class Figure:
    """A count, and how many rows belong to it but carry no date that would place them.

    ``things`` are the keys of what is counted, where they were asked for.
    """

    value: int
    unplaced: int = 0
    things: frozenset[int] = field(default=frozenset(), compare=False)


@dataclass(frozen=True)
class Measure:
    """One thing that is counted.

    ``base`` gives the rows kept in the selection's area; ``narrowed`` the condition that a row meets its
    filters; ``placed`` that it falls in its days; ``unplaced`` that it belongs but can't be placed.
    ``counts`` names the field whose distinct values are counted: one that any row places is counted and not
    unplaced as well.
    ``area_path`` leads from a row to the unit it keeps. ``at_end``: the figure is a state on the last day, so
    the first day plays no part. ``bound`` names what else of the selection ``base`` looks at.
    """

    code: str
    name: str | Promise
    unit: str | Promise
    definition: str | Promise
    base: Callable[[Selection], QuerySet[Any]]
    placed: Callable[[Selection], Q]
    narrowed: Callable[[Selection], Q] = lambda _selection: Q()
    unplaced: Callable[[Selection], Q] | None = None
    counts: str = "pk"
    area_path: str = "area"
    at_end: bool = False
    bound: tuple[str, ...] = ()
    filters: frozenset[str] = field(default_factory=frozenset)

    def __hash__(self) -> int:
        """Of its code, which tells it apart: figures are looked up by their measures."""
        return hash(self.code)

    def rows(self, selection: Selection) -> QuerySet[Any]:
        """The rows that the figure counts."""
        return self.belonging(selection).filter(self.placed(selection))

    def unplaced_rows(self, selection: Selection) -> QuerySet[Any]:
        """The rows that carry no date to place them, of things that no other row places."""
        rows = self.belonging(selection)
        if self.unplaced is None:
            return rows.none()
        counted = self.rows(selection).order_by().filter(**{self.counts: OuterRef(self.counts)})
        return rows.filter(self.unplaced(selection), ~Exists(counted))

    def total(self, selection: Selection) -> Figure:
        """The figure for the whole selection, in one statement."""
        return totals({(self, selection): True})[self, selection]

    def basis(self, selection: Selection) -> Hashable:
        """What decides which rows are read: questions of one basis are answered in one statement."""
        bound = tuple(getattr(selection, name) for name in self.bound)
        only = (self.counts, selection.only) if selection.only is not None else None
        places = (self.area_path, selection.places) if selection.places is not None else None
        return self.base, selection.area, bound, only, places

    def aggregates(
        self, selection: Selection, narrowed: Q, *, perhaps: bool, named: bool
    ) -> dict[str, Aggregate]:
        """What is ``placed`` and, if asked, what ``perhaps`` is; ``named``: the things, not their number."""
        unplaced = self.unplaced if perhaps else None
        count = self._things if named or unplaced else self._count
        asked = {"placed": count(self.placed(selection) & narrowed)}
        if unplaced:
            # What is unplaced is what may belong, less what is counted for certain: no subquery for each row.
            asked["perhaps"] = self._things(unplaced(selection) & narrowed)
        return asked

    def _count(self, condition: Q) -> Aggregate:
        return Count(self.counts, distinct=True, filter=condition)

    def _things(self, condition: Q) -> Aggregate:
        return ArrayAgg(self.counts, distinct=True, filter=condition, default=Value([]))

    def by_area(self, selection: Selection, units: Iterable[Any]) -> dict[int, int]:
        """The figure for each of ``units`` (keys of ``areas.Area``), folded through the closure table.

        Give the communes of then or of now: a record of an ended commune is found under its successor.
        """
        unit = f"{self.area_path}__covered_by__unit"
        rows = self.rows(selection).filter(**{f"{unit}__in": list(units)}).order_by().values(of=F(unit))
        return {row["of"]: row["n"] for row in rows.annotate(n=Count(self.counts, distinct=True))}

    def rows_by_area(self, selection: Selection, units: Iterable[Any]) -> dict[int, dict[int, int]]:
        """Behind :meth:`by_area`: for each unit the things counted, each with the key of its first row."""
        unit = f"{self.area_path}__covered_by__unit"
        rows = self.rows(selection).filter(**{f"{unit}__in": list(units)}).order_by("pk")
        found: dict[int, dict[int, int]] = {}
        for of, thing, pk in rows.values_list(F(unit), self.counts, "pk"):
            found.setdefault(of, {}).setdefault(thing, pk)
        return found

    def belonging(self, selection: Selection) -> QuerySet[Any]:
        """The rows of the selection, whatever their day."""
        return self.kept(selection).filter(self.narrowed(selection))

    def kept(self, selection: Selection) -> QuerySet[Any]:
        """The rows in the selection's area, of the things and units that may be counted."""
        rows = self.base(selection)
        if selection.only is not None:
            rows = rows.filter(**{f"{self.counts}__in": selection.only})
        if selection.places is not None:
            rows = rows.filter(**{f"{self.area_path}__in": selection.places})
        return rows


Question = tuple[Measure, Selection]


def totals(asked: Mapping[Question, bool], *, named: bool = False) -> dict[Question, Figure]:
    """The figures of questions of one :meth:`Measure.basis`, in one statement; ``named``: with their things.

    Told with each is whether its unplaced rows are asked for too; where not, they are given as 0.
    """
    measure, selection = next(iter(asked))
    is_alike = len({(one, _filters(of)) for one, of in asked}) == 1
    found: dict[str, Aggregate] = {}
    for place, ((one, of), perhaps) in enumerate(asked.items()):
        narrowed = Q() if is_alike else one.narrowed(of)
        aggregates = one.aggregates(of, narrowed, perhaps=perhaps, named=named)
        found |= {f"{name}_{place}": aggregate for name, aggregate in aggregates.items()}
    rows = measure.belonging(selection) if is_alike else measure.kept(selection)
    row = rows.order_by().aggregate(**found)
    return {question: _figure(row, place) for place, question in enumerate(asked)}


def _filters(selection: Selection) -> Selection:
    """What narrows the selection: all but its days; what is paid from a source is known as of the last."""
    return replace(selection, start=date.min, end=selection.end if selection.funding_source else date.max)


def _figure(found: Mapping[str, Any], place: int) -> Figure:
    placed = found[f"placed_{place}"]
    if isinstance(placed, int):
        return Figure(placed)
    things = frozenset(placed)
    return Figure(len(things), len(things.union(found.get(f"perhaps_{place}", ()))) - len(things), things)


class Counts:
    """The figures of one page or report: each is asked once, and one statement answers many.

    Say first what will be asked (:meth:`expect`); the first question then answers all that read the same
    rows, whatever their days and filters. ``named``: the things are wanted beside their number.
    """

    def __init__(self, *, named: bool = False) -> None:
        self._named = named
        self._figures: dict[tuple[Question, bool], Figure] = {}
        self._expected: dict[Hashable, dict[Question, bool]] = {}

    def expect(self, asked: Iterable[Question], *, perhaps: bool = True) -> None:
        """That these figures will be asked for; ``perhaps``: with what no date places."""
        for measure, selection in asked:
            together = self._expected.setdefault(measure.basis(selection), {})
            question = _seen(measure, selection)
            together[question] = perhaps or together.get(question, False)

    def total(self, measure: Measure, selection: Selection) -> Figure:
        """The figure of the measure for the whole selection."""
        return self._ask(_seen(measure, selection), perhaps=True)

    def value(self, measure: Measure, selection: Selection) -> int:
        """How many the measure counts for certain."""
        return self._ask(_seen(measure, selection), perhaps=False).value

    def things(self, measure: Measure, selection: Selection) -> frozenset[int]:
        """The keys of what the measure counts for certain."""
        assert self._named  # noqa: S101 - else there would seem to be none
        return self._ask(_seen(measure, selection), perhaps=False).things

    def _ask(self, question: Question, *, perhaps: bool) -> Figure:
        if (question, perhaps) not in self._figures:
            measure, selection = question
            expected = self._expected.pop(measure.basis(selection), {})
            together = expected | {question: perhaps or expected.get(question, False)}
            for one, figure in totals(together, named=self._named).items():
                self._figures |= {(one, asked): figure for asked in {False, together[one]}}
        return self._figures[question, perhaps]


def _seen(measure: Measure, selection: Selection) -> Question:
    """The question as far as the measure looks at it."""
    return measure, selection.since(date.min) if measure.at_end else selection
