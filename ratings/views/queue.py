"""The queue of the officers' unit, and giving its dossiers out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import rules
from ocop_portal.lib import clock

from .. import assigning, whereabouts
from ..clocks import Clock
from ..forms.checking import AssignForm, QueueFilter
from ..models import Dossier
from .dossiers import SignedIn
from .queue_list import queue_listing
from .refusals import tells_refusals

RELATED = ("product", "enterprise", "area", "assigned_to")


@require_safe
def queue(request: SignedIn) -> HttpResponseBase:
    rules.needs(request.user, assigning.GIVERS).require()
    rows = assigning.dealt_with(request.user)
    form = QueueFilter(request.GET, user=request.user, queue=rows)
    context = {"assign": AssignForm(user=request.user)}
    listing = queue_listing(Clock.on(clock.today()))
    shown = whereabouts.with_holder(rows.select_related(*RELATED))
    return listing.respond(request, form, shown, "ratings/queue.html", context)


@require_POST
@tells_refusals
def queue_assign(request: SignedIn) -> HttpResponse:
    rules.needs(request.user, assigning.GIVERS).require()
    form = AssignForm(request.POST, user=request.user)
    if not form.is_valid():
        mistakes = [error for errors in form.errors.values() for error in errors]
        return _told(request, {"mistakes": mistakes}, 200)
    seen = form.cleaned_data["dossier"]
    if Dossier.objects.visible_to(request.user).filter(pk__in=seen).count() != len(seen):
        raise Http404
    try:
        changed = assigning.assign(list(seen), form.cleaned_data["officer"], by=request.user, seen=seen)
    except assigning.NotAssigned as refused:
        return _told(request, {"failures": refused.failures}, 409)
    done = ngettext("%(n)s dossier was given out.", "%(n)s dossiers were given out.", len(changed))
    messages.success(request, done % {"n": len(changed)})
    return redirect(_back(request))


def _told(request: SignedIn, why: dict[str, list[Any]], status: int) -> HttpResponse:
    """That nothing was given out: ``mistakes`` of the form, or ``failures`` of some of the dossiers."""
    context = {**why, "back": resolve_url(_back(request))}
    return render(request, "ratings/queue_not_assigned.html", context, status=status)


def _back(request: SignedIn) -> str:
    """The queue as the person had filtered it; only ever an address of this portal."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "ratings:queue"
