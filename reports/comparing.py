"""Two frozen reports side by side: what is new, gone or changed, and which figures were restated.

*Restated* is a figure of the same period that counts other records than it did: one whose day lay in the time
the earlier figures already spoke of came in later, or one that was counted is counted no more. The passing of
time alone does not do that; each has a cause, which :mod:`reports.causes` looks up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .tables import TOTALS, Cell, Column, Record, Report, Source, Table

SILENT = frozenset({"tt", "lien_ket"})
"""Columns that say nothing of the matter: the serial number, the address of a page."""
REMARKS = "ghi_chu"
COUNTED, WHOLE = "", "whole"
Row = tuple[Cell, ...]
Behind = tuple[str, str]
"""Of a record behind a figure its part and its key."""


class CellChange(NamedTuple):
    """One cell that says something else."""

    column: Column
    before: Cell
    after: Cell


class RowChange(NamedTuple):
    """A row in both reports whose cells differ."""

    name: str
    cells: tuple[CellChange, ...]


@dataclass(frozen=True)
class TableChanges:
    """What became of one table; rows are named by their own words."""

    code: str
    title: str
    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[RowChange, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


class Moved(NamedTuple):
    """A record that makes a figure another one: it came in late, or is counted no more; and why."""

    record: Record
    is_late: bool
    cause: str


@dataclass(frozen=True)
class Restated:
    """A figure of the same period that counts other records than it did."""

    table: str
    row: str
    column: str
    before: Cell
    after: Cell
    moved: tuple[Moved, ...]


Cause = Callable[[Record, bool], str]


def changes(before: Report, after: Report) -> list[TableChanges]:
    """What differs, table by table, in the order of the later report; equal tables are left out."""
    earlier = {table.code: table for table in before.tables}
    found = [_compared(earlier[table.code], table) for table in after.tables if table.code in earlier]
    return [one for one in found if one]


def restated(before: Report, after: Report, cause: Cause) -> list[Restated]:
    """The figures of the same period that were restated, each with the records that did it.

    Both reports must speak of the same period, unit and map; else nothing is said.
    """
    if _subject(before) != _subject(after):
        return []
    earlier = {one.place: one for one in before.sources}
    found = []
    for source in after.sources:
        was = earlier.get(source.place)
        if was and _is_kept_alike(was, source, before, after):
            moved = tuple(_moved(was, source, before, after, cause))
            if moved:
                found.append(_restated(source, before, after, moved))
    return found


def _is_kept_alike(was: Source, now: Source, before: Report, after: Report) -> bool:
    """Whether the rows of two sources can be held side by side.

    Reports kept the rows of units otherwise before they named the units: of a figure that stayed the same
    nothing is said then.
    """
    return bool(was.units) == bool(now.units) or _cell(before, was) != _cell(after, now)


def _subject(report: Report) -> tuple[str, ...]:
    return report.code, report.area_code, report.period, report.on_map


def _moved(was: Source, now: Source, before: Report, after: Report, cause: Cause) -> Iterator[Moved]:
    """Records that came in although their day was spoken of already, and records no longer counted."""
    earlier, later = _behind(was, now), _behind(now, was)
    for key in _keys_beyond(later, earlier):
        record = after.records.get(key)
        if record and (record.day is None or record.day <= before.as_of):
            yield Moved(record, True, cause(record, True))
    for key in _keys_beyond(earlier, later):
        if key in before.records:
            record = before.records[key]
            yield Moved(record, False, cause(record, False))


def _behind(one: Source, other: Source) -> list[Behind]:
    """The records behind a figure, in order, each with its part: the unit that it is of, a share's whole.

    The same record in another part makes another figure. Parts that one report alone kept are left out.
    """
    if one.units and other.units:
        counted = [(unit.key, key) for unit in one.units for key in unit.counts]
    else:
        counted = [(COUNTED, key) for key in one.counts]
    whole = one.share.keys if one.share and other.share else ()
    return counted + [(WHOLE, key) for key in whole]


def _keys_beyond(behind: Iterable[Behind], other: Iterable[Behind]) -> list[str]:
    """The keys of what only the first has, each once."""
    known = set(other)
    return list(dict.fromkeys(key for part, key in behind if (part, key) not in known))


def _restated(source: Source, before: Report, after: Report, moved: tuple[Moved, ...]) -> Restated:
    table = after.table(source.table)
    column = next(column for column in table.columns if column.key == source.column)
    name = "Tổng cộng" if source.row == TOTALS else _names(table).get(source.row, "")
    return Restated(table.title, name, column.title, _cell(before, source), _cell(after, source), moved)


def _cell(report: Report, source: Source) -> Cell:
    """The figure that the source is of, as the report prints it."""
    table = report.table(source.table)
    place = next(place for place, column in enumerate(table.columns) if column.key == source.column)
    if source.row == TOTALS:
        return table.totals[place] if table.totals else None
    rows = dict(zip(table.keys, table.rows, strict=True)) if table.keys else {}
    return rows[source.row][place] if source.row in rows else None


def _compared(before: Table, after: Table) -> TableChanges:
    earlier, later = _by_name(before), _by_name(after)
    names = _names(before) | _names(after)
    shared = [key for key in later if key in earlier]
    changed = (RowChange(names[key], _cells(before, after, earlier[key], later[key])) for key in shared)
    return TableChanges(
        code=after.code,
        title=after.title,
        new=tuple(names[key] for key in later if key not in earlier),
        gone=tuple(names[key] for key in earlier if key not in later),
        changed=tuple(row for row in changed if row.cells),
    )


def _cells(before: Table, after: Table, was: Row, now: Row) -> tuple[CellChange, ...]:
    """The cells of columns that both tables have and that differ."""
    earlier = dict(zip((column.key for column in before.columns), was, strict=True))
    pairs = zip(after.columns, now, strict=True)
    return tuple(
        CellChange(column, earlier[column.key], cell)
        for column, cell in pairs
        if column.key in earlier and column.key not in SILENT and earlier[column.key] != cell
    )


def _by_name(table: Table) -> Mapping[str, Row]:
    return dict(zip(_keys(table), table.rows, strict=True))


def _names(table: Table) -> dict[str, str]:
    return {key: _words(table, row) for key, row in zip(_keys(table), table.rows, strict=True)}


def _keys(table: Table) -> Sequence[str]:
    """The rows' own keys; where a table has none, their words, told apart by how often they come."""
    if table.keys:
        return table.keys
    met: Counter[str] = Counter()
    keys = []
    for row in table.rows:
        words = _identity(table, row)
        met[words] += 1
        keys.append(f"{words}#{met[words]}")
    return keys


def _texts(table: Table, row: Row) -> list[tuple[Column, str]]:
    cells = zip(table.columns, row, strict=True)
    return [(column, cell) for column, cell in cells if isinstance(cell, str) and column.key not in SILENT]


def _identity(table: Table, row: Row) -> str:
    """The code, if the row carries one, else its first two texts: name and maker, content and source."""
    code = dict(zip((column.key for column in table.columns), row, strict=True)).get("ma")
    return str(code) if code else " ".join(words for _column, words in _texts(table, row)[:2])


def _words(table: Table, row: Row) -> str:
    """The row's widest texts: what people know it by."""
    told = [pair for pair in _texts(table, row) if pair[0].key != REMARKS]
    texts = sorted(told[:3], key=lambda pair: -pair[0].width)
    return ", ".join(words for _column, words in texts[:2] if words)
