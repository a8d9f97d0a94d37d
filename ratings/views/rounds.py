"""The hub of rounds and councils: what is planned, who sits, what waits for a result, what was found."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import Post, Role
from ocop_portal.lib import clock, numbers, paging

from .. import declaring, levels, outcomes, planning_rounds
from ..models import Authority, Council, Dossier, Result, Round, Session
from .dossiers import SignedIn

WAITING = (Dossier.State.ACCEPTED, Dossier.State.FORWARDED)
RELATED = ("product", "enterprise", "area")


def rounds(request: SignedIn) -> HttpResponse:
    mine = Dossier.objects.visible_to(request.user)
    year = numbers.key(request.GET.get("nam", "")) or clock.today().year
    results = Result.objects.filter(dossier__in=mine, assessed_on__year=min(year, 9999))
    results = results.select_related("dossier__product", "dossier__area").order_by("-assessed_on", "-pk")
    roles = set(Post.objects.of(request.user).working().values_list("role", flat=True))
    context = {
        **_waiting(request),
        "results": paging.page_of(results, request, part="ket-qua"),
        "rounds": paging.page_of(_rounds(request, year), request, part="dot"),
        "councils": paging.page_of(_councils(request), request, part="hoi-dong"),
        "sessions": paging.page_of(_own_sessions(request), request, part="phien"),
        "may_plan": Role.OFFICER in roles and bool(planning_rounds.units_of(request.user)),
        "sits": Role.COUNCIL in roles,
        "may_enter": bool(roles & set(declaring.ENTERERS)),
        "year": year,
        "today": clock.today(),
    }
    return render(request, "ratings/rounds.html", context)


def _waiting(request: SignedIn) -> dict[str, Any]:
    """The dossiers that wait for a result, the most pressing first; those of the page level by level."""
    mine = Dossier.objects.visible_to(request.user)
    rows = mine.filter(state__in=WAITING, regulation__isnull=False).select_related(*RELATED)
    page = paging.page_of(rows.order_by("due_on", "pk"), request)
    posts = Post.objects.of(request.user).working().filter(role=Role.OFFICER)
    own = set(posts.values_list("area__level", flat=True))
    cases = outcomes.cases(cast("QuerySet[Dossier]", page.object_list))
    groups = [
        {"level": label, "cases": found, "mine": levels.ENTERED_BY.get(level, level) in own}
        for level, label in Authority.AuthorityLevel.choices
        if (found := [case for case in cases if case.level == level])
    ]
    return {"waiting": groups, "waiting_page": page}


def _rounds(request: SignedIn, year: int) -> QuerySet[Round]:
    """The rounds of a year; beside those of this year every one that isn't done."""
    wanted = Q(year=min(year, 32767))
    if year == clock.today().year:
        wanted |= Q(done_before__gte=clock.today())
    seen = Round.objects.visible_to(request.user).filter(wanted)
    return seen.select_related("area").with_size().order_by("submit_before", "pk")


def _councils(request: SignedIn) -> QuerySet[Council]:
    found = Council.objects.open_to(request.user).select_related("area").with_size()
    return found.order_by("-starts_on", "-pk")


def _own_sessions(request: SignedIn) -> QuerySet[Session]:
    """The sessions not closed of the councils that the person sits in or reads."""
    seen = Council.objects.open_to(request.user).values("pk")
    rows = Session.objects.filter(council__in=seen).exclude(state=Session.State.CLOSED)
    return rows.select_related("council", "round").order_by("on", "pk")
