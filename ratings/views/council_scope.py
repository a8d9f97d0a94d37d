"""Rounds, councils, sessions and agenda items in the person's scope: out of scope is not found."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import Role
from areas.models import Area

from .. import planning_rounds
from ..models import AgendaItem, Council, Round, Session
from .dossiers import SignedIn

Crumb = tuple[str, str]
DOSSIER = ("dossier__product", "dossier__enterprise", "dossier__area", "dossier__regulation")


def round_of(request: SignedIn, pk: int) -> Round:
    """A round of a unit that the person reads."""
    rows = Round.objects.visible_to(request.user).select_related("area")
    found: Round = get_object_or_404(rows, pk=pk)
    return found


def council_of(request: SignedIn, pk: int) -> Council:
    """A council that the person reads, or sits in."""
    rows = Council.objects.open_to(request.user).select_related("area")
    found: Council = get_object_or_404(rows, pk=pk)
    return found


def session_of(request: SignedIn, pk: int) -> Session:
    """A session of such a council."""
    rows = Session.objects.select_related("council__area", "round", "turned_into")
    seen = Council.objects.open_to(request.user).values("pk")
    found: Session = get_object_or_404(rows.filter(council__in=seen), pk=pk)
    return found


def item_of(request: SignedIn, pk: int) -> AgendaItem:
    """A dossier on the agenda of such a session."""
    rows = AgendaItem.objects.select_related("session__council__area", "dossier__criteria_set", *DOSSIER)
    seen = Council.objects.open_to(request.user).values("pk")
    found: AgendaItem = get_object_or_404(rows.filter(session__council__in=seen), pk=pk)
    return found


def unit_asked(request: SignedIn) -> tuple[Area, list[Area]]:
    """The unit that is set up for, the one asked for or the first, of those of the person's posts."""
    rules.needs(request.user, [Role.OFFICER]).require()
    units = planning_rounds.units_of(request.user)
    if not units:
        rules.Verdict(False, _("Your unit keeps no rounds and councils.")).require()
    asked = request.GET.get("don-vi", "")
    return next((unit for unit in units if str(unit.pk) == asked), units[0]), units


def crumbs(
    request: HttpRequest, *, council: Council | None = None, session: Session | None = None
) -> list[Crumb]:
    """The way to a page below the hub."""
    way: list[Crumb] = [(reverse("ratings:rounds"), _("Rounds and councils"))]
    chosen = session.council if session else council
    if chosen:
        way.append((reverse("ratings:council", args=[chosen.pk]), chosen.name))
    if session:
        way.append((reverse("ratings:session", args=[session.pk]), day_words(session)))
    return way


def day_words(session: Session) -> str:
    """The session in a breadcrumb: its day."""
    return _("Session of %(day)s") % {"day": session.on.strftime("%d/%m/%Y")}


def fact(label: Any, value: Any) -> dict[str, Any]:
    """A row of the component ``summary``."""
    return {"label": label, "value": value}
