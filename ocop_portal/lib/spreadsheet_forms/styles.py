"""How the form's cells look, as far as filling depends on it: kind of number format, wrapping, size of type.

Styles of old forms run into tens of thousands, so they are read by patterns and not as a tree. The only thing
ever written is a copy of a cell's style that says that the cell holds text, whatever it begins with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .markup import unescaped

Kind = Literal["general", "text", "date", "percent", "number"]

_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENT_FORMATS = {9, 10}
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_FORMAT = re.compile(r"<(?:\w+:)?numFmt\s([^>]*)>")
_FONTS = re.compile(r"<(?:\w+:)?fonts\b[^>]*>(.*?)</(?:\w+:)?fonts>", re.DOTALL)
_FONT = re.compile(r"<(?:\w+:)?font\b(?:[^>]*/>|[^>]*>(.*?)</(?:\w+:)?font>)", re.DOTALL)
_SIZE = re.compile(r"<(?:\w+:)?sz\s[^>]*val=[\"']([0-9.]+)[\"']")
_BOLD = re.compile(r"<(?:\w+:)?b(?:\s+val=[\"'](?:1|true)[\"'])?\s*/>")
_CELL_FORMATS = re.compile(r"<(?:\w+:)?cellXfs\b([^>]*)>(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_ONE_FORMAT = re.compile(r"<(?:\w+:)?xf\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?xf>)", re.DOTALL)
_WRAPS = re.compile(r"\bwrapText=[\"'](?:1|true)[\"']")
_COUNT = re.compile(r"\bcount=[\"'](\d+)[\"']")
_QUOTE = re.compile(r"\bquotePrefix\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_TAG = re.compile(r"<[^\s/>]+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MOST = 65_490
"""Styles of cells that Excel holds in a file."""

_VALUE = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True)
class Look:
    """A cell's look: the kind of its number format, whether words wrap, its type in points."""

    kind: Kind = "general"
    wraps: bool = False
    size: float = 11
    bold: bool = False


PLAIN = Look()


class Styles:
    """The part of the styles: the looks by number of a cell's style, and copies made for text."""

    def __init__(self, text: str) -> None:
        self._text = text
        # What is commented out is no style; blanks in its place keep every other place.
        bare = _COMMENT.sub(lambda found: " " * len(found[0]), text)
        self._listed = _CELL_FORMATS.search(bare)
        span = self._listed.span(2) if self._listed else (0, 0)
        formats = list(_ONE_FORMAT.finditer(bare, *span))
        self._spans = [found.span() for found in formats]
        self._copies: dict[int, str] = {}
        self._numbers: dict[int, int] = {}
        codes, fonts = _codes(bare), _fonts(bare)
        self.looks = [_look(_told(found[1]), found[2] or "", codes, fonts) for found in formats]

    def quoted(self, number: int) -> int:
        """The number of the same style for text that looks like a formula: Excel leaves it text when edited.

        The copy is made once. The style itself where it says so already, is not there, or no more fit in.
        """
        if number not in self._numbers:
            self._numbers[number] = self._quoted(number)
        return self._numbers[number]

    def _quoted(self, number: int) -> int:
        fresh = len(self.looks) + len(self._copies)
        if number >= len(self.looks) or fresh >= MOST:
            return number
        whole = self._text[slice(*self._spans[number])]
        tag = _TAG.match(whole)
        head = whole[: whole.index(">")]
        if tag is None or _told(head).get("quotePrefix") in {"1", "true"}:
            return number
        rest = _QUOTE.sub("", head[tag.end() :]) + whole[len(head) :]
        self._copies[fresh] = f'{tag[0]} quotePrefix="1"{rest}'
        return fresh

    def result(self) -> bytes | None:
        """The part with the copies behind the form's own styles; None where there are none."""
        if self._listed is None or not self._copies:
            return None
        first, last = self._listed.span(1)
        count = f'count="{len(self.looks) + len(self._copies)}"'
        head, inside = _COUNT.sub(count, self._text[first:last]), self._text[slice(*self._listed.span(2))]
        end = self._listed.end(2)
        pieces = [self._text[:first], head, ">", inside, *self._copies.values(), self._text[end:]]
        return "".join(pieces).encode()


def _codes(text: str) -> dict[int, str]:
    codes = {}
    for head in _FORMAT.findall(text):
        told = _told(head)
        if told.get("numFmtId", "").isdigit():
            codes[int(told["numFmtId"])] = unescaped(told.get("formatCode", ""))
    return codes


def _fonts(text: str) -> list[tuple[float, bool]]:
    listed = _FONTS.search(text)
    return [_font(inner) for inner in _FONT.findall(listed[1])] if listed else []


def _look(told: dict[str, str], inner: str, codes: dict[int, str], fonts: list[tuple[float, bool]]) -> Look:
    font, number = told.get("fontId", ""), told.get("numFmtId", "")
    known = font.isdigit() and int(font) < len(fonts)
    size, bold = fonts[int(font)] if known else (PLAIN.size, False)
    kind = _kind(int(number) if number.isdigit() else 0, codes)
    return Look(kind, bool(_WRAPS.search(inner)), size, bold)


def _font(inner: str) -> tuple[float, bool]:
    size = _SIZE.search(inner)
    try:
        points = float(size[1]) if size else PLAIN.size
    except ValueError:
        points = PLAIN.size
    return min(max(points, 1), 409), bool(_BOLD.search(inner))


def _told(head: str) -> dict[str, str]:
    return {name: one or other for name, one, other in _VALUE.findall(head)}


def _kind(number: int, codes: dict[int, str]) -> Kind:
    code = codes.get(number)
    if code is None:
        return _built_in(number)
    bare = _QUOTED.sub("", code).lower().split(";")[0].strip()
    if bare in {"general", "@"}:
        return "text" if bare == "@" else "general"
    if "%" in bare:
        return "percent"
    return "date" if re.search(r"[dy]|m(?!.*[0#])", bare) else "number"


def _built_in(number: int) -> Kind:
    if number in _DATE_FORMATS:
        return "date"
    if number in _PERCENT_FORMATS:
        return "percent"
    return {0: "general", 49: "text"}.get(number, "number")  # type: ignore[return-value]
