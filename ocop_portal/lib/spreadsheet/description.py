"""The words in which a caller describes a workbook: columns, values, lines of text, sheets.

All of it is plain data; nothing here touches a file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Plain = None | str | bool | int | Decimal | float | date | datetime
Kind = Literal["text", "integer", "decimal", "money", "percent", "date", "datetime"]


class SpreadsheetError(ValueError):
    """The description can't become a valid Excel file; the message names the sheet and the cell."""


@dataclass(frozen=True)
class Style:
    """How a cell looks; ``None`` leaves it to the column. ``size`` in points, colours as ``"b45309"``."""

    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    size: float | None = None
    color: str | None = None
    fill: str | None = None
    border: bool | None = None
    horizontal: Literal["left", "center", "right"] | None = None
    vertical: Literal["top", "center", "bottom"] | None = None
    wrap: bool | None = None
    number_format: str | None = None

    def over(self, base: "Style") -> "Style":
        """Return these settings where given, else those of ``base``."""
        names = [field.name for field in fields(self)]
        own = {name: getattr(self, name) for name in names}
        return Style(**{name: getattr(base, name) if own[name] is None else own[name] for name in names})


@dataclass(frozen=True)
class Formula:
    """A formula without its ``=``, and the value it has now.

    ``{row}`` in the text stands for the number of the row it is written in:
    ``Formula('IF(D{row}=0,"",F{row}/D{row}*100)', Decimal("66.7"))``.
    """

    text: str
    cached: str | bool | int | Decimal | float


@dataclass(frozen=True)
class Link:
    """A value that leads somewhere: ``https:``, ``http:``, ``mailto:`` or ``#'Sản phẩm'!A1`` in the file.

    A number stays a number. ``tip`` is the text beside the pointer, e.g. "Xem 7 sản phẩm trên cổng".
    """

    url: str
    value: "Plain | Formula"
    tip: str = ""


@dataclass(frozen=True)
class Styled:
    """A value that looks otherwise than its column: ``Styled(6, Style(number_format='"≥ "0'))``."""

    value: "Plain | Formula | Link"
    style: Style


@dataclass(frozen=True)
class Row:
    """A row of data whose every cell gets ``style`` on top of its column's (a subheading, a warning)."""

    values: Sequence["Value"]
    style: Style


Value = Plain | Formula | Link | Styled


@dataclass(frozen=True)
class Ratio:
    """A column's total that is one column's total over another's, times ``scale``; empty over zero."""

    numerator: str
    denominator: str
    scale: int = 100


@dataclass(frozen=True)
class Column:
    """One column of the table.

    ``width`` counts digits of the workbook's font. ``total`` is True for a sum under the column, or a
    :class:`Ratio` of two columns named by their titles; ``total_url`` and ``total_tip`` make it a
    :class:`Link`. ``style`` goes over what the kind prescribes.
    Kinds: ``integer`` 1.234, ``decimal`` 1.234,50, ``money`` 1.234,5, ``percent`` 66,7 (the number is in per
    cent already), ``date`` dd/mm/yyyy, ``datetime`` dd/mm/yyyy hh:mm.
    """

    title: str
    kind: Kind = "text"
    width: float = 12
    total: bool | Ratio = False
    style: Style = Style()
    total_url: str = ""
    total_tip: str = ""


@dataclass(frozen=True)
class Block:
    """Text over the columns ``first`` to ``last`` (from 0, inclusive) of a :class:`Line`."""

    text: str
    first: int
    last: int
    style: Style = Style()


@dataclass(frozen=True)
class Line:
    """A row above the header or below the data, outside the table; its blocks may span columns.

    ``height`` in points; without it the height is estimated from the text.
    """

    blocks: Sequence[Block] = ()
    height: float | None = None


@dataclass(frozen=True)
class Page:
    """The printed page: A4, fitted to one page wide; margins in millimetres."""

    landscape: bool = True
    top: float = 20
    bottom: float = 20
    left: float = 30
    right: float = 15
    footer: str = "&P/&N"


ChartKind = Literal["bar", "column", "stacked", "line", "doughnut"]


@dataclass(frozen=True)
class Chart:
    """A native chart drawn from columns named by their titles, under the sheet's last line or at ``anchor``.

    ``bar`` lies and ``column`` stands, side by side; ``stacked`` bars lie end to end; a ``doughnut`` shows
    the first of ``values``. ``colours`` (``"0b5d3b"``) are the series' own, or those of the doughnut's parts.
    """

    title: str
    categories: str
    values: Sequence[str]
    height_cm: float = 9.0
    width_cm: float = 24.0
    kind: ChartKind = "bar"
    colours: Sequence[str] = ("b9c2bd", "0b5d3b", "f59e0b", "6b7280", "7fb69a", "b45309")
    anchor: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: lines, one header row, rows of data, totals, lines.

    ``rows`` is any iterable of sequences with one value per column (or :class:`Row`); it is read once, row by
    row. ``total_label`` stands in the first text column of the totals row, which is written when a column has
    a total. ``fit_heights`` estimates each data row's height from its text (for sheets of up to some hundred
    rows; without it Excel fits them on opening).
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value] | Row]
    above: Sequence[Line] = ()
    below: Sequence[Line] = ()
    total_label: str = "Tổng cộng"
    page: Page = Page()
    chart: Chart | None = None
    freeze: bool = True
    frozen_columns: int = 0
    autofilter: bool = True
    fit_heights: bool = False

    @property
    def header_row(self) -> int:
        """The header's row number."""
        return len(self.above) + 1

    @property
    def first_data_row(self) -> int:
        """The first data row's number."""
        return self.header_row + 1

    def position(self, title: str) -> int:
        """Return the index of the column called ``title``, or raise :class:`SpreadsheetError`."""
        for index, column in enumerate(self.columns):
            if column.title == title:
                return index
        raise SpreadsheetError(f"Sheet {self.title!r} has no column {title!r}")


@dataclass(frozen=True)
class Properties:
    """What the file says of itself. ``created`` never comes from a clock: equal input, equal bytes."""

    title: str
    creator: str
    created: datetime
    subject: str = ""
    description: str = ""


@dataclass
class Written:
    """What was written, and what Excel's limits changed on the way."""

    rows: dict[str, int]
    texts_cut: int = 0
    dates_as_text: int = 0
    links_as_text: int = 0
