"""Cell values as sheet XML: a column's batch at once where :mod:`lanes` can, else one call per cell.

A cell's XML is split after its column letter, because the row's number belongs there: joining the pieces of a
row with that number gives the row. A piece therefore runs from one cell's style to the next cell's letter:
``" s="3"><v>5</v></c><c r="C``.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from .appearance import LINK, StyleBook
from .description import Formula, Link, SpreadsheetError, Style, Styled, Written
from .lanes import DAY, DECIMAL_LIMIT, EPOCH, EPOCH_MOMENT, FIRST_SAFE_DAY, NUMBERS, WHOLE_LIMIT, texts
from .links import Links
from .text import cell_text, clean, is_plain, xml_text

Piece = Callable[[Any], str]

_FIRST_SAFE_SERIAL = FIRST_SAFE_DAY.toordinal() - EPOCH


class Context:
    """What the cells of one sheet share while it is written."""

    def __init__(self, sheet: str, styles: StyleBook, links: Links, written: Written) -> None:
        self.sheet = sheet
        self.styles = styles
        self.links = links
        self.written = written
        self.row = 0

    def refuse(self, letter: str, why: str) -> SpreadsheetError:
        """Return an error that names the cell."""
        return SpreadsheetError(f"Sheet {self.sheet!r}, cell {letter}{self.row}: {why}")


class ColumnCells(dict[type, Piece]):
    """For one column, how a value of each type becomes a piece; filled as types turn up."""

    def __init__(self, context: Context, letter: str, style: Style, following: str) -> None:
        super().__init__()
        self._context = context
        self._letter = letter
        self._style = style
        self._number = context.styles.number(style)
        self._after = f'</c><c r="{following}' if following else "</c></row>"
        self._text_before = f'" s="{self._number}" t="inlineStr"><is><t>'
        self._empty = f'" s="{self._number}"/>' + self._after.removeprefix("</c>")

    def batch(self, values: Sequence[Any], first_row: int) -> Sequence[str]:
        """Return the pieces of ``values``, which stand in the rows from ``first_row`` on."""
        kinds = set(map(type, values))
        return (len(kinds) == 1 and self._at_once(kinds.pop(), values)) or self._one_by_one(values, first_row)

    def _at_once(self, kind: type, values: Sequence[Any]) -> Sequence[str] | None:
        if kind is str:
            return texts(values, self._text_before, f"</t></is>{self._after}")
        if kind is type(None):
            return [self._empty] * len(values)
        lane = NUMBERS.get(kind)
        return lane and lane(values, f'" s="{self._number}"><v>', f"</v>{self._after}")

    def _one_by_one(self, values: Sequence[Any], first_row: int) -> list[str]:
        pieces = []
        for self._context.row, value in enumerate(values, first_row):
            pieces.append(self[type(value)](value))
        return pieces

    def __missing__(self, kind: type) -> Piece:
        for base, make in _MAKERS.items():
            if issubclass(kind, base):
                self[kind] = self._as_base(base) if base in _PLAIN and kind is not base else make(self)
                return self[kind]
        raise self._context.refuse(self._letter, f"a value of type {kind.__name__} has no place in a cell")

    def _as_base(self, base: type) -> Piece:
        """Strip what a subclass (an enumeration, a safe string) adds to a plain value."""
        strip, piece = _PLAIN[base], self[base]
        return lambda value: piece(strip(value))

    def styled_as(self, style: Style) -> "ColumnCells":
        """Return the same column in another style."""
        following = self._after.removeprefix('</c><c r="') if self._after != "</c></row>" else ""
        return ColumnCells(self._context, self._letter, style, following)

    def nothing(self) -> Piece:
        """Make pieces of ``None``: a cell with its border and no value."""
        return {None: self._empty}.__getitem__

    def texts(self) -> Piece:
        """Make pieces of text; short ones are remembered, since names and states repeat."""
        return _Memory(self._text).__getitem__

    def _text(self, value: str) -> str:
        if is_plain(value):
            return f"{self._text_before}{value}</t></is>{self._after}"
        content, guarded, cut = cell_text(value)
        if cut:
            self._context.written.texts_cut += 1
        if not content:
            return self._empty
        number = self._context.styles.number(self._style, guarded=True) if guarded else self._number
        return f'" s="{number}"{content}{self._after}'

    def truths(self) -> Piece:
        """Make pieces of booleans."""
        before = f'" s="{self._number}" t="b"><v>'
        return lambda value: f"{before}{int(value)}</v>{self._after}"

    def numbers(self) -> Piece:
        """Make pieces of whole numbers; more digits than Excel keeps are refused."""
        return _Memory(self._whole).__getitem__

    def _whole(self, value: int) -> str:
        if -WHOLE_LIMIT < value < WHOLE_LIMIT:
            return f'" s="{self._number}"><v>{value}</v>{self._after}'
        raise self._context.refuse(self._letter, "Excel keeps 15 digits of a number; write it as text")

    def decimals(self) -> Piece:
        """Make pieces of decimals; NaN and infinity are refused."""
        before, after = f'" s="{self._number}"><v>', f"</v>{self._after}"

        def piece(value: Decimal) -> str:
            if value.is_finite() and value.adjusted() < DECIMAL_LIMIT:
                return f"{before}{value}{after}"
            raise self._context.refuse(self._letter, f"{value} is no number Excel can hold")

        return piece

    def floats(self) -> Piece:
        """Make pieces of floating-point numbers; NaN and infinity are refused."""
        before, after = f'" s="{self._number}"><v>', f"</v>{self._after}"

        def piece(value: float) -> str:
            if isfinite(value):
                return f"{before}{value!r}{after}"
            raise self._context.refuse(self._letter, f"{value} is no number Excel can hold")

        return piece

    def days(self) -> Piece:
        """Make pieces of dates: day numbers, or text where Excel's calendar doesn't reach."""
        memory = _Memory(self._day)
        return lambda day: memory[day] if day >= FIRST_SAFE_DAY else self._old_date(day, "")

    def _day(self, value: date) -> str:
        return f'" s="{self._number}"><v>{value.toordinal() - EPOCH}</v>{self._after}'

    def moments(self) -> Piece:
        """Make pieces of local date-times; one with a time zone is refused."""
        return self._moment

    def _moment(self, value: datetime) -> str:
        if value.tzinfo is not None:
            raise self._context.refuse(self._letter, "Excel knows no time zones; pass local time")
        serial = (value - EPOCH_MOMENT) / DAY
        if serial < _FIRST_SAFE_SERIAL:
            return self._old_date(value, f" {value:%H:%M:%S}")
        return f'" s="{self._number}"><v>{serial!r}</v>{self._after}'

    def _old_date(self, day: date, time: str) -> str:
        self._context.written.dates_as_text += 1
        return self._text(f"{day.day:02}/{day.month:02}/{day.year:04}{time}")

    def formulas(self) -> Piece:
        """Make pieces of formulas with the values they have now."""
        return self._formula

    def _formula(self, value: Formula) -> str:
        text = xml_text(value.text.replace("{row}", str(self._context.row)))
        if isinstance(value.cached, str):
            cached = xml_text(clean(value.cached))
            return f'" s="{self._number}" t="str"><f>{text}</f><v>{cached}</v>{self._after}'
        cached = self[type(value.cached)](value.cached)
        return cached.replace("><v>", f"><f>{text}</f><v>", 1)

    def links(self) -> Piece:
        """Make pieces of values with a link; past Excel's limits the value stays without its link."""
        looks = self.styled_as(LINK.over(self._style))

        def piece(value: Link) -> str:
            context = self._context
            if context.links.add(f"{self._letter}{context.row}", value.url, value.tip):
                return looks[type(value.value)](value.value)
            context.written.links_as_text += 1
            return self[type(value.value)](value.value)

        return piece

    def styled(self) -> Piece:
        """Make pieces of values in a style of their own."""
        columns: dict[Style, ColumnCells] = {}

        def piece(value: Styled) -> str:
            if value.style not in columns:
                columns[value.style] = self.styled_as(value.style.over(self._style))
            return columns[value.style][type(value.value)](value.value)

        return piece


class _Memory(dict[Any, str]):
    """Pieces of the first short values a column shows: names, kinds and dates repeat. Bounded."""

    def __init__(self, make: Piece) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> str:
        piece = self._make(value)
        if len(self) < 4096 and len(piece) < 256:
            self[value] = piece
        return piece


_PLAIN: dict[type, Callable[[Any], Any]] = {str: str.__str__, int: int.__int__, float: float.__float__}

_MAKERS: dict[type, Callable[[ColumnCells], Piece]] = {
    # a subclass comes before its base: bool is an int, a datetime is a date
    type(None): ColumnCells.nothing,
    str: ColumnCells.texts,
    bool: ColumnCells.truths,
    int: ColumnCells.numbers,
    Decimal: ColumnCells.decimals,
    float: ColumnCells.floats,
    datetime: ColumnCells.moments,
    date: ColumnCells.days,
    Formula: ColumnCells.formulas,
    Link: ColumnCells.links,
    Styled: ColumnCells.styled,
}
