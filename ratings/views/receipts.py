"""The receipt of a submission: code, time, who holds the dossier, until when, and a QR code to look it up."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from areas import working_time
from ocop_portal.lib import clock, svg

from .. import whereabouts
from ..models import Dossier, DossierStep
from . import showing


def context(dossier: Dossier, step: DossierStep) -> dict[str, Any]:
    """What the receipt of the step that submitted the dossier says."""
    address, when = lookup_address(dossier), _when(step)
    where = whereabouts.of(dossier)
    return {
        "dossier": dossier,
        "step": step,
        "when": when,
        "where": where,
        "days": _working_days(dossier),
        "extensions": dossier.extensions.select_related("by"),
        "submission": dossier.submissions.filter(step=step).first(),
        "address": address,
        "qr": svg.qr(address, _("QR code to look the dossier up")),
        "to_copy": _to_copy(dossier, when, where.unit, address),
    }


def lookup_address(dossier: Dossier) -> str:
    """The full address at which anybody looks up where the dossier is."""
    query = urlencode({"ma": dossier.receipt_code})
    return f"{settings.OCOP_BASE_URL}{reverse('public:lookup')}?{query}"


def _when(step: DossierStep) -> str:
    """The day of the submission with the hour, also while the business day is held still."""
    if clock.is_fixed():
        return f"{timezone.localtime(step.at):%H:%M} {step.on:%d/%m/%Y}"
    return showing.when(step)


def _working_days(dossier: Dossier) -> int | None:
    """The length of the running term in working days, counted from the day on which it began."""
    if dossier.due_on is None:
        return None
    return working_time.calendar().left(dossier.state_since, dossier.due_on)


def _to_copy(dossier: Dossier, when: str, unit: str, address: str) -> str:
    words = _("Dossier %(code)s, product %(product)s: submitted %(when)s. Receipt code: %(receipt)s.") % {
        "code": dossier.code,
        "product": dossier.product.name,
        "when": when,
        "receipt": dossier.receipt_code,
    }
    now_with = _("Now with: %(unit)s") % {"unit": unit} if unit else ""
    until = _("due on %(day)s") % {"day": f"{dossier.due_on:%d/%m/%Y}"} if dossier.due_on else ""
    now = ", ".join(part for part in (now_with, until) if part)
    return "\n".join(part for part in (words, now, address) if part)
