"""Filling in Forms 01 and 02 section by section, with what is left to do in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import auditing
from accounts.models import AuditEntry, User
from ocop_portal.lib import clock

from . import completeness, filing, unlocking, workflow
from .models import CriteriaSet, Dossier, ReturnPoint, SectionContent
from .questionnaire import ASKED
from .questions import Content, canonical
from .sections import BY_KEY, CRITERIA, REGISTRATION, SECTIONS, Section
from .workflow import Refused, Stale

NEVER_SAVED = 0
"""The version of a section that nobody has saved yet."""
FILLED = "dossier.section_filled"
SUMMED_UP_FOR = timedelta(hours=1)


class Status(Enum):
    """How far a section is, or why it can't be changed."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    LOCKED = "locked"
    RETURNED = "returned"

    @property
    def label(self) -> str | Promise:
        """The status as an adjective."""
        return LABELS[self]


LABELS: dict[Status, str | Promise] = {
    Status.NOT_STARTED: gettext_lazy("Not begun"),
    Status.IN_PROGRESS: gettext_lazy("Begun"),
    Status.DONE: gettext_lazy("Done"),
    Status.LOCKED: gettext_lazy("Closed"),
    Status.RETURNED: gettext_lazy("To mend"),
}


@dataclass(frozen=True)
class SectionState:
    """A section, how far it is, what it lacks in words, and the points of the return that concern it.

    ``answered`` stands only with the self-assessment.
    """

    section: Section
    status: Status
    lacks: tuple[str, ...] = ()
    reasons: tuple[ReturnPoint, ...] = ()
    answered: completeness.Answered | None = None

    @property
    def is_open(self) -> bool:
        """Whether the section may be changed now."""
        return self.status != Status.LOCKED

    @property
    def is_complete(self) -> bool:
        """Whether the section says all it is asked, locked or not."""
        return not self.lacks


@dataclass(frozen=True)
class Saved:
    """What a save came to: the section's version and the moment at which it was last changed."""

    version: int
    at: datetime | None


class StaleSection(Stale):
    """Somebody changed the section since it was opened: ``saved`` and ``theirs`` are what it is now."""

    def __init__(self, words: str, dossier: Dossier, saved: Saved, theirs: Content) -> None:
        super().__init__(words, dossier)
        self.saved, self.theirs = saved, theirs


@transaction.atomic
def fill(
    dossier: Dossier,
    section: str,
    data: Mapping[str, Any],
    *,
    by: User,
    version: int | None = None,
) -> Saved:
    """Write a section (a key of ``sections``) as a whole; what ``data`` does not answer is answered no more.

    Values are those of Python (numbers, dates, texts). Form 01 takes the fields of ``filing.change`` and
    leaves out what is not given. ``version`` is the one the person saw, ``NEVER_SAVED`` before the first.
    The same contents again change nothing. Raises ``StaleSection`` when another was first, ``Refused`` for
    an impossible value, after submission and where a return left the section closed, ``PermissionDenied``
    outside one's area.
    """
    if section == REGISTRATION.key:
        return _fill_in_registration(dossier, data, by=by, version=version)
    return _write(dossier, section, data, by=by, version=version, keep=False)


@transaction.atomic
def fill_fields(
    dossier: Dossier, section: str, data: Mapping[str, Any], *, by: User, version: int | None = None
) -> Saved:
    """Write some fields of a section and keep the others: saving while one types. Errors as of ``fill``."""
    if section == REGISTRATION.key:
        return _fill_in_registration(dossier, data, by=by, version=version)
    return _write(dossier, section, data, by=by, version=version, keep=True)


def saved(dossier: Dossier, section: Section) -> Saved:
    """The version of a section and when it was last changed; Form 01 goes with the dossier itself."""
    if section == REGISTRATION:
        return Saved(dossier.version, dossier.updated_at)
    row = dossier.sections.filter(section=section.key).values_list("version", "updated_at").first()
    return Saved(*row) if row else Saved(NEVER_SAVED, None)


def state_of(dossier: Dossier) -> list[SectionState]:
    """Each section in the order of the forms with its state; four statements at most, whatever is filled in.

    Empty for a dossier that no criteria set rates: older regulations have no such forms.
    """
    if dossier.criteria_set is None:
        return []
    contents = completeness.contents_of(dossier)
    unlocked = unlocking.of(dossier)
    points = workflow.open_points(dossier) if dossier.state == Dossier.State.RETURNED else []
    return [_state(dossier, section, contents.get(section.key), unlocked, points) for section in SECTIONS]


def follow_the_rules_of_today(dossier: Dossier) -> Dossier:
    """Give a draft the criteria set that would rate it today where it has none yet; nothing is stored.

    So a draft opened before a regulation with criteria came into force shows the forms it now needs.
    """
    if dossier.state == Dossier.State.DRAFT and dossier.criteria_set_id is None:
        dossier.criteria_set = CriteriaSet.objects.rating_on(dossier.group, clock.today())
    return dossier


def place_of(point: ReturnPoint) -> Section | None:
    """The section that a point of a return concerns; None for the dossier as a whole."""
    if point.target.startswith(unlocking.CRITERION):
        return CRITERIA
    return BY_KEY.get(point.target.removeprefix(unlocking.SECTION))


def _state(
    dossier: Dossier,
    section: Section,
    content: Content | None,
    unlocked: unlocking.Unlocked,
    points: list[ReturnPoint],
) -> SectionState:
    answered = completeness.criteria_answered(dossier) if section == CRITERIA else None
    lacks = _lacks_answers(answered) if answered else completeness.lacks(dossier, section, content or {})
    reasons = tuple(point for point in points if place_of(point) == section)
    if section == CRITERIA:
        begun, is_open = bool(answered and answered.answered), _opens_criteria(unlocked)
    else:
        begun = content is not None or (section == REGISTRATION and bool(dossier.requested_stars))
        is_open = unlocked.section(section.key)
    status = Status.RETURNED if reasons else _progress(lacks, begun)
    return SectionState(
        section, status if is_open else Status.LOCKED, tuple(lacks), reasons, answered=answered
    )


def _progress(lacks: list[str], begun: bool) -> Status:
    if not lacks:
        return Status.DONE
    return Status.IN_PROGRESS if begun else Status.NOT_STARTED


def _opens_criteria(unlocked: unlocking.Unlocked) -> bool:
    named = any(target.startswith(unlocking.CRITERION) for target in unlocked.targets)
    return unlocked.section(CRITERIA.key) or named


def _lacks_answers(answered: completeness.Answered) -> list[str]:
    case = [_("The case by which the product is rated")] if answered.case_missing else []
    return [*case, *(_("Criterion %(code)s") % {"code": code} for code in answered.unanswered)]


def _fill_in_registration(
    dossier: Dossier, data: Mapping[str, Any], *, by: User, version: int | None
) -> Saved:
    fresh = filing.change(dossier, by=by, version=version, **data)
    return Saved(fresh.version, fresh.updated_at)


def _write(
    dossier: Dossier, key: str, data: Mapping[str, Any], *, by: User, version: int | None, keep: bool
) -> Saved:
    fresh = _opened(dossier, key, by=by)
    given = _canonical(fresh, key, data)
    row = SectionContent.objects.select_for_update().filter(dossier=fresh, section=key).first()
    before: dict[str, str] = row.content if row else {}
    after = {name: kept for name, kept in ((before if keep else {}) | given).items() if kept}
    now = row.version if row else NEVER_SAVED
    if after == before:
        return Saved(now, row.updated_at if row else None)
    if version is not None and version != now:
        raise _stale(fresh, row)
    row = row or SectionContent(dossier=fresh, section=key, version=NEVER_SAVED)
    row.content, row.updated_by, row.version = after, by, now + 1
    row.save()
    _record(fresh, key, sorted({*before.items()} ^ {*after.items()}), by=by, typing=keep)
    return Saved(row.version, row.updated_at)


def _record(dossier: Dossier, key: str, changes: list[tuple[str, str]], *, by: User, typing: bool) -> None:
    """One entry with the names of the fields; what is saved while one types is summed up for an hour."""
    fields = sorted({name for name, _kept in changes})
    told = AuditEntry.objects.filter(
        act=FILLED,
        object_type=dossier._meta.label_lower,
        object_id=str(dossier.pk),
        actor=by,
        at__gte=timezone.now() - SUMMED_UP_FOR,
        details__section=key,
        details__fields=fields,
    )
    if not (typing and told.exists()):
        auditing.record(FILLED, dossier, by=by, section=key, fields=fields)


def _opened(dossier: Dossier, key: str, *, by: User) -> Dossier:
    """The dossier's row, locked, once it is sure that ``by`` may change this section of it."""
    fresh = filing.editable(dossier, by=by)
    known = fresh.criteria_set_id
    if follow_the_rules_of_today(fresh).criteria_set_id != known:
        fresh.save(update_fields=["criteria_set"])
    if fresh.criteria_set is None or key not in ASKED:
        raise Refused(_("The regulation of this dossier has no such form."))
    if not unlocking.of(fresh).section(key):
        raise Refused(_("Only what was returned may be changed; this section was not."))
    return fresh


def _canonical(dossier: Dossier, key: str, data: Mapping[str, Any]) -> dict[str, str]:
    questions = {q.name: q for q in ASKED[key].questions(completeness.filing_year(dossier))}
    if unknown := sorted(set(data) - set(questions)):
        raise TypeError(f"the section {key} has no field {', '.join(unknown)}")
    try:
        return {name: canonical(questions[name], value) for name, value in data.items()}
    except ValueError as error:
        raise Refused(str(error)) from error


def _stale(dossier: Dossier, row: SectionContent | None) -> StaleSection:
    if row is None:
        return StaleSection(
            _("The section has changed since you opened this page."), dossier, Saved(NEVER_SAVED, None), {}
        )
    words = _("%(who)s changed this section at %(when)s, after you had opened it.") % {
        "who": row.updated_by,
        "when": f"{timezone.localtime(row.updated_at):%H:%M %d/%m/%Y}",
    }
    return StaleSection(words, dossier, Saved(row.version, row.updated_at), row.content)
