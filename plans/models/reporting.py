"""What the communes report each month on a plan: work done, figures for targets, or that there is nothing."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from areas.models import Area

from .documented import Documented
from .plans import Plan
from .targets import Target
from .work import Activity


class MonthlyReport(models.Model):
    """A commune's report on a plan for one month. A report that is missing is no row, never an empty one.

    ``nothing`` says that there is nothing to report: that has to be said, silence is not an answer.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        RETURNED = "returned", _("Returned for completion")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="monthly_reports")
    area = models.ForeignKey(Area, models.PROTECT, related_name="monthly_reports", verbose_name=_("commune"))
    month = models.DateField(_("month"), help_text=_("Its first day"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    nothing = models.BooleanField(_("nothing to report this month"), default=False)
    note = models.TextField(_("difficulties and proposals"), blank=True)
    return_reason = models.TextField(_("reason of the return"), blank=True)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("sent by"))
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AreaScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering = ["-month", "area"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "area", "month"], name="monthly_report_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="monthly_report_of_a_month"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_on__isnull=False, sent_by__isnull=False),
                name="monthly_report_sent_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="monthly_report_returned_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.month:%m/%Y}"

    @property
    def month_code(self) -> str:
        """The month as addresses carry it: ``2023-05``."""
        return f"{self.month:%Y-%m}"


class ActivityUpdate(models.Model):
    """What a commune did in the month for one of the plan's activities."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="updates")
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="updates")
    result = models.TextField(_("result"))

    class Meta:
        verbose_name = _("result of a commune")
        verbose_name_plural = _("results of communes")
        ordering = ["activity__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "activity"], name="activity_update_once"),
            models.CheckConstraint(condition=~Q(result=""), name="activity_update_says_something"),
        ]

    def __str__(self) -> str:
        return self.result[:100]


class ReportedFigureQuerySet(AreaScopedQuerySet):
    """Figures reported by hand."""

    def counting(self) -> Self:
        """Those that an officer accepted, or reported for the whole unit: no other counts.

        Of a target in one place only what the communes there told: they alone are asked (``asked_of``).
        """
        place = OuterRef("target__scope")
        there = Exists(Area.objects.sharing_ground(OuterRef("area")).filter(pk=place))
        anywhere = Q(area__isnull=True) | Q(target__scope__isnull=True)
        return self.filter(anywhere | there, state=ReportedFigure.State.ACCEPTED)

    def pending(self) -> Self:
        """Those that were sent and wait for an officer."""
        return self.filter(state=ReportedFigure.State.PENDING)


class ReportedFigure(Documented):
    """A figure told by hand for a target as of a day, with where it comes from and a file that shows it.

    ``area`` is the commune that reports it; empty, it speaks for the plan's whole unit. A commune's figure
    counts only once an officer has accepted it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PENDING = "pending", _("To be accepted")
        ACCEPTED = "accepted", _("Accepted figure")
        REFUSED = "refused", _("Refused")

    target = models.ForeignKey(Target, models.CASCADE, related_name="figures")
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("commune")
    )
    report = models.ForeignKey(MonthlyReport, models.CASCADE, null=True, related_name="figures")
    as_of = models.DateField(_("as of"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    note = models.TextField(_("source or note"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACCEPTED)
    refusal = models.TextField(_("why it was refused"), blank=True)
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    judged_at = models.DateTimeField(null=True, editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = ReportedFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported figure")
        verbose_name_plural = _("reported figures")
        ordering = ["as_of", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "target"],
                condition=Q(report__isnull=False),
                name="reported_figure_once_a_report",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted") | Q(report__isnull=False),
                name="reported_figure_waits_in_a_report",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""), name="reported_figure_refused_says_why"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="reported_figure_not_negative",
                violation_error_message=_("Enter a number that is not below zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} ({self.as_of:%d/%m/%Y})"
