"""Acts of administrators on criteria sets: loading a file, publishing a draft, retiring a set."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import rules
from ocop_portal.lib.datafiles import BadFile

from ..criteria import publishing, uploading
from ..forms.criteria import ConfirmForm, LoadForm
from ..models import CriteriaSet
from .criteria import found_set
from .dossiers import SignedIn
from .refusals import tells_refusals

SHOWN = 200  # faults on a page; a file with more is not of this form at all


@tells_refusals
def criteria_load(request: SignedIn) -> HttpResponse:
    rules.may_administer(request.user).require()
    confirmed = "content" in request.POST
    form = ConfirmForm(request.POST) if confirmed else LoadForm(request.POST, request.FILES)
    if request.method != "POST":
        return render(request, "ratings/criteria/load.html", {"form": LoadForm()})
    if not form.is_valid():
        return render(request, "ratings/criteria/load.html", {"form": LoadForm() if confirmed else form})
    content: bytes = form.cleaned_data["content" if confirmed else "file"]
    try:
        if confirmed:
            return _loaded(request, uploading.load(content, by=request.user))
        contents = uploading.preview(content)
    except BadFile as bad:
        context = {"form": LoadForm(), "faults": bad.faults[:SHOWN], "count": len(bad.faults)}
        return render(request, "ratings/criteria/load.html", context, status=400)
    context = {"contents": contents, "confirm": ConfirmForm.of(content)}
    return render(request, "ratings/criteria/preview.html", context)


def _loaded(request: SignedIn, contents: uploading.Contents) -> HttpResponseRedirect:
    count = sum(line.act != "kept" for line in contents.lines)
    if contents.of_sets:
        words = ngettext(
            "%(count)s criteria set is loaded as a draft.",
            "%(count)s criteria sets are loaded as drafts.",
            count,
        )
    else:
        words = ngettext("%(count)s regulation is loaded.", "%(count)s regulations are loaded.", count)
    messages.success(request, words % {"count": count})
    if len(contents.lines) == 1:
        return redirect(contents.lines[0].url)
    return redirect("ratings:criteria_sets")


@tells_refusals
def criteria_publish(request: SignedIn, code: str) -> HttpResponse:
    draft = found_set(request, code)
    publishing.may_publish(draft, request.user).require()
    if request.method == "POST":
        publishing.publish(draft, by=request.user)
        messages.success(request, _("The set is published. New dossiers are rated by it."))
        return redirect(draft)
    before = publishing.replaced_by(draft)
    return render(request, "ratings/criteria/publish.html", {"set": draft, "before": before})


@tells_refusals
def criteria_retire(request: SignedIn, code: str) -> HttpResponse:
    found: CriteriaSet = found_set(request, code)
    publishing.may_retire(found, request.user).require()
    if request.method == "POST":
        publishing.retire(found, by=request.user)
        messages.success(request, _("The set is retired. No further dossier is rated by it."))
        return redirect(found)
    return render(request, "ratings/criteria/retire.html", {"set": found})
