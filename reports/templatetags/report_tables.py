"""Prints the cells of report tables on pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from html import escape
from typing import Protocol

from django import template
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from reports.tables import Cell, Column, Mark

register = template.Library()
_SIDES = {"": "", "number": ' class="number"', "nowrap": ' class="nowrap"', "words": ' class="words"'}


@register.simple_tag
def report_cell(column: Column, cell: Cell, mark: Mark | None = None) -> str:
    """A cell as people read it: dd/mm/yyyy, 1.234,5, shares to one decimal, the plan's sign in front."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return _day(cell, get_language())
    if not isinstance(cell, int | Decimal):
        return cell
    if column.kind == "percent":
        return number_format(Decimal(cell).quantize(Decimal("0.1"), ROUND_HALF_UP), decimal_pos=1)
    sign = mark.sign if mark and column.key == "ke_hoach" else ""
    return sign + _amount(cell, get_language())


# A page has thousands of cells and few different days and numbers.
@lru_cache(maxsize=4096)
def _day(day: date, _language: str) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


@lru_cache(maxsize=4096)
def _amount(amount: int | Decimal, _language: str) -> str:
    return number_format(Decimal(f"{Decimal(amount).normalize():f}"))  # no powers of ten, no idle zeros


class Words(Protocol):
    """A cell that is printed as words alone, on the side of its column."""

    words: str
    side: str


@register.simple_tag
def plain_cells(cells: Iterable[Words]) -> SafeString:
    """The cells of a row that are words alone, at once: a page has thousands of them."""
    cells_of = (f"<td{_SIDES[cell.side]}>{escape(cell.words)}</td>" for cell in cells)
    return mark_safe("".join(cells_of))  # noqa: S308 - what is not written here is escaped


@register.filter
def without(words: str, beginning: str) -> str:
    """The words after their beginning, which stands beside them as a tag."""
    return words.removeprefix(beginning)


@register.filter
def figure(cell: Cell) -> str:
    """A figure outside its table: a number in the reader's language, a text as it is."""
    return number_format(Decimal(f"{Decimal(cell):f}")) if isinstance(cell, int | Decimal) else str(cell)
