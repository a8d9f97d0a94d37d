"""How far a dossier is filled in: what each section still lacks, which criteria have no answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ocop_portal.lib import clock

from . import own_sheets
from .models import Dossier
from .questionnaire import ASKED
from .questions import Content, Question
from .sections import REGISTRATION, Section


@dataclass(frozen=True)
class Answered:
    """How many of the criteria that apply have an answer, and the numbers of those that have none.

    ``case_missing``: the set has exclusive cases (tourism) and the dossier has chosen none.
    """

    answered: int
    of: int
    unanswered: tuple[str, ...] = ()
    case_missing: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to answer."""
        return not self.unanswered and not self.case_missing


def filing_year(dossier: Dossier) -> int:
    """The year from which the forms count years before and after: of the first submission, else today's."""
    return (dossier.first_submitted_on or clock.today()).year


def contents_of(dossier: Dossier) -> dict[str, Content]:
    """What is kept of each section of Form 02 that was begun; one statement."""
    return dict(dossier.sections.values_list("section", "content"))


def lacks(dossier: Dossier, section: Section, content: Content) -> list[str]:
    """What a section of questions still lacks to be complete, in words; Form 01 is read off the dossier."""
    if section == REGISTRATION:
        return _registration_lacks(dossier)
    asked = ASKED[section.key]
    questions = asked.questions(filing_year(dossier))
    open_ones = [q for q in questions if is_asked(q, content) and not content.get(q.name)]
    return [str(q.label) for q in open_ones] + [
        _("%(part)s: more than %(whole)s") % {"part": part.label, "whole": whole.label}
        for part, whole in exceeding(section, content, filing_year(dossier))
    ]


def exceeding(section: Section, content: Content, year: int) -> list[tuple[Question, Question]]:
    """The parts that are greater than their wholes (more women than workers)."""
    asked = ASKED[section.key]
    known = {q.name: q for q in asked.questions(year)}
    return [
        (known[part], known[whole])
        for part, whole in asked.within
        if content.get(part) and content.get(whole) and int(content[part]) > int(content[whole])
    ]


def criteria_answered(dossier: Dossier) -> Answered:
    """How far the self-assessment is; nothing to answer where no criteria set rates the dossier.

    A criterion counts only where its precondition holds. One statement, and a few the first time a set is
    read.
    """
    own = own_sheets.of(dossier)
    if own is None:
        return Answered(0, 0)
    asked = [item.code for item in own.outline.items.values() if item.cases or not own.unscored(item)]
    unanswered = tuple(code for code in asked if not own.settled(code))
    case_missing = bool(own.outline.cases) and dossier.case not in own.outline.cases
    return Answered(len(asked) - len(unanswered), len(asked), unanswered, case_missing)


def is_asked(question: Question, content: Content) -> bool:
    """Whether a complete section answers the question, given its other answers."""
    if not question.needed or question.when is None:
        return question.needed
    other, answer = question.when
    return content.get(other) == answer


def _registration_lacks(dossier: Dossier) -> list[str]:
    organisation = dossier.enterprise
    needed = {
        _("Star asked for"): dossier.requested_stars,
        _("Contact person"): dossier.contact_name or organisation.representative,
        _("Contact's phone"): dossier.contact_phone or organisation.phone,
    }
    if dossier.kind != Dossier.Kind.FIRST:
        needed |= {
            _("Recognition that it follows"): dossier.previous_id,
            _("What has changed since"): dossier.changes.strip(),
        }
    return [label for label, value in needed.items() if not value]
