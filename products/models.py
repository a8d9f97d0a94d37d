"""Products, their classification, variants and photos."""

from __future__ import annotations

import hashlib
from typing import Self

from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from areas.models import Area
from enterprises.models import Enterprise
from ocop_portal.lib import slugs, text


class ProductGroupQuerySet(models.QuerySet["ProductGroup"]):
    def under(self, code: str) -> Self:
        """The group with this code and all below it (three tiers at most); unknown code: none."""
        return self.filter(Q(code=code) | Q(parent__code=code) | Q(parent__parent__code=code))

    def assignable(self) -> Self:
        """The groups a product may be put in: those that a criteria set rates."""
        return self.filter(tier=ProductGroup.Tier.SUBGROUP)


class ProductGroup(models.Model):
    """The classification of Decision 26/2026: sector (ngành), group (nhóm), subgroup (phân nhóm).

    A subgroup wears the code of the criteria set that rates it, ``QD26-01`` to ``QD26-26``.
    """

    class Tier(models.TextChoices):
        SECTOR = "sector", _("Sector")
        GROUP = "group", _("Group")
        SUBGROUP = "subgroup", _("Subgroup")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField(default=0)

    objects = ProductGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("product group")
        verbose_name_plural = _("product groups")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tier="sector", parent__isnull=True)
                | (~Q(tier="sector") & Q(parent__isnull=False)),
                name="product_group_sector_is_root",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """The group's name behind that of the tier above it, unless they are the same."""
        above = self.parent.name if self.parent else ""
        return self.name if above in {"", self.name} else f"{above} – {self.name}"


class ProductQuerySet(AreaScopedQuerySet):
    """Products; scope comes from the area each row keeps."""

    def found_by(self, query: str) -> Self:
        """Those of whose name, or of an organisation's, it is every word, and the one whose code it is."""
        if not query.strip():
            return self.all()
        made = Making.objects.filter(text.matches("enterprise__name_norm", query))
        named = text.matches("name_norm", query) | Q(pk__in=made.values("product"))
        return self.filter(named | Q(code__iexact=query.strip()))

    def with_makers(self) -> Self:
        """Each with its organisations at hand, the leading one first: see :attr:`Product.makers`."""
        return self.prefetch_related(
            Prefetch("makings", Making.objects.select_related("enterprise"), to_attr="known_makings")
        )


SHORTEST_STORY = 80


def story_digest(story: str) -> str:
    """SHA-256 of the story without marks, case and punctuation; empty for one of a sentence or less."""
    told = text.search_key(story)
    return hashlib.sha256(told.encode()).hexdigest() if len(told) >= SHORTEST_STORY else ""


class Product(models.Model):
    """One product or bundle of variants. It has no star: stars are dated facts (``ratings.Recognition``)."""

    name = models.CharField(_("name"), max_length=250)
    slug = models.SlugField(max_length=280, unique=True, editable=False)
    code = models.CharField(_("product code"), max_length=40, blank=True)
    # Set when the portal gave the code by a regulation's scheme; from then on the code never changes.
    code_given_on = models.DateField(_("code given on"), null=True, editable=False)
    group = models.ForeignKey(
        ProductGroup, models.PROTECT, related_name="products", verbose_name=_("product group")
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="products", verbose_name=_("commune"))
    enterprises: models.ManyToManyField[Enterprise, Making] = models.ManyToManyField(
        Enterprise, through="Making", related_name="products", verbose_name=_("organisations")
    )
    summary = models.CharField(_("in one sentence"), max_length=250, blank=True)
    story = models.TextField(_("product story"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    form_token = models.UUIDField(null=True, unique=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)
    name_norm = models.CharField(max_length=260, editable=False)
    sort_key = models.CharField(max_length=text.SORT_KEY_LENGTH, editable=False)
    # By which the same story of two products is found; empty for a story too short to tell.
    story_digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="product_code_once",
                violation_error_message=_("Another product has this code."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["story_digest"], condition=~Q(story_digest=""), name="product_of_the_same_story"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name = text.nfc(self.name)
        self.name_norm = text.search_key(self.name)
        self.sort_key = text.sort_key(self.name)
        self.story_digest = story_digest(self.story)
        self.slug = self.slug or slugs.free(Product, self.name, "san-pham")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("products:detail", args=[self.pk])

    @property
    def makers(self) -> list[Enterprise]:
        """The organisations, the leading one first; one query unless the rows came by ``with_makers``."""
        makings = getattr(self, "known_makings", None)
        if makings is None:
            makings = self.makings.select_related("enterprise")
        return [making.enterprise for making in makings]


class Making(models.Model):
    """An organisation makes a product; one of them leads the dossier."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="makings")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="makings")
    is_lead = models.BooleanField(_("leads the dossier"), default=False)

    class Meta:
        verbose_name = _("maker")
        verbose_name_plural = _("makers")
        ordering = ["-is_lead", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["product", "enterprise"], name="making_once"),
            models.UniqueConstraint(fields=["product"], condition=Q(is_lead=True), name="making_one_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} ← {self.enterprise_id}"


class ProductVariant(models.Model):
    """One member of a bundle that is rated together (20°, 30°, 40°)."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    name = models.CharField(_("name"), max_length=150)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["product", "name"], name="variant_once")]

    def __str__(self) -> str:
        return self.name


class ProductPhoto(models.Model):
    """A public photo, re-encoded on upload so that it carries no location."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="photos")
    image = models.ImageField(
        _("photo"), upload_to="products/%Y", width_field="width", height_field="height", max_length=200
    )
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.caption or str(self.pk)

    @property
    def url(self) -> str:
        """The address at which staff of the area see the picture, recognised or not."""
        return reverse("products:photo", args=[self.product_id, self.pk])
