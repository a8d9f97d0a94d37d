"""References in formulas and ranges, moved as Excel moves them when rows are inserted.

Outside a repeating row: a cell in it becomes its first copy, a range that ends in it ends at the last copy,
so ``SUM(F8:F8)`` becomes ``SUM(F8:F31)``; so does a lone cell that an adding function takes (``SUM(F8)``).
In a repeating row: ``F8`` is the copy's own cell, ``F7`` (the row straight above) the one above it, ``F$8``
the first copy, ``F$8:F8`` everything so far, ``F$8:F$8`` the whole block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .growth import LAST_ROW, Growth

_CELL = r"\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}"
_TOKEN = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>(?:'(?:[^']|'')++'|(?:\[\d+\])?\w[\w.]*(?::\w[\w.]*)?)!)?
     (?:(?P<area>{_CELL}(?::{_CELL})?)|(?P<rows>\$?[1-9][0-9]*:\$?[1-9][0-9]*))(?![\w(.!\[])
    |(?P<function>[\w.]+)\(|(?P<word>[\w.\\]+)|(?P<bracket>\[(?:[^\[\]]|\[[^\[\]]*\])*\])|(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_PARTS = re.compile(r"(\$?)([A-Z]{0,3})(\$?)([0-9]+)")
_ADDING = {"SUM", "AVERAGE", "COUNT", "COUNTA", "MIN", "MAX", "PRODUCT", "SUBTOTAL", "AGGREGATE"}
LAST_COLUMN = 16_384


class Own(NamedTuple):
    """The formula stands in the repeating row ``row``, in its copy ``copy`` (from 0)."""

    row: int
    copy: int


class End(NamedTuple):
    """One end of a reference: ``$F$8`` in its pieces; of a whole row the column is empty."""

    column_lock: str
    column: str
    row_lock: str
    row: int

    def at(self, row: int) -> str:
        """The end in another row."""
        return f"{self.column_lock}{self.column}{self.row_lock}{row}"


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def split(address: str) -> tuple[int, int]:
    """Row and column of ``F8``; zeros for what is no address."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", address)
    return (int(found[2]), column_number(found[1])) if found else (0, 0)


def corners(area: str) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column of ``B8:F9`` or ``B8``."""
    one, _colon, other = area.partition(":")
    (top, left), (bottom, right) = split(one), split(other or one)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def moved_areas(areas: str, growth: Growth, *, spread: bool = False) -> str:
    """A list of ranges parted by spaces (a ``sqref``) after the sheet's rows moved.

    A lone cell in a repeating row becomes its first copy, or with ``spread`` all of them.
    """
    return " ".join(_moved(area, growth, None, spread=spread) for area in areas.split())


def moved_formula(
    formula: str,
    growths: Mapping[str, Growth],
    *,
    home: str = "",
    own: Own | None = None,
    spread: bool = False,
) -> str:
    """The formula after the rows moved; ``growths`` by sheet name in small letters.

    ``home`` is the sheet that the formula stands on, in small letters; ``own`` where in a repeating row. With
    ``spread`` every lone cell in a repeating row becomes all its copies, as a chart's series must.
    """
    tokens = [token._replace(spread=token.spread or spread) for token in _tokens(formula)]
    return "".join(_moved_token(token, growths, home, own) for token in tokens)


def translated(formula: str, rows: int, columns: int) -> str:
    """The formula as if copied ``rows`` down and ``columns`` to the right: a shared formula written out."""
    pieces = []
    for token in _TOKEN.finditer(formula):
        body = token["area"] or token["rows"]
        if body:
            ends = (_shifted(end, rows, columns) for end in body.split(":"))
            pieces.append((token["sheet"] or "") + ":".join(ends))
        else:
            pieces.append(token[0])
    return "".join(pieces)


def sheets_named(formula: str) -> Iterator[str]:
    """The sheets that a formula's references name, in small letters; ``a:b`` for several at once."""
    for token in _TOKEN.finditer(formula):
        if token["sheet"]:
            yield sheet_name(token["sheet"])


def sheet_name(prefix: str) -> str:
    """``tổng hợp`` for ``'Tổng hợp'!``."""
    name = prefix.removesuffix("!")
    return (name[1:-1].replace("''", "'") if name.startswith("'") else name).casefold()


class _Token(NamedTuple):
    match: re.Match[str]
    spread: bool


def _tokens(formula: str) -> Iterator[_Token]:
    """The tokens; a lone cell is to spread where it is a whole argument of an adding function."""
    found = list(_TOKEN.finditer(formula))
    inside: list[str] = []
    for place, token in enumerate(found):
        if token["function"]:
            inside.append(token["function"].upper())
        elif token["sign"] == "(":
            inside.append("")
        elif token["sign"] == ")" and inside:
            inside.pop()
        whole = bool(token["area"]) and bool(inside) and inside[-1] in _ADDING
        yield _Token(token, whole and _is_argument(found, place))


def _is_argument(found: list[re.Match[str]], place: int) -> bool:
    before = found[place - 1]
    after = found[place + 1] if place + 1 < len(found) else None
    begins = bool(before["function"]) or before["sign"] == ","
    return begins and after is not None and after["sign"] in {",", ")"}


def _moved_token(token: _Token, growths: Mapping[str, Growth], home: str, own: Own | None) -> str:
    match = token.match
    body = match["area"] or match["rows"]
    if not body:
        return match[0]
    prefix = match["sheet"] or ""
    sheet = sheet_name(prefix) if prefix else home
    growth = growths.get(sheet)
    if growth is None:
        return match[0]
    mine = own if sheet == home else None
    return prefix + _moved(body, growth, mine, spread=token.spread and mine is None)


def _moved(area: str, growth: Growth, own: Own | None, *, spread: bool) -> str:
    ends = [_end(piece) for piece in area.split(":")]
    if not all(end.row for end in ends):
        return area  # whole columns stay where they are
    if len(ends) == 1:
        (end,) = ends
        row = _own_row(end, growth, own) or growth.first(end.row)
        if spread and growth.counts.get(end.row, 1) > 1:
            return f"{end.at(row)}:{end.at(growth.last(end.row))}"
        return end.at(row)
    start, stop = sorted(ends, key=lambda end: end.row)
    if own and start.row == stop.row == own.row and stop.row_lock:
        first = growth.first(own.row) + (0 if start.row_lock else own.copy)
        return f"{start.at(first)}:{stop.at(growth.last(own.row))}"
    first = _own_row(start, growth, own) or growth.first(start.row)
    return f"{start.at(first)}:{stop.at(_own_row(stop, growth, own) or growth.last(stop.row))}"


def _own_row(end: End, growth: Growth, own: Own | None) -> int:
    """The row in the copy that the end means, or 0 where it means a row of the rest of the sheet."""
    if own is None:
        return 0
    if end.row == own.row:
        return growth.first(own.row) + (0 if end.row_lock else own.copy)
    if end.row == own.row - 1 and not end.row_lock:
        return growth.first(own.row) + own.copy - 1
    return 0


def _end(piece: str) -> End:
    found = _PARTS.fullmatch(piece)
    if found is None:
        return End("", piece, "", 0)
    return End(
        found[1] if found[2] else "", found[2], found[3] or ("" if found[2] else found[1]), int(found[4])
    )


def _shifted(piece: str, rows: int, columns: int) -> str:
    end = _end(piece)
    row = end.row if end.row_lock else (end.row - 1 + rows) % LAST_ROW + 1
    column = end.column
    if column and not end.column_lock:
        column = column_letters((column_number(column) - 1 + columns) % LAST_COLUMN + 1)
    return end._replace(column=column).at(row)
