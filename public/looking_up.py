"""What a code from a paper opens: a certificate, or the state of a dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import clock
from ratings import certificates, whereabouts
from ratings.models import Dossier, Recognition
from ratings.whereabouts import Whereabouts

from .catalogue import told

State = Dossier.State
WORDS: dict[str, str | Promise] = {
    State.AT_COMMUNE: _("The dossier was received by the commune, which is assessing it."),
    State.SUBMITTED: _("The dossier was received and is being checked."),
    State.RETURNED: _("The dossier was returned; some points have to be completed."),
    State.ACCEPTED: _("The dossier was accepted and waits for its assessment."),
    State.SCORED: _("The product was assessed; the decision is being prepared."),
    State.PREPARED: _("The decision is prepared and waits for its signature."),
    State.RECOGNISED: _("The product was recognised."),
    State.NOT_RECOGNISED: _("The assessment is over; the product was not recognised."),
    State.FORWARDED: _("The dossier was forwarded to the next level, which assesses it."),
    State.WITHDRAWN: _("The dossier was withdrawn."),
    State.REFILED: _("The dossier was filed anew under a later regulation."),
}
TONES = {State.RETURNED: "warn", State.RECOGNISED: "good", State.NOT_RECOGNISED: "neutral"}


@dataclass(frozen=True)
class Found:
    """A dossier as anyone with its receipt may see it: nothing of persons."""

    dossier: Dossier
    words: str | Promise
    tone: str
    where: Whereabouts
    late: bool


def certificate(code: str, on: date) -> Recognition | None:
    """The recognition whose certificate bears the code, however typed, if it was given by the day."""
    rows = Recognition.objects.given_by(on).filter(certificate_code=certificates.normalise(code))
    return told(rows, on).select_related("product").prefetch_related("holders").first()


def dossier(receipt_code: str) -> Found | None:
    """Where the dossier with this receipt is; a draft has no receipt yet."""
    rows = Dossier.objects.exclude(first_submitted_on__isnull=True).select_related("product")
    found = rows.filter(receipt_code=receipt_code).first()
    if found is None:
        return None
    is_open = found.state not in Dossier.CLOSED
    late = is_open and found.due_on is not None and found.due_on < clock.today()
    return Found(
        found, WORDS[found.state], TONES.get(State(found.state), "info"), whereabouts.of(found), late
    )
