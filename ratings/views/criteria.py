"""Pages of criteria sets: the list, a whole set, two side by side, a regulation."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from accounts import rules

from ..criteria import comparing, integrity, stored
from ..criteria.publishing import may_publish, may_retire
from ..forms.criteria import CompareForm, CriteriaFilter
from ..models import CriteriaSet, Regulation
from . import criteria_showing as showing
from .criteria_list import CRITERIA_SETS
from .dossiers import SignedIn

RELATED = ("regulation", "group__parent__parent", "corrects")


def criteria_sets(request: SignedIn) -> HttpResponseBase:
    rows = CriteriaSet.objects.visible_to(request.user).select_related(*RELATED).with_size()
    context = {
        "may_load": bool(rules.may_administer(request.user)),
        "regulations": Regulation.objects.order_by("-files_from"),
    }
    form = CriteriaFilter(request.GET)
    return CRITERIA_SETS.respond(request, form, rows, "ratings/criteria/sets.html", context)


def found_set(request: SignedIn, code: str) -> CriteriaSet:
    """The set, if the person may read it; a draft is not found by others than administrators."""
    seen = CriteriaSet.objects.visible_to(request.user).select_related(*RELATED, "loaded_by")
    return get_object_or_404(seen, code=code)


def criteria_set(request: SignedIn, code: str) -> HttpResponse:
    found = found_set(request, code)
    rows = stored.rows_of(found)
    parts = dict(found.regulation.parts.values_list("code", "max_points"))
    seen = CriteriaSet.objects.visible_to(request.user)
    context = {
        "set": found,
        "parts": showing.parts_of(rows),
        "totals": showing.totals_of(rows),
        "proofs": integrity.proofs_of(stored.facts_of(found, rows), parts),
        "corrections": seen.filter(corrects=found),
        **_for_administrators(request, found, rows),
    }
    return render(request, "ratings/criteria/set.html", context)


def _for_administrators(request: SignedIn, found: CriteriaSet, rows: list[Any]) -> dict[str, Any]:
    """What only administrators see: doubts, readings of the asterisks, and the buttons."""
    if not rules.may_administer(request.user):
        return {"administers": False}
    return {
        "administers": True,
        "doubts": showing.doubts_of(found, rows),
        "readings": showing.readings_of(found.regulation),
        "may_publish": may_publish(found, request.user),
        "may_retire": may_retire(found, request.user),
    }


def criteria_compare(request: SignedIn) -> HttpResponse:
    form = CompareForm(request.GET if request.GET else None, user=request.user)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        one, other = form.cleaned_data["a"], form.cleaned_data["b"]
        compared = comparing.compare(stored.facts_of(one), stored.facts_of(other))
        context |= {"one": one, "other": other, "compared": compared}
        context["counts"] = showing.counts_of(compared)
        context["rows"] = compared.different if form.cleaned_data["different"] else compared.rows
    return render(request, "ratings/criteria/compare.html", context)


def regulation(request: SignedIn, code: str) -> HttpResponse:
    found = get_object_or_404(Regulation.objects.prefetch_related("parts", "bands", "authorities"), code=code)
    administers = bool(rules.may_administer(request.user))
    context = {
        "regulation": found,
        "administers": administers,
        "readings": showing.readings_of(found) if found.tree == Regulation.Tree.VERIFIED else [],
        "sets": CriteriaSet.objects.visible_to(request.user).filter(regulation=found).published(),
    }
    return render(request, "ratings/criteria/regulation.html", context)
