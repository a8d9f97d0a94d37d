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

from . import planning
from .models import Plan, Revision, Target
from .promises import PROMISE

Kind = Revision.Kind


@transaction.atomic
def revise(
    target: Target,
    *,
    by: User,
    kind: str,
    reason: str,
    decision: str = "",
    decided_on: date | None = None,
    version: int | None = None,
    **new: Any,
) -> Revision:
    """Write a revision and let the target promise what it says; ``new`` are fields of ``PROMISE``.

    Raises ``Refused`` for a target that was never published (it is changed itself), ``ValidationError`` for
    a decision without number or day, a day before the plan or the revision before, a day to come, or where
    nothing is changed; ``Stale`` for an old ``version`` of the plan.
    """
    plan = planning.held(target.plan, by=by, version=version)
    kept = Target.objects.select_for_update().get(pk=target.pk)
    if kept.promised_at is None:
        raise planning.Refused(_("The target is not published yet: change it itself, no revision is needed."))
    old = {name: getattr(kept, name) for name in PROMISE}
    after = {**old, **new}
    if after == old:
        raise ValidationError(_("Nothing is changed: enter the new number, deadline or words."))
    facts = _facts(kept, plan, kind, decision, decided_on)
    written = Revision.objects.create(
        target=kept,
        kind=kind,
        reason=reason,
        entered_by=by,
        **facts,
        **{f"old_{name}": value for name, value in old.items()},
        **{f"new_{name}": value for name, value in after.items()},
    )
    for name, value in after.items():
        setattr(kept, name, value)
    kept.full_clean()
    kept.save()
    changed = {name: str(after[name]) for name in PROMISE if after[name] != old[name]}
    record("plan.target_revised", plan, by=by, target=str(kept), kind=kind, decision=decision, new=changed)
    planning.moved_on(plan)
    return written


def _facts(
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
