"""Pages of copies: opening one, what changed since, filing anew, following the law."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.posts import signed_in
from ocop_portal.lib import clock

from .. import filing, refiling, renewing, since, workflow
from ..forms.renewing import ChangesForm, RefileForm, VersionForm
from ..models import Dossier
from . import carried, renewals
from .refusals import tells_refusals
from .scope import dossier_in_scope, recognition_in_scope


@require_POST
@tells_refusals
def renew(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    found = recognition_in_scope(request, pk)
    token = renewals.token_of(request.POST.get("form_token", ""))
    try:
        dossier = renewing.renew(found, kind, by=signed_in(request), form_token=token)
    except filing.AlreadyOpen as refused:
        messages.info(request, str(refused))
        return redirect("ratings:dossier", refused.dossier.pk)
    messages.success(request, _("The dossier is opened. See below what was carried over."))
    return redirect("ratings:dossier", dossier.pk)


@tells_refusals
def dossier_changes(request: HttpRequest, pk: int) -> HttpResponse:
    found, user = dossier_in_scope(request, pk), signed_in(request)
    filing.may_fill_in(found, user).require()
    differences = since.since(found)
    initial = {"version": found.version, "changes": found.changes}
    form = ChangesForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST" and "fill" in request.POST:
        form.fill_from(differences)
    elif request.method == "POST" and form.is_valid():
        try:
            filing.change(found, by=user, **form.cleaned_data)
        except workflow.Stale as stale:
            form.keep_text_of_a_late_writer(str(stale), Dossier.objects.get(pk=pk).version)
            status = 409
        else:
            return redirect("ratings:dossier", pk)
    context = {"dossier": found, "form": form, "differences": differences}
    return render(request, "ratings/dossier_changes.html", context, status=status)


@tells_refusals
def dossier_refile(request: HttpRequest, pk: int) -> HttpResponse:
    found, user, today = dossier_in_scope(request, pk), signed_in(request), clock.today()
    form = RefileForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        draft = refiling.refile(found, by=user, **form.cleaned_data)
        messages.success(request, _("The dossier is filed anew. See below what was carried over."))
        return redirect("ratings:dossier", draft.pk)
    refiling.refuse_in_time(found, today)
    workflow.require(found, Dossier.State.REFILED, by=user)
    report = carried.in_words(refiling.preview(found, today).report)
    context = {"dossier": found, "form": form, "carried": report, "into": renewals.regulation_name(today)}
    return render(request, "ratings/dossier_refile.html", context)


@tells_refusals
def dossier_follow_law(request: HttpRequest, pk: int) -> HttpResponse:
    found, user, today = dossier_in_scope(request, pk), signed_in(request), clock.today()
    filing.may_fill_in(found, user).require()
    if not refiling.behind_the_law(found, today):
        return redirect("ratings:dossier", pk)
    form = VersionForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        refiling.follow_the_law(found, by=user, version=form.cleaned_data["version"])
        messages.success(
            request, _("The draft follows the criteria set of today. See below what to complete.")
        )
        return redirect("ratings:dossier", pk)
    report = carried.in_words(refiling.following(found, today).report)
    into = refiling.set_of_today(found, today)
    context = {"dossier": found, "form": form, "carried": report, "into": into}
    return render(request, "ratings/dossier_follow_law.html", context)
