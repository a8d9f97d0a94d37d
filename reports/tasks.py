"""What the worker and the beat call: each task is one plain function of this app."""

from __future__ import annotations

from celery import Task, shared_task
from django.utils import timezone

from ocop_portal.lib import clock

from . import compiling, keeping, scheduling, sweeping


@shared_task(name="reports.tasks.compile_run", bind=True, max_retries=None)
def compile_run(self: Task, run_id: int) -> None:
    """Compile a run; while another attempt holds it, come back when its lease is over."""
    if wait := compiling.compile_run(run_id):
        raise self.retry(countdown=wait)


@shared_task(name="reports.tasks.sweep")
def sweep() -> None:
    """Send again what was lost, and tell of the scheduled reports that are ready."""
    sweeping.sweep()
    scheduling.tell_of_finished()


@shared_task(name="reports.tasks.take_turns")
def take_turns() -> None:
    """Ask for the scheduled reports whose turn has come."""
    scheduling.take_turns(clock.today())


@shared_task(name="reports.tasks.tidy")
def tidy() -> None:
    """Remove files that were kept long enough."""
    keeping.tidy(timezone.now())
