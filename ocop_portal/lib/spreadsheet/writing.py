"""Writes a described workbook into an Excel file: openpyxl's shell, our cells, reproducible bytes."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from .cells import Context
from .description import Properties, Sheet, SpreadsheetError, Written
from .links import Links
from .sheet_stream import SheetStream, letters_of
from .shell import Shell, relationship_part, sheet_part

CONTENT_TYPES = "[Content_Types].xml"
LEVEL = 1
"""zlib's level as shipped; decision 2 says what it costs."""
_LARGEST_PART = 2**31 - 1


def write_workbook(
    target: str | Path | IO[bytes], sheets: Sequence[Sheet], *, properties: Properties, level: int = LEVEL
) -> Written:
    """Write ``sheets`` to ``target`` with zlib's ``level``; return what was written.

    A path is replaced only by a complete file. Raises :class:`SpreadsheetError` for what Excel can't hold:
    NaN and infinity, whole numbers over 15 digits, times with a zone, other types, too many rows, bad names.
    Text over 32,767 characters is cut with an ellipsis; dates before 01/03/1900 become text; links over
    Excel's limits or to other schemes than http, https, mailto and ``#`` lose the link. These are counted.
    """
    if not isinstance(target, str | Path):
        return _write(target, sheets, properties, level)
    part = Path(f"{target}.part")
    try:
        with part.open("wb") as file:
            written = _write(file, sheets, properties, level)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return written


def _write(file: IO[bytes], sheets: Sequence[Sheet], properties: Properties, level: int) -> Written:
    shell = Shell(sheets, properties)
    written = Written({})
    first = shell.parts()
    links = [Links() for _ in sheets]
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=level) as archive:
        _put(archive, CONTENT_TYPES, first[CONTENT_TYPES])  # first, so that `file` knows it for what it is
        for index, sheet in enumerate(sheets):
            context = Context(sheet.title, shell.styles, links[index], written)
            _write_sheet(archive, shell, shell.frame(first, index), index, sheet, context)
        last = shell.parts()
        for index, of_sheet in enumerate(links):
            name = relationship_part(index)
            relationships = of_sheet.relationships(last.pop(name, b"").decode())
            if relationships:
                _put(archive, name, relationships.encode())
        done = {CONTENT_TYPES, *(sheet_part(index) for index in range(len(sheets)))}
        for name in sorted(last.keys() - done):
            _put(archive, name, last[name])
    return written


def _put(archive: ZipFile, name: str, content: bytes) -> None:
    with archive.open(name, "w") as part:  # by name: dated 1/1/1980, where writestr would take the clock
        part.write(content)


def _write_sheet(
    archive: ZipFile, shell: Shell, frame: tuple[str, str], index: int, sheet: Sheet, context: Context
) -> None:
    with archive.open(sheet_part(index), "w") as part:
        stream = SheetStream(sheet, context, part.write)
        part.write(f"{frame[0]}<sheetData>".encode())
        try:
            stream.run()
        except RuntimeError as error:
            if "ZIP64" not in str(error):
                raise
            raise SpreadsheetError(f"Sheet {sheet.title!r}: more than {_LARGEST_PART:,} bytes") from error
        filtered = shell.placed(index, stream.last_data_row, stream.last_row, stream.charted)
        part.write(_tail(stream, context, filtered, frame[1]).encode())
    context.written.rows[sheet.title] = stream.last_data_row - sheet.header_row


def _tail(stream: SheetStream, context: Context, filtered: str, tail: str) -> str:
    """Put what the rows decided among the shell's elements, in the order the schema demands."""
    before = f'<autoFilter ref="{filtered}"/>' if filtered else ""
    if stream.merged:
        cells = "".join(f'<mergeCell ref="{cells}"/>' for cells in stream.merged)
        before += f'<mergeCells count="{len(stream.merged)}">{cells}</mergeCells>'
    before += context.links.element()
    tail, drawing, end = tail.partition("<drawing")
    if not drawing:
        tail = tail.removesuffix("</worksheet>")
        end = "</worksheet>"
    elif (
        stream.sheet.chart and not stream.sheet.chart.anchor
    ):  # the form prints on its own pages, the chart on the next
        last = f'<brk id="{stream.last_row}" max="16383" man="1"/>'
        tail += f'<rowBreaks count="1" manualBreakCount="1">{last}</rowBreaks>'
    return f"</sheetData>{before}{tail}{_numbers_as_text(stream)}{drawing}{end}"


def _numbers_as_text(stream: SheetStream) -> str:
    """Spare codes such as 01501 the green corner that offers to turn them into numbers."""
    first, last = stream.sheet.first_data_row, stream.last_data_row
    ranges = " ".join(
        f"{letter}{first}:{letter}{last}" for letter in letters_of(stream.sheet.columns, "text")
    )
    if last < first or not ranges:
        return ""
    return f'<ignoredErrors><ignoredError sqref="{ranges}" numberStoredAsText="1"/></ignoredErrors>'
