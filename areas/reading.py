"""The files of administrative units, read and judged before anything is changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from ocop_portal.lib import text

from .models import Level

Key = tuple[str, date | None]
Value = TypeVar("Value")
UNITS, SUCCESSORS = "areas-cao-bang.csv", "areas-cao-bang-successors.csv"
UNIT_COLUMNS = [
    *("code", "name", "level", "kind", "parent_code", "valid_from", "valid_to"),
    *("area_km2", "population", "lon", "lat"),
]
SUCCESSION_COLUMNS = ["old_code", "old_name", "old_district_code", "new_code", "new_name", "partial"]


@dataclass(frozen=True)
class UnitRow:
    """One line of the file of units."""

    line: int
    code: str
    name: str
    level: Level
    kind: str
    parent_code: str
    valid_from: date | None
    valid_to: date | None
    area_km2: Decimal | None
    population: int | None
    longitude: Decimal | None
    latitude: Decimal | None

    @property
    def key(self) -> Key:
        """What identifies a unit: codes are worn by one unit after another."""
        return self.code, self.valid_from

    def meets(self, other: UnitRow) -> bool:
        """Whether there is a day on which both units exist."""
        first, last = date.min, date.max
        return (self.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (
            self.valid_to or last
        )


@dataclass(frozen=True)
class Units:
    """Everything the two files say: units, the unit above each, and (predecessor, successor, partial)."""

    rows: list[UnitRow]
    parents: dict[Key, Key]
    successions: list[tuple[Key, Key, bool]]


def read(units: bytes, successors: bytes) -> Units:
    """Read both files and judge them together.

    Raises ``ValueError`` with file, line and reason: a blank key, a key met twice, two units of one code at
    the same time, an unknown unit above, an unknown code, an ended commune without successor. An ended
    district has no successor: on today's map it is a set of communes.
    """
    rows = [_unit(line, row) for line, row in _lines(UNITS, units, UNIT_COLUMNS)]
    _refuse_repeated(rows)
    parents = {row.key: _parent(row, rows) for row in rows if row.parent_code}
    _refuse_rootless(rows, parents)
    successions = [
        _succession(line, row, rows) for line, row in _lines(SUCCESSORS, successors, SUCCESSION_COLUMNS)
    ]
    _refuse_unsucceeded(rows, {before for before, _, _ in successions})
    return Units(rows, parents, successions)


def _lines(what: str, content: bytes, columns: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    if reader.fieldnames != columns:
        raise ValueError(f"{what}, line 1: the columns are {','.join(columns)}")
    for row in reader:
        if None in row or None in row.values():
            raise ValueError(f"{what}, line {reader.line_num}: not {len(columns)} columns")
        yield reader.line_num, {name: text.nfc(value or "").strip() for name, value in row.items()}


def _unit(line: int, row: dict[str, str]) -> UnitRow:
    for name in ["code", "name", "kind"]:
        if not row[name]:
            raise ValueError(f"{UNITS}, line {line}: {name} is blank")
    if row["level"] not in Level.values:
        raise ValueError(f"{UNITS}, line {line}: there is no level {row['level']!r}")
    try:
        return UnitRow(
            line,
            row["code"],
            row["name"],
            Level(row["level"]),
            row["kind"],
            row["parent_code"],
            _or_none(date.fromisoformat, row["valid_from"]),
            _or_none(date.fromisoformat, row["valid_to"]),
            _or_none(Decimal, row["area_km2"]),
            _or_none(int, row["population"]),
            _or_none(Decimal, row["lon"]),
            _or_none(Decimal, row["lat"]),
        )
    except (ValueError, InvalidOperation):
        raise ValueError(f"{UNITS}, line {line}: a date or number cannot be read") from None


def _or_none(read_one: Callable[[str], Value], value: str) -> Value | None:
    return read_one(value) if value else None


def _refuse_repeated(rows: list[UnitRow]) -> None:
    seen: dict[str, list[UnitRow]] = {}
    for row in rows:
        for other in seen.setdefault(row.code, []):
            if other.key == row.key:
                raise ValueError(f"{UNITS}, line {row.line}: {row.code} of that day is on line {other.line}")
            if other.meets(row):
                raise ValueError(
                    f"{UNITS}, line {row.line}: {row.code} is another unit's then, see line {other.line}"
                )
        seen[row.code].append(row)


def _parent(row: UnitRow, rows: list[UnitRow]) -> Key:
    found = [other for other in rows if other.code == row.parent_code and other.meets(row)]
    if len(found) != 1 or found[0] is row:
        raise ValueError(f"{UNITS}, line {row.line}: the unit above, {row.parent_code}, is not known then")
    return found[0].key


def _refuse_rootless(rows: list[UnitRow], parents: dict[Key, Key]) -> None:
    for row in rows:
        if row.level != Level.PROVINCE and row.key not in parents:
            raise ValueError(f"{UNITS}, line {row.line}: only a province has no unit above it")


def _succession(line: int, row: dict[str, str], rows: list[UnitRow]) -> tuple[Key, Key, bool]:
    if row["partial"] not in {"", "0", "1"}:
        raise ValueError(f"{SUCCESSORS}, line {line}: partial is empty, 0 or 1, not {row['partial']!r}")
    ended = [
        unit
        for unit in rows
        if (unit.code, unit.name, unit.parent_code)
        == (row["old_code"], row["old_name"], row["old_district_code"])
        and unit.valid_to
    ]
    if len(ended) != 1:
        raise ValueError(
            f"{SUCCESSORS}, line {line}: no ended unit is {row['old_code']} {row['old_name']}"
            f" of {row['old_district_code']}"
        )
    begins = ended[0].valid_to + timedelta(days=1)  # type: ignore[operator]
    for unit in rows:
        if (unit.code, unit.name, unit.valid_from) == (row["new_code"], row["new_name"], begins):
            return ended[0].key, unit.key, row["partial"] == "1"
    raise ValueError(
        f"{SUCCESSORS}, line {line}: no unit from {begins} is {row['new_code']} {row['new_name']}"
    )


def _refuse_unsucceeded(rows: list[UnitRow], succeeded: set[Key]) -> None:
    for row in rows:
        if row.level == Level.COMMUNE and row.valid_to and row.key not in succeeded:
            raise ValueError(f"{UNITS}, line {row.line}: {row.code} {row.name} ended without successor")
