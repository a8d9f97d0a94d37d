"""Decisions over recognitions: one paper may extend, revoke, strike off and correct several of them.

An officer of the level that recognises such a star puts the acts into a decision in preparation; the leader's
signature writes the events. Nothing of a recognition is overwritten. Decision record 0017.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Post, Role, User
from areas.models import Area
from ocop_portal.lib import clock, text

from . import certificates, levels, recognising, scoring, telling
from .models import Decision, DecisionAct, Recognition, RecognitionEvent, Regulation
from .workflow import Refused

Kind = DecisionAct.Kind


@dataclass(frozen=True)
class ActDraft:
    """What is to be done to a recognition; each kind needs its own of the other fields."""

    kind: str
    new_expires_on: date | None = None
    ground: str = ""
    found_on: date | None = None
    corrects: str = ""
    wrong: str = ""
    right: str = ""
    note: str = ""


@dataclass(frozen=True)
class Clock:
    """Until when a revocation is to be decided, and whether it is late by the day asked about."""

    due_on: date
    late: bool


def law_of(recognition: Recognition, on: date) -> Regulation | None:
    """The regulation by which a recognition is dealt with on the day: the one in force, else its own."""
    try:
        return Regulation.objects.filing_on(on)
    except Regulation.DoesNotExist:
        return recognition.regulation


def authority(recognition: Recognition, on: date) -> str | None:
    """The level that recognises such a star on the day, under the recognition's regulation or today's.

    What an ended level recognised passes to the next one up; None where no regulation tells.
    """
    regulation = recognition.regulation or law_of(recognition, on)
    if regulation is None:
        return None
    standing = cast(
        list[scoring.AuthorityLike], levels.standing_authorities(regulation, recognition.area, on)
    )
    return scoring.who_certifies(recognition.stars, standing)


def unit_for(recognition: Recognition, on: date | None = None) -> Area | None:
    """The unit that decides over the recognition on the day; None for the centre or where none is known."""
    day = on or clock.today()
    level = authority(recognition, day)
    return levels.unit_at(level, recognition.area, day) if level else None


def may_propose(user: User, recognition: Recognition, on: date | None = None) -> rules.Verdict:
    """Whether the person may prepare a decision over the recognition: an officer of the unit that decides."""
    unit = unit_for(recognition, on)
    if unit is None:
        return rules.Verdict(
            False, _("No unit of the portal recognises this star: enter the paper of the body that decided.")
        )
    verdict = rules.needs(user, [Role.OFFICER], unit)
    if not verdict or unit not in _own_units(user):
        return rules.Verdict(False, _("Officers of %(unit)s prepare this decision.") % {"unit": unit.name})
    return verdict


def revocation_clock(act: DecisionAct, on: date) -> Clock | None:
    """Until when the finding leads to a decision, by the regulation in force when it was found.

    A late one is marked, never refused: the breach does not go away with the term. None without a term.
    """
    if act.found_on is None:
        return None
    regulation = law_of(act.recognition, act.found_on)
    days = regulation.settings.get("revocation_days") if regulation else None
    if days is None:
        return None
    due = act.found_on + timedelta(days=days)
    return Clock(due, (act.decision.signed_on or on) > due)


def last_extension(recognition: Recognition, on: date) -> date | None:
    """The last day to which the recognition can be extended; None where the law names no limit."""
    regulation = law_of(recognition, on)
    days = regulation.settings.get("extension_max_days") if regulation else None
    if days is None or recognition.expires_on is None:
        return None
    return recognition.expires_on + timedelta(days=days)


@transaction.atomic
def propose(
    recognition: Recognition,
    draft: ActDraft,
    *,
    decision: Decision | None = None,
    title: str = "",
    by: User,
    on: date | None = None,
) -> Decision:
    """Put the act into ``decision``, one in preparation of the same unit, or into a new one.

    Raises ``Refused`` where the act can't be (ended already, no ground, extended too far or too late, nothing
    corrected) or the decision is signed or another unit's; ``PermissionDenied`` as ``may_propose`` says.
    """
    day = on or clock.today()
    may_propose(by, recognition, day).require()
    unit = cast(Area, unit_for(recognition, day))
    kept = Recognition.objects.select_for_update(of=("self",)).get(pk=recognition.pk)
    refuse(kept, draft, day)
    decision = _prepared(decision, unit) if decision else _new(unit, title, by)
    if decision.acts.filter(recognition=kept, kind=draft.kind).exists():
        raise Refused(_("The decision says this of the recognition already."))
    act = DecisionAct.objects.create(decision=decision, recognition=kept, **_fields(draft))
    telling.to_sign(decision, on=day)
    auditing.record("decision.act_added", decision, by=by, recognition=kept.pk, kind=act.kind)
    return decision


@transaction.atomic
def take_out(act: DecisionAct, *, by: User) -> None:
    """Take an act out of a decision in preparation.

    Raises ``Refused`` for a signed one, ``PermissionDenied`` for anyone but an officer of the unit.
    """
    rules.needs(by, [Role.OFFICER], act.decision.area).require()
    decision = _prepared(act.decision, act.decision.area)
    auditing.record("decision.act_removed", decision, by=by, recognition=act.recognition_id, kind=act.kind)
    act.delete()


def refuse(recognition: Recognition, draft: ActDraft, on: date) -> None:
    """Raise ``Refused`` where the act can't be decided on the day."""
    recognising.refuse_event(recognition, draft.kind, on)
    if draft.kind == Kind.EXTENDED:
        _refuse_extension(recognition, draft.new_expires_on, on)
    if draft.kind == Kind.REVOKED:
        _refuse_revocation(recognition, draft, on)
    if draft.kind == Kind.CORRECTED and not (draft.corrects and draft.right):
        raise Refused(_("Say what is corrected and how it is to read."))


def refuse_to_sign(acts: Iterable[DecisionAct], signed_on: date) -> None:
    """Raise ``Refused`` where one of the acts can't be decided on that day any more."""
    for act in acts:
        refuse(act.recognition, _draft(act), signed_on)


def carry_out(acts: Iterable[DecisionAct], decision: Decision, signed_on: date, *, by: User) -> None:
    """Write the event of each act, on the day of the decision."""
    for act in acts:
        RecognitionEvent.objects.create(
            recognition=act.recognition,
            kind=act.kind,
            on=signed_on,
            decision=decision,
            new_expires_on=act.new_expires_on,
            ground=act.ground,
            corrects=act.corrects,
            wrong=act.wrong,
            right=act.right,
            note=act.note,
            entered_by=by,
        )
        facts = {"on": signed_on.isoformat(), "decision": str(decision), "ground": act.ground}
        auditing.record(f"recognition.{act.kind}", act.recognition, by=by, area=act.recognition.area, **facts)


def locked_acts(decision: Decision) -> list[DecisionAct]:
    """The acts of the decision, their recognitions kept from others until the transaction ends."""
    rows = decision.acts.select_related("recognition__regulation", "recognition__area", "decision")
    wanted = [act.recognition_id for act in rows]
    list(Recognition.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
    return list(rows)


def _own_units(user: User) -> list[Area]:
    posts = Post.objects.of(user).working().filter(role=Role.OFFICER).select_related("area")
    return [post.area for post in posts]


def _prepared(decision: Decision, unit: Area) -> Decision:
    kept = Decision.objects.select_for_update(of=("self",)).select_related("area").get(pk=decision.pk)
    if kept.state == Decision.State.SIGNED:
        raise Refused(_("A signed decision does not change."))
    if kept.area_id != unit.pk:
        raise Refused(_("%(unit)s decides over this recognition, in a decision of its own.") % {"unit": unit})
    return cast(Decision, kept)


def _new(unit: Area, title: str, by: User) -> Decision:
    made = Decision.objects.create(
        area=unit,
        issuing_area=unit,
        issuing_body=recognising.body_of(unit),
        title=text.nfc(title),
        prepared_by=by,
    )
    auditing.record("decision.prepared", made, by=by, dossiers=[])
    return made


def _fields(draft: ActDraft) -> dict[str, Any]:
    """The fields that belong to the kind; what was typed for another kind is left out."""
    own = {
        Kind.EXTENDED: ("new_expires_on",),
        Kind.REVOKED: ("ground", "found_on"),
        Kind.CORRECTED: ("corrects", "wrong", "right"),
    }.get(Kind(draft.kind), ())
    given = {name: getattr(draft, name) for name in own}
    for name in {"wrong", "right"} & given.keys():
        given[name] = text.nfc(given[name])
    return {"kind": draft.kind, "note": text.nfc_lines(draft.note), **given}


def _draft(act: DecisionAct) -> ActDraft:
    names = ("kind", "new_expires_on", "ground", "found_on", "corrects", "wrong", "right", "note")
    return ActDraft(**{name: getattr(act, name) for name in names})


def _refuse_extension(recognition: Recognition, new_expires_on: date | None, on: date) -> None:
    """An extension is decided while the certificate is valid, later only while a re-evaluation is open."""
    until = certificates.valid_until(recognition, on)
    if until is None:
        raise Refused(_("No paper says until when the certificate is valid; enter that first."))
    if new_expires_on is None or new_expires_on <= max(until, on):
        raise Refused(_("An extension ends later than what it extends."))
    last = last_extension(recognition, on)
    if last and new_expires_on > last:
        raise Refused(
            _("The regulation lets it be extended to %(day)s at the latest.") % {"day": f"{last:%d/%m/%Y}"}
        )
    if on > until and not certificates.reevaluated(recognition, on):
        raise Refused(
            _("It expired on %(day)s; after that it is extended only while its re-evaluation is open.")
            % {"day": f"{until:%d/%m/%Y}"}
        )


def _refuse_revocation(recognition: Recognition, draft: ActDraft, on: date) -> None:
    regulation = law_of(recognition, on)
    grounds = regulation.settings.get("revocation_grounds") if regulation else None
    if not draft.ground or (grounds and draft.ground not in grounds):
        raise Refused(_("Name the ground on which the recognition is revoked."))
    if draft.found_on is None or draft.found_on > on:
        raise Refused(_("Give the day of the finding, not later than the decision."))
