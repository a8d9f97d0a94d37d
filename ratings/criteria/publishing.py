"""The life of a criteria set: draft → published, and no longer changed → retired."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import User
from accounts.rules import ALLOWED, Verdict
from ocop_portal.lib import clock

from ..models import CriteriaSet
from ..workflow import Refused
from . import integrity, stored

State = CriteriaSet.State


def may_publish(criteria_set: CriteriaSet, by: User | None) -> Verdict:
    """Administrators publish drafts."""
    if criteria_set.state != State.DRAFT:
        return Verdict(False, _("Only a draft can be published; this set is not one any more."))
    return rules.may_administer(by)


def may_retire(criteria_set: CriteriaSet, by: User | None) -> Verdict:
    """Administrators retire published sets."""
    if criteria_set.state != State.PUBLISHED:
        return Verdict(False, _("Only a published set can be retired."))
    return rules.may_administer(by)


@transaction.atomic
def publish(criteria_set: CriteriaSet, *, by: User | None, on: date | None = None) -> CriteriaSet:
    """Let new dossiers be rated by the draft from the day on; the set before it is retired that day.

    From then on the database refuses every change of the set. The draft is proved once more as it stands in
    the database. Raises ``Refused`` with the reason: not an administrator, not a draft (any more), or a
    draft that doesn't hold.
    """
    day = on or clock.today()
    locked = _locked(criteria_set)
    _allow(may_publish(locked, by))
    facts = stored.facts_of(locked)
    parts = dict(locked.regulation.parts.values_list("code", "max_points"))
    if faults := integrity.faults_of(facts, parts):
        raise Refused(_("The draft doesn't hold: %(fault)s") % {"fault": faults[0]})
    before = replaced_by(locked)
    if before:
        _retire(before, by, day, replaced_by=locked.code)
    locked.state, locked.published_on = State.PUBLISHED, day
    locked.save(update_fields=["state", "published_on"])
    replaces = before.code if before else ""
    auditing.record("criteria_set.published", locked, by=by, digest=locked.digest, replaces=replaces)
    return locked


@transaction.atomic
def retire(criteria_set: CriteriaSet, *, by: User | None, on: date | None = None) -> CriteriaSet:
    """Let no further dossier be rated by the set; dossiers that it rates already keep it.

    Raises ``Refused`` unless an administrator asks and the set is published.
    """
    locked = _locked(criteria_set)
    _allow(may_retire(locked, by))
    _retire(locked, by, on or clock.today())
    return locked


def replaced_by(draft: CriteriaSet) -> CriteriaSet | None:
    """The published set that is retired when the draft is published, if there is one."""
    return CriteriaSet.objects.rating(draft.group, draft.regulation)


def _locked(criteria_set: CriteriaSet) -> CriteriaSet:
    """The set as it stands, with all sets of its regulation and group locked, always in the same order."""
    rows = CriteriaSet.objects.select_for_update(of=("self",)).select_related("regulation", "group")
    mates = rows.filter(regulation=criteria_set.regulation_id, group=criteria_set.group_id).order_by("pk")
    return next(mate for mate in mates if mate.pk == criteria_set.pk)


def _allow(verdict: Verdict) -> None:
    if verdict is not ALLOWED and not verdict.allowed:
        raise Refused(str(verdict.reason))


def _retire(criteria_set: CriteriaSet, by: User | None, day: date, replaced_by: str = "") -> None:
    criteria_set.state, criteria_set.retired_on = State.RETIRED, day
    criteria_set.save(update_fields=["state", "retired_on"])
    auditing.record("criteria_set.retired", criteria_set, by=by, replaced_by=replaced_by)
