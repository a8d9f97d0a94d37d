"""Records of the plans app."""

from .plans import Plan, PlanQuerySet
from .reporting import ActivityUpdate, MonthlyReport, ReportedFigure
from .targets import Indicator, Target
from .work import Activity, BudgetLine

__all__ = [
    "Activity",
    "ActivityUpdate",
    "BudgetLine",
    "Indicator",
    "MonthlyReport",
    "Plan",
    "PlanQuerySet",
    "ReportedFigure",
    "Target",
]
