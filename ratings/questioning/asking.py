"""All cross-checks of a dossier, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from ..models import Dossier
from . import claims, papers, records
from .ground import Ground, Question

CHECKS: tuple[Callable[[Ground], Iterator[Question]], ...] = (
    papers.validity,
    papers.same_file,
    claims.form_of_organisation,
    claims.representative,
    claims.without_paper,
    claims.other_paper,
    records.recognised_already,
    records.far_above_the_last_result,
    records.same_story,
)


def questions_of(dossier: Dossier, on: date) -> list[Question]:
    """What the dossier, as it is, leaves to be asked on the day; a fixed number of statements.

    Questions and never verdicts: nothing follows from one but that somebody looks. No personal data stands
    in them.
    """
    ground = Ground(dossier, on)
    return [question for check in CHECKS for question in check(ground)]
