"""Pages of organisations, for staff of their area."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.posts import signed_in
from ocop_portal.lib import clock

from . import editing, registering, rules
from .forms import EnterpriseFilter, EnterpriseForm
from .lists import ENTERPRISES
from .models import Enterprise


def enterprise_list(request: HttpRequest) -> HttpResponseBase:
    user = signed_in(request)
    rows = Enterprise.objects.visible_to(user).select_related("kind", "area").with_product_counts()
    form = EnterpriseFilter(request.GET, by=user)
    context = {"may_enter": bool(rules.may_enter(user))}
    return ENTERPRISES.respond(request, form, rows, "enterprises/list.html", context)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    rows = Enterprise.objects.visible_to(user).select_related("kind", "area")
    enterprise = get_object_or_404(rows, pk=pk)
    context = {
        "enterprise": enterprise,
        "products": enterprise.products.visible_to(user).select_related("group", "area"),
        "tally": enterprise.evidence.current().tally(clock.today()),
        "history": editing.history(enterprise, registering.ACTS),
        "may_change": bool(rules.may_enter(user, enterprise.area)),
    }
    return render(request, "enterprises/detail.html", context)


def create(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    rules.may_enter(user).require()
    form = EnterpriseForm(request.POST if request.method == "POST" else None, by=user)
    if made := form.attempt(registering.register):
        messages.success(request, _("%(name)s has been entered.") % {"name": made})
        return redirect(made)
    return render(request, "enterprises/form.html", {"form": form}, status=form.status)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    enterprise = get_object_or_404(Enterprise.objects.visible_to(user).select_related("area"), pk=pk)
    rules.may_enter(user, enterprise.area).require()
    context = {"enterprise_id": enterprise.pk, "name": enterprise.name, "back": enterprise.get_absolute_url()}
    posted = request.POST if request.method == "POST" else None
    form = EnterpriseForm(posted, instance=enterprise, by=user)
    if changed := form.attempt(registering.change, enterprise):
        messages.success(request, _("%(name)s has been saved.") % {"name": changed})
        return redirect(changed)
    return render(request, "enterprises/form.html", {**context, "form": form}, status=form.status)
