"""The form filled: values in their cells, rows repeated, and what lies below or refers to them moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from . import computing, moving
from .form import Form
from .growth import Growth, TooManyRows
from .markup import Document
from .package import FormRefused, Package
from .printing import Record, RowPrinter, Setting, Where
from .references import Own
from .values import Value
from .widths import Widths
from .workbook import SheetPart, Workbook

LONGEST_BLOCK = 64 * 1024 * 1024
"""Characters of markup that one repeating row may become: some 60,000 rows of twelve columns."""

_BEFORE_CALCULATION = ("definedNames", "externalReferences", "functionGroups", "sheets")


@dataclass(frozen=True)
class Data:
    """What the placeholders stand for: single values by name, and the tables' rows by column.

    A name without a value leaves its cell empty.
    """

    single: Mapping[str, Value] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Record]] = field(default_factory=dict)


def fill(form: Form, data: Data) -> bytes:
    """The form as a file with the data in it; a :class:`Form` is filled once.

    Raises ``FormRefused`` when a table has more rows than the form can hold.
    """
    book = form.book
    growths = {
        key: Growth({row: len(data.rows.get(table, ())) for row, table in blocks.items()})
        for key, blocks in form.blocks.items()
    }
    try:
        for sheet in book.sheets:
            _fill_sheet(form, sheet, growths, data)
        changed = _move(book, growths)
    except TooManyRows as error:
        raise FormRefused(_("The report has more rows than this form can hold.")) from error
    _ask_to_calculate(book)
    _forget_chain(book)
    changed |= book.changed_styles()
    dropped = {name for name in book.package.names if name.endswith("/calcchain.xml")}
    return computing.with_values(book.package.rewritten(changed, dropped))


def _move(book: Workbook, growths: Mapping[str, Growth]) -> dict[str, bytes]:
    changed: dict[str, bytes] = {}
    if any(growths.values()):
        for sheet in book.sheets:
            moving.move_sheet(sheet, growths)
            changed |= moving.move_related(book, sheet, growths)
        moving.move_book(book, growths)
    return changed


def _fill_sheet(form: Form, sheet: SheetPart, growths: Mapping[str, Growth], data: Data) -> None:
    growth, setting = growths[sheet.key], Setting(form.book, sheet, growths, Widths(sheet))
    for row in sheet.rows:
        node, number, _cells = row
        printer = RowPrinter(setting, row)
        table = form.blocks[sheet.key].get(number, "")
        if table:
            written = _repeated(printer, table, growth, data)
        elif printer.is_filled or growth.first(number) != number:
            written = printer.printed(Where(growth.first(number)), data.single)
        else:
            continue
        sheet.document.replace(node.start, node.end, written)


def _repeated(printer: RowPrinter, table: str, growth: Growth, data: Data) -> str:
    number = printer.number
    first = growth.first(number)
    records = data.rows.get(table, ())
    if not records:
        return printer.printed(Where(first, Own(number, 0), is_empty=True), data.single)
    printed, left = [], LONGEST_BLOCK
    for copy, record in enumerate(records):
        named = {f"{table}.{column}": value for column, value in record.items()}
        printed.append(printer.printed(Where(first + copy, Own(number, copy)), {**data.single, **named}))
        left -= len(printed[-1])
        if left < 0:
            raise TooManyRows
    return "".join(printed)


def _ask_to_calculate(book: Workbook) -> None:
    """Let Excel compute every formula when it opens the file, whatever stands beside them."""
    document = book.document
    calculation = document.root.find("calcPr")
    if calculation is not None:
        document.set(calculation, "fullCalcOnLoad", "1")
        return
    before = next(node for name in _BEFORE_CALCULATION if (node := document.root.find(name)) is not None)
    document.replace(before.end, before.end, f'<{document.root.prefix}calcPr fullCalcOnLoad="1"/>')


def _forget_chain(book: Workbook) -> None:
    """Forget in which order Excel computed the cells that have moved; it finds a new one."""
    package = book.package
    folder, _slash, base = book.path.rpartition("/")
    _remove(package, f"{folder}/_rels/{base}.rels", "Relationship", "Type", "/calcchain")
    _remove(package, "[Content_Types].xml", "Override", "PartName", "/calcchain.xml")


def _remove(package: Package, path: str, name: str, attribute: str, ending: str) -> None:
    document: Document = package.document(path)
    for node in document.nodes(name):
        if document.attributes(node).get(attribute, "").lower().endswith(ending):
            document.replace(node.start, node.end, "")
