"""A council's quorum: arithmetic of its statute, without a database."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Quorum:
    """How many members must be there, how many count, whether that is enough; if not, why."""

    base: int
    needed: int
    counted: int
    met: bool
    reason: str = ""

    @property
    def missing(self) -> int:
        """How many more members are needed; 0 where enough are there."""
        return max(self.needed - self.counted, 0)


def quorum(
    seats: int,
    present: int,
    *,
    recused: int = 0,
    percent: int = 75,
    chair_required: bool = True,
    chair_present: bool = True,
) -> Quorum:
    """The quorum of a session, or of one dossier of it.

    ``seats`` are the seats that score on the day, ``recused`` those of them who have an interest in the
    dossier: they leave the base. ``present`` are the members there who are not recused. The share of the
    statute is rounded up, so 75 % of 7 are 6. A council without anybody entitled never has a quorum.
    Raises ``ValueError`` for numbers that contradict each other.
    """
    base = seats - recused
    if min(seats, present, recused) < 0 or base < 0 or present > base or not 0 < percent <= 100:
        raise ValueError("the numbers of a quorum contradict each other")
    needed = max(-(-base * percent // 100), 1)
    reason = _reason(base, needed - present, chair_present or not chair_required)
    return Quorum(base, needed, present, not reason, reason)


def _reason(base: int, lacking: int, chaired: bool) -> str:
    if base == 0:
        return _("No member may score.")
    if lacking > 0:
        return ngettext(
            "%(number)d more member is needed.", "%(number)d more members are needed.", lacking
        ) % {"number": lacking}
    return "" if chaired else _("The chair is missing.")
