"""What a plan does and spends: its activities and its budget."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import clock
from ratings.models import FundingSource

from .plans import Plan


class Activity(models.Model):
    """A piece of the plan's work (nhiệm vụ): who does it, until when, and what came of it."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("Not started")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="activities")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    content = models.TextField(_("content"))
    unit_responsible = models.CharField(_("responsible unit"), max_length=250, blank=True)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    deadline_words = models.CharField(_("deadline in words"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.NOT_STARTED)
    result = models.TextField(_("result"), blank=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.content[:100]

    @property
    def tone(self) -> str:
        """The colour of the state's tag (see docs/design.md); unfinished after its deadline is a warning."""
        is_open = self.state in {self.State.NOT_STARTED, self.State.UNDER_WAY}
        if is_open and self.deadline and self.deadline < clock.today():
            return "warn"
        return {self.State.DONE: "good", self.State.UNDER_WAY: "info"}.get(self.State(self.state), "neutral")


class BudgetLine(models.Model):
    """Money for a piece of content from one source, in million đồng; empty is not zero."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="budget_lines")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    content = models.CharField(_("content"), max_length=300)
    source = models.CharField(_("funding source"), max_length=30, choices=FundingSource.choices)
    planned = models.DecimalField(
        _("planned (million đồng)"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    allocated = models.DecimalField(
        _("allocated (million đồng)"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    disbursed = models.DecimalField(
        _("disbursed (million đồng)"), max_digits=14, decimal_places=3, null=True, blank=True
    )

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(planned__isnull=True) | Q(planned__gte=0))
                & (Q(allocated__isnull=True) | Q(allocated__gte=0))
                & (Q(disbursed__isnull=True) | Q(disbursed__gte=0)),
                name="budget_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(allocated__isnull=True)
                | Q(disbursed__isnull=True)
                | Q(disbursed__lte=F("allocated")),
                name="budget_disbursed_was_allocated",
                violation_error_message=_(
                    "No more can be disbursed than was allocated. Amounts are in million đồng."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.content
