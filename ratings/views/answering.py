"""Pages of the self-assessment (Form 02, part III), and the address that saves one criterion at a time."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ocop_portal.lib import numbers

from .. import answering, own_sheets
from ..answering import Given
from ..criteria import outline as outlines
from ..criteria.outline import Group
from ..models import Dossier
from ..own_sheets import OwnSheet
from ..workflow import Refused
from . import sheet_page
from .autosaving import SignedIn, answers_json, conflict, saved
from .refusals import tells_refusals


def _dossier(request: SignedIn, pk: int) -> Dossier:
    """The dossier in the person's scope; out of scope is not found."""
    related = ("product", "area", "criteria_set")
    return get_object_or_404(Dossier.objects.visible_to(request.user).select_related(*related), pk=pk)


@tells_refusals
def self_assessment(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    sheet = own_sheets.of(found)
    if request.method == "POST":
        return _save(request, found, sheet)
    if sheet is None:
        return render(request, "ratings/self_assessment_none.html", {"dossier": found})
    return _page(request, sheet_page.Page(found, sheet, request.user))


@tells_refusals
def self_assessment_group(request: SignedIn, pk: int, group: str) -> HttpResponse:
    found = _dossier(request, pk)
    sheet = own_sheets.of(found)
    asked = sheet.outline.group(group) if sheet else None
    if sheet and asked is None:
        raise Http404
    if request.method == "POST":
        return _save(request, found, sheet, asked)
    if sheet is None:
        return render(request, "ratings/self_assessment_none.html", {"dossier": found})
    return _page(request, sheet_page.Page(found, sheet, request.user), asked)


def _page(
    request: SignedIn,
    page: sheet_page.Page,
    group: Group | None = None,
    typed: dict[str, Given] | None = None,
    refused: dict[str, Refused] | None = None,
) -> HttpResponse:
    """The whole sheet or one group of it, with what was refused; 409 where another person was first."""
    context = page.context(group, typed, refused)
    template = "ratings/self_assessment.html"
    if group:
        template = "ratings/self_assessment_group.html"
        context |= sheet_page.around(page.sheet.outline, group)
    late = any(isinstance(problem, answering.StaleAnswer) for problem in (refused or {}).values())
    return render(request, template, context, status=409 if late else 200)


def _save(
    request: SignedIn, found: Dossier, sheet: OwnSheet | None, group: Group | None = None
) -> HttpResponse:
    """Save all that the form sent; what is refused comes back with the text typed, the rest is kept."""
    items = group.items if group else (sheet.outline.items.values() if sheet else ())
    typed = sheet_page.given_in(request.POST, [item.code for item in items])
    refused = answering.answer_all(found, typed, by=request.user)
    now = own_sheets.of(found)
    if now is None:
        raise Http404
    if refused:
        return _page(request, sheet_page.Page(found, now, request.user), group, typed, refused)
    messages.success(request, _("Saved.") + " " + sheet_page.in_words(now))
    return redirect(_onward(request, found, now, group))


def _onward(request: SignedIn, found: Dossier, sheet: OwnSheet, group: Group | None) -> str:
    """From a group to the next one where the person asked for it, else to the whole sheet."""
    if group and request.POST.get("then") == "next":
        after = sheet_page.around(sheet.outline, group)["after"]
        if after:
            return reverse("ratings:self_assessment_group", args=[found.pk, after.code])
    return reverse("ratings:self_assessment", args=[found.pk])


@require_POST
@tells_refusals
def self_assessment_case(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    seen, case = (numbers.key(request.POST.get(name, "")) for name in ("version", "case"))
    cleared = answering.choose_case(found, case or 0, by=request.user, version=seen)
    told = ngettext(
        "The case is chosen; %(count)s answer of the other case was taken back, its note is kept.",
        "The case is chosen; %(count)s answers of the other case were taken back, their notes are kept.",
        cleared,
    )
    messages.success(request, told % {"count": cleared} if cleared else _("The case is chosen."))
    return redirect("ratings:self_assessment", pk)


@answers_json
def answer_save(request: SignedIn, pk: int, code: str) -> JsonResponse:
    found = _dossier(request, pk)
    if found.criteria_set and code not in outlines.outline_of(found.criteria_set).items:
        raise Http404
    typed = sheet_page.given(*(request.POST.get(name) for name in ("option", "note", "version")))
    try:
        answer = answering.answer(
            found, code, by=request.user, option=typed.option, note=typed.note, version=typed.version
        )
    except answering.StaleAnswer as stale:
        sheet = own_sheets.of(found)
        theirs = sheet_page.stands(sheet, stale.answer, code) if sheet else {}
        return conflict(stale, stale.answer.version, theirs)
    sheet = own_sheets.of(found)
    return saved(answer.version, **(sheet_page.standing_json(found, sheet) if sheet else {}))
