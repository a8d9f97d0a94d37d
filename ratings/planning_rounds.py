"""Assessment rounds: opened with the days of the law, changed, filled with dossiers, looked ahead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Post, Role, User
from areas import working_time
from areas.models import Area, UnitProfile
from ocop_portal.lib import clock, text

from . import levels, round_planning
from .models import AgendaItem, Authority, Dossier, DossierStep, Regulation, Round, Session
from .round_planning import Candidate, Capacity, Forecast, Outlook, Steps, Terms
from .workflow import Refused, Stale

State = Dossier.State
OPEN_ITEMS = (AgendaItem.State.WAITING, AgendaItem.State.SCORING, AgendaItem.State.DISCUSSION)
ON_THEIR_WAY = (State.AT_COMMUNE, State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.FORWARDED)
CLOSING = time(17)
CHANGEABLE = (
    *("name", "submit_before", "done_before", "closes_at_17", "dossiers_a_day"),
    *("invite_days", "sum_days", "sign_days", "note"),
)


@dataclass(frozen=True)
class LawDays:
    """The days that the regulation sets for a round of a level."""

    number: int
    submit_before: date
    done_before: date


@dataclass(frozen=True)
class Entry:
    """A dossier of a round and how it stands."""

    dossier: Dossier
    forecast: Forecast


@dataclass(frozen=True)
class Plan:
    """A round looked ahead on a day."""

    steps: Steps
    capacity: Capacity
    entries: list[Entry]

    def count(self, *outlooks: Outlook) -> int:
        """How many dossiers stand so."""
        return sum(entry.forecast.outlook in outlooks for entry in self.entries)

    @property
    def missing(self) -> int:
        """How many dossiers will miss the round."""
        return self.count(Outlook.MISS)

    @property
    def at_risk(self) -> int:
        """How many dossiers are at risk."""
        return self.count(Outlook.RISK)


def may_plan(user: User, area: Area) -> rules.Verdict:
    """Whether the person plans the unit's rounds: its programme officers."""
    return rules.needs(user, [Role.OFFICER], area)


def units_of(user: User) -> list[Area]:
    """The units whose rounds and councils the person sets up, by the posts of today."""
    posts = Post.objects.of(user).working().filter(role=Role.OFFICER).select_related("area")
    rating = posts.exclude(area__level=levels.COMMUNE).order_by("pk")
    return [post.area for post in rating]


def levels_of(area: Area) -> list[str]:
    """The levels whose rounds the unit keeps: its own, and the province the centre's too."""
    return [
        level
        for level in Authority.AuthorityLevel.values
        if levels.ENTERED_BY.get(level, level) == area.level
    ]


def law_days(level: str, year: int, on: date) -> list[LawDays]:
    """The rounds that the regulation of the day sets for the level in the year; none where it sets none.

    The year is the one in which dossiers are proposed. The day that the regulation names is taken as the
    last one on which something may still come in.
    """
    try:
        rows = Regulation.objects.filing_on(on).settings.get("rounds", [])
    except Regulation.DoesNotExist:
        return []
    return [
        LawDays(row["round"], _day(year, row["submit_before"]), _day(year, row["done_before"]))
        for row in rows
        if row["level"] == level
    ]


def _day(year: int, month_and_day: str) -> date:
    return date.fromisoformat(f"{year:04d}-{month_and_day}")


@transaction.atomic
def open_round(
    area: Area, level: str, year: int, number: int, *, by: User, on: date | None = None, **facts: Any
) -> Round:
    """Open a round of the unit; days that are not given are those of the regulation in force on the day.

    A round that the regulation doesn't number is an extra one and needs its days. Raises ``Refused`` for a
    level that isn't the unit's, a number that exists, days missing or in the wrong order.
    """
    may_plan(by, area).require()
    _refuse_strange(facts)
    if level not in levels_of(area):
        raise Refused(_("The unit keeps no rounds of this level."))
    if Round.objects.filter(area=area, level=level, year=year, number=number).exists():
        raise Refused(_("Round %(number)s of %(year)s exists already.") % {"number": number, "year": year})
    law = {row.number: row for row in law_days(level, year, on or clock.today())}.get(number)
    days = {name: facts.get(name) or (getattr(law, name) if law else None) for name in _DAYS}
    _refuse_bad_days(days["submit_before"], days["done_before"])
    made = Round(area=area, level=level, year=year, number=number, extra=law is None, created_by=by)
    _fill(made, {**facts, **days})
    made.save()
    auditing.record("round.opened", made, by=by, level=level, year=year, number=number)
    return made


_DAYS = ("submit_before", "done_before")


@transaction.atomic
def change_round(round: Round, *, by: User, version: int | None = None, **facts: Any) -> Round:
    """Change the days, the capacity or the note of a round. Raises ``Stale`` for an old ``version``."""
    may_plan(by, round.area).require()
    _refuse_strange(facts)
    fresh = locked(round, version)
    before = {name: str(getattr(fresh, name)) for name in facts}
    _fill(fresh, facts)
    _refuse_bad_days(fresh.submit_before, fresh.done_before)
    fresh.version += 1
    fresh.save()
    changed = {name: [before[name], str(getattr(fresh, name))] for name in facts}
    auditing.record("round.changed", fresh, by=by, changes={k: v for k, v in changed.items() if v[0] != v[1]})
    return fresh


def locked(round: Round, version: int | None = None) -> Round:
    """The round's row, kept from others until the transaction ends; ``Stale`` for an old version."""
    fresh: Round = Round.objects.select_for_update(of=("self",)).select_related("area").get(pk=round.pk)
    if version is not None and version != fresh.version:
        raise Stale(_("Somebody changed the round since you opened this page."))
    return fresh


def _fill(round: Round, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        if value is not None:
            clean = text.nfc_lines(value) if name == "note" else value
            setattr(round, name, text.nfc(clean) if name == "name" else clean)


def _refuse_strange(facts: dict[str, Any]) -> None:
    if strange := set(facts) - set(CHANGEABLE):
        raise TypeError(f"a round has no {sorted(strange)} to set")


def _refuse_bad_days(first: date | None, last: date | None) -> None:
    if first is None or last is None:
        raise Refused(_("The regulation sets no days for this round. Give both days."))
    if last < first:
        raise Refused(_("The round would be done before the communes propose."))


def candidates(round: Round, on: date | None = None) -> QuerySet[Dossier]:
    """Dossiers of the unit, on their way or accepted, that are in no round of this level yet."""
    return _fitting(round, on or clock.today()).exclude(round__level=round.level)


def _fitting(round: Round, on: date) -> QuerySet[Dossier]:
    rows = Dossier.objects.within(round.area).filter(state__in=ON_THEIR_WAY)
    if round.level == levels.CENTRAL:
        return rows.filter(level=levels.CENTRAL)
    here = levels.dealt_with_by(round.area.level, on) & ~Q(level=levels.CENTRAL)
    return rows.filter(here | Q(level=levels.COMMUNE))


@transaction.atomic
def assign(round: Round, dossiers: Iterable[Dossier], *, by: User, on: date | None = None) -> int:
    """Put the dossiers into the round, out of another one where they are in one; how many are new.

    Raises ``Refused`` for one that is not on its way to this unit, or lies before a council already.
    """
    may_plan(by, round.area).require()
    kept = locked(round)
    wanted = {dossier.pk for dossier in dossiers}
    if not wanted:
        raise Refused(_("Choose at least one dossier."))
    fitting = _fitting(kept, on or clock.today()).filter(pk__in=wanted).select_for_update(of=("self",))
    rows = list(fitting.order_by("pk"))
    if len(rows) != len(wanted):
        raise Refused(_("Only dossiers on their way to this unit can be put into the round."))
    new = [row for row in rows if row.round_id != kept.pk]
    _refuse_on_an_agenda(new)
    Dossier.objects.filter(pk__in=[row.pk for row in new]).update(round=kept)
    if new:
        auditing.record("round.dossiers_put_in", kept, by=by, dossiers=[row.code for row in new])
    return len(new)


@transaction.atomic
def unassign(round: Round, dossier: Dossier, *, by: User) -> None:
    """Take the dossier out of the round; doing it twice does it once.

    Raises ``Refused`` while it lies on an open agenda.
    """
    may_plan(by, round.area).require()
    kept = locked(round)
    found = Dossier.objects.select_for_update(of=("self",)).filter(pk=dossier.pk, round=kept).first()
    if found is None:
        return
    _refuse_on_an_agenda([found])
    Dossier.objects.filter(pk=found.pk).update(round=None)
    auditing.record("round.dossier_taken_out", kept, by=by, dossiers=[found.code])


def _refuse_on_an_agenda(dossiers: Sequence[Dossier]) -> None:
    items = AgendaItem.objects.filter(dossier__in=dossiers, state__in=OPEN_ITEMS).select_related("dossier")
    if item := items.first():
        raise Refused(
            _("The dossier %(code)s lies before a council. Take it off the agenda first.")
            % {"code": item.dossier.code}
        )


def terms_of(round: Round) -> Terms:
    """The round's terms: its own, the unit's standard for checking, the commune's of the regulation."""
    checks = UnitProfile.objects.filter(area=round.area).values_list("check_within_days", flat=True).first()
    return Terms(
        submit_before=round.submit_before,
        done_before=round.done_before,
        commune=None if round.level == levels.CENTRAL else _commune_days(round.submit_before),
        check=0 if round.level == levels.CENTRAL else checks or 0,
        invite=round.invite_days,
        sum=round.sum_days,
        sign=round.sign_days,
        dossiers_a_day=round.dossiers_a_day,
    )


def _commune_days(on: date) -> int | None:
    """The commune's term under the regulation that a dossier proposed on the day pins; None without one."""
    standing = Q(regulation__files_to__isnull=True) | Q(regulation__files_to__gte=on)
    rows = Authority.objects.filter(standing, regulation__files_from__lte=on, level=levels.COMMUNE)
    return rows.values_list("deadline_working_days", flat=True).first()


def plan(round: Round, on: date | None = None) -> Plan:
    """The round looked ahead on the day: steps, capacity, how each dossier stands. Constant queries."""
    today, days = on or clock.today(), working_time.calendar()
    dossiers = list(with_sitting(round))
    sessions = Session.objects.filter(round=round, kind=Session.Kind.MEETING)
    sitting = sessions.exclude(state=Session.State.CLOSED).values_list("on", flat=True)
    room = round_planning.capacity([row.state for row in dossiers], list(sitting), round.dossiers_a_day)
    taken = round_planning.steps(terms_of(round), room.dossiers, days)
    entries = [
        Entry(row, round_planning.forecast(_candidate(row, round), taken, today, days)) for row in dossiers
    ]
    return Plan(taken, room, entries)


def with_sitting(round: Round) -> QuerySet[Dossier]:
    """The round's dossiers with ``sits_on``, the day of the session that has each, and ``came_at``."""
    items = AgendaItem.objects.filter(dossier=OuterRef("pk"), state__in=OPEN_ITEMS)
    came = DossierStep.objects.filter(dossier=OuterRef("pk"), to_state=State.SUBMITTED).order_by("-pk")
    rows = Dossier.objects.filter(round=round).select_related("product", "enterprise", "area")
    return rows.annotate(
        sits_on=Subquery(items.values("session__on")[:1]), came_at=Subquery(came.values("at")[:1])
    ).order_by("area__sort_key", "product__sort_key", "pk")


def _candidate(dossier: Dossier, round: Round) -> Candidate:
    return Candidate(
        state=dossier.state,
        level=dossier.level,
        since=_since(dossier, round),
        due_on=dossier.due_on,
        sits_on=getattr(dossier, "sits_on", None),
    )


def _since(dossier: Dossier, round: Round) -> date:
    """The day on which it came in; past 17:00 of a day that closes then it is the next one."""
    came = getattr(dossier, "came_at", None)
    if dossier.state != State.SUBMITTED or came is None or not round.closes_at_17:
        return dossier.state_since
    local = timezone.localtime(came)
    past = local.date() == dossier.state_since == round.submit_before and local.time() >= CLOSING
    return dossier.state_since + timedelta(days=1) if past else dossier.state_since
