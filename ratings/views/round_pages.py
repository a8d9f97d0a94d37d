"""Pages of one round: looked ahead, opened, changed, its dossiers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from ocop_portal.lib import clock, numbers, paging
from ocop_portal.lib.listing import ListColumn, Listing

from .. import levels, planning_rounds
from ..forms.rounds import OUTLOOKS, DossierChoice, EntryFilter, RoundForm, said
from ..models import Dossier, Round
from ..planning_rounds import Plan
from ..round_planning import Outlook
from ..workflow import Refused, Stale
from .council_scope import crumbs, round_of, unit_asked
from .dossiers import SignedIn
from .refusals import tells_refusals
from .showing import tone

TONES = {Outlook.MISS: "bad", Outlook.RISK: "warn", Outlook.FINE: "good", Outlook.DONE: "neutral"}
PER_PAGE = 50


def _address(dossier: Dossier) -> str:
    return reverse("ratings:dossier", args=[dossier.pk])


WHICH: ListColumn[Dossier] = ListColumn(
    "code", gettext_lazy("Dossier code"), "code", width=22, sort="code", link=_address
)
WHAT: tuple[ListColumn[Dossier], ...] = (
    ListColumn("product", gettext_lazy("Product"), "product.name", width=34, sort="product__sort_key"),
    ListColumn(
        "enterprise", gettext_lazy("Organisation"), "enterprise.name", width=34, sort="enterprise__sort_key"
    ),
    ListColumn("area", gettext_lazy("Commune"), "area.name", width=20, sort="area__sort_key"),
    ListColumn("state", gettext_lazy("State"), "get_state_display", width=20, tone=tone),
    ListColumn("sits", gettext_lazy("Session"), "sits_on", kind="date", sort="sits_on"),
)


def entries(plan: Plan) -> Listing[Dossier]:
    """The round's dossiers with how each stands, on the page and in the file."""
    stands = {row.dossier.pk: row.forecast for row in plan.entries}
    outlook: ListColumn[Dossier] = ListColumn(
        "outlook",
        gettext_lazy("Outlook"),
        lambda row: str(OUTLOOKS[stands[row.pk].outlook]),
        width=20,
        tone=lambda row: TONES[stands[row.pk].outlook],
    )
    why: ListColumn[Dossier] = ListColumn(
        "why", gettext_lazy("Reason"), lambda row: stands[row.pk].reason, width=40
    )
    last: ListColumn[Dossier] = ListColumn(
        "by", gettext_lazy("Last day"), lambda row: stands[row.pk].by, kind="date"
    )
    columns = (WHICH, outlook, why, last, *WHAT)
    title = gettext_lazy("Dossiers of the round")
    return Listing(title=title, columns=columns, order="area", per_page=PER_PAGE)


def round_page(request: SignedIn, pk: int) -> HttpResponseBase:
    found = round_of(request, pk)
    plan = planning_rounds.plan(found)
    form = EntryFilter(request.GET, plan=plan)
    context = {
        "round": found,
        "plan": plan,
        "steps": _timeline(found, plan),
        "sessions": found.sessions.select_related("council").order_by("on", "pk"),
        "may_plan": planning_rounds.may_plan(request.user, found.area),
        "crumbs": crumbs(request),
    }
    rows = planning_rounds.with_sitting(found)
    return entries(plan).respond(request, form, rows, "ratings/councils/round.html", context)


def _timeline(round: Round, plan: Plan) -> list[dict[str, Any]]:
    """The last day of each step, in the order in which they come."""
    steps, today = plan.steps, clock.today()
    five = _("Closes at 17:00.") if round.closes_at_17 else ""
    sitting = ngettext("%(number)d day of the council", "%(number)d days of the council", steps.council_days)
    rows = [
        (steps.submit_by, _("Organisations submit to the commune"), ""),
        (steps.propose_by, _propose(round), five),
        (steps.accept_by, _("Dossiers are checked and accepted; the invitation goes out"), ""),
        (steps.first_day, _("First day of the council"), sitting % {"number": steps.council_days}),
        (steps.last_day, _("Last day of the council"), ""),
        (steps.result_by, _("Results are summed up"), ""),
        (steps.sign_by, _("The decision is signed"), ""),
    ]
    shown = [row for row in rows if row[0]]
    current = next((number for number, row in enumerate(shown) if row[0] and row[0] >= today), None)
    return [
        {"day": day, "title": title, "note": note, "passed": day < today, "current": number == current}
        for number, (day, title, note) in enumerate(shown)
        if day
    ]


def _propose(round: Round) -> str:
    if round.level == levels.CENTRAL:
        return _("The province hands its dossiers to the centre")
    return _("Communes propose their dossiers")


@tells_refusals
def round_new(request: SignedIn) -> HttpResponse:
    unit, units = unit_asked(request)
    form = RoundForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            made = planning_rounds.open_round(unit, by=request.user, **form.facts)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The round is open. Put dossiers into it."))
            return redirect("ratings:round", made.pk)
    year = clock.today().year
    law = [
        (level, planning_rounds.law_days(level, year, clock.today()))
        for level in planning_rounds.levels_of(unit)
    ]
    context = {"form": form, "unit": unit, "units": units, "law": law, "crumbs": crumbs(request)}
    return render(request, "ratings/councils/round_edit.html", context)


@tells_refusals
def round_edit(request: SignedIn, pk: int) -> HttpResponse:
    found = round_of(request, pk)
    planning_rounds.may_plan(request.user, found.area).require()
    form = RoundForm(request.POST or None, unit=found.area, round=found)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            planning_rounds.change_round(found, by=request.user, **form.facts)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409 if isinstance(refused, Stale) else 200
        else:
            messages.success(request, _("The round is changed."))
            return redirect("ratings:round", pk)
    context = {"form": form, "round": found, "unit": found.area, "crumbs": crumbs(request)}
    return render(request, "ratings/councils/round_edit.html", context, status=status)


@tells_refusals
def round_dossiers(request: SignedIn, pk: int) -> HttpResponse:
    found = round_of(request, pk)
    planning_rounds.may_plan(request.user, found.area).require()
    rows = planning_rounds.candidates(found)
    form = DossierChoice(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        number = planning_rounds.assign(found, form.cleaned_data["ho_so"], by=request.user)
        said_so = ngettext(
            "%(number)d dossier is put into the round.", "%(number)d dossiers are put into the round.", number
        )
        messages.success(request, said_so % {"number": number})
        return redirect("ratings:round", pk)
    context = {"form": form, "round": found, "crumbs": crumbs(request), **choice(request, rows)}
    return render(request, "ratings/councils/choose_dossiers.html", context)


def choice(request: SignedIn, rows: QuerySet[Dossier]) -> dict[str, Any]:
    """Context of a page that lets tick dossiers: the words searched, the page of those that match."""
    query = request.GET.get("q", "")
    found = rows.filter(said(query)).select_related("product", "enterprise", "area", "round")
    if not found.ordered or not found.query.order_by:
        found = found.order_by("area__sort_key", "product__sort_key", "pk")
    return {"q": query, "page": paging.page_of(found, request, PER_PAGE)}


@require_POST
@tells_refusals
def round_take_out(request: SignedIn, pk: int) -> HttpResponse:
    found = round_of(request, pk)
    planning_rounds.may_plan(request.user, found.area).require()
    wanted = numbers.key(request.POST.get("ho_so", ""))
    dossier = get_object_or_404(Dossier.objects.within(found.area), pk=wanted)
    planning_rounds.unassign(found, dossier, by=request.user)
    messages.success(request, _("The dossier is taken out of the round."))
    return redirect("ratings:round", pk)
