"""Who is told when a dossier moves, a term is extended, a decision waits: one table, called by the verbs.

Everything happens in the verb's transaction. What was told of a dossier is settled when it leaves its state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from accounts import noticing
from accounts.models import Notice, Post, Role, User
from areas.models import Area

from . import levels
from .models import DeadlineExtension, Decision, Dossier, DossierStep
from .notice_words import KINDS

State = Dossier.State


@dataclass(frozen=True)
class Rule:
    """A dossier that comes to the state ``to`` (from one of ``sources``, where given) is told of to ``role``:
    in its commune, or (``at_level``) in the unit that deals with it.
    """

    to: State
    kind: str
    role: Role
    at_level: bool
    sources: tuple[State, ...] = ()

    def fits(self, source: str, target: str) -> bool:
        """Whether the move is one that the rule is about."""
        return target == self.to and (not self.sources or source in self.sources)


def _commune(to: State, kind: str) -> Rule:
    return Rule(to, kind, Role.COMMUNE, at_level=False)


def _officer(to: State, kind: str, *sources: State) -> Rule:
    return Rule(to, kind, Role.OFFICER, at_level=True, sources=sources)


# The leader is told of the decision, once for all its dossiers (see ``to_sign``).
RULES = (
    _commune(State.AT_COMMUNE, "dossier.at_commune"),
    _officer(State.SUBMITTED, "dossier.submitted", State.DRAFT),
    _officer(State.SUBMITTED, "dossier.proposed", State.AT_COMMUNE),
    _officer(State.SUBMITTED, "dossier.answered", State.RETURNED),
    _commune(State.RETURNED, "dossier.returned"),
    _commune(State.ACCEPTED, "dossier.accepted"),
    _commune(State.RECOGNISED, "dossier.recognised"),
    _commune(State.NOT_RECOGNISED, "dossier.not_recognised"),
    _commune(State.FORWARDED, "dossier.forwarded"),
    _officer(State.FORWARDED, "dossier.received"),
    _officer(State.WITHDRAWN, "dossier.withdrawn", State.SUBMITTED, State.ACCEPTED, State.RETURNED),
)


def moved(dossier: Dossier, step: DossierStep, *, by: User, post: Post) -> None:
    """Settle what was told of the dossier before this step, and tell whom the step concerns.

    ``post`` is the one by which ``by`` made it: who acted has read what his own post is told.
    """
    noticing.settle(f"dossier:{dossier.pk}:")
    for rule in RULES:
        if rule.fits(step.from_state, step.to_state):
            unit = _unit_at_level(dossier, step.on) if rule.at_level else dossier.area
            if unit:
                noticing.tell(
                    rule.role,
                    unit,
                    kind=rule.kind,
                    key=f"dossier:{dossier.pk}:step:{step.pk}",
                    facts=facts(dossier),
                    url=reverse("ratings:dossier", args=[dossier.pk]),
                    due_on=dossier.due_on if KINDS[rule.kind].asks else None,
                    on=step.on,
                    by=by if post.role == rule.role else None,
                )


def extended(extension: DeadlineExtension) -> None:
    """Tell the commune that a term was extended.

    What was told of the old term is settled, what asks for an act carries the new day.
    """
    dossier = extension.dossier
    noticing.settle(f"dossier:{dossier.pk}:due:")
    noticing.settle(f"dossier:{dossier.pk}:extended:")
    open_steps = Notice.objects.open().filter(key__startswith=f"dossier:{dossier.pk}:step:")
    open_steps.filter(due_on=extension.old_due_on).update(due_on=extension.new_due_on)
    noticing.tell(
        Role.COMMUNE,
        dossier.area,
        kind="dossier.extended",
        key=f"dossier:{dossier.pk}:extended:{extension.pk}",
        facts=facts(dossier) | {"until": f"{extension.new_due_on:%d/%m/%Y}"},
        url=reverse("ratings:dossier", args=[dossier.pk]),
        on=extension.on,
    )


def to_sign(decision: Decision, *, on: date, count: int = 0) -> None:
    """Tell the unit's leaders that a decision waits: over ``count`` dossiers, or over certificates."""
    noticing.tell(
        Role.LEADER,
        decision.area,
        kind="decision.to_sign" if count else "decision.acts_to_sign",
        key=f"decision:{decision.pk}:to_sign",
        facts={"title": decision.title or decision.issuing_body, "count": count},
        url=reverse("ratings:decision", args=[decision.pk]),
        on=on,
    )


def signed_or_dropped(decision_id: int) -> None:
    """The decision does not wait any more."""
    noticing.settle(f"decision:{decision_id}:")


def facts(dossier: Dossier) -> dict[str, Any]:
    """What the words of notices about a dossier are made from."""
    return {
        "dossier": dossier.pk,
        "code": dossier.code,
        "product": dossier.product.name,
        "enterprise": dossier.enterprise.name,
        "commune": dossier.area.name,
    }


def _unit_at_level(dossier: Dossier, on: date) -> Area | None:
    """The unit that deals with the dossier; none where that is the commune, whose own act it was."""
    if dossier.level in {"", levels.COMMUNE}:
        return None
    return levels.unit_at(levels.ENTERED_BY.get(dossier.level, dossier.level), dossier.area, on)
