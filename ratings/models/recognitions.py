"""Recognition as a dated fact, and what happened to it later as dated events; nothing is overwritten."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from areas.models import Area
from enterprises.models import Enterprise, EnterpriseKind
from ocop_portal.lib.written import Written
from products.models import Product, ProductGroup

from .decisions import DatePrecision, Decision
from .dossiers import Dossier
from .regulations import Regulation
from .validity import Expiry, Stands, ValidTo


class IsGivenBy(Written):
    """That a recognition was decided by the day ``on``; of one of an unknown day it is taken."""

    columns = ("recognised_on",)
    output_field = models.BooleanField()
    sql = "({recognised_on} IS NULL OR {recognised_on} <= {on})"


class RecognitionQuerySet(AreaScopedQuerySet):
    """Recognitions; dates are read as known on a day, so *expired* is a comparison and not a status."""

    def with_expiry(self, on: date) -> Self:
        """Annotate ``expiry``: the last day of validity as extended by events up to ``on`` (or null)."""
        return self.annotate(expiry=Expiry(on=on))

    def given_by(self, on: date) -> Self:
        """Recognitions decided by the day (an unknown day counts as before: it was entered from paper)."""
        return self.filter(IsGivenBy(on=on))

    def not_ended(self, on: date) -> Self:
        """Not revoked, struck off or superseded by the day."""
        return self.filter(~Q(HasEnded(on=on)))

    def with_validity(self, on: date) -> Self:
        """Annotate ``expiry`` and ``valid_to``, the last day of validity as known on ``on`` (or null).

        A re-evaluation that was submitted and not decided by the day keeps the certificate valid past its
        expiry, at most so long as a certificate can be extended: transitional rule of Decision 26/2026.
        """
        return self.with_expiry(on).annotate(valid_to=ValidTo(on=on))

    def with_ending(self, on: date) -> Self:
        """Annotate ``ended_by``: the kind of the first event that ended it by the day, or empty."""
        ending = RecognitionEvent.objects.filter(
            recognition=OuterRef("pk"), kind__in=RecognitionEvent.ENDING, on__lte=on
        ).order_by("on", "pk")
        return self.annotate(ended_by=Coalesce(Subquery(ending.values("kind")[:1]), Value("")))

    def in_force(self, on: date) -> Self:
        """Valid on the day: given, not ended, and the last day not yet past (that day itself is valid).

        Each has ``expiry`` and ``valid_to``, see :meth:`with_validity`.
        """
        return self.given_by(on).not_ended(on).with_validity(on).filter(Stands(on=on))

    def of_unknown_validity(self, on: date) -> Self:
        """Given and not ended, but no paper says until when: counted apart, never guessed."""
        return self.given_by(on).not_ended(on).with_expiry(on).filter(expiry__isnull=True)


class Recognition(models.Model):
    """One product (or bundle) recognised by one decision, with the names as they stood."""

    class Kind(models.TextChoices):
        FIRST = "first", _("First rating")
        UPGRADE = "upgrade", _("Upgrade")
        REEVALUATION = "reevaluation", _("Re-evaluation")
        UNKNOWN = "unknown", _("Unknown")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="recognitions")
    product = models.ForeignKey(Product, models.PROTECT, related_name="recognitions")
    dossier = models.ForeignKey(
        Dossier, models.PROTECT, null=True, blank=True, related_name="recognitions", verbose_name=_("dossier")
    )
    regulation = models.ForeignKey(Regulation, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.UNKNOWN)
    stars = models.PositiveSmallIntegerField(_("stars"))
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="recognitions", verbose_name=_("commune then")
    )
    group = models.ForeignKey(
        ProductGroup, models.PROTECT, related_name="+", verbose_name=_("product group then")
    )
    product_name = models.CharField(_("product (name then)"), max_length=250)
    variants = ArrayField(
        models.CharField(max_length=150), default=list, blank=True, verbose_name=_("variants")
    )
    certificate_code = models.CharField(_("certificate check code"), max_length=10, unique=True)
    certificate_number = models.CharField(_("certificate number"), max_length=60, blank=True)
    # With only the year known this holds 1 January of it, so that order and comparison still work.
    recognised_on = models.DateField(_("recognised on"), null=True, blank=True)
    date_precision = models.CharField(
        _("date known to"), max_length=10, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        ordering = ["-recognised_on", "-pk"]
        indexes = [
            models.Index(fields=["area", "recognised_on"]),
            models.Index(fields=["product", "recognised_on"]),
            models.Index(fields=["expires_on"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="recognition_stars_1_to_5"),
            models.UniqueConstraint(
                fields=["dossier", "decision"],
                condition=Q(dossier__isnull=False),
                name="recognition_once_a_dossier",
            ),
            models.CheckConstraint(
                condition=Q(date_precision="unknown", recognised_on__isnull=True)
                | (~Q(date_precision="unknown") & Q(recognised_on__isnull=False)),
                name="recognition_date_matches_precision",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(recognised_on__isnull=True)
                | Q(expires_on__gte=F("recognised_on")),
                name="recognition_expires_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_name} {self.stars}★"


class RecognitionHolder(models.Model):
    """An organisation named by the decision, as its name and kind stood; the link may be unknown."""

    recognition = models.ForeignKey(Recognition, models.CASCADE, related_name="holders")
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="holdings",
        verbose_name=_("organisation"),
    )
    name = models.CharField(_("name then"), max_length=250)
    kind = models.ForeignKey(
        EnterpriseKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kind then")
    )

    class Meta:
        verbose_name = _("holder")
        verbose_name_plural = _("holders")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recognition", "enterprise"],
                condition=Q(enterprise__isnull=False),
                name="recognition_holder_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class RevocationGround(models.TextChoices):
    """The six grounds on which a recognition is revoked (Decision 26/2026/QĐ-TTg)."""

    DISHONEST_PAPERS = "dishonest_papers", _("Dishonest papers")
    CRITERIA_NO_LONGER_MET = "criteria_no_longer_met", _("Criteria no longer met")
    BREACH_OF_LAW = "breach_of_law", _("Breach of law on quality, food safety, environment, IP or labels")
    MISUSE_OF_MARK = "misuse_of_mark", _("Misuse of the OCOP mark")
    PRODUCTION_STOPPED = "production_stopped", _("Production stopped")
    OTHER = "other", _("Another ground")


class Change(models.Model):
    """Why a recognition was revoked, or what of it is corrected: shown to anyone who checks it."""

    class Corrects(models.TextChoices):
        PRODUCT_NAME = "product_name", _("Name of the product")
        HOLDER = "holder", _("Name of the organisation")
        VARIANTS = "variants", _("Variants in the bundle")
        ADDRESS = "address", _("Address")
        NUMBER = "number", _("Number of the certificate or the decision")
        OTHER = "other", _("Another matter")

    ground = models.CharField(
        _("ground of revocation"), max_length=30, choices=RevocationGround.choices, blank=True
    )
    corrects = models.CharField(_("what is corrected"), max_length=20, choices=Corrects.choices, blank=True)
    wrong = models.CharField(_("as it stands"), max_length=250, blank=True)
    right = models.CharField(_("as it is to read"), max_length=250, blank=True)

    class Meta:
        abstract = True


class RecognitionEvent(Change):
    """What happened to a recognition: each on a day, each with its decision where there is one."""

    class Kind(models.TextChoices):
        EXTENDED = "extended", _("Extended")
        REVOKED = "revoked", _("Revoked")
        STRUCK_OFF = "struck_off", _("Struck off the list")
        SUPERSEDED = "superseded", _("Superseded by a later recognition")
        CORRECTED = "corrected", _("Corrected")

    ENDING = (Kind.REVOKED, Kind.STRUCK_OFF, Kind.SUPERSEDED)

    recognition = models.ForeignKey(Recognition, models.PROTECT, related_name="events")
    kind = models.CharField(_("event"), max_length=20, choices=Kind.choices)
    on = models.DateField(_("on"))
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="events")
    new_expires_on = models.DateField(_("valid until (new)"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="extended", new_expires_on__isnull=False)
                | (~Q(kind="extended") & Q(new_expires_on__isnull=True)),
                name="event_extension_has_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%d/%m/%Y}"


class HasEnded(Written):
    """That a recognition was revoked, struck off or superseded by the day ``on``."""

    output_field = models.BooleanField()
    sql = f"""{{pk}} IN (
    SELECT ending.recognition_id FROM ratings_recognitionevent ending WHERE ending."on" <= {{on}}
    AND ending.kind IN ({", ".join(f"'{kind}'" for kind in RecognitionEvent.ENDING)})
)"""  # noqa: S608 - put together from the constants here; what is filled in are a column and a day
