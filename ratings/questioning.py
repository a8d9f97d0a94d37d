"""Questions that cross-checks raise about a dossier, and what an officer found when looking into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from ocop_portal.lib import clock, text

from . import checking, workflow
from .models import Dossier, SettledQuestion
from .unlocking import CRITERION
from .workflow import Refused


@dataclass(frozen=True)
class Question:
    """One question: its key (kept when settled), the place it is about, its words, the facts behind them."""

    key: str
    about: str
    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def questions_of(dossier: Dossier, on: date) -> list[Question]:
    """What the portal asks about the dossier on the day, settled or not: papers that are out of date."""
    uses = dossier.evidence_uses.filter(evidence__expires_on__lt=on)
    return [
        Question(
            key=f"expired:{use.evidence_id}:{use.criterion.code if use.criterion else ''}",
            about=f"{CRITERION}{use.criterion.code}" if use.criterion else "",
            words=_("“%(paper)s” was valid until %(day)s.")
            % {"paper": use.evidence, "day": f"{use.evidence.expires_on:%d/%m/%Y}"},
            facts={"evidence": use.evidence_id, "expires_on": f"{use.evidence.expires_on}"},
        )
        for use in uses.select_related("evidence", "criterion").order_by("pk")
    ]


def open_questions(dossier: Dossier, on: date | None = None) -> list[Question]:
    """The questions that nobody has settled yet."""
    settled = set(dossier.settled_questions.values_list("key", flat=True))
    return [
        question for question in questions_of(dossier, on or clock.today()) if question.key not in settled
    ]


@transaction.atomic
def settle(dossier: Dossier, key: str, note: str, *, by: User, on: date | None = None) -> SettledQuestion:
    """Keep what was found. ``Refused`` without a note, for a question that is not asked or is settled."""
    day = on or clock.today()
    fresh = workflow.locked(dossier, None)
    if not (verdict := checking.may_check(fresh, by, day)):
        raise Refused(str(verdict.reason))
    found = text.nfc_lines(note)
    if not found:
        raise Refused(_("Write what you found."))
    if key not in {question.key for question in open_questions(fresh, day)}:
        raise Refused(_("This question is not open any more."))
    made = SettledQuestion.objects.create(dossier=fresh, key=key, note=found, by=by, on=day)
    auditing.record("dossier.question_settled", fresh, by=by, key=key)
    return made
