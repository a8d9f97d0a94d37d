"""Keeping what officers found when they looked into a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from ocop_portal.lib import clock, text

from .. import checking, workflow
from ..models import Dossier, SettledQuestion
from ..workflow import Refused
from .asking import questions_of
from .ground import Question


@dataclass(frozen=True)
class Asked:
    """A question, and what an officer found when it was looked into (None: nobody has)."""

    question: Question
    settled: SettledQuestion | None


def looked_into(dossier: Dossier, on: date | None = None) -> list[Asked]:
    """The dossier's questions on the day (today unless given), each with what was found; open ones first."""
    known = {found.key: found for found in dossier.settled_questions.select_related("by")}
    asked = [Asked(q, known.get(q.key)) for q in questions_of(dossier, on or clock.today())]
    return sorted(asked, key=lambda one: one.settled is not None)


def open_questions(dossier: Dossier, on: date | None = None) -> list[Question]:
    """The dossier's questions on the day (today unless given) that nobody has looked into."""
    return [asked.question for asked in looked_into(dossier, on) if asked.settled is None]


@transaction.atomic
def settle(dossier: Dossier, key: str, note: str, *, by: User, on: date | None = None) -> SettledQuestion:
    """Keep that ``by`` looked into the question ``key``, and what was found.

    The same note of the same person again is the one that is there. Raises ``Refused`` for a question that
    is not asked (any more) or that somebody settled, without a note, and for a closed dossier;
    ``PermissionDenied`` for anyone but who checks the dossier for the unit that deals with it.
    """
    day = on or clock.today()
    fresh = workflow.locked(dossier, None)
    if fresh.state in Dossier.CLOSED:
        raise Refused(_("The dossier is closed; its questions stay as they are."))
    checking.may_check(fresh, by, day).require()
    found = text.nfc_lines(note)
    if not found:
        raise Refused(_("Write what you found."))
    if known := SettledQuestion.objects.filter(dossier=fresh, key=key).select_related("by").first():
        if known.by_id == by.pk and known.note == found:
            return known
        raise Refused(
            _("%(who)s looked into this question on %(day)s already.")
            % {"who": known.by, "day": f"{known.on:%d/%m/%Y}"}
        )
    if key not in {question.key for question in questions_of(fresh, day)}:
        raise Refused(_("This question is not asked any more. Open the page again."))
    settled = SettledQuestion.objects.create(dossier=fresh, key=key, note=found, by=by, on=day)
    auditing.record("dossier.question_settled", fresh, by=by, key=key)
    return settled
