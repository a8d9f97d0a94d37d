"""Reports that went out: the covering letter's number and day, locked, and what took their place."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from areas.maps import MapOf
from areas.models import Area
from ocop_portal.lib import periods

from .runs import Run


class PublicationQuerySet(AreaScopedQuerySet):
    """Publications; scope comes from the unit reported on."""

    def current(self) -> Self:
        """Those that no later one has taken the place of."""
        return self.filter(superseded_at__isnull=True)


class Publication(models.Model):
    """A compiled report sent out under a covering letter; a trigger keeps it as it was.

    At most one of a report on a unit, a period and a map is current. A later one names the one whose place it
    takes, and why; that one then stands as superseded.
    """

    run = models.OneToOneField(Run, models.PROTECT, related_name="publication")
    report = models.CharField(_("report"), max_length=30)
    area = models.ForeignKey(Area, models.PROTECT, related_name="publications", verbose_name=_("area"))
    period = models.CharField(_("period"), max_length=30)
    on_map = models.CharField(_("map"), max_length=4, choices=MapOf.choices)
    letter_number = models.CharField(_("number of the covering letter"), max_length=50)
    letter_on = models.DateField(_("date of the covering letter"))
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", editable=False
    )
    reason = models.TextField(_("why it takes the place of the earlier one"), blank=True)
    superseded_at = models.DateTimeField(_("superseded at"), null=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("published by"))
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("published report")
        verbose_name_plural = _("published reports")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "area", "period", "on_map"],
                condition=Q(superseded_at__isnull=True),
                name="publication_one_current",
            ),
            models.CheckConstraint(condition=~Q(letter_number=""), name="publication_letter_has_number"),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(reason=""), name="publication_superseding_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_number} ({self.letter_on:%d/%m/%Y})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.report, self.period = self.run.report, self.run.period
            self.area_id, self.on_map = self.run.area_id, self.run.on_map
        super().save(*args, **kwargs)

    @property
    def period_label(self) -> str:
        """The period as people name it."""
        return periods.parse(self.period).label
