"""Councils: set up with their statute, and seats held from one day to another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Post, Role, User
from areas.models import Area
from ocop_portal.lib import clock, text

from .models import Council, CouncilMember, Session
from .planning_rounds import levels_of
from .workflow import Refused, Stale

Seat = CouncilMember.Seat
CHANGEABLE = (
    *("name", "decision_number", "decision_on", "starts_on", "ends_on"),
    *("quorum_percent", "chair_required", "spread_points", "floor_by"),
)


def may_set_up(user: User, area: Area) -> rules.Verdict:
    """Whether the person sets up councils of the unit: its programme officers."""
    return rules.needs(user, [Role.OFFICER], area)


def may_run(user: User, council: Council) -> rules.Verdict:
    """Whether the person runs the council's sessions: officers of the unit and its secretary of today."""
    if seats_of(user, council).filter(seat=Seat.SECRETARY).exists():
        return rules.ALLOWED
    if rules.holds(user, [Role.OFFICER], council.area):
        return rules.ALLOWED
    return rules.Verdict(False, _("Only officers of the unit and the council's secretary may do this."))


def seats_of(user: User, council: Council) -> QuerySet[CouncilMember]:
    """The seats that the person holds in the council today."""
    return CouncilMember.objects.held_by(user).filter(council=council)


@transaction.atomic
def set_up(area: Area, level: str, *, name: str, starts_on: date, by: User, **facts: Any) -> Council:
    """Set up a council of the unit. Raises ``Refused`` for a level that isn't the unit's or bad days."""
    may_set_up(by, area).require()
    if level not in levels_of(area):
        raise Refused(_("The unit keeps no councils of this level."))
    council = Council(area=area, level=level, created_by=by)
    _fill(council, {"name": name, "starts_on": starts_on, **facts})
    council.save()
    auditing.record("council.set_up", council, by=by, decision=council.decision_number)
    return council


@transaction.atomic
def change(council: Council, *, by: User, version: int | None = None, **facts: Any) -> Council:
    """Change the council's name, decision, days or statute; ``Stale`` for an old ``version``.

    While a session is open the statute stands: raises ``Refused``.
    """
    may_set_up(by, council.area).require()
    fresh = locked(council, version)
    if fresh.sessions.filter(state=Session.State.OPEN).exists():
        raise Refused(_("A session of the council is open; its statute can't change now."))
    before = {key: str(getattr(fresh, key)) for key in facts}
    _fill(fresh, facts)
    fresh.version += 1
    fresh.save()
    changes = {key: [old, str(getattr(fresh, key))] for key, old in before.items()}
    auditing.record(
        "council.changed", fresh, by=by, changes={k: v for k, v in changes.items() if v[0] != v[1]}
    )
    return fresh


def locked(council: Council, version: int | None = None) -> Council:
    """The council's row, kept from others until the transaction ends; ``Stale`` for an old version."""
    fresh: Council = Council.objects.select_for_update(of=("self",)).select_related("area").get(pk=council.pk)
    if version is not None and version != fresh.version:
        raise Stale(_("Somebody changed the council since you opened this page."))
    return fresh


def _fill(council: Council, facts: dict[str, Any]) -> None:
    if strange := set(facts) - set(CHANGEABLE):
        raise TypeError(f"a council has no {sorted(strange)} to set")
    for key, value in facts.items():
        setattr(council, key, text.nfc(value) if key in {"name", "decision_number"} else value)
    if not council.name:
        raise Refused(_("Give the council a name."))
    if council.ends_on and council.ends_on < council.starts_on:
        raise Refused(_("The last day is before the first."))


def accounts_to_seat(council: Council, on: date | None = None) -> QuerySet[User]:
    """The accounts that hold a council post over the unit on the day: an administrator gives the post."""
    posts = Post.objects.working(on).filter(role=Role.COUNCIL, area__covers__covered=council.area)
    return User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("full_name", "pk")


@transaction.atomic
def seat(
    council: Council,
    user: User,
    seat: str,
    *,
    starts_on: date,
    by: User,
    ends_on: date | None = None,
    position: str = "",
) -> CouncilMember:
    """Give the person a seat from the day on.

    Raises ``Refused`` for somebody without a council post over the unit, who has a seat on these days, for
    a second chair on a day, and for days outside the council's own.
    """
    may_set_up(by, council.area).require()
    kept = locked(council)
    _refuse_impossible_days(kept, starts_on, ends_on)
    if not accounts_to_seat(kept).filter(pk=user.pk).exists():
        raise Refused(
            _("%(name)s holds no council post over the unit. An administrator gives it first.")
            % {"name": user}
        )
    _refuse_overlap(kept, user, seat, starts_on, ends_on)
    member = CouncilMember.objects.create(
        council=kept,
        user=user,
        seat=seat,
        position=text.nfc(position),
        place=kept.members.values_list("place", flat=True).order_by("-place").first() or 0,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    CouncilMember.objects.filter(pk=member.pk).update(place=member.place + 1)
    auditing.record(
        "council.seated", kept, by=by, member=str(user), seat=seat, starts_on=starts_on.isoformat()
    )
    member.refresh_from_db()
    return member


@transaction.atomic
def end_seat(member: CouncilMember, *, ends_on: date, by: User) -> CouncilMember:
    """Let the seat end with the day; ending it again the same way has no further effect.

    Raises ``Refused`` for a day before the seat's first one, and for a seat that ended otherwise.
    """
    may_set_up(by, member.council.area).require()
    kept = locked(member.council)
    fresh = CouncilMember.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
    if fresh.ends_on == ends_on:
        return fresh
    if fresh.ends_on is not None and fresh.ends_on < clock.today():
        raise Refused(_("The seat ended on %(day)s.") % {"day": fresh.ends_on.strftime("%d/%m/%Y")})
    if ends_on < fresh.starts_on:
        raise Refused(_("The last day is before the first."))
    fresh.ends_on = ends_on
    fresh.save(update_fields=["ends_on"])
    auditing.record("council.seat_ended", kept, by=by, member=str(fresh.user), ends_on=ends_on.isoformat())
    return fresh


@transaction.atomic
def replace_chair(council: Council, user: User, *, on: date, by: User, position: str = "") -> CouncilMember:
    """Give the chair to another person from the day on; the seat of the one before ends the day before.

    Where the new chair has another seat in the council, that one ends too. Raises as ``seat`` does.
    """
    may_set_up(by, council.area).require()
    kept = locked(council)
    leaving = kept.members.seated(on).filter(Q(seat=Seat.CHAIR) | Q(user=user))
    for member in leaving.select_related("council__area", "user"):
        if member.user_id == user.pk and member.seat == Seat.CHAIR:
            raise Refused(_("%(name)s has the chair already.") % {"name": user})
        end_seat(member, ends_on=on - timedelta(days=1), by=by)
    return seat(kept, user, Seat.CHAIR, starts_on=on, by=by, position=position)


def _refuse_impossible_days(council: Council, starts_on: date, ends_on: date | None) -> None:
    if ends_on and ends_on < starts_on:
        raise Refused(_("The last day is before the first."))
    if starts_on < council.starts_on or (council.ends_on and starts_on > council.ends_on):
        raise Refused(_("The council does not exist on that day."))


def _refuse_overlap(council: Council, user: User, seat: str, starts_on: date, ends_on: date | None) -> None:
    rows = council.members.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
    if ends_on:
        rows = rows.filter(starts_on__lte=ends_on)
    if rows.filter(user=user).exists():
        raise Refused(_("%(name)s has a seat in the council on these days.") % {"name": user})
    if seat == Seat.CHAIR and (chair := rows.filter(seat=Seat.CHAIR).select_related("user").first()):
        raise Refused(
            _("%(name)s has the chair on these days. Replace the chair instead.") % {"name": chair.user}
        )
