"""A report on a page: each table with its figures' links, long ones page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.forms import Form
from django.http import HttpRequest

from areas.models import Area

from .addresses import at_table, is_parted
from .asking import Asked
from .narrowing import Wanted
from .tables import TOTALS, Cell, Column, Mark, Place, Report, Table
from .templatetags.report_tables import report_cell

Tabs = Sequence[tuple[str, str]]
ROWS = 100
"""Rows of a table on a page; the file holds them all."""
SENTENCES = 30
"""How wide a column of a workbook is that holds sentences; on a phone, too, it is the wide one."""
_TOLD = ("lien_ket",)
"""Columns that are printed as more than words; what is behind its plan has a tag before its remarks, too."""


class ShownCell(NamedTuple):
    """A cell as it is printed: its column, value and words, and where it leads.

    ``lead`` are the parameters of the page that lists what it counts, or nothing. ``side`` is the class of
    the table's cell. ``is_plain``: words and nothing else, which the template prints by the shortest way.
    """

    column: Column
    value: Cell
    words: str
    lead: str
    side: str
    is_plain: bool


@dataclass(frozen=True)
class ShownTable:
    """One table as the page prints it; ``form`` narrows it, ``query`` says how it is narrowed."""

    table: Table
    page: Page[Any]
    lines: list[tuple[list[ShownCell], Mark]]
    totals: list[ShownCell]
    form: Form | None
    query: str

    @property
    def is_plain(self) -> bool:
        """Whether its rows are words and nothing else, as those of long lists are."""
        return all(cell.is_plain for cells, _mark in self.lines for cell in cells)


def shown(report: Report, request: HttpRequest, narrow: Wanted) -> list[ShownTable]:
    """The report's tables, narrowed already; ``?bang=…&page=2`` turns the pages of one of them."""
    return [_shown(table, report, request, narrow) for table in report.tables]


def chosen(tabs: Tabs, area: Area, request: HttpRequest) -> tuple[str, ...]:
    """The table that a province's page computes, by default the first; of a smaller unit nothing: all."""
    if not is_parted(area):
        return ()
    wanted = request.GET.get("bang", "")
    return (wanted if wanted in dict(tabs) else tabs[0][0],)


def tabs_of(tabs: Tabs, asked: Asked, only: tuple[str, ...]) -> list[tuple[str, str, bool]]:
    """Address and name of each table, and whether it is the one shown; the page's own part where all are."""
    here = f"?{asked.parameters}" if only else ""
    return [(at_table(here, asked.area, code), name, code in only) for code, name in tabs]


def figure_of(request: HttpRequest) -> Place:
    """The figure that an address names; without a table it is one of the progress report's summary."""
    asked = request.GET
    return asked.get("bang", "tong-hop"), asked.get("hang", ""), asked.get("cot", "")


def _shown(table: Table, report: Report, request: HttpRequest, narrow: Wanted) -> ShownTable:
    is_turned = request.GET.get("bang") == table.code
    page = Paginator(table.rows, ROWS).get_page(request.GET.get("page") if is_turned else 1)
    shown = slice(max(page.start_index() - 1, 0), page.end_index())
    rows = page.object_list
    keys, marks = table.keys[shown] or ("",) * len(rows), table.marks[shown] or (Mark(),) * len(rows)
    return ShownTable(
        table=table,
        page=page,
        lines=[
            (_cells(table, row, key, report, mark), mark)
            for row, key, mark in zip(rows, keys, marks, strict=True)
        ],
        totals=_cells(table, table.totals, TOTALS, report) if table.totals else [],
        form=narrow.form(table.code),
        query=narrow.query(table.code),
    )


def _cells(
    table: Table, row: tuple[Cell, ...], key: str, report: Report, mark: Mark | None = None
) -> list[ShownCell]:
    told = _TOLD if mark is None or mark.state != "behind" else (*_TOLD, "ghi_chu")
    cells = []
    for column, cell in zip(table.columns, row, strict=True):
        lead = _lead(report, (table.code, key, column.key)) if key and cell is not None else ""
        words = cell if type(cell) is str else report_cell(column, cell, mark)
        is_plain = not lead and column.key not in told
        cells.append(ShownCell(column, cell, words, lead, _side(column), is_plain))
    return cells


def _side(column: Column) -> str:
    if column.is_number:
        return "number"
    if column.kind == "date":
        return "nowrap"
    return "words" if column.width >= SENTENCES else ""


def _lead(report: Report, place: Place) -> str:
    table, row, column = place
    return urlencode({"bang": table, "hang": row, "cot": column}) if place in report.places else ""
