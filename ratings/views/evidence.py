"""Pages of the evidence that a dossier uses."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from enterprises import keeping
from enterprises.models import Evidence
from ocop_portal.lib import files, numbers

from .. import evidencing
from ..models import Dossier, EvidenceUse
from ..workflow import Refused
from . import proving
from .dossiers import SignedIn
from .refusals import tells_refusals

P = ParamSpec("P")
JSON = "application/json"


def wants_json(request: SignedIn) -> bool:
    return request.get_preferred_type(["text/html", JSON]) == JSON


def tells_scripts(
    view: Callable[Concatenate[SignedIn, P], HttpResponse],
) -> Callable[Concatenate[SignedIn, P], HttpResponse]:
    """Answer a script with the reason as JSON where the rules refuse; people get the page."""

    @wraps(view)
    def told(request: SignedIn, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (Refused, PermissionDenied) as refused:
            if wants_json(request):
                return JsonResponse({"error": str(refused)}, status=403)
            raise

    return told


def in_sight(request: SignedIn, pk: int) -> Dossier:
    related = ("product", "enterprise", "area", "criteria_set")
    return get_object_or_404(Dossier.objects.visible_to(request.user).select_related(*related), pk=pk)


def dossier_evidence(request: SignedIn, pk: int) -> HttpResponse:
    context = proving.page(in_sight(request, pk), request.user, request)
    context["form"] = proving.upload_form(context, request.user)
    return render(request, "ratings/dossier_evidence.html", context)


@require_POST
@tells_refusals
@tells_scripts
def use(request: SignedIn, pk: int) -> HttpResponse:
    found = in_sight(request, pk)
    code = request.POST.get("criterion", "")
    evidencing.require_open(found, code, by=request.user)
    papers = chosen_papers(request, found, code)
    if not papers:
        return refusal(request, found, code, _("Tick at least one paper."))
    evidencing.use_all(found, papers, code, by=request.user)
    return done(request, found, code, _("The evidence is attached."))


@require_POST
@tells_refusals
@tells_scripts
def drop(request: SignedIn, pk: int, use: int) -> HttpResponse:
    found = in_sight(request, pk)
    dropped = found.evidence_uses.select_related("criterion", "evidence", "dossier").filter(pk=use).first()
    if dropped is None and EvidenceUse.objects.filter(pk=use).exists():
        raise Http404
    code = request.POST.get("criterion", "")
    if dropped:  # else a second press finds the work of the first one done
        evidencing.drop(dropped, by=request.user)
        code = dropped.criterion.code if dropped.criterion else ""
    return done(request, found, code, _("The evidence is taken off; the paper stays in the library."))


@require_POST
@tells_refusals
def renew(request: SignedIn, pk: int) -> HttpResponse:
    if evidencing.renew(in_sight(request, pk), by=request.user):
        messages.success(request, _("The newer papers have taken the places of those that they replace."))
    else:
        messages.info(request, _("No paper that may be changed now has a newer one."))
    return redirect("ratings:dossier_evidence", pk)


@require_POST
@tells_refusals
def upload(request: SignedIn, pk: int) -> HttpResponse:
    found = in_sight(request, pk)
    code = request.POST.get("criterion", "")
    evidencing.require_open(found, code, by=request.user)
    makers = evidencing.makers(found, request.user)
    wanted = numbers.key(request.POST.get("maker", ""))
    maker = get_object_or_404(makers, pk=wanted) if wanted else makers.first()
    context = proving.page(found, request.user, request)
    form = proving.upload_form(context, request.user, request.POST, request.FILES)
    if maker is None or form is None:
        raise Http404
    if made := form.attempt(keeping.keep, maker):
        evidencing.use(found, made, code, by=request.user)
        messages.success(request, _("%(name)s is in the library and attached.") % {"name": made.title})
        return redirect(f"{reverse('ratings:dossier_evidence', args=[pk])}#{anchor(code)}")
    return render(request, "ratings/dossier_evidence.html", {**context, "form": form})


@require_safe
def file(request: SignedIn, pk: int, use: int) -> HttpResponseBase:
    uses = in_sight(request, pk).evidence_uses.select_related("evidence")
    paper = get_object_or_404(uses, pk=use).evidence
    return files.serve_private(paper.file, paper.file_name, paper.content_type)


def chosen_papers(request: SignedIn, dossier: Dossier, code: str) -> list[Evidence]:
    """The ticked papers; one that the person may not choose is not found."""
    ticked = request.POST.getlist(f"evidence-{code}") + request.POST.getlist("evidence")
    if not ticked:
        return []
    keys = {numbers.key(each) for each in ticked}
    found = list(evidencing.papers_in_sight(dossier, request.user).filter(pk__in=keys - {None}))
    if len(found) != len(keys):
        raise Http404
    return found


def anchor(code: str) -> str:
    """The element of the page that shows the evidence of the criterion."""
    return f"minh-chung-{code or proving.WHOLE}"


def done(request: SignedIn, dossier: Dossier, code: str, words: str) -> HttpResponse:
    """To a script the evidence of the criterion as it is now; people go back to where they were."""
    if wants_json(request):
        return JsonResponse({"message": words, "html": block(request, dossier, code)})
    messages.success(request, words)
    return redirect(back(request, dossier, code))


def refusal(request: SignedIn, dossier: Dossier, code: str, words: str) -> HttpResponse:
    """Say what is missing, in the place where the person was."""
    if wants_json(request):
        return JsonResponse({"error": words}, status=422)
    messages.error(request, words)
    return redirect(back(request, dossier, code))


def back(request: SignedIn, dossier: Dossier, code: str) -> str:
    """The page that sent the form, at the criterion; another site's address is not followed."""
    asked = request.POST.get("next", "")
    own = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    page = asked.split("#")[0] if own else reverse("ratings:dossier_evidence", args=[dossier.pk])
    return f"{page}#{anchor(code)}"


def block(request: SignedIn, dossier: Dossier, code: str) -> str:
    """The evidence of the criterion as HTML."""
    uses = [
        each
        for each in evidencing.uses_of(dossier)
        if (each.criterion.code if each.criterion else "") == code
    ]
    context: dict[str, Any] = {
        "dossier": dossier,
        "criterion": next((leaf for leaf in proving.leaves(dossier) if leaf.code == code), None),
        "uses": uses,
        "may_edit": True,
        "library": evidencing.library_of(dossier, request.user),
    }
    return render_to_string("ratings/evidence_of_criterion.html", context, request)
