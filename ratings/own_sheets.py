"""The organisation's own sheet of a dossier as it stands: choices, notes, points, and what is missing.

Read with one statement beside the criteria set, which is kept; all else is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from . import scoring
from .criteria import outline as outlines
from .criteria import reading
from .criteria.outline import Group, Item, Outline
from .models import Answer, Dossier
from .scoring import Rung


class Progress(NamedTuple):
    """How far a group of criteria is answered; criteria that are not scored here don't count."""

    code: str
    title: str
    answered: int
    of: int
    part: str = ""

    @property
    def done(self) -> bool:
        """Whether nothing is left to choose."""
        return self.answered >= self.of


@dataclass
class OwnSheet:
    """The answers to a criteria set in the dossier's case, by the criterion's number."""

    outline: Outline
    rules: scoring.Rules
    case: int | None
    answers: dict[str, Answer] = field(default_factory=dict)

    @property
    def sheet(self) -> dict[str, int]:
        """The chosen options' positions, as the scoring takes them."""
        return {code: position for code in self.answers if (position := self.chosen(code))}

    def chosen(self, code: str) -> int | None:
        """The position of the option chosen for a criterion; None where none is, or one of another case."""
        answer = self.answers.get(code)
        if answer is None or answer.option_id is None:
            return None
        choices = self.outline.items[code].offered(self.case)
        return next((choice.position for choice in choices if choice.pk == answer.option_id), None)

    def settled(self, code: str) -> bool:
        """Whether an option is chosen, or it is said that none fits."""
        answer = self.answers.get(code)
        return answer is not None and (answer.option_id is not None or answer.none_fits)

    @property
    def started(self) -> bool:
        """Whether anything is chosen yet."""
        return any(self.settled(code) for code in self.answers)

    def score(self) -> scoring.Score:
        """The organisation's own score."""
        return scoring.score(self.rules, [self.sheet], case=self.case)

    def unscored(self, item: Item) -> str:
        """Why the criterion can't be scored now, in words; empty where it can."""
        if item.cases and not item.offered(self.case):
            return _("Choose the case of the dossier first: it decides which options there are.")
        if item.depends_on is None or scoring.applies(self.rules, item.code, self.sheet, case=self.case):
            return ""
        other, above = item.depends_on
        return _("It is scored only where criterion %(other)s has more than %(points)s points.") % {
            "other": other,
            "points": number_format(above.normalize()),
        }

    def progress(self) -> list[Progress]:
        """How far each group is answered, in order."""
        return [self._progress(group) for group in self.outline.groups]

    def ladder(self) -> list[Rung]:
        """What is missing for each star that has floors, the lowest first."""
        return list(scoring.ladder(self.rules, self.sheet, self.case))

    def next_star(self) -> Rung | None:
        """What is missing for the lowest star that is not reached; None where all are."""
        return next((rung for rung in self.ladder() if not rung.reached), None)

    def _progress(self, group: Group) -> Progress:
        scored = [item.code for item in group.items if self._counts(item)]
        answered = sum(map(self.settled, scored))
        return Progress(group.code, group.title, answered, len(scored), group.part)

    def _counts(self, item: Item) -> bool:
        """What waits for a case counts as open; what its precondition rules out doesn't count."""
        return bool(item.cases) or not self.unscored(item)


def of(dossier: Dossier) -> OwnSheet | None:
    """The dossier's own sheet; None where no criteria set rates it. One statement for the answers."""
    if dossier.criteria_set is None:
        return None
    outline = outlines.outline_of(dossier.criteria_set)
    rows: Mapping[int, Answer] = {answer.criterion_id: answer for answer in dossier.answers.order_by()}
    # Answers to a set that rated the dossier before are kept, and belong to no criterion of this one.
    answers = {code: rows[pk] for pk, code in outline.codes.items() if pk in rows}
    return OwnSheet(outline, reading.rules_of(dossier.criteria_set), dossier.case, answers)
