"""The values of a filled form's formulas, written beside them.

Excel computes them itself when it opens the file; a telephone's preview, a file in protected view and other
programs show what stands there. What is not understood here is left without a value, never with a wrong one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from .evaluating import ExcelError, Known, Reader, Single, Unknown, evaluate
from .package import FormRefused
from .references import corners, sheet_name
from .workbook import Cell, SheetPart, Workbook

_RANGE = re.compile(r"((?:'(?:[^']|'')+'|\w[\w.]*)!)(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)")
MAX_READS = 2_000_000
"""Cells read for one file; a form that asks for more is left to Excel."""


def with_values(content: bytes) -> bytes:
    """The file with the values of its formulas; a file larger than forms are comes back as it is."""
    try:
        book = Workbook(content)
    except FormRefused:
        return content
    cells = _Cells(book)
    for sheet in book.sheets:
        for cell in cells.formulas(sheet):
            value = cells.value(sheet.key, cell.row, cell.column)
            if not isinstance(value, Unknown):
                _write(sheet, cell, value)
    return book.package.rewritten({})


class _Cells(Reader):
    """The cells of all sheets, and the values of their formulas as far as they are known."""

    def __init__(self, book: Workbook) -> None:
        self._sheets = {sheet.key: sheet for sheet in book.sheets}
        self._cells = {
            sheet.key: {(cell.row, cell.column): cell for _node, _number, row in sheet.rows for cell in row}
            for sheet in book.sheets
        }
        self._names = dict(_named(book))
        self._known: dict[tuple[str, int, int], Known] = {}
        self._reads = 0

    def formulas(self, sheet: SheetPart) -> Iterator[Cell]:
        """The cells of the sheet that are computed one by one."""
        for cell in self._cells[sheet.key].values():
            node = cell.node.find("f")
            if node is not None and sheet.document.attribute(node, "t") not in {"array", "dataTable"}:
                yield cell

    def value(self, sheet: str, row: int, column: int) -> Known:
        """What the cell shows; Unknown for a formula that is not understood or leads back to itself."""
        key = (sheet, row, column)
        if key not in self._known:
            cell = self._cells[sheet].get((row, column))
            if cell is None:
                return None
            if cell.formula:
                self._known[key] = Unknown()
                self._known[key] = self._computed(sheet, cell)
            else:
                self._known[key] = _shown(self._sheets[sheet], cell)
        return self._known[key]

    def area(self, home: str, prefix: str, area: str) -> list[Single]:
        """The values of a range; :class:`Unknown` is raised where one is."""
        sheet = sheet_name(prefix) if prefix else home
        if sheet not in self._cells:
            raise Unknown
        top, left, bottom, right = corners(area)
        self._reads += (bottom - top + 1) * (right - left + 1)
        if self._reads > MAX_READS:
            raise Unknown
        found: list[Single] = []
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                value = self.value(sheet, row, column)
                if isinstance(value, Unknown):
                    raise value
                found.append(value)
        return found

    def named(self, home: str, name: str) -> tuple[str, str]:
        """The range behind a defined name of the whole file. Raises Unknown for any other."""
        if found := _RANGE.fullmatch(self._names.get(name.casefold(), "")):
            return found[1], found[2].replace("$", "")
        raise Unknown

    def _computed(self, sheet: str, cell: Cell) -> Known:
        try:
            return evaluate(cell.formula, self, sheet)
        except Unknown as unknown:
            return unknown
        except RecursionError:
            return Unknown()


def _named(book: Workbook) -> Iterator[tuple[str, str]]:
    for node in book.document.nodes("definedName"):
        told = book.document.attributes(node)
        if "localSheetId" not in told:
            yield told.get("name", "").casefold(), book.document.content(node)


def _shown(sheet: SheetPart, cell: Cell) -> Known:
    kind = sheet.document.attribute(cell.node, "t")
    if cell.runs:
        return cell.text
    node = cell.node.find("v")
    if node is None:
        return None
    words = sheet.document.content(node)
    if kind in {"str", "s", "inlineStr"}:
        return words
    if kind == "b":
        return words == "1"
    if kind == "e":
        return ExcelError(words)
    try:
        return float(words)
    except ValueError:
        return Unknown()


def _write(sheet: SheetPart, cell: Cell, value: Single) -> None:
    node = cell.node.find("f")
    if node is None:
        return
    kind, words = _written(value)
    if old := cell.node.find("v"):
        sheet.document.replace(old.start, old.end, "")
    if kind:
        sheet.document.set(cell.node, "t", kind)
    prefix = cell.node.prefix
    sheet.document.replace(node.end, node.end, f"<{prefix}v>{words}</{prefix}v>")


def _written(value: Single) -> tuple[str, str]:
    if isinstance(value, ExcelError):
        return "e", value.code
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, str):
        return "str", escape(value)
    number = 0.0 if value is None else value
    return "", str(int(number)) if number.is_integer() and math.fabs(number) < 1e15 else f"{number:.15g}"
