"""How wide a cell is, so that a row can be made high enough for the words put into it."""

from __future__ import annotations

from ocop_portal.lib.spreadsheet.heights import height_of, lines_of

from .references import corners
from .styles import Look
from .workbook import Cell, SheetPart

_DEFAULT = 8.43
_LONGEST = 2000
"""Characters that are measured; what is longer passes the tallest row anyway."""


class Widths:
    """The widths of a sheet's columns, and which cells are merged along a row."""

    def __init__(self, sheet: SheetPart) -> None:
        document = sheet.document
        self._columns = [document.attributes(node) for node in document.nodes("col")]
        told = [document.attribute(node, "defaultColWidth") for node in document.nodes("sheetFormatPr")]
        self._default = _number(told[0], _DEFAULT) if told else _DEFAULT
        self._merged: dict[tuple[int, int], int] = {}
        for node in document.nodes("mergeCell"):
            top, left, bottom, right = corners(document.attribute(node, "ref"))
            if top == bottom:
                self._merged[top, left] = right

    def of(self, cell: Cell) -> float:
        """The cell's width in digits, merged neighbours counted."""
        last = self._merged.get((cell.row, cell.column), cell.column)
        return sum(self._column(column) for column in range(cell.column, last + 1))

    def _column(self, column: int) -> float:
        for told in self._columns:
            if _number(told.get("min", ""), 0) <= column <= _number(told.get("max", ""), 0):
                return (
                    0.0
                    if told.get("hidden") in {"1", "true"}
                    else _number(told.get("width", ""), self._default)
                )
        return self._default


def height(words: str, width: float, look: Look) -> float:
    """The height in points that wrapped words need; 0 where one line is enough, or words don't wrap."""
    if not look.wraps or width <= 0:
        return 0
    lines = lines_of(words[:_LONGEST], width, look.size, look.bold)
    return height_of(lines, look.size) if lines > 1 else 0


def _number(told: str, otherwise: float) -> float:
    try:
        return float(told)
    except ValueError:
        return otherwise
