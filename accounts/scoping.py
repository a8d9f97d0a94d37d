"""Which rows a person may see: fetching is authorising, what is out of scope is 404."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import Post, Role, User
from areas.maps import Territory
from areas.models import Area, Coverage
from ocop_portal.lib.written import Written

# A council member sees dossiers only through the council's own pages, so that post opens no list.
READING_ROLES = [Role.COMMUNE, Role.OFFICER, Role.LEADER, Role.ADMINISTRATOR]


def read_by(user: User) -> models.QuerySet[Coverage]:
    """The rows of the closure table whose ``covered`` areas the person's posts of today let read."""
    posts = Post.objects.of(user).filter(role__in=READING_ROLES)
    return Coverage.objects.filter(unit__in=posts.values("area"))


class LiesWithin(Written):
    """That the unit is one that any of ``units`` covers."""

    columns = ("area",)
    output_field = models.BooleanField()
    sql = "{area} IN (SELECT covered_id FROM areas_coverage WHERE unit_id IN ({units}))"


class AreaScopedQuerySet(models.QuerySet[Any]):
    """Rows that each keep the area they were made in, at the path ``area_path``."""

    area_path: ClassVar[str] = "area"

    def within(self, area: Area | Territory) -> Self:
        """Rows kept in the area (or in any unit of the territory), its units, or predecessors of these."""
        units = area.keys() if isinstance(area, Territory) else [area.pk]
        return self.filter(LiesWithin(self.area_path, units=units))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Rows in the areas that the person's posts of today cover; none for a visitor.

        A post in a unit that ended still reads its own years; what it may change is for ``rules`` to refuse.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        return self._covered_by(read_by(user))

    def _covered_by(self, coverage: models.QuerySet[Coverage]) -> Self:
        return self.filter(**{f"{self.area_path}__in": coverage.values("covered")})
