"""Pages of published reports, and of two reports compared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.posts import signed_in

from . import causes, comparing, freezing, publishing
from .forms_publishing import CompareForm, PublicationFilter, PublishForm
from .models import Publication, Run
from .publication_lists import PUBLICATIONS

OFFERED = 100


@require_GET
def publications(request: HttpRequest) -> HttpResponseBase:
    rows = Publication.objects.visible_to(request.user).select_related("area", "published_by")
    return PUBLICATIONS.respond(request, PublicationFilter(request.GET), rows, "reports/publications.html")


def publish(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    run = get_object_or_404(Run.objects.visible_to(user).select_related("area", "snapshot"), pk=pk)
    publishing.may_publish(user, run).require()
    earlier = publishing.takes_place_of(run)
    form = PublishForm(request.POST or None, earlier=earlier)
    if form.is_valid():
        try:
            publishing.publish(run, by=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The report is published and locked."))
            return redirect("reports:run", pk)
    return render(request, "reports/publish.html", {"run": run, "form": form, "earlier": earlier})


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    runs = Run.objects.visible_to(signed_in(request)).filter(state=Run.State.DONE)
    asked = [pk for pk in (request.GET.get("truoc", ""), request.GET.get("sau", "")) if pk.isdecimal()]
    offered = Q(pk__in=runs.order_by("-created_at").values("pk")[:OFFERED]) | Q(pk__in=asked)
    form = CompareForm(request.GET or None, runs=runs.filter(offered).select_related("area", "snapshot"))
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context |= _compared(form.cleaned_data["truoc"], form.cleaned_data["sau"])
    return render(request, "reports/compare.html", context)


def _compared(first: Run, second: Run) -> dict[str, Any]:
    """The two in the order in which they were frozen."""
    earlier, later = sorted((first, second), key=lambda run: run.snapshot.cut_off_at)  # type: ignore[union-attr]
    assert earlier.snapshot and later.snapshot  # noqa: S101 - the database keeps it for a run that is done
    try:
        before, after = freezing.thaw(earlier.snapshot), freezing.thaw(later.snapshot)
    except freezing.Unreadable as error:
        raise Http404(str(error)) from error
    records = [*before.records.values(), *after.records.values()]
    cause = causes.between(earlier.snapshot.cut_off_at, later.snapshot.cut_off_at, records)
    return {
        "earlier": earlier,
        "later": later,
        "same": before.digest() == after.digest(),
        "changes": comparing.changes(before, after),
        "restated": comparing.restated(before, after, cause),
        "one_period": earlier.period == later.period,
    }
