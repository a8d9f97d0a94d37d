"""A figure as it stands in a cell of the form, or in the middle of a sentence there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal
from xml.sax.saxutils import escape

from ocop_portal.lib.spreadsheet.text import LONGEST_TEXT, clean, shortened, xml_text

from .workbook import Run

Kind = Literal["text", "integer", "decimal", "money", "percent", "date"]
Plain = str | int | Decimal | date | None
_EPOCH = date(1899, 12, 30)
_FIRST_SAFE = date(1900, 3, 1)
_DAYS_TO_1904 = 1462


@dataclass(frozen=True)
class Value:
    """A value and what it is; a ``percent`` is in per cent already (66.7)."""

    value: Plain
    kind: Kind = "text"


NOTHING = Value(None)


def words(value: Value) -> str:
    """The value as Vietnamese text: 15/09/2023, 1.234,5, shares to one decimal, nothing an empty text."""
    plain = value.value
    if plain is None:
        return ""
    if isinstance(plain, date):
        return f"{plain.day:02}/{plain.month:02}/{plain.year:04}"
    if isinstance(plain, str):
        return plain
    number = Decimal(plain)
    if value.kind == "percent":
        number = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{number:,f}".translate(str.maketrans(",.", ".,"))


def content(value: Value, look: str, prefix: str, *, begins_1904: bool = False) -> tuple[str, str]:
    """The ``t`` attribute (or nothing) and the inner XML of a cell that holds the value alone.

    ``look`` is the kind of the cell's number format: a day goes in as a day number only where the form shows
    it as a day, a share is divided by 100 where the form multiplies it.
    """
    plain = value.value
    if plain is None or plain == "":
        return "", ""
    if isinstance(plain, date):
        if look == "date" and plain >= _FIRST_SAFE:
            number = _day(plain) - (_DAYS_TO_1904 if begins_1904 else 0)
            return "", f"<{prefix}v>{number}</{prefix}v>"
        return text_content([("", xml_text(words(value)))], prefix)
    if isinstance(plain, int | Decimal):
        if value.kind == "percent" and look == "percent":
            plain = Decimal(plain) / 100
        written = str(plain) if isinstance(plain, int) else f"{plain:f}"
        return "", f"<{prefix}v>{written}</{prefix}v>"
    return text_content([("", xml_text(shortened(clean(plain))))], prefix)


def text_content(runs: list[Run], prefix: str) -> tuple[str, str]:
    """The attribute and inner XML of a cell with the runs; their texts are XML already."""
    kept = [(look, xml) for look, xml in runs if xml]
    if not kept:
        return "", ""
    if len(kept) == 1 and not kept[0][0]:
        inner = _text(kept[0][1], prefix)
    else:
        inner = "".join(f"<{prefix}r>{look}{_text(xml, prefix)}</{prefix}r>" for look, xml in kept)
    return "inlineStr", f"<{prefix}is>{inner}</{prefix}is>"


def filled_runs(runs: list[Run], spans: list[tuple[int, int, str]]) -> list[Run]:
    """The runs with each span of their joined text replaced, in the look of the run where it begins.

    The texts that come back are XML.
    """
    kept = sum(len(words) for _look, words in runs) - sum(last - first for first, last, _words in spans)
    filled, at, left = [], 0, LONGEST_TEXT - kept
    for look, whole in runs:
        end, pieces, here = at + len(whole), [], at
        for first, last, inserted in spans:
            if at <= first < end:
                fresh = shortened(clean(inserted), left) if left > 1 else ""
                left -= len(fresh)
                pieces += [escape(whole[here - at : first - at]), xml_text(fresh)]
            if first < end and last > at:
                here = max(here, min(last, end))
        pieces.append(escape(whole[here - at :]))
        filled.append((look, "".join(pieces)))
        at = end
    return filled


def _text(xml: str, prefix: str) -> str:
    return f'<{prefix}t xml:space="preserve">{xml}</{prefix}t>'


def _day(day: date) -> int:
    plain = day.date() if isinstance(day, datetime) else day
    return (plain - _EPOCH).days
