"""The council at work on one dossier: passes, sheets, the case, the discussion (the council's statute).

A sheet is its member's alone. Whoever runs the session (its secretary, or an officer of the unit) opens and
finishes passes. What the statute says (quorum, spread) stands on the council.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from ocop_portal.lib import clock, text

from . import convening, declaring, levels, marking, seating, tallying
from .criteria import outline as outlines
from .models import AgendaItem, CouncilMember, Dossier, ScoreSheet, ScoringPass, Session, SheetChoice
from .workflow import Refused, Stale

State = AgendaItem.State
OPEN_DOSSIER = (Dossier.State.ACCEPTED, Dossier.State.FORWARDED)


def locked(item: AgendaItem, version: int | None = None) -> AgendaItem:
    """The item's row as it is now, locked until the transaction ends; ``Stale`` for an older one."""
    rows = AgendaItem.objects.select_for_update(of=("self",)).select_related(*tallying.RELATED)
    fresh = rows.get(pk=item.pk)
    if version is not None and version != fresh.version:
        raise Stale(_("Somebody changed this since you opened the page. Look at it as it is now."))
    return fresh


def running(item: AgendaItem, *, by: User, version: int | None = None) -> AgendaItem:
    """The item, locked, for whoever runs its session while that is open; else refused with the reason."""
    fresh = locked(item, version)
    seating.may_run(by, fresh.session.council).require()
    if fresh.session.state != Session.State.OPEN:
        raise Refused(_("The session is not open."))
    return fresh


@transaction.atomic
def begin(item: AgendaItem, *, by: User, on: date | None = None, version: int | None = None) -> ScoringPass:
    """Open the first pass: a sheet for each member who is entitled to score.

    Raises ``Refused`` while the session is not open, a declaration of interest is missing, the quorum is not
    met (in a meeting), the dossier is not with the council, or no criteria set rates it.
    """
    fresh = running(item, by=by, version=version)
    if fresh.state != State.WAITING:
        raise Refused(_("The scoring of this dossier has begun already."))
    _refuse_wrong_dossier(fresh, on or clock.today())
    standing = declaring.standing(fresh)
    if waiting := standing.missing:
        names = ", ".join(str(member.user) for member in waiting)
        raise Refused(_("These members have not declared their interests: %(names)s.") % {"names": names})
    if not standing.quorum.met:
        raise Refused(standing.quorum.reason)
    if fresh.case is None:
        fresh.case = fresh.dossier.case
    fresh.state = State.SCORING
    return _open_pass(fresh, 1, "", by=by)


@transaction.atomic
def reopen(sheet: ScoreSheet, reason: str, *, by: User) -> ScoreSheet:
    """Give a sheet back to its member while the pass is open; the reason stands in the audit trail."""
    item = running(sheet.scoring_pass.item, by=by)
    fresh = marking.locked(sheet)
    if fresh.scoring_pass.closed_at is not None:
        raise Refused(_("This scoring pass is finished."))
    words = text.nfc_lines(reason)
    if not words:
        raise Refused(_("Say why."))
    if fresh.closed_at is not None:
        _give_back([fresh], item, words, by=by)
    return fresh


@transaction.atomic
def set_case(
    item: AgendaItem, case: int, *, by: User, confirmed: bool = False, version: int | None = None
) -> int:
    """Score the dossier in another case, on all sheets at once; how many choices were taken back.

    Once a sheet is closed this must be ``confirmed``: closed sheets are given back to their members. Raises
    ``Refused`` for a case that the set doesn't have, and when no pass is open or yet to be opened.
    """
    fresh = running(item, by=by, version=version)
    criteria_set = fresh.dossier.criteria_set
    outline = outlines.outline_of(criteria_set) if criteria_set else None
    if outline is None or case not in outline.cases:
        raise Refused(_("The criteria set has no such case."))
    opened = fresh.passes.filter(closed_at__isnull=True).first()
    if fresh.state != State.WAITING and opened is None:
        raise Refused(_("This scoring pass is finished."))
    if fresh.case == case:
        return 0
    cleared = _clear_for_case(fresh, opened, case, confirmed, by=by) if opened else 0
    was, fresh.case = fresh.case, case
    _save(fresh)
    area = fresh.session.council.area
    auditing.record("item.case_set", fresh, by=by, area=area, case=case, was=was, cleared=cleared)
    return cleared


@transaction.atomic
def finish_pass(
    item: AgendaItem, *, by: User, without: Collection[int] = (), version: int | None = None
) -> AgendaItem:
    """Finish the open pass. Totals that differ by more than the statute allows send it to the discussion.

    ``without`` are the members whose missing sheets are done without; all of them must be named, and the
    others still be a quorum. In written opinions, sheets that come to different stars are to be discussed
    too. Raises ``Refused`` for a missing sheet that is not named, without quorum, without an open pass.
    """
    fresh = running(item, by=by, version=version)
    opened = fresh.passes.filter(closed_at__isnull=True).first()
    if opened is None:
        raise Refused(_("This scoring pass is finished."))
    list(ScoreSheet.objects.select_for_update().filter(scoring_pass=opened).values_list("pk", flat=True))
    tally = tallying.of(fresh)
    last = tally.passes[-1]
    if unnamed := [m for m in last.missing if m.member.pk not in without]:
        names = ", ".join(str(marks.member.user) for marks in unnamed)
        raise Refused(_("These sheets are not in yet: %(names)s.") % {"names": names})
    if not tally.quorum_of_sheets.met:
        raise Refused(tally.quorum_of_sheets.reason)
    opened.closed_at = timezone.now()
    opened.save(update_fields=["closed_at"])
    written = fresh.session.kind == Session.Kind.WRITTEN
    fresh.state = State.DISCUSSION if tally.over or (written and last.divided) else State.SCORING
    _save(fresh)
    auditing.record(
        "item.pass_finished",
        fresh,
        by=by,
        area=fresh.session.council.area,
        number=opened.number,
        spread=str(last.spread),
        without=[str(marks.member.user) for marks in last.missing],
        state=fresh.state,
    )
    return fresh


@transaction.atomic
def discuss(item: AgendaItem, words: str, *, by: User, version: int | None = None) -> AgendaItem:
    """Record what was discussed; it goes into the minutes."""
    fresh = running(item, by=by, version=version)
    if fresh.state == State.AGREED:
        raise Refused(_("The result is agreed and does not change any more."))
    fresh.discussion = text.nfc_lines(words)
    _save(fresh)
    auditing.record("item.discussed", fresh, by=by, area=fresh.session.council.area)
    return fresh


@transaction.atomic
def score_again(item: AgendaItem, reason: str, *, by: User, version: int | None = None) -> ScoringPass:
    """Open the next pass with empty sheets; the former ones are kept as they are.

    Raises ``Refused`` without a reason, without a recorded discussion where the totals differed too much,
    while a pass is open, and for written opinions, which are taken up in a meeting instead.
    """
    fresh = running(item, by=by, version=version)
    words = text.nfc_lines(reason)
    if not words:
        raise Refused(_("Say why."))
    if fresh.session.kind == Session.Kind.WRITTEN:
        raise Refused(_("Opinions that differ are taken up in a meeting."))
    if fresh.state == State.DISCUSSION and not fresh.discussion:
        raise Refused(_("Record the discussion first."))
    last = fresh.passes.order_by("number").last()
    if fresh.state not in (State.DISCUSSION, State.SCORING) or last is None or last.closed_at is None:
        raise Refused(_("A dossier is scored again once a pass is finished and before the result is agreed."))
    if not (quorum := declaring.standing(fresh).quorum).met:
        raise Refused(quorum.reason)
    fresh.state = State.SCORING
    return _open_pass(fresh, last.number + 1, words, by=by)


@transaction.atomic
def advise(item: AgendaItem, words: str, *, by: User, version: int | None = None) -> AgendaItem:
    """Put in the report of the advisory team, before the first pass: its members don't score."""
    fresh = locked(item, version)
    council = fresh.session.council
    if not seating.seats_of(by, council).filter(seat=CouncilMember.Seat.ADVISER).exists():
        seating.may_run(by, council).require()
    if fresh.state != State.WAITING:
        raise Refused(_("The scoring of this dossier has begun already."))
    fresh.advice, fresh.advice_by = text.nfc_lines(words), by
    _save(fresh)
    auditing.record("item.advised", fresh, by=by, area=council.area)
    return fresh


@transaction.atomic
def admit(item: AgendaItem, *, by: User) -> int:
    """Give members who came since the pass was opened their sheets; how many.

    They have declared their interests before. Raises ``Refused`` where no pass is open.
    """
    fresh = running(item, by=by)
    opened = fresh.passes.filter(closed_at__isnull=True).first()
    if opened is None:
        raise Refused(_("This scoring pass is finished."))
    late = latecomers(fresh, set(opened.sheets.values_list("member", flat=True)))
    ScoreSheet.objects.bulk_create(ScoreSheet(scoring_pass=opened, member=member) for member in late)
    if late:
        names = [str(member.user) for member in late]
        auditing.record("item.admitted", fresh, by=by, area=fresh.session.council.area, members=names)
    return len(late)


@transaction.atomic
def break_off(item: AgendaItem, reason: str, *, by: User, version: int | None = None) -> AgendaItem:
    """Put a dossier off in the middle of its scoring, so that it can go on another agenda; sheets are kept.

    Raises ``Refused`` without a reason, and for a dossier that is not being scored or discussed.
    """
    fresh = running(item, by=by, version=version)
    words = text.nfc_lines(reason)
    if not words:
        raise Refused(_("Say why."))
    if fresh.state not in (State.SCORING, State.DISCUSSION):
        raise Refused(_("The dossier is not being scored."))
    fresh.passes.filter(closed_at__isnull=True).update(closed_at=timezone.now())
    convening.put_off(fresh, words)
    auditing.record("item.broken_off", fresh, by=by, area=fresh.session.council.area, reason=words)
    return fresh


def scorers(item: AgendaItem) -> list[CouncilMember]:
    """Who gets a sheet: the members entitled to score who came and declared; in writing all of them."""
    standing = declaring.standing(item)
    written = item.session.kind == Session.Kind.WRITTEN
    return [member for member in standing.entitled if written or member.pk in standing.present]


def latecomers(item: AgendaItem, known: Collection[int]) -> list[CouncilMember]:
    """The members who may get a sheet and have none yet."""
    declared = declaring.standing(item).declared
    return [each for each in scorers(item) if each.pk not in known and each.pk in declared]


def _refuse_wrong_dossier(item: AgendaItem, on: date) -> None:
    dossier = item.dossier
    if dossier.state not in OPEN_DOSSIER or levels.level_now(dossier, on) != item.session.council.level:
        raise Refused(_("The dossier is not with this council now."))
    if dossier.criteria_set is None:
        raise Refused(_("No criteria set rates the dossier: enter the averages of the parts instead."))


def _open_pass(item: AgendaItem, number: int, reason: str, *, by: User) -> ScoringPass:
    made = ScoringPass.objects.create(item=item, number=number, reason=reason)
    members = scorers(item)
    ScoreSheet.objects.bulk_create(ScoreSheet(scoring_pass=made, member=member) for member in members)
    _save(item)
    area = item.session.council.area
    auditing.record("item.pass_opened", item, by=by, area=area, number=number, reason=reason)
    return made


def _clear_for_case(item: AgendaItem, opened: ScoringPass, case: int, confirmed: bool, *, by: User) -> int:
    """Take back, on every sheet of the pass, what another case offered."""
    sheets = list(ScoreSheet.objects.select_for_update().filter(scoring_pass=opened))
    if closed := [sheet for sheet in sheets if sheet.closed_at is not None]:
        if not confirmed:
            raise Refused(
                _("%(count)s sheets are closed; changing the case gives them back: confirm it.")
                % {"count": len(closed)}
            )
        _give_back(closed, item, _("The case of the dossier was changed."), by=by)
    outline = outlines.outline_of(item.dossier.criteria_set)  # type: ignore[arg-type]
    theirs = [each.pk for each in outline.items.values() if each.cases]
    other = Q(option__case__isnull=False) & ~Q(option__case=case) | Q(none_fits=True)
    affected = SheetChoice.objects.filter(other, sheet__in=sheets, criterion__in=theirs)
    return affected.update(option=None, none_fits=False, version=F("version") + 1)


def _give_back(sheets: Collection[ScoreSheet], item: AgendaItem, reason: str, *, by: User) -> None:
    for sheet in sheets:
        sheet.closed_at = None
        sheet.version += 1
        sheet.save(update_fields=["closed_at", "version"])
        area = item.session.council.area
        auditing.record("sheet.reopened", sheet, by=by, area=area, reason=reason)


def _save(item: AgendaItem) -> None:
    item.version += 1
    item.save()


def spread_in_words(tally: tallying.Tally) -> str:
    """The spread of the members' totals beside what the statute allows, in words."""
    spread = tally.last.spread if tally.last else None
    if spread is None:
        return ""
    return _("The members' totals differ by %(spread)s points; at most %(most)s are allowed.") % {
        "spread": number_format(spread, 2),
        "most": number_format(tally.council.spread_points, 2),
    }
