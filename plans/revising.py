"""Change what a published target promises: by a decision, or to mend what was entered wrongly."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.auditing import record
from accounts.models import User
from ocop_portal.lib import clock
from ocop_portal.lib.files import Upload

from . import bounds, documents, planning
from .models import Plan, Revision, Target
from .promises import PROMISE

Kind = Revision.Kind


def revise(
    target: Target,
    *,
    by: User,
    kind: str,
    reason: str,
    decision: str = "",
    decided_on: date | None = None,
    document: Upload | None = None,
    version: int | None = None,
    **new: Any,
) -> Revision:
    """Write a revision and let the target promise what it says; ``new`` are fields of ``PROMISE``.

    ``document`` is the decision's file, which stays with the revision.
    Raises ``Refused`` for a target that was never published (it is changed itself), ``ValidationError`` for
    a decision without number or day, a day before the plan or the revision before, a day to come, what no
    target can promise (see ``bounds``), or where nothing is changed; ``Stale`` for an old ``version`` of the
    plan.
    """
    with documents.keeping(document) as paper, transaction.atomic():
        plan = planning.held(target.plan, by=by, version=version)
        kept = Target.objects.select_for_update().get(pk=target.pk)
        if kept.promised_at is None:
            words = _("The target is not published yet: change it itself, no revision is needed.")
            raise planning.Refused(words)
        bounds.check(plan, {"base": kept.base, **new})
        facts = {"kind": kind, "reason": reason, "entered_by": by, **paper}
        facts |= _decided(kept, plan, kind, decision, decided_on)
        written = _write(kept, new, facts)
        told = {"kind": kind, "decision": decision, "new": _changed(written)}
        told |= {"target": str(kept), "document": written.document_sha256}
        record("plan.target_revised", plan, by=by, area=plan.area, **told)
        planning.moved_on(plan)
    return written


def _write(target: Target, new: dict[str, Any], facts: dict[str, Any]) -> Revision:
    """Write the revision with the values before and after, and let the target promise these."""
    old = {name: getattr(target, name) for name in PROMISE}
    after = {**old, **new}
    if after == old:
        raise ValidationError(_("Nothing is changed: enter the new number, deadline or words."))
    sides = {"old": old, "new": after}
    values = {f"{side}_{name}": value for side, kept in sides.items() for name, value in kept.items()}
    written = Revision.objects.create(target=target, **facts, **values)
    for name, value in after.items():
        setattr(target, name, value)
    target.full_clean()
    target.save()
    return written


def _changed(written: Revision) -> dict[str, str]:
    pairs = {name: [getattr(written, f"{side}_{name}") for side in ("old", "new")] for name in PROMISE}
    return {name: str(new) for name, (old, new) in pairs.items() if new != old}


def _decided(
    target: Target, plan: Plan, kind: str, decision: str, decided_on: date | None
) -> dict[str, str | date | None]:
    """What names the decision; a correction has none."""
    if kind == Kind.CORRECTION:
        return {"decision": "", "decided_on": None}
    if not decision:
        raise ValidationError({"decision": _("Enter the number of the decision.")})
    if problem := _day_problem(target, plan, decided_on):
        raise ValidationError({"decided_on": problem})
    return {"decision": decision, "decided_on": decided_on}


def _day_problem(target: Target, plan: Plan, day: date | None) -> str:
    if day is None:
        return _("Enter the date of the decision.")
    if day > clock.today():
        return _("The date of the decision can't lie in the future.")
    begins = plan.signed_on or date(plan.first_year, 1, 1)
    if day < begins:
        return _("The plan dates from %(day)s: a decision that revises it is no older.") % {
            "day": f"{begins:%d/%m/%Y}"
        }
    decided = target.revisions.filter(decided_on__gt=day).last()
    if decided and decided.decided_on:
        words = _("The target was revised on %(day)s already: enter the decisions in their order.")
        return words % {"day": f"{decided.decided_on:%d/%m/%Y}"}
    return ""
