"""Reports compiled by the calendar: what, when, for which posts, and what came of each time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.scoping import AreaScopedQuerySet
from areas.maps import MapOf
from areas.models import Area
from ocop_portal.lib import periods

from .runs import Run


class Schedule(models.Model):
    """A report that is compiled each month, quarter or year, some days after the period's end.

    It belongs to who made it: the permission of that person is asked again each time. After a few failures
    in a row it switches itself off and says why.
    """

    class Every(models.TextChoices):
        MONTH = "month", _("Every month")
        QUARTER = "quarter", _("Every quarter")
        YEAR = "year", _("Every year")

    report = models.CharField(_("report"), max_length=30)
    area = models.ForeignKey(Area, models.PROTECT, related_name="schedules", verbose_name=_("area"))
    on_map = models.CharField(_("map"), max_length=4, choices=MapOf.choices, default=MapOf.THEN)
    every = models.CharField(_("how often"), max_length=10, choices=Every.choices)
    days_after = models.PositiveSmallIntegerField(_("days after the period's end"), default=5)
    starts_on = models.DateField(_("from"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(auto_now_add=True)
    is_active = models.BooleanField(_("switched on"), default=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, editable=False)
    off_reason = models.TextField(_("why it is switched off"), blank=True, editable=False)

    objects = AreaScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["-is_active", "report", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days_after__gte=1, days_after__lte=60), name="schedule_days_after_1_to_60"
            ),
            models.UniqueConstraint(
                fields=["report", "area", "on_map", "every", "created_by"],
                condition=Q(is_active=True),
                name="schedule_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.area} {self.every}"


class ScheduleRecipient(models.Model):
    """A post (role in a unit) that is told when the report is ready: whoever holds it by then."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="recipients")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("unit"))

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "role", "area"], name="schedule_recipient_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} — {self.area}"


class ScheduledRun(models.Model):
    """One turn of a schedule: the period it was for, the run, or why there was none."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="turns")
    period = models.CharField(_("period"), max_length=30)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="turns")
    refused = models.TextField(_("why there was no report"), blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, editable=False)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("turn of a schedule")
        verbose_name_plural = _("turns of schedules")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["schedule", "period"], name="schedule_period_once")]

    def __str__(self) -> str:
        return f"{self.schedule} {self.period}"

    @property
    def period_label(self) -> str:
        """The period as people name it."""
        return periods.parse(self.period).label
