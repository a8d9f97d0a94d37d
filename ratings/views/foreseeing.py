"""Pages of what finished dossiers would come to by other criteria: one dossier, all of an area."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.posts import signed_in
from ocop_portal.lib import clock

from .. import foreseeing
from ..forms.foreseeing import OUTCOMES, ByForm, KeepFilter
from ..models import Recognition
from ..would_keep import Outlook
from .dossiers import SignedIn
from .foreseeing_lists import TONES, outcome_of, products
from .scope import dossier_in_scope


@require_safe
def dossier_by(request: SignedIn, pk: int) -> HttpResponse:
    found = dossier_in_scope(request, pk)
    foreseeing.may_foresee(request.user, found.area).require()
    sets = foreseeing.targets(request.user)
    form = ByForm(request.GET, sets=sets)
    into = foreseeing.target(request.GET.get("bo", ""), sets)
    if request.GET.get("bo") and (into is None or not form.is_valid()):
        raise Http404
    rating = next(iter(into.by_group.values())) if into else None
    outlook = foreseeing.foresee(found, rating) if rating else None
    context: dict[str, Any] = {"dossier": found, "form": form, "into": rating, "outlook": outlook}
    if isinstance(outlook, Outlook):
        context |= shown(outlook)
    return render(request, "ratings/would_keep.html", context)


@require_safe
def area_by(request: SignedIn) -> HttpResponseBase:
    user = signed_in(request)
    foreseeing.may_foresee(user).require()
    sets = foreseeing.targets(user)
    form = KeepFilter(request.GET, sets=sets, areas=foreseeing.areas_of(user))
    into = foreseeing.target(request.GET.get("bo", ""), sets)
    if form.area is None:
        raise Http404
    rows = Recognition.objects.visible_to(user)
    in_force = rows.in_force(clock.today()).within(form.area)
    found = foreseeing.of_recognitions(form.named(in_force), into) if into else {}
    form.outcomes = {pk: outcome_of(each) for pk, each in found.items()}
    context = {"into": into, "area": form.area, "sums": _sums(form.outcomes)}
    listing, named = products(found, into), rows.select_related("product", "area", "dossier")
    return listing.respond(request, form, named, "ratings/would_keep_area.html", context)


def shown(outlook: Outlook) -> dict[str, Any]:
    """What the page prints beside the outlook itself."""
    outcome = outcome_of(outlook)
    return {
        "outcome": OUTCOMES[outcome],
        "tone": TONES[outcome],
        "columns": [outlook.then, outlook.least, outlook.most],
        "parts": [
            (part, outlook.then.parts.get(part), outlook.least.parts.get(part), outlook.most.parts.get(part))
            for part in sorted({*outlook.then.parts, *outlook.least.parts})
        ],
        "carried": [line for line in outlook.lines if line.is_carried],
        "sheets": len(outlook.basis.sheets),
        "unmet": sorted(
            (state for state in outlook.least.floors if not state.met), key=lambda state: state.floor.stars
        ),
    }


def _sums(outcomes: dict[int, str]) -> list[tuple[str, Any, str, int]]:
    """The number of products by what becomes of their stars, none left out."""
    given = list(outcomes.values())
    return [(key, label, TONES[key], given.count(key)) for key, label in OUTCOMES.items()]
