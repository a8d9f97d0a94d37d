"""What a dossier's own assessment still lacks for its next star, and why a star may be out of reach."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from . import freezing, scoring, unlocking
from .criteria import reading
from .models import Answer, Dossier
from .scoring import Advice, Hindrance, Obstacle, Rung


def advice_for(
    dossier: Dossier, *, target: int | None = None, answers: list[Answer] | None = None
) -> Advice | None:
    """The cheapest way from the dossier's own choices to a star (the next one unless ``target`` is given).

    In a returned dossier only criteria that the return unlocked are advised. None where no set rates it.
    """
    if dossier.criteria_set is None:
        return None
    rules = reading.rules_of(dossier.criteria_set)
    sheet = freezing.own_sheet(dossier, answers)
    return scoring.to_next_star(
        rules, sheet, case=dossier.case, target=target, locked=_locked(dossier, rules)
    )


def ladder_for(dossier: Dossier, answers: list[Answer] | None = None) -> tuple[Rung, ...]:
    """What the dossier's own choices lack for three, four and five stars; empty where no set rates it."""
    if dossier.criteria_set is None:
        return ()
    sheet = freezing.own_sheet(dossier, answers)
    return scoring.ladder(reading.rules_of(dossier.criteria_set), sheet, dossier.case)


def why_not(obstacle: Obstacle) -> str:
    """A reason why a star is out of reach, as a sentence."""
    words = {
        Hindrance.POINTS: _("At most %(most)s points can be reached; the star needs %(needed)s."),
        Hindrance.FLOOR: _(
            "Criterion %(code)s “%(title)s” can reach %(most)s points; the star asks for %(needed)s."
        ),
        Hindrance.KNOCKOUT: _("Criterion %(code)s “%(title)s” keeps points that end the assessment."),
        Hindrance.CASE: _("The case by which the product is scored is not chosen yet."),
    }[obstacle.kind] % {
        "code": obstacle.criterion,
        "title": obstacle.title,
        "most": _shown(obstacle.most),
        "needed": _shown(obstacle.needed),
    }
    return " ".join([words, _("It may not be changed now.")]) if obstacle.locked else words


def _locked(dossier: Dossier, rules: scoring.Rules) -> frozenset[str]:
    if dossier.state != Dossier.State.RETURNED:
        return frozenset()
    unlocked = unlocking.of(dossier)
    return frozenset(c.code for c in rules.criteria if not unlocked.criterion(c.code))


def _shown(points: Decimal) -> str:
    """Points without idle places: 3, 2,5."""
    return str(number_format(points.normalize() if points % 1 else points.to_integral_value()))
