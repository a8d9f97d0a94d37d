"""Figures that know what they count: a cell of a table is made of its records, so both always agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self

from django.db.models import QuerySet

from ocop_portal.lib.measures import Measure, Selection

from .ground import UNPLACED, Ground
from .tables import SERIAL, TOTALS, Cell, Column, Source, Table


class Tally(int):
    """How many records there are; ``counts`` are their keys, ``unplaced`` those that no date could place."""

    counts: tuple[str, ...]
    unplaced: tuple[str, ...]

    def __new__(cls, counts: Iterable[str] = (), unplaced: Iterable[str] = ()) -> Self:
        keys = tuple(counts)
        made = super().__new__(cls, len(keys))
        made.counts, made.unplaced = keys, tuple(unplaced)
        return made


class Amount(Decimal):
    """A sum over records, in the column's unit."""

    counts: tuple[str, ...]
    unplaced: tuple[str, ...] = ()

    def __new__(cls, value: Decimal, counts: Iterable[str]) -> Self:
        made = super().__new__(cls, value)
        made.counts = tuple(counts)
        return made


@dataclass(frozen=True)
class Thing:
    """One thing that is counted, by the record that stands for it; its area and group as recorded."""

    pk: int
    key: str
    area: int
    group: int = 0
    stars: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Things:
    """What one column counts, and what belongs to it but carries no date that would place it."""

    column: Column
    placed: Sequence[Thing]
    unplaced: Sequence[Thing] = ()


def count_column(key: str, title: str, width: float = 11) -> Column:
    """A column of whole numbers that is summed."""
    return Column(key, title, "integer", width, "sum")


def things(measure: Measure, selection: Selection, *, perhaps: bool = False) -> list[Thing]:
    """What the measure counts (``perhaps``: cannot place), each thing once; one statement.

    Of several rows of one thing the one with the most stars stands for it, then the latest entered, so that
    the columns by star add up.
    """
    rows = measure.unplaced_rows(selection) if perhaps else measure.rows(selection)
    return _once_each(rows, measure.counts, measure.area_path)


def _once_each(rows: QuerySet[Any], counts: str, area_path: str) -> list[Thing]:
    model = rows.model
    way = area_path.removesuffix("area")
    has_stars = any(field.name == "stars" for field in model._meta.get_fields())
    order = ("-stars", "-pk") if has_stars else ("-pk",)
    fields = [counts, "pk", f"{way}area_id", f"{way}group_id" if _has_group(model, way) else "pk"]
    found: dict[int, Thing] = {}
    name = model._meta.model_name
    listed = rows.order_by(*order).values_list(*fields, *(("stars",) if has_stars else ()))
    for thing, pk, area, group, *stars in listed:
        if thing not in found:
            found[thing] = Thing(thing, f"{name}:{pk}", area, group, stars[0] if stars else None)
    return list(found.values())


def _has_group(model: type[Any], way: str) -> bool:
    return bool(way) or any(field.name == "group" for field in model._meta.get_fields())


def pivot(
    rows: Sequence[tuple[str, str]], columns: Sequence[Things], row_of: Callable[[Thing], str]
) -> tuple[tuple[tuple[Cell, ...], ...], tuple[str, ...]]:
    """Number, label and one count a column for each of ``rows`` (key, label); and the rows' keys.

    A thing whose row is not among ``rows`` would be lost: that is an error, so name a row for it.
    """
    placed, unplaced = ([_by_row(part, row_of) for part in parts] for parts in _parts(columns))
    known = {key for key, _label in rows}
    for sorted_things in (*placed, *unplaced):
        if lost := sorted_things.keys() - known:
            raise ValueError(f"no row for {sorted(lost)}")
    lines: list[tuple[Cell, ...]] = []
    for place, (key, label) in enumerate(rows, start=1):
        counts = (Tally(done[key], open_[key]) for done, open_ in zip(placed, unplaced, strict=True))
        lines.append((place, label, *counts))
    return tuple(lines), tuple(key for key, _label in rows)


def _parts(columns: Sequence[Things]) -> tuple[list[Sequence[Thing]], list[Sequence[Thing]]]:
    return [one.placed for one in columns], [one.unplaced for one in columns]


def _by_row(found: Sequence[Thing], row_of: Callable[[Thing], str]) -> defaultdict[str, list[str]]:
    by_row: defaultdict[str, list[str]] = defaultdict(list)
    for one in found:
        by_row[row_of(one)].append(one.key)
    return by_row


def needed(columns: Sequence[Things], row_of: Callable[[Thing], str], key: str) -> bool:
    """Whether anything falls in the row; rows for the unknown are shown only then."""
    return any(row_of(one) == key for column in columns for one in (*column.placed, *column.unplaced))


def counted(
    code: str,
    title: str,
    heading: Column,
    rows: Sequence[tuple[str, str]],
    columns: Sequence[Things],
    row_of: Callable[[Thing], str],
    notes: Sequence[str] = (),
) -> Table:
    """The table of what ``columns`` count in each of ``rows``, under the ``heading`` of their labels."""
    lines, keys = pivot(rows, columns, row_of)
    heads = (SERIAL, heading, *(one.column for one in columns))
    return Table(code, title, heads, lines, keys=keys, notes=tuple(notes))


def counted_by_commune(
    code: str,
    title: str,
    heading: Column,
    ground: Ground,
    columns: Sequence[Things],
    notes: Sequence[str] = (),
) -> Table:
    """The same by commune of the map; what no commune holds has a row of its own where there is any."""

    def row_of(one: Thing) -> str:
        return ground.row_of(one.area)

    rows = ground.rows()
    if needed(columns, row_of, UNPLACED):
        rows.append((UNPLACED, "Chưa rõ xã"))
    return counted(code, title, heading, rows, columns, row_of, (*ground.notes(), *notes))


def sourced(table: Table) -> tuple[Table, list[Source]]:
    """The table with plain numbers, and the sources of its figures, the row of totals included."""
    if not table.keys:
        return table, []
    found = [
        Source(table.code, key, column.key, cell.counts, cell.unplaced)
        for key, row in zip(table.keys, table.rows, strict=True)
        for column, cell in zip(table.columns, row, strict=True)
        if isinstance(cell, Tally | Amount)
    ]
    plain = replace(table, rows=tuple(tuple(_plain(cell) for cell in row) for row in table.rows))
    return plain, [*found, *_of_totals(table, found)]


def _of_totals(table: Table, found: Sequence[Source]) -> list[Source]:
    """By summed column what all its rows count: the rows are apart, so the sum counts each record once."""
    if not table.totals:
        return []
    counts: dict[str, list[str]] = {column.key: [] for column in table.columns if column.total == "sum"}
    unplaced: dict[str, list[str]] = defaultdict(list)
    for one in found:
        if one.column in counts:
            counts[one.column] += one.counts
            unplaced[one.column] += one.unplaced
    traced = {one.column for one in found}
    return [
        Source(table.code, TOTALS, column, tuple(keys), tuple(unplaced[column]))
        for column, keys in counts.items()
        if column in traced
    ]


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, Tally):
        return int(cell)
    return Decimal(cell) if isinstance(cell, Amount) else cell
