"""Whether the portal is alive, and whether it can do its work."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from .celery import app

SPARE_DISK_BYTES = 500 * 1024 * 1024
WORKER_SECONDS = 2
"""How long a worker may take to answer: at once as a rule, a moment later on a busy machine."""


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; it touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """Database, broker, worker and disk as JSON; 503 when one of them fails."""
    checks = {name: _answers(check) for name, check in CHECKS.items()}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def _answers(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError):
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _broker() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    return bool(client.ping())


def _worker() -> bool:
    """Whether a worker answers in time.

    Asked until then: a connection that this process kept may have ended with the broker of before, and says
    so when it is used; the next question takes another.
    """
    deadline = monotonic() + WORKER_SECONDS
    while _broker() and (left := deadline - monotonic()) > 0:
        with suppress(redis.RedisError, OSError):
            if app.control.ping(timeout=min(left, WORKER_SECONDS / 2), limit=1):
                return True
    return False


def _disk() -> bool:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(settings.VAR_DIR).free > SPARE_DISK_BYTES


CHECKS = {"database": _database, "broker": _broker, "worker": _worker, "disk": _disk}
