"""Records of the reports app."""

from .runs import Run, RunQuerySet, RunRequest, Snapshot

__all__ = ["Run", "RunQuerySet", "RunRequest", "Snapshot"]
