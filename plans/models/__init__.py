"""Records of the plans app."""

from .plans import Plan, PlanQuerySet
from .targets import Indicator, ReportedFigure, Target
from .work import Activity, BudgetLine

__all__ = ["Activity", "BudgetLine", "Indicator", "Plan", "PlanQuerySet", "ReportedFigure", "Target"]
