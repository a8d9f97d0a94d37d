"""Pages of a council: its statute, its seats, its sessions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ocop_portal.lib import clock, paging

from .. import seating
from ..forms.councils import CouncilForm, SeatEndForm, SeatForm
from ..models import Council, CouncilMember
from ..workflow import Refused, Stale
from .council_scope import council_of, crumbs, fact, unit_asked
from .dossiers import SignedIn
from .refusals import tells_refusals


@tells_refusals
def council_new(request: SignedIn) -> HttpResponse:
    unit, units = unit_asked(request)
    form = CouncilForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            made = seating.set_up(unit, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The council is set up. Give its members their seats."))
            return redirect("ratings:council", made.pk)
    context = {"form": form, "unit": unit, "units": units, "crumbs": crumbs(request)}
    return render(request, "ratings/councils/council_edit.html", context)


def council(request: SignedIn, pk: int) -> HttpResponse:
    found = council_of(request, pk)
    today = clock.today()
    members = list(found.members.select_related("user").order_by("place", "pk"))
    context = {
        "council": found,
        "facts": _facts(found),
        "seated": [member for member in members if member.held_on(today)],
        "others": [member for member in members if not member.held_on(today)],
        "page": paging.page_of(found.sessions.select_related("round").order_by("-on", "-pk"), request),
        "may_edit": seating.may_set_up(request.user, found.area),
        "may_run": seating.may_run(request.user, found),
        "crumbs": crumbs(request),
        "today": today,
    }
    return render(request, "ratings/councils/council.html", context)


def _facts(council: Council) -> list[dict[str, Any]]:
    """The statute, row by row."""
    decision = " ".join(
        word for word in (council.decision_number, _day(council.decision_on)) if word and word != "–"
    )
    return [
        fact(_("Unit"), council.area.name),
        fact(_("Level"), council.get_level_display()),
        fact(_("Set up by decision no."), decision or None),
        fact(_("From"), _day(council.starts_on)),
        fact(_("To"), _day(council.ends_on)),
        fact(_("Quorum"), _("%(percent)d%% of the members who score") % {"percent": council.quorum_percent}),
        fact(_("Only with its chair"), _("Yes") if council.chair_required else _("No")),
        fact(
            _("Members' totals differ by at most (points)"),
            number_format(council.spread_points, use_l10n=True),
        ),
        fact(_("A floor is met by"), council.get_floor_by_display()),
    ]


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "–"


@tells_refusals
def council_edit(request: SignedIn, pk: int) -> HttpResponse:
    found = council_of(request, pk)
    seating.may_set_up(request.user, found.area).require()
    form = CouncilForm(request.POST or None, unit=found.area, council=found)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            seating.change(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409 if isinstance(refused, Stale) else 200
        else:
            messages.success(request, _("The council is changed."))
            return redirect("ratings:council", pk)
    context = {"form": form, "council": found, "unit": found.area, "crumbs": crumbs(request, council=found)}
    return render(request, "ratings/councils/council_edit.html", context, status=status)


@tells_refusals
def council_seat(request: SignedIn, pk: int) -> HttpResponse:
    found = council_of(request, pk)
    seating.may_set_up(request.user, found.area).require()
    start = {"starts_on": max(found.starts_on, clock.today())}
    form = SeatForm(request.POST or None, people=seating.accounts_to_seat(found), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            _give_seat(request, found, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The seat is given."))
            return redirect("ratings:council", pk)
    context = {"form": form, "council": found, "crumbs": crumbs(request, council=found)}
    return render(request, "ratings/councils/seat.html", context)


def _give_seat(request: SignedIn, council: Council, given: dict[str, Any]) -> None:
    facts = {"position": given["position"], "by": request.user}
    if given["replaces"]:
        seating.replace_chair(council, given["user"], on=given["starts_on"], **facts)
    else:
        seating.seat(council, given["user"], given["seat"], starts_on=given["starts_on"], **facts)


@tells_refusals
def council_seat_end(request: SignedIn, pk: int, member: int) -> HttpResponse:
    found = council_of(request, pk)
    seating.may_set_up(request.user, found.area).require()
    rows = CouncilMember.objects.filter(council=found).select_related("user", "council__area")
    leaving = get_object_or_404(rows, pk=member)
    form = SeatEndForm(request.POST or None, initial={"ends_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            seating.end_seat(leaving, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The seat ends on that day."))
            return redirect("ratings:council", pk)
    context = {"form": form, "council": found, "member": leaving, "crumbs": crumbs(request, council=found)}
    return render(request, "ratings/councils/seat_end.html", context)
