"""The same rows as CSV: UTF-8 with a byte-order mark for Excel, no text that acts as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from .description import Formula, Link, Row, Styled, Value
from .text import clean, starts_like_formula

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WIDE = frozenset("＝＋－＠")


class _Echo:
    """What csv.writer writes into: hands the line straight back."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def csv_lines(
    titles: Sequence[str], rows: Iterable[Sequence[Value] | Row], *, delimiter: str = ","
) -> Iterator[bytes]:
    """Yield a CSV file line by line, from any iterator of rows, in constant memory.

    Formulas give their values, links and styles what they enclose; dates are dd/mm/yyyy, decimals have a
    point. Text (and only text) that begins like a formula gets an apostrophe in front.
    """
    writer = csv.writer(_Echo(), delimiter=delimiter, lineterminator="\r\n")

    def line(values: Sequence[Value]) -> bytes:
        text: str = writer.writerow([_field(value) for value in values])
        return text.encode()

    yield BYTE_ORDER_MARK + line(list(titles))
    for row in rows:
        yield line(row.values if isinstance(row, Row) else row)


def _field(value: Value) -> object:
    while isinstance(value, Styled | Link | Formula):
        value = value.cached if isinstance(value, Formula) else value.value
    if isinstance(value, str):
        return f"'{clean(value)}" if _dangerous(value) else clean(value)
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return value


def _dangerous(text: str) -> bool:
    return starts_like_formula(text) or starts_like_formula(clean(text)) or text[:1] in _WIDE
