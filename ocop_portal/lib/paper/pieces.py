"""The pieces of a paper: letterhead, titles, facts, tables, boxes to tick, lines to write on, signatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    PageBreak,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from .layout import FONT, LEFT, RIGHT, load_fonts

WIDTH: Final = 210 * mm - LEFT - RIGHT
MOTTO: Final = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
_BODY = ParagraphStyle("body", fontName=FONT, fontSize=12, leading=16, spaceAfter=3, alignment=TA_JUSTIFY)
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=11, leading=13.5, spaceAfter=0, alignment=0)
_NUMBER = ParagraphStyle("number", parent=_CELL, alignment=TA_RIGHT)
_HEAD = ParagraphStyle("head", parent=_CELL, fontName=f"{FONT}-Bold", alignment=TA_CENTER)
_CENTRE = ParagraphStyle("centre", parent=_BODY, alignment=TA_CENTER, spaceAfter=0)
_BOLD = ParagraphStyle("bold", parent=_CENTRE, fontName=f"{FONT}-Bold")
_TITLE = ParagraphStyle("title", parent=_BOLD, fontSize=14, leading=18)
_SMALL = ParagraphStyle("small", parent=_BODY, fontName=f"{FONT}-Italic", fontSize=10.5, leading=13)
_CENTRED_NOTE = ParagraphStyle("centred note", parent=_SMALL, alignment=TA_CENTER)
_HEADINGS = {
    1: ParagraphStyle(
        "h1", parent=_BODY, fontName=f"{FONT}-Bold", fontSize=12.5, spaceBefore=9, spaceAfter=3
    ),
    2: ParagraphStyle("h2", parent=_BODY, fontName=f"{FONT}-BoldItalic", spaceBefore=6, spaceAfter=2),
}
_HAIR = 0.4


def letterhead(
    left: Sequence[str], place_and_date: str = "", form: str = "", *, width: float = WIDTH
) -> list[Flowable]:
    """The head of an official paper: the body that issues it, its last line bold, and the state's motto.

    Without a body (a form still blank) its side stays empty, without the rule below it.
    """
    load_fonts()
    issuer = [_p(line, _CENTRE) for line in left[:-1]] + [_p(line, _BOLD) for line in left[-1:]]
    motto = [_p(MOTTO[0], _BOLD), _p(MOTTO[1], _BOLD), _rule(32 * mm)]
    if place_and_date:
        motto.append(_p(place_and_date, _CENTRED_NOTE))
    named_body = [*issuer, _rule(20 * mm)] if any(left) else []
    head = Table([[named_body, motto]], colWidths=[width * 0.42, width * 0.58])
    head.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    named = [_p(form, ParagraphStyle("form", parent=_SMALL, alignment=TA_RIGHT))] if form else []
    return [*named, head, Spacer(1, 5 * mm)]


def title(text: str, below: str = "") -> list[Flowable]:
    """The paper's title, with a line below it."""
    load_fonts()
    lines = [_p(text, _TITLE), *([_p(below, _CENTRE)] if below else [])]
    return [*lines, Spacer(1, 4 * mm)]


def heading(text: str, level: int = 1) -> list[Flowable]:
    """A heading that doesn't stand alone at the foot of a page."""
    load_fonts()
    return [CondPageBreak(22 * mm), _p(text, _HEADINGS[level])]


def paragraph(text: str) -> Flowable:
    """Running text; its own line breaks stay."""
    load_fonts()
    return _p(text, _BODY)


def note(text: str) -> Flowable:
    """Smaller italic text."""
    load_fonts()
    return _p(text, _SMALL)


def facts(rows: Iterable[tuple[str, str | None]]) -> Flowable:
    """Labels and values; a value of None is a dotted line to write on, an empty one a dash."""
    load_fonts()
    cells = [
        [_p(label, _CELL), _Dots() if value is None else _p(value or "–", _CELL)] for label, value in rows
    ]
    made = Table(cells, colWidths=[WIDTH * 0.38, WIDTH * 0.62])
    made.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2.2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2),
            ]
        )
    )
    return made


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[float],
    *,
    numbers: Sequence[int] = (),
    bold_rows: Sequence[int] = (),
) -> Flowable:
    """A ruled table whose head repeats on each page. ``widths`` are shares of the line; ``numbers`` are the
    columns set on the right, ``bold_rows`` the rows (from 0) in bold.
    """
    load_fonts()
    bold = set(bold_rows)
    body = [
        [
            _p(cell, _NUMBER if place in numbers else _CELL, bold=number in bold)
            for place, cell in enumerate(row)
        ]
        for number, row in enumerate(rows)
    ]
    whole = sum(widths)
    made = Table(
        [[_p(cell, _HEAD) for cell in head], *body],
        colWidths=[WIDTH * width / whole for width in widths],
        repeatRows=1,
    )
    made.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), _HAIR, colors.black),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#eeeeea")),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return made


def boxes(options: Iterable[tuple[str, bool]]) -> Flowable:
    """Options with a box each, crossed where chosen."""
    load_fonts()
    rows = [[_Box(chosen), _p(label, _CELL)] for label, chosen in options]
    made = Table(rows, colWidths=[6 * mm, WIDTH - 6 * mm])
    made.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ]
        )
    )
    return made


def lines_to_write_on(count: int) -> list[Flowable]:
    """Dotted lines for handwriting."""
    return [_Dots() for _number in range(count)]


def signatures(columns: Sequence[tuple[str, str]]) -> Flowable:
    """Who signs, side by side: (capacity, what is to be done there); room to sign below."""
    load_fonts()
    cells = [
        [_p(who, _BOLD), _p(how, ParagraphStyle("how", parent=_SMALL, alignment=TA_CENTER))]
        for who, how in columns
    ]
    made = Table(
        [cells, [Spacer(1, 24 * mm)] * len(columns)], colWidths=[WIDTH / len(columns)] * len(columns)
    )
    made.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("NOSPLIT", (0, 0), (-1, -1))]))
    return made


def centred(text: str, size: float = 13, *, bold: bool = False) -> Flowable:
    """A line in the middle, of the given size in points."""
    load_fonts()
    style = ParagraphStyle("centred", parent=_CENTRE, fontSize=size, leading=size * 1.35)
    return _p(text, style, bold=bold)


def beside(left: Sequence[Flowable], right: Sequence[Flowable], widths: tuple[float, float]) -> Flowable:
    """Two columns of pieces; the widths in points."""
    made = Table([[list(left), list(right)]], colWidths=list(widths))
    made.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return made


def space(millimetres: float = 4) -> Flowable:
    """Room between two pieces."""
    return Spacer(1, millimetres * mm)


def new_page() -> Flowable:
    """What follows begins on a new page."""
    return PageBreak()


def _p(text: str, style: ParagraphStyle, *, bold: bool = False) -> Paragraph:
    words = escape(text).replace("\n", "<br/>")
    return Paragraph(f"<b>{words}</b>" if bold else words, style)


def _rule(width: float) -> Flowable:
    return _Line(width)


class _Box(Flowable):
    """A box to tick."""

    def __init__(self, chosen: bool) -> None:
        super().__init__()
        self.chosen = chosen
        self.width = self.height = 9

    def draw(self) -> None:
        """Draw the box, and its cross where chosen."""
        self.canv.setLineWidth(0.7)
        self.canv.rect(0, 0, 8, 8)
        if self.chosen:
            self.canv.line(1.5, 1.5, 6.5, 6.5)
            self.canv.line(1.5, 6.5, 6.5, 1.5)


class _Dots(Flowable):
    """A dotted line to write on, with room for handwriting above it."""

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Take the whole width."""
        self.width = width
        return width, 15

    def draw(self) -> None:
        """Draw the line at the foot."""
        self.canv.setLineWidth(0.6)
        self.canv.setDash(1, 2)
        self.canv.line(0, 2, self.width, 2)


class _Line(Flowable):
    """A short line under the middle of what stands above it."""

    def __init__(self, length: float) -> None:
        super().__init__()
        self.length = length

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Take the whole width, so that the middle is known."""
        self.width = width
        return width, 4

    def draw(self) -> None:
        """Draw the line."""
        self.canv.setLineWidth(_HAIR)
        self.canv.line((self.width - self.length) / 2, 2, (self.width + self.length) / 2, 2)
