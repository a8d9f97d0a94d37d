"""Who is in charge of which dossier: the queue of a unit's officers, and giving it out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import Post, Role, User
from areas.models import Coverage
from ocop_portal.lib import clock

from . import levels
from .models import Dossier
from .models.dossiers import DossierQuerySet
from .workflow import Refused

GIVERS = (Role.OFFICER, Role.LEADER)
Seen = Mapping[int, int | None]


class NotAssigned(Refused):
    """Some of the dossiers can't be given out as asked, so none was; ``failures`` names each with its why."""

    def __init__(self, failures: Collection[str]) -> None:
        self.failures = list(failures)
        super().__init__(" ".join([_("Nothing was changed."), *self.failures]))


def dealt_with(user: User, roles: Iterable[Role] = GIVERS) -> DossierQuerySet:
    """Open dossiers that the units of the person's posts of these roles deal with, on their way or returned.

    One statement for the posts; the dossiers themselves are one more.
    """
    mine = Q(pk__in=[])
    for post in Post.objects.of(user).working().filter(role__in=list(roles)).select_related("area"):
        covered = Q(area__in=Coverage.objects.filter(unit=post.area_id).values("covered"))
        mine |= covered & levels.dealt_with_by(post.area.level, clock.today())
    rows = Dossier.objects.open().exclude(state=Dossier.State.DRAFT)
    return rows.filter(mine)


def colleagues(user: User) -> QuerySet[User]:
    """Officers of the units in which the person holds a post, to whom work may be given."""
    units = Post.objects.of(user).working().filter(role__in=GIVERS).values("area")
    officers = Post.objects.working().filter(role=Role.OFFICER, area__in=units)
    return User.objects.filter(is_active=True, pk__in=officers.values("user")).order_by("full_name", "pk")


@transaction.atomic
def assign(
    dossiers: Collection[int], to: User | None, *, by: User, seen: Seen | None = None
) -> list[Dossier]:
    """Put ``to`` in charge of the dossiers (their keys), or nobody; gives those that changed.

    All or none: ``NotAssigned`` names every dossier that ``by`` may not give out, that ``to`` holds no
    officer's post over at the level that deals with it, or of which another was put in charge since the
    person saw it (``seen``: dossier → who was in charge).
    """
    rows = list(
        Dossier.objects.select_for_update(of=("self",))
        .filter(pk__in=dossiers)
        .select_related("area", "assigned_to")
        .order_by("pk")
    )
    keys = [row.pk for row in rows]
    mine = _keys(by, GIVERS, keys)
    theirs = _keys(to, [Role.OFFICER], keys) if to else set(keys)
    reasons = [(row, _why_not(row, to, mine=mine, theirs=theirs, seen=seen or {})) for row in rows]
    if failures := [f"{row.code}: {reason}" for row, reason in reasons if reason]:
        raise NotAssigned(failures)
    changed = [row for row in rows if row.assigned_to_id != (to.pk if to else None)]
    for row in changed:
        row.assigned_to = to
        row.save(update_fields=["assigned_to", "updated_at"])
        auditing.record("dossier.assigned", row, by=by, to=str(to) if to else "")
    return changed


def _keys(user: User, roles: Iterable[Role], among: list[int]) -> set[int]:
    return set(dealt_with(user, roles).filter(pk__in=among).values_list("pk", flat=True))


def _why_not(
    row: Dossier, to: User | None, *, mine: Collection[int], theirs: Collection[int], seen: Seen
) -> str:
    if row.pk not in mine:
        return _("your unit does not deal with it now.")
    if row.pk in seen and seen[row.pk] != row.assigned_to_id:
        if row.assigned_to is None:
            return _("somebody has taken it back meanwhile.")
        return _("%(who)s has been put in charge meanwhile.") % {"who": row.assigned_to}
    if row.pk not in theirs:
        return _("%(who)s holds no officer's post over it.") % {"who": to}
    return ""
