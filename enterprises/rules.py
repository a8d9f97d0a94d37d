"""Who may enter and change organisations and products, and in which communes."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import Post, Role, User
from accounts.rules import ALLOWED, Verdict
from accounts.scoping import READING_ROLES
from areas.models import Area, AreaQuerySet, Level
from ocop_portal.lib import clock

MAKERS = (Role.COMMUNE, Role.OFFICER)


def may_enter(user: User, area: Area | None = None) -> Verdict:
    """Whether the person may enter and change records of the area (of any area when none is given)."""
    return rules.needs(user, MAKERS, area)


def may_place(user: User, area: Area, on: date | None = None) -> Verdict:
    """Whether the person may put a record into the area: a commune of the day that a post covers."""
    if not communes_for(user, on).filter(pk=area.pk).exists():
        reason = _("%(area)s is not a commune of today that your post covers.")
        return Verdict(False, reason % {"area": area})
    return ALLOWED


def communes_for(user: User, on: date | None = None) -> AreaQuerySet:
    """The communes of the day (today's unless given) into which the person may put records."""
    posts = Post.objects.of(user).working().filter(role__in=MAKERS)
    communes = Area.objects.in_force(on or clock.today()).filter(level=Level.COMMUNE)
    return communes.filter(covered_by__unit__in=posts.values("area")).distinct()


def communes_seen_by(user: User) -> AreaQuerySet:
    """The communes whose records the person reads, those of former days among them."""
    posts = Post.objects.of(user).filter(role__in=READING_ROLES)
    communes = Area.objects.filter(level=Level.COMMUNE).exclude(valid_from__gt=clock.today())
    return communes.filter(covered_by__unit__in=posts.values("area")).distinct()
