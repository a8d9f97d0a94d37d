"""Certificates: the code by which anyone checks one, and what to say of it on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.utils.translation import gettext as _

from . import codes
from .models import Decision, Recognition, RecognitionEvent, RevocationGround

Kind = RecognitionEvent.Kind
VALID = frozenset({"in_force", "reevaluating"})
"""The keys of a `Status` on which the certificate is valid."""


@dataclass(frozen=True)
class Status:
    """How a certificate stands on a day: ``key`` for programs, ``tone`` of the tag, the rest for people.

    Keys: ``in_force``, ``expired``, ``reevaluating``, ``unknown``, ``not_yet``, the kinds of ending events.
    """

    key: str
    label: str
    tone: str
    sentence: str
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence


def new_code() -> str:
    """A check code that no certificate bears: ten random characters of Crockford's base 32."""
    return codes.unused_code(Recognition, "certificate_code")


def normalise(text: str) -> str:
    """The code as stored, however it was typed; empty where the text can't be one."""
    code = codes.as_typed(text)
    return code if len(code) == codes.LENGTH and set(code) <= set(codes.CROCKFORD) else ""


def find(text: str) -> Recognition | None:
    """The recognition whose certificate bears the code, or None."""
    code = normalise(text)
    rows = Recognition.objects.select_related("decision__issuing_area", "product")
    return rows.filter(certificate_code=code).first() if code else None


def reevaluated(recognition: Recognition, on: date) -> date | None:
    """The last day on which a late re-evaluation keeps the certificate valid, while it is not decided.

    The transitional rule of Decision 26/2026: valid until decided, at most so many days past expiry as a
    certificate can be extended (see ``with_validity``). None without such a dossier, before expiry, and past
    that day.
    """
    until = valid_until(recognition, on)
    if until is None or until >= on:
        return None
    last = recognition.__dict__.get("valid_to")  # there where the row was fetched with_validity of the day
    if last is None:
        rows = Recognition.objects.with_validity(on)
        last = rows.values_list("valid_to", flat=True).get(pk=recognition.pk)
    return last if last >= on else None


def status_in_full(recognition: Recognition, on: date) -> Status:
    """As ``status``, and whether a late re-evaluation keeps it valid.

    One more statement where it expired, unless the row was fetched ``with_validity`` of the same day.
    """
    found = status(recognition, on)
    last = reevaluated(recognition, on) if found.key == "expired" else None
    if last is None:
        return found
    sentence = _(
        "Under re-evaluation: expired on %(day)s, stays valid until that is decided, until %(last)s at most"
    ) % {"day": _day(cast(date, valid_until(recognition, on))), "last": _day(last)}
    return Status("reevaluating", _("Under re-evaluation"), "warn", sentence, found.notes)


def status(recognition: Recognition, on: date) -> Status:
    """How the certificate stands on the day, by the events known to have happened by then.

    It reads ``events`` with their decisions and the decision's unit: prefetch them for a list.
    """
    events = sorted((e for e in recognition.events.all() if e.on <= on), key=_order)
    ending = [event for event in events if event.kind in RecognitionEvent.ENDING]
    until = _expiry(recognition, events)
    notes = (*_extensions(events), *_corrections(events), *_issuer(recognition.decision, on))
    if recognition.recognised_on and recognition.recognised_on > on:
        return Status("not_yet", _("Not yet in force"), "neutral", _not_yet(recognition.recognised_on), notes)
    if ending:
        return _ended(ending[-1], notes)
    if until is None:
        sentence = _("Not revoked; no paper entered here says until when it is valid")
        return Status("unknown", _("Validity unknown"), "neutral", sentence, notes)
    if until < on:
        sentence = _("Expired: valid until %(day)s inclusive") % {"day": _day(until)}
        return Status("expired", _("Expired"), "neutral", sentence, notes)
    sentence = _("In force until %(day)s inclusive") % {"day": _day(until)}
    return Status("in_force", _("In force"), "good", sentence, notes)


def valid_until(recognition: Recognition, on: date) -> date | None:
    """The last day of validity as known on the day; it reads ``events``: prefetch them for a list."""
    return _expiry(recognition, sorted((e for e in recognition.events.all() if e.on <= on), key=_order))


def corrections(recognition: Recognition, on: date) -> list[str]:
    """What of the certificate is to be read otherwise, as known on the day; it reads ``events``."""
    return _corrections(sorted((e for e in recognition.events.all() if e.on <= on), key=_order))


def _order(event: RecognitionEvent) -> tuple[date, int]:
    return event.on, event.pk


def _expiry(recognition: Recognition, events: Iterable[RecognitionEvent]) -> date | None:
    """The last day of validity as extended."""
    extended = [event.new_expires_on for event in events if event.kind == Kind.EXTENDED]
    return extended[-1] if extended else recognition.expires_on


def _ended(event: RecognitionEvent, notes: tuple[str, ...]) -> Status:
    words, tone = {
        Kind.REVOKED: (_("Revoked on %(day)s%(decision)s"), "bad"),
        Kind.STRUCK_OFF: (_("Struck off the list on %(day)s%(decision)s"), "bad"),
        Kind.SUPERSEDED: (_("Superseded on %(day)s by a later recognition%(decision)s"), "neutral"),
    }[Kind(event.kind)]
    sentence = words % {"day": _day(event.on), "decision": _by(event.decision)}
    if event.ground:
        sentence = _("%(what)s, because: %(ground)s") % {"what": sentence, "ground": _ground(event.ground)}
    return Status(event.kind, event.get_kind_display(), tone, sentence, notes)


def _extensions(events: Iterable[RecognitionEvent]) -> list[str]:
    return [
        _("Extended to %(day)s%(decision)s")
        % {"day": _day(event.new_expires_on), "decision": _by(event.decision)}
        for event in events
        if event.kind == Kind.EXTENDED and event.new_expires_on
    ]


def _corrections(events: Iterable[RecognitionEvent]) -> list[str]:
    return [_correction(event) for event in events if event.kind == Kind.CORRECTED]


def _correction(event: RecognitionEvent) -> str:
    said = _("Corrected on %(day)s%(decision)s") % {"day": _day(event.on), "decision": _by(event.decision)}
    if not event.corrects:
        return said
    facts = {"said": said, "what": event.get_corrects_display().lower(), "right": event.right}
    if not event.wrong:
        return _("%(said)s: %(what)s reads “%(right)s”") % facts
    return _("%(said)s: %(what)s “%(wrong)s” reads “%(right)s”") % {**facts, "wrong": event.wrong}


def _ground(ground: str) -> str:
    """The ground in plain words, as anyone understands them."""
    return {
        RevocationGround.DISHONEST_PAPERS: _("papers in the dossier were not true"),
        RevocationGround.CRITERIA_NO_LONGER_MET: _("the product no longer meets the criteria of its stars"),
        RevocationGround.BREACH_OF_LAW: _(
            "the law on quality, food safety, environment, intellectual property or labels was broken"
        ),
        RevocationGround.MISUSE_OF_MARK: _("the OCOP mark was used wrongly"),
        RevocationGround.PRODUCTION_STOPPED: _("the product is not made any more"),
        RevocationGround.OTHER: _("another reason named in the decision"),
    }[RevocationGround(ground)]


def _issuer(decision: Decision, on: date) -> list[str]:
    unit = decision.issuing_area
    if unit is None or unit.exists_on(on):
        return []
    return [
        _("%(unit)s, which issued it, no longer exists; the certificate keeps its validity.")
        % {"unit": unit.name}
    ]


def _by(decision: Decision | None) -> str:
    return _(" (decision %(number)s)") % {"number": decision.number} if decision and decision.number else ""


def _not_yet(day: date) -> str:
    return _("In force from %(day)s") % {"day": _day(day)}


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
