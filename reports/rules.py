"""Of which units a person may read reports."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import Post, User
from accounts.scoping import READING_ROLES
from areas.models import Area, AreaQuerySet


def readable_areas(user: User | AnonymousUser) -> AreaQuerySet:
    """The units that the person's posts of today cover: their own, those under them, and predecessors."""
    if isinstance(user, AnonymousUser):
        return Area.objects.none()
    posts = Post.objects.of(user).filter(role__in=READING_ROLES)
    return Area.objects.filter(covered_by__unit__in=posts.values("area")).distinct()


def own_area(user: User) -> Area | None:
    """The unit of the person's widest post: what a report is about unless another is chosen."""
    posts = Post.objects.of(user).filter(role__in=READING_ROLES).select_related("area")
    rank = {"province": 0, "district": 1, "commune": 2}
    areas = sorted((post.area for post in posts), key=lambda area: (rank[area.level], area.sort_key, area.pk))
    return areas[0] if areas else None
