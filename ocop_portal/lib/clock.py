"""The one source of business dates: which regulation applies, what has expired, what is late.

Security, leases and audit entries use the real time of ``django.utils.timezone.now`` instead.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
_assumed: ContextVar[datetime.date | None] = ContextVar("assumed business date", default=None)


def today() -> datetime.date:
    """Return the business date: ``settings.OCOP_TODAY`` where fixed, else today's date in Viet Nam."""
    fixed: datetime.date | None = _assumed.get() or settings.OCOP_TODAY
    return fixed or timezone.now().astimezone(VIET_NAM).date()


def is_fixed() -> bool:
    """Tell whether the business date is held still (demonstration and tests; a banner says so)."""
    return settings.OCOP_TODAY is not None


def is_assumed() -> bool:
    """Tell whether what happens now is played on another day (see :func:`assumed`)."""
    return _assumed.get() is not None


@contextmanager
def assumed(day: datetime.date) -> Iterator[None]:
    """Let the acts inside happen on ``day``: so a demonstration plays a year through verbs."""
    token = _assumed.set(day)
    try:
        yield
    finally:
        _assumed.reset(token)
