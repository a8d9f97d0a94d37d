"""Papers as PDF in the layout of the administration (Decree 30/2020/NĐ-CP): A4, serif type, page numbers.

    story = [*letterhead(left, right), title("PHIẾU ĐĂNG KÝ", "Mẫu số 01"), heading("I. …"), facts(rows), …]
    write(file, story, Properties(title=…, author=…))

Equal stories and properties give equal bytes. ``join`` puts whole files, PDF or picture, behind a paper.
"""

from .drawings import Qr, Stars
from .joining import Joined, Part, Unjoinable, join, pages_of
from .layout import Properties, write
from .pieces import (
    beside,
    boxes,
    centred,
    facts,
    heading,
    letterhead,
    lines_to_write_on,
    new_page,
    note,
    paragraph,
    signatures,
    space,
    table,
    title,
)

__all__ = [
    "Joined",
    "Part",
    "Properties",
    "Qr",
    "Stars",
    "Unjoinable",
    "beside",
    "boxes",
    "centred",
    "facts",
    "heading",
    "join",
    "letterhead",
    "lines_to_write_on",
    "new_page",
    "note",
    "pages_of",
    "paragraph",
    "signatures",
    "space",
    "table",
    "title",
    "write",
]
