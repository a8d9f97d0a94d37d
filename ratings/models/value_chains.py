"""A product joined a value chain: a dated record entered by an officer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from areas.models import Area
from enterprises.models import Enterprise
from products.models import Product


class FundingSource(models.TextChoices):
    """Where money comes from, as plans and budget tables name it."""

    CENTRAL = "central", _("Central budget")
    PROVINCE = "province", _("Provincial budget")
    LOCAL = "local", _("District and commune budget")
    NATIONAL_PROGRAMMES = "national_programmes", _("National Target Programmes")
    COUNTERPART = "counterpart", _("Counterpart funds of organisations")
    OTHER = "other", _("Other")


class ValueChainQuerySet(AreaScopedQuerySet):
    """Value-chain records; scope comes from the product's commune kept on the record."""


class ValueChainRecord(models.Model):
    """A product of an organisation takes part in a value chain, from a day, with money from a source."""

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="value_chains", verbose_name=_("product")
    )
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="value_chains",
        verbose_name=_("organisation"),
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="value_chains", verbose_name=_("commune"))
    chain = models.CharField(_("value chain"), max_length=200)
    partner = models.CharField(_("partner"), max_length=200, blank=True)
    joined_on = models.DateField(_("joined on"))
    funding_source = models.CharField(
        _("funding source"), max_length=30, choices=FundingSource.choices, blank=True
    )
    document = models.CharField(_("document"), max_length=200, blank=True, help_text=_("Number and date"))
    note = models.TextField(_("note"), blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ValueChainQuerySet.as_manager()

    class Meta:
        verbose_name = _("value-chain record")
        verbose_name_plural = _("value-chain records")
        ordering = ["-joined_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["product", "chain", "joined_on"], name="value_chain_record_once")
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.chain}"
