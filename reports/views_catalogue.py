"""Pages of the catalogue: each report on a unit, period and map; its figures' rows; its tables as files."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.posts import signed_in
from ocop_portal.lib.spreadsheet import table_csv, table_json

from . import asking, dictionary, excel, records, requesting
from .asking import Asked, Unanswerable
from .behind import behind
from .catalogue import KINDS, compile_report
from .forms import Picker
from .ground import ground
from .narrowing import wanted
from .showing import chosen, figure_of, shown, tabs_of
from .tables import canonical

MAKERS = {"csv": (table_csv, "text/csv; charset=utf-8"), "json": (table_json, "application/json")}
View = Callable[..., HttpResponseBase]


def asked_for(view: View) -> View:
    """Read unit, period and map from the address, or answer with the reason why not."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        query = request.POST if request.method == "POST" else request.GET
        try:
            return view(request, asking.read(query, signed_in(request)), *args, **kwargs)
        except Unanswerable as error:
            return render(request, "reports/unanswerable.html", {"words": str(error)}, status=error.status)

    return answer


@require_GET
@asked_for
def catalogue(request: HttpRequest, asked: Asked) -> HttpResponse:
    context = {
        "asked": asked,
        "picker": Picker(signed_in(request), asked),
        "kinds": KINDS.values(),
    }
    return render(request, "reports/catalogue.html", context)


@require_GET
@asked_for
def report(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    kind = KINDS[code]
    only = chosen(kind.tabs, asked.area, request)
    narrow = wanted(kind.narrows, request.GET)
    compiled = narrow.of(compile_report(code, *asked, only=only))
    tables = shown(compiled, request, narrow)
    is_narrowed = any(one.query for one in tables)
    context = {
        "asked": asked,
        "kind": kind,
        "picker": Picker(signed_in(request), asked),
        "report": compiled,
        "tabs": tabs_of(kind.tabs, asked, only),
        "tables": tables,
        "is_narrowed": is_narrowed,
        "digest": "" if only or is_narrowed else compiled.digest(),
    }
    return render(request, "reports/report.html", context)


@require_GET
@asked_for
def figure(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    """The rows that a figure counts now."""
    place = figure_of(request)
    with translation.override("vi"):
        source = KINDS[code].source(ground(*asked), place)
    if source is None:
        raise Http404
    found = behind(source, records.of_keys, request)
    context = {
        "asked": asked,
        "kind": KINDS[code],
        "code": code,
        "behind": found,
        "count": found.count,
        "rows": found.counted.rows,
        "term": dictionary.of_place(code, place),
    }
    return render(request, "reports/figure.html", context)


@require_GET
@asked_for
def table_file(request: HttpRequest, asked: Asked, code: str) -> HttpResponseBase:
    """One table, the first unless ``bang`` names another, as CSV or JSON; narrowed as its page is."""
    tabs = dict(KINDS[code].tabs)
    bang, form = request.GET.get("bang", next(iter(tabs))), request.GET.get("dang", "csv")
    if bang not in tabs or form not in MAKERS:
        raise Http404
    make, content_type = MAKERS[form]
    narrow = wanted(KINDS[code].narrows, request.GET)
    table = narrow.of(compile_report(code, *asked, only=(bang,))).table(bang).whole()
    stem = excel.file_name(code, asked.area, asked.period.code, asked.on_map).removesuffix(".xlsx")
    name = "_".join(filter(None, [stem, bang, narrow.query(bang).replace("=", "-")]))
    answer = StreamingHttpResponse(make(table), content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}")
    return answer


@login_not_required
@require_GET
def api_report(request: HttpRequest, code: str) -> HttpResponse:
    if not isinstance(request.user, User):
        return JsonResponse({"error": _("Sign in first.")}, status=401)
    try:
        found = compile_report(code, *asking.read(request.GET, request.user))
    except Unanswerable as error:
        return JsonResponse({"error": str(error)}, status=error.status)
    content = {**found.content(), "digest": found.digest()}
    return HttpResponse(canonical(content), content_type="application/json; charset=utf-8")


@require_POST
@asked_for
def request_run(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    run = requesting.request(code, *asked, by=signed_in(request))
    return redirect("reports:run", run.pk)


@require_GET
def words(request: HttpRequest) -> HttpResponse:
    """The dictionary of every measure and figure."""
    return render(request, "reports/dictionary.html", {"groups": dictionary.groups()})
