"""The plan's money by source: planned, allocated, disbursed, in million đồng."""

from __future__ import annotations

from dataclasses import dataclass

from plans import showing
from plans.models import BudgetLine, Plan
from plans.showing import Money
from ratings.models import FundingSource

from ..narrowing import BY_SOURCE
from .addresses import report_address
from .scope import Scope


@dataclass(frozen=True)
class SourceLine:
    """What one source gives, over all the plan's content, and where its lines stand alone."""

    label: str
    money: Money
    url: str


@dataclass(frozen=True)
class MoneyPanel:
    """The sources in the order of the plan's form, what they come to, and where the lines stand."""

    has_plan: bool
    lines: list[SourceLine]
    total: Money
    url: str


def money_panel(scope: Scope, plan: Plan | None) -> MoneyPanel:
    """The budget lines of the plan added up by source; one statement. An amount nobody knows is not 0."""
    lines = list(plan.budget_lines.all()) if plan else []
    by_source: dict[str, list[BudgetLine]] = {}
    for line in lines:
        by_source.setdefault(line.source, []).append(line)
    found = [
        SourceLine(str(source.label), showing.total_of(by_source[source]), _address(scope, source))
        for source in FundingSource
        if source in by_source
    ]
    return MoneyPanel(plan is not None, found, showing.total_of(lines), report_address(scope, "kinh-phi"))


def _address(scope: Scope, source: FundingSource) -> str:
    return report_address(scope, "kinh-phi", **{BY_SOURCE.key: source.value})
