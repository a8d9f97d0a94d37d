"""One dossier before the council: its sheets side by side, what is moved, discussed and agreed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ocop_portal.lib import numbers

from .. import agreeing, declaring, seating, sitting, tallying, voting
from ..models import AgendaItem, Council, CouncilMember, KnockoutMotion
from ..tallying import PassTally, Tally
from .council_acts import ACTS
from .council_scope import crumbs
from .dossiers import SignedIn
from .member_sheets import in_open_session, refuse_recused
from .refusals import tells_refusals


def item_of(request: SignedIn, pk: int) -> AgendaItem:
    """The item in the person's sight: his council's, or of a unit that he reads."""
    seen = Council.objects.open_to(request.user).values("pk")
    rows = AgendaItem.objects.filter(session__council__in=seen).select_related(*tallying.RELATED)
    return get_object_or_404(rows, pk=pk)


@require_safe
@tells_refusals
def council_item(request: SignedIn, pk: int) -> HttpResponse:
    item = item_of(request, pk)
    refuse_recused(request.user, item)
    return render(request, "ratings/council/item.html", context(request, item))


@require_POST
@tells_refusals
def council_act(request: SignedIn, pk: int, act: str) -> HttpResponse:
    item = item_of(request, pk)
    if act not in ACTS:
        raise Http404
    version = numbers.key(request.POST.get("version", ""))
    messages.success(request, ACTS[act](item, request.POST, request.user, version))
    return redirect("ratings:council_item", pk)


@require_POST
@tells_refusals
def knockout_move(request: SignedIn, pk: int) -> HttpResponse:
    code, finding = request.POST.get("code", ""), request.POST.get("finding", "")
    voting.move_knockout(item_of(request, pk), code, finding, by=request.user)
    messages.success(request, _("The knock-out is put to the vote."))
    return redirect("ratings:council_item", pk)


@require_POST
@tells_refusals
def knockout_vote(request: SignedIn, pk: int, motion: int) -> HttpResponse:
    found = _motion(request, pk, motion)
    voting.vote(found, request.POST.get("vote") == "yes", by=request.user)
    messages.success(request, _("Your vote is recorded."))
    return redirect("ratings:council_item", pk)


@require_POST
@tells_refusals
def knockout_count(request: SignedIn, pk: int, motion: int) -> HttpResponse:
    counted = voting.count_votes(_motion(request, pk, motion), by=request.user)
    told = _("The knock-out is carried.") if counted.carried else _("The knock-out is not carried.")
    messages.success(request, told)
    return redirect("ratings:council_item", pk)


def context(request: SignedIn, item: AgendaItem) -> dict[str, Any]:
    """What the page shows this person."""
    tally = tallying.of(item)
    runs = bool(seating.may_run(request.user, item.session.council))
    mine = set(CouncilMember.objects.held_by(request.user).values_list("pk", flat=True))
    return {
        "item": item,
        "session": item.session,
        "dossier": item.dossier,
        "tally": tally,
        "runs": runs and in_open_session(item),
        "shown": tally.sees(request.user, runs),
        "passes": [_grid(tally, each, tally.sees(request.user, runs, each)) for each in tally.passes],
        "mine": _own_sheet(tally, mine),
        "recused": [(seat, tally.recused[seat.pk]) for seat in tally.seats if seat.pk in tally.recused],
        "knockouts": voting.knockouts_of(item) if in_open_session(item) else {},
        "motions": [_shown(motion, mine) for motion in tally.motions],
        "votes": any(seat.pk in mine and seat.pk not in tally.recused for seat in tally.seats),
        "to_agree": _to_agree(tally) if runs else [],
        "spread": sitting.spread_in_words(tally),
        "undeclared": declaring.standing(item).missing if item.state == "waiting" else [],
        "late": _latecomers(tally) if runs else [],
        "crumbs": crumbs(request, session=item.session),
        "result": getattr(item, "result", None),
        "kinds": [("xlsx", "Excel"), ("pdf", "PDF")],
    }


def _latecomers(tally: Tally) -> list[CouncilMember]:
    if tally.last is None or not tally.last.is_open:
        return []
    known = {marks.member.pk for marks in tally.last.marks if marks.sheet}
    return sitting.latecomers(tally.item, known)


def _motion(request: SignedIn, pk: int, motion: int) -> KnockoutMotion:
    return get_object_or_404(item_of(request, pk).motions.select_related("item"), pk=motion)


def _shown(motion: KnockoutMotion, mine: set[int]) -> dict[str, Any]:
    """A motion with its votes as counted; before the count everybody sees his own vote alone."""
    votes = list(motion.votes.all())
    return {
        "motion": motion,
        "cast": len(votes),
        "yes": sum(vote.in_favour for vote in votes),
        "no": sum(not vote.in_favour for vote in votes),
        "own": next((vote for vote in votes if vote.member_id in mine), None),
    }


def _own_sheet(tally: Tally, mine: set[int]) -> Any:
    marks = tally.last.marks if tally.last else []
    return next((each for each in marks if each.sheet and each.member.pk in mine), None)


def _grid(tally: Tally, each: PassTally, shown: bool) -> dict[str, Any]:
    """Criteria × members of one pass; only where the person may see it."""
    outline = tally.outline
    closed = each.closed if shown else []
    rows = [
        {
            "code": asked.code,
            "title": asked.title,
            "most": asked.max_points,
            "points": [marks.score.points[asked.code] if marks.score else None for marks in closed],
            "mean": each.score.points[asked.code] if each.score else None,
        }
        for asked in (outline.items.values() if outline and closed else ())
    ]
    return {"tally": each, "shown": shown, "closed": closed, "rows": rows}


def _to_agree(tally: Tally) -> list[dict[str, Any]]:
    """The criteria in which the council's agreed choice decides a floor, with the options."""
    if tally.outline is None or tally.last is None or tally.last.is_open or tally.item.state == "agreed":
        return []
    codes = [*agreeing.to_be_agreed(tally), *tally.agreed]
    outline = tally.outline
    return [
        {
            "item": outline.items[code],
            "choices": outline.items[code].offered(tally.item.case),
            "none": outline.items[code].none_may_fit(tally.item.case),
            "chosen": tally.agreed.get(code, -1),
        }
        for code in sorted(codes, key=list(outline.items).index)
    ]
