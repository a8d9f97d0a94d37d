"""Planning a round backwards from its last day: by when each step must be done, and who will miss it.

Pure: dates in, dates out. A term that starts on a day ends so many working days later (``Calendar``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils.translation import gettext as _

from areas.working_time import Calendar

from .models import Dossier
from .models.regulations import Authority

State = Dossier.State
NEAR = 5
"""Working days before a step's last day from which a dossier that has not taken it is at risk."""
TO_SCORE = frozenset(
    {State.DRAFT, State.AT_COMMUNE, State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.FORWARDED}
)
COMMUNE = Authority.AuthorityLevel.COMMUNE.value


@dataclass(frozen=True)
class Terms:
    """How long each step takes, in working days; ``commune`` is None where no commune assesses first."""

    submit_before: date
    done_before: date
    commune: int | None
    check: int
    invite: int
    sum: int
    sign: int
    dossiers_a_day: int


@dataclass(frozen=True)
class Steps:
    """The last day of each step, from the end backwards (all working days)."""

    sign_by: date
    result_by: date
    last_day: date
    first_day: date
    invite_by: date
    accept_by: date
    propose_by: date
    submit_by: date | None
    council_days: int

    @property
    def tight(self) -> bool:
        """Whether even the first step is not before the last: the round is too short for its dossiers."""
        return (self.submit_by or self.propose_by) >= self.accept_by


class Outlook(Enum):
    """How a dossier stands towards its round."""

    DONE = "done"
    FINE = "fine"
    RISK = "risk"
    MISS = "miss"


@dataclass(frozen=True)
class Forecast:
    """How a dossier stands, by which day it must do what, and in words why."""

    outlook: Outlook
    reason: str = ""
    by: date | None = None


@dataclass(frozen=True)
class Candidate:
    """What the planner must know of a dossier; ``sits_on`` is the day of the session that has it."""

    state: str
    level: str
    since: date
    due_on: date | None = None
    sits_on: date | None = None


@dataclass(frozen=True)
class Capacity:
    """Council days that the dossiers need against those planned."""

    dossiers: int
    needed: int
    planned: int

    @property
    def lacking(self) -> int:
        """Council days that are still to be planned."""
        return max(self.needed - self.planned, 0)


def steps(terms: Terms, dossiers: int, calendar: Calendar) -> Steps:
    """Count back from the end of the round: decision, result, council days, invitation, check, proposal.

    Communes propose by the round's own day or earlier, where checking and scoring need the time; an
    organisation submits early enough for the commune's term (15 working days, Decision 26/2026/QĐ-TTg).
    """
    days = council_days(dossiers, terms.dossiers_a_day)
    sign_by = calendar.latest_start(terms.done_before, 0)
    result_by = calendar.latest_start(sign_by, terms.sign)
    last_day = calendar.latest_start(result_by, terms.sum)
    first_day = calendar.latest_start(last_day, max(days - 1, 0))
    invite_by = calendar.latest_start(first_day, terms.invite)
    checked_from = calendar.latest_start(invite_by, terms.check)
    propose_by = min(checked_from, calendar.latest_start(terms.submit_before, 0))
    submit_by = None if terms.commune is None else calendar.latest_start(propose_by, terms.commune)
    return Steps(sign_by, result_by, last_day, first_day, invite_by, invite_by, propose_by, submit_by, days)


def council_days(dossiers: int, a_day: int) -> int:
    """How many days the council sits for so many dossiers."""
    return -(-dossiers // a_day)


def capacity(states: Iterable[str], sessions: Sequence[date], a_day: int) -> Capacity:
    """The council days that the dossiers still to be scored need, and the days planned for them."""
    waiting = [state for state in states if state in TO_SCORE]
    return Capacity(len(waiting), council_days(len(waiting), a_day), len(set(sessions)))


def forecast(dossier: Candidate, plan: Steps, today: date, calendar: Calendar) -> Forecast:
    """How the dossier stands towards the round today."""
    if dossier.state in Dossier.CLOSED:
        return Forecast(Outlook.DONE)
    if dossier.state in {State.SCORED, State.PREPARED}:
        return _until(plan.sign_by, today, calendar, _("the decision is to be signed"))
    if dossier.state in {State.ACCEPTED, State.FORWARDED}:
        return _before_council(dossier, plan, today, calendar)
    if dossier.state == State.SUBMITTED:
        return _being_checked(dossier, plan, today, calendar)
    if dossier.state == State.RETURNED and dossier.level != COMMUNE:
        return _worst(
            _until(plan.accept_by, today, calendar, _("it is to be answered, checked and accepted")),
            Forecast(Outlook.RISK, _("it was returned and is not back yet"), plan.accept_by),
        )
    if dossier.state == State.AT_COMMUNE:
        return _with_commune(dossier, plan, today, calendar)
    last = plan.submit_by or plan.propose_by
    return _until(last, today, calendar, _("it is to be submitted"))


def _with_commune(dossier: Candidate, plan: Steps, today: date, calendar: Calendar) -> Forecast:
    found = _until(plan.propose_by, today, calendar, _("the commune is to propose it"))
    if dossier.due_on and dossier.due_on > plan.propose_by:
        return _worst(found, Forecast(Outlook.RISK, _("the commune's term ends later"), plan.propose_by))
    return found


def _being_checked(dossier: Candidate, plan: Steps, today: date, calendar: Calendar) -> Forecast:
    found = _until(plan.accept_by, today, calendar, _("it is to be checked and accepted"))
    if dossier.since > plan.propose_by:
        late = _("it came in after the last day of proposing")
        return _worst(found, Forecast(Outlook.RISK, late, plan.propose_by))
    if dossier.due_on and dossier.due_on > plan.accept_by:
        return _worst(found, Forecast(Outlook.RISK, _("the term of the check ends later"), plan.accept_by))
    return found


def _before_council(dossier: Candidate, plan: Steps, today: date, calendar: Calendar) -> Forecast:
    if dossier.sits_on is None:
        found = _until(plan.last_day, today, calendar, _("the council is to score it"))
        unplanned = Forecast(Outlook.RISK, _("it is on no agenda yet"), plan.last_day)
        return _worst(found, unplanned) if today > plan.invite_by else found
    if dossier.sits_on > plan.last_day:
        return Forecast(Outlook.MISS, _("its session comes too late"), plan.last_day)
    return Forecast(Outlook.FINE, "", dossier.sits_on)


def _until(last: date, today: date, calendar: Calendar, what: str) -> Forecast:
    """Fine, at risk in the last days, missed after them."""
    if today > last:
        return Forecast(Outlook.MISS, _("the last day has passed: %(what)s") % {"what": what}, last)
    if calendar.left(today, last) < NEAR:
        return Forecast(Outlook.RISK, _("few days are left: %(what)s") % {"what": what}, last)
    return Forecast(Outlook.FINE, what, last)


def _worst(first: Forecast, second: Forecast) -> Forecast:
    order = [Outlook.DONE, Outlook.FINE, Outlook.RISK, Outlook.MISS]
    return first if order.index(first.outlook) > order.index(second.outlook) else second
