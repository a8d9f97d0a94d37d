"""The one place that decides what may be uploaded, how it is kept, and how it is handed out.

A file is what its content says, never what its name or the browser says. It is kept under a random name
in the private storage, and only views that have checked the reader's rights hand it out.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, Any, Final
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from ocop_portal.lib import archives, clock, text

LONGEST_NAME = 100
MAX_PIXELS = 50_000_000
"""A larger picture is refused at its header, before a byte of it is unpacked."""

LARGEST_SIDE = 2000
"""Pixels; a kept picture is made no larger."""


class UploadRefused(ValidationError):
    """A file that is not taken; the message says why and what to do, in the reader's language."""


@dataclass(frozen=True)
class Kind:
    """A kind of file: its extensions (the first is the one it is kept under) and its content type."""

    extensions: tuple[str, ...]
    content_type: str


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
KINDS: Final = {
    "pdf": Kind((".pdf",), "application/pdf"),
    "jpeg": Kind((".jpg", ".jpeg"), "image/jpeg"),
    "png": Kind((".png",), "image/png"),
    "webp": Kind((".webp",), "image/webp"),
    "xlsx": Kind((".xlsx",), f"{_OFFICE}.spreadsheetml.sheet"),
    "docx": Kind((".docx",), f"{_OFFICE}.wordprocessingml.document"),
}
IMAGES: Final = frozenset({"jpeg", "png", "webp"})
SPREADSHEETS: Final = frozenset({"xlsx"})
DOCUMENTS: Final = frozenset({"pdf", "docx", "xlsx"})
PAPERS: Final = DOCUMENTS | IMAGES
"""What proves something: scans, photographs, tables."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TELLING = {
    *(extension for kind in KINDS.values() for extension in kind.extensions),
    *(".doc", ".xls", ".docm", ".xlsm", ".ppt", ".pptx", ".rtf", ".odt", ".ods", ".csv", ".txt", ".xml"),
    *(".htm", ".html", ".svg", ".js", ".php", ".py", ".sh", ".exe", ".bat", ".cmd", ".scr", ".jar", ".msi"),
    *(".zip", ".rar", ".7z", ".gif", ".bmp", ".tif", ".tiff", ".heic"),
}
"""Extensions that claim a kind; other parts of a name after a point (``12.2023``) claim nothing."""


@dataclass(frozen=True)
class Upload:
    """A file that may be taken: what it is by its content, and its name made safe to show."""

    kind: str
    extension: str
    content_type: str
    size: int
    sha256: str
    safe_name: str
    file: File[bytes] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Stored:
    """A file that is kept: ``name`` finds it again; size and digest are those of the kept bytes."""

    name: str
    file_name: str
    content_type: str
    size: int
    sha256: str


def inspect(file: File[bytes], *, kinds: frozenset[str], max_bytes: int | None = None) -> Upload:
    """Return what ``file`` is, if it is one of ``kinds`` and no larger than ``max_bytes``.

    Without ``max_bytes`` the limit is ``settings.UPLOAD_MAX_BYTES``. Raises `UploadRefused` for an empty
    or too large file, another kind, a name that claims another kind, a picture of too many pixels, an
    archive that unpacks too far, and Office files that are old, locked or carry macros.
    """
    name = safe_name(file.name or "")
    size, digest = _measured(file, settings.UPLOAD_MAX_BYTES if max_bytes is None else max_bytes)
    kind = _kind_of(file)
    if kind not in kinds:
        raise UploadRefused(_refusal(kinds), code="kind")
    _check_name(name, kind)
    if kind in IMAGES:
        _check_pixels(file, kind)
    file.seek(0)
    found = KINDS[kind]
    return Upload(kind, found.extensions[0], found.content_type, size, digest, name, file)


def safe_name(name: str) -> str:
    """Return a file's name to show: NFC, without folders and unseen characters, at most 100 long."""
    name = text.nfc(name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .")
    path = PurePosixPath(name or "file")
    extension = path.suffix if len(path.suffix) <= 10 else ""
    return path.name.removesuffix(extension)[: LONGEST_NAME - len(extension)] + extension


def accept(kinds: frozenset[str]) -> str:
    """Return the extensions of ``kinds`` as the ``accept`` of a file input wants them."""
    return ",".join(extension for kind in sorted(kinds) for extension in KINDS[kind].extensions)


def clean_image(upload: Upload) -> bytes:
    """Return the picture drawn anew: upright, sides of at most 2000 pixels, nothing but the picture.

    Place, camera, comments and whatever was hung behind the picture are gone. Raises `UploadRefused`
    for a picture that cannot be drawn.
    """
    drawn = BytesIO()
    try:
        with _opened(upload.file, upload.kind) as image:
            # For JPEG this reads at a fraction of the size; other kinds ignore it.
            image.draft(image.mode, (LARGEST_SIDE, LARGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            plain = upright.convert("RGBA" if _has_transparency(upright, upload.kind) else "RGB")
            plain.info.clear()
            plain.save(drawn, format=upload.kind.upper(), optimize=True, quality=85)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UploadRefused(_("The picture is damaged. Save it again and retry."), code="damaged") from error
    finally:
        upload.file.seek(0)
    return drawn.getvalue()


@contextmanager
def storing(upload: Upload) -> Iterator[Stored]:
    """Keep ``upload`` for the block that records it; where the block fails, the file is gone again.

    Put the transaction inside the block, so that a row that is not committed leaves no file behind.
    """
    stored = store(upload)
    try:
        yield stored
    except BaseException:
        delete(stored.name)
        raise


def store(upload: Upload) -> Stored:
    """Keep ``upload`` in the private storage as ``<year>/<random>.<ext>``; pictures are drawn anew.

    Raises `UploadRefused` when the disk refuses, and leaves nothing behind then.
    """
    content: File[Any] = upload.file
    size, digest = upload.size, upload.sha256
    if upload.kind in IMAGES:
        drawn = clean_image(upload)
        content, size, digest = ContentFile(drawn), len(drawn), hashlib.sha256(drawn).hexdigest()
    name = f"{clock.today().year}/{secrets.token_hex(16)}{upload.extension}"
    content.seek(0)
    try:
        name = private().save(name, content)
    except OSError as error:
        delete(name)
        raise UploadRefused(
            _("The file could not be kept because the server's disk refused it. Try again later."),
            code="disk",
        ) from error
    return Stored(name, upload.safe_name, upload.content_type, size, digest)


def delete(stored_name: str) -> None:
    """Remove a kept file; nothing happens where it is gone already."""
    if stored_name:
        private().delete(stored_name)


def private() -> Storage:
    """Return the storage of files that only a view may hand out."""
    return storages["private"]


def serve_private(stored_name: str, download_name: str, content_type: str) -> FileResponse:
    """Return the kept file as a download, streamed; the caller has checked the reader's rights.

    Raises `Http404` where there is none.
    """
    try:
        file = private().open(stored_name) if stored_name else None
    except (OSError, ValueError, SuspiciousOperation) as error:
        raise Http404 from error
    if file is None:
        raise Http404
    return attachment(file, download_name, content_type)


def attachment(file: IO[bytes] | File[bytes], download_name: str, content_type: str) -> FileResponse:
    """Return ``file`` as a download that no browser shows, guesses at or remembers.

    Its name stands twice in the header: plain ASCII for old programs, and as it is written.
    """
    name = safe_name(download_name)
    response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = (
        f"attachment; filename=\"{text.file_name(name)}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _measured(file: File[bytes], max_bytes: int) -> tuple[int, str]:
    """Return size and SHA-256 of ``file``, reading no further than the limit."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    for chunk in file.chunks():
        size += len(chunk)
        digest.update(chunk)
        if size > max_bytes:
            limit = filesizeformat(max_bytes)
            raise UploadRefused(_("The file is larger than %(limit)s.") % {"limit": limit}, code="size")
    if not size:
        raise UploadRefused(_("The file is empty."), code="empty")
    return size, digest.hexdigest()


def _kind_of(file: File[bytes]) -> str:
    """Return the kind that the content has, or an empty text for one that is never taken."""
    file.seek(0)
    head = file.read(16)
    if head.startswith(_OLE):
        raise UploadRefused(
            _("This Office file is old or has a password. Save it as .docx or .xlsx without a password."),
            code="old",
        )
    if head.startswith(b"PK\x03\x04"):
        try:
            return archives.office_kind(file)
        except archives.ArchiveRefused as error:
            raise UploadRefused(str(error), code="archive") from error
    return next((kind for kind, is_head in _HEADS.items() if is_head(head)), "")


_HEADS: Final = {
    "pdf": lambda head: head.startswith(b"%PDF-"),
    "jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
}


def _check_name(name: str, kind: str) -> None:
    """Refuse a name that claims, at its end or before it, another kind than the content's."""
    claims = [extension.lower() for extension in PurePosixPath(name).suffixes]
    right = KINDS[kind].extensions
    if not claims or claims[-1] not in right or any(c in _TELLING and c not in right for c in claims):
        raise UploadRefused(
            _("The name %(name)s doesn't fit the content, which is %(kind)s. End it in %(ext)s only.")
            % {"name": name, "kind": kind.upper(), "ext": right[0]},
            code="name",
        )


def _check_pixels(file: File[bytes], kind: str) -> None:
    try:
        with _opened(file, kind) as image:
            pixels = image.width * image.height
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pixels = MAX_PIXELS + 1
    except (OSError, ValueError, SyntaxError) as error:
        raise UploadRefused(_("The picture is damaged. Save it again and retry."), code="damaged") from error
    if pixels > MAX_PIXELS:
        raise UploadRefused(
            _("The picture has more than %(millions)s million pixels. Make it smaller and retry.")
            % {"millions": MAX_PIXELS // 1_000_000},
            code="pixels",
        )


def _opened(file: File[bytes], kind: str) -> Image.Image:
    """Read the header of a picture of ``kind`` and of no other."""
    file.seek(0)
    return Image.open(file, formats=[kind.upper()])


def _has_transparency(image: Image.Image, kind: str) -> bool:
    return kind != "jpeg" and image.has_transparency_data


def _refusal(kinds: frozenset[str]) -> str:
    return _("This kind of file is not taken here. Choose one of: %(kinds)s.") % {
        "kinds": ", ".join(sorted(kind.upper() for kind in kinds))
    }
