"""Filling in the self-assessment (Form 02, part III): an option and a note for each criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import AuditEntry, User
from ocop_portal.lib import clock, text

from . import filing, own_sheets, unlocking
from .criteria.outline import Item, Outline
from .models import Answer, Dossier
from .own_sheets import OwnSheet, Progress
from .workflow import Refused, Stale


class Unset(Enum):
    """What is not given is left as it is."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
NONE_FITS = 0
LONGEST_NOTE = 2000
NOTES_SUMMED_UP_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Given:
    """What a person gives for one criterion: an option's position (``NONE_FITS``: none of them; None: taken
    back), a note, and the version of the answer that the person saw (0: there was none)."""

    option: int | Unset | None = UNSET
    note: str | Unset = UNSET
    version: int | None = None


class StaleAnswer(Stale):
    """Another person answered the criterion first; ``answer`` is what stands now."""

    def __init__(self, answer: Answer, dossier: Dossier) -> None:
        super().__init__(
            _("%(who)s changed this answer at %(when)s.")
            % {
                "who": answer.updated_by or _("The portal"),
                "when": date_format(timezone.localtime(answer.updated_at), "H:i d/m/Y"),
            },
            dossier,
        )
        self.answer = answer


@transaction.atomic
def answer(
    dossier: Dossier,
    code: str,
    *,
    by: User,
    option: int | Unset | None = UNSET,
    note: str | Unset = UNSET,
    version: int | None = None,
    on: date | None = None,
) -> Answer:
    """Answer one criterion of a draft, or of a returned dossier where that criterion was returned.

    See :class:`Given` for what is given. What says the same as what stands changes nothing, whatever its
    version (a request that was sent again); an answer that nobody has given yet comes back unsaved, with
    version 0. Raises ``StaleAnswer`` for an older version, ``Refused`` for what may not be changed or chosen,
    ``PermissionDenied`` outside one's area.
    """
    fresh = filing.editable(dossier, by=by)
    return _Pen(fresh, by, on or clock.today()).write(code, Given(option, note, version))


@transaction.atomic
def answer_all(
    dossier: Dossier, given: Mapping[str, Given], *, by: User, on: date | None = None
) -> dict[str, Refused]:
    """Answer many criteria in the order of the annex; what is refused, by the criterion's number.

    One answer that is refused or stale keeps none of the others from being saved. Raises ``Refused`` when
    nothing may be changed at all, ``PermissionDenied`` outside one's area.
    """
    pen = _Pen(filing.editable(dossier, by=by), by, on or clock.today())
    refused: dict[str, Refused] = {}
    for code in sorted(given, key=pen.place):
        try:
            pen.write(code, given[code])
        except Refused as problem:
            refused[code] = problem
    return refused


@transaction.atomic
def choose_case(
    dossier: Dossier, case: int, *, by: User, version: int | None = None, on: date | None = None
) -> int:
    """Choose the case in which the dossier is scored; how many answers of another case were taken back.

    Their notes stay. ``version`` is the dossier's. Raises ``Stale``, ``Refused`` for a case that the set
    doesn't have or while one of its criteria is locked, ``PermissionDenied`` outside one's area.
    """
    fresh = filing.editable(dossier, by=by, version=version)
    sheet = _sheet(fresh)
    if case not in sheet.outline.cases:
        raise Refused(_("The criteria set has no such case."))
    if fresh.case == case:
        return 0
    unlocked, theirs = unlocking.of(fresh), [item for item in sheet.outline.items.values() if item.cases]
    if not all(unlocked.criterion(item.code) for item in theirs):
        raise Refused(_("The case can't be changed: some of its criteria were not returned."))
    other = Q(option__case__isnull=False) & ~Q(option__case=case) | Q(none_fits=True)
    cleared = fresh.answers.filter(other, criterion__in=[item.pk for item in theirs]).update(
        option=None, none_fits=False, version=F("version") + 1, updated_by=by, updated_at=timezone.now()
    )
    fresh.case, fresh.version = case, fresh.version + 1
    fresh.save()
    day = (on or clock.today()).isoformat()
    auditing.record("dossier.case_chosen", fresh, by=by, case=case, cleared=cleared, on=day)
    dossier.refresh_from_db()
    return cleared


def sheet_of(dossier: Dossier) -> dict[str, int]:
    """The dossier's own sheet as the scoring takes it: criterion → position; empty without a criteria set."""
    found = own_sheets.of(dossier)
    return found.sheet if found else {}


def progress(dossier: Dossier) -> list[Progress]:
    """How far each group is answered (code, title, answered, of), in order; one statement."""
    found = own_sheets.of(dossier)
    return found.progress() if found else []


def _sheet(dossier: Dossier) -> OwnSheet:
    found = own_sheets.of(dossier)
    if found is None:
        raise Refused(_("No criteria set is loaded for this product group."))
    return found


class _Pen:
    """Writes answers into a dossier whose row is locked."""

    def __init__(self, dossier: Dossier, by: User, on: date) -> None:
        self.dossier, self.by, self.on = dossier, by, on
        self.sheet = _sheet(dossier)
        self.unlocked = unlocking.of(dossier)
        self.order = {code: place for place, code in enumerate(self.outline.items)}

    @property
    def outline(self) -> Outline:
        return self.sheet.outline

    def place(self, code: str) -> int:
        return self.order.get(code, -1)

    def write(self, code: str, given: Given) -> Answer:
        if (item := self.outline.items.get(code)) is None:
            raise Refused(_("The criteria set has no criterion %(code)s.") % {"code": code})
        stands = self.sheet.answers.get(code) or Answer(dossier=self.dossier, criterion_id=item.pk, version=0)
        option, none_fits, note = self._wanted(item, stands, given)
        chosen = (option, none_fits) != (stands.option_id, stands.none_fits)
        if not chosen and note == stands.note:
            return stands
        self._refuse_locked_or_stale(item, stands, given)
        if chosen:
            self._refuse_unscored(item, given.option)
        was = self.sheet.chosen(code)
        stands.option_id, stands.none_fits, stands.note = option, none_fits, note
        stands.version, stands.updated_by = stands.version + 1, self.by
        stands.save()
        self.sheet.answers[code] = stands
        self._record(item, chosen, was)
        return stands

    def _wanted(self, item: Item, stands: Answer, given: Given) -> tuple[int | None, bool, str]:
        """Row of the option, whether none fits, and the note, once what is given is carried out."""
        option, none_fits, note = stands.option_id, stands.none_fits, stands.note
        if given.note is not UNSET:
            note = text.nfc_lines(given.note)
        if len(note) > LONGEST_NOTE:
            raise Refused(_("A note holds at most %(most)s characters.") % {"most": LONGEST_NOTE})
        if given.option is not UNSET:
            option, none_fits = self._row(item, given.option), given.option == NONE_FITS
        return option, none_fits, note

    def _row(self, item: Item, position: int | None) -> int | None:
        if position in (None, NONE_FITS):
            return None
        kept = next((choice.pk for choice in item.choices if choice.position == position), None)
        if kept is None:
            raise Refused(_("Criterion %(code)s has no such option.") % {"code": item.code})
        return kept

    def _refuse_locked_or_stale(self, item: Item, stands: Answer, given: Given) -> None:
        if not self.unlocked.criterion(item.code):
            raise Refused(
                _("Criterion %(code)s was not returned and can't be changed.") % {"code": item.code}
            )
        if given.version is not None and given.version != stands.version:
            raise StaleAnswer(stands, self.dossier)

    def _refuse_unscored(self, item: Item, position: int | Unset | None) -> None:
        """What is taken back is always taken back; what is chosen must be offered and count here."""
        if position is None or position is UNSET:
            return
        if why := self.sheet.unscored(item):
            raise Refused(why)
        case = self.sheet.case
        offered = item.none_may_fit(case) if position == NONE_FITS else item.choice(position, case)
        if not offered:
            raise Refused(_("Criterion %(code)s has no such option.") % {"code": item.code})

    def _record(self, item: Item, chosen: bool, was: int | None) -> None:
        """One entry for each choice; one an hour for a note that is being written, not one a keystroke."""
        if chosen:
            stands = self.sheet.answers[item.code]
            details = {"option": self.sheet.chosen(item.code), "was": was, "none_fits": stands.none_fits}
            self._audit("dossier.answered", item, **details)
            return
        told = AuditEntry.objects.filter(
            act="dossier.note_written",
            object_type=self.dossier._meta.label_lower,
            object_id=str(self.dossier.pk),
            actor=self.by,
            at__gte=timezone.now() - NOTES_SUMMED_UP_FOR,
            details__criterion=item.code,
        )
        if not told.exists():
            self._audit("dossier.note_written", item)

    def _audit(self, act: str, item: Item, **details: Any) -> None:
        day = self.on.isoformat()
        auditing.record(act, self.dossier, by=self.by, criterion=item.code, on=day, **details)
