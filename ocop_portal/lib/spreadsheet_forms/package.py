"""The file around the parts: opened with limits, and closed again with only the changed parts new."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from ocop_portal.lib import archives

from .markup import MAX_ELEMENTS, Document, MarkupError, TooManyElements

MAX_UNPACKED = 40 * 1024 * 1024
MAX_PART = 8 * 1024 * 1024
"""Bytes of a part that is read as XML."""

MAX_READ = 16 * 1024 * 1024
"""Bytes of all parts that are read as XML."""


class FormRefused(ValueError):
    """A file that is no form to fill; the message, in the reader's language, says why and what to do."""


class Relation(NamedTuple):
    """What a part refers to: ``kind`` is the last word of the relationship's type (``worksheet``)."""

    kind: str
    target: str
    is_external: bool


class Package:
    """The parts of an .xlsx file by name; reading one too large, damaged or deceitful is refused."""

    def __init__(self, content: bytes) -> None:
        """Raises :class:`FormRefused`."""
        file = io.BytesIO(content)
        try:
            if archives.office_kind(file) != "xlsx":
                raise FormRefused(
                    _("This is not an Excel file of the kind .xlsx. Save it as .xlsx and retry.")
                )
            self._archive = zipfile.ZipFile(file)
        except archives.ArchiveRefused as error:
            raise FormRefused(str(error)) from error
        self._entries = {entry.filename.lstrip("/").lower(): entry for entry in self._archive.infolist()}
        if sum(entry.file_size for entry in self._entries.values()) > MAX_UNPACKED:
            raise too_large()
        self._left = MAX_READ
        self._elements = MAX_ELEMENTS
        self._documents: dict[str, Document] = {}

    @property
    def names(self) -> list[str]:
        """The parts' names in small letters."""
        return list(self._entries)

    def read(self, name: str) -> bytes:
        """The part's bytes. Raises :class:`FormRefused` for one that is missing, damaged or too large."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise _damaged()
        self._left -= entry.file_size
        if entry.file_size > MAX_PART or self._left < 0:
            raise too_large()
        try:
            return self._archive.read(entry)
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            EOFError,
            OSError,
            ValueError,
            RuntimeError,
        ) as error:
            raise _damaged() from error
        except Exception as error:  # zlib.error, lzma.LZMAError: whatever the packing says
            raise _damaged() from error

    def document(self, name: str) -> Document:
        """The part as XML that can be edited; asked again, the same."""
        key = name.lower()
        if key not in self._documents:
            try:
                self._documents[key] = document = Document(self.read(key), self._elements)
                self._elements -= document.count
            except TooManyElements as error:
                raise too_large() from error
            except MarkupError as error:
                raise _damaged() from error
        return self._documents[key]

    def relations(self, name: str) -> dict[str, Relation]:
        """What the part refers to, by id; nothing for a part that refers to nothing."""
        folder, base = posixpath.split(name)
        path = posixpath.join(folder, "_rels", f"{base}.rels")
        if path.lower() not in self._entries:
            return {}
        document = self.document(path)
        found = {}
        for node in document.nodes("Relationship"):
            told = document.attributes(node)
            target = told.get("Target", "")
            is_external = told.get("TargetMode") == "External"
            if not is_external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/").lower()
            found[told.get("Id", "")] = Relation(told.get("Type", "").rpartition("/")[2], target, is_external)
        return found

    def __contains__(self, name: str) -> bool:
        """Whether there is such a part."""
        return name.lower() in self._entries

    def rewritten(self, changed: Mapping[str, bytes], dropped: Collection[str] = ()) -> bytes:
        """The file with the edited documents and ``changed`` in place of the old parts, less ``dropped``.

        Every other part is the same bytes, in the same order, under the same date: equal input, equal file.
        """
        fresh: dict[str, Any] = {
            name: document.result() for name, document in self._documents.items() if document.is_edited
        }
        fresh |= {name.lower(): content for name, content in changed.items()}
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, entry in self._entries.items():
                if name in dropped:
                    continue
                info = zipfile.ZipInfo(entry.filename, entry.date_time)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = entry.external_attr
                archive.writestr(info, fresh[name] if name in fresh else self._unread(entry))
        return made.getvalue()

    def _unread(self, entry: zipfile.ZipInfo) -> bytes:
        try:
            return self._archive.read(entry)
        except Exception as error:  # a picture whose packing is broken
            raise _damaged() from error


def _damaged() -> FormRefused:
    return FormRefused(_("The file is damaged or incomplete. Open it in Excel, save it again and retry."))


def too_large() -> FormRefused:
    """The refusal of a file that holds more than a form needs."""
    return FormRefused(_("The file holds far more than a form needs. Keep the form only, without old data."))
