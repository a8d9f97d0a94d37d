"""Pages of objections: the list with its clocks, entering one, reading and answering it, its file."""

from __future__ import annotations

import mimetypes
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import clock, files
from ocop_portal.lib.listing import ListColumn, Listing

from .. import objecting
from ..forms.objections import AnswerForm, ObjectionFilter, ObjectionForm
from ..models import Objection
from ..workflow import Refused
from .dossiers import SignedIn
from .refusals import tells_refusals
from .scope import dossier_in_scope
from .sections import tabs


def standing(objection: Objection) -> str:
    """How the objection stands, in words."""
    return str(objection.get_outcome_display()) if objection.outcome else gettext("To be answered")


def late(objection: Objection) -> bool:
    """Whether the term of the answer is over, or was when it came."""
    return (objection.answered_on or clock.today()) > objection.due_on


def tone(objection: Objection) -> str:
    """The tone of the state's tag."""
    if objection.outcome:
        return "neutral"
    return "warn" if late(objection) else "info"


def _address(objection: Objection) -> str:
    return reverse("ratings:objection", args=[objection.pk])


def _late(objection: Objection) -> str:
    return gettext("Overdue") if late(objection) else ""


def _answered(objection: Objection) -> date | None:
    return objection.answered_on


OBJECTIONS: Listing[Objection] = Listing(
    title=_("Objections"),
    columns=(
        ListColumn(
            "product",
            _("Product"),
            "dossier.product.name",
            width=34,
            sort="dossier__product__sort_key",
            link=_address,
        ),
        ListColumn("state", _("State"), standing, width=24, sort="outcome", tone=tone),
        ListColumn("enterprise", _("Organisation"), "dossier.enterprise.name", width=34),
        ListColumn("area", _("Commune"), "dossier.area.name", width=20, sort="dossier__area__sort_key"),
        ListColumn("decision", _("Decision"), "decision.number", width=18, sort="decision__number"),
        ListColumn("received", _("Received on"), "received_on", kind="date", sort="received_on"),
        ListColumn("due", _("To be answered by"), "due_on", kind="date", sort="due_on", note=_late),
        ListColumn("answered", _("Answered on"), _answered, kind="date", sort="answered_on"),
        ListColumn("number", _("Number of the answer"), "answer_number", on_page=False),
    ),
    order="due",
)


def objections(request: SignedIn) -> HttpResponseBase:
    rows = Objection.objects.visible_to(request.user).select_related(
        "dossier__product", "dossier__enterprise", "dossier__area", "decision"
    )
    form = ObjectionFilter(request.GET)
    return OBJECTIONS.respond(request, form, rows, "ratings/objections.html", {"tabs": tabs(request)})


@tells_refusals
def objection_new(request: SignedIn, pk: int) -> HttpResponse:
    dossier = dossier_in_scope(request, pk)
    objecting.may_receive(request.user, dossier).require()
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = objecting.receive(dossier, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, gettext("The objection is entered; its term runs."))
            return redirect("ratings:objection", made.pk)
    context = {"form": form, "dossier": dossier, "decision": objecting.last_decision(dossier)}
    return render(request, "ratings/objection_new.html", context)


def _objection(request: SignedIn, pk: int) -> Objection:
    related = ("dossier__product", "dossier__enterprise", "dossier__area", "decision")
    rows = Objection.objects.visible_to(request.user).select_related(*related)
    found: Objection = get_object_or_404(rows, pk=pk)
    return found


def objection(request: SignedIn, pk: int) -> HttpResponse:
    found = _objection(request, pk)
    context = {
        "objection": found,
        "state": standing(found),
        "tone": tone(found),
        "late": late(found),
        "may_answer": not found.outcome and objecting.may_receive(request.user, found.dossier),
        "recognition": found.dossier.recognitions.order_by("-pk").first(),
        "again": objecting.new_dossier(found.dossier),
    }
    return render(request, "ratings/objection.html", context)


@tells_refusals
def objection_answer(request: SignedIn, pk: int) -> HttpResponse:
    found = _objection(request, pk)
    objecting.may_receive(request.user, found.dossier).require()
    form = AnswerForm(request.POST or None, request.FILES or None, initial={"version": found.version})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            objecting.answer_with_paper(found, by=request.user, **form.facts)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409 if isinstance(refused, objecting.AnsweredAlready) else 200
        else:
            messages.success(request, gettext("The objection is answered."))
            return redirect("ratings:objection", pk)
    context = {"form": form, "objection": found}
    return render(request, "ratings/objection_answer.html", context, status=status)


def objection_paper(request: SignedIn, pk: int) -> HttpResponseBase:
    found = _objection(request, pk)
    if not found.paper:
        raise Http404
    kind = mimetypes.guess_type(found.paper_name)[0] or "application/octet-stream"
    return files.serve_private(found.paper, found.paper_name, kind)
