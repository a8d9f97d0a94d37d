"""Rows of the form printed with values: each cell keeps its style, a repeating row is printed per record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ocop_portal.lib.spreadsheet.text import clean, starts_like_formula

from . import values, widths
from .growth import Growth
from .markup import Node
from .names import WRITTEN, fold
from .references import Own, column_letters, moved_areas, moved_formula
from .styles import PLAIN
from .values import NOTHING, Value
from .widths import Widths
from .workbook import Cell, SheetPart, Workbook, style_of

Record = Mapping[str, Value]


@dataclass(frozen=True)
class Where:
    """Which row is printed: its number afterwards, and in a repeating row which copy it is.

    ``is_empty`` is the one row that stays of a table without rows: it computes nothing, so it shows no
    division by zero.
    """

    row: int
    own: Own | None = None
    is_empty: bool = False


@dataclass(frozen=True)
class Setting:
    """What the rows of one sheet share."""

    book: Workbook
    sheet: SheetPart
    growths: Mapping[str, Growth]
    widths: Widths


class RowPrinter:
    """One row of a sheet, taken apart once and printed any number of times."""

    def __init__(self, setting: Setting, row: tuple[Node, int, list[Cell]]) -> None:
        node, self.number, cells = row
        text = setting.sheet.document.text
        self._cells = [CellPrinter(setting, cell) for cell in cells]
        self._is_fitted = False
        self._head = self._open(setting.sheet, node)
        self._gaps, at = [], node.inner
        for cell in cells:
            self._gaps.append(text[at : cell.node.start])
            at = cell.node.end
        self._tail = text[at : node.end]
        self._is_empty = not cells and text[node.inner - 2] == "/"

    @property
    def is_filled(self) -> bool:
        """Whether a cell holds a placeholder or a formula, so that it can't stay as it is written."""
        return any(cell.names or cell.has_formula for cell in self._cells)

    def printed(self, where: Where, record: Record) -> str:
        """The row as XML, with the values by the placeholders' names."""
        if self._is_empty:
            return f'{self._head} r="{where.row}"/>'
        cells = "".join(
            gap + cell.printed(where, record) for gap, cell in zip(self._gaps, self._cells, strict=True)
        )
        return f'{self._head}{self._height(record)} r="{where.row}">{cells}{self._tail}'

    def _open(self, sheet: SheetPart, node: Node) -> str:
        """The start tag without its number, and without a height that was fitted to the placeholders."""
        told = sheet.document.attributes(node)
        told.pop("r", None)
        has_names = any(cell.names for cell in self._cells)
        self._is_fitted = has_names and told.get("customHeight") not in {"1", "true"}
        if self._is_fitted:
            told.pop("ht", None)
        return f"<{node.tag}{_attributes(told)}"

    def _height(self, record: Record) -> str:
        """Room for words that wrap, where the office fixed no height; not every program fits rows itself."""
        needed = max((cell.height(record) for cell in self._cells), default=0) if self._is_fitted else 0
        return f' ht="{needed:g}"' if needed else ""


class CellPrinter:
    """One cell: as it is, with a formula that moves, or with placeholders."""

    def __init__(self, setting: Setting, cell: Cell) -> None:
        book, document, node = setting.book, setting.sheet.document, cell.node
        self._told = document.attributes(node)
        self._told.pop("r", None)
        self._tag, self._prefix = node.tag, node.prefix
        self._letters = column_letters(cell.column)
        self._home, self._growths = setting.sheet.key, setting.growths
        self._cell = cell
        self._spans = [(m.start(), m.end(), fold(m[1])) for m in WRITTEN.finditer(cell.text)]
        self.names = [] if cell.formula else [name for _first, _last, name in self._spans]
        self._is_alone = (
            len(self._spans) == 1
            and cell.text.strip().startswith("{{")
            and (cell.text.strip() == cell.text[self._spans[0][0] : self._spans[0][1]])
        )
        self._look = book.look_of(cell, document) if self.names else PLAIN
        self._styles = book.styles
        self._width = setting.widths.of(cell) if self.names else 0
        self._begins_1904 = book.begins_1904
        is_single = document.text[node.inner - 2] == "/" and node.inner == node.end
        self._rest = "/>" if is_single else ">" + document.text[node.inner : node.end]
        self._formula = self._formula_told(setting.sheet, node)

    @property
    def has_formula(self) -> bool:
        """Whether its value is computed."""
        return self._formula is not None

    def printed(self, where: Where, record: Record) -> str:
        """The cell as XML."""
        if self.names:
            return self._filled(where, record)
        if self._formula is not None:
            return self._computed(where, self._formula)
        return f'<{self._tag} r="{self._letters}{where.row}"{_attributes(self._told)}{self._rest}'

    def height(self, record: Record) -> float:
        """The height in points that its words need when they wrap; 0 where one line is enough."""
        if not self.names or not self._look.wraps:
            return 0
        return widths.height(self._words(record), self._width, self._look)

    def _words(self, record: Record) -> str:
        """What the cell says, filled."""
        said = self._cell.text.strip() if self._is_alone else self._cell.text
        return WRITTEN.sub(lambda found: values.words(record.get(fold(found[1]), NOTHING)), said)

    def _filled(self, where: Where, record: Record) -> str:
        found = [record.get(name, NOTHING) for name in self.names]
        has_look = any(look for look, _words in self._cell.runs)
        if self._is_alone and not (has_look and isinstance(found[0].value, str)):
            kind, inner = values.content(
                found[0], self._look.kind, self._prefix, begins_1904=self._begins_1904
            )
        else:
            spans = [
                (first, last, values.words(value))
                for (first, last, _name), value in zip(self._spans, found, strict=True)
            ]
            kind, inner = values.text_content(values.filled_runs(self._cell.runs, spans), self._prefix)
        told = {"t": kind, "cm": "", "vm": ""}
        if kind and starts_like_formula(clean(self._words(record))):
            told["s"] = self._as_text
        return self._built(where, told, inner)

    @property
    def _as_text(self) -> str:
        """The cell's style, marked as one of text; nothing where it has none and none can be made."""
        own = self._told.get("s", "")
        quoted = self._styles.quoted(style_of(own))
        return own if quoted == style_of(own) else str(quoted)

    def _computed(self, where: Where, told: dict[str, str]) -> str:
        if where.is_empty:
            return self._built(where, {}, "")
        formula = moved_formula(self._cell.formula, self._growths, home=self._home, own=where.own)
        told = dict(told)
        if "ref" in told:
            told["ref"] = (
                f"{self._letters}{where.row}"
                if where.own
                else moved_areas(told["ref"], self._growths.get(self._home, Growth()))
            )
        inner = f"<{self._prefix}f{_attributes(told)}>{escape(formula)}</{self._prefix}f>"
        return self._built(where, {}, inner)

    def _built(self, where: Where, kind: dict[str, str], inner: str) -> str:
        """The cell with other attributes (an empty one is left out) and another content."""
        told = {name: value for name, value in (self._told | {"t": ""} | kind).items() if value}
        head = f'<{self._tag} r="{self._letters}{where.row}"{_attributes(told)}'
        return f"{head}>{inner}</{self._tag}>" if inner else f"{head}/>"

    def _formula_told(self, sheet: SheetPart, node: Node) -> dict[str, str] | None:
        """The attributes that its formula keeps; None for a cell that has none to move."""
        formula = node.find("f")
        if formula is None or not self._cell.formula:
            return None
        told = sheet.document.attributes(formula)
        if told.get("t") == "dataTable":
            return None
        if told.get("t") == "shared":
            return {}
        return told


def _attributes(told: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value, _QUOTES)}"' for name, value in told.items())


_QUOTES = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
