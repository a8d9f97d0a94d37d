"""Plans as they are written: targets of every kind, activities, budget; and the figures reported by hand."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, User
from accounts.scoping import READING_ROLES, AreaScopedQuerySet
from areas.models import Area, Coverage
from enterprises.models import EnterpriseKind
from ocop_portal.lib import clock, text
from products.models import ProductGroup
from ratings.models import FundingSource


class PlanQuerySet(AreaScopedQuerySet):
    """Plans; scope comes from the unit that issued them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Plans in the person's areas, and what is published of the units above these."""
        own = super().visible_to(user)
        if isinstance(user, AnonymousUser):
            return own
        posts = Post.objects.of(user).filter(role__in=READING_ROLES)
        above = Coverage.objects.filter(covered__in=posts.values("area")).values("unit")
        return self.filter(Q(pk__in=own.values("pk")) | Q(published_at__isnull=False, area__in=above))

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


class Indicator(models.Model):
    """What a target counts: tied to a measure of the portal, or reported by hand."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    unit = models.CharField(_("unit of count"), max_length=50)
    measure = models.CharField(
        _("measure"), max_length=40, blank=True, help_text=_("Empty: figures are reported by hand")
    )
    definition = models.TextField(_("definition"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_measured(self) -> bool:
        """Whether the portal computes the figure itself."""
        return bool(self.measure)


class Target(models.Model):
    """One target (chỉ tiêu) in the plan's own words, with as much of it as can be computed."""

    class Comparator(models.TextChoices):
        AT_LEAST = "ge", _("at least")
        MORE_THAN = "gt", _("more than")
        EXACTLY = "eq", _("exactly")
        ABOUT = "about", _("about")
        LESS_THAN = "lt", _("less than")
        NONE = "none", _("no number")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets")
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("of which, part of"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    label = models.CharField(_("no."), max_length=10, blank=True)
    words = models.TextField(_("words of the plan"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="targets", verbose_name=_("indicator")
    )
    comparator = models.CharField(
        _("comparison"), max_length=10, choices=Comparator.choices, default=Comparator.AT_LEAST
    )
    number = models.DecimalField(_("number"), max_digits=14, decimal_places=2, null=True, blank=True)
    number_max = models.DecimalField(_("up to"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit of count"), max_length=50, blank=True)
    percent_of = models.CharField(_("percentage of"), max_length=150, blank=True)
    stars_min = models.PositiveSmallIntegerField(_("stars from"), null=True, blank=True)
    stars_max = models.PositiveSmallIntegerField(_("stars to"), null=True, blank=True)
    level = models.CharField(_("recognised at level"), max_length=10, blank=True)
    group = models.ForeignKey(
        ProductGroup, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product group")
    )
    kinds = models.ManyToManyField(EnterpriseKind, blank=True, verbose_name=_("kinds of organisations"))
    economic_only = models.BooleanField(_("economic organisations only"), default=False)
    funding_source = models.CharField(
        _("funding source"), max_length=30, choices=FundingSource.choices, blank=True
    )
    scope = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only in")
    )
    scope_words = models.CharField(_("scope in words"), max_length=200, blank=True)
    deadline = models.DateField(_("own deadline"), null=True, blank=True)
    is_cumulative = models.BooleanField(
        _("cumulative"),
        default=False,
        help_text=_("Counts what exists in all, not what is new in the period"),
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comparator="none", number__isnull=True)
                | (~Q(comparator="none") & Q(number__isnull=False)),
                name="target_number_unless_none",
            ),
            models.CheckConstraint(
                condition=Q(number_max__isnull=True) | Q(number_max__gt=F("number")),
                name="target_range_runs_up",
            ),
            models.CheckConstraint(
                condition=Q(stars_max__isnull=True) | Q(stars_max__gte=F("stars_min")),
                name="target_star_range_runs_up",
            ),
        ]

    def __str__(self) -> str:
        return self.words[:100]


class ReportedFigure(models.Model):
    """A figure told by hand for a target as of a day, with where it comes from."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="figures")
    as_of = models.DateField(_("as of"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    note = models.TextField(_("source or note"))
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("reported figure")
        verbose_name_plural = _("reported figures")
        ordering = ["as_of", "pk"]

    def __str__(self) -> str:
        return f"{self.value} ({self.as_of:%d/%m/%Y})"


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
                & (Q(disbursed__isnull=True) | Q(disbursed__gte=0)),
                name="budget_not_negative",
            )
        ]

    def __str__(self) -> str:
        return self.content
