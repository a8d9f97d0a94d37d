"""Freezing a report: its figures and the rows behind them in one compressed file, a summary in the database.

The file is the canonical JSON of ``{"content": …, "backing": …}``, compressed the same way every time, so
that equal reports are equal files. Nothing ever changes it; reading compares its digest first.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from .models import Snapshot
from .tables import Report, canonical, read

LEVEL = 6


class Unreadable(Exception):
    """The frozen file is gone or no longer what was frozen; the text says so."""


def freeze(report: Report, cut_off: datetime) -> Snapshot:
    """The snapshot of these figures: equal figures of equal rows, as of the same day, are the same snapshot.

    Raises ``OSError`` where the disk refuses; the row is only made once the file stands.
    """
    digest, content = report.digest(), _packed(report)
    packed = hashlib.sha256(content).hexdigest()
    code = _code_for(digest, packed)
    name = f"snapshots/{code}.json.gz"
    kept = Snapshot.objects.filter(code=code).first()
    if kept is None or not path_of(kept).is_file():
        _write(Path(settings.REPORTS_ROOT) / name, content)
    rest = {"digest": digest, "summary": summary_of(report), "cut_off_at": cut_off}
    rest |= {"rows_file": name, "rows_sha256": packed, "rows_size": len(content)}
    return kept or Snapshot.objects.get_or_create(code=code, defaults=rest)[0]


def _code_for(digest: str, packed: str) -> str:
    """The code of these figures; where they are the same but count other rows, one of its own."""
    code = f"TD-{digest[:12].upper()}"
    same = Snapshot.objects.filter(code=code).exclude(rows_sha256=packed).exists()
    return f"{code}-{packed[:4].upper()}" if same else code


def thaw(snapshot: Snapshot) -> Report:
    """The report as it was frozen. Raises :class:`Unreadable`."""
    if snapshot.content is not None:
        return read(snapshot.content)
    try:
        content = path_of(snapshot).read_bytes()
    except OSError as error:
        raise Unreadable(_("The frozen figures of this report are no longer kept.")) from error
    if hashlib.sha256(content).hexdigest() != snapshot.rows_sha256:
        raise Unreadable(_("The frozen file of this report has been changed; tell the administrator."))
    kept: dict[str, Any] = json.loads(gzip.decompress(content))
    return read(kept["content"], kept["backing"])


def path_of(snapshot: Snapshot) -> Path:
    """Where the frozen rows stand."""
    return Path(settings.REPORTS_ROOT) / snapshot.rows_file


def summary_of(report: Report) -> dict[str, Any]:
    """What was frozen, in a few words: which report, of what, and how many rows each table has."""
    return {
        "report": report.code,
        "title": report.title,
        "area_code": report.area_code,
        "area_name": report.area_name,
        "period": report.period,
        "period_label": report.period_label,
        "on_map": report.on_map,
        "as_of": report.as_of.isoformat(),
        "rows": {table.code: len(table.rows) for table in report.tables},
        "records": len(report.records),
    }


def _packed(report: Report) -> bytes:
    whole = canonical({"content": report.content(), "backing": report.backing()})
    return gzip.compress(whole.encode(), LEVEL, mtime=0)


def _write(path: Path, content: bytes) -> None:
    """Write beside and rename, so that nobody ever meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{uuid.uuid4().hex}")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
