"""Pages of interests: a member's declarations for a session, the list of lasting interests."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from enterprises.models import Enterprise
from ocop_portal.lib import numbers, text
from ocop_portal.lib.listing import ListColumn, Listing

from .. import convening, declaring, seating
from ..forms.councils import DeclarationForm, InterestFilter, InterestForm
from ..models import AgendaItem, CouncilMember, Interest, Session
from ..workflow import Refused
from .council_scope import crumbs, session_of
from .dossiers import SignedIn
from .refusals import tells_refusals

OFFERED = 25


def _member(request: SignedIn, session: Session) -> CouncilMember:
    """The member whose declarations the page is about: the person, or whose paper is entered."""
    asked = numbers.key(request.GET.get("thanh-vien", ""))
    own = declaring.own_seat(session, request.user)
    if asked is None or (own and own.pk == asked):
        if own is None:
            seating.may_run(request.user, session.council).require()
            raise Refused(_("Choose the member whose declaration on paper you enter."))
        return own
    seating.may_run(request.user, session.council).require()
    seated = session.council.members.seated(session.on).select_related("user")
    found: CouncilMember = get_object_or_404(seated, pk=asked)
    return found


@tells_refusals
def session_declare(request: SignedIn, pk: int) -> HttpResponse:
    found = session_of(request, pk)
    member = _member(request, found)
    standings = convening.standings_of(found)
    still = {
        standing.item.pk
        for standing in standings
        if standing.item.state == AgendaItem.State.WAITING and found.state != Session.State.CLOSED
    }
    form = DeclarationForm(request.POST or None, standings=standings, member=member, open_items=still)
    if request.method == "POST" and form.is_valid():
        _declare_all(request, member, form)
        messages.success(request, _("The declarations are kept."))
        return redirect("ratings:session", pk)
    context = {
        "form": form,
        "session": found,
        "member": member,
        "on_paper": member.user_id != request.user.pk,
        "still": still,
        "crumbs": crumbs(request, session=found),
    }
    return render(request, "ratings/councils/declare.html", context)


@transaction.atomic
def _declare_all(request: SignedIn, member: CouncilMember, form: DeclarationForm) -> None:
    for standing, has_interest, reason in form.declared:
        declaring.declare(standing.item, member, has_interest=has_interest, reason=reason, by=request.user)


INTERESTS: Listing[Interest] = Listing(
    title=gettext_lazy("Interests of council members"),
    columns=(
        ListColumn(
            "person", gettext_lazy("Council member"), "user.full_name", width=30, sort="user__full_name"
        ),
        ListColumn(
            "enterprise",
            gettext_lazy("Organisation"),
            "enterprise.name",
            width=40,
            sort="enterprise__sort_key",
        ),
        ListColumn("reason", gettext_lazy("Which interest"), "reason", width=40),
        ListColumn("by", gettext_lazy("Entered by"), "entered_by.full_name", width=24),
        ListColumn("at", gettext_lazy("Entered at"), "created_at", kind="datetime", sort="created_at"),
    ),
    order="person",
)


def interests(request: SignedIn) -> HttpResponseBase:
    declaring.may_enter(request.user).require()
    context = {"crumbs": crumbs(request)}
    rows = declaring.interests_of(request.user)
    form = InterestFilter(request.GET)
    return INTERESTS.respond(request, form, rows, "ratings/councils/interests.html", context)


@tells_refusals
def interest_new(request: SignedIn) -> HttpResponse:
    declaring.may_enter(request.user).require()
    seen = Enterprise.objects.visible_to(request.user)
    asked = numbers.key(request.GET.get("chu-the", ""))
    if asked is None:
        query = request.GET.get("q", "")
        rows = seen.filter(text.matches("name_norm", query)).select_related("area").order_by("sort_key")
        offered = {"q": query, "enterprises": rows[:OFFERED], "crumbs": crumbs(request)}
        return render(request, "ratings/councils/interest_choose.html", offered)
    enterprise = get_object_or_404(seen, pk=asked)
    form = InterestForm(request.POST or None, people=declaring.people_of(request.user))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        declaring.link(given["user"], enterprise, reason=given["reason"], by=request.user)
        messages.success(request, _("The interest is kept: this person scores no dossier of it."))
        return redirect("ratings:interests")
    context = {"form": form, "enterprise": enterprise, "crumbs": crumbs(request)}
    return render(request, "ratings/councils/interest_new.html", context)


@require_POST
@tells_refusals
def interest_remove(request: SignedIn, pk: int) -> HttpResponse:
    declaring.may_enter(request.user).require()
    found = declaring.interests_of(request.user).filter(pk=pk).first()
    if found is None and Interest.objects.filter(pk=pk).exists():
        raise Http404
    if found:
        declaring.unlink(found, by=request.user)
    messages.success(request, _("The interest is off the list."))
    return redirect("ratings:interests")
