"""The acts on a plan: write it, publish it, and record what came of it.

An officer whose post covers the plan's unit may act. Publishing locks the plan's own content (number, date,
targets, work, planned money); what is reported afterwards (figures, states, disbursement) stays open.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import rules
from accounts.auditing import record
from accounts.models import AuditEntry, Role, User
from areas.models import Area
from enterprises import editing
from ocop_portal.lib import files, slugs
from ocop_portal.lib.files import Upload

from . import aiming, bounds, documents, promises, telling_shares
from .counting import told_by_hand
from .models import Activity, BudgetLine, Plan, ReportedFigure, Target

Row = TypeVar("Row", Target, Activity, BudgetLine)
LOCKED = gettext_lazy("The plan is published and its content is locked. Unpublish it first, with a reason.")


class Refused(Exception):
    """An act that the plan's state doesn't allow; its text says why and what to do."""


class Stale(Refused):
    """Somebody else changed the plan since the form was opened."""


def may_write(user: User, area: Area) -> rules.Verdict:
    """Whether the person may write plans of the unit: programme officers over it."""
    return rules.needs(user, [Role.OFFICER], area)


def may_change(user: User, plan: Plan) -> rules.Verdict:
    """Whether the person may change what the plan itself says: it must not be published."""
    verdict = may_write(user, plan.area)
    return rules.Verdict(False, LOCKED) if verdict and plan.published_at is not None else verdict


def create(
    *, by: User, area: Area, document: Upload | None = None, form_token: UUID | None = None, **fields: Any
) -> Plan:
    """Write a new plan, unpublished. ``fields`` are those of :class:`Plan`; ``ValidationError`` if wrong.

    ``form_token`` names the form, so that sending it twice makes one plan.
    """
    may_write(by, area).require()
    with documents.keeping(document) as kept, transaction.atomic():
        editing.one_form_at_a_time(by)
        if sent := editing.sent_before(Plan, form_token, by):
            files.delete(kept.get("document", ""))
            return sent
        plan = Plan(area=area, created_by=by, form_token=form_token, **fields, **kept)
        plan.slug = slugs.free(Plan, f"{plan.number} {plan.title}", "ke-hoach")
        plan.name_norm = plan.slug
        plan.full_clean()
        plan.save()
        record("plan.created", plan, by=by)
    return plan


def change(plan: Plan, *, by: User, version: int, document: Upload | None = None, **fields: Any) -> Plan:
    """Change the plan's particulars. Raises ``Stale`` for an old ``version``, ``Refused`` once published.

    A new ``document`` takes the place of the old one.
    """
    with documents.keeping(document) as kept, transaction.atomic():
        locked = _open(plan, by, version)
        old = locked.document
        changed = {name: str(value) for name, value in fields.items() if getattr(locked, name) != value}
        _assign(locked, {**fields, **kept})
        locked.full_clean()
        locked.version += 1
        locked.save()
        record("plan.changed", locked, by=by, changed=changed, document=kept.get("document_sha256", ""))
        if kept:
            transaction.on_commit(lambda: files.delete(old))
    return locked


@transaction.atomic
def publish(plan: Plan, *, by: User) -> Plan:
    """Let the public read the plan; its content is locked, and communes are told of their shares in it."""
    locked = _locked(plan, by)
    if locked.published_at is None:
        if not locked.targets.exists():
            raise Refused(_("A plan without targets can't be published: enter its targets first."))
        locked.published_at, locked.published_by = timezone.now(), by
        locked.save(update_fields=["published_at", "published_by"])
        locked.targets.filter(promised_at=None).update(promised_at=locked.published_at)
        record("plan.published", locked, by=by)
        telling_shares.tell(locked, reverse("plans:detail", args=[locked.pk]))
    return locked


@transaction.atomic
def unpublish(plan: Plan, *, by: User, reason: str) -> Plan:
    """Take the plan off the public pages for correction; the reason is audited."""
    locked = _locked(plan, by)
    if locked.published_at is not None:
        locked.published_at = locked.published_by = None
        locked.save(update_fields=["published_at", "published_by"])
        record("plan.unpublished", locked, by=by, reason=reason)
    return locked


@transaction.atomic
def set_target(
    plan: Plan, *, by: User, target: Target | None = None, version: int | None = None, **fields: Any
) -> Target:
    """Add a target, or change the given one. ``kinds``, ``units`` and ``products`` are lists of rows.

    Raises ``ValidationError`` for a part of another plan or of itself, a place outside the plan's area, and
    what the indicator's measure can't tell apart or count so.
    """
    several = {name: fields.pop(name) for name in aiming.SEVERAL if fields.get(name) is not None}
    fields = {name: value for name, value in fields.items() if name not in aiming.SEVERAL}
    aiming.check(plan, target, fields | several)
    bounds.check(plan, fields)
    saved: Target = _set(plan, Target, target, by, fields, version)
    for name, rows in several.items():
        getattr(saved, name).set(rows)
    return saved


@transaction.atomic
def set_activity(
    plan: Plan, *, by: User, activity: Activity | None = None, version: int | None = None, **fields: Any
) -> Activity:
    """Add a piece of work, or change the given one; ``ValidationError`` for a deadline before the plan."""
    bounds.check(plan, fields)
    return _set(plan, Activity, activity, by, fields, version)


@transaction.atomic
def set_budget_line(
    plan: Plan, *, by: User, line: BudgetLine | None = None, version: int | None = None, **fields: Any
) -> BudgetLine:
    """Add a budget line (million đồng), or change the given one."""
    return _set(plan, BudgetLine, line, by, fields, version)


@transaction.atomic
def remove(row: Target | Activity | BudgetLine, *, by: User) -> None:
    """Take a target (with its parts), a piece of work or a budget line out of an unpublished plan."""
    plan = _open(row.plan, by)
    if isinstance(row, Target) and row.promised_at is not None:
        raise Refused(_("The target was published: it stays. Revise it by a decision to “no number”."))
    record(f"plan.{row._meta.model_name}_removed", plan, by=by, row=str(row))
    row.delete()
    moved_on(plan)


@transaction.atomic
def record_figure(target: Target, *, as_of: date, value: Decimal, note: str, by: User) -> ReportedFigure:
    """Record a figure told by hand; the same said again by the same person is recorded once.

    Raises ``Refused`` for a target that the portal counts itself, ``ValidationError`` for a figure below zero
    or of a day before the plan.
    """
    plan = _locked(target.plan, by)
    bounds.check(plan, {"as_of": as_of, "value": value})
    if not told_by_hand(target):
        raise Refused(_("The portal counts this target itself; no figure is entered for it."))
    figure, is_new = ReportedFigure.objects.get_or_create(
        target=target, as_of=as_of, value=value, note=note, entered_by=by
    )
    if not is_new:
        return figure
    record("plan.figure_reported", plan, by=by, target=str(target), value=str(value), as_of=as_of.isoformat())
    return figure


@transaction.atomic
def report_activity(activity: Activity, *, state: str, result: str, by: User) -> Activity:
    """Say how a piece of work stands and what came of it."""
    plan = _locked(activity.plan, by)
    activity.state, activity.result = state, result
    activity.save(update_fields=["state", "result"])
    record("plan.activity_reported", plan, by=by, activity=str(activity), state=state)
    return activity


@transaction.atomic
def report_disbursement(
    line: BudgetLine, *, disbursed: Decimal | None, allocated: Decimal | None = None, by: User
) -> BudgetLine:
    """Say how much of a budget line is allocated and disbursed (million đồng); None means not reported.

    Raises ``ValidationError`` where more is disbursed than allocated.
    """
    plan = _locked(line.plan, by)
    bounds.check_money(allocated, disbursed)
    line.allocated, line.disbursed = allocated, disbursed
    line.save(update_fields=["allocated", "disbursed"])
    record(
        "plan.disbursement_reported",
        plan,
        by=by,
        line=str(line),
        allocated=str(allocated),
        disbursed=str(disbursed),
    )
    return line


def held(plan: Plan, *, by: User, version: int | None = None) -> Plan:
    """The plan, locked for an act that publishing does not forbid; ``Stale`` for an old ``version``."""
    locked = _locked(plan, by)
    if version is not None and version != locked.version:
        raise Stale(_stale_words(locked))
    return locked


def opened(plan: Plan, *, by: User) -> Plan:
    """The plan, locked for an act on its content; ``Refused`` once it is published."""
    return _open(plan, by)


def moved_on(plan: Plan) -> None:
    """Count the change, so that a form opened before it is told."""
    plan.version += 1
    plan.save(update_fields=["version", "updated_at"])


def _locked(plan: Plan, by: User) -> Plan:
    locked = Plan.objects.select_for_update().get(pk=plan.pk)
    may_write(by, locked.area).require()
    return locked


def _open(plan: Plan, by: User, version: int | None = None) -> Plan:
    """The plan, locked in the database for this act, if it is unpublished and unchanged since ``version``."""
    if _locked(plan, by).published_at is not None:
        raise Refused(str(LOCKED))
    return held(plan, by=by, version=version)


def _stale_words(plan: Plan) -> str:
    last = AuditEntry.objects.filter(object_type=plan._meta.label_lower, object_id=str(plan.pk)).first()
    if last is None:
        return _("Somebody changed this plan in the meantime. Your text is kept: compare and save again.")
    when = f"{timezone.localtime(last.at):%H:%M %d/%m/%Y}"
    words = _("%(who)s changed this plan at %(when)s. Your text is kept: compare and save again.")
    return words % {"who": last.actor_name, "when": when}


def _assign(row: models.Model, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def _set(
    plan: Plan, model: type[Row], row: Row | None, by: User, fields: dict[str, Any], version: int | None
) -> Row:
    locked = _open(plan, by, version)
    if isinstance(row, Target):
        promises.check(row, fields)
    saved = row or model(plan=locked, position=_next_position(model.objects.filter(plan=locked)))
    _assign(saved, fields)
    saved.full_clean()
    saved.save()
    verb = "changed" if row else "added"
    record(f"plan.{model._meta.model_name}_{verb}", locked, by=by, row=str(saved))
    moved_on(locked)
    return saved


def _next_position(rows: models.QuerySet[Any]) -> int:
    last = rows.order_by("-position").values_list("position", flat=True).first()
    return (last or 0) + 1
