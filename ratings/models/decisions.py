"""Decisions (quyết định): one paper may recognise, forward or refuse many products."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from areas.models import Area, Coverage

from .dossiers import Dossier


class DatePrecision(models.TextChoices):
    """How well a date is known; old papers often give only a year."""

    DAY = "day", _("Day known")
    YEAR = "year", _("Only the year known")
    UNKNOWN = "unknown", _("Unknown")


class DecisionQuerySet(AreaScopedQuerySet):
    """Decisions; a staff member sees those of the areas of his posts, and signed ones of products there."""

    def with_size(self) -> Self:
        """Annotate ``size``: how many products the decision names."""
        items, recognitions = Count("items", distinct=True), Count("recognitions", distinct=True)
        acts = Count("acts__recognition", distinct=True)
        return self.annotate(size=Greatest(items, recognitions, acts))

    def _covered_by(self, coverage: models.QuerySet[Coverage]) -> Self:
        covered = coverage.values("covered")
        signed = self.model._base_manager.filter(state="signed")
        concerned = Q(area__in=covered)
        # One subquery a relation: joined together they would multiply each other's rows.
        for path in ("items__dossier__area", "recognitions__area", "acts__recognition__area"):
            concerned |= Q(pk__in=signed.filter(**{f"{path}__in": covered}).values("pk"))
        return self.filter(concerned)


class Decision(models.Model):
    """A decision. ``area`` is where it was entered for; the issuing body is text, and a unit where loaded."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        SIGNED = "signed", _("Signed")

    number = models.CharField(_("number"), max_length=50, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    date_precision = models.CharField(
        _("date known to"), max_length=10, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    issuing_body = models.CharField(_("issuing body"), max_length=200)
    issuing_area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions_issued",
        verbose_name=_("issuing unit"),
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="decisions", verbose_name=_("area"))
    title = models.CharField(_("subject"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PREPARED)
    from_paper = models.BooleanField(_("entered from paper"), default=False)
    signer_name = models.CharField(_("signed by"), max_length=150, blank=True)
    scan = models.CharField(max_length=200, blank=True, editable=False)
    scan_name = models.CharField(_("scan"), max_length=120, blank=True, editable=False)
    scan_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)
    prepared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-signed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="prepared")
                | Q(from_paper=True)
                | (~Q(number="") & Q(signed_on__isnull=False)),
                name="decision_signed_has_number_and_day",
            ),
            models.CheckConstraint(
                condition=Q(date_precision="unknown", signed_on__isnull=True)
                | ~Q(date_precision="unknown") & (Q(state="prepared") | Q(signed_on__isnull=False)),
                name="decision_date_matches_precision",
            ),
        ]

    def __str__(self) -> str:
        if self.state == self.State.PREPARED:
            return str(_("Decision in preparation"))
        return self.number or str(_("(no number)"))


class DecisionItem(models.Model):
    """What a decision says of one dossier."""

    class Outcome(models.TextChoices):
        RECOGNISE = "recognise", _("Recognise")
        RECOGNISE_AND_FORWARD = "recognise_and_forward", _("Recognise and forward to the next level")
        FORWARD = "forward", _("Forward to the next level")
        NOT_RECOGNISE = "not_recognise", _("Do not recognise")

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="items")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="decision_items")
    outcome = models.CharField(_("outcome"), max_length=30, choices=Outcome.choices)
    stars = models.PositiveSmallIntegerField(_("stars"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision item")
        verbose_name_plural = _("decision items")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "dossier"], name="decision_item_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["recognise", "recognise_and_forward"], stars__range=(3, 5))
                | Q(outcome__in=["forward", "not_recognise"], stars__isnull=True),
                name="decision_item_stars_when_recognised",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier}: {self.get_outcome_display()}"
