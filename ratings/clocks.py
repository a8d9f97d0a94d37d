"""The days by which a dossier must be dealt with, and how its clock stands still and runs on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from areas import working_time
from areas.models import UnitProfile

from .levels import COMMUNE, unit_at
from .models import Authority, Dossier

# The commune's term is the regulation's, the others are what units set themselves.
COMMUNE_TERM = "commune_within_days"
DECISION_TERM = "decide_within_days"
# A move that starts no clock and stops none: the term that runs goes on.
RUNS_ON = "runs_on"
# A unit that had used up its term when it returned the dossier still gets a day to read the answer.
LEAST_AFTER_A_RETURN = 1


def due_on(dossier: Dossier, standard: str, on: date) -> date | None:
    """The day by which the standard ``standard`` (a field of ``UnitProfile``) of the unit that deals with
    the dossier is met, counted from ``on``; None where the unit set itself no such standard.

    ``COMMUNE_TERM`` is the commune's: 15 working days (Decision 26/2026/QĐ-TTg). A re-evaluation is decided
    within the calendar days that the regulation sets, where it sets them (45 under the same decision).
    """
    if standard == DECISION_TERM and (within := _reevaluated_within(dossier)) is not None:
        return on + timedelta(days=within)
    if standard == RUNS_ON:
        return dossier.due_on
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


def stopped(dossier: Dossier, on: date) -> int | None:
    """The working days left of the term that runs, when a return on the day stops it; None without a term.

    Less than 0 where the term was over: by how many working days.
    """
    if dossier.due_on is None:
        return None
    calendar = working_time.calendar()
    late = calendar.late(dossier.due_on, on)
    return -late if late else calendar.left(on, dossier.due_on)


def resumed(dossier: Dossier, on: date) -> date | None:
    """The day by which the term that a return stopped ends, once it runs on from ``on``; None without one."""
    if dossier.paused_days is None:
        return None
    return working_time.due(on, max(dossier.paused_days, LEAST_AFTER_A_RETURN))


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


@dataclass(frozen=True)
class Clock:
    """The clock of open dossiers on a day, in words; one calendar serves a whole list."""

    today: date
    calendar: working_time.Calendar

    @classmethod
    def on(cls, today: date) -> Clock:
        """The clock of the day; one statement."""
        return cls(today, working_time.calendar())

    def late(self, dossier: Dossier) -> bool:
        """Whether the term is over: its last day ended, at midnight in Viet Nam."""
        is_open = dossier.state not in Dossier.CLOSED
        return is_open and dossier.due_on is not None and dossier.due_on < self.today

    def left(self, dossier: Dossier) -> str:
        """How long whoever holds the dossier still has; empty without a term."""
        if dossier.due_on is None or dossier.state in Dossier.CLOSED:
            return ""
        if self.late(dossier):
            return self._overdue(self.calendar.late(dossier.due_on, self.today))
        days = self.calendar.left(self.today, dossier.due_on)
        if not days:
            return _("last day today")
        return ngettext("%(days)s working day left", "%(days)s working days left", days) % {"days": days}

    def paused(self, dossier: Dossier) -> str:
        """What the unit that returned the dossier has left, while its clock stands still; else empty."""
        days = dossier.paused_days
        if dossier.state != Dossier.State.RETURNED or days is None:
            return ""
        if days < 0:
            return _("the checking unit's clock stands still: %(state)s") % {"state": self._overdue(-days)}
        left = ngettext("%(days)s working day left", "%(days)s working days left", days) % {"days": days}
        return _("the checking unit's clock stands still: %(state)s") % {"state": left}

    @staticmethod
    def _overdue(days: int) -> str:
        if not days:
            return _("overdue since the last working day")
        return ngettext("overdue by %(days)s working day", "overdue by %(days)s working days", days) % {
            "days": days
        }
