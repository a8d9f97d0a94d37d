"""Recognitions that exist on paper, what happens to a recognition later, and products in value chains.

Nothing is overwritten: what changes a recognition is an event with a day and a decision of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Role, User
from areas.models import Area, Level, UnitProfile
from enterprises.models import Enterprise, EnterpriseKind
from ocop_portal.lib import clock, text
from ocop_portal.lib.dates import add_months
from products.models import Product

from . import certificates
from .models import (
    Decision,
    Recognition,
    RecognitionEvent,
    RecognitionHolder,
    Regulation,
    ValueChainRecord,
)
from .models.decisions import DatePrecision
from .workflow import Refused

Kind = RecognitionEvent.Kind
ENTERED = (Kind.EXTENDED, Kind.REVOKED, Kind.STRUCK_OFF, Kind.CORRECTED)


class AlreadyEntered(Refused):
    """The same recognition stands here already; ``recognition`` is that one."""

    def __init__(self, recognition: Recognition) -> None:
        super().__init__(_("This recognition is already entered."))
        self.recognition = recognition


@dataclass(frozen=True)
class Holder:
    """An organisation as a decision names it; the organisation of today only where it is known."""

    name: str
    enterprise: Enterprise | None = None
    kind: EnterpriseKind | None = None

    @classmethod
    def of(cls, given: Holder | Enterprise | str) -> Holder:
        """A holder from an organisation as it stands now, or from a bare name."""
        if isinstance(given, Enterprise):
            return cls(given.name, given, given.kind)
        return cls(text.nfc(given)) if isinstance(given, str) else given


@dataclass(frozen=True)
class Paper:
    """A decision that exists on paper; its number and even its day may be unknown."""

    issuing_body: str
    number: str = ""
    signed_on: date | None = None
    precision: str = DatePrecision.DAY
    issuing_area: Area | None = None
    title: str = ""


def body_of(area: Area) -> str:
    """The name under which the unit issues its papers."""
    profile = UnitProfile.objects.filter(area=area).first()
    return profile.body_in_text() if profile else _("People's Committee of %(unit)s") % {"unit": area.name}


def may_enter(user: User, area: Area) -> rules.Verdict:
    """Whether the person may enter papers of the area: its programme officers."""
    return rules.needs(user, [Role.OFFICER], area)


@transaction.atomic
def enter_decision(paper: Paper, *, area: Area, by: User) -> Decision:
    """The decision on this paper: the one entered for the area with this number and day, or a new one.

    Numbers are unique neither across issuers nor across years; without a number each is a new one.
    Raises ``Refused`` for a day to come or one that does not fit the precision.
    """
    may_enter(by, area).require()
    signed_on = _day_as_known(paper.signed_on, paper.precision)
    fields = {
        "number": text.nfc(paper.number),
        "signed_on": signed_on,
        "date_precision": paper.precision,
        "issuing_body": text.nfc(paper.issuing_body),
        "issuing_area": paper.issuing_area,
        "area": area,
    }
    # Two forms that name one new decision wait for each other here.
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    found = Decision.objects.filter(**fields, state=Decision.State.SIGNED).order_by("pk").first()
    if found and found.number:
        return found
    decision = Decision.objects.create(
        **fields,
        title=text.nfc(paper.title),
        state=Decision.State.SIGNED,
        from_paper=True,
        prepared_by=by,
    )
    auditing.record("decision.entered_from_paper", decision, by=by, number=decision.number)
    return decision


@transaction.atomic
def record_paper(
    *,
    product: Product,
    stars: int,
    decision_number: str = "",
    signed_on: date | None = None,
    precision: str = DatePrecision.DAY,
    issuing_body: str = "",
    issuing_area: Area | None = None,
    area: Area | None = None,
    holders: Iterable[Holder | Enterprise | str] = (),
    expires_on: date | None = None,
    kind: str = Recognition.Kind.UNKNOWN,
    regulation: Regulation | None = None,
    variants: Sequence[str] = (),
    note: str = "",
    decision: Decision | None = None,
    by: User,
) -> Recognition:
    """Enter a recognition made on paper, as far as it is known; under ``decision`` where that is entered.

    ``area`` is the unit for which the officer enters it, the product's commune unless given. The last day
    of validity is ``expires_on``, else follows from ``regulation`` and a known day, else stays unknown.
    Raises ``Refused`` for an impossible day or star, ``AlreadyEntered``, ``PermissionDenied``.
    """
    _require_over(by, product.area, decision.area if decision else None)
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    paper = Paper(issuing_body, decision_number, signed_on, precision, issuing_area)
    decision = decision or enter_decision(paper, area=area or product.area, by=by)
    _refuse_impossible(decision, product, stars, expires_on)
    recognition = keep(
        decision,
        product,
        [Holder.of(holder) for holder in holders],
        regulation=regulation,
        kind=kind,
        stars=stars,
        area=area if area and area.level == Level.COMMUNE else product.area,
        variants=[text.nfc(name) for name in variants],
        expires_on=expires_on or expiry(decision, regulation),
        note=text.nfc_lines(note),
        entered_by=by,
    )
    supersede(recognition, by=by)
    auditing.record("recognition.entered_from_paper", recognition, by=by, stars=stars, decision=str(decision))
    return recognition


def expiry(decision: Decision, regulation: Regulation | None) -> date | None:
    """The last valid day of what the decision recognises under the regulation: so many months from its day.

    The day itself is valid (36 months from 29/2 end on 28/2); unknown without a known day or a regulation.
    """
    if regulation is None or decision.signed_on is None or decision.date_precision != DatePrecision.DAY:
        return None
    return add_months(decision.signed_on, regulation.validity_months)


def keep(decision: Decision, product: Product, holders: Iterable[Holder], **facts: Any) -> Recognition:
    """Write a recognition under a decision, with a check code and the names that product and holders bear."""
    recognition = Recognition.objects.create(
        decision=decision,
        product=product,
        product_name=product.name,
        certificate_code=certificates.new_code(),
        recognised_on=decision.signed_on,
        date_precision=decision.date_precision,
        **{"group": product.group, **facts},
    )
    RecognitionHolder.objects.bulk_create(
        RecognitionHolder(recognition=recognition, enterprise=h.enterprise, name=h.name, kind=h.kind)
        for h in holders
    )
    return recognition


def supersede(recognition: Recognition, *, by: User) -> None:
    """Let a recognition take the place of the product's earlier ones, and a later one take its own.

    Only what is certain decides which came first; what had expired by then stays as it is.
    """
    day, last_day = recognition.recognised_on, _last_possible_day(recognition)
    others = Recognition.objects.filter(product=recognition.product).exclude(pk=recognition.pk)
    if day and recognition.date_precision == DatePrecision.DAY:
        for earlier in others.filter(_certainly_before(recognition, day)).select_for_update():
            _end(earlier, recognition, day, by=by)
    if last_day:
        later = others.filter(date_precision=DatePrecision.DAY, recognised_on__gt=last_day)
        if first := later.order_by("recognised_on", "pk").first():
            _end(recognition, first, first.recognised_on, by=by)


def _last_possible_day(recognition: Recognition) -> date | None:
    if recognition.recognised_on and recognition.date_precision == DatePrecision.YEAR:
        return date(recognition.recognised_on.year, 12, 31)
    return recognition.recognised_on


def _certainly_before(recognition: Recognition, day: date) -> Q:
    """What came before the day; before a decision signed here, also every paper that tells no day."""
    if recognition.dossier_id:
        return Q(recognised_on__isnull=True) | Q(recognised_on__lte=day)
    in_earlier_year = Q(date_precision=DatePrecision.YEAR, recognised_on__lt=date(day.year, 1, 1))
    return in_earlier_year | Q(date_precision=DatePrecision.DAY, recognised_on__lt=day)


def _end(earlier: Recognition, later: Recognition, day: date, *, by: User) -> None:
    """Write that ``later`` superseded ``earlier`` on the day, unless that had ended or expired by then."""
    standing = Recognition.objects.not_ended(day).with_expiry(day)
    if not standing.filter(Q(expiry__isnull=True) | Q(expiry__gte=day), pk=earlier.pk).exists():
        return
    RecognitionEvent.objects.create(
        recognition=earlier, kind=Kind.SUPERSEDED, on=day, decision=later.decision, entered_by=by
    )
    auditing.record("recognition.superseded", earlier, by=by, on=day.isoformat(), later=later.pk)


@transaction.atomic
def record_event(
    recognition: Recognition,
    *,
    kind: str,
    on: date,
    decision: Decision | Paper | None = None,
    new_expires_on: date | None = None,
    note: str = "",
    by: User,
    **why: str,
) -> RecognitionEvent:
    """Write what happened to a recognition on a day: extended, revoked, struck off or corrected.

    Each rests on a decision, entered already or on ``Paper``. The same event again is the one entered.
    ``why`` is what the paper says: ``ground`` of a revocation; ``corrects``, ``wrong``, ``right``.
    Raises ``Refused`` without a decision, for an impossible day, after an event that ended it,
    ``PermissionDenied`` for anyone but an officer of the area.
    """
    may_enter(by, recognition.area).require()
    kept = Recognition.objects.select_for_update(of=("self",)).get(pk=recognition.pk)
    if isinstance(decision, Paper):
        decision = enter_decision(decision, area=kept.area, by=by)
    fields = {"kind": kind, "on": on, "decision": decision, "new_expires_on": new_expires_on}
    if entered := kept.events.filter(**fields).first():
        return entered
    if decision is None:
        raise Refused(_("Name the decision on which this rests."))
    refuse_event(kept, kind, on)
    if kind == Kind.EXTENDED:
        _refuse_extension(kept, on, new_expires_on)
    event = RecognitionEvent.objects.create(
        recognition=kept, note=text.nfc_lines(note), entered_by=by, **fields, **why
    )
    auditing.record(f"recognition.{kind}", kept, by=by, on=on.isoformat(), decision=str(decision))
    return event


@transaction.atomic
def record_value_chain(
    *,
    product: Product,
    enterprise: Enterprise | None,
    chain: str,
    joined_on: date,
    funding_source: str,
    partner: str = "",
    document: str = "",
    note: str = "",
    by: User,
) -> ValueChainRecord:
    """Write that a product joined a value chain on a day, with money of a source.

    The same product, chain and day again give the record that stands. Raises ``Refused`` for a day to come
    or an organisation that does not make the product, ``PermissionDenied`` for anyone but an officer.
    """
    may_enter(by, product.area).require()
    _refuse_future(joined_on)
    if enterprise and not product.makings.filter(enterprise=enterprise).exists():
        raise Refused(_("The organisation is not one of the product's."))
    # A button pressed twice sends two requests: the second waits here and finds the record.
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    record, created = ValueChainRecord.objects.get_or_create(
        product=product,
        chain=text.nfc(chain),
        joined_on=joined_on,
        defaults={
            "enterprise": enterprise,
            "area": product.area,
            "partner": text.nfc(partner),
            "funding_source": funding_source,
            "document": text.nfc(document),
            "note": text.nfc_lines(note),
            "entered_by": by,
        },
    )
    if created:
        auditing.record("value_chain.joined", record, by=by, product=product.pk)
    return record


def _require_over(by: User, *areas: Area | None) -> None:
    for area in filter(None, areas):
        may_enter(by, area).require()


def _day_as_known(day: date | None, precision: str) -> date | None:
    """The day as kept: itself, the first of its year, or none; ``Refused`` where it doesn't fit."""
    if precision == DatePrecision.UNKNOWN:
        return None
    if day is None:
        raise Refused(_("Give the day, or say that only the year or nothing is known."))
    kept = day if precision == DatePrecision.DAY else date(day.year, 1, 1)
    _refuse_future(kept)
    return kept


def _refuse_future(day: date) -> None:
    if day > clock.today():
        raise Refused(_("%(day)s is still to come.") % {"day": f"{day:%d/%m/%Y}"})


def _refuse_impossible(decision: Decision, product: Product, stars: int, expires_on: date | None) -> None:
    if not decision.from_paper:
        raise Refused(_("Only a decision entered from paper takes recognitions entered by hand."))
    if not 1 <= stars <= 5:
        raise Refused(_("A product has from one to five stars."))
    if expires_on and decision.signed_on and expires_on < decision.signed_on:
        raise Refused(_("The last day of validity lies before the decision."))
    _refuse_twice(decision, product, stars)


def _refuse_twice(decision: Decision, product: Product, stars: int) -> None:
    """Refuse the product a second time under its decision, or under the like of it without a number."""
    like = Q(
        decision__number=decision.number,
        decision__signed_on=decision.signed_on,
        decision__date_precision=decision.date_precision,
        decision__issuing_body=decision.issuing_body,
        stars=stars,
    )
    if found := product.recognitions.filter(Q(decision=decision) | like).first():
        raise AlreadyEntered(found)


def refuse_event(recognition: Recognition, kind: str, on: date) -> None:
    """Raise ``Refused`` where this can't happen to the recognition on the day."""
    if kind not in ENTERED:
        raise Refused(_("A recognition is superseded only by a later one."))
    _refuse_future(on)
    if recognition.recognised_on and on < recognition.recognised_on:
        raise Refused(_("The event lies before the recognition."))
    ended = recognition.events.filter(kind__in=RecognitionEvent.ENDING).order_by("on", "pk").first()
    if ended and kind != Kind.CORRECTED:
        raise Refused(
            _("The recognition has ended already: %(event)s on %(day)s.")
            % {"event": ended.get_kind_display(), "day": f"{ended.on:%d/%m/%Y}"}
        )


def _refuse_extension(recognition: Recognition, on: date, new_expires_on: date | None) -> None:
    until = Recognition.objects.with_expiry(on).get(pk=recognition.pk).expiry
    if new_expires_on is None or new_expires_on < on or (until and new_expires_on <= until):
        raise Refused(_("An extension ends later than what it extends."))
