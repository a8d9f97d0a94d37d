"""How the form's cells look, as far as filling depends on it: kind of number format, wrapping, size of type.

Styles of old forms run into tens of thousands, so they are read by patterns and not as a tree.
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
_CELL_FORMATS = re.compile(r"<(?:\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_ONE_FORMAT = re.compile(r"<(?:\w+:)?xf\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?xf>)", re.DOTALL)
_WRAPS = re.compile(r"\bwrapText=[\"'](?:1|true)[\"']")
_VALUE = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True)
class Look:
    """A cell's look: the kind of its number format, whether words wrap, its type in points."""

    kind: Kind = "general"
    wraps: bool = False
    size: float = 11
    bold: bool = False


PLAIN = Look()


def looks_of(text: str) -> list[Look]:
    """The looks by number of a cell's style; ``text`` is the part of the styles."""
    codes = {}
    for head in _FORMAT.findall(text):
        told = _told(head)
        if told.get("numFmtId", "").isdigit():
            codes[int(told["numFmtId"])] = unescaped(told.get("formatCode", ""))
    listed = _FONTS.search(text)
    fonts = [_font(inner) for inner in _FONT.findall(listed[1])] if listed else []
    cells = _CELL_FORMATS.search(text)
    return [
        _look(_told(head), inner, codes, fonts)
        for head, inner in _ONE_FORMAT.findall(cells[1] if cells else "")
    ]


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
