"""The totals row: formulas, with values summed while the rows pass by."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from .description import Formula, Link, Plain, Ratio, Sheet, SpreadsheetError, Styled, Value

Number = int | Decimal | float


class Totals:
    """Sums the columns that ask for it, and prints the totals row. Falsy when no column asks."""

    def __init__(self, sheet: Sheet, letters: Sequence[str]) -> None:
        self._sheet = sheet
        self._letters = letters
        self._sums: dict[int, Number] = {}
        for index, column in enumerate(sheet.columns):
            self._check(index)
            if column.total:
                self._sums[index] = 0
        self._summed = [index for index in self._sums if sheet.columns[index].total is True]

    def _check(self, index: int) -> None:
        column = self._sheet.columns[index]
        if column.total and column.kind in ("text", "date", "datetime"):
            raise SpreadsheetError(f"Sheet {self._sheet.title!r}: column {column.title!r} can't have a total")
        if isinstance(column.total, Ratio):
            for title in (column.total.numerator, column.total.denominator):
                if self._sheet.columns[self._sheet.position(title)].total is not True:
                    raise SpreadsheetError(f"Sheet {self._sheet.title!r}: {title!r} has no sum to divide")

    def __bool__(self) -> bool:
        return bool(self._sums)

    def add(self, values: Sequence[Value]) -> None:
        """Count a row in. Only numbers count, as in Excel's SUM."""
        for index in self._summed:
            number = number_in(values[index])
            if number:
                self._sums[index] = plus(self._sums[index], number)

    def values(self, first: int, last: int) -> list[Value]:
        """Return the totals row for data in the rows ``first`` to ``last``."""
        row: list[Value] = [self._led(index, first, last) for index in range(len(self._letters))]
        for index, column in enumerate(self._sheet.columns):
            if column.kind == "text":
                row[index] = self._sheet.total_label
                break
        return row

    def _led(self, index: int, first: int, last: int) -> Value:
        column, value = self._sheet.columns[index], self._total(index, first, last)
        if value is None or not column.total_url:
            return value
        return Link(column.total_url, value, column.total_tip)

    def _total(self, index: int, first: int, last: int) -> Plain | Formula:
        total = self._sheet.columns[index].total
        if isinstance(total, Ratio):
            return self._ratio(total)
        if not total:
            return None
        if last < first:  # a range without rows would take in the total itself
            return 0
        letter = self._letters[index]
        total_now = self._sums[index]  # beyond 15 digits Excel's own sum is a float, too
        cached = total_now if -(10**15) < total_now < 10**15 else float(total_now)
        return Formula(f"SUM({letter}{first}:{letter}{last})", cached)

    def _ratio(self, ratio: Ratio) -> Formula:
        upper, lower = (self._sheet.position(title) for title in (ratio.numerator, ratio.denominator))
        over, under = f"{self._letters[upper]}{{row}}", f"{self._letters[lower]}{{row}}"
        text = f'IF({under}=0,"",{over}/{under}*{ratio.scale})'
        if not self._sums[lower]:
            return Formula(text, "")
        exact = Fraction(self._sums[upper]) / Fraction(self._sums[lower]) * ratio.scale
        return Formula(text, float(exact))


def plain_value(value: Value) -> Plain:
    """Return what a cell shows, without its style, link or formula."""
    while isinstance(value, Styled | Link | Formula):
        value = value.cached if isinstance(value, Formula) else value.value
    return value


def number_in(value: Value) -> Number | None:
    """Return the number a cell shows, through styles, links and formulas; None when it shows none."""
    value = plain_value(value)
    if isinstance(value, int | Decimal | float) and not isinstance(value, bool):
        return value
    return None


def plus(one: Number, other: Number) -> Number:
    """Add exactly where both are exact (whole numbers and decimals); a float makes the sum a float."""
    if isinstance(one, float) or isinstance(other, float):
        return float(one) + float(other)
    return one + other
