"""Sessions of a council: planned, attendance noted against the quorum, opened and closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from ocop_portal.lib import clock, text

from . import declaring, seating, statute
from .models import (
    AgendaItem,
    Attendance,
    Council,
    CouncilMember,
    Declaration,
    Round,
    Session,
)
from .statute import Quorum
from .workflow import Refused, Stale

State = Session.State
CHANGEABLE = ("on", "begins_at", "place", "round", "minutes_number", "minutes_note")


@transaction.atomic
def plan(council: Council, *, on: date, by: User, kind: str = Session.Kind.MEETING, **facts: Any) -> Session:
    """Plan a session of the council. Raises ``Refused`` for a day on which the council doesn't exist and a
    round of another unit or level.
    """
    seating.may_run(by, council).require()
    session = Session(council=council, kind=kind, created_by=by)
    _fill(session, {"on": on, **facts})
    session.save()
    auditing.record("session.planned", session, by=by, area=council.area, on=on.isoformat(), kind=str(kind))
    return session


@transaction.atomic
def change(session: Session, *, by: User, version: int | None = None, **facts: Any) -> Session:
    """Change a session's day, place or round while it is planned, what goes to the minutes until it closes.

    Raises ``Refused`` else, ``Stale`` for an old ``version``.
    """
    fresh = held(session, by, version)
    moved = [key for key in ("on", "round") if key in facts and facts[key] != getattr(fresh, key)]
    if moved and fresh.state != State.PLANNED:
        raise Refused(_("The session is open; its day and round stand."))
    _fill(fresh, facts)
    if "on" in moved:
        _drop_what_a_day_voids(fresh)
    return saved(fresh, "session.changed", by, **{key: str(value) for key, value in facts.items()})


def _drop_what_a_day_voids(session: Session) -> None:
    """Members without a seat on the new day neither came nor declared."""
    gone = session.council.members.exclude(pk__in=session.council.members.seated(session.on).values("pk"))
    Attendance.objects.filter(session=session, member__in=gone).delete()
    Declaration.objects.filter(item__session=session, member__in=gone).delete()


@transaction.atomic
def drop(session: Session, *, by: User) -> None:
    """Give up a planned session; its dossiers wait for another one. Raises ``Refused`` once it was opened."""
    fresh = held(session, by)
    require(fresh, State.PLANNED)
    codes = list(fresh.items.values_list("dossier__code", flat=True))
    auditing.record("session.dropped", fresh, by=by, area=fresh.council.area, dossiers=codes)
    fresh.delete()


def _fill(session: Session, facts: Mapping[str, Any]) -> None:
    if strange := set(facts) - set(CHANGEABLE):
        raise TypeError(f"a session has no {sorted(strange)} to set")
    for key, value in facts.items():
        if key in {"place", "minutes_number"}:
            value = text.nfc(value)
        setattr(session, key, text.nfc_lines(value) if key == "minutes_note" else value)
    council, day = session.council, session.on
    if day < council.starts_on or (council.ends_on and day > council.ends_on):
        raise Refused(_("The council does not exist on that day."))
    chosen: Round | None = session.round
    if chosen and (chosen.area_id, chosen.level) != (council.area_id, council.level):
        raise Refused(_("The round is not one of this council's unit and level."))


def locked(session: Session, version: int | None = None) -> Session:
    """The session's row, kept from others until the transaction ends; ``Stale`` for an old version."""
    rows = Session.objects.select_for_update(of=("self",)).select_related("council__area", "round")
    fresh: Session = rows.get(pk=session.pk)
    if version is not None and version != fresh.version:
        raise Stale(_("Somebody changed the session since you opened this page."))
    return fresh


def held(session: Session, by: User, version: int | None = None) -> Session:
    """The session's row, locked, for who runs the council's sessions; else ``PermissionDenied``."""
    seating.may_run(by, session.council).require()
    return locked(session, version)


def require(session: Session, *states: str) -> None:
    """Raise ``Refused`` unless the session is in one of the states."""
    if session.state not in states:
        raise Refused(
            _("The session is in the state “%(state)s”; that can't be done any more.")
            % {"state": session.get_state_display()}
        )


def saved(session: Session, act: str, by: User, **details: Any) -> Session:
    """Save the session under a new version, with the audit entry of the act."""
    session.version += 1
    session.save()
    auditing.record(act, session, by=by, area=session.council.area, **details)
    return session


@transaction.atomic
def note_attendance(
    session: Session, came: Mapping[int, tuple[bool, str]], *, by: User, version: int | None = None
) -> Quorum:
    """Keep who came (member → there or not, note), until the session closes; gives the quorum.

    Raises ``Refused`` for somebody without a seat on the day.
    """
    fresh = held(session, by, version)
    require(fresh, State.PLANNED, State.OPEN)
    seated = {member.pk: member for member in members_of(fresh)}
    if set(came) - set(seated):
        raise Refused(_("Only members with a seat on the day of the session are noted."))
    for key, (there, note) in came.items():
        Attendance.objects.update_or_create(
            session=fresh, member=seated[key], defaults={"present": there, "note": text.nfc(note)}
        )
    names = [str(seated[key].user) for key, (there, _note) in came.items() if there]
    saved(fresh, "session.attendance_noted", by, present=names)
    return quorum_of(fresh)


def members_of(session: Session) -> list[CouncilMember]:
    """The members with a seat on the day of the session, in the council's order."""
    seated = session.council.members.seated(session.on).select_related("user")
    return list(seated.order_by("place", "pk"))


def quorum_of(session: Session, members: Sequence[CouncilMember] | None = None) -> Quorum:
    """The quorum of the session as a whole: the scoring seats of the day, nobody recused."""
    seated = list(members_of(session) if members is None else members)
    came = set(session.attendances.filter(present=True).values_list("member_id", flat=True))
    scoring = [member for member in seated if member.scores]
    chair = [member for member in scoring if member.seat == CouncilMember.Seat.CHAIR]
    council = session.council
    return statute.quorum(
        len(scoring),
        len([member for member in scoring if member.pk in came]),
        percent=council.quorum_percent,
        chair_required=council.chair_required,
        chair_present=any(member.pk in came for member in chair),
    )


def lacking(session: Session, on: date | None = None) -> list[str]:
    """What keeps the session from being opened, in words; empty where nothing does."""
    reasons = []
    if not session.items.exists():
        reasons.append(_("The agenda is empty."))
    if session.on > (on or clock.today()):
        reasons.append(_("The session is on %(day)s.") % {"day": session.on.strftime("%d/%m/%Y")})
    if session.kind == Session.Kind.MEETING:
        reasons.append(quorum_of(session).reason)
    elif not any(member.scores for member in members_of(session)):
        reasons.append(_("No member may score."))
    return [reason for reason in reasons if reason]


@transaction.atomic
def open_session(session: Session, *, by: User, on: date | None = None) -> Session:
    """Open the session: its agenda stands, sheets can be opened. Opening it twice does it once.

    Raises ``Refused`` for an empty agenda, before its day, and at a meeting without a quorum.
    """
    fresh = held(session, by)
    if fresh.state == State.OPEN:
        return fresh
    require(fresh, State.PLANNED)
    if reasons := lacking(fresh, on):
        raise Refused(" ".join(reasons))
    fresh.state = State.OPEN
    return saved(fresh, "session.opened", by)


@transaction.atomic
def close_session(session: Session, *, by: User) -> Session:
    """Close the session: what was not begun is postponed and can go on another agenda. Twice does it once.

    Raises ``Refused`` while a dossier is being scored or discussed.
    """
    fresh = held(session, by)
    if fresh.state == State.CLOSED:
        return fresh
    require(fresh, State.OPEN)
    items = list(fresh.items.select_for_update(of=("self",)).select_related("dossier"))
    busy = [item for item in items if item.state in {AgendaItem.State.SCORING, AgendaItem.State.DISCUSSION}]
    if busy:
        codes = ", ".join(item.dossier.code for item in busy)
        raise Refused(_("These dossiers are not settled yet: %(codes)s.") % {"codes": codes})
    for item in items:
        if item.state == AgendaItem.State.WAITING:
            put_off(item, _("The session closed before it was scored."))
    fresh.state = State.CLOSED
    return saved(fresh, "session.closed", by)


def put_off(item: AgendaItem, words: str) -> None:
    """Set the dossier aside with the reason; its dossier can go on another agenda."""
    item.state, item.conclusion = AgendaItem.State.POSTPONED, words
    item.version += 1
    item.save()


def standings_of(session: Session) -> list[declaring.Standing]:
    """Each dossier of the agenda with who may score it."""
    related = ("dossier__product", "dossier__enterprise", "dossier__area")
    more = ("dossier__regulation", "dossier__criteria_set")
    items = session.items.select_related(*related, *more).order_by("position", "pk")
    return declaring.standings(session, items)
