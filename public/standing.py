"""How a recognition stands on a day, in plain words for anyone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ratings.models import Recognition, RecognitionEvent
from ratings.models.decisions import DatePrecision

Event = RecognitionEvent.Kind
_ENDED: dict[str, tuple[str | Promise, str | Promise]] = {
    Event.REVOKED: (
        gettext_lazy("No longer valid: revoked"),
        gettext_lazy("The certificate was revoked on %(day)s."),
    ),
    Event.STRUCK_OFF: (
        gettext_lazy("No longer valid: struck off the list"),
        gettext_lazy("The product was struck off the list of recognised products on %(day)s."),
    ),
    Event.SUPERSEDED: (
        gettext_lazy("No longer valid: superseded"),
        gettext_lazy("A later recognition took the place of this certificate on %(day)s."),
    ),
}


@dataclass(frozen=True)
class Standing:
    """``code`` is ``valid``, ``expired``, ``unknown`` or the kind of the event that ended the recognition.

    ``until`` is the last day of validity as extended, None where no paper says it.
    """

    code: str
    label: str
    tone: str
    words: str
    until: date | None

    @property
    def is_valid(self) -> bool:
        """Whether the recognition is in force."""
        return self.code == "valid"


def standing_of(recognition: Recognition, on: date) -> Standing:
    """How the recognition stands on the day, from what had happened by then (its ``events``, prefetched)."""
    events = [event for event in recognition.events.all() if event.on <= on]
    extensions = [event.new_expires_on for event in events if event.kind == Event.EXTENDED]
    until = extensions[-1] if extensions else recognition.expires_on
    if ended := [event for event in events if event.kind in RecognitionEvent.ENDING]:
        return _ended(ended[-1], until)
    if until is None:
        words = _("The papers do not say until when the certificate is valid.")
        return Standing("unknown", _("Term not known"), "neutral", words, None)
    if until < on:
        words = _("The certificate was valid until %(day)s and is no longer valid.")
        return Standing("expired", _("Expired"), "neutral", words % {"day": f"{until:%d/%m/%Y}"}, until)
    words = _("The certificate is valid until the end of %(day)s.")
    return Standing("valid", _("Still valid"), "good", words % {"day": f"{until:%d/%m/%Y}"}, until)


def _ended(event: RecognitionEvent, until: date | None) -> Standing:
    label, words = _ENDED[event.kind]
    tone = "neutral" if event.kind == Event.SUPERSEDED else "bad"
    return Standing(event.kind, str(label), tone, str(words) % {"day": f"{event.on:%d/%m/%Y}"}, until)


def day_in_words(day: date | None, precision: str) -> str:
    """A date as well as it is known: the day, the year, or that nobody knows."""
    if day is None or precision == DatePrecision.UNKNOWN:
        return _("date not known")
    return f"{day.year}" if precision == DatePrecision.YEAR else f"{day:%d/%m/%Y}"
