"""The evidence library of an organisation: each paper kept once, used by many criteria and dossiers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from ocop_portal.lib import clock, text

from .. import validity
from .organisations import Enterprise


class EvidenceKind(models.TextChoices):
    """The fifteen kinds of evidence that the annex to Decision 26/2026/QĐ-TTg lists for a dossier."""

    BUSINESS_REGISTRATION = "business_registration", _("Business registration")
    PRODUCTION_CONDITIONS = "production_conditions", _("Certificate of production conditions (food safety)")
    ORIGIN = "origin", _("Origin, material area, linkage contracts")
    ENVIRONMENT = "environment", _("Environment and technology")
    LABOUR = "labour", _("List of insured workers with residence")
    ACCOUNTS = "accounts", _("Cooperative grading or two years' accounts")
    INTELLECTUAL_PROPERTY = "intellectual_property", _("Intellectual property")
    SALES = "sales", _("Sales contracts and invoices")
    PROMOTION = "promotion", _("Promotion")
    STORY = "story", _("Product story")
    QUALITY_DECLARATION = "quality_declaration", _("Quality declaration")
    TEST_REPORT = "test_report", _("Test report")
    TRACEABILITY = "traceability", _("Barcode or traceability stamp")
    QUALITY_SYSTEM = "quality_system", _("Quality-management system")
    AWARD = "award", _("Award")


class EvidenceQuerySet(AreaScopedQuerySet):
    """Papers; scope comes from the organisation that owns them."""

    area_path = "enterprise__area"

    def kept(self) -> Self:
        """Papers that were not removed from the library."""
        return self.filter(removed_at__isnull=True)

    def valid_on(self, on: date) -> Self:
        """Papers whose last day of validity is not past (that day itself is valid), or that have none."""
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=on))

    def expired(self, on: date) -> Self:
        """Papers whose validity ended before the day."""
        return self.filter(expires_on__lt=on)

    def expiring(self, on: date, days: int) -> Self:
        """Valid papers whose validity ends within so many days."""
        return self.filter(expires_on__gte=on, expires_on__lte=on + timedelta(days=days))

    def current(self) -> Self:
        """Papers in the library that no newer paper has replaced."""
        return self.kept().filter(replaced_by__isnull=True)

    def unconfirmed(self) -> Self:
        """Papers whose kind and name were read out of the file's name, and nobody has looked since."""
        return self.filter(unconfirmed=True)

    def found_by(self, query: str) -> Self:
        """Papers whose name, number or issuer have every word of the query, diacritics aside."""
        return self.filter(text.matches("search_key", query))

    def with_use_counts(self) -> Self:
        """Each with ``criterion_count`` (of each dossier that uses it) and ``dossier_count``."""
        return self.annotate(
            criterion_count=Count("uses__criterion"), dossier_count=Count("uses__dossier", distinct=True)
        )

    def tally(self, on: date) -> dict[str, int]:
        """How many papers there are, and of these: expired, expiring, with particulars to fill in."""
        soon = on + timedelta(days=validity.EXPIRING_DAYS)
        return self.aggregate(
            papers=Count("pk"),
            expired=Count("pk", filter=Q(expires_on__lt=on)),
            expiring=Count("pk", filter=Q(expires_on__gte=on, expires_on__lte=soon)),
            unconfirmed=Count("pk", filter=Q(unconfirmed=True)),
        )


class Evidence(models.Model):
    """One paper: what it is, who gave it, from when to when it holds, and its file.

    File and digest never change; a newer paper is a new row that ``replaces`` the old one, so what a dossier
    was submitted with can always be shown.
    """

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="evidence", verbose_name=_("organisation")
    )
    # Empty only while ``unconfirmed``: a photo's name (``IMG_2031.jpg``) says nothing of its kind.
    kind = models.CharField(_("kind of evidence"), max_length=30, choices=EvidenceKind.choices, blank=True)
    title = models.CharField(_("name of the paper"), max_length=200)
    number = models.CharField(_("number of the paper"), max_length=80, blank=True)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    file = models.CharField(max_length=200, editable=False)
    file_name = models.CharField(_("file name"), max_length=120, editable=False)
    content_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveIntegerField(_("size (bytes)"), editable=False)
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64, editable=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    unconfirmed = models.BooleanField(_("particulars to fill in"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    form_token = models.UUIDField(null=True, unique=True, editable=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    uploaded_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)
    removed_at = models.DateTimeField(null=True, editable=False)
    search_key = models.CharField(max_length=1000, editable=False)
    sort_key = models.CharField(max_length=text.SORT_KEY_LENGTH, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["kind", "title", "pk"]
        indexes = [
            models.Index(fields=["enterprise", "kind"]),
            models.Index(fields=["sha256"], name="evidence_of_the_same_file"),
            models.Index(
                fields=["expires_on"], condition=Q(expires_on__isnull=False), name="evidence_expiry"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(expires_on__gte=F("issued_on")),
                name="evidence_expires_after_it_is_issued",
                violation_error_message=_("The last day of validity is before the day of issue."),
            ),
            models.CheckConstraint(
                condition=Q(unconfirmed=True, kind="") | Q(kind__in=EvidenceKind.values),
                name="evidence_kind_known_once_confirmed",
            ),
            models.UniqueConstraint(
                fields=["enterprise", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="evidence_file_once_a_library",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

    def save(self, *args: object, **kwargs: object) -> None:
        self.search_key = text.search_key(f"{self.title} {self.number} {self.issuer}")
        self.sort_key = text.sort_key(self.title)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("enterprises:paper", args=[self.pk])

    @property
    def status(self) -> validity.Status:
        """The status today: what replaced it and what is still to fill in come before its dates.

        Asks the database for ``replaced_by`` unless the row came with it (``select_related``).
        """
        if self.newer:
            return validity.REPLACED
        if self.unconfirmed:
            return validity.UNCONFIRMED
        return validity.on_day(self.expires_on, clock.today())

    @property
    def newer(self) -> Evidence | None:
        """The paper that replaced this one, if any."""
        return getattr(self, "replaced_by", None)

    @property
    def short_digest(self) -> str:
        """The first twelve digits of the digest: enough to compare by eye."""
        return self.sha256[:12]
