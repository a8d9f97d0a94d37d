"""The workbook around the cells, made by openpyxl: styles, widths, panes, page set-up, filters, charts.

It is saved twice: before the rows are written, for each sheet's head and tail, and after them, when the
styles in use and the last rows are known.
"""

import re
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from .appearance import FONT, SIZE, StyleBook
from .charts import fill, new_chart
from .description import Page, Properties, Sheet, SpreadsheetError, Value
from .text import clean

_MILLIMETRES = 25.4
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_DIMENSION = re.compile(r"<dimension [^>]*/>")
_ROWS = re.compile(r"<sheetData\s*/>|<sheetData>\s*</sheetData>")


class Shell:
    """An openpyxl workbook without cells."""

    def __init__(self, sheets: Sequence[Sheet], properties: Properties) -> None:
        check_titles([sheet.title for sheet in sheets])
        self._sheets = sheets
        self._properties = properties
        self._book = Workbook()
        self._book.calculation = CalcProperties(calcId=191029, fullCalcOnLoad=False)
        self._book.remove(self._book.worksheets[0])
        _set_font(self._book)
        self._pages = [_page(self._book, sheet) for sheet in sheets]
        self._charts = [new_chart(page, sheet) for page, sheet in zip(self._pages, sheets, strict=True)]
        self.styles = StyleBook(self._pages[0])

    def frame(self, parts: dict[str, bytes], index: int) -> tuple[str, str]:
        """Return what stands before and after the rows of sheet ``index``, ``sheetData``'s tags left out."""
        head, tail = _ROWS.split(parts[sheet_part(index)].decode())
        return _DIMENSION.sub("", head), tail

    def placed(
        self, index: int, last_data_row: int, last_row: int, charted: Sequence[Sequence[Value]]
    ) -> str:
        """Tell the shell where the rows of sheet ``index`` ended; return the range its filter covers."""
        sheet, page = self._sheets[index], self._pages[index]
        chart = self._charts[index]
        if chart is not None and sheet.chart is not None:
            fill(chart, sheet, page, charted)
            chart.anchor = sheet.chart.anchor or f"A{last_row + 2}"
        if sheet.autofilter:
            page.auto_filter.ref = f"A{sheet.header_row}:{_letter(sheet)}{last_data_row}"
        return str(page.auto_filter.ref or "")

    def parts(self) -> dict[str, bytes]:
        """Save the shell; return its parts by name, the file's properties with the dates given."""
        file = BytesIO()
        self._book.save(file)
        with ZipFile(file) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        parts["docProps/core.xml"] = tostring(self._core().to_tree())  # type: ignore[assignment]
        parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(b'<numFmts count="0" />', b"")
        return parts

    def _core(self) -> DocumentProperties:
        given = self._properties
        return DocumentProperties(
            title=clean(given.title),
            creator=clean(given.creator),
            lastModifiedBy=clean(given.creator),
            subject=clean(given.subject) or None,
            description=clean(given.description) or None,
            language="vi",
            created=given.created,
            modified=given.created,
        )


def sheet_part(index: int) -> str:
    """Return the name of sheet ``index``'s part in the package."""
    return f"xl/worksheets/sheet{index + 1}.xml"


def relationship_part(index: int) -> str:
    """Return the name of the part with sheet ``index``'s relationships."""
    return f"xl/worksheets/_rels/sheet{index + 1}.xml.rels"


def check_titles(titles: Sequence[str]) -> None:
    """Refuse sheet names Excel refuses."""
    if not titles:
        raise SpreadsheetError("A workbook needs a sheet")
    for title in titles:
        if not title.strip() or len(title.encode("utf-16-le")) > 62:
            raise SpreadsheetError(f"A sheet's name has 1 to 31 characters: {title!r}")
        if _FORBIDDEN.search(title) or title[0] == "'" or title[-1] == "'" or title.casefold() == "history":
            raise SpreadsheetError(f"Excel doesn't accept the sheet's name {title!r}")
    if len({title.casefold() for title in titles}) < len(titles):
        raise SpreadsheetError(f"Two sheets have the same name: {', '.join(titles)}")


def _letter(sheet: Sheet) -> str:
    return get_column_letter(len(sheet.columns))


def _set_font(book: Workbook) -> None:
    font = Font(name=FONT, size=SIZE, family=1)
    # the font of style 0, which measures the column widths
    book._fonts = IndexedList([font])  # type: ignore[attr-defined]
    book._named_styles["Normal"].font = font  # type: ignore[attr-defined]


def _page(book: Workbook, sheet: Sheet) -> Worksheet:
    page: Worksheet = book.create_sheet(sheet.title)
    for index, column in enumerate(sheet.columns):
        page.column_dimensions[get_column_letter(index + 1)].width = column.width
    across = get_column_letter(sheet.frozen_columns + 1)
    if sheet.freeze:
        page.freeze_panes = f"{across}{sheet.first_data_row}"
    page.print_title_rows = f"{sheet.header_row}:{sheet.header_row}"
    _set_up(page, sheet.page)
    return page


def _set_up(page: Worksheet, paper: Page) -> None:
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.orientation = "landscape" if paper.landscape else "portrait"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.print_options.horizontalCentered = True
    page.page_margins.top = paper.top / _MILLIMETRES
    page.page_margins.bottom = paper.bottom / _MILLIMETRES
    page.page_margins.left = paper.left / _MILLIMETRES
    page.page_margins.right = paper.right / _MILLIMETRES
    page.page_margins.header = page.page_margins.footer = 10 / _MILLIMETRES
    page.oddFooter.center.text = paper.footer  # type: ignore[union-attr]
