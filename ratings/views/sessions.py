"""Pages of a session: planned, its agenda, its invitation, attendance, opened and closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ocop_portal.lib.forms import FilterForm
from ocop_portal.lib.listing import ListColumn, Listing

from .. import agenda, convening, declaring, inviting, seating
from ..declaring import Standing
from ..forms.councils import AttendanceForm, InvitationForm, ReasonForm, SessionForm
from ..forms.rounds import DossierChoice
from ..models import AgendaItem, CouncilMember, Session
from ..workflow import Refused, Stale
from .council_scope import council_of, crumbs, fact, item_of, session_of
from .dossiers import SignedIn
from .refusals import tells_refusals
from .round_pages import choice

STATES = {Session.State.PLANNED: "neutral", Session.State.OPEN: "info", Session.State.CLOSED: "good"}
ITEMS = {
    AgendaItem.State.WAITING: "neutral",
    AgendaItem.State.SCORING: "info",
    AgendaItem.State.DISCUSSION: "warn",
    AgendaItem.State.AGREED: "good",
    AgendaItem.State.POSTPONED: "neutral",
}


@tells_refusals
def session_new(request: SignedIn, pk: int) -> HttpResponse:
    council = council_of(request, pk)
    seating.may_run(request.user, council).require()
    form = SessionForm(request.POST or None, council=council)
    if request.method == "POST" and form.is_valid():
        try:
            made = convening.plan(council, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The session is planned. Choose its dossiers."))
            return redirect("ratings:session", made.pk)
    context = {"form": form, "council": council, "crumbs": crumbs(request, council=council)}
    return render(request, "ratings/councils/session_edit.html", context)


@tells_refusals
def session_edit(request: SignedIn, pk: int) -> HttpResponse:
    found = session_of(request, pk)
    seating.may_run(request.user, found.council).require()
    form = SessionForm(request.POST or None, council=found.council, session=found)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            convening.change(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409 if isinstance(refused, Stale) else 200
        else:
            return redirect("ratings:session", pk)
    context = {"form": form, "session": found, "crumbs": crumbs(request, session=found)}
    return render(request, "ratings/councils/session_edit.html", context, status=status)


def session(request: SignedIn, pk: int) -> HttpResponse:
    found = session_of(request, pk)
    members = convening.members_of(found)
    own = declaring.own_seat(found, request.user)
    runs = seating.may_run(request.user, found.council)
    context = {
        "session": found,
        "tone": STATES[Session.State(found.state)],
        "facts": _facts(found),
        "rows": [_row(standing, own) for standing in _with_samples(found)],
        "members": members,
        "present": set(found.attendances.filter(present=True).values_list("member_id", flat=True)),
        "quorum": convening.quorum_of(found, members),
        "lacking": convening.lacking(found) if runs and found.state == Session.State.PLANNED else [],
        "may_run": runs,
        "own": own,
        "crumbs": crumbs(request, council=found.council),
    }
    return render(request, "ratings/councils/session.html", context)


def _facts(session: Session) -> list[dict[str, Any]]:
    hour = session.begins_at.strftime("%H:%M") if session.begins_at else ""
    return [
        fact(_("Kind"), session.get_kind_display()),
        fact(_("Day"), " ".join(word for word in (hour, session.on.strftime("%d/%m/%Y")) if word)),
        fact(_("Place"), session.place or None),
        fact(_("Round"), session.round),
    ]


def _with_samples(session: Session) -> list[tuple[Standing, tuple[int, int]]]:
    standings = convening.standings_of(session)
    samples = agenda.samples_of([standing.item for standing in standings])
    return [(standing, samples[standing.item.pk]) for standing in standings]


def _row(pair: tuple[Standing, tuple[int, int]], own: CouncilMember | None) -> dict[str, Any]:
    """One dossier of the agenda, as the person may see it."""
    standing, (received, needed) = pair
    item = standing.item
    out = any(own and recusal.member.pk == own.pk for recusal in standing.recusals)
    return {
        "item": item,
        "tone": ITEMS[AgendaItem.State(item.state)],
        "standing": standing,
        "received": received,
        "needed": needed,
        "short": received < needed,
        "recused": out,
        "to_declare": bool(own)
        and item.state == AgendaItem.State.WAITING
        and not out
        and own is not None
        and own.pk not in standing.declared,
    }


@tells_refusals
def session_agenda(request: SignedIn, pk: int) -> HttpResponse:
    found = session_of(request, pk)
    seating.may_run(request.user, found.council).require()
    rows = agenda.candidates(found)
    form = DossierChoice(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        try:
            agenda.put_on_agenda(found, form.cleaned_data["ho_so"], by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The agenda is set."))
            return redirect("ratings:session", pk)
    context = {"form": form, "session": found, "crumbs": crumbs(request, session=found)}
    return render(request, "ratings/councils/choose_dossiers.html", {**context, **choice(request, rows)})


@require_POST
@tells_refusals
def item_remove(request: SignedIn, pk: int) -> HttpResponse:
    found = item_of(request, pk)
    agenda.take_off_agenda(found, by=request.user)
    messages.success(request, _("The dossier is off the agenda."))
    return redirect("ratings:session", found.session_id)


@require_POST
@tells_refusals
def item_shift(request: SignedIn, pk: int) -> HttpResponse:
    found = item_of(request, pk)
    agenda.shift(found, -1 if request.POST.get("huong") == "len" else 1, by=request.user)
    return redirect("ratings:session", found.session_id)


@tells_refusals
def item_postpone(request: SignedIn, pk: int) -> HttpResponse:
    found = item_of(request, pk)
    seating.may_run(request.user, found.session.council).require()
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agenda.postpone(found, by=request.user, **form.cleaned_data)
        messages.success(request, _("The dossier is postponed; it can go on another agenda."))
        return redirect("ratings:session", found.session_id)
    context = {"form": form, "item": found, "crumbs": crumbs(request, session=found.session)}
    return render(request, "ratings/councils/item_postpone.html", context)


@tells_refusals
def session_attendance(request: SignedIn, pk: int) -> HttpResponse:
    found = session_of(request, pk)
    seating.may_run(request.user, found.council).require()
    rows = found.attendances.values_list("member_id", "present", "note")
    came = {member: (there, note) for member, there, note in rows}
    members = convening.members_of(found)
    start = {"version": found.version}
    form = AttendanceForm(request.POST or None, members=members, came=came, initial=start)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        quorum = convening.note_attendance(found, form.came, by=request.user, version=version)
        said = _("Attendance is noted: there is a quorum.") if quorum.met else quorum.reason
        (messages.success if quorum.met else messages.warning)(request, said)
        return redirect("ratings:session", pk)
    context = {"form": form, "session": found, "crumbs": crumbs(request, session=found)}
    context["quorum"] = convening.quorum_of(found, members)
    return render(request, "ratings/councils/attendance.html", context)


INVITED: Listing[CouncilMember] = Listing(
    title=gettext_lazy("Members invited"),
    columns=(
        ListColumn("name", gettext_lazy("Full name"), "user.full_name", width=30, sort="place"),
        ListColumn("position", gettext_lazy("Position in the administration"), "position", width=40),
        ListColumn("seat", gettext_lazy("Seat"), "get_seat_display", width=18),
        ListColumn("phone", gettext_lazy("Phone"), "user.phone", width=16, on_page=False),
        ListColumn("signs", gettext_lazy("Signature"), lambda _row: "", width=20, on_page=False),
    ),
    order="name",
    per_page=100,
)


def session_invitation(request: SignedIn, pk: int) -> HttpResponseBase:
    found = session_of(request, pk)
    if request.method == "POST":
        return _write_invitation(request, found)
    words = inviting.invitation_of(found)
    runs = seating.may_run(request.user, found.council)
    context = {
        "session": found,
        "text": words,
        "form": InvitationForm(initial={"invitation": words, "version": found.version}),
        "may_edit": runs and found.state != Session.State.CLOSED,
        "crumbs": crumbs(request, session=found),
    }
    rows = found.council.members.seated(found.on).select_related("user")
    return INVITED.respond(request, Everybody(request.GET), rows, "ratings/councils/invitation.html", context)


@tells_refusals
def _write_invitation(request: SignedIn, session: Session) -> HttpResponse:
    seating.may_run(request.user, session.council).require()
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        inviting.write_invitation(session, given["invitation"], by=request.user, version=given["version"])
        messages.success(request, _("The invitation is saved."))
        return redirect("ratings:session_invitation", session.pk)
    context = {"session": session, "form": form, "may_edit": True, "crumbs": crumbs(request, session=session)}
    return render(request, "ratings/councils/invitation.html", context)


class Everybody(FilterForm):
    """No filter: all who are invited."""

    def narrow(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        return queryset


@require_POST
@tells_refusals
def session_open(request: SignedIn, pk: int) -> HttpResponse:
    convening.open_session(session_of(request, pk), by=request.user)
    messages.success(request, _("The session is open."))
    return redirect("ratings:session", pk)


@require_POST
@tells_refusals
def session_close(request: SignedIn, pk: int) -> HttpResponse:
    convening.close_session(session_of(request, pk), by=request.user)
    messages.success(request, _("The session is closed."))
    return redirect("ratings:session", pk)


@require_POST
@tells_refusals
def session_drop(request: SignedIn, pk: int) -> HttpResponse:
    found = session_of(request, pk)
    convening.drop(found, by=request.user)
    messages.success(request, _("The session is given up; its dossiers wait for another one."))
    return redirect("ratings:council", found.council_id)
