"""The rows behind the figures of a frozen report."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.posts import signed_in
from ocop_portal.lib import paging

from . import freezing
from .models import Run
from .sources import SUMMARY

ROWS = 100


@require_GET
def sources(request: HttpRequest, code: str) -> HttpResponse:
    runs = Run.objects.visible_to(signed_in(request)).select_related("snapshot", "area")
    run = get_object_or_404(runs.filter(snapshot__code=code, state=Run.State.DONE).order_by("pk")[:1])
    assert run.snapshot is not None  # noqa: S101 - found by its code
    try:
        report = freezing.thaw(run.snapshot)
    except freezing.Unreadable as error:
        raise Http404(str(error)) from error
    source = report.source(SUMMARY, request.GET.get("hang", ""), request.GET.get("cot", ""))
    if source is None:
        raise Http404
    table = report.table(SUMMARY)
    context = {
        "run": run,
        "row": dict(zip(table.keys, table.records(), strict=True))[source.row],
        "column": next(column for column in table.columns if column.key == source.column),
        "count": len(source.counts),
        "page": paging.page_of([report.records[key] for key in source.counts], request, ROWS),
        "unplaced": [report.records[key] for key in source.unplaced],
    }
    return render(request, "reports/sources.html", context)
