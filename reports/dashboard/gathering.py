"""All panels of the dashboard together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import headline, trend
from .addresses import report_address
from .expiring import ExpiringPanel, expiring_panel
from .money import MoneyPanel, money_panel
from .pipeline import PipelinePanel, pipeline_panel
from .reporting import ReportingPanel, reporting_panel
from .scope import Scope
from .stars import StarsPanel, stars_panel
from .targets import PlanPanel, plan_panel
from .trend import TrendPanel


@dataclass(frozen=True)
class Dashboard:
    """Everything the page shows; each figure comes from the measure that the report uses too."""

    figures: list[dict[str, Any]]
    plan: PlanPanel
    stars: StarsPanel
    pipeline: PipelinePanel
    expiring: ExpiringPanel
    money: MoneyPanel
    reporting: ReportingPanel | None
    trend: TrendPanel
    report_url: str


def gather(scope: Scope) -> Dashboard:
    """Compute the dashboard; the number of statements grows with what the plan's targets count only."""
    scope.counts.expect(headline.expected(scope))
    scope.counts.expect(trend.expected(scope), perhaps=False)
    plan = plan_panel(scope)
    return Dashboard(
        figures=headline.headline(scope),
        plan=plan,
        stars=stars_panel(scope),
        pipeline=pipeline_panel(scope),
        expiring=expiring_panel(scope),
        money=money_panel(scope, plan.plan),
        reporting=reporting_panel(scope, plan.plan),
        trend=trend.trend_panel(scope),
        report_url=report_address(scope),
    )
