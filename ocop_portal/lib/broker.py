"""Waking a worker. What it is to do stands in a row of the database, so a lost message is only a delay."""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import KombuError, OperationalError

# A person waits for the answer: a broker that is down is told after one try, not after a pause of 2 s.
AT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
_log = logging.getLogger(__name__)


def wake(task: str, *arguments: object) -> bool:
    """Send the task's message; tell whether the broker took it. One that is down raises nothing."""
    try:
        with current_app.connection_for_write(transport_options=AT_ONCE) as line:
            current_app.send_task(task, list(arguments), connection=line, retry=False)
    except (OperationalError, KombuError, OSError) as error:
        _log.warning("%s %s waits for the broker: %s", task, arguments, error)
        return False
    return True
