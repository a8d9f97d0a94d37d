"""Numbers read the way people in Viet Nam write them: 1.234,5 for one thousand and a half."""

import re
from decimal import Decimal

from django.utils.formats import get_format
from django.utils.translation import gettext as _

LONGEST_KEY = 18
_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}(?:\1[0-9]{3})*")
_FRACTION = re.compile(r"([0-9]*)[.,]([0-9]+)")
_BOTH = re.compile(r"([1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\2[0-9]{3})*)(?!\2)[.,]([0-9]+)")


def parse(text: str) -> Decimal:
    """Return the number written in ``text``.

    ``31,00`` and ``31.00`` are 31; ``1.234,5`` and ``1,234.5`` have both signs, the last is the decimal
    one. What could be either, one sign before exactly three digits (``1.234``), follows the language on
    the screen: in Vietnamese a point parts thousands (1234) and a comma decimals (``1,234`` is 1.234); in
    English the other way round. Spaces may part thousands. Raises `ValueError`, in the reader's language,
    for anything else.
    """
    sign, digits = re.fullmatch(r"([+\-−]?)(.*)", "".join(text.split()), re.DOTALL).groups()  # type: ignore[union-attr]
    value = _unsigned(digits)
    if value is None:
        raise ValueError(_("Enter a number, for example %(example)s.") % {"example": _example()})
    return -value if sign in {"-", "−"} else value


def _unsigned(digits: str) -> Decimal | None:
    grouped = _GROUPED.fullmatch(digits)
    if _PLAIN.fullmatch(digits):
        return Decimal(digits)
    if grouped and (digits.count(grouped[1]) > 1 or grouped[1] == get_format("THOUSAND_SEPARATOR")):
        return Decimal(digits.replace(grouped[1], ""))
    if found := _FRACTION.fullmatch(digits):
        return Decimal(f"{found[1] or 0}.{found[2]}")
    if found := _BOTH.fullmatch(digits):
        return Decimal(f"{found[1].replace(found[2], '')}.{found[3]}")
    return None


def _example() -> str:
    return f"1{get_format('THOUSAND_SEPARATOR')}234{get_format('DECIMAL_SEPARATOR')}5"


def key(text: str) -> int | None:
    """The key or version that an address or a hidden field names; None for what can't be one."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_KEY else None
