"""Which months a plan is reported on, by whom, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from areas import finding
from areas.models import Area, Coverage
from ocop_portal.lib.dates import add_months

from .models import MonthlyReport, Plan

ONE_DAY = timedelta(days=1)
_FACTS = ("area", "month", "state", "nothing")


def last_day(month: date) -> date:
    """The last day of the month that begins on ``month``."""
    return add_months(month, 1) - ONE_DAY


def due_on(plan: Plan, month: date) -> date:
    """The last day on which the communes' reports on the month are in time."""
    return add_months(month, 1).replace(day=plan.report_day)


def months_of(plan: Plan, year: int, today: date) -> list[date]:
    """The months of the year that are reported on by now: those of the plan's years that have begun.

    None before the plan was published: nobody could know of it.
    """
    if not plan.asks_reports or plan.published_at is None or not plan.first_year <= year <= plan.last_year:
        return []
    months = [date(year, number, 1) for number in range(1, 13)]
    return [month for month in months if month <= today and last_day(month) >= _published_on(plan)]


def _published_on(plan: Plan) -> date:
    """When the communes could know of the plan: its own date, which the portal may have got later."""
    return plan.signed_on or date(plan.first_year, 1, 1)


def latest_over(plan: Plan, today: date) -> date | None:
    """The latest month that is over and reported on; None while there is none."""
    months = [month for year in (today.year, today.year - 1) for month in months_of(plan, year, today)]
    over = [month for month in months if last_day(month) < today]
    return max(over, default=None)


def communes(plan: Plan, month: date) -> QuerySet[Area]:
    """The communes that report on the month: those of the plan's unit on the month's last day."""
    return finding.units_under(plan.area, last_day(month)).order_by("sort_key", "code")


class ToSend(NamedTuple):
    """A report that a commune still has to send."""

    plan: Plan
    commune: Area
    month: date
    due_on: date


def to_send(units: Sequence[Area], today: date) -> list[ToSend]:
    """The reports on the last month that the communes have not sent; three statements, whatever the units.

    Of the plans of the units above them; the ones due first stand first.
    """
    above = Coverage.objects.filter(covered__in=[unit.pk for unit in units]).values("unit", "covered")
    covering: dict[int, set[int]] = {}
    for pair in above:
        covering.setdefault(pair["unit"], set()).add(pair["covered"])
    plans = Plan.objects.published().filter(
        asks_reports=True, area__in=covering, last_year__gte=today.year - 1
    )
    wanted = [
        ToSend(plan, unit, month, due_on(plan, month))
        for plan in plans
        if (month := latest_over(plan, today))
        for unit in units
        if unit.pk in covering[plan.area_id] and unit.exists_on(last_day(month))
    ]
    sent = set(
        MonthlyReport.objects.filter(
            plan__in={one.plan.pk for one in wanted}, state=MonthlyReport.State.SENT
        ).values_list("plan", "area", "month")
    )
    left = [one for one in wanted if (one.plan.pk, one.commune.pk, one.month) not in sent]
    return sorted(left, key=lambda one: (one.due_on, one.plan.pk, one.commune.pk))


class Cell(NamedTuple):
    """How a commune's report on a month stands.

    ``state`` is ``sent``, ``nothing``, ``draft``, ``returned``, ``missing``, or ``waiting`` within the term.
    """

    month: date
    state: str
    days_late: int

    @property
    def code(self) -> str:
        """The month as addresses carry it."""
        return f"{self.month:%Y-%m}"


@dataclass(frozen=True)
class Line:
    """A commune with its months."""

    commune: Area
    cells: list[Cell]

    @property
    def missing(self) -> int:
        """How many reports of months whose term is over were not sent."""
        return sum(cell.state == "missing" for cell in self.cells)


def board(plan: Plan, year: int, today: date, within: QuerySet[Area] | None = None) -> list[Line]:
    """Who has reported on which month of the year, by commune; two statements.

    ``within`` narrows the communes to those a person may see. On the board stand the communes of the last
    month shown: where units merged in the year, the ones that report now.
    """
    months = months_of(plan, year, today)
    if not months:
        return []
    units = communes(plan, months[-1])
    rows = units.filter(pk__in=within.values("pk")) if within is not None else units
    reports = MonthlyReport.objects.filter(plan=plan, month__in=months)
    found = {(area, month): facts for area, month, *facts in reports.values_list(*_FACTS)}
    terms = [(month, max((today - due_on(plan, month)).days, 0)) for month in months]
    return [
        Line(unit, [_cell(month, late, *found.get((unit.pk, month), ("", False))) for month, late in terms])
        for unit in rows
    ]


def _cell(month: date, late: int, state: str, nothing: bool) -> Cell:
    """``late``: for how many days the term is over; ``state`` is empty where there is no report."""
    if state == MonthlyReport.State.SENT:
        return Cell(month, "nothing" if nothing else "sent", 0)
    return Cell(month, "missing" if late else state or "waiting", late)
