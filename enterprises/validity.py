"""Whether a paper still holds on a day, in the words and the tone in which every page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EXPIRING_DAYS = 60
"""Days before its last day from which a paper is marked as expiring.

A dossier submitted today spends up to 15 working days with the commune, then some 45 days until it is
decided: a paper with fewer than 60 days left may end before the decision that rests on it."""

WINDOWS = (30, 60, 90)
"""The windows, in days, in which the list of a whole area is asked for what expires."""


@dataclass(frozen=True)
class Status:
    """The state of a paper on a day: ``label`` and ``tone`` make its tag; ``needs_care`` asks for an act."""

    state: str
    label: str | Promise
    tone: str

    @property
    def needs_care(self) -> bool:
        """Whether somebody who relies on the paper should do something about it."""
        return self.state in {"expired", "expiring", "replaced", "unconfirmed"}


UNLIMITED = Status("unlimited", gettext_lazy("No expiry"), "neutral")
REPLACED = Status("replaced", gettext_lazy("Replaced by a newer paper"), "neutral")
UNCONFIRMED = Status("unconfirmed", gettext_lazy("Particulars to fill in"), "warn")
VALID = Status("valid", gettext_lazy("Still valid"), "good")
EXPIRED = Status("expired", gettext_lazy("Past its last day"), "bad")


def on_day(last_day: date | None, on: date) -> Status:
    """The status of a paper whose last day of validity is ``last_day`` (that day itself is valid)."""
    if last_day is None:
        return UNLIMITED
    left = (last_day - on).days
    if left < 0:
        return EXPIRED
    if left > EXPIRING_DAYS:
        return VALID
    if left == 0:
        return Status("expiring", _("Expiring (today is the last day)"), "warn")
    return Status("expiring", _("Expiring (%(days)s days left)") % {"days": left}, "warn")
