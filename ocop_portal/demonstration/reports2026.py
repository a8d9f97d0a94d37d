"""Reports of the province that went out in 2026, and the calendar by which the next ones come."""

from __future__ import annotations

from typing import Any

from accounts.models import Role, User
from ocop_portal.lib import periods
from reports import compiling, publishing, requesting, scheduling
from reports.models import Publication, Schedule
from reports.scheduling import Recipient

from .days import on
from .people import unit

PROGRESS = "tien-do"


def send_out(row: dict[str, Any], officer: User) -> Publication:
    """Compile the progress report and publish it under its letter, in the place of an earlier one."""
    day = row["made"]
    with on(day):
        run = requesting.request(PROGRESS, unit("04", day), periods.parse(row["period"]), by=officer)
        compiling.compile_run(run.pk)
        run.refresh_from_db()
        return publishing.publish(run, number=row["number"], on=day, by=officer, reason=row.get("reason", ""))


def keep_on(row: dict[str, Any], officer: User) -> Schedule:
    """Have the report compiled by the calendar from now on, for the province's leader and officers."""
    with on(row["made"]):
        province = unit("04", row["made"])
        return scheduling.make(
            row["report"],
            province,
            every=row["every"],
            days_after=row["days_after"],
            recipients=[Recipient(role, province) for role in (Role.LEADER, Role.OFFICER)],
            by=officer,
        )
