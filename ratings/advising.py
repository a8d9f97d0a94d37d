"""What a dossier's own assessment still lacks for its next star, and why a star may be out of reach."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from . import own_sheets, scoring, unlocking
from .models import Dossier
from .own_sheets import OwnSheet
from .scoring import Advice, Hindrance, Obstacle


def advice_for(dossier: Dossier, own: OwnSheet | None = None, *, target: int | None = None) -> Advice | None:
    """The cheapest way from the dossier's own choices to a star (the next one unless ``target`` is given).

    ``own`` spares reading them again. In a returned dossier only criteria that the return unlocked are
    advised. None where no set rates the dossier.
    """
    sheet = own or own_sheets.of(dossier)
    if sheet is None:
        return None
    locked = _locked(dossier, sheet.rules)
    return scoring.to_next_star(sheet.rules, sheet.sheet, case=sheet.case, target=target, locked=locked)


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
