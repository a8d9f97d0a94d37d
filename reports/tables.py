"""What a report says, as plain values: tables that the page, the Excel file and the JSON only print.

A report's words are those of the official form, always Vietnamese, whatever language its reader chose.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

Cell = str | int | Decimal | date | None
Kind = Literal["text", "integer", "decimal", "money", "percent", "date"]
_NUMBERS = ("integer", "decimal", "money", "percent")


@dataclass(frozen=True)
class Column:
    """One column. ``total`` is ``sum``, or ``ratio:UPPER:LOWER`` (keys of summed columns, in per cent)."""

    key: str
    title: str
    kind: Kind = "text"
    width: float = 12
    total: str = ""

    @property
    def is_number(self) -> bool:
        """Whether its cells stand on the right."""
        return self.kind in _NUMBERS


@dataclass(frozen=True)
class Mark:
    """How a row looks and is judged: its depth under its whole, the comparison, the state and its words."""

    depth: int = 0
    sign: str = ""
    state: str = ""
    words: str = ""


@dataclass(frozen=True)
class Table:
    """One table of a report. ``totals`` is a row under the others or empty; ``marks`` one a row or none."""

    code: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()

    def records(self) -> list[dict[str, Cell]]:
        """The rows by the columns' keys."""
        return [dict(zip((c.key for c in self.columns), row, strict=True)) for row in self.rows]

    def marked_rows(self) -> list[tuple[tuple[Cell, ...], Mark]]:
        """Each row with its mark."""
        return list(zip(self.rows, self.marks or (Mark(),) * len(self.rows), strict=True))


@dataclass(frozen=True)
class Report:
    """All tables of a report on an area and a period, as of a business day."""

    code: str
    title: str
    area_code: str
    area_name: str
    period: str
    period_label: str
    as_of: date
    tables: tuple[Table, ...]

    def table(self, code: str) -> Table:
        """The table with this code."""
        return next(table for table in self.tables if table.code == code)

    def content(self) -> dict[str, Any]:
        """The report as JSON values; what :func:`read` reads again."""
        plain = asdict(self)
        for table, as_dict in zip(self.tables, plain["tables"], strict=True):
            as_dict["rows"] = [[_plain(cell) for cell in row] for row in table.rows]
            as_dict["totals"] = [_plain(cell) for cell in table.totals]
        plain["as_of"] = self.as_of.isoformat()
        listed: dict[str, Any] = json.loads(json.dumps(plain))
        return listed

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return digest_of(self.content())


def canonical(content: Mapping[str, Any]) -> str:
    """The one spelling of a content as JSON: sorted keys, no spaces, letters as they are."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def read(content: Mapping[str, Any]) -> Report:
    """The report that :meth:`Report.content` wrote."""
    plain = dict(content)
    plain["as_of"] = date.fromisoformat(plain["as_of"])
    plain["tables"] = tuple(_table(table) for table in plain["tables"])
    return Report(**plain)


def _table(plain: Mapping[str, Any]) -> Table:
    columns = tuple(Column(**column) for column in plain["columns"])
    return Table(
        code=plain["code"],
        title=plain["title"],
        columns=columns,
        rows=tuple(_row(columns, row) for row in plain["rows"]),
        totals=_row(columns, plain["totals"]) if plain["totals"] else (),
        notes=tuple(plain["notes"]),
        marks=tuple(Mark(**mark) for mark in plain["marks"]),
    )


def _row(columns: Sequence[Column], row: Sequence[Any]) -> tuple[Cell, ...]:
    return tuple(_typed(column.kind, value) for column, value in zip(columns, row, strict=True))


def _plain(cell: Cell) -> str | int | None:
    if isinstance(cell, Decimal):
        return str(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def _typed(kind: Kind, value: Any) -> Cell:
    """A cell from JSON: in a column of dates or numbers a text that is none (20–25, năm 2021) stays one."""
    if not isinstance(value, str):
        return value
    try:
        if kind == "date":
            return date.fromisoformat(value)
        return Decimal(value) if kind in _NUMBERS else value
    except (ValueError, InvalidOperation):
        return value


def number(value: Decimal | None, places: int = 6) -> int | Decimal | None:
    """A figure as it is kept: whole numbers as such, others to at most ``places`` decimals without zeros."""
    if value is None:
        return None
    rounded = round(value, places)
    return int(rounded) if rounded == int(rounded) else rounded.normalize()


def with_totals(table: Table) -> Table:
    """The table with the totals row that its columns ask for; without rows there is none."""
    if not table.rows or not any(column.total for column in table.columns):
        return table
    sums: dict[str, Decimal] = {}
    for place, column in enumerate(table.columns):
        if column.total == "sum":
            cells = (row[place] for row in table.rows)
            sums[column.key] = sum((Decimal(c) for c in cells if isinstance(c, int | Decimal)), Decimal(0))
    label = next(column.key for column in table.columns if column.kind == "text")
    totals = tuple("Tổng cộng" if c.key == label else _total(c, sums) for c in table.columns)
    return Table(table.code, table.title, table.columns, table.rows, totals, table.notes, table.marks)


def _total(column: Column, sums: Mapping[str, Decimal]) -> Cell:
    if column.total == "sum":
        return number(sums[column.key])
    if column.total:
        _kind, upper, lower = column.total.split(":")
        return number(sums[upper] * 100 / sums[lower]) if sums[lower] else None
    return None
