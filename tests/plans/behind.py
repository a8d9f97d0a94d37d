"""What stands behind a target's cumulative figure, as its sources list it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from ocop_portal.lib.periods import Period
from plans.counting import counted
from plans.models import Target


def rows(target: Target, period: Period) -> QuerySet[Any]:
    """The rows that the cumulative figure counts."""
    measure, selection = counted(target, period)[-1]
    return measure.rows(selection)
