"""The radar of what ends: the list of certificates or papers with its sums, and the calendar."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.posts import signed_in
from ocop_portal.lib import clock

from ..expiry import measures, months, rows, stages
from ..expiry.stages import Days
from ..forms.radar import CERTIFICATES, PAPERS, RadarFilter
from . import radar_lists, radar_sums
from .sections import Tab, tabs


@require_safe
def radar(request: HttpRequest) -> HttpResponseBase:
    user, days = signed_in(request), stages.days_on(clock.today())
    form = RadarFilter(request.GET, by=user, days=days)
    papers = form.kind == PAPERS
    found: Any = rows.papers(user, days) if papers else rows.certificates(user, days)
    listing: Any = radar_lists.papers(days) if papers else radar_lists.certificates(days)
    shown = found.with_use_counts() if papers else found
    context = {} if "xuat" in request.GET else _sums(form, found, days)
    context |= {"tabs": tabs(request), "views": _views(request), "days": days, "papers": papers}
    return listing.respond(request, form, shown, "ratings/radar.html", context)


@require_safe
def radar_calendar(request: HttpRequest) -> HttpResponse:
    user, days = signed_in(request), stages.days_on(clock.today())
    form = RadarFilter(request.GET, by=user, days=days, calendar=True)
    certificates = form.filter_as(CERTIFICATES, rows.certificates(user, days))
    papers = form.filter_as(PAPERS, rows.papers(user, days))
    found = months.calendar(days, certificates, papers)
    for month in found:
        for row in month.certificates.rows:
            row.to_submit = radar_lists.to_submit(row, days)
    context = {"tabs": tabs(request), "views": _views(request), "days": days, "form": form, "months": found}
    context["asked"] = form.querystring()
    return render(request, "ratings/radar_calendar.html", context)


@require_safe
def moved(request: HttpRequest) -> HttpResponse:
    """The address of the list before the radar took it in."""
    return redirect("ratings:radar", permanent=True)


def _sums(form: RadarFilter, found: QuerySet[Any], days: Days) -> dict[str, Any]:
    """What is listed counted by window, by commune and by organisation; three statements."""
    papers = form.kind == PAPERS
    paths = ("enterprise__area", "enterprise") if papers else ("area", "holders__enterprise")
    counted = measures.sums(form.filter(found), *paths, days.on)
    stands = {key: label for key, label in days.labels(papers=papers).items() if key in counted.stages}
    communes = radar_sums.rows(form, "xa", counted.communes, stands)
    organisations = radar_sums.rows(form, "chu_the", counted.organisations, stands)
    numbers, tones = counted.stages, stages.TONES
    return {
        "counts": [(key, label, numbers[key], tones.get(key, "neutral")) for key, label in stands.items()],
        "windows": list(stands.values()),
        "sums": [
            (_("By commune"), _("Commune"), communes, 0),
            (_("By organisation"), _("Organisation"), organisations, counted.unnamed),
        ],
    }


def _views(request: HttpRequest) -> list[Tab]:
    """The list and the calendar, each with what both can be filtered by."""
    kept = request.GET.copy()
    for name in ("page", "sort", "xuat", "loai", "cua_so", "trong", "thang"):
        kept.pop(name, None)
    query = f"?{kept.urlencode()}" if kept else ""
    names = {"ratings:radar": _("List"), "ratings:radar_calendar": _("Calendar")}
    return [((url := reverse(name)) + query, label, url == request.path) for name, label in names.items()]
