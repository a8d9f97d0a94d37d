"""Excel forms of an office that the portal fills from a report: uploaded, checked, replaced, withdrawn."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, User
from accounts.scoping import READING_ROLES, AreaScopedQuerySet
from areas.models import Area, Coverage
from ocop_portal.lib import text


class TemplateQuerySet(AreaScopedQuerySet):
    """Forms; scope comes from the unit that uploaded them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Forms of the units that the person's posts cover, and of the units above: these ask for them."""
        if isinstance(user, AnonymousUser):
            return self.none()
        units = Post.objects.of(user).filter(role__in=READING_ROLES).values("area")
        own = Coverage.objects.filter(unit__in=units).values("covered")
        above = Coverage.objects.filter(covered__in=units).values("unit")
        return self.filter(Q(area__in=own) | Q(area__in=above))

    def current(self) -> Self:
        """Forms that are neither replaced nor withdrawn."""
        return self.filter(ended_at__isnull=True)


class Template(models.Model):
    """One version of a form. ``places`` lists its placeholders: sheet, cell, name, repeated table."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="report_templates", verbose_name=_("unit"))
    report = models.CharField(_("report"), max_length=30)
    name = models.CharField(_("name of the form"), max_length=150)
    name_norm = models.CharField(max_length=160, editable=False)
    sort_key = models.CharField(max_length=text.SORT_KEY_LENGTH, editable=False)
    note = models.TextField(_("note"), blank=True)
    file = models.CharField(max_length=250, editable=False)
    file_name = models.CharField(_("file"), max_length=150, editable=False)
    file_size = models.PositiveIntegerField(editable=False)
    file_sha256 = models.CharField(max_length=64, editable=False)
    places = models.JSONField(_("placeholders"), default=list)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("replaced or withdrawn at"), null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("form of an office")
        verbose_name_plural = _("forms of offices")
        ordering = ["sort_key", "-version", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "report", "name_norm"],
                condition=Q(ended_at__isnull=True),
                name="template_one_current_of_a_name",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="template_version_from_1"),
            models.CheckConstraint(
                condition=~Q(file="") & ~Q(name="") & Q(file_size__gt=0), name="template_has_name_and_file"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="template_ended_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the keys by which the form is searched and sorted."""
        self.name_norm, self.sort_key = text.search_key(self.name), text.sort_key(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The form's page."""
        return reverse("reports:template", args=[self.pk])

    @property
    def is_current(self) -> bool:
        """Whether it is filled; an older version and a withdrawn form are only read."""
        return self.ended_at is None

    @property
    def tables(self) -> list[str]:
        """The tables of the report whose rows it prints, each once."""
        return list(dict.fromkeys(table for _sheet, _cell, _name, table in self.places if table))
