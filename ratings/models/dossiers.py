"""A dossier (hồ sơ): the papers with which a product asks to be rated, and its way through the offices."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from areas.models import Area
from enterprises.models import Enterprise, EvidenceKind
from products.models import Product, ProductGroup

from .criteria import CriteriaSet
from .regulations import Authority, Regulation


class DossierQuerySet(AreaScopedQuerySet):
    """Dossiers; scope comes from the commune that files them."""

    def with_state_then(self, on: date) -> Self:
        """Annotate ``state_then``, the state on the day; where the history says nothing, that of now."""
        steps = DossierStep.objects.filter(dossier=OuterRef("pk"), on__lte=on).order_by("-pk")
        return self.annotate(state_then=Coalesce(Subquery(steps.values("to_state")[:1]), F("state")))

    def open(self) -> Self:
        """Dossiers that wait for somebody."""
        return self.exclude(state__in=Dossier.CLOSED)

    def overdue(self, on: date) -> Self:
        """Open dossiers whose term ended before the day."""
        return self.open().filter(due_on__lt=on)


class Dossier(models.Model):
    """One request to be rated. Its regulation is pinned at the first submission and kept through returns."""

    class Kind(models.TextChoices):
        FIRST = "first", _("First rating")
        UPGRADE = "upgrade", _("Upgrade")
        REEVALUATION = "reevaluation", _("Re-evaluation")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        AT_COMMUNE = "at_commune", _("With the commune")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned for completion")
        ACCEPTED = "accepted", _("Accepted")
        SCORED = "scored", _("Result entered")
        PREPARED = "prepared", _("Decision prepared")
        RECOGNISED = "recognised", _("Recognised")
        NOT_RECOGNISED = "not_recognised", _("Not recognised")
        FORWARDED = "forwarded", _("Forwarded to the next level")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REFILED = "refiled", _("Filed anew")

    CLOSED = (State.RECOGNISED, State.NOT_RECOGNISED, State.WITHDRAWN, State.REFILED)

    code = models.CharField(_("dossier code"), max_length=30, unique=True)
    receipt_code = models.CharField(_("receipt code"), max_length=10, unique=True)
    kind = models.CharField(_("kind of dossier"), max_length=20, choices=Kind.choices, default=Kind.FIRST)
    product = models.ForeignKey(Product, models.PROTECT, related_name="dossiers", verbose_name=_("product"))
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="dossiers", verbose_name=_("organisation that files")
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="dossiers", verbose_name=_("commune"))
    group = models.ForeignKey(ProductGroup, models.PROTECT, related_name="+", verbose_name=_("product group"))
    regulation = models.ForeignKey(
        Regulation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dossiers",
        verbose_name=_("regulation"),
    )
    # While it is a draft: the set that would rate it today; pinned with the regulation.
    criteria_set = models.ForeignKey(
        CriteriaSet,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dossiers",
        verbose_name=_("criteria set"),
    )
    case = models.PositiveSmallIntegerField(_("case"), null=True, blank=True)
    previous = models.ForeignKey(
        "Recognition",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("recognition that it follows"),
    )
    requested_stars = models.PositiveSmallIntegerField(
        _("star asked for"), null=True, blank=True, choices=[(3, "3"), (4, "4"), (5, "5")]
    )
    contact_name = models.CharField(_("contact person"), max_length=100, blank=True)
    contact_phone = models.CharField(_("contact's phone"), max_length=20, blank=True)
    presentation = models.TextField(_("presentation of the product"), blank=True)
    changes = models.TextField(_("what has changed since"), blank=True)
    pledged = models.BooleanField(_("the organisation pledges that the papers are true"), default=False)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    state_since = models.DateField(_("in this state since"))
    level = models.CharField(
        _("level that deals with it"), max_length=10, choices=Authority.AuthorityLevel.choices, blank=True
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    # Working days that the checking unit had left when it returned the dossier: its clock stands still.
    paused_days = models.SmallIntegerField(null=True, editable=False)
    assigned_to = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dossiers_assigned",
        verbose_name=_("officer in charge"),
    )
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", verbose_name=_("copied from")
    )
    refiled_from = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refiled_as",
        verbose_name=_("filed anew from"),
    )
    round = models.ForeignKey(
        "Round",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dossiers",
        verbose_name=_("round"),
    )
    # What a copy carried over from where, what it left empty and why (see ``carrying``).
    carried = models.JSONField(default=dict, blank=True, editable=False)
    first_submitted_on = models.DateField(_("first submitted on"), null=True, blank=True)
    # The first day after the window in which a re-evaluation is to be submitted, where it came later.
    late_since = models.DateField(_("late since"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    form_token = models.UUIDField(null=True, unique=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["area", "first_submitted_on"]),
            models.Index(fields=["state", "due_on"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(first_submitted_on__isnull=True, state="withdrawn")
                | Q(first_submitted_on__isnull=False, regulation__isnull=False),
                name="dossier_pinned_once_submitted",
            ),
            models.UniqueConstraint(
                fields=["product"],
                condition=Q(
                    state__in=[
                        "draft",
                        "at_commune",
                        "submitted",
                        "returned",
                        "accepted",
                        "scored",
                        "prepared",
                        "forwarded",
                    ]
                ),
                name="dossier_one_open_a_product",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class DossierStep(models.Model):
    """One move of a dossier from state to state: the history that people read."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="steps")
    from_state = models.CharField(max_length=20, choices=Dossier.State.choices, blank=True)
    to_state = models.CharField(max_length=20, choices=Dossier.State.choices)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=100)
    by_post = models.CharField(max_length=200, blank=True)
    on = models.DateField(_("on"))
    at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.from_state} → {self.to_state}"


class ReturnPoint(models.Model):
    """One thing to mend, given with a return, and the commune's answer to it."""

    step = models.ForeignKey(DossierStep, models.CASCADE, related_name="points")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="return_points")
    position = models.PositiveSmallIntegerField()
    # What it unlocks: ``section:general``, ``criterion:1.1``; empty: the dossier as a whole.
    target = models.CharField(_("place"), max_length=40, blank=True)
    text = models.TextField(_("what to mend"))
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("point to mend")
        verbose_name_plural = _("points to mend")
        ordering = ["step", "position"]
        constraints = [models.UniqueConstraint(fields=["step", "position"], name="return_point_once")]

    def __str__(self) -> str:
        return self.text[:80]


class Attachment(models.Model):
    """A paper of the dossier, stored privately; removing hides it from the dossier, the history keeps it."""

    class Kind(models.TextChoices):
        """The fifteen kinds of evidence of the dossier's annex, and the form itself."""

        REGISTRATION_FORM = "registration_form", _("Registration form")
        BUSINESS_REGISTRATION = (
            EvidenceKind.BUSINESS_REGISTRATION.value,
            EvidenceKind.BUSINESS_REGISTRATION.label,
        )
        PRODUCTION_CONDITIONS = (
            EvidenceKind.PRODUCTION_CONDITIONS.value,
            EvidenceKind.PRODUCTION_CONDITIONS.label,
        )
        ORIGIN = EvidenceKind.ORIGIN.value, EvidenceKind.ORIGIN.label
        ENVIRONMENT = EvidenceKind.ENVIRONMENT.value, EvidenceKind.ENVIRONMENT.label
        LABOUR = EvidenceKind.LABOUR.value, EvidenceKind.LABOUR.label
        ACCOUNTS = EvidenceKind.ACCOUNTS.value, EvidenceKind.ACCOUNTS.label
        INTELLECTUAL_PROPERTY = (
            EvidenceKind.INTELLECTUAL_PROPERTY.value,
            EvidenceKind.INTELLECTUAL_PROPERTY.label,
        )
        SALES = EvidenceKind.SALES.value, EvidenceKind.SALES.label
        PROMOTION = EvidenceKind.PROMOTION.value, EvidenceKind.PROMOTION.label
        STORY = EvidenceKind.STORY.value, EvidenceKind.STORY.label
        QUALITY_DECLARATION = EvidenceKind.QUALITY_DECLARATION.value, EvidenceKind.QUALITY_DECLARATION.label
        TEST_REPORT = EvidenceKind.TEST_REPORT.value, EvidenceKind.TEST_REPORT.label
        TRACEABILITY = EvidenceKind.TRACEABILITY.value, EvidenceKind.TRACEABILITY.label
        QUALITY_SYSTEM = EvidenceKind.QUALITY_SYSTEM.value, EvidenceKind.QUALITY_SYSTEM.label
        AWARD = EvidenceKind.AWARD.value, EvidenceKind.AWARD.label

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="attachments")
    kind = models.CharField(_("kind of paper"), max_length=30, choices=Kind.choices)
    title = models.CharField(_("name of the paper"), max_length=200)
    file = models.CharField(max_length=200, editable=False)
    file_name = models.CharField(_("file name"), max_length=120, editable=False)
    content_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveIntegerField(_("size (bytes)"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["kind", "pk"]
        indexes = [models.Index(fields=["sha256"], name="attachment_of_the_same_file")]

    def __str__(self) -> str:
        return self.title


class Result(models.Model):
    """The averages of A, B and C that a level's council gave; each level's result is kept."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="results")
    level = models.CharField(_("level"), max_length=10, choices=Authority.AuthorityLevel.choices)
    part_a = models.DecimalField(_("part A"), max_digits=5, decimal_places=2)
    part_b = models.DecimalField(_("part B"), max_digits=5, decimal_places=2)
    part_c = models.DecimalField(_("part C"), max_digits=5, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=5, decimal_places=2)
    stars = models.PositiveSmallIntegerField(_("stars by the points"))
    # Where criteria sheets were scored: the star that the floors allow, knock-outs, all of it as frozen.
    held = models.PositiveSmallIntegerField(_("star that the floors allow"), null=True, blank=True)
    knockout = models.TextField(_("knock-out"), blank=True)
    agenda_item = models.OneToOneField(
        "AgendaItem", models.PROTECT, null=True, blank=True, related_name="result", editable=False
    )
    frozen = models.JSONField(null=True, editable=False)
    digest = models.CharField(_("digest (SHA-256)"), max_length=64, blank=True, editable=False)
    paper = models.CharField(max_length=200, blank=True, editable=False)
    paper_name = models.CharField(_("file of the decision"), max_length=120, blank=True, editable=False)
    paper_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    assessed_on = models.DateField(_("assessed on"))
    council = models.CharField(_("council"), max_length=250, blank=True)
    note = models.TextField(_("note"), blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["assessed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "level"], name="result_once_a_level"),
            models.CheckConstraint(
                condition=Q(total=F("part_a") + F("part_b") + F("part_c")), name="result_total_is_the_sum"
            ),
            models.CheckConstraint(
                condition=Q(part_a__gte=0, part_b__gte=0, part_c__gte=0, total__lte=100),
                name="result_within_0_and_100",
            ),
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="result_stars_1_to_5"),
            models.CheckConstraint(
                condition=Q(held__isnull=True) | Q(held__range=(1, 5)), name="result_held_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier}: {self.total}"

    @property
    def granted(self) -> int | None:
        """The star that the result comes to: the lower of points and floors; None after a knock-out."""
        if self.knockout:
            return None
        return self.stars if self.held is None else min(self.stars, self.held)
