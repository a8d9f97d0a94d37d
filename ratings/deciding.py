"""Decisions: an officer prepares one over several dossiers, a leader signs it, recognitions follow.

What may be decided follows from the dossier's result and the authority that its pinned regulation gives the
level; a signed decision does not change any more (the database keeps it so).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Post, Role, User
from areas.models import Area
from ocop_portal.lib import clock, files, text

from . import amending, clocks, conditions, outcomes, recognising, telling, workflow
from .models import Decision, DecisionItem, Dossier, Recognition
from .outcomes import RECOGNISING, Choice, Outcome
from .workflow import Refused

State = Dossier.State
MOVES_TO = {
    Outcome.RECOGNISE: State.RECOGNISED,
    Outcome.RECOGNISE_AND_FORWARD: State.FORWARDED,
    Outcome.FORWARD: State.FORWARDED,
    Outcome.NOT_RECOGNISE: State.NOT_RECOGNISED,
}


class SignedOtherwise(Refused):
    """Another leader was first; the text says who signed, under which number and day."""


@dataclass(frozen=True)
class ItemDraft:
    """What is to be decided of one dossier; ``stars`` where the outcome recognises."""

    dossier: Dossier
    outcome: str
    stars: int | None = None


@dataclass(frozen=True)
class Scan:
    """A stored scan of the signed paper."""

    path: str
    name: str
    sha256: str


def may_prepare(user: User, area: Area) -> rules.Verdict:
    """Whether the person may prepare decisions of the unit: its programme officers."""
    return rules.needs(user, [Role.OFFICER], area)


def may_sign(user: User, area: Area) -> rules.Verdict:
    """Whether the person may sign decisions of the unit: its own leaders, not those of a unit above."""
    verdict = rules.needs(user, [Role.LEADER], area)
    if verdict and not Post.objects.of(user).working().filter(role=Role.LEADER, area=area).exists():
        return rules.Verdict(False, _("Only a leader of %(unit)s signs its decisions.") % {"unit": area})
    return verdict


def units_of(user: User) -> list[Area]:
    """The units for which the person prepares decisions, by the posts of today."""
    posts = Post.objects.of(user).working().filter(role=Role.OFFICER).select_related("area")
    return [post.area for post in posts.order_by("pk")]


@transaction.atomic
def prepare(
    *,
    area: Area,
    items: Sequence[ItemDraft],
    title: str = "",
    issuing_body: str = "",
    by: User,
    on: date | None = None,
) -> Decision:
    """Prepare a decision of the unit ``area`` over dossiers whose result is entered.

    ``issuing_body`` names the body where it is not the unit: the centre, for five stars. Raises ``Refused``
    for nothing to decide, a dossier of another unit or state, an outcome that the regulation doesn't allow;
    ``PermissionDenied`` for anyone but an officer of the unit.
    """
    day = on or clock.today()
    may_prepare(by, area).require()
    if not items:
        raise Refused(_("Choose at least one dossier."))
    for item in items:
        _refuse_not_allowed(item, area, issuing_body, day)
    decision = Decision.objects.create(
        area=area,
        issuing_area=None if issuing_body else area,
        issuing_body=text.nfc(issuing_body) or recognising.body_of(area),
        title=text.nfc(title),
        prepared_by=by,
    )
    for item in sorted(items, key=lambda item: item.dossier.pk):
        DecisionItem.objects.create(
            decision=decision, dossier=item.dossier, outcome=item.outcome, stars=item.stars
        )
        workflow.move(item.dossier, State.PREPARED, by=by, on=day)
    telling.to_sign(decision, count=len(items), on=day)
    auditing.record("decision.prepared", decision, by=by, dossiers=[item.dossier.code for item in items])
    return decision


@transaction.atomic
def drop(decision: Decision, *, by: User, on: date | None = None) -> None:
    """Give up a prepared decision: its dossiers go back to *result entered*.

    Raises ``Refused`` for a signed one, ``PermissionDenied`` for anyone but an officer of the unit.
    """
    may_prepare(by, decision.area).require()
    kept = _locked(decision)
    if kept.state == Decision.State.SIGNED:
        raise Refused(_("A signed decision does not change."))
    dossiers = [item.dossier for item in kept.items.select_related("dossier").order_by("dossier_id")]
    auditing.record("decision.dropped", kept, by=by, dossiers=[dossier.code for dossier in dossiers])
    telling.signed_or_dropped(kept.pk)
    kept.delete()
    for dossier in dossiers:
        workflow.move(dossier, State.SCORED, by=by, on=on)


@transaction.atomic
def sign(
    decision: Decision,
    *,
    number: str,
    signed_on: date,
    signer_name: str,
    by: User,
    scan: Scan | None = None,
    on: date | None = None,
) -> Decision:
    """Sign a prepared decision: from its day the products are recognised, forwarded or not.

    ``on`` is the day of the act, today unless given. Signing the same again has no further effect. Raises
    ``SignedOtherwise`` where that is done already, ``Refused`` without a number, for a day to come or before
    a dossier's acceptance and result, ``PermissionDenied`` for anyone but a leader of the unit.
    """
    may_sign(by, decision.area).require()
    kept = _locked(decision)
    number = text.nfc(number)
    if kept.state == Decision.State.SIGNED:
        return _signed_already(kept, number, signed_on)
    items = list(kept.items.select_related("dossier__regulation", "dossier__product").order_by("dossier_id"))
    acts = amending.locked_acts(kept)
    if not (items or acts):
        raise Refused(_("The decision decides nothing yet."))
    _refuse_to_sign(items, number, signed_on, on or clock.today())
    amending.refuse_to_sign(acts, signed_on)
    kept.number, kept.signed_on, kept.signer_name = number, signed_on, text.nfc(signer_name)
    kept.state, kept.signed_by = Decision.State.SIGNED, by
    if scan:
        kept.scan, kept.scan_name, kept.scan_sha256 = scan.path, scan.name, scan.sha256
    kept.version += 1
    kept.save()
    for item in items:
        _carry_out(item, kept, signed_on, by=by)
    amending.carry_out(acts, kept, signed_on, by=by)
    telling.signed_or_dropped(kept.pk)
    auditing.record("decision.signed", kept, by=by, number=number, signed_on=signed_on.isoformat())
    decision.refresh_from_db()
    return decision


def sign_with_scan(decision: Decision, upload: files.Upload | None, *, by: User, **facts: Any) -> Decision:
    """Sign as ``sign`` does, and keep the scan of the paper; a scan sent a second time is not kept."""
    if upload is None:
        return sign(decision, by=by, **facts)
    with files.storing(upload) as stored:
        signed = sign(decision, by=by, scan=Scan(stored.name, stored.file_name, stored.sha256), **facts)
        if signed.scan != stored.name:
            files.delete(stored.name)
    return signed


def _locked(decision: Decision) -> Decision:
    return cast(
        Decision,
        Decision.objects.select_for_update(of=("self",)).select_related("area").get(pk=decision.pk),
    )


def _refuse_not_allowed(item: ItemDraft, area: Area, issuing_body: str, on: date) -> None:
    dossier = item.dossier
    case = outcomes.case(dossier, on)
    if (
        case is None
        or not case.is_for(area)
        or not Dossier.objects.within(area).filter(pk=dossier.pk).exists()
    ):
        raise Refused(_("%(dossier)s is not for this unit to decide.") % {"dossier": dossier})
    if Choice(item.outcome, item.stars) not in case.choices:
        raise Refused(
            _("%(dossier)s: the result and the regulation don't allow “%(choice)s”.")
            % {"dossier": dossier, "choice": Choice(item.outcome, item.stars)}
        )
    if not issuing_body and case.granted_by_centre(item.stars):
        raise Refused(_("Name the body of the centre that recognises %(n)s stars.") % {"n": item.stars})


def _signed_already(decision: Decision, number: str, signed_on: date) -> Decision:
    if (decision.number, decision.signed_on) == (number, signed_on):
        return decision
    raise SignedOtherwise(
        _("%(who)s has signed the decision already, as number %(number)s of %(day)s.")
        % {"who": decision.signed_by, "number": decision.number, "day": f"{decision.signed_on:%d/%m/%Y}"}
    )


def _refuse_to_sign(items: Iterable[DecisionItem], number: str, signed_on: date, today: date) -> None:
    if not number:
        raise Refused(_("A signed decision has a number."))
    if signed_on > today:
        raise Refused(_("%(day)s is still to come.") % {"day": f"{signed_on:%d/%m/%Y}"})
    for item in items:
        ready = _ready_on(item.dossier)
        if signed_on < ready:
            raise Refused(
                _("%(dossier)s was accepted and its result found by %(day)s; the decision can't be earlier.")
                % {"dossier": item.dossier, "day": f"{ready:%d/%m/%Y}"}
            )
        _refuse_too_late(item, signed_on)


def _refuse_too_late(item: DecisionItem, signed_on: date) -> None:
    """A dossier left open under an older regulation can only be closed: it is filed anew."""
    until = clocks.decided_until(item.dossier)
    if until and signed_on > until and item.outcome != Outcome.NOT_RECOGNISE:
        raise Refused(
            _("%(dossier)s could be decided under its regulation until %(day)s; it has to be filed anew.")
            % {"dossier": item.dossier, "day": f"{until:%d/%m/%Y}"}
        )


def _ready_on(dossier: Dossier) -> date:
    """The day from which the dossier could be decided: accepted, and assessed for the last time."""
    accepted = dossier.steps.filter(to_state=State.ACCEPTED).values_list("on", flat=True)
    assessed = dossier.results.values_list("assessed_on", flat=True)
    return max([*accepted, *assessed], default=date.min)


def _carry_out(item: DecisionItem, decision: Decision, signed_on: date, *, by: User) -> None:
    """Do what the signed decision says of one dossier."""
    dossier = item.dossier
    if item.outcome in RECOGNISING:
        recognising.supersede(_recognise(item, item.stars or 0, decision), by=by)
    # A decision signed on paper some days ago is carried out here no earlier than it was prepared here.
    day = max(signed_on, dossier.state_since)
    to = MOVES_TO[Outcome(item.outcome)]
    if to == State.NOT_RECOGNISED and conditions.keeps_a_star(dossier):
        to = State.RECOGNISED  # what a lower level has recognised of it stands
    workflow.move(dossier, to, by=by, on=day)


def _recognise(item: DecisionItem, stars: int, decision: Decision) -> Recognition:
    """The recognition, with the names of product, variants and organisations as they stand on this day."""
    dossier, product = item.dossier, item.dossier.product
    makers = product.makings.select_related("enterprise__kind")
    return recognising.keep(
        decision,
        product,
        [recognising.Holder.of(making.enterprise) for making in makers],
        dossier=dossier,
        regulation=dossier.regulation,
        kind=dossier.kind,
        stars=stars,
        area=dossier.area,
        group=dossier.group,
        variants=list(product.variants.values_list("name", flat=True)),
        expires_on=recognising.expiry(decision, dossier.regulation),
    )
