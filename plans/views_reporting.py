"""Pages of the communes' monthly reports on a plan, and of what the officer does with them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.scoping import read_by
from areas.models import Area
from ocop_portal.lib import clock, periods

from . import board_cells, months, planning, reminding, reporting
from .counting import asked_of
from .documents import document_response
from .figure_lists import FIGURES
from .forms_reporting import FigureFilter, MonthlyForm, ReasonForm
from .models import MonthlyReport, Plan, ReportedFigure
from .views import SignedIn, _plan, tells_refusals


def _month(text: str) -> date:
    """The first day of the month that an address names."""
    try:
        found = periods.parse(text)
    except periods.PeriodError as error:
        raise Http404(str(error)) from error
    if found.code != f"{found.start:%Y-%m}":
        raise Http404
    return found.start


def _readable(user: User) -> Any:
    """The units whose reports the person reads."""
    return Area.objects.filter(pk__in=read_by(user).values("covered"))


@require_GET
def board(request: SignedIn, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    today = clock.today()
    asked = request.GET.get("nam", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else min(today.year, plan.last_year)
    lines = months.board(plan, year, today, _readable(request.user))
    context = {
        "plan": plan,
        "year": year,
        "years": [str(each) for each in range(plan.first_year, plan.last_year + 1)],
        "months": months.months_of(plan, year, today),
        "lines": lines,
        "rows": board_cells.rows(plan, lines),
        "missing": sum(line.missing > 0 for line in lines),
        "latest": months.latest_over(plan, today),
        "may_write": planning.may_write(request.user, plan.area),
    }
    return render(request, "plans/board.html", context)


@tells_refusals
def monthly(request: SignedIn, pk: int, month: str, area: int) -> HttpResponse:
    plan, first = _plan(request, pk), _month(month)
    commune = get_object_or_404(_readable(request.user), pk=area)
    report = reporting.find(plan, commune, first)
    verdict = reporting.may_report(request.user, plan, commune, first)
    is_open = bool(verdict) and (report is None or report.state != MonthlyReport.State.SENT)
    if request.method == "POST":
        verdict.require()
    form = _form(request, plan, commune, report)
    if form.is_bound and form.is_valid() and (done := _saved(request, form, plan, commune, first)):
        is_sent = done.state == MonthlyReport.State.SENT
        messages.success(request, _("The report is sent.") if is_sent else _("The draft is saved."))
        return redirect("plans:board" if is_sent else request.path, *([pk] if is_sent else []))
    context = {"plan": plan, "commune": commune, "month": first, "report": report, "form": form}
    context |= {"is_open": is_open, "verdict": verdict, "due_on": months.due_on(plan, first)}
    return render(request, "plans/monthly.html", context | _officer(request, plan, report))


def _officer(request: SignedIn, plan: Plan, report: MonthlyReport | None) -> dict[str, Any]:
    may = planning.may_write(request.user, plan.area)
    is_sent = report is not None and report.state == MonthlyReport.State.SENT
    return {"may_write": may, "reason_form": ReasonForm() if may and is_sent else None}


def _form(request: SignedIn, plan: Plan, commune: Area, report: MonthlyReport | None) -> MonthlyForm:
    targets = list(plan.targets.select_related("indicator", "plan").prefetch_related("units"))
    return MonthlyForm(
        request.POST or None,
        request.FILES or None,
        activities=list(plan.activities.all()),
        targets=targets,
        asked=asked_of(commune, targets),
        report=report,
    )


def _saved(
    request: SignedIn, form: MonthlyForm, plan: Plan, commune: Area, month: date
) -> MonthlyReport | None:
    """The report as kept, or None with the objections on the form."""
    version, send = form.cleaned_data["version"], "send" in request.POST
    try:
        return reporting.save(plan, commune, month, form.content, by=request.user, version=version, send=send)
    except planning.Stale as stale:
        form.refresh(reporting.find(plan, commune, month))
        form.is_valid()
        form.add_error(None, str(stale))
    except ValidationError as error:
        form.add_error(None, error)
    return None


@require_POST
@tells_refusals
def monthly_return(request: SignedIn, pk: int, month: str, area: int) -> HttpResponse:
    plan = _plan(request, pk)
    planning.may_write(request.user, plan.area).require()
    report = get_object_or_404(MonthlyReport.objects, plan=plan, month=_month(month), area=area)
    form = ReasonForm(request.POST)
    if form.is_valid():
        reporting.return_report(report, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The report is returned to the commune."))
    else:
        messages.error(request, _("Say why the report is returned."))
    return redirect("plans:monthly", pk, month, area)


@require_POST
def remind(request: SignedIn, pk: int, month: str) -> HttpResponse:
    plan = _plan(request, pk)
    told = reminding.ask(plan, _month(month), by=request.user)
    words = ngettext("%(count)d commune was reminded.", "%(count)d communes were reminded.", told)
    messages.success(request, words % {"count": told})
    return redirect("plans:board", pk)


@require_GET
def figures(request: SignedIn, pk: int) -> HttpResponseBase:
    plan = _plan(request, pk)
    rows = ReportedFigure.objects.filter(
        target__plan=plan, report__isnull=False, area__in=_readable(request.user).values("pk")
    ).exclude(state=ReportedFigure.State.DRAFT)
    form = FigureFilter(request.GET)
    found = rows.select_related("area", "target__indicator", "report__plan", "report__area")
    return FIGURES.respond(request, form, found, "plans/figures.html", {"plan": plan})


@require_POST
@tells_refusals
def figure_judge(request: SignedIn, pk: int, figure: int) -> HttpResponse:
    plan = _plan(request, pk)
    planning.may_write(request.user, plan.area).require()
    rows = ReportedFigure.objects.select_related("target__plan__area", "report")
    found = get_object_or_404(rows, pk=figure, target__plan=plan, report__isnull=False)
    try:
        reporting.judge(
            found,
            accept="accept" in request.POST,
            refusal=request.POST.get("refusal", "").strip()[:1000],
            by=request.user,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    report = found.report
    assert report is not None  # noqa: S101 - asked for above
    return redirect("plans:monthly", pk, report.month_code, report.area_id)


@require_GET
def figure_file(request: SignedIn, pk: int, figure: int) -> HttpResponseBase:
    rows = ReportedFigure.objects.filter(target__plan=_plan(request, pk)).exclude(document="")
    found = get_object_or_404(rows.filter(area__in=_readable(request.user).values("pk")), pk=figure)
    return document_response(found)
