"""Records of the plans app."""

from .plans import Plan, PlanQuerySet
from .reporting import ActivityUpdate, MonthlyReport, ReportedFigure
from .revisions import Revision
from .shares import Breakdown, Share
from .targets import Indicator, Target
from .work import Activity, BudgetLine

__all__ = [
    "Activity",
    "ActivityUpdate",
    "Breakdown",
    "BudgetLine",
    "Indicator",
    "MonthlyReport",
    "Plan",
    "PlanQuerySet",
    "ReportedFigure",
    "Revision",
    "Share",
    "Target",
]
