"""Files to attach: small real PDFs, each saying that it is a demonstration."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from ocop_portal.lib import text


def pdf(title: str, name: str = "") -> SimpleUploadedFile:
    """A one-page PDF that prints its title (unaccented: it carries no font); ``name`` is the file's own."""
    words = text.search_key(title).upper()
    page = f"BT /F1 14 Tf 60 770 Td (TAI LIEU MINH HOA) Tj 0 -28 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return SimpleUploadedFile(f"{text.file_name(name or title)}.pdf", _written(objects), "application/pdf")


def _written(objects: list[bytes]) -> bytes:
    """The objects as a file with its table of places."""
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, trailer)
