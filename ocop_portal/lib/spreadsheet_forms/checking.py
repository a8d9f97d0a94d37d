"""What is wrong with an uploaded form: every mistake with its sheet, its cell, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from . import moving
from .form import Form
from .names import is_unclosed, written_in
from .references import corners, sheets_named, split
from .workbook import MAX_COLUMN, Cell, SheetPart

_DRAWN = re.compile(r"(drawing|comments|threadedComment)", re.IGNORECASE)
LONGEST_LIST = 200


@dataclass(frozen=True)
class Mistake:
    """One thing to mend: where it is (the cell may be empty) and what to do."""

    sheet: str
    cell: str
    words: str


def mistakes(form: Form) -> list[Mistake]:
    """What keeps the form from being filled rightly, in the order of sheets and cells.

    At most ``LONGEST_LIST``: whoever has mended these learns of the others.
    """
    every = (mistake for sheet in form.book.sheets for mistake in _of_sheet(form, sheet))
    found = list(islice(every, LONGEST_LIST))
    if any(name.startswith("_xmlsignatures/") for name in form.book.package.names):
        words = _("The file is signed digitally, and filling breaks the signature. Remove it.")
        found.append(Mistake("", "", words))
    if not found and not form.places:
        words = _("No cell holds a placeholder such as {{ky}}, so there is nothing to fill in.")
        found.append(Mistake("", "", words))
    return found


def _of_sheet(form: Form, sheet: SheetPart) -> Iterator[Mistake]:
    for _node, number, cells in sheet.rows:
        for cell in cells:
            yield from _of_cell(form, sheet, cell)
        yield from _of_row(form, sheet, number, cells)
    yield from _around(sheet)
    yield from _table_heads(form, sheet)
    if form.blocks[sheet.key]:
        yield from _in_the_way(form, sheet)
    yield from _across(form, sheet)


def _of_cell(form: Form, sheet: SheetPart, cell: Cell) -> Iterator[Mistake]:
    if "{{" in cell.formula:
        words = _("A placeholder in a formula is not filled in. Put it into a cell and refer to that cell.")
        yield Mistake(sheet.name, cell.address, words)
    if cell.formula:
        return
    if is_unclosed(cell.text):
        words = _("The braces “%(text)s” are not closed. Write {{ before and }} after the name.")
        yield Mistake(sheet.name, cell.address, words % {"text": cell.text.strip()[:60]})
        return
    for name in written_in(cell.text):
        if not form.vocabulary.meaning(name):
            yield Mistake(sheet.name, cell.address, _unknown(form, name))


def _unknown(form: Form, name: str) -> str:
    shown = {"name": f"{{{{{name[:60]}}}}}"}
    near = ", ".join(f"{{{{{one}}}}}" for one in form.vocabulary.nearest(name))
    if near:
        words = _("There is no placeholder %(name)s. Did you mean %(near)s?")
        return words % {**shown, "near": near}
    return _("There is no placeholder %(name)s. See the list of placeholders of this report.") % shown


def _of_row(form: Form, sheet: SheetPart, number: int, cells: list[Cell]) -> Iterator[Mistake]:
    asked = form.tables_in(cells)
    if not asked:
        return
    first = asked[0][1]
    if other := next(((cell, table) for cell, table in asked if table != first), None):
        words = _(
            "Row %(row)s holds placeholders of two tables, %(one)s and %(other)s. Keep one table a row."
        )
        yield Mistake(sheet.name, other[0].address, words % {"row": number, "one": first, "other": other[1]})
    if form.blocks[sheet.key].get(number - 1) == first:
        words = _(
            "Rows %(above)s and %(row)s both repeat the table %(table)s. One row only is repeated: join them."
        )
        yield Mistake(
            sheet.name, asked[0][0].address, words % {"above": number - 1, "row": number, "table": first}
        )


def _around(sheet: SheetPart) -> Iterator[Mistake]:
    """Headers and footers are not cells, so nothing there is filled in."""
    for node in sheet.document.nodes("headerFooter"):
        if any("{{" in sheet.document.content(child) for child in node.children):
            words = _("A placeholder in the page's header or footer is not filled in. Move it into a cell.")
            yield Mistake(sheet.name, "", words)


def _table_heads(form: Form, sheet: SheetPart) -> Iterator[Mistake]:
    """Excel keeps the titles of a table's columns twice and calls a file damaged where they differ."""
    heads = set()
    for path in sheet.related("table"):
        document = form.book.package.document(path)
        top, left, _bottom, right = corners(document.attribute(document.root, "ref"))
        heads |= {(top, column) for column in range(left, min(right, MAX_COLUMN) + 1)}
    for place in form.places:
        if place.sheet == sheet.name and split(place.cell) in heads:
            words = _("A title of an Excel table can't be a placeholder. Turn the table into a range.")
            yield Mistake(sheet.name, place.cell, words)


def _in_the_way(form: Form, sheet: SheetPart) -> Iterator[Mistake]:
    """What cannot grow with a repeating row."""
    rows = form.blocks[sheet.key]
    if sheet.related("pivotTable"):
        yield Mistake(
            sheet.name, "", _("A pivot table cannot stand on a sheet with repeating rows. Move it.")
        )
    for node in sheet.document.nodes("mergeCell"):
        area = sheet.document.attribute(node, "ref")
        if any(moving.multi_row(area, row) for row in rows):
            words = _("The merged cells %(area)s reach over a repeating row and another. Unmerge them.")
            yield Mistake(sheet.name, area.partition(":")[0], words % {"area": area})
    for path in sheet.related("table"):
        document = form.book.package.document(path)
        area = document.attribute(document.root, "ref")
        if any(moving.multi_row(area, row) for row in rows):
            words = _(
                "A repeating row lies in or beside the Excel table %(area)s. Turn the table into a range."
            )
            yield Mistake(sheet.name, area.partition(":")[0], words % {"area": area})
    yield from _arrays(sheet, list(rows))
    for node in sheet.document.nodes("sparkline"):
        place = node.find("sqref")
        address = sheet.document.content(place).strip() if place else ""
        if split(address)[0] in rows:
            words = _("A small chart in a repeating row is not repeated. Put it below, or leave it out.")
            yield Mistake(sheet.name, address, words)


def _arrays(sheet: SheetPart, rows: list[int]) -> Iterator[Mistake]:
    for _node, _number, cells in sheet.rows:
        for cell in cells:
            node = cell.node.find("f")
            told = sheet.document.attributes(node) if node is not None else {}
            area, kind = told.get("ref", ""), told.get("t")
            across = kind == "array" and any(moving.multi_row(area, row) for row in rows)
            if across or kind == "dataTable":
                words = _(
                    "The formula over the range %(area)s reaches over a repeating row. Write it per cell."
                )
                yield Mistake(sheet.name, cell.address, words % {"area": area})


def _across(form: Form, sheet: SheetPart) -> Iterator[Mistake]:
    """Formulas over several sheets at once, and placeholders in drawings and notes."""
    if any(form.blocks.values()):
        for _node, _number, cells in sheet.rows:
            for cell in cells:
                if any(":" in name for name in sheets_named(cell.formula)):
                    words = _(
                        "A formula over several sheets at once cannot follow repeating rows. Name each sheet."
                    )
                    yield Mistake(sheet.name, cell.address, words)
    for relation in sheet.relations.values():
        if relation.is_external or not _DRAWN.match(relation.kind) or relation.kind == "vmlDrawing":
            continue
        document = form.book.package.document(relation.target)
        if "{{" in "".join(document.content(node) for node in document.nodes("t", "text")):
            words = _("A placeholder in a text box or a note is not filled in. Move it into a cell.")
            yield Mistake(sheet.name, "", words)
