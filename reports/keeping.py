"""How long the files of reports are kept: the Excel file for a time (a published one for good), the frozen
figures for good.

A file that was removed is printed anew from the frozen figures when somebody asks for it. What no row knows
of (an attempt that was killed, a freeze whose transaction failed) is removed after a day.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from . import excel
from .models import Publication, Run, Snapshot

GRACE = timedelta(days=1)


def file_of(run: Run) -> Path:
    """The run's Excel file, printed anew where it was removed.

    Raises ``OSError``, ``SpreadsheetError``, or ``freezing.Unreadable`` where the figures are gone as well.
    """
    path = Path(settings.REPORTS_ROOT) / run.file
    return path if path.is_file() else print_anew(run)


def print_anew(run: Run) -> Path:
    """Print the frozen figures under a folder of their own, then let the run name it.

    A published run's file carries the number and day of its covering letter.
    """
    assert run.snapshot is not None  # noqa: S101 - the database keeps it for a run that is done
    folder = Path(settings.REPORTS_ROOT) / "runs" / str(run.pk) / uuid.uuid4().hex
    path = folder / run.file_name
    folder.mkdir(parents=True)
    try:
        excel.write(run.snapshot, run.area, path, letter=_letter(run))
        content = path.read_bytes()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    Run.objects.filter(pk=run.pk).update(
        file=str(path.relative_to(settings.REPORTS_ROOT)),
        file_sha256=hashlib.sha256(content).hexdigest(),
        file_size=len(content),
        file_removed_at=None,
    )
    return path


def _letter(run: Run) -> tuple[str, date] | None:
    sent = Publication.objects.filter(run=run).first()
    return (sent.letter_number, sent.letter_on) if sent else None


def tidy(now: datetime) -> int:
    """Remove the files whose time is over and what no row knows of; returns how many runs lost theirs."""
    old = Run.objects.filter(
        state=Run.State.DONE,
        finished_at__lt=now - timedelta(days=settings.REPORT_KEEP_DAYS),
        file_removed_at__isnull=True,
        publication__isnull=True,
    )
    removed = 0
    for run in old.iterator():
        with transaction.atomic():
            removed += Run.objects.filter(pk=run.pk, file=run.file).update(file_removed_at=now)
        shutil.rmtree(_folder(run.pk), ignore_errors=True)
    _remove_forgotten_runs(now)
    _remove_forgotten_snapshots(now)
    return removed


def _folder(pk: int) -> Path:
    return Path(settings.REPORTS_ROOT) / "runs" / str(pk)


def _remove_forgotten_runs(now: datetime) -> None:
    """Folders of attempts whose run is gone or came to nothing a day ago."""
    runs = Path(settings.REPORTS_ROOT) / "runs"
    names = [path.name for path in runs.iterdir()] if runs.is_dir() else []
    recent = Run.objects.exclude(
        state__in=[Run.State.FAILED, Run.State.CANCELLED], finished_at__lt=now - GRACE
    )
    kept = set(
        recent.filter(pk__in=[name for name in names if name.isdecimal()]).values_list("pk", flat=True)
    )
    for name in names:
        if not name.isdecimal() or int(name) not in kept:
            shutil.rmtree(runs / name, ignore_errors=True)


def _remove_forgotten_snapshots(now: datetime) -> None:
    """Frozen files without a row, and snapshots that no run has shown for a day."""
    unused = Snapshot.objects.filter(runs__isnull=True, cut_off_at__lt=now - GRACE)
    with transaction.atomic():
        unused.delete()
    folder = Path(settings.REPORTS_ROOT) / "snapshots"
    known = set(Snapshot.objects.exclude(rows_file="").values_list("rows_file", flat=True))
    for path in folder.iterdir() if folder.is_dir() else ():
        is_old = datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo) < now - GRACE
        if is_old and f"snapshots/{path.name}" not in known:
            path.unlink(missing_ok=True)
