"""Pages of a council member: his sheets, one sheet, handing it in, the evidence behind a criterion."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from ocop_portal.lib import clock

from .. import declaring, marking, sitting, tallying
from ..answering import UNSET
from ..models import AgendaItem, Council, CouncilMember, ScoreSheet, Session
from ..own_sheets import OwnSheet
from ..workflow import Refused, Stale
from . import member_sheet, sheet_page
from .autosaving import SignedIn, answers_json, conflict, saved
from .refusals import tells_refusals


def _sheets(request: SignedIn) -> QuerySet[ScoreSheet]:
    """The person's own sheets; another's is not found, whoever asks."""
    related = [f"scoring_pass__item__{path}" for path in tallying.RELATED]
    own = ScoreSheet.objects.filter(member__in=CouncilMember.objects.held_by(request.user))
    return own.select_related("member__user", *related)


def _sheet(request: SignedIn, pk: int) -> tuple[ScoreSheet, OwnSheet]:
    found = get_object_or_404(_sheets(request), pk=pk)
    sheet = tallying.sheet_with_choices(found)
    if sheet is None:
        raise Http404
    refuse_recused(request.user, found.scoring_pass.item)
    return found, sheet


@require_safe
def my_sheets(request: SignedIn) -> HttpResponse:
    rows = _sheets(request).order_by("-scoring_pass__item__session__on", "scoring_pass__item__position")
    waiting = rows.filter(pk__in=marking.waiting(request.user).order_by().values("pk"))
    # Today first, then the days to come, the nearest first.
    today = clock.today()
    ordered = sorted(waiting, key=lambda s: abs((s.scoring_pass.item.session.on - today).days))
    context = {"waiting": ordered, "closed": rows.exclude(closed_at=None)[:100], "today": today}
    return render(request, "ratings/council/my_sheets.html", context)


@tells_refusals
def sheet(request: SignedIn, pk: int) -> HttpResponse:
    found, own = _sheet(request, pk)
    if request.method != "POST":
        return render(request, "ratings/council/sheet.html", member_sheet.context(found, own))
    refused = _save_all(request, found, own)
    found, own = _sheet(request, pk)
    if refused:
        context = member_sheet.context(found, own, refused)
        return render(request, "ratings/council/sheet.html", context, status=409)
    messages.success(request, _("Saved.") + " " + sheet_page.in_words(own))
    return redirect("ratings:sheet_close" if request.POST.get("then") == "close" else "ratings:sheet", pk)


def _save_all(request: SignedIn, found: ScoreSheet, own: OwnSheet) -> dict[str, str]:
    """Save what differs from what stands; what is refused, by the criterion's number."""
    refused: dict[str, str] = {}
    for code, given in sheet_page.given_in(request.POST, own.outline.items).items():
        stands = _option(own, code), own.answers[code].note if code in own.answers else ""
        option = stands[0] if given.option is UNSET else given.option
        note = stands[1] if given.note is UNSET else given.note
        if (option, note) == stands:
            continue
        try:
            marking.choose(found, code, by=request.user, option=option, note=note, version=given.version)
        except Refused as problem:
            refused[code] = str(problem)
    return refused


@answers_json
def sheet_save(request: SignedIn, pk: int, code: str) -> JsonResponse:
    found, own = _sheet(request, pk)
    if code not in own.outline.items:
        raise Http404
    given = sheet_page.given(*(request.POST.get(name) for name in ("option", "note", "version")))
    option = _option(own, code) if given.option is UNSET else given.option
    note = None if given.note is UNSET else given.note
    try:
        choice = marking.choose(found, code, by=request.user, option=option, note=note, version=given.version)
    except Stale as stale:
        _found, now = _sheet(request, pk)
        stands = now.answers[code]
        theirs = sheet_page.stands(now, stands, code)
        return conflict(stale, stands.version, theirs)
    return saved(choice.version, **member_sheet.standing_json(_sheet(request, pk)[1]))


@tells_refusals
def sheet_close(request: SignedIn, pk: int) -> HttpResponse:
    found, own = _sheet(request, pk)
    if request.method == "POST":
        marking.close(found, by=request.user, opinion=request.POST.get("opinion", ""))
        messages.success(request, _("Your sheet is handed in.") + " " + sheet_page.in_words(own))
        return redirect("ratings:council_item", found.scoring_pass.item_id)
    context = member_sheet.context(found, own)
    context["open_items"] = member_sheet.open_items(own)
    return render(request, "ratings/council/sheet_close.html", context)


@require_POST
@tells_refusals
def sheet_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Whoever runs the session gives a sheet back; the sheet is found through the session."""
    seen = Council.objects.open_to(request.user).values("pk")
    rows = ScoreSheet.objects.filter(scoring_pass__item__session__council__in=seen)
    found = get_object_or_404(rows, pk=pk)
    sitting.reopen(found, request.POST.get("reason", ""), by=request.user)
    messages.success(request, _("The sheet is given back to its member."))
    return redirect("ratings:council_item", found.scoring_pass.item_id)


def refuse_recused(user: User, item: AgendaItem) -> None:
    """A member with an interest sees nothing of the dossier's scoring before its result."""
    if item.state != AgendaItem.State.AGREED:
        declaring.may_read(item, user).require()


def in_open_session(item: AgendaItem) -> bool:
    """Whether acts on the dossier may be offered."""
    return item.session.state == Session.State.OPEN


def _option(own: OwnSheet, code: str) -> int | None:
    """The option as it stands, for what was sent without one."""
    answer = own.answers.get(code)
    return 0 if answer and answer.none_fits else own.chosen(code)
