"""A report on a page: each table with its figures' links, long ones page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from .tables import TOTALS, Cell, Column, Mark, Place, Report, Table

ROWS = 100
"""Rows of a table on a page; the file holds them all."""


@dataclass(frozen=True)
class ShownCell:
    """A cell, its column, and the parameters of the page that lists what it counts (or nothing)."""

    column: Column
    value: Cell
    lead: str


@dataclass(frozen=True)
class ShownTable:
    """One table as the page prints it."""

    table: Table
    page: Page[Any]
    lines: list[tuple[list[ShownCell], Mark]]
    totals: list[ShownCell]


def shown(report: Report, request: HttpRequest) -> list[ShownTable]:
    """The report's tables; ``?bang=…&page=2`` turns the pages of one of them."""
    return [_shown(table, report, request) for table in report.tables]


def figure_of(request: HttpRequest) -> Place:
    """The figure that an address names; without a table it is one of the progress report's summary."""
    asked = request.GET
    return asked.get("bang", "tong-hop"), asked.get("hang", ""), asked.get("cot", "")


def _shown(table: Table, report: Report, request: HttpRequest) -> ShownTable:
    is_turned = request.GET.get("bang") == table.code
    keys = table.keys or ("",) * len(table.rows)
    lines = list(zip(table.marked_rows(), keys, strict=True))
    page = Paginator(lines, ROWS).get_page(request.GET.get("page") if is_turned else 1)
    return ShownTable(
        table=table,
        page=page,
        lines=[(_cells(table, row, key, report), mark) for (row, mark), key in page.object_list],
        totals=_cells(table, table.totals, TOTALS, report) if table.totals else [],
    )


def _cells(table: Table, row: tuple[Cell, ...], key: str, report: Report) -> list[ShownCell]:
    return [
        ShownCell(column, cell, _lead(report, (table.code, key, column.key)))
        for column, cell in zip(table.columns, row, strict=True)
    ]


def _lead(report: Report, place: Place) -> str:
    table, row, column = place
    return urlencode({"bang": table, "hang": row, "cot": column}) if place in report.places else ""
