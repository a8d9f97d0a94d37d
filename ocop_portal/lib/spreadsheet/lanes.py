"""The fast lanes: a batch of one column's values, all of one type and nothing odd among them, as XML at once.

A lane answers None as soon as a value needs a closer look; then :mod:`cells` goes through them one by one. So
a lane decides nothing that :mod:`cells` doesn't, and gives the same XML. Checks run over the whole batch in
the interpreter's own loops, which is where the speed comes from.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from .text import LONGEST_TEXT

Lane = Callable[[Sequence[Any], str, str], list[str] | None]
"""Takes the values, and what stands before and after each in the XML."""

EPOCH_MOMENT = datetime(1899, 12, 30)  # noqa: DTZ001  # Excel's times have no zone
EPOCH = EPOCH_MOMENT.toordinal()
DAY = timedelta(days=1)
FIRST_SAFE_DAY = date(1900, 3, 1)
"""Before it Excel's calendar is a day off (it has a 29/02/1900), so such dates are written as text."""
WHOLE_LIMIT = 10**15
"""Excel keeps 15 significant digits."""
DECIMAL_LIMIT = 308
"""Powers of ten that a double can't hold any more."""

_FIRST_SAFE_MOMENT = datetime(1900, 3, 1)  # noqa: DTZ001
_BETWEEN = "|"
_ODD = ("&", "<", ">", "_x", *(f"{_BETWEEN}{sign}" for sign in "=+-@ "), f" {_BETWEEN}")


def texts(values: Sequence[str], before: str, after: str) -> list[str] | None:
    """Text that goes into XML as it is; a bar inside a text can only send the batch to the closer look."""
    if not 0 < min(map(len, values)) <= max(map(len, values)) <= LONGEST_TEXT // 2:
        return None
    whole = f"{_BETWEEN}{_BETWEEN.join(values)}{_BETWEEN}"
    if not whole.isprintable() or any(odd in whole for odd in _ODD):
        return None
    return [f"{before}{value}{after}" for value in values]


def whole_numbers(values: Sequence[int], before: str, after: str) -> list[str] | None:
    """Whole numbers of up to 15 digits."""
    if min(values) > -WHOLE_LIMIT and max(values) < WHOLE_LIMIT:
        return [f"{before}{value}{after}" for value in values]
    return None


def decimals(values: Sequence[Decimal], before: str, after: str) -> list[str] | None:
    """Finite decimals."""
    if all(map(Decimal.is_finite, values)) and max(map(Decimal.adjusted, values)) < DECIMAL_LIMIT:
        return [f"{before}{value!s}{after}" for value in values]
    return None


def floats(values: Sequence[float], before: str, after: str) -> list[str] | None:
    """Finite floating-point numbers."""
    return [f"{before}{value!r}{after}" for value in values] if all(map(isfinite, values)) else None


def days(values: Sequence[date], before: str, after: str) -> list[str] | None:
    """Dates within Excel's calendar."""
    if min(values) < FIRST_SAFE_DAY:
        return None
    return [f"{before}{value.toordinal() - EPOCH}{after}" for value in values]


def moments(values: Sequence[datetime], before: str, after: str) -> list[str] | None:
    """Local date-times within Excel's calendar."""
    if any(value.tzinfo for value in values) or min(values) < _FIRST_SAFE_MOMENT:
        return None
    return [f"{before}{(value - EPOCH_MOMENT) / DAY!r}{after}" for value in values]


NUMBERS: dict[type, Lane] = {
    int: whole_numbers,
    Decimal: decimals,
    float: floats,
    date: days,
    datetime: moments,
}
"""The lanes of what stands in a cell as a number."""
