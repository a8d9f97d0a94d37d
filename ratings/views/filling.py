"""Pages of the sections of Forms 01 and 02: one section a page, saved as a whole or field by field."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, ChoiceField
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import completeness, filing, filling, workflow
from ..forms.sections import SectionForm, form_of
from ..models import Dossier
from ..sections import BY_KEY, CRITERIA, Section
from . import section_pages
from .dossiers import SignedIn, _dossier
from .refusals import tells_refusals


def _section(dossier: Dossier, key: str) -> Section:
    """The section of the dossier's forms that has its page here; any other is not found."""
    section = BY_KEY.get(key)
    if section is None or section == CRITERIA or dossier.criteria_set is None:
        raise Http404
    return section


@tells_refusals
def dossier_section(request: SignedIn, pk: int, key: str) -> HttpResponse:
    found = _dossier(request, pk)
    section = _section(found, key)
    state = next(one for one in filling.state_of(found) if one.section == section)
    if not (state.is_open and filing.may_fill_in(found, request.user)):
        return _only_read(request, found, section)
    form = form_of(found, section, request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            filling.fill(found, key, form.contents, by=request.user, version=version)
        except workflow.Stale as stale:
            form.keep_text_of_a_late_writer(str(stale), _version_now(request, pk, section))
            status = 409
        else:
            goes_on = "continue" in request.POST
            following = section_pages.after(found, section, request.user) if goes_on else ""
            return redirect(following or "ratings:dossier", *([] if following else [pk]))
    context = _context(found, state) | {"form": form}
    return render(request, "ratings/section.html", context, status=status)


def _only_read(request: SignedIn, found: Dossier, section: Section) -> HttpResponse:
    """The section to read; a form sent all the same is refused with the reason."""
    verdict = filing.may_fill_in(found, request.user)
    if request.method == "POST":
        verdict.require()
        raise workflow.Refused(_("Only what was returned may be changed; this section was not."))
    content = completeness.contents_of(found).get(section.key, {})
    reading = section_pages.read(found, section, content, personal=bool(verdict))
    context = {"dossier": found, "section": section, "reading": reading}
    return render(request, "ratings/section_read.html", context)


def _version_now(request: SignedIn, pk: int, section: Section) -> int:
    return filling.saved(_dossier(request, pk), section).version


def _context(found: Dossier, state: filling.SectionState) -> dict[str, Any]:
    section = state.section
    return {
        "dossier": found,
        "section": section,
        "state": state,
        "saved": filling.saved(found, section),
        "known": section_pages.known_of(found, section),
        "classified": section_pages.classified(found),
    }


@require_POST
def dossier_section_save(request: SignedIn, pk: int, key: str) -> JsonResponse:
    """Save what changed while one types: ``{version, saved_at}``, or why it was not saved."""
    found = _dossier(request, pk)
    section = _section(found, key)
    if not (verdict := filing.may_fill_in(found, request.user)):
        return JsonResponse({"message": str(verdict.reason)}, status=403)
    form = form_of(found, section, request.POST)
    form.keep_only(request.POST.keys())
    if not form.is_valid():
        return JsonResponse({"message": _first_error(form), "errors": form.errors}, status=422)
    seen = form.cleaned_data["version"]
    try:
        saved = filling.fill_fields(found, key, form.contents, by=request.user, version=seen)
    except workflow.Stale as stale:
        return JsonResponse(_theirs(request, pk, section, str(stale)), status=409)
    except workflow.Refused as refused:
        return JsonResponse({"message": str(refused)}, status=403)
    at = f"{timezone.localtime(saved.at):%H:%M}" if saved.at else ""
    return JsonResponse({"version": saved.version, "saved_at": at})


def _first_error(form: SectionForm) -> str:
    return str(next(iter(form.errors.values()))[0])


def _theirs(request: SignedIn, pk: int, section: Section, told: str) -> dict[str, Any]:
    """What another person has written meanwhile into the fields that were sent."""
    now = form_of(_dossier(request, pk), section)
    now.keep_only(request.POST.keys())
    theirs = {field.name: _typed(field) for field in now.visible_fields()}
    return {"message": told, "version": now["version"].value(), "theirs": theirs}


def _typed(field: BoundField) -> str:
    """The field's value as it would be typed."""
    value = field.value()
    formatted = value if isinstance(field.field, ChoiceField) else field.field.widget.format_value(value)
    return "" if formatted is None else str(formatted)
