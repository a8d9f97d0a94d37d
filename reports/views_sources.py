"""The rows behind the figures of a frozen report."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.posts import signed_in

from . import freezing
from .behind import behind
from .models import Run
from .showing import figure_of
from .tables import TOTALS, Column, Record, Report, Source


@require_GET
def sources(request: HttpRequest, code: str) -> HttpResponse:
    runs = Run.objects.visible_to(signed_in(request)).select_related("snapshot", "area")
    run = get_object_or_404(runs.filter(snapshot__code=code, state=Run.State.DONE).order_by("pk")[:1])
    assert run.snapshot is not None  # noqa: S101 - found by its code
    try:
        report = freezing.thaw(run.snapshot)
    except freezing.Unreadable as error:
        raise Http404(str(error)) from error
    source = report.source(*figure_of(request))
    if source is None:
        raise Http404
    name, column = named(report, source)
    found = behind(source, partial(_kept, report), request)
    context = {"run": run, "name": name, "column": column, "behind": found, "count": found.count}
    return render(request, "reports/sources.html", context)


def _kept(report: Report, keys: Iterable[str]) -> dict[str, Record]:
    return {key: report.records[key] for key in keys if key in report.records}


def named(report: Report, source: Source) -> tuple[str, Column]:
    """The words of the figure's row, its first text beyond the serial number, and its column."""
    table = report.table(source.table)
    column = next(one for one in table.columns if one.key == source.column)
    rows = dict(zip(table.keys, table.rows, strict=True))
    row = table.totals if source.row == TOTALS else rows[source.row]
    cells = zip(row, table.columns, strict=True)
    words = (str(cell) for cell, one in cells if one.kind == "text" and one.key != "tt")
    return next(words, table.title), column
