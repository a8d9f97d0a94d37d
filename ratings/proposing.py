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
from .models import CommuneAssessment, Dossier
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
    if fresh.state != Dossier.State.AT_COMMUNE:
        raise Refused(_("The commune assesses a dossier only while it lies with the commune."))
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
