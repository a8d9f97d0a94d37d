"""Objections of organisations to what was decided of their dossiers: received, answered within a term."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Role, User
from areas import working_time
from ocop_portal.lib import clock, files, text

from . import workflow
from .models import Decision, Dossier, Objection
from .workflow import Refused

# No text of the programme sets a term. Twenty working days, and never beyond the thirty days in which the
# law on complaints wants a first one answered. Decision record 0017.
ANSWER_WORKING_DAYS = 20
ANSWER_DAYS_AT_MOST = 30
Outcome = Objection.Outcome


class AnsweredAlready(Refused):
    """Another officer was first; the text says what was answered and when."""


def due(received_on: date) -> date:
    """The last day for the answer to an objection received on the day."""
    return min(
        working_time.due(received_on, ANSWER_WORKING_DAYS), received_on + timedelta(days=ANSWER_DAYS_AT_MOST)
    )


def may_receive(user: User, dossier: Dossier) -> rules.Verdict:
    """Whether the person may enter an objection to the last decision over the dossier, and answer it.

    It is for officers of the unit that decided, or of one above it (what an ended unit decided).
    """
    decision = last_decision(dossier)
    if decision is None:
        return rules.Verdict(
            False, _("Nothing is decided of the dossier yet: there is nothing to object to.")
        )
    return rules.needs(user, [Role.OFFICER], decision.area)


@transaction.atomic
def receive(
    dossier: Dossier, *, words: str, received_on: date, by: User, on: date | None = None
) -> Objection:
    """Enter what the organisation objects to; the term of the answer runs from the day it was received.

    It concerns the last signed decision over the dossier. Raises ``Refused`` for a day before that or to
    come, without words, while another objection is open; ``PermissionDenied`` as ``may_receive`` says.
    """
    day = on or clock.today()
    fresh = workflow.locked(dossier, None)
    may_receive(by, fresh).require()
    decision = cast(Decision, last_decision(fresh))
    if not (decision.signed_on or day) <= received_on <= day:
        raise Refused(_("The objection was received between the decision and today."))
    if not text.nfc_lines(words):
        raise Refused(_("Say what the organisation objects to."))
    if fresh.objections.filter(outcome="").exists():
        raise Refused(_("An objection to this dossier is open already; answer that first."))
    made = Objection.objects.create(
        dossier=fresh,
        decision=decision,
        received_on=received_on,
        words=text.nfc_lines(words),
        due_on=due(received_on),
        entered_by=by,
    )
    auditing.record("objection.received", made, by=by, area=fresh.area, due_on=made.due_on.isoformat())
    return made


@transaction.atomic
def answer(
    objection: Objection,
    *,
    outcome: str,
    words: str,
    answered_on: date,
    number: str = "",
    paper: files.Stored | None = None,
    by: User,
    on: date | None = None,
    version: int | None = None,
) -> Objection:
    """Answer the objection: the decision stands, is corrected, the product is rated again, or withdrawn.

    A product is rated again by a new dossier, which must be open by then. Raises ``Refused`` without one,
    without words, without a number (unless withdrawn), for an impossible day; ``AnsweredAlready`` when
    another was first; ``PermissionDenied`` as ``may_receive`` says.
    """
    day = on or clock.today()
    kept = Objection.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=objection.pk)
    may_receive(by, kept.dossier).require()
    if kept.outcome or (version is not None and version != kept.version):
        raise AnsweredAlready(_("The objection was answered meanwhile: %(what)s.") % {"what": _said(kept)})
    words, number = text.nfc_lines(words), text.nfc(number)
    _refuse_incomplete(kept, outcome, words, number)
    if not kept.received_on <= answered_on <= day:
        raise Refused(_("The answer was given between the objection and today."))
    if outcome == Outcome.RATED_AGAIN and new_dossier(kept.dossier) is None:
        raise Refused(_("Open the new dossier of the product first: by that one it is rated again."))
    kept.outcome, kept.answer, kept.answered_on, kept.answer_number = outcome, words, answered_on, number
    if paper:
        kept.paper, kept.paper_name, kept.paper_sha256 = paper.name, paper.file_name, paper.sha256
    kept.version += 1
    kept.save()
    auditing.record("objection.answered", kept, by=by, area=kept.dossier.area, outcome=outcome, number=number)
    objection.refresh_from_db()
    return objection


def answer_with_paper(
    objection: Objection, upload: files.Upload | None, *, by: User, **facts: Any
) -> Objection:
    """Answer as ``answer`` does, and keep the file of the answer."""
    if upload is None:
        return answer(objection, by=by, **facts)
    with files.storing(upload) as stored:
        return answer(objection, by=by, paper=stored, **facts)


def last_decision(dossier: Dossier) -> Decision | None:
    """The last signed decision over the dossier."""
    rows = dossier.decision_items.filter(decision__state=Decision.State.SIGNED).select_related("decision")
    item = rows.order_by("-decision__signed_on", "-pk").first()
    return item.decision if item else None


def new_dossier(dossier: Dossier) -> Dossier | None:
    """The open dossier by which the product is rated again: one opened after this one."""
    rows = Dossier.objects.open().filter(product=dossier.product_id, pk__gt=dossier.pk)
    return cast("Dossier | None", rows.order_by("pk").first())


def _said(objection: Objection) -> str:
    return str(objection.get_outcome_display() or _("contents changed"))


def _refuse_incomplete(objection: Objection, outcome: str, words: str, number: str) -> None:
    if outcome not in Outcome.values:
        raise Refused(_("Choose the outcome."))
    if not words:
        raise Refused(_("Say what is answered."))
    if not number and outcome != Outcome.WITHDRAWN:
        raise Refused(_("Give the number of the answer."))
