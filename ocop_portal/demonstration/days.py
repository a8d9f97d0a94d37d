"""The days of the demonstration: the acts inside happen on one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from ocop_portal.lib import clock


@contextmanager
def on(day: date) -> Iterator[date]:
    """Let the acts inside happen on the day."""
    with clock.assumed(day):
        yield day
