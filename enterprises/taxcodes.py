"""Tax codes: 10 digits of an organisation, 13 of a dependent unit, 12 of a household (a citizen's ID)."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ocop_portal.lib import text

LENGTHS = {10, 12, 13}
_PUNCTUATION = re.compile(r"[\s.\-–—_/]+")


def digits(written: str) -> str:
    """What is written without spaces, dashes and dots if only digits remain, else nothing."""
    bare = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", written))
    return bare if bare.isascii() and bare.isdigit() else ""


def read(written: str) -> str:
    """The tax code that is written with spaces, dashes or dots in it (``0123456789-001``); empty for none.

    Raises ``ValidationError`` for anything but 10, 12 or 13 digits.
    """
    if not written.strip():
        return ""
    found = digits(written)
    if len(found) not in LENGTHS:
        raise ValidationError(_("A tax code has 10, 12 or 13 digits, for example 0123456789-001."))
    return found


def masked(tax_code: str) -> str:
    """The code as it may be shown: 12 digits are a citizen's ID, so only the first and last three stay."""
    return text.mask(tax_code) if len(tax_code) == 12 else tax_code
