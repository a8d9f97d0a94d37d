"""Runs that nobody works on are sent again, or given up after a few attempts."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .models import Run
from .sending import send


def sweep() -> int:
    """Send every abandoned run again; return how many were.

    Abandoned is a run whose lease is over: its worker died, its message was lost, or the broker was down
    when it was asked for. A run whose every attempt ended so has failed, in words.
    """
    sent = 0
    for run in Run.objects.abandoned(timezone.now()):
        if run.attempt >= settings.REPORT_ATTEMPTS:
            _give_up(run)
        elif _set_free(run):
            sent += send(run.pk)
    return sent


def _set_free(run: Run) -> bool:
    """Make the run wait again, unless somebody has taken it meanwhile; a stale attempt loses its token."""
    mine = Run.objects.filter(pk=run.pk, state=run.state, token=run.token, lease_until=run.lease_until)
    return mine.update(state=Run.State.QUEUED, token=None) == 1


def _give_up(run: Run) -> None:
    with translation.override("vi"):
        words = _("The worker stopped %(count)d times while compiling; tell the administrator.")
        Run.objects.filter(pk=run.pk, token=run.token, lease_until=run.lease_until).update(
            state=Run.State.FAILED,
            error_code="WORKER-LOST",
            error=words % {"count": run.attempt},
            finished_at=timezone.now(),
            step_name="",
        )
