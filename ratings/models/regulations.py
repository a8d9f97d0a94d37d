"""The regulations in force at each time, as data: no threshold, level or deadline stands in code."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeBoundary
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from areas.models import Level


class FilingSpan(Func):
    """``daterange(files_from, files_to, '[]')``."""

    function = "daterange"
    output_field = DateRangeField()


class RegulationQuerySet(models.QuerySet["Regulation"]):
    def filing_on(self, on: date) -> Regulation:
        """The regulation that a dossier first submitted on this day pins.

        Raises ``Regulation.DoesNotExist`` for a day that no loaded regulation covers.
        """
        return self.get(Q(files_to__isnull=True) | Q(files_to__gte=on), files_from__lte=on)


class Regulation(models.Model):
    """One version of the programme's rules, from the day on which dossiers are filed under it."""

    class Tree(models.TextChoices):
        NONE = "none", _("Averages of A, B and C are entered")
        VERIFIED = "verified", _("Rated by criteria sets")

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=200)
    documents = ArrayField(models.CharField(max_length=100), verbose_name=_("documents"))
    files_from = models.DateField(_("dossiers filed from"))
    files_to = models.DateField(_("dossiers filed to"), null=True, blank=True)
    decide_first_until = models.DateField(_("first ratings decided until"), null=True, blank=True)
    decide_upgrade_until = models.DateField(_("upgrades decided until"), null=True, blank=True)
    decide_reevaluation_until = models.DateField(_("re-evaluations decided until"), null=True, blank=True)
    certificate_from_stars = models.PositiveSmallIntegerField(_("certificate from (stars)"))
    validity_months = models.PositiveSmallIntegerField(_("certificate valid for (months)"))
    product_code_parts = ArrayField(
        models.CharField(max_length=20), verbose_name=_("parts of the product code")
    )
    tree = models.CharField(_("criteria"), max_length=10, choices=Tree.choices)
    # What later acts read (rounds, re-evaluation window, revocation…), as loaded.
    settings = models.JSONField(_("further rules"), default=dict)
    digest = models.CharField(max_length=64, editable=False)

    objects = RegulationQuerySet.as_manager()

    class Meta:
        verbose_name = _("regulation")
        verbose_name_plural = _("regulations")
        ordering = ["files_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(files_to__isnull=True) | Q(files_to__gte=F("files_from")),
                name="regulation_span_runs_forward",
            ),
            ExclusionConstraint(
                name="regulation_filing_spans_apart",
                expressions=[
                    (FilingSpan("files_from", "files_to", RangeBoundary(True, True)), RangeOperators.OVERLAPS)
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RegulationPart(models.Model):
    """One of the parts A, B, C and the most points it gives."""

    regulation = models.ForeignKey(Regulation, models.CASCADE, related_name="parts")
    code = models.CharField(_("part"), max_length=1)
    max_points = models.DecimalField(_("most points"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["regulation", "code"], name="part_once")]

    def __str__(self) -> str:
        return f"{self.code} ({self.max_points})"


class Band(models.Model):
    """The points from which a star is given: half-open, up to where the next star begins."""

    regulation = models.ForeignKey(Regulation, models.CASCADE, related_name="bands")
    stars = models.PositiveSmallIntegerField(_("stars"))
    from_points = models.DecimalField(_("from points"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("band")
        verbose_name_plural = _("bands")
        ordering = ["-stars"]
        constraints = [
            models.UniqueConstraint(fields=["regulation", "stars"], name="band_once"),
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="band_stars_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.stars}★ ≥ {self.from_points}"


class Authority(models.Model):
    """What a level does under a regulation: assesses, certifies which stars, forwards from which total."""

    class Assessment(models.TextChoices):
        POINTS = "points", _("Scores")
        WORDS = "words", _("Assesses in words")

    class AuthorityLevel(models.TextChoices):
        COMMUNE = Level.COMMUNE.value, _("Commune")
        DISTRICT = Level.DISTRICT.value, _("District")
        PROVINCE = Level.PROVINCE.value, _("Province")
        CENTRAL = "central", _("Centre")

    regulation = models.ForeignKey(Regulation, models.CASCADE, related_name="authorities")
    level = models.CharField(_("level"), max_length=10, choices=AuthorityLevel.choices)
    position = models.PositiveSmallIntegerField()
    assesses = models.CharField(_("assesses"), max_length=10, choices=Assessment.choices)
    certifies = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("recognises (stars)"))
    forwards_from = models.DecimalField(
        _("forwards from points"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    deadline_working_days = models.PositiveSmallIntegerField(
        _("deadline (working days)"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["regulation", "level"], name="authority_once")]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.certifies}"
