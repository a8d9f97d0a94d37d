"""A form as it lies in its parts: sheets with rows and cells, texts, number formats."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from .markup import Document, MarkupError, Node, checked
from .package import FormRefused, Package, Relation, too_large
from .references import column_letters, split, translated
from .styles import PLAIN, Look, Styles

MAX_ROW = 50_000
MAX_COLUMN = 1_000
LONGEST_TEXTS = 8_000_000
"""Characters of the texts of all cells."""

LONGEST_FORMULA = 8_192
LONGEST_WRITTEN_OUT = 2_000_000
"""Characters of all formulas of a sheet that stood in the file once for many cells."""

Run = tuple[str, str]
"""A stretch of text of one look: its properties as XML, and the text."""


@dataclass(slots=True)
class Cell:
    """One cell of a sheet: its element, place, and the text it shows when it holds a text."""

    node: Node
    row: int
    column: int
    runs: list[Run] = field(default_factory=list)
    formula: str = ""

    @property
    def address(self) -> str:
        """``F8``."""
        return f"{column_letters(self.column)}{self.row}"

    @property
    def text(self) -> str:
        """The text of all runs."""
        return "".join(words for _look, words in self.runs)


@dataclass
class SheetPart:
    """A worksheet: its name, its part, what it refers to, and its rows with their cells."""

    name: str
    path: str
    document: Document
    relations: dict[str, Relation]
    rows: list[tuple[Node, int, list[Cell]]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The name as formulas are compared by it."""
        return self.name.casefold()

    def related(self, kind: str) -> list[str]:
        """The parts of a kind that the sheet refers to."""
        found = self.relations.values()
        return [one.target for one in found if one.kind == kind and not one.is_external]


class Workbook:
    """The form, read. Raises :class:`FormRefused` for what cannot be one."""

    def __init__(self, content: bytes) -> None:
        self.package = Package(content)
        main = [one for one in self.package.relations("").values() if one.kind == "officeDocument"]
        self.path = main[0].target if main else "xl/workbook.xml"
        self.document = self.package.document(self.path)
        self.relations = self.package.relations(self.path)
        self._texts = self._shared_texts()
        self._characters = 0
        self._styles_path, self.styles = self._read_styles()
        self.sheets = self._sheets()
        if not self.sheets:
            raise FormRefused(_("The file has no worksheet."))

    @cached_property
    def begins_1904(self) -> bool:
        """Whether its day numbers count from 1904, as on old Macintoshes."""
        nodes = self.document.nodes("workbookPr")
        return any(self.document.attribute(node, "date1904") in {"1", "true"} for node in nodes)

    def look_of(self, cell: Cell, document: Document) -> Look:
        """How the cell looks."""
        place, looks = style_of(document.attribute(cell.node, "s")), self.styles.looks
        return looks[place] if place < len(looks) else PLAIN

    def changed_styles(self) -> dict[str, bytes]:
        """The part of the styles, where any was added."""
        made = self.styles.result()
        return {} if made is None else {self._styles_path: made}

    def _read_styles(self) -> tuple[str, Styles]:
        paths = [one.target for one in self.relations.values() if one.kind == "styles"]
        if not paths or paths[0] not in self.package:
            return "", Styles("")
        try:
            text, _count = checked(self.package.read(paths[0]))
        except MarkupError as error:
            raise FormRefused(_("The styles of the file are damaged. Save it again and retry.")) from error
        return paths[0], Styles(text)

    def _shared_texts(self) -> list[list[Run]]:
        paths = [one.target for one in self.relations.values() if one.kind == "sharedStrings"]
        if not paths or paths[0] not in self.package:
            return []
        document = self.package.document(paths[0])
        return [runs_of(document, node) for node in document.root.children if node.name == "si"]

    def _sheets(self) -> list[SheetPart]:
        found = []
        for node in self.document.nodes("sheet"):
            told = self.document.attributes(node)
            relation = self.relations.get(self.document.attribute(node, "id"))
            if relation is None or relation.kind != "worksheet":
                continue
            document = self.package.document(relation.target)
            relations = self.package.relations(relation.target)
            sheet = SheetPart(told.get("name", ""), relation.target, document, relations)
            self._read_rows(sheet)
            _write_out_shared_formulas(sheet)
            found.append(sheet)
        return found

    def _read_rows(self, sheet: SheetPart) -> None:
        data = sheet.document.root.find("sheetData")
        number = 0
        for node in data.children if data else ():
            told = sheet.document.attribute(node, "r")
            number = int(told) if told.isdigit() else number + 1
            cells: list[Cell] = []
            column = 0
            for child in node.children:
                if child.name != "c":
                    continue
                column = split(sheet.document.attribute(child, "r"))[1] or column + 1
                if number > MAX_ROW or column > MAX_COLUMN:
                    raise _too_far(sheet.name, f"{column_letters(column)}{number}")
                cells.append(self._cell(sheet.document, child, number, column))
            if number > MAX_ROW:
                raise _too_far(sheet.name, f"A{number}")
            sheet.rows.append((node, number, cells))

    def _cell(self, document: Document, node: Node, row: int, column: int) -> Cell:
        cell = Cell(node, row, column)
        for child in node.children:
            if child.name == "f":
                cell.formula = document.content(child)
                if len(cell.formula) > LONGEST_FORMULA:
                    raise FormRefused(_("The file is damaged: a formula is longer than Excel allows."))
            elif child.name == "is":
                cell.runs = runs_of(document, child)
            elif child.name == "v" and document.attribute(node, "t") == "s":
                told = document.content(child).strip()
                known = told.isdigit() and int(told) < len(self._texts)
                cell.runs = self._texts[int(told)] if known else []
        self._characters += len(cell.text)
        if self._characters > LONGEST_TEXTS:
            raise too_large()  # one long text can be shown by any number of cells
        return cell


def style_of(told: str) -> int:
    """The number of a style as a cell's ``s`` tells it; a cell that tells none has the first."""
    return int(told) if told.isdigit() else 0


def runs_of(document: Document, node: Node) -> list[Run]:
    """The runs of a text, furigana not counted; Excel's ``_xHHHH_`` escapes stay as they are."""
    runs: list[Run] = []
    for child in node.children:
        if child.name == "t":
            runs.append(("", document.content(child)))
        elif child.name == "r":
            look, words = child.find("rPr"), child.find("t")
            runs.append((document.raw(look) if look else "", document.content(words) if words else ""))
    return runs


def _write_out_shared_formulas(sheet: SheetPart) -> None:
    """Give each cell of a shared formula its own text: rows that move would tear the shape apart.

    A long formula shared by many cells would grow beyond all measure, so what is written out is limited.
    """
    shared = [
        (cell, sheet.document.attribute(node, "si"))
        for _node, _number, cells in sheet.rows
        for cell in cells
        if (node := cell.node.find("f")) and sheet.document.attribute(node, "t") == "shared"
    ]
    masters = {group: cell for cell, group in reversed(shared) if cell.formula}
    left = LONGEST_WRITTEN_OUT
    for cell, group in shared:
        if cell.formula or group not in masters:
            continue
        first = masters[group]
        left -= len(first.formula)
        if left < 0:
            raise too_large()
        cell.formula = translated(first.formula, cell.row - first.row, cell.column - first.column)


def _too_far(sheet: str, address: str) -> FormRefused:
    words = _(
        "Sheet “%(sheet)s” uses the cell %(cell)s, far outside a form. Delete the rows and columns "
        "that are not needed and save again."
    )
    return FormRefused(words % {"sheet": sheet, "cell": address})
