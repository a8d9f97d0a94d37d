"""Pages of inspections: the list with its clocks, planning, writing down, following up, the minutes."""

from __future__ import annotations

import tempfile
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import clock, files, paper
from ocop_portal.lib.listing import ListColumn, Listing

from .. import amending, inspecting
from ..forms.inspections import FindingsForm, InspectionFilter, MendedForm, PlanForm
from ..models import Inspection
from ..printing import inspection_minutes
from ..workflow import Refused
from .dossiers import SignedIn
from .refusals import tells_refusals
from .scope import recognition_in_scope
from .sections import tabs

Finding = Inspection.Finding
TONES = {"": "info", Finding.CONFORMS: "good", Finding.TO_MEND: "warn", Finding.TO_REVOKE: "bad"}


def standing(inspection: Inspection) -> str:
    """How the inspection stands, in words."""
    if inspection.remedied_on:
        return gettext("Mended")
    return str(inspection.get_finding_display()) if inspection.finding else gettext("To be carried out")


def tone(inspection: Inspection) -> str:
    """The tone of the state's tag."""
    return "good" if inspection.remedied_on else TONES[inspection.finding]


def due(inspection: Inspection) -> date | None:
    """The day by which the next thing is to happen: the visit, or what is to be mended."""
    if not inspection.finding:
        return inspection.planned_on
    waits = inspection.finding == Finding.TO_MEND and not inspection.remedied_on
    return inspection.remedy_due_on if waits else None


def _late(inspection: Inspection) -> str:
    day = due(inspection)
    return gettext("Overdue") if day and day < clock.today() else ""


def _address(inspection: Inspection) -> str:
    return reverse("ratings:inspection", args=[inspection.pk])


INSPECTIONS: Listing[Inspection] = Listing(
    title=_("Inspections"),
    columns=(
        ListColumn(
            "product",
            _("Product"),
            "recognition.product_name",
            width=34,
            sort="recognition__product__sort_key",
            link=_address,
        ),
        ListColumn("state", _("State"), standing, width=22, sort="finding", tone=tone),
        ListColumn("stars", _("Stars"), "recognition.stars", kind="integer", width=8),
        ListColumn(
            "area", _("Commune"), "recognition.area.name", width=20, sort="recognition__area__sort_key"
        ),
        ListColumn("planned", _("Planned on"), "planned_on", kind="date", sort="planned_on"),
        ListColumn("done", _("Carried out on"), "done_on", kind="date", sort="done_on"),
        ListColumn("due", _("Due on"), due, kind="date", note=_late),
        ListColumn("unit", _("Inspecting unit"), "area.name", width=24),
        ListColumn("remedy", _("What is to be mended"), "remedy", width=40, on_page=False),
        ListColumn("ground", _("Ground of the revocation"), "get_ground_display", on_page=False),
    ),
    order="-planned",
)


def inspections(request: SignedIn) -> HttpResponseBase:
    rows = Inspection.objects.visible_to(request.user).select_related("recognition__area", "area")
    form = InspectionFilter(request.GET)
    return INSPECTIONS.respond(request, form, rows, "ratings/inspections.html", {"tabs": tabs(request)})


@tells_refusals
def inspection_new(request: SignedIn, pk: int) -> HttpResponse:
    recognition = recognition_in_scope(request, pk)
    inspecting.may_inspect(request.user, recognition).require()
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = inspecting.plan(recognition, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, gettext("The inspection is planned, with its checklist."))
            return redirect("ratings:inspection", made.pk)
    context = {"form": form, "recognition": recognition}
    return render(request, "ratings/inspection_new.html", context)


def _inspection(request: SignedIn, pk: int) -> Inspection:
    related = ("recognition__area", "recognition__regulation", "recognition__decision", "area", "entered_by")
    rows = Inspection.objects.visible_to(request.user).select_related(*related)
    found: Inspection = get_object_or_404(rows, pk=pk)
    return found


def inspection(request: SignedIn, pk: int) -> HttpResponse:
    found = _inspection(request, pk)
    waits = found.finding == Finding.TO_MEND and not found.remedied_on
    may_inspect = inspecting.may_inspect(request.user, found.recognition)
    revoking = found.finding == Finding.TO_REVOKE
    context = {
        "inspection": found,
        "recognition": found.recognition,
        "state": standing(found),
        "tone": tone(found),
        "late": _late(found),
        "lines": found.lines.all(),
        "may_fill_in": not found.finding and may_inspect,
        "mending": waits and may_inspect,
        "may_propose": revoking and amending.may_propose(request.user, found.recognition),
    }
    return render(request, "ratings/inspection.html", context)


@tells_refusals
def inspection_record(request: SignedIn, pk: int) -> HttpResponse:
    found = _inspection(request, pk)
    inspecting.may_inspect(request.user, found.recognition).require()
    form = FindingsForm(request.POST or None, inspection=found)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            inspecting.record(found, by=request.user, **form.facts)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409 if isinstance(refused, inspecting.ChangedMeanwhile) else 200
        else:
            messages.success(request, gettext("The findings are written down."))
            return redirect("ratings:inspection", pk)
    context = {"form": form, "inspection": found, "recognition": found.recognition}
    return render(request, "ratings/inspection_record.html", context, status=status)


@tells_refusals
def inspection_mended(request: SignedIn, pk: int) -> HttpResponse:
    found = _inspection(request, pk)
    inspecting.may_inspect(request.user, found.recognition).require()
    form = MendedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            inspecting.mended(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, gettext("It is written down as mended."))
            return redirect("ratings:inspection", pk)
    context = {"form": form, "inspection": found, "recognition": found.recognition}
    return render(request, "ratings/inspection_mended.html", context)


def inspection_paper(request: SignedIn, pk: int) -> HttpResponseBase:
    found = _inspection(request, pk)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with translation.override("vi"):
        story = list(inspection_minutes.story(found))
        paper.write(file, story, inspection_minutes.properties(found))
    file.seek(0)
    return files.attachment(file, f"Bien-ban-kiem-tra_{found.pk}.pdf", files.KINDS["pdf"].content_type)
