"""What a report says, as plain values: tables that the page, the Excel file and the JSON only print.

A report's words are those of the official form, always Vietnamese, whatever language its reader chose.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import chain
from typing import Any, Literal

Cell = str | int | Decimal | date | None
Kind = Literal["text", "integer", "decimal", "money", "percent", "date"]
Place = tuple[str, str, str]
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
class Record:
    """A row behind a figure, as people recognise it; ``key`` names the record (``product:12``) for good.

    ``path`` leads to its page on this portal. Nothing here is a person's particular.
    """

    key: str
    name: str
    maker: str = ""
    commune: str = ""
    day: date | None = None
    said: str = ""
    path: str = ""


@dataclass(frozen=True)
class Share:
    """The two numbers of a share, and the records ``keys`` of its whole; ``among`` them are the part's.

    The part's own records are the source's. The numbers are not always numbers of records: of money, of what
    communes told.
    """

    part: int | Decimal
    whole: int | Decimal
    keys: tuple[str, ...]
    among: tuple[str, ...] = ()

    @property
    def percent(self) -> int | Decimal | None:
        """The figure as it is printed; a share of nothing is unknown."""
        return number(Decimal(self.part) * 100 / Decimal(self.whole)) if self.whole else None


@dataclass(frozen=True)
class UnitLine:
    """A unit (``key``) that is to reach a number: its own number, and the records ``counts`` behind it.

    ``number`` is None where nobody has told it.
    """

    key: str
    number: int | Decimal | None
    reaches: bool
    counts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """What one figure counts: the keys of its records, and of those that no date could place.

    ``row`` is the key of the table's row (:attr:`Table.keys`), ``TOTALS`` for the row of totals. ``share``
    says of what a share is taken; where the figure is how many ``units`` reach a number, they are all named.
    """

    table: str
    row: str
    column: str
    counts: tuple[str, ...]
    unplaced: tuple[str, ...] = ()
    share: Share | None = None
    units: tuple[UnitLine, ...] = ()

    @property
    def place(self) -> Place:
        """Where the figure stands: table, row and column."""
        return self.table, self.row, self.column

    def every_key(self) -> Iterator[str]:
        """The keys of every record that explains the figure."""
        yield from chain(self.counts, self.unplaced, self.share.keys if self.share else ())
        for unit in self.units:
            yield from (unit.key, *unit.counts)


TOTALS = "tong"
SERIAL = Column("tt", "TT", "integer", 6)
"""The column of the serial number, the first of every list."""


@dataclass(frozen=True)
class Table:
    """One table of a report. ``totals`` is a row under the others or empty; ``marks`` one a row or none.

    On a page ``rows`` may be a window that reads the part shown; :meth:`whole` has read them all.

    ``keys`` name the rows where figures of theirs lead to their sources: one a row, or none at all. They
    stay out of the content, as the sources do: the figures are what the digest speaks of.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    totals: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    keys: tuple[str, ...] = ()

    def records(self) -> list[dict[str, Cell]]:
        """The rows by the columns' keys."""
        return [dict(zip((c.key for c in self.columns), row, strict=True)) for row in self.rows]

    def marked_rows(self) -> list[tuple[tuple[Cell, ...], Mark]]:
        """Each row with its mark."""
        return list(zip(self.rows, self.marks or (Mark(),) * len(self.rows), strict=True))

    def whole(self) -> Table:
        """The table with every row read."""
        return replace(self, rows=tuple(self.rows))


@dataclass(frozen=True)
class Report:
    """All tables of a report on an area and a period, as of a business day, and what its figures count.

    ``places`` are the figures that lead to their sources, also where the sources themselves were not asked.
    """

    code: str
    title: str
    area_code: str
    area_name: str
    period: str
    period_label: str
    as_of: date
    tables: tuple[Table, ...]
    on_map: str = "then"
    sources: tuple[Source, ...] = ()
    records: Mapping[str, Record] = field(default_factory=dict)
    places: frozenset[Place] = frozenset()

    def table(self, code: str) -> Table:
        """The table with this code."""
        return next(table for table in self.tables if table.code == code)

    def content(self) -> dict[str, Any]:
        """The report as JSON values; what :func:`read` reads again."""
        told: dict[str, Any] = {
            "code": self.code,
            "title": self.title,
            "area_code": self.area_code,
            "area_name": self.area_name,
            "period": self.period,
            "period_label": self.period_label,
            "as_of": self.as_of.isoformat(),
            "tables": [_content(table) for table in self.tables],
        }
        # What was frozen before reports knew of maps keeps its digest.
        return told if self.on_map == "then" else {**told, "on_map": str(self.on_map)}

    def backing(self) -> dict[str, Any]:
        """What the figures count, as JSON values; what :func:`read` takes beside the content."""
        return {
            "keys": {table.code: list(table.keys) for table in self.tables if table.keys},
            "sources": [_backing(source) for source in self.sources],
            "records": [
                {**asdict(one), "day": one.day.isoformat() if one.day else None}
                for one in self.records.values()
            ],
        }

    def source(self, table: str, row: str, column: str) -> Source | None:
        """What the figure at a place counts; None where the place has no figure that leads anywhere."""
        return self._by_place.get((table, row, column))

    @cached_property
    def _by_place(self) -> dict[Place, Source]:
        return {one.place: one for one in self.sources}

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return digest_of(self.content())


def canonical(content: Mapping[str, Any]) -> str:
    """The one spelling of a content as JSON: sorted keys, no spaces, letters as they are."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def read(content: Mapping[str, Any], backing: Mapping[str, Any] | None = None) -> Report:
    """The report that :meth:`Report.content` and, where it is kept, :meth:`Report.backing` wrote."""
    plain, behind = dict(content), backing or {"keys": {}, "sources": (), "records": ()}
    plain["as_of"] = date.fromisoformat(plain["as_of"])
    plain["tables"] = tuple(_table(table, behind["keys"]) for table in plain["tables"])
    sources = tuple(_source(one) for one in behind["sources"])
    return Report(
        **plain,
        sources=sources,
        places=frozenset(one.place for one in sources),
        records={one["key"]: _record(one) for one in behind["records"]},
    )


def _backing(source: Source) -> dict[str, Any]:
    """A source as JSON values; a figure that is neither a share nor one of units says nothing of either."""
    told = asdict(source)
    share, units = told.pop("share"), told.pop("units")
    if share:
        told["share"] = {**share, "part": _plain(share["part"]), "whole": _plain(share["whole"])}
    if units:
        told["units"] = [{**unit, "number": _plain(unit["number"])} for unit in units]
    return told


def _source(plain: Mapping[str, Any]) -> Source:
    share, units = plain.get("share"), plain.get("units", ())
    told = {
        "counts": tuple(plain["counts"]),
        "unplaced": tuple(plain["unplaced"]),
        "share": _share(share) if share else None,
        "units": tuple(_unit(unit) for unit in units),
    }
    return Source(**{**plain, **told})


def _share(plain: Mapping[str, Any]) -> Share:
    part, whole = (_typed("decimal", plain[name]) for name in ("part", "whole"))
    return Share(part, whole, tuple(plain["keys"]), tuple(plain["among"]))  # type: ignore[arg-type]


def _unit(plain: Mapping[str, Any]) -> UnitLine:
    told = {"number": _typed("decimal", plain["number"]), "counts": tuple(plain["counts"])}
    return UnitLine(**{**plain, **told})


def _record(plain: Mapping[str, Any]) -> Record:
    return Record(**{**plain, "day": date.fromisoformat(plain["day"]) if plain["day"] else None})


def _table(plain: Mapping[str, Any], keys: Mapping[str, Sequence[str]]) -> Table:
    columns = tuple(Column(**column) for column in plain["columns"])
    return Table(
        code=plain["code"],
        title=plain["title"],
        columns=columns,
        rows=tuple(_row(columns, row) for row in plain["rows"]),
        totals=_row(columns, plain["totals"]) if plain["totals"] else (),
        notes=tuple(plain["notes"]),
        marks=tuple(Mark(**mark) for mark in plain["marks"]),
        keys=tuple(keys.get(plain["code"], ())),
    )


def _row(columns: Sequence[Column], row: Sequence[Any]) -> tuple[Cell, ...]:
    return tuple(_typed(column.kind, value) for column, value in zip(columns, row, strict=True))


def _content(table: Table) -> dict[str, Any]:
    """A table as JSON values; cell by cell, since a province's lists have tens of thousands of them."""
    return {
        "code": table.code,
        "title": table.title,
        "columns": [asdict(column) for column in table.columns],
        "rows": [[_plain(cell) for cell in row] for row in table.rows],
        "totals": [_plain(cell) for cell in table.totals],
        "notes": [str(note) for note in table.notes],
        "marks": [asdict(mark) for mark in table.marks],
    }


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
    return replace(table, totals=totals)


def _total(column: Column, sums: Mapping[str, Decimal]) -> Cell:
    if column.total == "sum":
        return number(sums[column.key])
    if column.total:
        _kind, upper, lower = column.total.split(":")
        return number(sums[upper] * 100 / sums[lower]) if sums[lower] else None
    return None
