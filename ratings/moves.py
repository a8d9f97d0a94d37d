"""The table of moves: who may move a dossier from which state to which, on which page, with what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import Role

from . import clocks, conditions, levels
from .conditions import Condition, Outcome
from .models import Dossier

State = Dossier.State


class Door(Enum):
    """On which page a move is made: the dossier's own, Form 03, the form of the result, the decision's,
    that of filing anew.
    """

    DOSSIER = "dossier"
    COMMUNE = "commune"
    RESULT = "result"
    DECISION = "decision"
    REFILING = "refiling"


@dataclass(frozen=True)
class Move:
    """One row of the table. ``clock`` names the term that starts to run (see ``clocks``); the row stands only
    for dossiers for which ``applies`` holds on the day.
    """

    source: Dossier.State
    target: Dossier.State
    label: str | Promise
    roles: tuple[Role, ...]
    needs: tuple[Condition, ...] = ()
    door: Door = Door.DOSSIER
    at_level: bool = True
    applies: Callable[[Dossier, date], bool] = levels.always
    asks_reason: bool = False
    asks_points: bool = False
    asks_answers: bool = False
    clock: str = ""

    @property
    def onward(self) -> bool:
        """Whether the move brings the dossier on its way; withdrawing it and undoing a decision don't."""
        return self.target not in {State.WITHDRAWN, State.REFILED} and (self.source, self.target) != (
            State.PREPARED,
            State.SCORED,
        )


_SUBMIT = gettext_lazy("Submit")
_WITHDRAW = gettext_lazy("Withdraw")
_COMMUNE, _OFFICER, _LEADER = (Role.COMMUNE,), (Role.OFFICER,), (Role.LEADER,)
_CHECK, _ANSWER, _DECIDE = "check_within_days", "answer_within_days", clocks.DECISION_TERM
_SIGN, _ASSESS = "sign_within_days", clocks.COMMUNE_TERM
_RECOGNISED = conditions.recognised_in_the_end
_REFUSED = conditions.not_recognised_in_the_end
_FORWARDED = conditions.signed(Outcome.FORWARD, Outcome.RECOGNISE_AND_FORWARD)

MOVES: tuple[Move, ...] = (
    *[
        Move(
            source,
            target,
            label,
            _COMMUNE,
            conditions.COMPLETE,
            at_level=False,
            applies=applies,
            asks_answers=source == State.RETURNED,
            clock=clock_name,
        )
        for source, label in (
            (State.DRAFT, _SUBMIT),
            (State.RETURNED, gettext_lazy("Answer and submit again")),
        )
        for target, applies, clock_name in (
            (State.AT_COMMUNE, levels.goes_to_commune, _ASSESS),
            (State.SUBMITTED, levels.goes_past_commune, _CHECK),
        )
    ],
    Move(
        State.AT_COMMUNE,
        State.SUBMITTED,
        gettext_lazy("Propose to the level that rates"),
        _COMMUNE,
        (conditions.commune_proposes,),
        Door.COMMUNE,
        at_level=False,
        clock=_CHECK,
    ),
    Move(
        State.AT_COMMUNE,
        State.RETURNED,
        gettext_lazy("Return for completion"),
        _COMMUNE,
        at_level=False,
        asks_points=True,
        clock=_ANSWER,
    ),
    Move(
        State.SUBMITTED,
        State.RETURNED,
        gettext_lazy("Return for completion"),
        _OFFICER,
        asks_points=True,
        clock=_ANSWER,
    ),
    Move(State.SUBMITTED, State.ACCEPTED, gettext_lazy("Accept"), _OFFICER, clock=_DECIDE),
    *[
        Move(
            source,
            State.SCORED,
            gettext_lazy("Enter the result"),
            _OFFICER,
            (conditions.result_at_level,),
            Door.RESULT,
            clock=_SIGN,
        )
        for source in (State.ACCEPTED, State.FORWARDED)
    ],
    Move(
        State.SCORED,
        State.ACCEPTED,
        gettext_lazy("Assess again at this level"),
        _OFFICER,
        applies=levels.assessed_by_an_ended_level,
        clock=_DECIDE,
    ),
    Move(
        State.SCORED,
        State.PREPARED,
        gettext_lazy("Put into a decision"),
        _OFFICER,
        (conditions.in_prepared_decision,),
        Door.DECISION,
        clock=clocks.RUNS_ON,
    ),
    Move(
        State.PREPARED,
        State.SCORED,
        gettext_lazy("Take out of the decision"),
        _OFFICER,
        (conditions.in_no_prepared_decision,),
        Door.DECISION,
        clock=clocks.RUNS_ON,
    ),
    Move(State.PREPARED, State.RECOGNISED, gettext_lazy("Recognise"), _LEADER, (_RECOGNISED,), Door.DECISION),
    Move(
        State.PREPARED,
        State.NOT_RECOGNISED,
        gettext_lazy("Do not recognise"),
        _LEADER,
        (_REFUSED,),
        Door.DECISION,
    ),
    Move(
        State.PREPARED,
        State.FORWARDED,
        gettext_lazy("Forward to the next level"),
        _LEADER,
        (_FORWARDED,),
        Door.DECISION,
        clock=_DECIDE,
    ),
    *[
        Move(source, State.WITHDRAWN, _WITHDRAW, _COMMUNE, at_level=False, asks_reason=True)
        for source in (State.DRAFT, State.AT_COMMUNE, State.SUBMITTED, State.RETURNED, State.ACCEPTED)
    ],
    # One that stands in a prepared decision is taken out of it first.
    *[
        Move(
            source,
            State.REFILED,
            gettext_lazy("File anew under the regulation of today"),
            (Role.COMMUNE, Role.OFFICER),
            door=Door.REFILING,
            at_level=False,
            applies=clocks.too_late_to_decide,
            asks_reason=True,
        )
        for source in (
            State.AT_COMMUNE,
            State.SUBMITTED,
            State.RETURNED,
            State.ACCEPTED,
            State.SCORED,
            State.FORWARDED,
        )
    ],
)
SUBMISSIONS = (State.AT_COMMUNE, State.SUBMITTED)
EDITABLE = (State.DRAFT, State.RETURNED)
TABLE: dict[tuple[str, str], Move] = {(row.source.value, row.target.value): row for row in MOVES}
