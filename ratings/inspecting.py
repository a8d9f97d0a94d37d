"""Inspections of recognised products: planned, carried out by a checklist, followed up until mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Post, Role, User
from areas.models import Area
from ocop_portal.lib import clock, text

from .models import (
    CriteriaSet,
    Criterion,
    CriterionOption,
    Inspection,
    InspectionLine,
    Recognition,
    RecognitionEvent,
)
from .workflow import Refused

Finding = Inspection.Finding
LONGEST = 400


class ChangedMeanwhile(Refused):
    """Another person wrote into the inspection since this one opened it."""


@dataclass(frozen=True)
class Checked:
    """What was found at one line of the checklist; ``conforms`` is None where it was not looked at."""

    conforms: bool | None
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """What an inspection came to; which of the rest is needed follows from the finding."""

    finding: str
    words: str = ""
    remedy: str = ""
    remedy_due_on: date | None = None
    ground: str = ""


def may_inspect(user: User, recognition: Recognition) -> rules.Verdict:
    """Whether the person may plan and carry out inspections of the product: officers over its commune."""
    return rules.needs(user, [Role.OFFICER], recognition.area)


@transaction.atomic
def plan(recognition: Recognition, *, planned_on: date, reason: str = "", by: User) -> Inspection:
    """Plan an inspection, with the checklist of what the product was recognised for.

    Raises ``Refused`` for a day that is past, a recognition that has ended, while another is open;
    ``PermissionDenied`` for anyone but an officer over the commune.
    """
    may_inspect(by, recognition).require()
    kept = Recognition.objects.select_for_update(of=("self",)).get(pk=recognition.pk)
    if planned_on < clock.today():
        raise Refused(_("An inspection is planned for today or later."))
    if kept.events.filter(kind__in=RecognitionEvent.ENDING).exists():
        raise Refused(_("The recognition has ended; there is nothing to inspect."))
    if kept.inspections.filter(finding="").exists():
        raise Refused(_("An inspection of this product is planned already."))
    made = Inspection.objects.create(
        recognition=kept,
        area=_unit_of(by, kept),
        planned_on=planned_on,
        reason=text.nfc(reason),
        entered_by=by,
    )
    # The record is in the administration's language, whoever's screen it was made on.
    with translation.override("vi"):
        InspectionLine.objects.bulk_create(
            InspectionLine(inspection=made, criterion=criterion, words=words[:LONGEST], position=place)
            for place, (criterion, words) in enumerate(checklist(kept), start=1)
        )
    auditing.record("inspection.planned", made, by=by, area=kept.area, planned_on=planned_on.isoformat())
    return made


def checklist(recognition: Recognition) -> Iterator[tuple[Criterion | None, str]]:
    """What is to be checked: the floors up to its star and the knock-outs of the set that its dossier pinned,
    then how the mark is used and whether it is still made. A recognition from paper has the last ones only.
    """
    criteria_set = recognition.dossier.criteria_set if recognition.dossier else None
    if criteria_set is not None:
        case = recognition.dossier.case if recognition.dossier else None
        yield from _floors(criteria_set, case, recognition.stars)
        for criterion in criteria_set.criteria.exclude(knockout=""):
            yield criterion, _("Knock-out: %(words)s") % {"words": criterion.knockout}
        if criteria_set.knockout:
            yield None, _("Knock-out: %(words)s") % {"words": criteria_set.knockout}
    yield None, _("The OCOP mark and the stars on labels are those recognised")
    yield None, _("The labels carry what the law asks for, and the certificate is not past its last day")
    yield None, _("The product is still made, at the place and by the organisation recognised")


@transaction.atomic
def record(
    inspection: Inspection,
    outcome: Outcome,
    *,
    done_on: date,
    lines: Mapping[int, Checked],
    by: User,
    version: int | None = None,
) -> Inspection:
    """Write what an inspection found, line by line and in all. A finding that is written stays.

    Raises ``Refused`` for an impossible day, a finding that the lines contradict, no remedy or term, no
    ground; ``ChangedMeanwhile``; ``PermissionDenied`` for anyone but an officer over the commune.
    """
    kept = _locked(inspection, by)
    if kept.finding or (version is not None and version != kept.version):
        raise ChangedMeanwhile(_("The inspection was written down by another person meanwhile."))
    if not _first_day(kept) <= done_on <= clock.today():
        raise Refused(_("The inspection was carried out between the recognition and today."))
    _refuse_outcome(outcome, done_on, [lines[row.pk].conforms for row in kept.lines.all() if row.pk in lines])
    for row in kept.lines.all():
        found = lines.get(row.pk, Checked(None))
        row.conforms, row.note = found.conforms, text.nfc(found.note)
        row.save(update_fields=["conforms", "note"])
    kept.done_on, kept.finding, kept.words = done_on, outcome.finding, text.nfc_lines(outcome.words)
    if outcome.finding == Finding.TO_MEND:
        kept.remedy, kept.remedy_due_on = text.nfc_lines(outcome.remedy), outcome.remedy_due_on
    if outcome.finding == Finding.TO_REVOKE:
        kept.ground = outcome.ground
    kept.version += 1
    kept.save()
    area = kept.recognition.area
    auditing.record("inspection.recorded", kept, by=by, area=area, finding=kept.finding)
    inspection.refresh_from_db()
    return inspection


@transaction.atomic
def mended(inspection: Inspection, *, remedied_on: date, by: User) -> Inspection:
    """Write that what was to be mended is mended. The same day again has no further effect.

    Raises ``Refused`` where nothing was to be mended, it is mended already, or for an impossible day.
    """
    kept = _locked(inspection, by)
    if kept.finding != Finding.TO_MEND or kept.done_on is None:
        raise Refused(_("Nothing was to be mended."))
    if kept.remedied_on == remedied_on:
        return kept
    if kept.remedied_on:
        raise Refused(_("It is written down already as mended on %(day)s.") % {"day": _day(kept.remedied_on)})
    if not kept.done_on <= remedied_on <= clock.today():
        raise Refused(_("It was mended between the inspection and today."))
    kept.remedied_on = remedied_on
    kept.version += 1
    kept.save()
    day = remedied_on.isoformat()
    auditing.record("inspection.mended", kept, by=by, area=kept.recognition.area, remedied_on=day)
    inspection.refresh_from_db()
    return inspection


def _floors(criteria_set: CriteriaSet, case: int | None, stars: int) -> Iterator[tuple[Criterion, str]]:
    """Each criterion with a floor up to the star (in the dossier's case), and the least asked for there."""
    options = CriterionOption.objects.filter(
        Q(case=None) | Q(case=case), criterion__criteria_set=criteria_set, floor_for__lte=stars
    )
    highest: dict[int, CriterionOption] = {}
    for option in options.select_related("criterion").order_by("criterion__position", "floor_for"):
        highest[option.criterion_id] = option
    for option in highest.values():
        facts = {"criterion": option.criterion, "least": option.label}
        yield option.criterion, _("%(criterion)s: at least “%(least)s”") % facts


def _locked(inspection: Inspection, by: User) -> Inspection:
    rows = Inspection.objects.select_for_update(of=("self",)).select_related("recognition__area")
    kept = cast(Inspection, rows.get(pk=inspection.pk))
    may_inspect(by, kept.recognition).require()
    return kept


def _unit_of(user: User, recognition: Recognition) -> Area:
    """The unit for which the officer inspects: that of the first post over the commune."""
    posts = Post.objects.of(user).working().filter(role=Role.OFFICER, area__covers__covered=recognition.area)
    return posts.select_related("area").order_by("pk")[0].area


def _first_day(inspection: Inspection) -> date:
    return inspection.recognition.recognised_on or date.min


def _refuse_outcome(outcome: Outcome, done_on: date, lines: list[bool | None]) -> None:
    if outcome.finding not in Finding.values:
        raise Refused(_("Choose the finding."))
    if outcome.finding == Finding.CONFORMS and (not lines or not all(lines)):
        raise Refused(_("The finding is “conforms” only where every line of the checklist does."))
    if outcome.finding == Finding.TO_MEND:
        due = outcome.remedy_due_on
        if not text.nfc_lines(outcome.remedy) or due is None or due < done_on:
            raise Refused(_("Say what is to be mended, and by which day after the inspection."))
    if outcome.finding == Finding.TO_REVOKE and not outcome.ground:
        raise Refused(_("Name the ground on which the recognition is revoked."))


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
