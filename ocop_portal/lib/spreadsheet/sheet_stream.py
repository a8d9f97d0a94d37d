"""One sheet's rows, streamed as XML from top to bottom in constant memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, repeat
from typing import Any

from openpyxl.utils import get_column_letter

from . import heights
from .appearance import BODY, HEADER, KINDS, PLAIN, TOTAL
from .cells import ColumnCells, Context
from .charts import chart_columns
from .description import Block, Column, Line, Row, Sheet, SpreadsheetError, Style, Styled, Value
from .links import MOST_LINKS
from .totals import Totals, plain_value

MOST_ROWS = 1_048_576
_BATCH = 512
"""Rows made into XML together: half a megabyte of a table 20 columns wide."""


class SheetStream:
    """Writes a sheet's rows through ``write`` and keeps where things came to stand."""

    def __init__(self, sheet: Sheet, context: Context, write: Callable[[bytes], Any]) -> None:
        self.sheet = sheet
        self.merged: list[str] = []
        self.last_data_row = sheet.header_row
        self._context = context
        self._write = write
        self._letters = [get_column_letter(index + 1) for index in range(len(sheet.columns))]
        self._totals = Totals(sheet, self._letters)
        self._charted = chart_columns(sheet)
        self.charted: list[list[Value]] = []

    @property
    def last_row(self) -> int:
        """The last row written."""
        return self._context.row

    def run(self) -> None:
        """Write all rows: lines above, header, data, totals, lines below."""
        for rows in self._all_rows():
            self._write(rows.encode())

    def _all_rows(self) -> Iterator[str]:
        sheet = self.sheet
        for line in sheet.above:
            yield self._line(line)
        titles = [column.title for column in sheet.columns]
        yield self._once(titles, [HEADER] * len(titles), heights.tallest(self._title_heights()))
        yield from self._data()
        self.last_data_row = self._context.row
        if self._totals:
            values = self._totals.values(sheet.first_data_row, self.last_data_row)
            yield self._once(values, [TOTAL.over(style) for style in self._styles()], None)
        for line in sheet.below:
            yield self._line(line)
        if self._context.links.full and self._context.row < MOST_ROWS:
            note = (
                f"Excel chỉ giữ {MOST_LINKS:,} liên kết trên một trang tính; các ô sau đó không có liên kết."
            )
            yield self._line(
                Line([Block(note.replace(",", ".", 1), 0, 0, Style(italic=True, wrap=False))], 18)
            )

    def _next_row(self) -> int:
        if self._context.row >= MOST_ROWS:
            raise self._too_many()
        self._context.row += 1
        return self._context.row

    def _too_many(self) -> SpreadsheetError:
        return SpreadsheetError(f"Sheet {self.sheet.title!r}: Excel holds {MOST_ROWS:,} rows, there are more")

    def _styles(self) -> list[Style]:
        return [column.style.over(KINDS[column.kind]).over(BODY) for column in self.sheet.columns]

    def _columns(self, styles: Sequence[Style]) -> list[ColumnCells]:
        following = [*self._letters[1:], ""]
        together = zip(self._letters, styles, following, strict=True)
        return [ColumnCells(self._context, letter, style, after) for letter, style, after in together]

    def _once(self, values: Sequence[Value], styles: Sequence[Style], height: float | None) -> str:
        number = self._next_row()
        pieces = [
            column[type(value)](value) for column, value in zip(self._columns(styles), values, strict=True)
        ]
        return str(number).join(['<row r="', self._opening(height), *pieces])

    def _opening(self, height: float | None) -> str:
        fixed = f' ht="{height:g}" customHeight="1"' if height else ""
        return f'"{fixed}><c r="{self._letters[0]}'

    def _data(self) -> Iterator[str]:
        columns = self._columns(self._styles())
        rows = iter(self._plain_rows(self.sheet.rows))
        while batch := list(islice(rows, _BATCH)):
            first = self._take_rows(batch)
            turned = zip(*batch, strict=True)
            pieces = [column.batch(values, first) for column, values in zip(columns, turned, strict=True)]
            self._context.row = first + len(batch) - 1
            numbers = map(str, range(first, first + len(batch)))
            whole = zip(repeat('<row r="'), self._openings(batch), *pieces, strict=False)
            yield "".join(map(str.join, numbers, whole))

    def _take_rows(self, batch: Sequence[Sequence[Value]]) -> int:
        """Check and count in the rows of ``batch``; return the number of its first row."""
        first = self._next_row()
        for number, values in enumerate(batch, first):
            if len(values) != len(self.sheet.columns):
                where = f"Sheet {self.sheet.title!r}, row {number}"
                raise SpreadsheetError(f"{where}: {len(values)} values for {len(self.sheet.columns)} columns")
        if first + len(batch) - 1 > MOST_ROWS:
            raise self._too_many()
        if self._totals:
            for values in batch:
                self._totals.add(values)
        if self._charted:
            self.charted += [[plain_value(values[index]) for index in self._charted] for values in batch]
        return first

    def _openings(self, batch: Sequence[Sequence[Value]]) -> Iterable[str]:
        if self.sheet.fit_heights:
            return [self._opening(self._height(values)) for values in batch]
        return repeat(self._opening(None))

    def _plain_rows(self, rows: Iterable[Sequence[Value] | Row]) -> Iterator[Sequence[Value]]:
        for row in rows:
            if type(row) is Row:
                yield [Styled(*_under(row.style, value)) for value in row.values]
            else:
                yield row  # type: ignore[misc]  # what isn't a Row is a sequence of values

    def _line(self, line: Line) -> str:
        number = self._next_row()
        cells = []
        for block in sorted(line.blocks, key=lambda block: block.first):
            style = block.style.over(PLAIN)
            for index in range(block.first, block.last + 1):
                cells.append(self._line_cell(index, style, block.text if index == block.first else None))
            if block.last > block.first:
                self.merged.append(
                    f"{self._letters[block.first]}{number}:{self._letters[block.last]}{number}"
                )
        height = line.height or heights.tallest(self._block_heights(line))
        return f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'

    def _line_cell(self, index: int, style: Style, value: str | None) -> str:
        column = ColumnCells(self._context, self._letters[index], style, "")
        piece = column[type(value)](value).removesuffix("</row>")
        return f'<c r="{self._letters[index]}{self._context.row}{piece}'

    def _title_heights(self) -> Iterator[float]:
        for column in self.sheet.columns:
            yield heights.height_of(heights.lines_of(column.title, column.width - 1, bold=True))

    def _block_heights(self, line: Line) -> Iterator[float]:
        for block in line.blocks:
            width = sum(column.width for column in self.sheet.columns[block.first : block.last + 1])
            size = block.style.size or 12.0
            lines = heights.lines_of(block.text, width, size, bool(block.style.bold))
            yield heights.height_of(lines, size)

    def _height(self, values: Sequence[Value]) -> float:
        return heights.tallest(
            heights.height_of(heights.lines_of(text, column.width - 1))
            for column, value in zip(self.sheet.columns, values, strict=True)
            if (text := _text_of(value))
        )


def _under(style: Style, value: Value) -> tuple[Any, Style]:
    if isinstance(value, Styled):
        return value.value, value.style.over(style)
    return value, style


def _text_of(value: object) -> str:
    while not isinstance(value, str) and hasattr(value, "value"):
        value = value.value
    return value if isinstance(value, str) else ""


def letters_of(columns: Sequence[Column], kind: str) -> Iterator[str]:
    """Yield the letters of the columns of ``kind``."""
    for index, column in enumerate(columns):
        if column.kind == kind:
            yield get_column_letter(index + 1)
