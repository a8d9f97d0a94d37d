"""Pages of whoever checks a dossier: reading it beside its evidence, terms, samples, questions, changes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ocop_portal.lib import clock, numbers

from .. import checking, differences, places, questioning, whereabouts, workflow
from ..forms.checking import ComparisonForm, ExtendForm, ReturnForm, SamplesForm
from ..models import Dossier
from . import keeping, showing
from .beside import Page, floors_missed, older_results
from .dossiers import SignedIn
from .refusals import tells_refusals

State = Dossier.State
RELATED = ("product", "enterprise", "area", "group", "regulation", "previous", "criteria_set", "assigned_to")


def _dossier(request: SignedIn, pk: int) -> Dossier:
    """A dossier in the person's scope that was submitted once; a draft is nobody's to check."""
    rows = Dossier.objects.visible_to(request.user).filter(first_submitted_on__isnull=False)
    return get_object_or_404(whereabouts.with_holder(rows.select_related(*RELATED)), pk=pk)


@tells_refusals
def dossier_check(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    if request.method == "POST":
        return _return(request, found)
    page = Page(found, clock.today())
    targets = [row.target for row in workflow.available(found, request.user)]
    form = ReturnForm(dossier=found, places=page.places) if State.RETURNED in targets else None
    return _read(request, page, form, accepts=State.ACCEPTED in targets)


def _return(request: SignedIn, found: Dossier) -> HttpResponse:
    form = ReturnForm(request.POST, dossier=found, places=places.of(found))
    try:
        workflow.refuse_stale(found, numbers.key(request.POST.get("version", "")))
        workflow.require(found, State.RETURNED, by=request.user)
        if form.is_valid():
            version = form.cleaned_data["version"]
            workflow.move(found, State.RETURNED, by=request.user, version=version, points=form.points)
            messages.success(request, _("The dossier is returned; what you named is open to change."))
            return redirect("ratings:dossier", found.pk)
    except workflow.Stale as stale:
        context = {"reason": str(stale), "dossier": found, "kept": form.kept}
        return render(request, "ratings/stale.html", context, status=409)
    targets = [row.target for row in workflow.available(found, request.user)]
    return _read(request, Page(found, clock.today()), form, accepts=State.ACCEPTED in targets)


def _read(request: SignedIn, page: Page, form: ReturnForm | None, *, accepts: bool) -> HttpResponse:
    found, today = page.dossier, clock.today()
    settled = {each.key: each for each in found.settled_questions.select_related("by")}
    asked = questioning.questions_of(found, today)
    submissions = list(found.submissions.order_by("number"))
    page.ask([question for question in asked if question.key not in settled])
    page.recall([(each.number, each.content) for each in submissions[:-1]])
    if form:
        page.offer(form)
    context = {
        "dossier": found,
        "tone": showing.tone(found),
        "page": page,
        "form": form,
        "accepts": accepts,
        "missed": list(floors_missed(page.score)),
        "questions": keeping.questions(found, asked, settled),
        "changed": keeping.last_change(submissions),
        "older": older_results(found),
        "papers": showing.papers(found),
        **keeping.kept(found, request.user),
    }
    return render(request, "ratings/check.html", context)


@require_POST
@tells_refusals
def dossier_settle(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    checking.may_check(found, request.user).require()
    note = request.POST.get("note", "")
    if note.strip():
        questioning.settle(found, request.POST.get("key", ""), note, by=request.user)
    else:
        messages.error(request, _("Write what you found."))
    return redirect(f"{reverse('ratings:dossier_check', args=[pk])}#cau-hoi")


@tells_refusals
def dossier_extend(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    workflow.refuse_stale(found, numbers.key(request.POST.get("version", "")))
    checking.may_extend(found, request.user).require()
    form = ExtendForm(request.POST or None, dossier=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        checking.extend(found, **given, by=request.user)
        messages.success(request, _("The term is extended."))
        return redirect("ratings:dossier", pk)
    extensions = found.extensions.select_related("by")
    context = {"dossier": found, "form": form, "extensions": extensions}
    return render(request, "ratings/check_extend.html", context)


@tells_refusals
def dossier_samples(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    checking.may_check(found, request.user).require()
    form = SamplesForm(request.POST or None, initial={"received_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        checking.receive_samples(found, **form.cleaned_data, by=request.user)
        messages.success(request, _("The samples are written down."))
        return redirect("ratings:dossier_check", pk)
    context: dict[str, Any] = {"dossier": found, "form": form, "samples": keeping.samples(found)}
    return render(request, "ratings/check_samples.html", context)


@require_safe
def dossier_differences(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    submissions = {each.number: each for each in found.submissions.order_by("number")}
    if not submissions:
        raise Http404
    form = ComparisonForm(request.GET, numbers=list(submissions))
    context: dict[str, Any] = {"dossier": found, "form": form, "submissions": list(submissions.values())}
    if len(submissions) > 1 and form.is_valid():
        before, after = (submissions[form.cleaned_data[name]] for name in ("tu", "den"))
        rows = differences.between(before.content, after.content)
        context |= {"before": before, "after": after, "groups": keeping.grouped(found, rows)}
    return render(request, "ratings/check_differences.html", context)
