"""Who may do what where: every rule answers with a verdict that can print its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from areas.models import Area, Coverage
from ocop_portal.lib import clock

from .models import Post, Role, User


@dataclass(frozen=True)
class Verdict:
    """Whether an act is allowed; when not, why, in words for the person."""

    allowed: bool
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise ``PermissionDenied`` with the reason, which the 403 page prints."""
        if not self.allowed:
            raise PermissionDenied(str(self.reason))


ALLOWED = Verdict(True)


def holds(user: User, roles: Iterable[Role], area: Area | None = None) -> bool:
    """Whether the person holds today, in a unit that still exists, one of the roles over the area."""
    posts = Post.objects.of(user).working().filter(role__in=list(roles))
    if area is not None:
        posts = posts.filter(area__covers__covered=area)
    return posts.exists()


def needs(user: User, roles: Iterable[Role], area: Area | None = None) -> Verdict:
    """The verdict of :func:`holds`, with a reason that names the roles that may act."""
    wanted = [Role(role) for role in roles]
    if holds(user, wanted, area):
        return ALLOWED
    names = ", ".join(str(role.label) for role in wanted)
    return Verdict(False, _("Only these posts in the area may do this: %(roles)s.") % {"roles": names})


def may_administer(by: User | None) -> Verdict:
    """Administrators by post and the technical account; None is the portal itself, which may."""
    if by is None or (by.is_active and by.is_superuser):
        return ALLOWED
    return needs(by, [Role.ADMINISTRATOR])


def administered(by: User) -> QuerySet[Area]:
    """The units whose accounts, posts and profile the administrator looks after."""
    if by.is_superuser:
        return Area.objects.all()
    posts = Post.objects.of(by).working().filter(role=Role.ADMINISTRATOR)
    return Area.objects.filter(
        pk__in=Coverage.objects.filter(unit__in=posts.values("area")).values("covered")
    )


def beyond(by: User) -> QuerySet[User]:
    """The accounts an administrator may not touch: technical ones, and holders of a post elsewhere.

    Otherwise a district's administrator could reset the password of the province's leader and sign in as
    the leader.
    """
    if by.is_superuser:
        return User.objects.none()
    lasting = Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()))
    elsewhere = lasting.exclude(area__in=administered(by))
    return User.objects.filter(Q(is_superuser=True) | Q(pk__in=elsewhere.values("user")))


def may_manage(by: User | None, user: User) -> Verdict:
    """Whether the administrator looks after the account."""
    if by is None:
        return ALLOWED
    if not (verdict := may_administer(by)):
        return verdict
    if beyond(by).filter(pk=user.pk).exists():
        return Verdict(False, _("This person holds a post outside the area you look after."))
    return ALLOWED


def may_disable(by: User | None, user: User) -> Verdict:
    """As :func:`may_manage`, and nobody shuts themselves out."""
    if by is not None and by.pk == user.pk:
        return Verdict(False, _("You cannot disable your own account."))
    return may_manage(by, user)


def may_give_post(by: User | None, user: User, area: Area) -> Verdict:
    """Posts are given and ended by who looks after both the account and the unit."""
    if by is not None and not administered(by).filter(pk=area.pk).exists():
        return Verdict(False, _("This unit is outside the area you look after."))
    return may_manage(by, user)
