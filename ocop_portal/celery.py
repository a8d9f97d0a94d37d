"""The Celery application; its tasks stand in ``<app>/tasks.py``."""

import os
from typing import Any

from celery import Celery
from kombu.transport import redis
from redis.exceptions import ConnectionError as BrokerLost


class Channel(redis.Channel):
    """A channel that says so when the broker it belonged to was lost.

    A worker that ends a task then acknowledges it on the closed channel; kombu (5.7) fails there with an
    AttributeError, which ends the worker, but takes note of a lost connection and goes on.
    """

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection is None or self.connection.client is None:
            raise BrokerLost("the connection of this message was lost")
        return super()._connparams(asynchronous)  # type: ignore[misc] # the stubs leave it out


redis.Transport.Channel = Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_portal.settings")

app = Celery("ocop_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
