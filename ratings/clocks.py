"""The days by which a dossier must be dealt with: working days of the unit's service standards."""

from __future__ import annotations

from datetime import date, timedelta

from areas import working_time
from areas.models import UnitProfile

from .levels import COMMUNE, unit_at
from .models import Authority, Dossier

# The commune's term is the regulation's, the others are what units set themselves.
COMMUNE_TERM = "commune_within_days"
DECISION_TERM = "decide_within_days"


def due_on(dossier: Dossier, standard: str, on: date) -> date | None:
    """The day by which the standard ``standard`` (a field of ``UnitProfile``) of the unit that deals with
    the dossier is met, counted from ``on``; None where the unit set itself no such standard.

    ``COMMUNE_TERM`` is the commune's: 15 working days (Decision 26/2026/QĐ-TTg). A re-evaluation is decided
    within the calendar days that the regulation sets, where it sets them (45 under the same decision).
    """
    if standard == DECISION_TERM and (within := _reevaluated_within(dossier)) is not None:
        return on + timedelta(days=within)
    if standard == COMMUNE_TERM:
        days = Authority.objects.get(regulation=dossier.regulation, level=COMMUNE).deadline_working_days
        return working_time.due(on, days) if days is not None else None
    unit = unit_at(dossier.level, dossier.area, on) if standard else None
    profile = UnitProfile.objects.filter(area=unit).first() if unit else None
    days = getattr(profile, standard) if profile else None
    return working_time.due(on, days) if days is not None else None


def _reevaluated_within(dossier: Dossier) -> int | None:
    """The days in which the pinned regulation wants a re-evaluation decided; None for other dossiers."""
    if dossier.kind != Dossier.Kind.REEVALUATION or dossier.regulation is None:
        return None
    days: int | None = dossier.regulation.settings.get("reevaluation", {}).get(DECISION_TERM)
    return days


def decided_until(dossier: Dossier) -> date | None:
    """The last day on which a dossier may be decided under the regulation it is pinned to, if one is set."""
    if dossier.regulation is None:
        return None
    until: date | None = getattr(dossier.regulation, f"decide_{dossier.kind}_until")
    return until


def too_late_to_decide(dossier: Dossier, on: date) -> bool:
    """Whether the pinned regulation can no longer decide the dossier, so that it must be filed anew."""
    until = decided_until(dossier)
    return until is not None and on > until and dossier.state not in Dossier.CLOSED
