"""Pages of recognitions: the list, one with its events, entering one from paper, an event."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import Role
from ocop_portal.lib import clock, numbers

from .. import amending, certificates, deciding, foreseeing, recognising
from ..forms.recognitions import EventForm, PaperForm, RecognitionFilter
from ..models import Decision, Recognition
from ..workflow import Refused
from .choosing import chosen_product, offered_products
from .decision_lists import RECOGNITIONS, day_in_words
from .dossiers import SignedIn
from .refusals import tells_refusals
from .sections import tabs


def _with_all(request: SignedIn) -> QuerySet[Recognition]:
    related = ("product", "area", "group", "dossier", "regulation", "decision__issuing_area")
    rows: QuerySet[Recognition] = Recognition.objects.visible_to(request.user).select_related(*related)
    return rows.prefetch_related("holders__enterprise", "holders__kind", "events__decision")


def recognitions(request: SignedIn) -> HttpResponseBase:
    form = RecognitionFilter(request.GET, user=request.user)
    context = {
        "tabs": tabs(request),
        "may_enter": bool(deciding.units_of(request.user)),
        "may_foresee": foreseeing.may_foresee(request.user),
    }
    return RECOGNITIONS.respond(request, form, _with_all(request), "ratings/recognitions.html", context)


def recognition(request: SignedIn, pk: int) -> HttpResponse:
    found = get_object_or_404(_with_all(request), pk=pk)
    seen = Decision.objects.visible_to(request.user)
    decisions = [found.decision_id, *(event.decision_id for event in found.events.all())]
    context = {
        "recognition": found,
        "day": day_in_words(found),
        "status": certificates.status_in_full(found, clock.today()),
        "until": certificates.valid_until(found, clock.today()),
        "seen": set(seen.filter(pk__in=decisions).values_list("pk", flat=True)),
        "others": found.product.recognitions.visible_to(request.user).exclude(pk=pk),
        "may_enter": recognising.may_enter(request.user, found.area),
        "inspections": found.inspections.all(),
        "may_propose": amending.may_propose(request.user, found),
    }
    return render(request, "ratings/recognition.html", context)


def _paper_decision(request: SignedIn) -> Decision | None:
    asked = numbers.key(request.GET.get("quyet-dinh", ""))
    rows = Decision.objects.visible_to(request.user).filter(from_paper=True)
    return None if asked is None else get_object_or_404(rows, pk=asked)


@tells_refusals
def recognition_new(request: SignedIn) -> HttpResponse:
    rules.needs(request.user, [Role.OFFICER]).require()
    given = _paper_decision(request)
    product = chosen_product(request, request.user)
    if product is None:
        context = {**offered_products(request, request.user), "decision": given}
        return render(request, "ratings/recognition_choose.html", context)
    recognising.may_enter(request.user, product.area).require()
    unit = next(iter(deciding.units_of(request.user)))
    form = PaperForm(request.POST or None, product=product, area=unit, decision=given)
    if request.method == "POST" and form.is_valid():
        try:
            made = recognising.record_paper(by=request.user, **form.facts)
        except recognising.AlreadyEntered as entered:
            messages.info(request, str(entered))
            return redirect("ratings:recognition", entered.recognition.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The recognition is entered."))
            return redirect("ratings:decision", made.decision_id)
    context = {"form": form, "product": product, "decision": given}
    return render(request, "ratings/recognition_new.html", context)


@tells_refusals
def recognition_event(request: SignedIn, pk: int) -> HttpResponse:
    found = get_object_or_404(_with_all(request), pk=pk)
    recognising.may_enter(request.user, found.area).require()
    form = EventForm(request.POST or None, recognition=found)
    if request.method == "POST" and form.is_valid():
        try:
            recognising.record_event(found, by=request.user, **form.facts)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The event is entered."))
            return redirect("ratings:recognition", pk)
    return render(request, "ratings/recognition_event.html", {"form": form, "recognition": found})
