"""Compiling a run: claimed with a lease, told step by step, and done once in effect."""

from __future__ import annotations

import errno
import hashlib
import logging
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ocop_portal.lib import periods
from ocop_portal.lib.spreadsheet import SpreadsheetError

from . import excel, freezing
from .catalogue import compile_report
from .models import Run, RunQuerySet, Snapshot

_log = logging.getLogger(__name__)
_SIDE = "heartbeat"


class LostLease(Exception):
    """Another worker has taken the run over; this attempt must leave no effect."""


def compile_run(run_id: int) -> float:
    """Compile the run unless another worker holds it; safe to call any number of times.

    Returns 0 when there is nothing left to do, else the seconds after which to look again: another
    attempt's lease still runs. A failure is written on the run in words; a lost database is raised, and the
    sweeper sends the run again.
    """
    token = uuid.uuid4()
    if not _claim(run_id, token):
        return _seconds_to_wait(run_id)
    run = Run.objects.select_related("area").get(pk=run_id)
    try:
        with translation.override("vi"):
            _compile(run, token)
    except LostLease:
        _log.warning("Run %s was taken over by another worker", run_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # whatever it is, the person must read that it failed
        _log.exception("Run %s failed", run_id)
        _fail(run, token, error)
    return 0


def folder_of(run: Run, token: uuid.UUID) -> Path:
    """Where an attempt writes: a folder of its own, so that attempts never meet."""
    return Path(settings.REPORTS_ROOT) / "runs" / str(run.pk) / token.hex


def _lease() -> timedelta:
    return timedelta(seconds=settings.REPORT_LEASE_SECONDS)


def _claim(run_id: int, token: uuid.UUID) -> bool:
    """Take the run: one that waits, or one whose worker fell silent. One statement, so one winner."""
    now = timezone.now()
    free = Q(state=Run.State.QUEUED) | Q(state=Run.State.RUNNING, lease_until__lt=now)
    attempts_left = Q(attempt__lt=settings.REPORT_ATTEMPTS)
    claimed = Run.objects.filter(free, attempts_left, pk=run_id).update(
        state=Run.State.RUNNING,
        token=token,
        attempt=F("attempt") + 1,
        lease_until=now + _lease(),
        heartbeat_at=now,
        started_at=now,
    )
    return claimed == 1


def _seconds_to_wait(run_id: int) -> float:
    held = (
        Run.objects.filter(pk=run_id, state=Run.State.RUNNING).values_list("lease_until", flat=True).first()
    )
    if held is None:
        return 0
    return max((held - timezone.now()).total_seconds(), 0) + 1


def _compile(run: Run, token: uuid.UUID) -> None:
    cut_off = timezone.now()
    with _side_connection() as side, _consistent_read():
        report = compile_report(
            run.report,
            run.area,
            periods.parse(run.period),
            on_map=run.on_map,
            tells=True,
            step=partial(_tell, run, token, side),
        )
        _beat(run, token, side, len(report.tables) + 1, len(report.tables) + 1, _("Writing the Excel file"))
    _finish(run, token, freezing.freeze(report, cut_off))


def _tell(run: Run, token: uuid.UUID, side: str, place: int, count: int, name: str) -> None:
    words = _("Compiling table %(place)d of %(count)d: %(name)s")
    _beat(run, token, side, place, count + 1, words % {"place": place, "count": count, "name": name})


def _beat(run: Run, token: uuid.UUID, side: str, place: int, steps: int, words: str) -> None:
    """Tell how far the attempt is, and hold the run for another lease. Raises LostLease when it is gone."""
    now = timezone.now()
    held = _held(run, token, side).update(
        step=place,
        steps=steps,
        step_name=words,
        percent=(place - 1) * 100 // steps,
        heartbeat_at=now,
        lease_until=now + _lease(),
    )
    if not held:
        raise LostLease


@contextmanager
def _side_connection() -> Iterator[str]:
    """A connection beside the one that reads, so that progress is seen while the reading lasts.

    Within a transaction of the caller (who alone sees the run) there is no need of another.
    """
    if connection.in_atomic_block:
        yield "default"
        return
    connections[_SIDE] = side = connection.copy(_SIDE)
    try:
        yield _SIDE
    finally:
        side.close()
        del connections[_SIDE]


@contextmanager
def _consistent_read() -> Iterator[None]:
    """All tables are read from one state of the database, however long they take."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _finish(run: Run, token: uuid.UUID, snapshot: Snapshot) -> None:
    """Write the file and make the run done, both or neither, and only while the attempt holds the run."""
    folder = folder_of(run, token)
    name = excel.file_name(run.report, run.area, run.period, run.on_map)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        excel.write(snapshot, run.area, folder / name)
        content = (folder / name).read_bytes()
        with transaction.atomic():
            done = _held(run, token).update(
                state=Run.State.DONE,
                snapshot=snapshot,
                file=str((folder / name).relative_to(settings.REPORTS_ROOT)),
                file_name=name,
                file_sha256=hashlib.sha256(content).hexdigest(),
                file_size=len(content),
                percent=100,
                step=F("steps"),
                step_name="",
                finished_at=timezone.now(),
            )
            if not done:
                raise LostLease
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _remove_other_attempts(folder)


def _remove_other_attempts(folder: Path) -> None:
    """Remove what earlier attempts left: their workers were killed, or have lost the run to this one."""
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _held(run: Run, token: uuid.UUID, using: str = "default") -> RunQuerySet:
    return Run.objects.using(using).filter(pk=run.pk, token=token, state=Run.State.RUNNING)


def _fail(run: Run, token: uuid.UUID, error: Exception) -> None:
    code, words = _in_words(error)
    _held(run, token).update(
        state=Run.State.FAILED, error_code=code, error=words, finished_at=timezone.now(), step_name=""
    )


def _in_words(error: Exception) -> tuple[str, str]:
    """A code to tell the administrator, and what happened in words."""
    with translation.override("vi"):
        if isinstance(error, SpreadsheetError):
            return "EXCEL", _("The figures do not fit into an Excel file: %(error)s") % {"error": error}
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return "DISK-FULL", _("The server's disk is full; tell the administrator, then compile again.")
        if isinstance(error, OSError):
            return "DISK", _("The file could not be written on the server; tell the administrator.")
        return "INTERNAL", _(
            "An error of the portal; tell the administrator the error code and the time, then try again."
        )
