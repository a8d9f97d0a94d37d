"""The posts a person holds today, in the questions that pages ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest

from areas.models import Area

from .models import Post, Role, User


def signed_in(request: HttpRequest) -> User:
    """The person behind a request to a page that asks for sign-in."""
    return cast(User, request.user)


def roles_of(user: User) -> set[Role]:
    """The roles the person holds today in units that still exist."""
    return {Role(role) for role in Post.objects.of(user).working().values_list("role", flat=True)}


def areas_of(user: User, roles: Iterable[Role]) -> QuerySet[Area]:
    """The units, still existing, in which the person holds one of the roles today; not what lies under."""
    posts = Post.objects.of(user).working().filter(role__in=list(roles))
    return Area.objects.filter(pk__in=posts.values("area"))


def home_area(user: User) -> Area | None:
    """The unit whose figures a person is shown unasked: that of the post held longest, or None."""
    post = Post.objects.of(user).working().select_related("area").order_by("starts_on", "pk").first()
    return post.area if post else None
