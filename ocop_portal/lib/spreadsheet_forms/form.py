"""An uploaded form, looked at: which placeholders stand where, which rows repeat, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from .names import Vocabulary, written_in
from .workbook import Cell, SheetPart, Workbook


@dataclass(frozen=True)
class Place:
    """A placeholder in a cell. ``table`` is the table whose rows repeat its row, or nothing."""

    sheet: str
    cell: str
    name: str
    table: str = ""


class Form:
    """The form and what its placeholders ask for. Raises ``FormRefused`` for a file that is none."""

    def __init__(self, content: bytes, vocabulary: Vocabulary) -> None:
        self.book = Workbook(content)
        self.vocabulary = vocabulary
        self.places = [place for sheet in self.book.sheets for place in self._places(sheet)]
        self.blocks = {sheet.key: self._blocks(sheet) for sheet in self.book.sheets}

    @property
    def tables(self) -> list[str]:
        """The tables whose rows the form prints, each once."""
        return list(dict.fromkeys(place.table for place in self.places if place.table))

    def tables_in(self, cells: list[Cell]) -> list[tuple[Cell, str]]:
        """Each cell of a row that asks for a table's rows, with the table."""
        return [
            (cell, table)
            for cell in cells
            if not cell.formula
            for name in written_in(cell.text)
            if (table := self.vocabulary.table_of(name))
        ]

    def _places(self, sheet: SheetPart) -> list[Place]:
        return [
            Place(sheet.name, cell.address, name, self.vocabulary.table_of(name))
            for _node, _number, cells in sheet.rows
            for cell in cells
            if not cell.formula
            for name in written_in(cell.text)
        ]

    def _blocks(self, sheet: SheetPart) -> dict[int, str]:
        """By row number, the table whose rows repeat it."""
        found = {}
        for _node, number, cells in sheet.rows:
            if asked := self.tables_in(cells):
                found[number] = asked[0][1]
        return found
