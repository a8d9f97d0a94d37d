"""Pages of the schedules of reports."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.posts import signed_in
from accounts.rules import needs
from ocop_portal.lib import clock

from . import rules, scheduling
from .forms_schedules import ScheduleFilter, ScheduleForm, UnitForm
from .models import Schedule
from .schedule_lists import SCHEDULES


def _found(request: HttpRequest, pk: int) -> Schedule:
    rows = Schedule.objects.visible_to(request.user).select_related("area", "created_by")
    found: Schedule = get_object_or_404(rows, pk=pk)
    return found


@require_GET
def schedules(request: HttpRequest) -> HttpResponseBase:
    user = signed_in(request)
    rows = Schedule.objects.visible_to(user).select_related("area", "created_by")
    context = {"may_make": needs(user, scheduling.MAKERS)}
    return SCHEDULES.respond(request, ScheduleFilter(request.GET), rows, "reports/schedules.html", context)


def schedule_new(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    needs(user, scheduling.MAKERS).require()
    own = rules.own_area(user)
    unit = UnitForm(request.GET or None, by=user, initial={"area": own})
    area = unit.cleaned_data["area"] if unit.is_valid() else own
    if area is None:
        return render(request, "reports/schedule_new.html", {"unit": unit})
    form = ScheduleForm(request.POST or None, area=area)
    if form.is_valid():
        try:
            made = scheduling.make(area=area, by=user, **form.contents)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The schedule is made."))
            return redirect("reports:schedule", made.pk)
    return render(request, "reports/schedule_new.html", {"unit": unit, "form": form, "area": area})


@require_GET
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    context = {
        "schedule": found,
        "name": scheduling.KINDS[found.report].name,
        "recipients": found.recipients.select_related("area"),
        "turns": found.turns.select_related("run")[:24],
        "next": scheduling.next_turn(found, clock.today()) if found.is_active else None,
        "may_make": scheduling.may_make(signed_in(request), found.area),
    }
    return render(request, "reports/schedule.html", context)


@require_POST
def schedule_on(request: HttpRequest, pk: int) -> HttpResponse:
    scheduling.switch(_found(request, pk), on=True, by=signed_in(request))
    return redirect("reports:schedule", pk)


@require_POST
def schedule_off(request: HttpRequest, pk: int) -> HttpResponse:
    scheduling.switch(_found(request, pk), on=False, by=signed_in(request))
    return redirect("reports:schedule", pk)


@require_POST
def schedule_delete(request: HttpRequest, pk: int) -> HttpResponse:
    scheduling.delete(_found(request, pk), by=signed_in(request))
    messages.success(request, _("The schedule is deleted; the reports it had compiled stay."))
    return redirect("reports:schedules")
