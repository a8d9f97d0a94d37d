"""Entering an organisation and changing it, by commune staff and officers of its area."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import auditing
from accounts.models import User

from . import editing, rules
from .models import Enterprise

FIELDS = (
    *("name", "kind", "tax_code", "no_tax_code_reason", "area", "address", "registered_on"),
    *("representative", "representative_position", "representative_sex", "representative_ethnicity"),
    *("phone", "email", "note"),
)
ACTS = {
    "enterprise.registered": _("Entered"),
    "enterprise.changed": _("Changed"),
    "enterprise.handed_over": _("Handed over to the unit of today"),
}


@transaction.atomic
def register(
    *, by: User, on: date | None = None, form_token: UUID | None = None, **fields: Any
) -> Enterprise:
    """Enter an organisation, its particulars being any of ``FIELDS``.

    The same ``form_token`` twice gives the same organisation. ``on`` is the business day (today's unless
    given). Raises ``PermissionDenied`` outside one's communes, ``ValidationError`` for particulars that can't
    stand, such as a tax code that another organisation has.
    """
    editing.one_form_at_a_time(by)
    if sent := editing.sent_before(Enterprise, form_token, by):
        return sent
    rules.may_place(by, fields["area"], on).require()
    enterprise = Enterprise(form_token=form_token, created_by=by)
    editing.write(enterprise, _known(fields))
    editing.save(enterprise)
    auditing.record("enterprise.registered", enterprise, by=by)
    return enterprise


@transaction.atomic
def change(enterprise: Enterprise, *, by: User, version: int, **fields: Any) -> Enterprise:
    """Change particulars (any of ``FIELDS``); the same particulars again change nothing.

    Raises ``PermissionDenied`` outside one's area, ``editing.Stale`` when somebody else was first,
    ``ValidationError`` for what can't stand.
    """
    fresh = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    rules.may_enter(by, fresh.area).require()
    changes = editing.write(fresh, _known(fields))
    if not changes:
        return fresh
    if "area" in changes:
        rules.may_place(by, fresh.area).require()
    editing.save_next(fresh, seen=version)
    auditing.record("enterprise.changed", fresh, by=by, changes=changes)
    return fresh


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise TypeError(f"An organisation has no {', '.join(unknown)}")
    return fields
