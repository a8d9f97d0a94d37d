"""What every page shows around its content: the agency, the navigation by post, its banner."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Role, User
from ocop_portal.templatetags.portal import NavItem

STAFF = frozenset({Role.COMMUNE, Role.OFFICER, Role.LEADER, Role.ADMINISTRATOR})
_LEADING = frozenset({Role.OFFICER, Role.LEADER})

# Who finds which page in the bar; the page itself decides again who may enter.
ITEMS: tuple[tuple[str, str | Promise, frozenset[Role]], ...] = (
    ("desk:my_work", _("My work"), frozenset()),
    ("enterprises:list", _("Organisations"), STAFF),
    ("products:list", _("Products"), STAFF),
    ("ratings:dossiers", _("Dossiers"), STAFF),
    ("ratings:queue", _("Queue"), _LEADING),
    ("ratings:decisions", _("Decisions"), STAFF),
    ("ratings:rounds", _("Councils"), _LEADING | {Role.COUNCIL}),
    ("ratings:criteria_sets", _("Criteria sets"), STAFF),
    ("plans:list", _("Plans"), STAFF),
    ("reports:dashboard", _("Reports"), STAFF),
    ("desk:articles", _("News"), frozenset({Role.OFFICER})),
    ("admin:index", _("Administration"), frozenset({Role.ADMINISTRATOR})),
)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context for ``base.html``."""
    return {
        "portal": {
            "name": settings.OCOP_NAME,
            "agency": settings.OCOP_AGENCY,
            "demo": settings.OCOP_DEMO,
            "fixed_today": settings.OCOP_TODAY,
        },
        "nav_items": navigation(request),
    }


def navigation(request: HttpRequest) -> list[NavItem]:
    """The bar of a signed-in person by the posts of today; empty for a visitor, who gets the public one."""
    # A page rendered before the session is known (an error) has no user at all.
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    roles = _roles(request, user)
    items = [(_address(name), label) for name, label, who in ITEMS if not who or who & roles]
    # The queue's address begins with that of the dossiers: the longest that fits is where the person is.
    here = max((url for url, _label in items if url and request.path.startswith(url)), key=len, default="")
    return [NavItem(url, str(label), url == here) for url, label in items if url]


def _roles(request: HttpRequest, user: User) -> frozenset[str]:
    """The roles that the person holds today in units that exist: one statement a request."""
    known: frozenset[str] | None = getattr(request, "roles_of_today", None)
    if known is None:
        known = frozenset(Post.objects.of(user).values_list("role", flat=True))
        if user.is_superuser:
            known |= {Role.ADMINISTRATOR}
        request.roles_of_today = known  # type: ignore[attr-defined]
    return known


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
