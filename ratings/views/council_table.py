"""The live table of a session: how each dossier stands, for whoever runs it and who handed his sheet in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import seating, sitting, tallying
from ..models import CouncilMember, Session
from ..tallying import Marks, Tally
from .council_scope import crumbs, session_of
from .dossiers import SignedIn

TONES = {
    "waiting": "neutral",
    "scoring": "info",
    "discussion": "warn",
    "agreed": "good",
    "postponed": "neutral",
}


@dataclass(frozen=True)
class Cell:
    """One member's place in a row: ``kind`` says how it is shown."""

    kind: str
    total: Any = None
    title: str = ""
    done: int = 0


@dataclass(frozen=True)
class Line:
    """One dossier of the table; ``shown`` is false where the person may not see points yet."""

    tally: Tally
    shown: bool
    cells: list[Cell]
    tone: str
    warning: str


@require_safe
def live_table(request: SignedIn, pk: int) -> HttpResponse:
    session = session_of(request, pk)
    return render(request, "ratings/council/live_table.html", context(request, session))


@require_safe
@never_cache
def live_table_state(request: SignedIn, pk: int) -> JsonResponse:
    found = context(request, session_of(request, pk))
    at = date_format(timezone.localtime(timezone.now()), "H:i:s")
    html = render_to_string("ratings/council/live_table_body.html", found)
    return JsonResponse({"html": html, "at": at, "open": found["session"].state == Session.State.OPEN})


def context(request: SignedIn, session: Session) -> dict[str, Any]:
    """What the table shows this person."""
    runs = bool(seating.may_run(request.user, session.council))
    related = [path for path in tallying.RELATED if not path.startswith("session")]
    items = list(session.items.select_related(*related).order_by("position", "pk"))
    for item in items:
        item.session = session
    tallies = tallying.of_all(session, items)
    members = _members(tallies)
    return {
        "session": session,
        "runs": runs,
        "members": members,
        "lines": [_line(tally, members, tally.sees(request.user, runs)) for tally in tallies],
        "agreed": sum(tally.item.state == "agreed" for tally in tallies),
        "papers": _papers(session),
        "crumbs": crumbs(request, session=session),
    }


def _papers(session: Session) -> list[dict[str, str]]:
    """The papers that are printed of the agreed results."""
    named = [
        ("bien-ban", "xlsx", _("Minutes (Excel)")),
        ("bien-ban", "pdf", _("Minutes (PDF, to be signed)")),
        ("tong-hop", "xlsx", _("Summary of results (Excel)")),
        ("du-thao-quyet-dinh", "xlsx", _("Draft decision with its annex (Excel)")),
    ]
    return [
        {"url": reverse("ratings:session_paper", args=[session.pk, paper, kind]), "name": name}
        for paper, kind, name in named
    ]


def _members(tallies: list[Tally]) -> list[CouncilMember]:
    """The columns: everybody with a vote, and whoever has a sheet though his seat has ended."""
    found = {seat.pk: seat for tally in tallies for seat in tally.seats}
    for tally in tallies:
        for marks in tally.last.marks if tally.last else ():
            found.setdefault(marks.member.pk, marks.member)
    return sorted(found.values(), key=lambda member: (member.place, member.pk))


def _line(tally: Tally, members: list[CouncilMember], shown: bool) -> Line:
    marks = {each.member.pk: each for each in tally.last.marks} if tally.last else {}
    cells = [_cell(tally, member, marks.get(member.pk), shown) for member in members]
    warning = sitting.spread_in_words(tally) if shown and tally.over else ""
    return Line(tally, shown, cells, TONES[tally.item.state], warning)


def _cell(tally: Tally, member: CouncilMember, marks: Marks | None, shown: bool) -> Cell:
    if member.pk in tally.recused:
        return Cell("recused", title=tally.recused[member.pk])
    if marks is None or marks.sheet is None:
        return Cell("none")
    if not marks.closed:
        return Cell("open", done=marks.settled)
    return Cell("total", marks.score.total if marks.score else None) if shown else Cell("closed")
