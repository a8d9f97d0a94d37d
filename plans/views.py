"""Pages of plans."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import Role, User
from accounts.rules import needs

from . import breaking_down, forms, planning, showing
from .documents import document_response
from .models import Activity, BudgetLine, Plan, Target

P = ParamSpec("P")


class SignedIn(HttpRequest):
    """A request that the sign-in middleware let through."""

    user: User


class Part(NamedTuple):
    """One kind of row of a plan: how it is found, typed and written, and its words."""

    model: type[Activity | BudgetLine]
    form: type[Any]
    write: Callable[..., Any]
    keyword: str
    add: str | Promise
    change: str | Promise


PARTS = {
    "nhiem-vu": Part(
        Activity,
        forms.ActivityForm,
        planning.set_activity,
        "activity",
        gettext_lazy("Add an activity"),
        gettext_lazy("Change the activity"),
    ),
    "kinh-phi": Part(
        BudgetLine,
        forms.BudgetLineForm,
        planning.set_budget_line,
        "line",
        gettext_lazy("Add a budget line"),
        gettext_lazy("Change the budget line"),
    ),
}


def tells_refusals(
    view: Callable[Concatenate[SignedIn, P], HttpResponse],
) -> Callable[Concatenate[SignedIn, P], HttpResponse]:
    """Answer 403 with the reason where the plan's state refuses an act."""

    @wraps(view)
    def told(request: SignedIn, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except planning.Refused as refused:
            raise PermissionDenied(str(refused)) from refused

    return told


def _plan(request: SignedIn, pk: int) -> Plan:
    return get_object_or_404(Plan.objects.visible_to(request.user).select_related("area"), pk=pk)


def _part(name: str) -> Part:
    if name not in PARTS:
        raise Http404
    return PARTS[name]


def _row(request: SignedIn, model: type[Any], pk: int, row: int) -> tuple[Plan, Any]:
    plan = _plan(request, pk)
    return plan, get_object_or_404(model.objects.select_related("plan__area"), pk=row, plan=plan)


def _done(form: Any, act: Callable[[], Any], plan: Plan | None = None) -> Any:
    """What the act gives, or None with its objections on the form."""
    try:
        return act()
    except planning.Stale as stale:
        form.refresh(plan)
        form.is_valid()
        form.add_error(None, str(stale))
    except ValidationError as error:
        fields = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for name, words in fields.items():
            form.add_error(name if name in form.fields else None, words)
    return None


def _page(
    request: SignedIn, form: BaseForm, title: str | Promise, plan: Plan | None = None, **more: Any
) -> HttpResponse:
    """A page with one form; 409 where somebody else was first."""
    is_stale = (
        form.is_bound and "version" in form.fields and form.data.get("version") != request.POST.get("version")
    )
    context = {"form": form, "title": title, "plan": plan, **more}
    return render(request, "plans/form.html", context, status=409 if is_stale else 200)


def plan_list(request: SignedIn) -> HttpResponseBase:
    plans = Plan.objects.visible_to(request.user)
    form = forms.PlanFilter(request.GET, plans=plans)
    context = {"may_write": needs(request.user, [Role.OFFICER])}
    return showing.PLANS.respond(request, form, plans.select_related("area"), "plans/list.html", context)


def plan_detail(request: SignedIn, pk: int) -> HttpResponse:
    rows = Plan.objects.visible_to(request.user).with_unit_read_by(request.user)
    plan = get_object_or_404(rows.select_related("area"), pk=pk)
    period = showing.year_shown(plan, request.GET.get("nam", ""))
    lines = list(plan.budget_lines.all())
    targets, may_write = showing.target_rows(plan, period), planning.may_write(request.user, plan.area)
    context = {
        "plan": plan,
        "period": period,
        "years": [str(year) for year in range(plan.first_year, plan.last_year + 1)],
        "targets": targets,
        "activities": plan.activities.all(),
        "lines": [(line, showing.total_of([line])) for line in lines],
        "total": showing.total_of(lines),
        "may_write": may_write,
        "may_change": planning.may_change(request.user, plan),
        "breakdowns": breaking_down.broken_down(plan),
        "forecasts": showing.forecasts(plan, targets),
        "pending": showing.pending(plan) if may_write else 0,
    }
    return render(request, "plans/detail.html", context)


def plan_new(request: SignedIn) -> HttpResponse:
    needs(request.user, [Role.OFFICER]).require()
    form = forms.PlanForm(request.POST or None, request.FILES or None, by=request.user)
    if form.is_valid():
        plan = _done(form, lambda: planning.create(by=request.user, **form.contents))
        if plan:
            messages.success(request, _("The plan is saved. Add its targets, then publish it."))
            return redirect("plans:detail", plan.pk)
    return _page(request, form, _("New plan"))


@tells_refusals
def plan_edit(request: SignedIn, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    planning.may_change(request.user, plan).require()
    form = forms.PlanForm(request.POST or None, request.FILES or None, instance=plan, by=request.user)
    if form.is_valid() and _done(form, lambda: planning.change(plan, by=request.user, **form.contents), plan):
        messages.success(request, _("The plan is saved."))
        return redirect("plans:detail", pk)
    return _page(request, form, _("Change the plan"), _plan(request, pk))


@require_POST
def plan_publish(request: SignedIn, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    try:
        planning.publish(plan, by=request.user)
    except planning.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The plan is published: anyone can read it."))
        if not plan.document:
            messages.warning(request, _("No document is attached, so there is nothing to download."))
        for words in breaking_down.warnings(plan):
            messages.warning(request, words)
    return redirect("plans:detail", pk)


def plan_unpublish(request: SignedIn, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    planning.may_write(request.user, plan.area).require()
    form = forms.UnpublishForm(request.POST or None)
    if form.is_valid():
        planning.unpublish(plan, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The plan is off the public pages and can be changed again."))
        return redirect("plans:detail", pk)
    return _page(request, form, _("Unpublish the plan"), plan)


def plan_document(request: SignedIn, pk: int) -> FileResponse:
    return document_response(_plan(request, pk))


@tells_refusals
def row_new(request: SignedIn, pk: int, part: str) -> HttpResponse:
    plan, kind = _plan(request, pk), _part(part)
    planning.may_change(request.user, plan).require()
    form = kind.form(request.POST or None, plan=plan)
    if form.is_valid() and _done(form, lambda: kind.write(plan, by=request.user, **form.contents), plan):
        messages.success(request, _("Saved."))
        return redirect("plans:detail", pk)
    return _page(request, form, kind.add, plan)


@tells_refusals
def row_edit(request: SignedIn, pk: int, part: str, row: int) -> HttpResponse:
    kind = _part(part)
    plan, found = _row(request, kind.model, pk, row)
    planning.may_change(request.user, plan).require()
    form = kind.form(request.POST or None, plan=plan, instance=found)
    if form.is_valid():
        which = {kind.keyword: kind.model._default_manager.get(pk=row)}
        if _done(form, lambda: kind.write(plan, by=request.user, **which, **form.contents), plan):
            messages.success(request, _("Saved."))
            return redirect("plans:detail", pk)
    return _page(request, form, kind.change, plan, part=part, row=row)


@require_POST
@tells_refusals
def row_remove(request: SignedIn, pk: int, part: str, row: int) -> HttpResponse:
    _found, removed = _row(request, _part(part).model, pk, row)
    planning.remove(removed, by=request.user)
    messages.success(request, _("Removed from the plan."))
    return redirect("plans:detail", pk)


@tells_refusals
def figure_new(request: SignedIn, pk: int, row: int) -> HttpResponse:
    plan, target = _row(request, Target, pk, row)
    planning.may_write(request.user, plan.area).require()
    form = forms.FigureForm(request.POST or None)
    if form.is_valid() and _done(
        form, lambda: planning.record_figure(target, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The figure is recorded."))
        return redirect("plans:detail", pk)
    figures = target.figures.select_related("entered_by")
    return _page(request, form, _("Report a figure"), plan, target=target, figures=figures)


def activity_report(request: SignedIn, pk: int, row: int) -> HttpResponse:
    plan, activity = _row(request, Activity, pk, row)
    planning.may_write(request.user, plan.area).require()
    form = forms.ActivityReportForm(request.POST or None, instance=activity)
    if form.is_valid():
        planning.report_activity(activity, by=request.user, **form.cleaned_data)
        messages.success(request, _("The activity is updated."))
        return redirect("plans:detail", pk)
    return _page(request, form, _("Report on the activity"), plan, lead=activity.content)


def disbursement(request: SignedIn, pk: int, row: int) -> HttpResponse:
    plan, line = _row(request, BudgetLine, pk, row)
    planning.may_write(request.user, plan.area).require()
    form = forms.DisbursementForm(request.POST or None, line=line)
    if form.is_valid() and _done(
        form, lambda: planning.report_disbursement(line, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The disbursement is recorded."))
        if form.doubt:
            messages.warning(request, form.doubt)
        return redirect("plans:detail", pk)
    return _page(request, form, _("Report the disbursement"), plan, lead=line.content)
