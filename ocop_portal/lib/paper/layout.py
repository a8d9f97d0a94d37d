"""The sheet of paper: A4, the margins of Decree 30/2020/NĐ-CP, the type, the foot of each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from .drawings import border

FONT: Final = "Serif"
FONTS: Final = Path(__file__).parent / "fonts"
TOP, BOTTOM, LEFT, RIGHT = 20 * mm, 20 * mm, 30 * mm, 18 * mm
FOOT: Final = 9


@dataclass(frozen=True)
class Properties:
    """What a file says of itself. ``code`` stands at the foot of each page. A
    ``bordered`` sheet is a certificate: framed, across, without a foot.
    """

    title: str
    author: str
    code: str = ""
    wide: bool = False
    bordered: bool = False


def write(file: IO[bytes], story: Sequence[Flowable], properties: Properties) -> int:
    """Write the pieces as a PDF; return the number of pages. The story is used up."""
    load_fonts()
    size = landscape(A4) if properties.wide or properties.bordered else A4
    document = BaseDocTemplate(
        file,
        pagesize=size,
        topMargin=TOP,
        bottomMargin=BOTTOM,
        leftMargin=LEFT,
        rightMargin=RIGHT,
        title=properties.title,
        author=properties.author,
        subject=properties.code,
        creator="",
        lang="vi",
        invariant=1,
    )
    left = RIGHT if properties.bordered else LEFT
    frame = Frame(left, BOTTOM, size[0] - left - RIGHT, size[1] - TOP - BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_foot(properties)))
    document.build(list(story), canvasmaker=Canvas if properties.bordered else _Counting)
    return int(document.page)


@cache
def load_fonts() -> None:
    """Make the four cuts of the serif known; once a process."""
    cuts = {"": "Regular", "-Bold": "Bold", "-Italic": "Italic", "-BoldItalic": "BoldItalic"}
    for suffix, cut in cuts.items():
        pdfmetrics.registerFont(TTFont(FONT + suffix, str(FONTS / f"LiberationSerif-{cut}.ttf")))
    pdfmetrics.registerFontFamily(
        FONT, normal=FONT, bold=f"{FONT}-Bold", italic=f"{FONT}-Italic", boldItalic=f"{FONT}-BoldItalic"
    )


def _foot(properties: Properties) -> Any:
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        if properties.bordered:
            border(canvas, *document.pagesize)
            return
        canvas.saveState()
        canvas.setFont(FONT, FOOT)
        canvas.drawString(LEFT, 12 * mm, properties.code)
        canvas.restoreState()

    return draw


class _Counting(Canvas):
    """A canvas that prints “2/7” once it knows how many pages there are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        """Keep the page open until the last one is known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Number the pages and end the file."""
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self.setFont(FONT, FOOT)
            self.drawRightString(self._pagesize[0] - RIGHT, 12 * mm, f"{number}/{len(self._pages)}")
            super().showPage()
        super().save()
