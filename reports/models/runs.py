"""Runs (a job is a row that people can read) and the snapshots they freeze."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet, read_by
from areas.maps import MapOf
from areas.models import Area, Coverage, Level
from ocop_portal.lib import clock, periods


class Snapshot(models.Model):
    """The figures of a report, frozen; its digest is the SHA-256 of the report's canonical JSON.

    ``summary`` says in a few words what was frozen (see ``reports/freezing.py``); the tables with the rows
    behind their figures stand in one compressed file, whose own digest is ``rows_sha256``. Snapshots of
    before 0.3.0 have their tables in ``content`` and no file.
    """

    code = models.CharField(_("report code"), max_length=20, unique=True)
    digest = models.CharField(_("digest"), max_length=64)
    summary = models.JSONField(_("summary"), default=dict)
    content = models.JSONField(_("content"), null=True, editable=False)
    rows_file = models.CharField(max_length=250, blank=True, editable=False)
    rows_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    rows_size = models.PositiveIntegerField(default=0, editable=False)
    cut_off_at = models.DateTimeField(_("cut-off time"))

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [
            models.CheckConstraint(
                condition=Q(content__isnull=False) | ~Q(rows_file="") & ~Q(rows_sha256=""),
                name="snapshot_has_its_rows",
            )
        ]

    def __str__(self) -> str:
        return self.code


class RunQuerySet(AreaScopedQuerySet):
    """Runs; scope comes from the area reported on."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Runs on units that the person's posts cover; on today's map, with all that it takes in today.

        An ended unit's figures on today's map hold those of communes that were never its own.
        """
        found = super().visible_to(user)
        if isinstance(user, AnonymousUser):
            return found
        own = Coverage.objects.filter(unit=OuterRef(OuterRef("area")), covered__level=Level.COMMUNE)
        today = Area.objects.in_force(clock.today()).filter(level=Level.COMMUNE)
        taking_in = today.filter(covers__covered__in=own.values("covered"))
        beyond = taking_in.exclude(pk__in=read_by(user).values("covered"))
        ended = Q(area__valid_to__lt=clock.today())
        return found.exclude(ended & Q(on_map=MapOf.NOW) & Exists(beyond))

    def active(self) -> Self:
        """Runs that wait or are being compiled."""
        return self.filter(state__in=Run.ACTIVE)

    def abandoned(self, now: datetime) -> Self:
        """Active runs whose lease is over, or that were never fetched by a worker."""
        return self.active().filter(lease_until__lt=now)


class Run(models.Model):
    """One compilation of a report: what, for whom, how far, and what came of it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being compiled")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    ACTIVE = (State.QUEUED, State.RUNNING)

    report = models.CharField(_("report"), max_length=30)
    area = models.ForeignKey(Area, models.PROTECT, related_name="report_runs", verbose_name=_("area"))
    period = models.CharField(_("period"), max_length=30)
    on_map = models.CharField(_("map"), max_length=4, choices=MapOf.choices, default=MapOf.THEN)
    business_day = models.DateField(_("as of"))
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("requested by"))
    requesters: models.ManyToManyField[User, RunRequest] = models.ManyToManyField(
        User, through="RunRequest", related_name="report_runs"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    step = models.PositiveSmallIntegerField(default=0)
    steps = models.PositiveSmallIntegerField(default=0)
    step_name = models.CharField(_("step"), max_length=200, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField()
    heartbeat_at = models.DateTimeField(null=True)
    error_code = models.CharField(_("error code"), max_length=20, blank=True)
    error = models.TextField(_("error"), blank=True)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, blank=True, related_name="runs")
    file = models.CharField(max_length=250, blank=True, editable=False)
    file_name = models.CharField(_("file"), max_length=150, blank=True, editable=False)
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    file_size = models.PositiveIntegerField(default=0, editable=False)
    # Set when the kept time was over and the file was removed; the frozen figures print it anew.
    file_removed_at = models.DateTimeField(null=True, editable=False)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("report run")
        verbose_name_plural = _("report runs")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "area", "period", "on_map", "business_day"],
                condition=Q(state__in=["queued", "running"]),
                name="run_one_active_for_the_same_request",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(file="") & Q(snapshot__isnull=False)),
                name="run_done_has_file_and_snapshot",
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="run_percent_0_to_100"),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.area} {self.period}"

    @property
    def period_label(self) -> str:
        """The period as people name it: “Quý IV năm 2023” for ``2023-Q4``."""
        return periods.parse(self.period).label


class RunRequest(models.Model):
    """Somebody asked for a run; equal requests join one run."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="requests")
    user = models.ForeignKey(User, models.CASCADE, related_name="run_requests")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("report request")
        verbose_name_plural = _("report requests")
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="run_request_once")]

    def __str__(self) -> str:
        return f"{self.user} → {self.run}"
