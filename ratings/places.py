"""The places of a dossier that a return can name: its sections, and the criteria of its set."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from . import sections
from .models import Criterion, Dossier, Regulation
from .unlocking import CRITERION, SECTION


@dataclass(frozen=True)
class Place:
    """One place: the target that names it (``section:dang-ky``, ``criterion:1.1``) and its title."""

    target: str
    title: str | Promise

    @property
    def section(self) -> str:
        """The section's key; empty for a criterion."""
        return self.target.removeprefix(SECTION) if self.target.startswith(SECTION) else ""

    @property
    def criterion(self) -> str:
        """The criterion's number; empty for a section."""
        return self.target.removeprefix(CRITERION) if self.target.startswith(CRITERION) else ""


def of(dossier: Dossier) -> list[Place]:
    """The dossier's places in the order of the forms; one statement where criteria rate it, else none.

    Under a regulation without criteria sets the forms are papers: only the registration is a place here.
    """
    regulation = dossier.regulation
    rated = regulation is not None and regulation.tree == Regulation.Tree.VERIFIED
    found: list[Place] = []
    for section in sections.SECTIONS if rated else (sections.REGISTRATION,):
        if section != sections.CRITERIA:
            found.append(Place(f"{SECTION}{section.key}", section.title))
        elif dossier.criteria_set_id:
            found.append(Place(f"{SECTION}{section.key}", section.title))
            found += [criterion_place(leaf) for leaf in leaves_of(dossier)]
    return found


def titles(dossier: Dossier) -> dict[str, str]:
    """The title of each place by its target; the empty target is the dossier as a whole."""
    return {"": _("The dossier as a whole"), **{place.target: str(place.title) for place in of(dossier)}}


def criterion_place(criterion: Criterion) -> Place:
    """The place that a criterion with options is."""
    return Place(f"{CRITERION}{criterion.code}", f"{criterion.code} {criterion.title}".strip())


def leaves_of(dossier: Dossier) -> list[Criterion]:
    """The criteria with options of the dossier's set, in the order of the annex."""
    return list(Criterion.objects.filter(criteria_set=dossier.criteria_set_id, is_leaf=True))
