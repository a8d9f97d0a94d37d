"""What the worker and the beat call: each task is one plain function of this app."""

from __future__ import annotations

from celery import Task, shared_task

from . import compiling, sweeping


@shared_task(name="reports.tasks.compile_run", bind=True, max_retries=None)
def compile_run(self: Task, run_id: int) -> None:
    """Compile a run; while another attempt holds it, come back when its lease is over."""
    if wait := compiling.compile_run(run_id):
        raise self.retry(countdown=wait)


@shared_task(name="reports.tasks.sweep")
def sweep() -> None:
    """Send again what was lost."""
    sweeping.sweep()
