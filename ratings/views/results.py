"""Pages of results entered by hand: entering one, correcting it, the file of its paper."""

from __future__ import annotations

import mimetypes
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from ocop_portal.lib import clock, files

from .. import levels, resulting, workflow
from ..forms.dossiers import ResultForm
from ..models import Dossier
from . import showing
from .dossiers import SignedIn, _dossier, _refuse_stale
from .refusals import tells_refusals


@tells_refusals
def dossier_result(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    _refuse_stale(request, found)
    workflow.require(found, Dossier.State.SCORED, by=request.user)
    regulation = workflow.pinned(found)
    level = levels.level_now(found, clock.today())
    facts: dict[str, Any] = {"dossier": found, "regulation": regulation, "level": level}
    form = ResultForm(request.POST or None, request.FILES or None, **facts)
    if request.method == "POST" and form.is_valid():
        result = resulting.enter_with_paper(found, level=level, by=request.user, **form.facts)
        messages.success(request, showing.result_in_words(result))
        return redirect("ratings:dossier", pk)
    return render(request, "ratings/dossier_result.html", {"form": form, **facts})


@tells_refusals
def result_correct(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    resulting.may_correct(found, request.user).require()
    _refuse_stale(request, found)
    result = get_object_or_404(found.results, pk=getattr(resulting.to_correct(found), "pk", None))
    facts: dict[str, Any] = {
        "dossier": found,
        "regulation": workflow.pinned(found),
        "level": result.level,
        "result": result,
    }
    form = ResultForm(request.POST or None, request.FILES or None, **facts)
    if request.method == "POST" and form.is_valid():
        corrected = resulting.correct_with_paper(found, by=request.user, **form.facts)
        messages.success(request, showing.result_in_words(corrected))
        return redirect("ratings:dossier", pk)
    return render(request, "ratings/dossier_result.html", {"form": form, **facts})


def result_paper(request: SignedIn, pk: int, result: int) -> HttpResponseBase:
    found = get_object_or_404(_dossier(request, pk).results, pk=result)
    if not found.paper:
        raise Http404
    kind = mimetypes.guess_type(found.paper_name)[0] or "application/octet-stream"
    return files.serve_private(found.paper, found.paper_name, kind)
