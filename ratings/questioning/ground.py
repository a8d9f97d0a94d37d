"""What the cross-checks of a dossier read, fetched once, and the shape of a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.formats import number_format

from enterprises.models import Evidence

from .. import scoring
from ..criteria import reading
from ..models import Answer, Attachment, Dossier, EvidenceUse
from ..unlocking import CRITERION
from .likely import decision_day


@dataclass(frozen=True)
class Question:
    """Something for an officer to look into.

    ``key`` stays the same as long as the matter does. ``about`` is the place in the dossier in the form of a
    return point's target (``criterion:3.1``, ``section:…``, empty: the dossier as a whole). ``words`` are in
    the reader's language. ``facts`` are JSON and hold no personal data; primary keys among them may lie
    outside the reader's area, so a page fetches them by ``visible_to``.
    """

    key: str
    about: str
    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """An option that the organisation chose, with what its criterion is about."""

    code: str
    title: str
    part: str
    evidence_asked: bool
    position: int
    label: str
    points: Decimal


@dataclass
class Ground:
    """A dossier on a day, with its answers, the evidence it uses and its papers: one statement each."""

    dossier: Dossier
    on: date

    @cached_property
    def until(self) -> date:
        """The day by which the dossier will likely be decided."""
        return decision_day(self.dossier, self.on)

    @cached_property
    def answers(self) -> list[Answer]:
        """The answers with criterion and option, in the order of the set that rates the dossier."""
        rating = {"criterion__criteria_set": self.dossier.criteria_set_id}
        return list(self.dossier.answers.filter(**rating).select_related("criterion", "option"))

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """The options chosen, by the criterion's number."""
        return {
            answer.criterion.code: Claim(
                code=answer.criterion.code,
                title=answer.criterion.title,
                part=answer.criterion.part,
                evidence_asked=bool(answer.criterion.evidence),
                position=answer.option.position,
                label=answer.option.label,
                points=answer.option.points,
            )
            for answer in self.answers
            if answer.option and answer.option.case in (None, self.dossier.case)
        }

    @cached_property
    def own(self) -> scoring.Score | None:
        """The organisation's own score; None where it has chosen nothing."""
        if self.dossier.criteria_set is None or not self.claims:
            return None
        sheet = {claim.code: claim.position for claim in self.claims.values()}
        return scoring.score(reading.rules_of(self.dossier.criteria_set), [sheet], case=self.dossier.case)

    @cached_property
    def uses(self) -> list[EvidenceUse]:
        """The uses of evidence, each with its paper and the newer one that replaced it."""
        return list(
            self.dossier.evidence_uses.select_related("evidence", "evidence__replaced_by", "criterion")
        )

    @cached_property
    def evidence(self) -> list[Evidence]:
        """The papers of the library that the dossier uses, each once."""
        return list({use.evidence_id: use.evidence for use in self.uses}.values())

    @cached_property
    def attachments(self) -> list[Attachment]:
        """The papers put into the dossier itself."""
        return list(self.dossier.attachments.filter(removed_at__isnull=True))

    @property
    def papers(self) -> list[Evidence | Attachment]:
        """All papers, those of the library last."""
        return [*self.attachments, *self.evidence]

    @cached_property
    def kinds(self) -> set[str]:
        """The kinds of evidence that the dossier holds, wherever in it."""
        return {paper.kind for paper in self.papers}

    def place_of(self, paper: Evidence) -> str:
        """The criterion that the paper proves first, as a target; empty for the dossier as a whole."""
        codes = (use.criterion.code for use in self.uses if use.evidence_id == paper.pk and use.criterion)
        code = next(codes, None)
        return f"{CRITERION}{code}" if code else ""

    def proven(self, code: str) -> bool:
        """Whether a paper is given for the criterion."""
        return any(use.criterion and use.criterion.code == code for use in self.uses)


def day(value: date) -> str:
    """A day as the portal prints it."""
    return f"{value:%d/%m/%Y}"


def points(value: Decimal) -> str:
    """Points as the portal prints them, without idle places."""
    return str(number_format(value.normalize() if value % 1 else value.to_integral_value()))
