"""Pages of notices: the list, the door to what a notice is about, the number of unread ones."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import noticing
from accounts.posts import signed_in
from ocop_portal.lib.paging import page_of

from .notices import Line, NoticeFilter, listed


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    form = NoticeFilter(request.GET)
    page = page_of(form.filter(listed(signed_in(request))), request)
    page.object_list = [Line.of(row) for row in page.object_list]
    return render(request, "desk/notices.html", {"form": form, "page": page})


@never_cache
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    found = get_object_or_404(noticing.for_user(person), pk=pk)
    if request.method == "GET":
        noticing.mark_read([found], by=person)
    return redirect(found.url)


@require_POST
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    noticing.mark_read([get_object_or_404(noticing.for_user(person), pk=pk)], by=person)
    return redirect("desk:notices")


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    noticing.mark_read(noticing.for_user(person).unread_by(person), by=person)
    messages.success(request, _("All notices are marked as read."))
    return redirect("desk:notices")


@never_cache
@require_safe
def notices_unread(request: HttpRequest) -> JsonResponse:
    person = signed_in(request)
    return JsonResponse({"unread": noticing.for_user(person).unread_by(person).count()})
