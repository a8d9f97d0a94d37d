"""Who may do what where: every rule answers with a verdict that can print its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from areas.models import Area

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
