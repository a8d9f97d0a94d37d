"""Decisions: an officer prepares one over several dossiers, a leader signs it, recognitions follow.

What may be decided follows from the dossier's result and the authority that its pinned regulation gives the
level; a signed decision does not change any more (the database keeps it so).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Role, User
from areas.models import Area, UnitProfile
from ocop_portal.lib import clock, text

from . import clocks, levels, recognising, scoring, workflow
from .models import Decision, DecisionItem, Dossier, Recognition, Regulation, Result
from .workflow import Refused, Stale

Outcome = DecisionItem.Outcome
State = Dossier.State
RECOGNISING = (Outcome.RECOGNISE, Outcome.RECOGNISE_AND_FORWARD)
MOVES_TO = {
    Outcome.RECOGNISE: State.RECOGNISED,
    Outcome.RECOGNISE_AND_FORWARD: State.FORWARDED,
    Outcome.FORWARD: State.FORWARDED,
    Outcome.NOT_RECOGNISE: State.NOT_RECOGNISED,
}


@dataclass(frozen=True)
class ItemDraft:
    """What is to be decided of one dossier; ``stars`` where the outcome recognises."""

    dossier: Dossier
    outcome: str
    stars: int | None = None


@dataclass(frozen=True)
class Choice:
    """One thing that may be decided of a dossier."""

    outcome: str
    stars: int | None = None

    def __str__(self) -> str:
        words = str(Outcome(self.outcome).label)
        return f"{words}: {self.stars}★" if self.stars else words


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
    """Whether the person may sign decisions of the unit: its leaders."""
    return rules.needs(user, [Role.LEADER], area)


def choices(dossier: Dossier, on: date | None = None) -> list[Choice]:
    """What the level that deals with the dossier may decide of it by its result, the usual one first.

    A level recognises only stars that the regulation gives it, none above the result's; from the
    regulation's total on the dossier goes to the next level as well. The centre's result may also lead to
    what the province recognises. A finding outside the points may always end in *do not recognise*.
    """
    day = on or clock.today()
    level = levels.level_now(dossier, day)
    result = dossier.results.filter(level=level).first()
    if result is None or dossier.regulation is None:
        return []
    standing = _standing(dossier.regulation, dossier.area, day)
    stars = _grantable(result, level, standing, dossier.regulation.certificate_from_stars)
    if scoring.forwards(result.total, level, standing):
        both = [Choice(Outcome.RECOGNISE_AND_FORWARD, n) for n in stars]
        return [*both, Choice(Outcome.FORWARD), Choice(Outcome.NOT_RECOGNISE)]
    return [*(Choice(Outcome.RECOGNISE, n) for n in stars), Choice(Outcome.NOT_RECOGNISE)]


def _standing(regulation: Regulation, area: Area, on: date) -> Sequence[scoring.AuthorityLike]:
    return cast(list[scoring.AuthorityLike], levels.standing_authorities(regulation, area, on))


def _grantable(
    result: Result, level: str, standing: Sequence[scoring.AuthorityLike], least: int
) -> list[int]:
    """The stars that the level may grant on the result, the highest first."""
    place = next(n for n, authority in enumerate(standing) if authority.level == level)
    granting = standing[max(place - 1, 0) : place + 1] if level == levels.CENTRAL else [standing[place]]
    allowed = {stars for authority in granting for stars in authority.certifies}
    return sorted((n for n in allowed if least <= n <= result.stars), reverse=True)


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
        _refuse_not_allowed(item, area, day)
        if not issuing_body and _granted_by_centre(item, day):
            raise Refused(_("Name the body of the centre that recognises %(n)s stars.") % {"n": item.stars})
    decision = Decision.objects.create(
        area=area,
        issuing_area=None if issuing_body else area,
        issuing_body=text.nfc(issuing_body) or body_of(area),
        title=text.nfc(title),
        prepared_by=by,
    )
    for item in sorted(items, key=lambda item: item.dossier.pk):
        DecisionItem.objects.create(
            decision=decision, dossier=item.dossier, outcome=item.outcome, stars=item.stars
        )
        workflow.move(item.dossier, State.PREPARED, by=by, on=day)
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
    dossiers = [item.dossier for item in kept.items.select_related("dossier").order_by("dossier")]
    auditing.record("decision.dropped", kept, by=by, dossiers=[dossier.code for dossier in dossiers])
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
    ``Stale`` where it is signed otherwise already, ``Refused`` without a number, for a day to come or before
    a dossier's acceptance and result, ``PermissionDenied`` for anyone but a leader of the unit.
    """
    may_sign(by, decision.area).require()
    kept = _locked(decision)
    number = text.nfc(number)
    if kept.state == Decision.State.SIGNED:
        return _signed_already(kept, number, signed_on)
    items = list(kept.items.select_related("dossier__regulation", "dossier__product").order_by("dossier"))
    _refuse_to_sign(items, number, signed_on, on or clock.today())
    kept.number, kept.signed_on, kept.signer_name = number, signed_on, text.nfc(signer_name)
    kept.state, kept.signed_by = Decision.State.SIGNED, by
    if scan:
        kept.scan, kept.scan_name, kept.scan_sha256 = scan.path, scan.name, scan.sha256
    kept.version += 1
    kept.save()
    for item in items:
        _carry_out(item, kept, signed_on, by=by)
    auditing.record("decision.signed", kept, by=by, number=number, signed_on=signed_on.isoformat())
    decision.refresh_from_db()
    return decision


def body_of(area: Area) -> str:
    """The name under which the unit issues its papers."""
    profile = UnitProfile.objects.filter(area=area).first()
    return profile.issuing_body if profile else _("People's Committee of %(unit)s") % {"unit": area.name}


def scored_in(area: Area) -> list[Dossier]:
    """The dossiers of the area that wait for a decision of this unit, by commune and product."""
    rows = Dossier.objects.within(area).filter(state=State.SCORED)
    related = ("product", "enterprise", "area", "regulation")
    ordered = rows.select_related(*related).order_by("area__sort_key", "product__sort_key", "pk")
    day = clock.today()
    return [dossier for dossier in ordered if _decided_by(dossier, area, day)]


def _decided_by(dossier: Dossier, area: Area, on: date) -> bool:
    level = levels.level_now(dossier, on)
    return levels.ENTERED_BY.get(level, level) == area.level


def _locked(decision: Decision) -> Decision:
    return cast(
        Decision,
        Decision.objects.select_for_update(of=("self",)).select_related("area").get(pk=decision.pk),
    )


def _refuse_not_allowed(item: ItemDraft, area: Area, on: date) -> None:
    dossier = item.dossier
    inside = Dossier.objects.within(area).filter(pk=dossier.pk).exists()
    if not inside or not _decided_by(dossier, area, on):
        raise Refused(_("%(dossier)s is not for this unit to decide.") % {"dossier": dossier})
    if Choice(item.outcome, item.stars) not in choices(dossier, on):
        raise Refused(
            _("%(dossier)s: the result and the regulation don't allow “%(choice)s”.")
            % {"dossier": dossier, "choice": Choice(item.outcome, item.stars)}
        )


def _granted_by_centre(item: ItemDraft, on: date) -> bool:
    """Whether only the centre recognises this star: the province then enters the centre's decision."""
    dossier = item.dossier
    if item.stars is None or dossier.regulation is None:
        return False
    standing = _standing(dossier.regulation, dossier.area, on)
    return scoring.who_certifies(item.stars, standing) == levels.CENTRAL


def _signed_already(decision: Decision, number: str, signed_on: date) -> Decision:
    if (decision.number, decision.signed_on) == (number, signed_on):
        return decision
    raise Stale(
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
    workflow.move(dossier, MOVES_TO[Outcome(item.outcome)], by=by, on=day)


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
