"""Criteria sets (bộ tiêu chí) as data: nested groups, criteria, options keyed by position."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.models import User
from ocop_portal.lib import text
from products.models import ProductGroup

from .regulations import Regulation


def _counted(rows: models.QuerySet[Any]) -> Subquery:
    """The number of the rows, as a subquery (they carry ``OuterRef``)."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(number=Count("pk"))
    return Subquery(counted.values("number")[:1], output_field=models.IntegerField())


class CriteriaSetQuerySet(models.QuerySet["CriteriaSet"]):
    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in reads what is or was in force; drafts are for administrators."""
        return self.all() if rules.may_administer(user) else self.exclude(state=CriteriaSet.State.DRAFT)

    def with_size(self) -> Self:
        """Each with the number of its criteria (``leaves``) and of their options (``options``)."""
        leaves = Criterion.objects.filter(criteria_set=OuterRef("pk"), is_leaf=True)
        options = CriterionOption.objects.filter(criterion__criteria_set=OuterRef("pk"))
        return self.annotate(leaves=_counted(leaves), options=_counted(options))

    def published(self) -> Self:
        """Sets by which new dossiers are rated."""
        return self.filter(state=CriteriaSet.State.PUBLISHED)

    def rating(self, group: ProductGroup, regulation: Regulation) -> CriteriaSet | None:
        """The published set by which the regulation rates products of the group, if one is loaded."""
        return self.published().filter(group=group, regulation=regulation).first()

    def rating_on(self, group: ProductGroup, on: date) -> CriteriaSet | None:
        """The published set that rates a product of the group whose dossier is filed on the day, if any."""
        try:
            return self.rating(group, Regulation.objects.filing_on(on))
        except Regulation.DoesNotExist:
            return None


class CriteriaSet(models.Model):
    """The criteria by which one group of products is rated under a regulation.

    A draft may be replaced by its file; a published set never changes (the database refuses it); a
    correction is a new set beside it, and the old one is retired when the new one is published.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft set")
        PUBLISHED = "published", _("Published set")
        RETIRED = "retired", _("Retired set")

    code = models.CharField(_("code"), max_length=30, unique=True)
    slug = models.CharField(max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=250)
    regulation = models.ForeignKey(
        Regulation, models.PROTECT, related_name="criteria_sets", verbose_name=_("regulation")
    )
    group = models.ForeignKey(
        ProductGroup, models.PROTECT, related_name="criteria_sets", verbose_name=_("product group")
    )
    agencies = ArrayField(
        models.CharField(max_length=150), default=list, verbose_name=_("agencies in charge")
    )
    requires_sample = models.BooleanField(_("samples go along"), default=True)
    knockout = models.TextField(_("knock-out"), blank=True)
    doubt = models.TextField(_("doubt in the source"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    # ``{"leaf_criteria": 32, "star_floor": {"3": ["2.2≥2", …], …}}``: what the source states of itself.
    stated = models.JSONField(default=dict, editable=False)
    digest = models.CharField(_("digest (SHA-256)"), max_length=64, editable=False)
    loaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    loaded_at = models.DateTimeField(_("loaded at"), default=timezone.now, editable=False)
    published_on = models.DateField(_("published on"), null=True, editable=False)
    retired_on = models.DateField(_("retired on"), null=True, editable=False)
    name_norm = models.CharField(max_length=300, editable=False)
    sort_key = models.CharField(max_length=text.SORT_KEY_LENGTH, editable=False)

    objects = CriteriaSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("criteria set")
        verbose_name_plural = _("criteria sets")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["regulation", "group"],
                condition=Q(state="published"),
                name="criteria_set_one_published_a_group",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_on__isnull=True)
                | Q(state="published", published_on__isnull=False, retired_on__isnull=True)
                | Q(state="retired", retired_on__isnull=False),
                name="criteria_set_days_match_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_norm = text.search_key(f"{self.code} {self.name}")
        self.sort_key = text.sort_key(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("ratings:criteria_set", args=[self.code])

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return {self.State.DRAFT: "info", self.State.PUBLISHED: "good"}.get(self.State(self.state), "neutral")


class Criterion(models.Model):
    """A part (A, B, C), a group in it, or a criterion with options; ``is_leaf`` tells the last."""

    criteria_set = models.ForeignKey(CriteriaSet, models.CASCADE, related_name="criteria")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    part = models.CharField(_("part"), max_length=1)
    code = models.CharField(_("number"), max_length=12)
    title = models.CharField(_("criterion"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()  # in the whole set, in the order of the annex
    depth = models.PositiveSmallIntegerField()
    is_leaf = models.BooleanField(default=False)
    max_points = models.DecimalField(_("most points"), max_digits=5, decimal_places=2)
    requirement = models.TextField(_("requirement"), blank=True)
    evidence = models.TextField(_("evidence asked for"), blank=True)
    knockout = models.TextField(_("knock-out"), blank=True)
    # ``{"criteria": ["6.1", …], "points": 0}``: 0 points in any of them end the assessment.
    knockout_if = models.JSONField(null=True, blank=True)
    # ``{"criterion": "5.1", "above": 0}``: only then is it scored; else 0 points, shown locked.
    applies_if = models.JSONField(null=True, blank=True)
    # ``{"1": "…", "2": "…"}``: two ways to be scored; a dossier chooses one case.
    cases = models.JSONField(default=dict, blank=True)
    options_implied = models.BooleanField(default=False)
    doubt = models.TextField(_("doubt in the source"), blank=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "code"], name="criterion_code_once"),
            models.UniqueConstraint(fields=["criteria_set", "position"], name="criterion_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()


class CriterionOption(models.Model):
    """One answer to a criterion. Keyed by position, never by points: two sets repeat a value."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    label = models.TextField(_("option"))
    floor_for = models.PositiveSmallIntegerField(_("floor for (stars)"), null=True, blank=True)
    case = models.PositiveSmallIntegerField(_("case"), null=True, blank=True)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "position"], name="option_position_once"),
            models.CheckConstraint(
                condition=Q(floor_for__isnull=True) | Q(floor_for__range=(3, 5)), name="option_floor_3_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points} – {self.label}"
