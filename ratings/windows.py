"""When a re-evaluation may be submitted: days counted back from the last day of the certificate.

Every number stands in the regulation's settings; a regulation that names none sets no window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .models import Dossier, Recognition, Regulation

EARLY, OPEN, LATE, OVER = "early", "open", "late", "over"


@dataclass(frozen=True)
class Window:
    """From ``first`` to ``last`` (both inclusive) a re-evaluation is in time; until ``end`` it is taken late.

    ``earliest`` and ``latest`` are the numbers of days before ``expiry``, the certificate's last valid day.
    """

    expiry: date
    earliest: int
    latest: int
    end: date

    @property
    def first(self) -> date:
        """The first day on which it may be submitted."""
        return self.expiry - timedelta(days=self.earliest)

    @property
    def last(self) -> date:
        """The last day on which it is in time."""
        return self.expiry - timedelta(days=self.latest)

    def stage(self, on: date) -> str:
        """``early``, ``open``, ``late`` or ``over``: how a submission on the day would stand."""
        if on < self.first:
            return EARLY
        if on <= self.last:
            return OPEN
        return LATE if on <= self.end else OVER


def window(settings: dict[str, Any], expiry: date | None) -> Window | None:
    """The window that a regulation's settings draw before ``expiry``; None where either says nothing.

    After expiry a late one is taken for ``extension_max_days`` more, so long as the transitional rule lets
    the old certificate be extended; without that number not after the expiry day.
    """
    rule = settings.get("reevaluation", {})
    earliest, latest = rule.get("submit_not_earlier_than_days"), rule.get("submit_not_later_than_days")
    if expiry is None or earliest is None or latest is None:
        return None
    return Window(expiry, earliest, latest, expiry + timedelta(days=settings.get("extension_max_days", 0)))


def regulation_on(on: date) -> Regulation | None:
    """The regulation under which dossiers are filed on the day, if one is loaded."""
    try:
        return Regulation.objects.filing_on(on)
    except Regulation.DoesNotExist:
        return None


def window_of(recognition: Recognition, on: date) -> Window | None:
    """The window for re-evaluating a recognition, by the law of the day and the extensions known on it."""
    regulation = regulation_on(on)
    if regulation is None:
        return None
    return window(regulation.settings, Recognition.objects.with_expiry(on).get(pk=recognition.pk).expiry)


def of_dossier(dossier: Dossier, on: date) -> Window | None:
    """The window that the dossier is held to on the day of its first submission, or on ``on`` before that.

    None for other kinds, and for one filed anew: the organisation asked in time under the law of then.
    """
    if dossier.kind != Dossier.Kind.REEVALUATION or dossier.previous is None or dossier.refiled_from_id:
        return None
    return window_of(dossier.previous, dossier.first_submitted_on or on)


def late_since(dossier: Dossier, on: date) -> date | None:
    """The first day after the window, where a first submission on the day comes later than it."""
    found = of_dossier(dossier, on)
    return found.last + timedelta(days=1) if found and on > found.last else None
