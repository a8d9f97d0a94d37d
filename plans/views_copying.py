"""The page on which next year's plan is written out of this one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from . import copying
from .views import SignedIn, _plan


@require_http_methods(["GET", "POST"])
def plan_copy(request: SignedIn, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    copying.may_copy(request.user, plan).require()
    there, status = copying.follower(plan), 200
    if request.method == "POST":
        try:
            made = copying.copy(plan, by=request.user)
        except copying.AlreadyThere as refused:
            there, status = refused.plan, 409
        else:
            words = _("The draft for %(years)s is written. Check each number and enter the amounts.")
            messages.success(request, words % {"years": made.years})
            return redirect("plans:detail", made.pk)
    first, last = copying.following_years(plan)
    years = str(first) if first == last else f"{first}–{last}"
    context = {"plan": plan, "years": years, "there": there, "counts": _counts(plan)}
    return render(request, "plans/copy.html", context, status=status)


def _counts(plan: object) -> dict[str, int]:
    rows = {name: getattr(plan, name) for name in ("targets", "activities", "budget_lines")}
    return {name: found.count() for name, found in rows.items()}
