"""Records of the reports app."""

from .runs import Run, RunQuerySet, RunRequest, Snapshot
from .scheduling import Schedule, ScheduledRun, ScheduleRecipient

__all__ = ["Run", "RunQuerySet", "RunRequest", "Schedule", "ScheduleRecipient", "ScheduledRun", "Snapshot"]
