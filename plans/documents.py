"""The plan's papers, kept privately: its own, which the public gets while it is published, and its rows'."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import FileResponse

from ocop_portal.lib import files

from .models import Documented, Plan


@contextmanager
def keeping(upload: files.Upload | None) -> Iterator[dict[str, Any]]:
    """Keep the paper for the block that records it; give what a row notes of it, or nothing."""
    if upload is None:
        yield {}
        return
    with files.storing(upload) as stored:
        yield {
            "document": stored.name,
            "document_name": stored.file_name,
            "document_type": stored.content_type,
            "document_size": stored.size,
            "document_sha256": stored.sha256,
        }


def document_response(row: Plan | Documented) -> FileResponse:
    """The row's paper as a download; the caller has checked that the reader may. 404 where there is none."""
    return files.serve_private(row.document, row.document_name, row.document_type)
