"""Pages on which an officer puts acts over recognitions into a decision, and takes them out again."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from areas.models import Area
from ocop_portal.lib import clock

from .. import amending, certificates
from ..forms.amendments import ActForm
from ..models import Decision, Recognition
from ..workflow import Refused
from .dossiers import SignedIn
from .refusals import tells_refusals

FROM_A_LINK = {"viec": "kind", "can-cu": "ground", "ngay": "found_on", "ghi-chu": "note"}


def _offered(request: HttpRequest) -> dict[str, str]:
    """What a link from another page (an inspection) has filled in already."""
    return {name: request.GET[key] for key, name in FROM_A_LINK.items() if key in request.GET}


@tells_refusals
def recognition_act(request: SignedIn, pk: int) -> HttpResponse:
    rows = Recognition.objects.visible_to(request.user).select_related("regulation", "area", "decision")
    found = get_object_or_404(rows, pk=pk)
    amending.may_propose(request.user, found).require()
    unit = cast(Area, amending.unit_for(found))
    form = ActForm(request.POST or None, unit=unit, initial=_offered(request))
    if request.method == "POST" and form.is_valid():
        try:
            decision = amending.propose(found, by=request.user, **form.facts)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("It stands in the decision, which waits for a leader's signature."))
            return redirect("ratings:decision", decision.pk)
    today = clock.today()
    context = {
        "form": form,
        "recognition": found,
        "unit": unit,
        "last": amending.last_extension(found, today),
    }
    context["status"] = certificates.status_in_full(found, today)
    return render(request, "ratings/recognition_act.html", context)


@require_POST
@tells_refusals
def decision_act_remove(request: SignedIn, pk: int, act: int) -> HttpResponse:
    decision = get_object_or_404(Decision.objects.visible_to(request.user), pk=pk)
    amending.take_out(get_object_or_404(decision.acts, pk=act), by=request.user)
    messages.success(request, _("It is taken out of the decision."))
    return redirect("ratings:decision", pk)
