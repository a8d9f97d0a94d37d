"""The agreed result: computed from the last pass, frozen with everything it follows from, and locked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from ocop_portal.lib import clock, text

from . import freezing, records, scoring, seating, sitting, tallying, workflow
from .models import AgendaItem, AgreedChoice, Council, Dossier, Result, Session
from .tallying import Tally
from .workflow import Refused

State = AgendaItem.State


@transaction.atomic
def agree_choices(
    item: AgendaItem, given: Mapping[str, int], *, by: User, version: int | None = None
) -> AgendaItem:
    """Record the council's agreed option (0: none fits) for criteria with floors, where its statute asks.

    Raises ``Refused`` for an option that the case doesn't offer, while a pass is open or after the result.
    """
    fresh = sitting.running(item, by=by, version=version)
    tally = tallying.of(fresh)
    _refuse_unfinished(tally)
    outline = tally.outline
    for code, position in given.items():
        asked = outline.items.get(code) if outline else None
        choice = asked.choice(position, fresh.case) if asked else None
        if asked is None or (choice is None and not (position == 0 and asked.none_may_fit(fresh.case))):
            raise Refused(_("Criterion %(code)s has no such option.") % {"code": code})
        option = choice.pk if choice else None
        AgreedChoice.objects.update_or_create(
            item=fresh, criterion_id=asked.pk, defaults={"option_id": option}
        )
    auditing.record("item.choices_agreed", fresh, by=by, area=tally.council.area, choices=dict(given))
    fresh.version += 1
    fresh.save()
    return fresh


def to_be_agreed(tally: Tally) -> list[str]:
    """The criteria in which the council's choice decides a floor and is not recorded yet."""
    if tally.council.floor_by != Council.FloorBy.AGREED or tally.rules is None:
        return []
    asked = sorted({floor.criterion for floor in tally.rules.floors}, key=records.in_order)
    sheets = [marks.chosen for marks in tally.last.closed] if tally.last else []
    rules, case = tally.rules, tally.item.case
    scored = [c for c in asked if any(scoring.applies(rules, c, s, case=case) for s in sheets)]
    return [code for code in scored if code not in tally.agreed]


@transaction.atomic
def agree(
    item: AgendaItem,
    *,
    by: User,
    conclusion: str = "",
    on: date | None = None,
    version: int | None = None,
) -> Result:
    """Agree on the result of the last pass: freeze it, and move the dossier to *result entered*.

    A, B and C are the means as printed, the total their sum; the star the lower of the band and of what the
    floors allow; a knock-out gives none. Agreeing twice gives the result that there is. Raises ``Refused``
    while sheets are missing, the totals differ too much, a motion is open or an agreed choice is missing.
    """
    day = on or clock.today()
    fresh = sitting.locked(item)
    seating.may_run(by, fresh.session.council).require()
    if found := Result.objects.filter(agenda_item=fresh).first():
        return found
    fresh = sitting.running(fresh, by=by, version=version)
    tally = tallying.of(fresh)
    _refuse_unready(tally)
    dossier = workflow.locked(fresh.dossier, None)
    workflow.require(dossier, Dossier.State.SCORED, by=by, on=day)
    fresh.conclusion = text.nfc_lines(conclusion) or fresh.conclusion
    fresh.state = State.AGREED
    fresh.version += 1
    fresh.save()
    result = _freeze(tally, fresh, dossier, by=by, on=day)
    workflow.move(dossier, Dossier.State.SCORED, by=by, on=day)
    auditing.record(
        "result.agreed",
        result,
        by=by,
        area=tally.council.area,
        total=str(result.total),
        granted=result.granted,
        digest=result.digest,
    )
    return result


@transaction.atomic
def turn_into_meeting(item: AgendaItem, *, by: User, on: date) -> AgendaItem:
    """Put a dossier whose written opinions differ on the agenda of a meeting on the day; its item there.

    Opinions differ when the members' own sheets come to different stars (or their totals by more than the
    statute allows): the stars are what is decided, points may differ within them. All such dossiers of a
    session go to one meeting; the written opinions are kept. Doing it twice gives the same item.
    """
    fresh = sitting.running(item, by=by)
    session = fresh.session
    if session.kind != Session.Kind.WRITTEN:
        raise Refused(_("Only written opinions are turned into a meeting."))
    if fresh.state == State.POSTPONED and session.turned_into:
        return session.turned_into.items.get(dossier=fresh.dossier)
    if fresh.state != State.DISCUSSION:
        raise Refused(_("The opinions don't differ, or not all of them are in."))
    meeting = _meeting_for(session, on, by=by)
    fresh.state = State.POSTPONED
    fresh.version += 1
    fresh.save()
    place = meeting.items.count() + 1
    made = AgendaItem.objects.create(
        session=meeting, dossier=fresh.dossier, position=place, case=fresh.case, advice=fresh.advice
    )
    auditing.record("item.turned_into_meeting", fresh, by=by, area=session.council.area, meeting=meeting.pk)
    return made


def _meeting_for(session: Session, on: date, *, by: User) -> Session:
    if on < clock.today():
        raise Refused(_("The meeting can't be on a day that is over."))
    found = session.turned_into
    if found and found.state != Session.State.PLANNED:
        raise Refused(_("The meeting for divided opinions has begun already."))
    if found is None:
        found = Session.objects.create(council=session.council, round=session.round, on=on, created_by=by)
        session.turned_into = found
        session.save(update_fields=["turned_into"])
        auditing.record("session.planned", found, by=by, area=session.council.area, out_of=session.pk)
    return found


def _refuse_unfinished(tally: Tally) -> None:
    if tally.last is None or tally.last.is_open:
        raise Refused(_("Finish the scoring pass first."))
    if tally.item.state not in (State.SCORING, State.DISCUSSION):
        raise Refused(_("The result is agreed and does not change any more."))


def _refuse_unready(tally: Tally) -> None:
    _refuse_unfinished(tally)
    if any(motion.closed_at is None for motion in tally.motions):
        raise Refused(_("Count the votes on the knock-out first."))
    if tally.carried:
        return
    if tally.item.state == State.DISCUSSION or tally.over:
        raise Refused(_("The members' totals differ too much: record the discussion and score again."))
    if tally.last is None or not tally.last.closed:
        raise Refused(_("There is no sheet from which a result could follow."))
    if missing := to_be_agreed(tally):
        listed = ", ".join(missing)
        raise Refused(_("The council's agreed choice is missing in: %(codes)s.") % {"codes": listed})


def _freeze(tally: Tally, item: AgendaItem, dossier: Dossier, *, by: User, on: date) -> Result:
    score = tally.score
    if score is None:
        raise Refused(_("There is no sheet from which a result could follow."))
    knockout = "\n".join([*score.findings, *(rule.words for rule in score.knocked_out)])
    with translation.override("vi"):  # what is frozen is a record in the administration's language
        frozen = records.content_of(tally, item, on)
    return Result.objects.create(
        dossier=dossier,
        level=tally.council.level,
        part_a=score.parts["A"],
        part_b=score.parts["B"],
        part_c=score.parts["C"],
        total=score.total,
        stars=score.band,
        held=score.held,
        knockout=knockout,
        agenda_item=item,
        frozen=frozen,
        digest=freezing.digest_of(frozen),
        assessed_on=item.session.on if item.session.on <= on else on,
        council=tally.council.name,
        note=item.conclusion,
        entered_by=by,
    )
