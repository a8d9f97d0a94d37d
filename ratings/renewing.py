"""Upgrade and re-evaluation: a copy of the last accepted dossier, so that nothing is typed twice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import User
from ocop_portal.lib import clock
from products.models import Product

from . import carrying, filing, windows
from .models import Dossier, Recognition, RecognitionEvent
from .workflow import Refused

Kind, State = Dossier.Kind, Dossier.State
KINDS = (Kind.UPGRADE, Kind.REEVALUATION)
HIGHEST = 5
LOWEST_ASKED = 3


@transaction.atomic
def renew(
    subject: Recognition | Product,
    kind: str,
    *,
    by: User,
    on: date | None = None,
    form_token: UUID | None = None,
) -> Dossier:
    """Open an upgrade or a re-evaluation of what was recognised, filled from the last accepted dossier.

    Sections, answers and valid evidence go over; what expired is left out, what has no counterpart in the
    set that rates today too, and both are told in ``carried``. A product recognised on paper gets an empty
    dossier that says so. The same ``form_token`` twice gives the same dossier. Raises ``Refused`` without a
    recognition to follow or where it has ended, ``filing.AlreadyOpen``, ``PermissionDenied``.
    """
    day = on or clock.today()
    recognition = subject if isinstance(subject, Recognition) else last_recognition(subject, day)
    if recognition is None:
        raise Refused(_("The product has no recognition that the dossier could follow."))
    dossier = filing.open_dossier(
        recognition.product,
        kind=kind,
        by=by,
        on=day,
        form_token=form_token,
        previous=recognition,
        requested_stars=_asked(recognition, kind),
    )
    if dossier.carried:
        return dossier  # the second press of one button
    if reason := why_not(recognition, kind, day):
        raise Refused(reason)
    _fill(dossier, source_of(recognition), by=by, on=day)
    return dossier


def may_renew(recognition: Recognition, kind: str, user: User, on: date | None = None) -> rules.Verdict:
    """Whether the person may open such a dossier now; an open dossier of the product is not asked after."""
    day = on or clock.today()
    if reason := why_not(recognition, kind, day):
        return rules.Verdict(False, reason)
    return rules.needs(user, filing.FILLERS, filing.commune_of(recognition.product, day))


def why_not(recognition: Recognition, kind: str, on: date) -> str:
    """Why no such dossier can follow the recognition on the day; empty where one can."""
    if kind not in KINDS:
        return _("Only an upgrade or a re-evaluation follows a recognition.")
    if kind == Kind.UPGRADE and recognition.stars >= HIGHEST:
        return _("There is no star above the fifth.")
    ended = (
        recognition.events.filter(kind__in=RecognitionEvent.ENDING, on__lte=on).order_by("on", "pk").first()
    )
    if ended:
        return _("The recognition has ended already: %(event)s on %(day)s.") % {
            "event": ended.get_kind_display(),
            "day": f"{ended.on:%d/%m/%Y}",
        }
    found = windows.window_of(recognition, on) if kind == Kind.REEVALUATION else None
    return over_in_words(found) if found and found.stage(on) == windows.OVER else ""


def over_in_words(found: windows.Window) -> str:
    """That the certificate has been over for too long to be re-evaluated."""
    return _(
        "A re-evaluation could be submitted until %(day)s; the certificate expired on %(expiry)s. "
        "The product is rated as for the first time."
    ) % {"day": f"{found.end:%d/%m/%Y}", "expiry": f"{found.expiry:%d/%m/%Y}"}


def last_recognition(product: Product, on: date, seen_by: User | None = None) -> Recognition | None:
    """The product's latest recognition of those given by the day that have not ended, or None.

    ``seen_by`` narrows to those in a person's scope.
    """
    known: Any = Recognition.objects.visible_to(seen_by) if seen_by else Recognition.objects
    rows = known.filter(product=product).given_by(on).not_ended(on).select_related("product__area")
    return rows.order_by(F("recognised_on").desc(nulls_last=True), "-pk").first()


def source_of(recognition: Recognition) -> Dossier | None:
    """The dossier behind the recognition, else the product's latest one that was ever accepted."""
    if recognition.dossier_id:
        return recognition.dossier
    accepted = Q(state__in=[State.RECOGNISED, State.NOT_RECOGNISED]) | Q(steps__to_state=State.ACCEPTED)
    closed = Dossier.objects.filter(accepted, product=recognition.product, state__in=Dossier.CLOSED)
    return closed.order_by("-first_submitted_on", "-pk").first()


def _asked(recognition: Recognition, kind: str) -> int:
    """The star that is usually asked for: the same again, or the next one."""
    wanted = recognition.stars + 1 if kind == Kind.UPGRADE else recognition.stars
    return min(max(wanted, LOWEST_ASKED), HIGHEST)


def _fill(dossier: Dossier, source: Dossier | None, *, by: User, on: date) -> None:
    into = dossier.criteria_set
    if source is None:
        dossier.carried = carrying.nothing_to_carry(carrying.RENEWAL, into, on)
    else:
        act = carrying.RENEWAL
        copy = carrying.plan(source, act=act, into=into, enterprise=dossier.enterprise, on=on)
        carrying.write(dossier, copy, by=by)
        dossier.copied_from = source
        dossier.presentation = source.presentation
        dossier.contact_name, dossier.contact_phone = source.contact_name, source.contact_phone
    dossier.save()
    told = dossier.carried
    auditing.record(
        "dossier.copied",
        dossier,
        by=by,
        source=source.code if source else None,
        emptied=len(told["emptied"]),
        missing=len(told["missing"]),
    )
