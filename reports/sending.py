"""Waking a worker for a run. The row is the truth: a message that gets lost is sent again by the sweeper."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from ocop_portal.lib import broker

from .models import Run

TASK = "reports.tasks.compile_run"


def send(run_id: int) -> bool:
    """Ask a worker to compile the run; tell whether the broker took the message.

    A queued run whose message was taken is left alone for one lease; else the sweeper sends it at once.
    """
    now = timezone.now()
    taken = broker.wake(TASK, run_id)
    until = now + timedelta(seconds=settings.REPORT_LEASE_SECONDS) if taken else now
    Run.objects.filter(pk=run_id, state=Run.State.QUEUED).update(lease_until=until)
    return taken
