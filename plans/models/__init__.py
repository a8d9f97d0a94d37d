"""Records of the plans app."""

from .documented import Documented
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
    "Documented",
    "Indicator",
    "MonthlyReport",
    "Plan",
    "PlanQuerySet",
    "ReportedFigure",
    "Revision",
    "Share",
    "Target",
]
