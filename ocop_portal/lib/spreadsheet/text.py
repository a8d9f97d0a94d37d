"""Text as Excel can hold it: no control characters, escapes escaped, never read as a formula."""

import re
from typing import NamedTuple
from xml.sax.saxutils import escape

LONGEST_TEXT = 32_767
"""Excel's limit for one cell, in UTF-16 units."""

_LEADING = frozenset("=+-@\t\r\n")
_LINE_END = re.compile("\r\n?")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_EXCEL_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def is_plain(text: str) -> bool:
    """Tell quickly whether ``text`` goes into a cell's XML as it is (False: :func:`cell_text` must look)."""
    return (
        text.isprintable()  # no control character, line end, surrogate
        and 0 < len(text) <= LONGEST_TEXT // 2
        and text[0] not in "=+-@ "
        and text[-1] != " "
        and "&" not in text
        and "<" not in text
        and ">" not in text
        and "_x" not in text
    )


class CellText(NamedTuple):
    """XML of a text cell's content (empty for no text), whether it must be marked as text, and was cut."""

    xml: str
    guarded: bool
    cut: bool


def clean(text: str) -> str:
    """Return ``text`` without control characters; line ends become LF, lone surrogates U+FFFD."""
    text = _LINE_END.sub("\n", text)
    return _SURROGATE.sub("\ufffd", _UNWRITABLE.sub("", text))


def starts_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take ``text``, typed or opened as CSV, for a formula."""
    return text[:1] in _LEADING and text != ""


def shortened(text: str, limit: int = LONGEST_TEXT) -> str:
    """Return ``text``, cut to ``limit`` UTF-16 units with an ellipsis at the end when it is longer."""
    if len(text) * 2 <= limit or len(text.encode("utf-16-le")) <= limit * 2:
        return text
    kept = text.encode("utf-16-le")[: (limit - 1) * 2]
    return kept.decode("utf-16-le", "ignore") + "…"


def xml_text(text: str) -> str:
    """Return ``text`` as XML character data in which Excel reads no ``_xHHHH_`` escape."""
    return escape(_EXCEL_ESCAPE.sub("_x005F_", text))


def cell_text(raw: str) -> CellText:
    """Return what a text cell holds for ``raw``."""
    whole = clean(raw)
    if not whole:
        return CellText("", False, False)
    text = shortened(whole)
    guarded = starts_like_formula(raw) or starts_like_formula(text)
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return CellText(f' t="inlineStr"><is><t{space}>{xml_text(text)}</t></is>', guarded, text is not whole)


def attribute(text: str) -> str:
    """Return ``text`` as the content of a double-quoted XML attribute."""
    return escape(clean(text), {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})
