"""The organisations (chủ thể) that make the products."""

from __future__ import annotations

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from areas.models import Area
from ocop_portal.lib import text

from .. import taxcodes


class EnterpriseKind(models.Model):
    """A legal form, with whether the plan counts it as an economic organisation (tổ chức kinh tế)."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    is_economic_organisation = models.BooleanField(_("economic organisation"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("kind of organisation")
        verbose_name_plural = _("kinds of organisations")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class EnterpriseQuerySet(AreaScopedQuerySet):
    """Enterprises; scope comes from the area each row keeps."""

    def economic(self) -> Self:
        """Cooperatives, cooperative groups, companies: what a plan calls economic organisations."""
        return self.filter(kind__is_economic_organisation=True)

    def with_product_counts(self) -> Self:
        """Each with ``product_count``, the number of its products."""
        return self.annotate(product_count=Count("makings", distinct=True))

    def found_by(self, query: str) -> Self:
        """Those whose name has every word of the query, or whose tax code begins with its digits.

        A household's 12 digits are a citizen's ID, so only the whole code finds it: nobody can feel the way
        to it digit by digit.
        """
        named = text.matches("name_norm", query)
        digits = taxcodes.digits(query)
        if len(digits) < 3:
            return self.filter(named)
        numbered = Q(tax_code=digits) | Q(tax_code__startswith=digits) & ~Q(tax_code__regex=r"^\d{12}$")
        return self.filter(named | numbered)


class Enterprise(models.Model):
    """One organisation: what it is now. Recognitions keep the names as they stood."""

    class Sex(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")

    name = models.CharField(_("name"), max_length=250)
    kind = models.ForeignKey(
        EnterpriseKind, models.PROTECT, related_name="enterprises", verbose_name=_("legal form")
    )
    tax_code = models.CharField(
        _("tax code"), max_length=13, blank=True, validators=[RegexValidator(r"^(\d{10}|\d{12}|\d{13})$")]
    )
    no_tax_code_reason = models.CharField(_("reason for no tax code"), max_length=200, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="enterprises", verbose_name=_("commune"))
    address = models.CharField(_("address"), max_length=250, blank=True)
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    representative = models.CharField(_("representative"), max_length=100, blank=True)
    representative_position = models.CharField(
        _("position of the representative"), max_length=100, blank=True
    )
    representative_sex = models.CharField(
        _("sex of the representative"), max_length=10, choices=Sex.choices, blank=True
    )
    representative_ethnicity = models.CharField(
        _("ethnicity of the representative"), max_length=50, blank=True
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    form_token = models.UUIDField(null=True, unique=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)
    name_norm = models.CharField(max_length=260, editable=False)
    sort_key = models.CharField(max_length=text.SORT_KEY_LENGTH, editable=False)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tax_code"],
                condition=~Q(tax_code=""),
                name="enterprise_tax_code_once",
                violation_error_message=_("Another organisation has this tax code."),
            ),
            models.CheckConstraint(
                condition=Q(tax_code="") | Q(tax_code__regex=r"^(\d{10}|\d{12}|\d{13})$"),
                name="enterprise_tax_code_10_12_13_digits",
            ),
            models.CheckConstraint(
                condition=~Q(tax_code="") | ~Q(no_tax_code_reason=""),
                name="enterprise_tax_code_or_reason",
                violation_error_message=_("Give the tax code, or the reason why there is none."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name = text.nfc(self.name)
        self.name_norm = text.search_key(self.name)
        self.sort_key = text.sort_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("enterprises:detail", args=[self.pk])

    @property
    def public_tax_code(self) -> str:
        """The tax code as it may be shown: a household's 12 digits are a citizen's ID, so masked."""
        return taxcodes.masked(self.tax_code)
