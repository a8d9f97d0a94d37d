"""When the law changed over a dossier: filing it anew, and taking a draft over to the set of today."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from ocop_portal.lib import clock

from . import carrying, clocks, filing, workflow
from .models import CriteriaSet, Dossier
from .workflow import Refused

State = Dossier.State
# What the offices added to the old dossier and must do again with the new one.
ASIDE = ("commune_assessment", "results", "return_points")


@transaction.atomic
def refile(
    dossier: Dossier, *, by: User, reason: str, on: date | None = None, version: int | None = None
) -> Dossier:
    """Close a dossier that its regulation no longer decides, and open the draft that takes its place.

    The draft is filed under the regulation of its own first submission; everything that corresponds goes
    over, the rest is told in ``carried``. A second press gives the draft of the first one. Raises
    ``Refused`` while the old regulation still decides it, ``Stale``, ``PermissionDenied``.
    """
    day = on or clock.today()
    fresh = workflow.locked(dossier, None)
    if fresh.state == State.REFILED and (done := Dossier.objects.filter(refiled_from=fresh).first()):
        return done
    workflow.refuse_stale(fresh, version)
    refuse_in_time(fresh, day)
    workflow.move(dossier, State.REFILED, by=by, on=day, reason=reason)
    draft = filing.open_dossier(
        fresh.product,
        kind=fresh.kind,
        by=by,
        on=day,
        previous=fresh.previous,
        requested_stars=fresh.requested_stars,
        contact_name=fresh.contact_name,
        contact_phone=fresh.contact_phone,
        presentation=fresh.presentation,
        changes=fresh.changes,
    )
    copy = preview(fresh, day, into=draft.criteria_set)
    carrying.write(draft, copy, by=by)
    draft.refiled_from = fresh
    draft.save()
    auditing.record("dossier.filed_anew", draft, by=by, source=fresh.code, reason=reason)
    return draft


def refuse_in_time(dossier: Dossier, on: date) -> None:
    """Raise ``Refused`` unless the pinned regulation can no longer decide the dossier."""
    if clocks.too_late_to_decide(dossier, on):
        return
    until = clocks.decided_until(dossier)
    if until is None or dossier.state in Dossier.CLOSED:
        raise Refused(_("Only an open dossier that its regulation no longer decides is filed anew."))
    raise Refused(
        _("Its regulation decides the dossier until %(day)s; only after that it is filed anew.")
        % {"day": f"{until:%d/%m/%Y}"}
    )


def preview(dossier: Dossier, on: date, *, into: CriteriaSet | None = None) -> carrying.Plan:
    """What of the dossier would go over if it were filed anew on the day; nothing is written."""
    lead = dossier.product.makings.order_by("-is_lead", "pk").select_related("enterprise").first()
    enterprise = lead.enterprise if lead else dossier.enterprise
    target = into or CriteriaSet.objects.rating_on(dossier.product.group, on)
    copy = carrying.plan(dossier, act=carrying.REFILING, into=target, enterprise=enterprise, on=on)
    left = [name for name in ASIDE if _has(dossier, name)]
    copy.report["missing"] += [{"what": name, "code": "", "title": "", "label": ""} for name in left]
    return copy


def set_of_today(dossier: Dossier, on: date) -> CriteriaSet | None:
    """The set by which a dossier of its group submitted on the day is rated, if one is loaded."""
    return CriteriaSet.objects.rating_on(dossier.group, on)


def behind_the_law(dossier: Dossier, on: date) -> bool:
    """Whether the dossier is a draft under a set that no longer rates what is submitted on the day."""
    if dossier.state != State.DRAFT:
        return False
    today = set_of_today(dossier, on)
    return dossier.criteria_set_id != (today.pk if today else None)


def following(dossier: Dossier, on: date) -> carrying.Plan:
    """What of a draft would go over to the set of the day; nothing is written."""
    into = set_of_today(dossier, on)
    return carrying.plan(dossier, act=carrying.LAW, into=into, enterprise=dossier.enterprise, on=on)


@transaction.atomic
def follow_the_law(
    dossier: Dossier, *, by: User, on: date | None = None, version: int | None = None
) -> Dossier:
    """Take a draft over to the set that rates what is submitted on the day; a current one stays as it is.

    Sections and papers stay; answers and the places of evidence move to what corresponds, the rest is told
    in ``carried``. Raises ``Refused`` for any other state, ``Stale``, ``PermissionDenied``.
    """
    day = on or clock.today()
    fresh = filing.editable(dossier, by=by, version=version)
    if fresh.state != State.DRAFT:
        raise Refused(_("Only a draft follows the law of today; a submitted dossier keeps its own."))
    if behind_the_law(fresh, day):
        plan = following(fresh, day)
        plan.report["earlier"] = fresh.carried or None
        fresh.answers.all().delete()
        fresh.evidence_uses.all().delete()
        carrying.write_judgement(fresh, plan, by=by)
        fresh.version += 1
        fresh.save()
        auditing.record("dossier.follows_the_law", fresh, by=by, sets=plan.report["sets"])
    dossier.refresh_from_db()
    return dossier


def _has(dossier: Dossier, name: str) -> bool:
    if name == "commune_assessment":
        return hasattr(dossier, name)
    return bool(getattr(dossier, name).exists())
