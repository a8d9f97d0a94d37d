"""Plans as they are issued: number, day, document, years; and who may read them."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet, read_by
from areas.models import Area, Coverage
from ocop_portal.lib import text


class PlanQuerySet(AreaScopedQuerySet):
    """Plans; scope comes from the unit that issued them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Plans in the person's areas, and what is published of the units above these.

        Those above a predecessor are among them: what it left to report, its heir has to answer for.
        """
        own = super().visible_to(user)
        if isinstance(user, AnonymousUser):
            return own
        above = Coverage.objects.filter(covered__in=read_by(user).values("covered")).values("unit")
        return self.filter(Q(pk__in=own.values("pk")) | Q(published_at__isnull=False, area__in=above))

    def with_unit_read_by(self, user: User) -> Self:
        """Each with ``unit_is_read``: whether the person reads the whole unit, not a part of it only."""
        return self.annotate(unit_is_read=Exists(read_by(user).filter(covered=OuterRef("area"))))

    def published(self) -> Self:
        """Plans that the public may read."""
        return self.filter(published_at__isnull=False)

    def covering_year(self, year: int) -> Self:
        """Plans whose years include this one."""
        return self.filter(first_year__lte=year, last_year__gte=year)


class Plan(models.Model):
    """A plan (kế hoạch) with its number, date and document."""

    number = models.CharField(_("number"), max_length=50, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    issuing_body = models.CharField(_("issuing body"), max_length=200)
    area = models.ForeignKey(Area, models.PROTECT, related_name="plans", verbose_name=_("area"))
    title = models.CharField(_("title"), max_length=300)
    slug = models.SlugField(max_length=200, unique=True, editable=False)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    summary = models.TextField(_("content for readers"), blank=True)
    signer_name = models.CharField(_("signed by"), max_length=150, blank=True)
    asks_reports = models.BooleanField(
        _("the communes report each month"),
        default=True,
        help_text=_("Once the plan is published, each commune of the unit reports on it month by month."),
    )
    report_day = models.PositiveSmallIntegerField(_("day of the next month by which they report"), default=5)
    document = models.CharField(max_length=200, blank=True, editable=False)
    document_name = models.CharField(_("document"), max_length=120, blank=True, editable=False)
    document_type = models.CharField(max_length=100, blank=True, editable=False)
    document_size = models.PositiveIntegerField(default=0, editable=False)
    document_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    form_token = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    name_norm = models.CharField(max_length=400, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-first_year", "-signed_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")), name="plan_years_run_forward"
            ),
            models.CheckConstraint(
                condition=Q(report_day__gte=1, report_day__lte=28), name="plan_report_day_1_to_28"
            ),
            models.UniqueConstraint(
                fields=["area", "number", "first_year"],
                condition=~Q(number=""),
                name="plan_number_once_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_norm = text.search_key(f"{self.number} {self.title}")
        super().save(*args, **kwargs)

    @property
    def years(self) -> str:
        """The plan's years: 2023, or 2021–2025."""
        is_one = self.first_year == self.last_year
        return str(self.first_year) if is_one else f"{self.first_year}–{self.last_year}"
