"""Records of the reports app."""

from .publishing import Publication
from .runs import Run, RunQuerySet, RunRequest, Snapshot
from .scheduling import Schedule, ScheduledRun, ScheduleRecipient
from .templates import Template

__all__ = [
    "Publication",
    "Run",
    "RunQuerySet",
    "RunRequest",
    "Schedule",
    "ScheduleRecipient",
    "ScheduledRun",
    "Snapshot",
    "Template",
]
