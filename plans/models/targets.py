"""What a plan promises: its targets of every kind, and what they count."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from areas.models import Area, Level
from enterprises.models import EnterpriseKind
from products.models import Product, ProductGroup
from ratings.models import FundingSource

from .plans import Plan


class Indicator(models.Model):
    """What a target counts: tied to a measure of the portal, or reported by hand."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    unit = models.CharField(_("unit of count"), max_length=50)
    measure = models.CharField(
        _("measure"), max_length=40, blank=True, help_text=_("Empty: figures are reported by hand")
    )
    definition = models.TextField(_("definition"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_measured(self) -> bool:
        """Whether the portal computes the figure itself."""
        return bool(self.measure)


class Target(models.Model):
    """One target (chỉ tiêu) in the plan's own words, with as much of it as can be computed."""

    class Comparator(models.TextChoices):
        AT_LEAST = "ge", _("at least")
        MORE_THAN = "gt", _("more than")
        EXACTLY = "eq", _("exactly")
        ABOUT = "about", _("about")
        NEARLY = "nearly", _("nearly")
        LESS_THAN = "lt", _("less than")
        NONE = "none", _("no number")

    class Money(models.TextChoices):
        """The column of the plan's own budget that a target of money reads."""

        PLANNED = "planned", _("planned")
        ALLOCATED = "allocated", _("allocated")
        DISBURSED = "disbursed", _("disbursed")

    class MoneyUnit(models.TextChoices):
        """How a target of money is stated; a share is one of what is planned."""

        MILLION = "triệu đồng", _("million đồng")
        BILLION = "tỷ đồng", _("billion đồng")
        SHARE = "%", _("% of what is planned")

    PER_UNIT = ((Level.COMMUNE.value, _("each commune")), (Level.DISTRICT.value, _("each district")))

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets")
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("of which, part of"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    label = models.CharField(_("no."), max_length=10, blank=True)
    words = models.TextField(_("words of the plan"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="targets", verbose_name=_("indicator")
    )
    comparator = models.CharField(
        _("comparison"), max_length=10, choices=Comparator.choices, default=Comparator.AT_LEAST
    )
    number = models.DecimalField(_("number"), max_digits=14, decimal_places=2, null=True, blank=True)
    number_max = models.DecimalField(_("up to"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit of count"), max_length=50, blank=True)
    percent_of = models.CharField(_("percentage of"), max_length=150, blank=True)
    base = models.CharField(
        _("share of what the portal counts"),
        max_length=40,
        blank=True,
        help_text=_("The measure that counts the whole; empty: the share is reported by hand"),
    )
    per_unit = models.CharField(_("for each unit"), max_length=10, choices=PER_UNIT, blank=True)
    units = models.ManyToManyField(
        Area, blank=True, related_name="+", verbose_name=_("these units only, each of them")
    )
    products = models.ManyToManyField(
        Product, blank=True, related_name="+", verbose_name=_("named products on the portal")
    )
    product_names = models.TextField(
        _("named products not registered yet"), blank=True, help_text=_("One a line")
    )
    money = models.CharField(
        _("amount of the plan's budget"), max_length=10, choices=Money.choices, blank=True
    )
    money_sources = ArrayField(
        models.CharField(max_length=30, choices=FundingSource.choices),
        verbose_name=_("from these sources"),
        default=list,
        blank=True,
    )
    stars_min = models.PositiveSmallIntegerField(_("stars from"), null=True, blank=True)
    stars_max = models.PositiveSmallIntegerField(_("stars to"), null=True, blank=True)
    level = models.CharField(_("recognised at level"), max_length=10, blank=True)
    group = models.ForeignKey(
        ProductGroup, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product group")
    )
    kinds = models.ManyToManyField(EnterpriseKind, blank=True, verbose_name=_("kinds of organisations"))
    economic_only = models.BooleanField(_("economic organisations only"), default=False)
    funding_source = models.CharField(
        _("funding source"), max_length=30, choices=FundingSource.choices, blank=True
    )
    scope = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only in")
    )
    scope_words = models.CharField(_("scope in words"), max_length=200, blank=True)
    deadline = models.DateField(_("own deadline"), null=True, blank=True)
    is_cumulative = models.BooleanField(
        _("cumulative"),
        default=False,
        help_text=_("Counts what exists in all, not what is new in the period"),
    )
    note = models.TextField(_("note"), blank=True)
    promised_at = models.DateTimeField(
        _("first published at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("From then on words, number and deadline change by a revision only"),
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comparator="none", number__isnull=True)
                | (~Q(comparator="none") & Q(number__isnull=False)),
                name="target_number_unless_none",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gte=0),
                name="target_number_not_negative",
                violation_error_message=_("Enter a number that is not below zero."),
            ),
            models.CheckConstraint(
                condition=Q(base="") | Q(number__isnull=True) | Q(number__lte=100),
                name="target_share_within_the_whole",
                violation_error_message=_("A share of what the portal counts is a number from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=Q(number_max__isnull=True) | Q(number_max__gt=F("number")),
                name="target_range_runs_up",
            ),
            models.CheckConstraint(
                condition=Q(stars_max__isnull=True) | Q(stars_max__gte=F("stars_min")),
                name="target_star_range_runs_up",
            ),
            models.CheckConstraint(
                condition=Q(per_unit="", base="") | Q(per_unit="", money="") | Q(base="", money=""),
                name="target_counted_one_way",
            ),
            models.CheckConstraint(
                condition=Q(money="") | Q(unit__in=["triệu đồng", "tỷ đồng", "%"]),
                name="target_money_in_its_units",
            ),
            models.CheckConstraint(
                condition=Q(per_unit="") | Q(number__isnull=False), name="target_per_unit_has_a_number"
            ),
        ]

    def __str__(self) -> str:
        return self.words[:100]

    @property
    def counted_in(self) -> str:
        """The unit of count: the target's own, else the indicator's."""
        return self.unit or self.indicator.unit

    @property
    def unregistered(self) -> list[str]:
        """The named products that are known by their names only."""
        return [name for line in self.product_names.splitlines() if (name := line.strip())]
