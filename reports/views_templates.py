"""Pages of the forms of offices: list, upload, one form, its names, and the filled file."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.posts import areas_of, signed_in
from areas.models import Area
from ocop_portal.lib import files
from ocop_portal.lib.spreadsheet_forms import FormRefused

from . import asking, examples, filling, freezing, placeholders, templating
from .asking import Unanswerable
from .catalogue import KINDS, compile_report
from .forms import Picker
from .forms_templates import NewTemplate, NewVersion, TemplateFilter
from .lists_templates import TEMPLATES, report_name, state
from .models import Run, Template
from .tables import Report
from .templating import Mistaken

XLSX = files.KINDS["xlsx"].content_type


def _in_sight(user: User, pk: int) -> Template:
    rows = Template.objects.visible_to(user).select_related("area", "uploaded_by", "replaced_by", "ended_by")
    return get_object_or_404(rows, pk=pk)


@require_GET
def template_list(request: HttpRequest) -> HttpResponseBase:
    user = signed_in(request)
    rows = Template.objects.visible_to(user)
    form = TemplateFilter(request.GET, templates=rows)
    context = {"may_upload": areas_of(user, templating.KEEPERS).exists()}
    rows = rows.select_related("area", "uploaded_by", "replaced_by")
    return TEMPLATES.respond(request, form, rows, "reports/templates.html", context)


def template_new(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    templating.may_keep_some(user).require()
    form = NewTemplate(*_sent(request), by=user)

    def keep(given: dict[str, Any]) -> Template:
        area, report, name = given["area"], given["report"], given["name"]
        return templating.upload(area, report, name, given["file"], by=user, note=given["note"])

    return _answered(request, form, keep, {"cancel": reverse("reports:templates")})


def template_replace(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = _in_sight(user, pk)
    templating.may_replace(found, user).require()
    form = NewVersion(*_sent(request), initial={"note": found.note})

    def keep(given: dict[str, Any]) -> Template:
        return templating.replace(found, given["file"], by=user, note=given["note"])

    return _answered(request, form, keep, {"template": found, "cancel": found.get_absolute_url()})


def _answered(
    request: HttpRequest,
    form: NewVersion,
    keep: Callable[[dict[str, Any]], Template],
    context: dict[str, Any],
) -> HttpResponse:
    """The page with the form, its mistakes beside it; the new form's page once it is kept."""
    found: Any = ()
    if form.is_bound and form.is_valid():
        try:
            made = keep(form.cleaned_data)
        except Mistaken as mistaken:
            found = mistaken.found
        except files.UploadRefused as refused:
            form.add_error("file", refused)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s is kept and can be filled.") % {"name": made.name})
            return redirect(made)
    return render(request, "reports/template_new.html", {**context, "form": form, "mistakes": found})


@require_GET
def template(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = _in_sight(user, pk)
    try:
        asked = asking.read(request.GET, user)
    except Unanswerable as error:
        return _unanswered(request, error)
    report = compile_report(found.report, *asked) if found.report in KINDS else None
    context = {
        "template": found,
        "asked": asked,
        "picker": Picker(user, asked),
        "names": filling.preview(found, report, asked.area) if report else [],
        "rows": [(table.title, len(table.rows)) for table in filling.tables_of(found, report)],
        "report_name": report_name(found),
        "state": state(found),
        "older": filling.older(found),
        "may_replace": bool(templating.may_replace(found, user)),
    }
    return render(request, "reports/template.html", context)


@require_POST
def template_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = _in_sight(user, pk)
    templating.withdraw(found, by=user)
    messages.success(request, _("%(name)s is withdrawn.") % {"name": found.name})
    return redirect("reports:templates")


@require_GET
def template_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _in_sight(signed_in(request), pk)
    return files.serve_private(found.file, found.file_name, XLSX)


@require_POST
def template_fill(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = signed_in(request)
    found = _in_sight(user, pk)
    templating.may_fill(found).require()
    try:
        asked = asking.read(request.POST, user)
    except Unanswerable as error:
        return _unanswered(request, error)
    return _filled(request, found, compile_report(found.report, *asked), asked.area)


@require_POST
def run_fill(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = signed_in(request)
    done = Run.objects.visible_to(user).filter(state=Run.State.DONE).select_related("area", "snapshot")
    run = get_object_or_404(done, pk=pk)
    chosen = request.POST.get("template", "")
    rows = Template.objects.visible_to(user).current().filter(report=run.report)
    found = get_object_or_404(rows, pk=chosen if chosen.isdecimal() and len(chosen) < 19 else 0)
    assert run.snapshot is not None  # noqa: S101 - the database lets no run be done without one
    try:
        report = freezing.thaw(run.snapshot)
    except freezing.Unreadable as error:
        context = {"template": found, "words": error}
        return render(request, "reports/template_unfit.html", context, status=409)
    return _filled(request, found, report, run.area)


def _filled(request: HttpRequest, found: Template, report: Report, area: Area) -> HttpResponseBase:
    """The filled file as a download, or the page that says why it can't be filled."""
    try:
        content = filling.hand_out(found, report, area, by=signed_in(request))
    except Mistaken as mistaken:
        context = {"template": found, "mistakes": mistaken.found}
        return render(request, "reports/template_unfit.html", context, status=409)
    except FormRefused as refused:
        return render(
            request, "reports/template_unfit.html", {"template": found, "words": refused}, status=409
        )
    return files.attachment(BytesIO(content), filling.file_name(found, area, report.period), XLSX)


@require_GET
def placeholder_list(request: HttpRequest) -> HttpResponse:
    code = request.GET.get("bao-cao", "") or next(iter(KINDS))
    report = _learnt(request, code)
    context = {
        "kind": KINDS[code],
        "kinds": [(f"?bao-cao={kind.code}", kind.name, kind.code == code) for kind in KINDS.values()],
        "single": placeholders.SINGLE,
        "listed": placeholders.listed(report),
    }
    return render(request, "reports/placeholders.html", context)


@require_GET
def template_example(request: HttpRequest, code: str) -> HttpResponseBase:
    return files.attachment(examples.write(_learnt(request, code)), examples.file_name(code), XLSX)


def _learnt(request: HttpRequest, code: str) -> Report:
    """The report whose tables name the placeholders; 404 for one that does not exist or is not read."""
    report = placeholders.report_to_learn_from(code, signed_in(request)) if code in KINDS else None
    if report is None:
        raise Http404
    return report


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _unanswered(request: HttpRequest, error: Unanswerable) -> HttpResponse:
    return render(request, "reports/unanswerable.html", {"words": str(error)}, status=error.status)
