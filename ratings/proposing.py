"""Form 03: the commune assesses a dossier in words and proposes the product to the level that rates it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Role, User
from ocop_portal.lib import clock, text

from . import workflow
from .models import Authority, CommuneAssessment, Dossier, DossierStep
from .workflow import Refused, Stale

MATTERS = ("origin", "labour", "idea", "identity")
FIELDS = (*MATTERS, "proposes", "number")


@transaction.atomic
def assess(
    dossier: Dossier, *, by: User, version: int | None = None, on: date | None = None, **fields: Any
) -> CommuneAssessment:
    """Write what the commune says (any of ``FIELDS``) of a dossier that lies with it.

    ``version`` is that of the assessment the person saw. Raises ``Stale`` when another was first,
    ``Refused`` in any other state, ``PermissionDenied`` outside one's commune.
    """
    fresh = workflow.locked(dossier, None)
    rules.needs(by, [Role.COMMUNE], fresh.area).require()
    verdict = may_assess(fresh, by)
    if not verdict:
        raise Refused(str(verdict.reason))
    found = CommuneAssessment.objects.get_or_create(dossier=fresh)[0]
    if version is not None and version != found.version:
        raise Stale(_("The assessment has changed since you opened this page."), fresh)
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise TypeError(f"an assessment has no {', '.join(unknown)}")
    for name, value in fields.items():
        setattr(found, name, text.nfc_lines(value) if name in MATTERS else value)
    found.assessed_on, found.updated_by = on or clock.today(), by
    found.version += 1
    found.save()
    auditing.record("dossier.commune_assessed", fresh, by=by, proposes=found.proposes)
    return found


@transaction.atomic
def propose(
    dossier: Dossier,
    *,
    by: User,
    version: int | None = None,
    assessment_version: int | None = None,
    on: date | None = None,
    **fields: Any,
) -> DossierStep:
    """Write Form 03 and propose the dossier to the level that rates it, in one act, all or none.

    Raises as :func:`assess` and ``workflow.move``, among others ``Refused`` where a matter is left out or
    the commune does not propose the product.
    """
    assess(dossier, by=by, version=assessment_version, on=on, **fields)
    return workflow.move(dossier, Dossier.State.SUBMITTED, by=by, on=on, version=version)


def may_assess(dossier: Dossier, user: User) -> rules.Verdict:
    """Whether the person may write the commune's assessment now."""
    if dossier.state != Dossier.State.AT_COMMUNE:
        return rules.Verdict(False, _("The commune assesses a dossier only while it lies with the commune."))
    return rules.needs(user, [Role.COMMUNE], dossier.area)


def proposed_by(dossier: Dossier, user: User) -> bool:
    """Whether the dossier's last step is this person's proposal: a form sent twice finds it done."""
    last = dossier.steps.order_by("pk").last()
    made = (Dossier.State.AT_COMMUNE, Dossier.State.SUBMITTED)
    return bool(last and (last.from_state, last.to_state) == made and last.by_id == user.pk)


def term(dossier: Dossier) -> int | None:
    """The working days that the pinned regulation gives the commune; None where it names none."""
    own = Authority.objects.filter(regulation=dossier.regulation, level=Authority.AuthorityLevel.COMMUNE)
    return own.values_list("deadline_working_days", flat=True).first()
