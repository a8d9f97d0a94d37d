"""Pages of decisions: the list, preparing, the decision itself, signing, giving up."""

from __future__ import annotations

import mimetypes

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import rules
from accounts.models import Role
from areas.models import Area
from ocop_portal.lib import files

from .. import deciding, outcomes, recognising
from ..forms.decisions import DecisionFilter, DecisionForm, SignForm
from ..models import Decision, DecisionItem, Dossier, Recognition
from ..workflow import Refused
from .decision_lists import DECISIONS, day_in_words, decision_acts, decision_tone
from .dossiers import SignedIn
from .refusals import tells_refusals
from .sections import tabs


def _decision(request: SignedIn, pk: int) -> Decision:
    """The decision in the person's scope; out of scope is not found."""
    rows = Decision.objects.visible_to(request.user).select_related("area", "issuing_area", "signed_by")
    found: Decision = get_object_or_404(rows, pk=pk)
    return found


def decisions(request: SignedIn) -> HttpResponseBase:
    rows = Decision.objects.visible_to(request.user).with_size()
    context = {"tabs": tabs(request), "may_prepare": bool(deciding.units_of(request.user))}
    return DECISIONS.respond(request, DecisionFilter(request.GET), rows, "ratings/decisions.html", context)


def _units(request: SignedIn) -> tuple[Area, list[Area]]:
    """The unit that decides, the one asked for or the first, of those of the person's posts."""
    rules.needs(request.user, [Role.OFFICER]).require()
    units = deciding.units_of(request.user)
    asked = request.GET.get("don-vi", "")
    return next((unit for unit in units if str(unit.pk) == asked), units[0]), units


@tells_refusals
def decision_new(request: SignedIn) -> HttpResponse:
    unit, units = _units(request)
    cases = outcomes.scored_in(unit)
    form = DecisionForm(request.POST or None, cases=cases, chosen=request.GET.get("ho-so", ""))
    if request.method == "POST" and form.is_valid():
        try:
            made = deciding.prepare(area=unit, by=request.user, **form.facts)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The decision is prepared. It waits for a leader's signature."))
            return redirect("ratings:decision", made.pk)
    context = {"form": form, "unit": unit, "units": units}
    return render(request, "ratings/decision_new.html", context)


def decision(request: SignedIn, pk: int) -> HttpResponse:
    found = _decision(request, pk)
    seen = Dossier.objects.visible_to(request.user).filter(decision_items__decision=found)
    own = Recognition.objects.visible_to(request.user)
    recognitions = found.recognitions.annotate(is_seen=Exists(own.filter(pk=OuterRef("pk")))).select_related(
        "area", "product"
    )
    items = DecisionItem.objects.select_related("dossier__product", "dossier__enterprise", "dossier__area")
    prepared = found.state == Decision.State.PREPARED
    context = {
        "decision": found,
        "tone": decision_tone(found),
        "day": day_in_words(found),
        "items": items.filter(decision=found).prefetch_related(Prefetch("dossier__results")),
        "seen": set(seen.values_list("pk", flat=True)),
        "recognitions": recognitions.prefetch_related("holders"),
        "events": found.events.select_related("recognition"),
        "acts": decision_acts(found, own),
        "may_sign": prepared and deciding.may_sign(request.user, found.area),
        "may_drop": prepared and deciding.may_prepare(request.user, found.area),
        "may_add": found.from_paper and recognising.may_enter(request.user, found.area),
    }
    return render(request, "ratings/decision.html", context)


@tells_refusals
def decision_sign(request: SignedIn, pk: int) -> HttpResponse:
    found = _decision(request, pk)
    deciding.may_sign(request.user, found.area).require()
    form = SignForm(request.POST or None, request.FILES or None, decision=found, by=request.user)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            deciding.sign_with_scan(found, by=request.user, **form.facts)
        except deciding.SignedOtherwise as first:
            form.add_error(None, str(first))
            status = 409
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The decision is signed and carried out."))
            return redirect("ratings:decision", pk)
    return render(request, "ratings/decision_sign.html", {"form": form, "decision": found}, status=status)


@require_POST
@tells_refusals
def decision_drop(request: SignedIn, pk: int) -> HttpResponse:
    deciding.drop(_decision(request, pk), by=request.user)
    messages.success(request, _("The decision is given up; its dossiers wait for another one."))
    return redirect("ratings:decisions")


def decision_scan(request: SignedIn, pk: int) -> HttpResponseBase:
    found = _decision(request, pk)
    if not found.scan:
        raise Http404
    kind = mimetypes.guess_type(found.scan_name)[0] or "application/octet-stream"
    return files.serve_private(found.scan, found.scan_name, kind)
