"""The page of rounds: what waits for a result at each level, and the results of this year."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import Post, Role
from ocop_portal.lib import clock

from .. import levels, outcomes
from ..models import Authority, Dossier, Result
from .dossiers import SignedIn

WAITING = (Dossier.State.ACCEPTED, Dossier.State.FORWARDED)
RELATED = ("product", "enterprise", "area")


def rounds(request: SignedIn) -> HttpResponse:
    mine = Dossier.objects.visible_to(request.user)
    rows = mine.filter(state__in=WAITING).select_related(*RELATED).order_by("due_on", "pk")
    posts = Post.objects.of(request.user).working().filter(role=Role.OFFICER)
    own = set(posts.values_list("area__level", flat=True))
    results = Result.objects.filter(dossier__in=mine, assessed_on__year=clock.today().year)
    cases = outcomes.cases(rows)
    waiting = [
        {"level": label, "cases": found, "mine": levels.ENTERED_BY.get(level, level) in own}
        for level, label in Authority.AuthorityLevel.choices
        if (found := [case for case in cases if case.level == level])
    ]
    context = {
        "waiting": waiting,
        "results": results.select_related("dossier__product", "dossier__area").order_by(
            "-assessed_on", "-pk"
        ),
        "year": clock.today().year,
        "today": clock.today(),
    }
    return render(request, "ratings/rounds.html", context)
