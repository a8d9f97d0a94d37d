"""Any table of columns, rows and totals as CSV or JSON, line by line, saying what its Excel sheet says."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from math import isfinite
from typing import Protocol

from .csv_out import csv_lines
from .description import SpreadsheetError, Value
from .text import clean
from .totals import plain_value


class NamedColumn(Protocol):
    """A column with a key for programs, a title for people and a kind (see :class:`Column`)."""

    @property
    def key(self) -> str:
        """The name in JSON."""

    @property
    def title(self) -> str:
        """The header."""

    @property
    def kind(self) -> str:
        """What its values are."""


class Tabular(Protocol):
    """What is printed, e.g. a report's table; ``rows`` is read once, ``totals`` is a row or empty."""

    @property
    def columns(self) -> Sequence[NamedColumn]:
        """The columns from left to right."""

    @property
    def rows(self) -> Iterable[Sequence[Value]]:
        """The rows, each with a value for every column."""

    @property
    def totals(self) -> Sequence[Value]:
        """The row under the others, or nothing."""


def table_csv(table: Tabular) -> Iterator[bytes]:
    """Yield ``table`` as CSV, the totals last; see :func:`csv_lines`."""
    totals = [table.totals] if table.totals else []
    return csv_lines([column.title for column in table.columns], chain(table.rows, totals))


def table_json(table: Tabular) -> Iterator[bytes]:
    """Yield ``table`` as one JSON object in UTF-8, a record on each line.

    Records name their values by the columns' keys. Dates are ISO 8601; decimals are strings with all their
    digits, as in the portal's frozen reports, since most readers of JSON would round a number. Raises
    :class:`SpreadsheetError` for NaN, infinity and a row that lacks a value.
    """
    columns = [{"key": column.key, "title": column.title, "kind": column.kind} for column in table.columns]
    keys = [column.key for column in table.columns]
    yield f'{{"columns":{_json(columns)},\n"rows":['.encode()
    before = "\n"
    for number, row in enumerate(table.rows, start=1):
        yield f"{before}{_record(keys, row, f'row {number}')}".encode()
        before = ",\n"
    totals = _record(keys, table.totals, "totals") if table.totals else "null"
    yield f'],\n"totals":{totals}}}\n'.encode()


def _record(keys: Sequence[str], row: Sequence[Value], where: str) -> str:
    if len(row) != len(keys):
        raise SpreadsheetError(f"JSON, {where}: {len(row)} values for {len(keys)} columns")
    return _json({key: _json_value(value, where) for key, value in zip(keys, row, strict=True)})


def _json_value(value: Value, where: str) -> str | bool | int | float | None:
    value = plain_value(value)
    if isinstance(value, str):
        return clean(value)
    finite = (
        value.is_finite() if isinstance(value, Decimal) else not isinstance(value, float) or isfinite(value)
    )
    if not finite:
        raise SpreadsheetError(f"JSON, {where}: {value} is no number")
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
