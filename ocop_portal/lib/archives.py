"""Office files looked at from outside: what they are and how far they unpack, before anything reads them."""

import struct
import zipfile
from typing import IO, Any

from django.utils.translation import gettext as _

MAX_ENTRIES = 2000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_DIRECTORY = 1024 * 1024
"""Bytes of the table of contents, which is read whole."""

_MAIN_PARTS = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}
_END = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 65_535
_ENCRYPTED = 1


class ArchiveRefused(ValueError):
    """An archive that is not opened; the message, in the reader's language, says why."""


def office_kind(file: IO[bytes] | Any) -> str:
    """Return ``xlsx`` or ``docx`` by the archive's structure, an empty text for another archive.

    Nothing is unpacked: the table of contents tells. Raises `ArchiveRefused` for a damaged or locked
    archive, one that unpacks too far, and for macros.
    """
    _check_end(file)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, UnicodeDecodeError) as error:
        raise _damaged() from error
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise ArchiveRefused(_("The file is protected by a password. Save it without one."))
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_large()
    if len(names) < len(entries):
        raise _damaged()
    if any(name.endswith("vbaProject.bin") for name in names):
        raise ArchiveRefused(_("The file carries macros. Save it as .docx or .xlsx without them."))
    if "[Content_Types].xml" not in names:
        return ""
    return next((kind for part, kind in _MAIN_PARTS.items() if part in names), "")


def _check_end(file: IO[bytes] | Any) -> None:
    """Read the archive's last record, which says how long the table of contents is, and judge that."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - _END.size - _LONGEST_COMMENT))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise _damaged()
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(tail, at)
    # A 64-bit record would overrule this one; no Office file of an allowed size needs it.
    if (
        entries > MAX_ENTRIES
        or directory > MAX_DIRECTORY
        or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07")
    ):
        raise _too_large()


def _damaged() -> ArchiveRefused:
    return ArchiveRefused(_("The file is damaged or incomplete. Save it again and retry."))


def _too_large() -> ArchiveRefused:
    return ArchiveRefused(_("The file unpacks to far more than a document needs, so it is not opened."))
