"""What the worker and the beat call: each task is one plain function of this app."""

from __future__ import annotations

from celery import shared_task

from ocop_portal.lib import clock

from . import forewarning, reminding


@shared_task(name="ratings.tasks.remind")
def remind() -> None:
    """Tell of terms and papers that are due and of what ends; as often as the beat likes."""
    today = clock.today()
    reminding.remind(today)
    forewarning.forewarn(today)
