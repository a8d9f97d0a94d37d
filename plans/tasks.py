"""What the worker and the beat call: each task is one plain function of this app."""

from __future__ import annotations

from celery import shared_task

from ocop_portal.lib import clock

from . import reminding


@shared_task(name="plans.tasks.remind")
def remind() -> None:
    """Tell of monthly reports that are due; as often as the beat likes."""
    reminding.remind(clock.today())
