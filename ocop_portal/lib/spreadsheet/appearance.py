"""Styles of a workbook: what each kind of column looks like, and a book that numbers the styles in use."""

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from .description import Kind, SpreadsheetError, Style

FONT = "Times New Roman"
SIZE = 12.0
MOST_STYLES = 64_000
"""Excel's limit of cell formats in one workbook."""

BODY = Style(border=True, vertical="top", size=SIZE)
HEADER = Style(
    bold=True, border=True, wrap=True, horizontal="center", vertical="center", fill="e5ece8", size=SIZE
)
TOTAL = Style(bold=True, fill="f3f4f2")
PLAIN = Style(vertical="center", wrap=True, size=SIZE)
LINK = Style(underline=True, color="0b5d3b")

KINDS: dict[Kind, Style] = {
    "text": Style(horizontal="left", wrap=True),
    "integer": Style(horizontal="right", number_format="#,##0"),
    "decimal": Style(horizontal="right", number_format="#,##0.00"),
    "money": Style(horizontal="right", number_format="#,##0.0"),
    "percent": Style(horizontal="right", number_format="0.0"),
    "date": Style(horizontal="center", number_format="dd/mm/yyyy"),
    "datetime": Style(horizontal="center", number_format="dd/mm/yyyy hh:mm"),
}


class StyleBook:
    """Numbers the styles of one workbook as cells ask for them."""

    def __init__(self, owner: Worksheet) -> None:
        self._owner = owner
        self._numbers: dict[tuple[Style, bool], int] = {}

    def number(self, style: Style, guarded: bool = False) -> int:
        """Return the number of ``style`` for a cell's ``s``; ``guarded`` keeps text from becoming a formula
        when somebody edits the cell in Excel."""
        key = (style, guarded)
        if key not in self._numbers:
            if len(self._numbers) >= MOST_STYLES:
                raise SpreadsheetError(f"Excel holds {MOST_STYLES:,} styles in a file, there are more")
            self._numbers[key] = self._register(style, guarded)
        return self._numbers[key]

    def _register(self, style: Style, guarded: bool) -> int:
        cell = Cell(self._owner, row=1, column=1)  # never joins the sheet: it only carries the style in
        cell.font = Font(
            name=FONT,
            size=style.size or SIZE,
            bold=style.bold,
            italic=style.italic,
            underline="single" if style.underline else None,
            color=style.color,
        )
        cell.alignment = Alignment(horizontal=style.horizontal, vertical=style.vertical, wrap_text=style.wrap)
        if style.fill:
            cell.fill = PatternFill("solid", fgColor=style.fill)
        if style.border:
            side = Side("thin", color="8a8f8c")
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        cell.number_format = style.number_format or "General"
        cell.quotePrefix = guarded
        return int(cell.style_id)
