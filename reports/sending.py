"""Waking a worker for a run. The row is the truth: a message that gets lost is sent again by the sweeper."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import KombuError, OperationalError

from .models import Run

TASK = "reports.tasks.compile_run"
# A person waits for the answer: a broker that is down is told after one try, not after a pause of 2 s.
AT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
_log = logging.getLogger(__name__)


def send(run_id: int) -> bool:
    """Ask a worker to compile the run; tell whether the broker took the message.

    A queued run whose message was taken is left alone for one lease; else the sweeper sends it at once.
    """
    now = timezone.now()
    try:
        with current_app.connection_for_write(transport_options=AT_ONCE) as line:
            current_app.send_task(TASK, [run_id], connection=line, retry=False)
        taken = True
    except (OperationalError, KombuError, OSError) as error:
        _log.warning("Run %s waits for the broker: %s", run_id, error)
        taken = False
    until = now + timedelta(seconds=settings.REPORT_LEASE_SECONDS) if taken else now
    Run.objects.filter(pk=run_id, state=Run.State.QUEUED).update(lease_until=until)
    return taken
