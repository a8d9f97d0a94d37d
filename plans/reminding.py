"""Reminding communes of monthly reports: before the term ends, once it is missed, and when asked to."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from accounts import noticing
from accounts.auditing import record
from accounts.models import Role, User
from accounts.noticing import Word
from ocop_portal.lib import clock

from . import months, planning, reporting
from .models import Plan

WARN_DAYS = 3


@transaction.atomic
def remind(on: date) -> int:
    """Tell each commune whose report on the last month is due soon or was missed; returns how many were new.

    As often as the beat likes: a commune is told once before the term's end and once after it.
    """
    told = 0
    plans = Plan.objects.published().filter(asks_reports=True, last_year__gte=on.year - 1)
    for plan in plans.select_related("area"):
        month = months.latest_over(plan, on)
        if month is None:
            continue
        due = months.due_on(plan, month)
        if due - timedelta(days=WARN_DAYS) <= on:
            what = "missed" if due < on else "due"
            told += noticing.tell_all(_words(plan, month, what, what, on), on=on)
    return told


@transaction.atomic
def ask(plan: Plan, month: date, *, by: User) -> int:
    """Remind the communes that have not reported on the month; once a day. Returns how many were told."""
    planning.may_write(by, plan.area).require()
    today = clock.today()
    told = noticing.tell_all(_words(plan, month, "asked", f"asked:{today.isoformat()}", today), on=today)
    record("plan.month_asked_for", plan, by=by, month=f"{month:%Y-%m}", communes=told)
    return told


def _words(plan: Plan, month: date, what: str, event: str, on: date) -> list[Word]:
    """A word to each commune, of those that exist, whose report on the month was not sent."""
    lines = months.board(plan, month.year, on)
    return [
        Word(
            Role.COMMUNE,
            line.commune.pk,
            f"plan.month_{what}",
            f"plan:{plan.pk}:{line.commune.pk}:{month:%Y-%m}:{event}",
            reporting.facts(plan, line.commune, month),
            reporting.address(plan, line.commune, month),
            months.due_on(plan, month),
        )
        for line in lines
        for cell in line.cells
        if cell.month == month and cell.state not in {"sent", "nothing"} and line.commune.exists_on(on)
    ]
