"""Pages of the evidence library, for staff of the organisation's area."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.posts import signed_in
from accounts.scoping import read_by
from ocop_portal.lib import clock, files

from . import editing, keeping, rules
from .forms_evidence import EvidenceFilter, EvidenceForm, ExpiryFilter, NewEvidenceForm, SingleUpload
from .lists import EXPIRING, LIBRARY
from .models import Enterprise, Evidence


def enterprise_in_sight(user: User, pk: int) -> Enterprise:
    return get_object_or_404(Enterprise.objects.visible_to(user).select_related("area"), pk=pk)


def paper_in_sight(user: User, pk: int) -> Evidence:
    rows = Evidence.objects.visible_to(user).kept()
    return get_object_or_404(rows.select_related("enterprise__area", "replaced_by", "replaces"), pk=pk)


def library(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = signed_in(request)
    enterprise = enterprise_in_sight(user, pk)
    rows = Evidence.objects.visible_to(user).kept().filter(enterprise=enterprise)
    context = {
        "enterprise": enterprise,
        "tally": rows.current().tally(clock.today()),
        "may_enter": bool(rules.may_enter(user, enterprise.area)),
    }
    rows = rows.select_related("replaced_by").with_use_counts()
    return LIBRARY.respond(request, EvidenceFilter(request.GET), rows, "enterprises/evidence.html", context)


def expiring(request: HttpRequest) -> HttpResponseBase:
    user = signed_in(request)
    rows = Evidence.objects.visible_to(user).select_related("replaced_by", "enterprise__area")
    form = ExpiryFilter(request.GET, by=user)
    return EXPIRING.respond(request, form, rows.with_use_counts(), "enterprises/evidence_expiring.html")


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = paper_in_sight(user, pk)
    uses = found.uses.select_related("dossier__product", "criterion").order_by("dossier", "criterion")
    seen = uses.filter(dossier__area__in=read_by(user).values("covered"))
    context = {
        "paper": found,
        "uses": seen,
        "unseen": uses.count() - len(seen),
        "history": editing.history(found, keeping.ACTS),
        "may_change": bool(rules.may_enter(user, found.enterprise.area)),
        "may_remove": keeping.may_remove(found, user),
    }
    return render(request, "enterprises/paper.html", context)


def paper_new(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    enterprise = enterprise_in_sight(user, pk)
    rules.may_enter(user, enterprise.area).require()
    form = NewEvidenceForm(*sent(request), by=user)
    if made := form.attempt(keeping.keep, enterprise):
        tell(request, made, form.token)
        return redirect("enterprises:evidence", pk)
    context = {
        "form": form,
        "enterprise": enterprise,
        "accept": files.accept(keeping.PAPERS),
        "most": settings.UPLOAD_MAX_BYTES,
        "cancel": reverse("enterprises:evidence", args=[pk]),
    }
    return render(request, "enterprises/paper_new.html", context, status=form.status)


@require_POST
def upload(request: HttpRequest, pk: int) -> JsonResponse:
    user = signed_in(request)
    enterprise = enterprise_in_sight(user, pk)
    may, form = rules.may_enter(user, enterprise.area), SingleUpload(request.POST, request.FILES)
    if not may:
        return refusal(str(may.reason), 403)
    if not form.is_valid():
        return refusal(" ".join(str(words) for each in form.errors.values() for words in each), 422)
    given = form.cleaned_data
    names = {"kind": given["kind"], "form_token": given["form_token"]}
    try:
        made = keeping.keep(enterprise, given["upload"], by=user, **names)
    except ValidationError as refused:
        return refusal(" ".join(refused.messages), 422)
    return JsonResponse(told(made, given["form_token"]), status=201)


def paper_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = paper_in_sight(user, pk)
    rules.may_enter(user, found.enterprise.area).require()
    context = {"paper_id": found.pk, "title": found.title, "enterprise": found.enterprise}
    posted = request.POST if request.method == "POST" else None
    form = EvidenceForm(posted, instance=found, by=user)
    if changed := form.attempt(keeping.change, found):
        messages.success(request, _("%(name)s has been saved.") % {"name": changed.title})
        return redirect(next_to_complete(request, changed))
    context |= {"form": form, "cancel": reverse("enterprises:paper", args=[pk])}
    return render(request, "enterprises/paper_form.html", context, status=form.status)


def paper_replace(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = paper_in_sight(user, pk)
    rules.may_enter(user, found.enterprise.area).require()
    initial = {"kind": found.kind, "title": found.title, "issuer": found.issuer}
    form = NewEvidenceForm(*sent(request), by=user, initial=initial)
    if made := form.attempt(keeping.replace, found):
        messages.success(request, _("The newer paper is in the library; the older one stays in its history."))
        return redirect(made)
    context = {
        "form": form,
        "enterprise": found.enterprise,
        "paper": found,
        "cancel": found.get_absolute_url(),
    }
    return render(request, "enterprises/paper_new.html", context, status=form.status)


@require_POST
def paper_remove(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = paper_in_sight(user, pk)
    keeping.remove(found, by=user)
    messages.success(request, _("%(name)s is removed from the library.") % {"name": found.title})
    return redirect("enterprises:evidence", found.enterprise_id)


@require_safe
def paper_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = paper_in_sight(signed_in(request), pk)
    return files.serve_private(found.file, found.file_name, found.content_type)


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a form with a file was sent with; nothing for a form that is only looked at."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def tell(request: HttpRequest, made: Evidence, token: Any) -> None:
    """Say what became of the upload."""
    if keeping.was_there(made, token):
        words = _("This file is in the library already: %(name)s. Nothing was entered twice.")
        messages.info(request, words % {"name": made.title})
    else:
        messages.success(request, _("%(name)s has been entered.") % {"name": made.title})


def told(made: Evidence, token: Any) -> dict[str, Any]:
    """What became of one of several uploads, for the script that sent it."""
    return {
        "id": made.pk,
        "title": made.title,
        "kind": made.get_kind_display(),
        "url": made.get_absolute_url(),
        "edit": reverse("enterprises:paper_edit", args=[made.pk]),
        "unconfirmed": made.unconfirmed,
        "known": keeping.was_there(made, token),
    }


def refusal(words: str, status: int) -> JsonResponse:
    """Why a file was not taken."""
    return JsonResponse({"error": words}, status=status)


def next_to_complete(request: HttpRequest, done: Evidence) -> str:
    """Where to go from a completed paper: to those that still wait for particulars, if any."""
    waiting = done.enterprise.evidence.current().unconfirmed().count()
    if not waiting:
        return done.get_absolute_url()
    words = ngettext(
        "%(number)s paper still waits for its particulars.",
        "%(number)s papers still wait for their particulars.",
        waiting,
    )
    messages.info(request, words % {"number": waiting})
    return reverse("enterprises:evidence", args=[done.enterprise_id]) + "?hieu_luc=thieu"
