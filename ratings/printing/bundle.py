"""The dossier as one file to hand over: a PDF with all that can be joined, or an archive with every file."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from reportlab.platypus import Flowable

from ocop_portal.lib import files, paper

from ..models import Dossier
from . import contents, dossier_paper
from .contents import Paper

REASONS = {
    "kind": gettext_lazy("An Office file: open it from the archive"),
    "damaged": gettext_lazy("The file can't be read: open it from the archive"),
    "locked": gettext_lazy("The file has a password: open it from the archive"),
    "pages": gettext_lazy("The file has too many pages: open it from the archive"),
    "gone": gettext_lazy("The file is missing in the store"),
}


@dataclass(frozen=True)
class Place:
    """Where a paper stands in the PDF: its first page, or the reason why it isn't there."""

    paper: Paper
    page: int | None
    reason: str


def write_pdf(dossier: Dossier, target: IO[bytes]) -> None:
    """Write forms, table of contents and evidence as one PDF, in the order of the criteria.

    A file that can't stand in a PDF is named in the table of contents, with the reason.
    """
    found = contents.papers_of(dossier)
    sizes = [_size(each) for each in found]
    front, front_pages = _front(dossier, found, sizes)
    properties = dossier_paper.properties(dossier)
    with ExitStack() as opened:
        parts = [paper.Part(properties.title, "application/pdf", front)]
        for each, size in zip(found, sizes, strict=True):
            if isinstance(size, int):
                content = opened.enter_context(files.private().open(each.file))
                parts.append(paper.Part(each.line, each.content_type, content))
        made = paper.join(parts, target, title=properties.title)
    if made.starts[1:2] not in ((), (front_pages + 1,)):
        raise RuntimeError("the table of contents names other pages than the file has")


def write_archive(dossier: Dossier, target: IO[bytes]) -> None:
    """Write an archive: the forms with the table of contents, and every file under a plain, sorted name."""
    found = contents.papers_of(dossier)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        front = BytesIO()
        places = [Place(each, None, each.name) for each in found]
        story = dossier_paper.story(dossier, found, _contents(places, by_page=False))
        paper.write(front, story, dossier_paper.properties(dossier))
        archive.writestr("00_ho-so-va-muc-luc.pdf", front.getvalue())
        for each in found:
            _pack(archive, each)


def _front(dossier: Dossier, found: Sequence[Paper], sizes: Sequence[int | str]) -> tuple[IO[bytes], int]:
    """The forms behind their table of contents; written twice, since the first run tells how long it is."""
    pages = 0
    while True:
        front = BytesIO()
        places = _places(found, sizes, pages)
        story = dossier_paper.story(dossier, found, _contents(places, by_page=True))
        written = paper.write(front, story, dossier_paper.properties(dossier))
        if written == pages:
            return front, pages
        pages = written


def _places(found: Sequence[Paper], sizes: Sequence[int | str], front: int) -> list[Place]:
    page, places = front + 1, []
    for each, size in zip(found, sizes, strict=True):
        if isinstance(size, int):
            places.append(Place(each, page, ""))
            page += size
        else:
            places.append(Place(each, None, str(REASONS[size])))
    return places


def _contents(places: Sequence[Place], *, by_page: bool) -> list[Flowable]:
    """The table of contents of the papers."""
    last = _("Page") if by_page else _("File")
    rows = [
        (
            str(place.paper.number),
            place.paper.title,
            place.paper.kind,
            place.paper.proves,
            str(place.page) if place.page else place.reason,
        )
        for place in places
    ]
    if not rows:
        return [paper.note(_("No paper is attached."))]
    head = (_("No."), _("Paper"), _("Kind"), _("Proves"), last)
    return [paper.table(head, rows, (1, 6, 4, 3, 3))]


def _size(each: Paper) -> int | str:
    """How many pages the paper takes, or the key of the reason why it can't be joined."""
    try:
        with files.private().open(each.file) as content:
            return paper.pages_of(paper.Part(each.line, each.content_type, content))
    except paper.Unjoinable as reason:
        return str(reason)
    except FileNotFoundError:
        return "gone"


def _pack(archive: zipfile.ZipFile, each: Paper) -> None:
    try:
        with files.private().open(each.file) as stored, archive.open(each.name, "w") as packed:
            for chunk in stored.chunks():
                packed.write(chunk)
    except FileNotFoundError:
        archive.writestr(f"{each.name}.txt", str(REASONS["gone"]))
