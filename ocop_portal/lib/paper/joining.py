"""Whole files one behind the other in a single PDF, with an outline that leads to each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

MARGIN = 15 * mm
MOST_PAGES = 2000
"""A file of more pages is not joined: no evidence has so many, a hostile file may."""


class Unjoinable(Exception):
    """A file that can't stand in a PDF: damaged, locked, or of another kind; the text says which."""


@dataclass(frozen=True)
class Part:
    """A file to join: its line in the outline, its content type and its bytes, in a file that seeks."""

    title: str
    content_type: str
    file: Any


@dataclass(frozen=True)
class Joined:
    """What was joined: how many pages in all, and on which page each part begins (from 1)."""

    pages: int
    starts: tuple[int, ...]


def join(parts: Iterable[Part], target: IO[bytes], *, title: str) -> Joined:
    """Write all parts into one PDF. Raises ``Unjoinable``; ask `pages_of` before."""
    writer = PdfWriter()
    writer.add_metadata({"/Title": title, "/Producer": "OCOP"})
    starts = []
    for part in parts:
        reader = _readable(part)
        starts.append(len(writer.pages) + 1)
        for page in reader.pages:
            writer.add_page(page)
        writer.add_outline_item(title=part.title, page_number=starts[-1] - 1)
    writer.write(target)
    return Joined(len(writer.pages), tuple(starts))


def pages_of(part: Part) -> int:
    """How many pages the part takes. Raises ``Unjoinable`` where it can't be joined."""
    return len(_readable(part).pages)


def _readable(part: Part) -> PdfReader:
    part.file.seek(0)
    if part.content_type.startswith("image/"):
        return PdfReader(_picture(part.file))
    if part.content_type != "application/pdf":
        raise Unjoinable("kind")
    try:
        reader = PdfReader(part.file)
        if reader.is_encrypted:
            raise Unjoinable("locked")
        count = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, OSError) as error:
        raise Unjoinable("damaged") from error
    if not 0 < count <= MOST_PAGES:
        raise Unjoinable("pages")
    return reader


def _picture(file: Any) -> IO[bytes]:
    """The picture on a sheet of A4, upright or across as it is itself."""
    try:
        image = ImageReader(file)
        width, height = image.getSize()
    except (OSError, ValueError) as error:
        raise Unjoinable("damaged") from error
    sheet = A4 if height >= width else (A4[1], A4[0])
    scale = min((sheet[0] - 2 * MARGIN) / width, (sheet[1] - 2 * MARGIN) / height)
    size = width * scale, height * scale
    drawn = BytesIO()
    canvas = Canvas(drawn, pagesize=sheet, invariant=1)
    canvas.drawImage(image, (sheet[0] - size[0]) / 2, (sheet[1] - size[1]) / 2, *size)
    canvas.showPage()
    canvas.save()
    drawn.seek(0)
    return drawn
