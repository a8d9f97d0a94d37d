"""What of a dossier may be changed now: all of a draft, and of a returned one only what was returned."""

from __future__ import annotations

from dataclasses import dataclass

from .models import Dossier
from .sections import CRITERIA, REGISTRATION

SECTION, CRITERION = "section:", "criterion:"


@dataclass(frozen=True)
class Unlocked:
    """What is open to change: everything, or the named sections and criteria."""

    everything: bool
    targets: frozenset[str] = frozenset()

    def section(self, key: str) -> bool:
        """Whether the section (a key of ``sections``) may be changed."""
        return self.everything or f"{SECTION}{key}" in self.targets

    def criterion(self, code: str) -> bool:
        """Whether the answer to the criterion (``1.1``) and its evidence may be changed.

        A return of the self-assessment as a section opens every criterion.
        """
        return self.section(CRITERIA.key) or f"{CRITERION}{code}" in self.targets

    @property
    def papers(self) -> bool:
        """Whether papers may be added and removed: they prove the registration or a criterion."""
        criteria = self.section(CRITERIA.key) or any(t.startswith(CRITERION) for t in self.targets)
        return criteria or self.section(REGISTRATION.key)

    def __bool__(self) -> bool:
        return self.everything or bool(self.targets)


def of(dossier: Dossier) -> Unlocked:
    """What the dossier's state leaves open; one statement for a returned dossier, none for others.

    A point without a place concerns the dossier as a whole and opens everything.
    """
    if dossier.state == Dossier.State.DRAFT:
        return Unlocked(True)
    if dossier.state != Dossier.State.RETURNED:
        return Unlocked(False)
    targets = frozenset(dossier.return_points.filter(answer="").values_list("target", flat=True))
    return Unlocked("" in targets, targets - {""})
