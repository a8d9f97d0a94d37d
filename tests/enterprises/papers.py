"""Files as people and attackers send them."""

from __future__ import annotations

import io
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def pdf(number: int = 0, name: str = "giay.pdf") -> SimpleUploadedFile:
    """A paper; each number another file."""
    return SimpleUploadedFile(name, PDF + b"%%%d" % number, "application/pdf")


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "green").save(drawn, kind, **options)
    return drawn.getvalue()


def located() -> bytes:
    """A photo that knows where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 51.0, 14.5), 3: "E", 4: (106.0, 43.0, 30.0)})
    return picture(exif=exif)


def pixel_bomb() -> bytes:
    """A header that promises 3.6 thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")


def kept_files(settings: object) -> list[str]:
    """What lies in the private storage."""
    root = settings.PRIVATE_ROOT  # type: ignore[attr-defined]
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
