"""A dossier read beside its evidence: what each place claims, what proves it, what was said before."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext as _

from .. import differences, freezing, places, questioning, sections, unlocking
from ..forms.checking import ReturnForm
from ..models import Answer, Criterion, Dossier, EvidenceUse, Result, ReturnPoint
from ..places import Place
from ..scoring import FloorState, Score
from . import showing


@dataclass(frozen=True)
class Claim:
    """What the organisation claims for a criterion; ``points`` is None where nothing is chosen."""

    option: str
    points: Decimal | None
    most: Decimal
    note: str
    floors: list[FloorState]


@dataclass
class Entry:
    """One place on the page: what it says, what proves it, what was asked and answered before."""

    place: Place
    heading: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)
    claim: Claim | None = None
    asked: str = ""
    evidence: list[dict[str, Any]] = field(default_factory=list)
    earlier: list[tuple[int, str]] = field(default_factory=list)
    points: list[ReturnPoint] = field(default_factory=list)
    questions: list[questioning.Question] = field(default_factory=list)
    back: BoundField | None = None
    why: BoundField | None = None


class Page:
    """All places of a dossier, filled from a fixed number of statements."""

    def __init__(self, dossier: Dossier, on: date) -> None:
        self.dossier, self.on = dossier, on
        self.places = places.of(dossier)
        self.entries = [Entry(place) for place in self.places]
        self._by_target = {entry.place.target: entry for entry in self.entries}
        answers = list(dossier.answers.select_related("criterion", "option"))
        self.score = freezing.own_score(dossier, answers) if dossier.criteria_set else None
        self._fill_sections()
        self._fill_criteria({answer.criterion_id: answer for answer in answers})
        self._add_evidence()
        self._add_points()

    def at(self, target: str) -> Entry:
        """The entry of a place; what concerns the dossier as a whole stands with the registration."""
        return self._by_target.get(target, self.entries[0])

    def ask(self, open_now: Collection[questioning.Question]) -> None:
        """Show the open questions beside the places that they are about."""
        for question in open_now:
            if question.about in self._by_target:
                self.at(question.about).questions.append(question)

    def offer(self, form: ReturnForm) -> None:
        """Put the boxes of a return beside the places."""
        for entry in self.entries:
            entry.back, entry.why = form.of(entry.place)

    def recall(self, earlier: Collection[tuple[int, dict[str, Any]]]) -> None:
        """Show what earlier submissions (number, content) answered otherwise than the dossier does now."""
        for entry in self.entries:
            if entry.claim is None:
                continue
            now = entry.claim.option
            for number, content in earlier:
                answer = content.get("answers", {}).get(entry.place.criterion, {})
                if answer.get("label", "") != now:
                    entry.earlier.append((number, differences.answer_in_words(answer)))

    def _fill_sections(self) -> None:
        for section, content in self.dossier.sections.values_list("section", "content"):
            self.at(f"{unlocking.SECTION}{section}").rows += [
                {"label": title, "value": words or None}
                for title, words in differences.said_in(section, content)
            ]
        first = self.at(f"{unlocking.SECTION}{sections.REGISTRATION.key}")
        first.rows = [*showing.facts(self.dossier), *first.rows]

    def _fill_criteria(self, answers: dict[int, Answer]) -> None:
        part = ""
        for leaf in self._leaves():
            entry = self.at(places.criterion_place(leaf).target)
            entry.heading = _("Part %(part)s") % {"part": leaf.part} if leaf.part != part else ""
            part, entry.asked = leaf.part, leaf.evidence or leaf.requirement
            entry.claim = _claim(leaf, answers.get(leaf.pk), self.score)

    def _leaves(self) -> list[Criterion]:
        return places.leaves_of(self.dossier) if self.dossier.criteria_set_id else []

    def _add_evidence(self) -> None:
        rows = self.dossier.evidence_uses.select_related("evidence", "criterion")
        for use in rows.order_by("evidence__kind", "evidence__title", "pk"):
            target = places.criterion_place(use.criterion).target if use.criterion else ""
            self.at(target).evidence.append(_paper(use, self.on))

    def _add_points(self) -> None:
        for point in self.dossier.return_points.order_by("step", "position"):
            self.at(point.target).points.append(point)


def _claim(leaf: Criterion, answer: Answer | None, score: Score | None) -> Claim:
    option = answer.option if answer else None
    floors = [state for state in score.floors if state.floor.criterion == leaf.code] if score else []
    none_fits = _("no option fits") if answer and answer.none_fits else ""
    return Claim(
        option=option.label if option else none_fits,
        points=option.points if option else None,
        most=leaf.max_points,
        note=answer.note if answer else "",
        floors=floors,
    )


def _paper(use: EvidenceUse, on: date) -> dict[str, Any]:
    paper = use.evidence
    words, tone = _("no last day"), "neutral"
    if paper.expires_on:
        late = paper.expires_on < on
        said = _("out of date since %(day)s") if late else _("valid until %(day)s")
        words, tone = said % {"day": f"{paper.expires_on:%d/%m/%Y}"}, "warn" if late else "good"
    about = [paper.get_kind_display(), paper.number, paper.issuer]
    return {
        "name": paper.title,
        "url": showing.page_of("enterprises:paper_file", paper.pk),
        "about": " · ".join(word for word in about if word),
        "issued_on": paper.issued_on,
        "validity": words,
        "tone": tone,
        "removed": paper.removed_at is not None,
    }


def older_results(dossier: Dossier) -> QuerySet[Result]:
    """Results of councils on the product so far, of this dossier and of earlier ones."""
    found = Result.objects.filter(dossier__product=dossier.product_id).select_related("dossier")
    return found.order_by("-assessed_on", "-pk")


def floors_missed(score: Score | None) -> Iterator[FloorState]:
    """The floors that keep the product from the star of its points."""
    return iter(score.unmet(score.band) if score else ())
