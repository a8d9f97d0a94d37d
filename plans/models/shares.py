"""A target broken down (phân bổ) by commune, by period, or both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from areas.models import Area

from .targets import Target


class BreakdownQuerySet(models.QuerySet[Any]):
    """Breakdowns."""

    def with_totals(self) -> Self:
        """Each with ``total``, what its shares come to."""
        return self.annotate(total=Sum("shares__number"))


class Breakdown(models.Model):
    """How a target is divided, and who divided it last; its numbers are :class:`Share` rows."""

    class Span(models.TextChoices):
        WHOLE = "", _("not by period")
        QUARTER = "quarter", _("by quarter")
        MONTH = "month", _("by month")
        YEAR = "year", _("by year")

    target = models.OneToOneField(Target, models.CASCADE, related_name="breakdown")
    by_area = models.BooleanField(_("by commune"), default=True)
    span = models.CharField(_("by period"), max_length=10, choices=Span.choices, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    total: Decimal | None  # only from ``with_totals``
    objects = BreakdownQuerySet.as_manager()

    class Meta:
        verbose_name = _("breakdown of a target")
        verbose_name_plural = _("breakdowns of targets")
        constraints = [
            models.CheckConstraint(condition=Q(by_area=True) | ~Q(span=""), name="breakdown_divides"),
        ]

    def __str__(self) -> str:
        return str(self.target)


class Share(models.Model):
    """What a commune, a period, or a commune in a period is to bring to the target; in the target's unit."""

    breakdown = models.ForeignKey(Breakdown, models.CASCADE, related_name="shares")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name=_("commune"))
    period = models.CharField(_("period"), max_length=10, blank=True, help_text=_("Such as 2023-Q1"))
    number = models.DecimalField(_("number"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("share of a target")
        verbose_name_plural = _("shares of targets")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["breakdown", "area", "period"], nulls_distinct=False, name="share_once"
            ),
            models.CheckConstraint(
                condition=Q(area__isnull=False) | ~Q(period=""), name="share_of_something"
            ),
            models.CheckConstraint(condition=Q(number__gte=0), name="share_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.area or ''} {self.period} {self.number}".strip()
