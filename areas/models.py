"""Administrative units as dated facts.

A unit is identified by its code *and* the day from which it is valid: since 1/7/2025 old codes are worn by
other units (01501 was Chí Viễn and is now Đàm Thủy).
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import clock, text

SATURDAY = 5


class Level(models.TextChoices):
    """The levels of administration that take part in the programme."""

    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune")


class AreaQuerySet(models.QuerySet["Area"]):
    def in_force(self, on: date) -> Self:
        """Units that exist on the day ``on``."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on)
        )

    def within(self, area: Area) -> Self:
        """The unit itself, everything under it, and every predecessor of these."""
        return self.filter(covered_by__unit=area)

    def covering(self, area: Area) -> Self:
        """The units whose posts cover ``area``: itself, those above it, and its successors."""
        return self.filter(covers__covered=area)

    def sharing_ground(self, area: Area | OuterRef) -> Self:
        """The units of any day that lie on ground of ``area``: those that cover something which it covers.

        A commune so shares the ground of the district it was in, also where it was made after that ended.
        """
        return self.filter(covers__covered__covered_by__unit=area)


class Area(models.Model):
    """One administrative unit between two days (both inclusive; empty = since before / still)."""

    code = models.CharField(_("code"), max_length=10)
    name = models.CharField(_("name"), max_length=100, help_text=_("With its kind, e.g. Xã Đàm Thủy"))
    kind = models.CharField(_("kind"), max_length=30)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    area_km2 = models.DecimalField(_("area (km²)"), max_digits=10, decimal_places=2, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    name_norm = models.CharField(max_length=120, editable=False)
    sort_key = models.CharField(max_length=text.SORT_KEY_LENGTH, editable=False)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("administrative unit")
        verbose_name_plural = _("administrative units")
        ordering = ["sort_key", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"], name="area_code_and_day_unique", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~Q(code=""), name="area_code_not_blank"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="area_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.set_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def set_keys(self) -> None:
        """Fill what search and sorting go by; for rows that are written in bulk."""
        self.name = text.nfc(self.name)
        self.name_norm = text.search_key(self.name)
        self.sort_key = text.sort_key(self.short_name)

    @property
    def short_name(self) -> str:
        """The name without its kind: ``Đàm Thủy`` for ``Xã Đàm Thủy``."""
        return self.name.removeprefix(self.kind).strip() or self.name

    def exists_on(self, on: date | None = None) -> bool:
        """Whether the unit is in force on the day (today unless given)."""
        day = on or clock.today()
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class Succession(models.Model):
    """One ended unit went into another on a day; ``partial`` when only a part of it did."""

    predecessor = models.ForeignKey(Area, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Area, models.PROTECT, related_name="origins")
    partial = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class Coverage(models.Model):
    """The closure table behind roll-ups and rights, rebuilt by the loader.

    ``unit`` covers itself, everything under it, and every predecessor of what it covers; so a record kept
    in an ended commune is found from its successor and from the old district, and never the reverse.
    """

    unit = models.ForeignKey(Area, models.CASCADE, related_name="covers")
    covered = models.ForeignKey(Area, models.CASCADE, related_name="covered_by")

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")
        constraints = [models.UniqueConstraint(fields=["unit", "covered"], name="coverage_once")]
        indexes = [models.Index(fields=["covered", "unit"])]

    def __str__(self) -> str:
        return f"{self.unit_id} ⊇ {self.covered_id}"


class UnitProfile(models.Model):
    """What a unit prints on its papers, and the service standards it set itself (working days)."""

    area = models.OneToOneField(Area, models.PROTECT, related_name="profile", verbose_name=_("unit"))
    issuing_body = models.CharField(_("issuing body"), max_length=200)
    superior_body = models.CharField(_("superior body"), max_length=200, blank=True)
    place = models.CharField(_("place name on papers"), max_length=100)
    number_suffix = models.CharField(_("suffix of document numbers"), max_length=30, default="UBND")
    recipients = models.TextField(_("recipients"), blank=True, help_text=_("One a line"))
    check_within_days = models.PositiveSmallIntegerField(
        _("days to check a dossier"), null=True, blank=True, help_text=_("Working days")
    )
    answer_within_days = models.PositiveSmallIntegerField(
        _("days to answer a return"), null=True, blank=True, help_text=_("Working days")
    )
    decide_within_days = models.PositiveSmallIntegerField(
        _("days from acceptance to the result"), null=True, blank=True, help_text=_("Working days")
    )
    sign_within_days = models.PositiveSmallIntegerField(
        _("days from the result to the signed decision"), null=True, blank=True, help_text=_("Working days")
    )

    class Meta:
        verbose_name = _("unit profile")
        verbose_name_plural = _("unit profiles")

    def __str__(self) -> str:
        return self.issuing_body

    def body_in_text(self) -> str:
        """The issuing body as a sentence writes it: “Ủy ban nhân dân huyện Trùng Khánh”.

        The letterhead's capitals carry no case; the unit's proper name is the end of its own name.
        """
        if not self.issuing_body.isupper():
            return self.issuing_body
        proper = self.area.short_name
        words = self.issuing_body.capitalize().split()
        return " ".join([*words[: -len(proper.split())], proper])


class Signer(models.Model):
    """A person who signs for a unit, and in what capacity (Decree 30/2020/NĐ-CP, article 8)."""

    class Capacity(models.TextChoices):
        ON_BEHALF = "TM", _("TM. — on behalf of the collective")
        FOR_HEAD = "KT", _("KT. — for the head")
        BY_ORDER = "TL", _("TL. — by order of the head")
        ACTING = "Q", _("Q. — acting head")
        OWN = "", _("In their own name")

    profile = models.ForeignKey(UnitProfile, models.CASCADE, related_name="signers")
    capacity = models.CharField(
        _("capacity"), max_length=2, choices=Capacity.choices, default=Capacity.ON_BEHALF, blank=True
    )
    collective = models.CharField(
        _("collective"), max_length=100, blank=True, help_text=_("e.g. ỦY BAN NHÂN DÂN")
    )
    head_position = models.CharField(_("position of the head"), max_length=100, help_text=_("e.g. CHỦ TỊCH"))
    own_position = models.CharField(
        _("position of the signer"), max_length=100, blank=True, help_text=_("e.g. PHÓ CHỦ TỊCH")
    )
    full_name = models.CharField(_("full name"), max_length=100)
    is_default = models.BooleanField(_("signs unless another is chosen"), default=False)

    class Meta:
        verbose_name = _("signer")
        verbose_name_plural = _("signers")
        constraints = [
            models.UniqueConstraint(
                fields=["profile"], condition=Q(is_default=True), name="signer_one_default_a_unit"
            )
        ]

    def __str__(self) -> str:
        return self.full_name


class Holiday(models.Model):
    """A public holiday, or a make-up working Saturday (làm bù)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday")
        MAKE_UP = "make_up", _("Make-up working day")

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays and make-up days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"

    def clean(self) -> None:
        """Refuse a make-up day on a day that is worked anyway."""
        if self.day and self.kind == self.Kind.MAKE_UP and self.day.weekday() < SATURDAY:
            raise ValidationError({"day": _("A make-up working day is a Saturday or a Sunday.")})


class LoadedFile(models.Model):
    """A reference file as last loaded: an unchanged digest is skipped."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    digest = models.CharField(_("digest"), max_length=64)
    loaded_at = models.DateTimeField(_("loaded at"), auto_now=True)

    class Meta:
        verbose_name = _("reference file")
        verbose_name_plural = _("reference files")

    def __str__(self) -> str:
        return self.name
