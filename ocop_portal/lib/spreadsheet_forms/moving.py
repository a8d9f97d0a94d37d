"""What lies around the cells and names them: merges, filters, rules, names, pictures, charts, comments.

Each moves as the rows do. One table says which attributes are ranges and which elements are formulas; what
stands in neither refers to no cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from .growth import Growth
from .markup import Document, Node
from .package import Package
from .references import column_letters, corners, moved_areas, moved_formula
from .workbook import SheetPart, Workbook

Growths = Mapping[str, Growth]

_RANGES = {
    "dimension": ("ref",),
    "sheetView": ("topLeftCell",),
    "pane": ("topLeftCell",),
    "selection": ("activeCell", "sqref"),
    "protectedRange": ("sqref",),
    "autoFilter": ("ref",),
    "sortState": ("ref",),
    "sortCondition": ("ref",),
    "conditionalFormatting": ("sqref",),
    "dataValidation": ("sqref",),
    "hyperlink": ("ref",),
    "cellWatch": ("r",),
    "ignoredError": ("sqref",),
    "inputCells": ("r",),
    "table": ("ref",),
    "comment": ("ref",),
    "threadedComment": ("ref",),
}
_RANGE_TEXTS = {"sqref"}
_SPREADING = {"protectedRange", "conditionalFormatting", "dataValidation", "ignoredError", "hyperlink"}
"""What is said of a cell in a repeating row and holds for each copy of it."""
_FORMULA_ATTRIBUTES = {
    "hyperlink": ("location",),
    "cfvo": ("val",),
    "sp": ("textlink",),
    "formControlPr": ("fmlaLink", "fmlaRange"),
}
_FORMULA_TEXTS = {"formula", "formula1", "formula2", "f", "calculatedColumnFormula", "totalsRowFormula"}
_VML_ROW = re.compile(r"(<(?:\w+:)?Row>\s*)(\d+)(\s*</(?:\w+:)?Row>)")
_VML_ANCHOR = re.compile(r"(<(?:\w+:)?Anchor>)([^<]*)(</(?:\w+:)?Anchor>)")


def move_sheet(sheet: SheetPart, growths: Growths) -> None:
    """Move everything in the sheet's part that is not a cell."""
    growth = growths[sheet.key]
    document = sheet.document
    for child in document.root.children:
        if child.name == "sheetData":
            continue
        if child.name == "mergeCells":
            _move_merges(document, child, growth)
        elif child.name == "rowBreaks":
            _move_breaks(document, child, growth)
        else:
            _move_nodes(document, child.walk(), growth, growths, sheet.key)
            _move_anchors(document, child, growth)


def move_related(book: Workbook, sheet: SheetPart, growths: Growths) -> dict[str, bytes]:
    """Move the sheet's tables, comments and drawings; return the parts that are no plain XML."""
    growth, package = growths[sheet.key], book.package
    for kind in ("table", "comments", "threadedComment", "ctrlProp", "drawing"):
        for path in sheet.related(kind):
            document = package.document(path)
            _move_nodes(document, document.root.walk(), growth, growths, sheet.key)
    for path in sheet.related("drawing"):
        _move_anchors(package.document(path), package.document(path).root, growth)
    return {path: _moved_vml(package, path, growth) for path in sheet.related("vmlDrawing")}


def move_book(book: Workbook, growths: Growths) -> None:
    """Move the defined names, the charts' and the pivot tables' sources."""
    for node in book.document.nodes("definedName"):
        _set_formula(book.document, node, growths, "")
    for path in book.package.names:
        if re.fullmatch(r"xl/charts/chart[^/]*\.xml", path):
            document = book.package.document(path)
            for node in document.nodes("f"):
                _set_text(document, node, lambda words: moved_formula(words, growths, spread=True))
        elif re.fullmatch(r"xl/pivotcache/pivotcachedefinition[^/]*\.xml", path):
            _move_source(book.package.document(path), growths)


def multi_row(areas: str, row: int) -> bool:
    """Whether one of the ranges covers the row and another one."""
    return any(top <= row <= bottom and top != bottom for top, _l, bottom, _r in map(corners, areas.split()))


def _move_nodes(
    document: Document, nodes: Iterator[Node], growth: Growth, growths: Growths, home: str
) -> None:
    for node in nodes:
        for name in _RANGES.get(node.name, ()):
            if value := document.attributes(node).get(name, ""):
                document.set(node, name, moved_areas(value, growth, spread=node.name in _SPREADING))
        for name in _FORMULA_ATTRIBUTES.get(node.name, ()):
            if value := document.attributes(node).get(name, ""):
                document.set(node, name, moved_formula(value, growths, home=home))
        if node.name in _FORMULA_TEXTS and not node.children:
            _set_formula(document, node, growths, home)
        elif node.name in _RANGE_TEXTS:
            _set_text(document, node, lambda words: moved_areas(words, growth, spread=True))


def _set_formula(document: Document, node: Node, growths: Growths, home: str) -> None:
    _set_text(document, node, lambda words: moved_formula(words, growths, home=home))


def _set_text(document: Document, node: Node, move: Callable[[str], str]) -> None:
    before = document.content(node)
    after = move(before)
    if after != before:
        document.set_content(node, after)


def _move_merges(document: Document, merges: Node, growth: Growth) -> None:
    """Merged cells move; those within a repeating row are merged in each of its copies."""
    count = 0
    for node in merges.children:
        reference = document.attribute(node, "ref")
        top, left, bottom, right = corners(reference)
        repeats = growth.counts.get(top, 1) if top == bottom else 1
        count += repeats
        if repeats == 1:
            document.set(node, "ref", moved_areas(reference, growth))
            continue
        one, other = column_letters(left), column_letters(right)
        rows = range(growth.first(top), growth.last(top) + 1)
        written = "".join(f'<{node.tag} ref="{one}{row}:{other}{row}"/>' for row in rows)
        document.replace(node.start, node.end, written)
    if document.attribute(merges, "count"):
        document.set(merges, "count", str(count))


def _move_breaks(document: Document, breaks: Node, growth: Growth) -> None:
    for node in breaks.children:
        number = document.attribute(node, "id")
        if number.isdigit() and int(number):
            document.set(node, "id", str(growth.last(int(number))))


def _move_anchors(document: Document, root: Node, growth: Growth) -> None:
    """Pictures, charts and controls keep their size and go with the row they begin in."""
    for node in root.walk():
        start = node.find("from")
        if start is None or document.attribute(node, "editAs") == "absolute":
            continue
        row = _row_of(document, start)
        if row is None:
            continue
        by = growth.first(row + 1) - (row + 1)
        for end in (start, node.find("to")):
            number = end and end.find("row")
            if by and number:
                document.set_content(number, str(int(document.content(number)) + by))


def _row_of(document: Document, end: Node) -> int | None:
    number = end.find("row")
    told = document.content(number).strip() if number else ""
    return int(told) if told.isdigit() else None


def _moved_vml(package: Package, path: str, growth: Growth) -> bytes:
    """Comments' boxes: Excel writes them as markup that is not always well formed, so as text."""

    def row(found: re.Match[str]) -> str:
        return f"{found[1]}{growth.first(int(found[2]) + 1) - 1}{found[3]}"

    def anchor(found: re.Match[str]) -> str:
        numbers = [piece.strip() for piece in found[2].split(",")]
        if len(numbers) != 8 or not all(number.lstrip("-").isdigit() for number in numbers):
            return found[0]
        top = int(numbers[2])
        by = growth.first(top + 1) - (top + 1)
        numbers[2], numbers[6] = str(top + by), str(int(numbers[6]) + by)
        return f"{found[1]}{', '.join(numbers)}{found[3]}"

    text = package.read(path).decode("utf-8", "surrogateescape")
    moved = _VML_ANCHOR.sub(anchor, _VML_ROW.sub(row, text))
    return moved.encode("utf-8", "surrogateescape")


def _move_source(document: Document, growths: Growths) -> None:
    for node in document.nodes("worksheetSource"):
        told = document.attributes(node)
        growth = growths.get(told.get("sheet", "").casefold())
        if growth and "ref" in told:
            document.set(node, "ref", moved_areas(told["ref"], growth))
