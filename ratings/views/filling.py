"""Pages of the sections of Forms 01 and 02: one section a page, saved as a whole or field by field."""

from __future__ import annotations

from typing import Any, cast

from django.forms import BoundField, ChoiceField
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from .. import completeness, filing, filling, workflow
from ..forms.sections import SectionForm, form_of
from ..models import Dossier
from ..sections import BY_KEY, CRITERIA, Section
from . import autosaving, section_pages
from .autosaving import answers_json, conflict, invalid, saved
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
    last = filling.saved(found, section)
    return {
        "dossier": found,
        "section": section,
        "state": state,
        "saved_at": section_pages.moment(state, last),
        "known": section_pages.known_of(found, section),
    }


@answers_json
def dossier_section_save(request: autosaving.SignedIn, pk: int, key: str) -> JsonResponse:
    """Save what changed while one types."""
    asked = cast(SignedIn, request)
    found = _dossier(asked, pk)
    section = _section(found, key)
    filing.may_fill_in(found, request.user).require()
    form = form_of(found, section, request.POST)
    form.keep_only(request.POST.keys())
    if not form.is_valid():
        return invalid(*_errors(form))
    seen = form.cleaned_data["version"]
    try:
        done = filling.fill_fields(found, key, form.contents, by=request.user, version=seen)
    except workflow.Stale as stale:
        return conflict(stale, *_theirs(asked, pk, section))
    return saved(done.version)


def _errors(form: SectionForm) -> tuple[str, dict[str, str]]:
    """The first error with its field in words, and each field's."""
    errors = {name: str(words[0]) for name, words in form.errors.items()}
    first, words = next(iter(errors.items()))
    label = form.fields[first].label if first in form.fields else ""
    return (f"{label}: {words}" if label else words), errors


def _theirs(request: SignedIn, pk: int, section: Section) -> tuple[int, dict[str, str]]:
    """The version as it is now, and what another person has written into the fields that were sent."""
    now = form_of(_dossier(request, pk), section)
    now.keep_only(request.POST.keys())
    version = now["version"].value()
    return int(version), {field.name: _typed(field) for field in now.visible_fields()}


def _typed(field: BoundField) -> str:
    """The field's value as it would be typed."""
    value = field.value()
    formatted = value if isinstance(field.field, ChoiceField) else field.field.widget.format_value(value)
    return "" if formatted is None else str(formatted)
