"""Form 03: the page on which the commune assesses and proposes, and the same to read and print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.posts import signed_in
from areas import finding
from areas.models import UnitProfile
from ocop_portal.lib import clock

from .. import proposing, workflow
from ..forms.renewing import CommuneForm
from ..models import CommuneAssessment, Dossier
from .refusals import tells_refusals
from .scope import dossier_in_scope

PROPOSE = "propose"


@tells_refusals
def dossier_commune(request: HttpRequest, pk: int) -> HttpResponse:
    found, user = dossier_in_scope(request, pk), signed_in(request)
    assessment = CommuneAssessment.objects.filter(dossier=found).first()
    if request.method == "POST":
        return _written(request, found, assessment)
    if not proposing.may_assess(found, user):
        return _read(request, found, assessment)
    return _page(request, found, CommuneForm(dossier=found, assessment=assessment))


def dossier_commune_print(request: HttpRequest, pk: int) -> HttpResponse:
    found = dossier_in_scope(request, pk)
    return _read(request, found, CommuneAssessment.objects.filter(dossier=found).first())


def _written(request: HttpRequest, found: Dossier, assessment: CommuneAssessment | None) -> HttpResponse:
    user = signed_in(request)
    if proposing.proposed_by(found, user):
        return redirect("ratings:dossier", found.pk)  # the second press of the button
    proposing.may_assess(found, user).require()
    saves = request.POST.get("act") != PROPOSE
    form = CommuneForm(request.POST, dossier=found, assessment=assessment, gaps=saves)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        return _done(request, found, form)
    except workflow.Stale as stale:
        found.refresh_from_db()
        form.keep_text_of_a_late_writer(str(stale), found)
        return _page(request, found, form, status=409)
    except workflow.Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, found, form)


def _done(request: HttpRequest, found: Dossier, form: CommuneForm) -> HttpResponse:
    user, given = signed_in(request), form.cleaned_data
    if request.POST.get("act") == PROPOSE:
        versions = {"version": given["version"], "assessment_version": given["assessment_version"]}
        proposing.propose(found, by=user, **versions, **form.contents)
        messages.success(request, _("The product is proposed to the level that rates it."))
        return redirect("ratings:dossier", found.pk)
    proposing.assess(found, by=user, version=given["assessment_version"], **form.contents)
    messages.success(request, _("The assessment is saved."))
    return redirect("ratings:dossier_commune", found.pk)


def _page(request: HttpRequest, found: Dossier, form: CommuneForm, status: int = 200) -> HttpResponse:
    context = {
        "dossier": found,
        "form": form,
        "term": proposing.term(found),
        "late": found.due_on and found.due_on < clock.today(),
    }
    return render(request, "ratings/form03.html", context, status=status)


def _read(request: HttpRequest, found: Dossier, assessment: CommuneAssessment | None) -> HttpResponse:
    if assessment is None and found.state != Dossier.State.AT_COMMUNE:
        raise Http404
    context = {"dossier": found, "assessment": assessment, **_head(found), **_matters(assessment)}
    return render(request, "ratings/form03_read.html", context)


def _head(found: Dossier) -> dict[str, Any]:
    """The letterhead of the commune that the dossier lies with."""
    unit = finding.today_unit(found.area) or found.area
    return {"unit": unit, "profile": UnitProfile.objects.filter(area=unit).first()}


def _matters(assessment: CommuneAssessment | None) -> dict[str, Any]:
    fields = CommuneForm.base_fields
    return {"matters": [(fields[name].label, getattr(assessment, name, "")) for name in proposing.MATTERS]}
