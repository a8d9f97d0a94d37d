"""Which communes have not reported on the latest month of the period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from plans import months
from plans.models import MonthlyReport, Plan

from .scope import Scope

NAMED = 12
"""How many communes are named on paper; the page names all."""


@dataclass(frozen=True)
class ReportingPanel:
    """A month of the plan: who has not sent the report, of how many communes, and until when it was due."""

    month: date
    due_on: date
    asked: int
    missing: list[tuple[str, str]]
    board: str
    is_late: bool

    @property
    def first(self) -> list[tuple[str, str]]:
        """Those named first: name and address of the report."""
        return self.missing[:NAMED]

    @property
    def others(self) -> list[tuple[str, str]]:
        """Those that paper counts only."""
        return self.missing[NAMED:]


def reporting_panel(scope: Scope, plan: Plan | None) -> ReportingPanel | None:
    """The latest month over in the period; None where the plan asks for no reports. Two statements."""
    month = _latest(scope, plan) if plan else None
    if plan is None or month is None:
        return None
    communes = list(months.communes(plan, month))
    reports = MonthlyReport.objects.filter(plan=plan, month=month, state=MonthlyReport.State.SENT)
    sent = set(reports.values_list("area", flat=True))
    due = months.due_on(plan, month)
    return ReportingPanel(
        month=month,
        due_on=due,
        asked=len(communes),
        missing=[
            (unit.name, reverse("plans:monthly", args=[plan.pk, f"{month:%Y-%m}", unit.pk]))
            for unit in communes
            if unit.pk not in sent
        ],
        board=f"{reverse('plans:board', args=[plan.pk])}?nam={month.year}",
        is_late=due < scope.today,
    )


def _latest(scope: Scope, plan: Plan) -> date | None:
    years = range(scope.period.end.year, scope.period.start.year - 1, -1)
    known = [month for year in years for month in months.months_of(plan, year, scope.today)]
    over = [
        month
        for month in known
        if months.last_day(month) < scope.today and scope.period.start <= month <= scope.period.end
    ]
    return max(over, default=None)
