"""Put a plan's targets and activities into another order, one place at a time."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.auditing import record
from accounts.models import User

from . import planning
from .models import Activity, Target


@transaction.atomic
def move(row: Target | Activity, *, up: bool, by: User) -> bool:
    """Move the row before or behind its neighbour; whether there was one.

    A part changes places with parts of the same whole, a whole takes its parts along. All rows are
    numbered anew, so that every list of them keeps the order of the page. ``Refused`` once published.
    """
    plan = planning.opened(row.plan, by=by)
    rows: list[Target | Activity] = [*type(row)._default_manager.filter(plan=plan)]
    beside = [one for one in rows if _whole(one) == _whole(row)]
    here = [one.pk for one in beside].index(row.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(beside):
        return False
    beside[here], beside[there] = beside[there], beside[here]
    others = [one for one in rows if _whole(one) != _whole(row)]
    changed = []
    for number, one in enumerate(_in_order([*beside, *others]), start=1):
        if one.position != number:
            one.position = number
            changed.append(one)
    type(row)._default_manager.bulk_update(changed, ["position"])  # type: ignore[arg-type]
    record(f"plan.{row._meta.model_name}_moved", plan, by=by, row=str(row), up=up)
    planning.moved_on(plan)
    return True


def _whole(row: Target | Activity) -> int | None:
    return row.parent_id if isinstance(row, Target) else None


def _in_order(rows: Sequence[Target | Activity], whole: int | None = None) -> list[Target | Activity]:
    """Each row followed by its parts."""
    found: list[Target | Activity] = []
    for row in rows:
        if _whole(row) == whole:
            found.append(row)
            found += _in_order(rows, row.pk) if isinstance(row, Target) else []
    return found
