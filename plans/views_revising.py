"""The page of a published target's revisions."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from . import planning, promises, revising
from .forms_revising import RevisionForm
from .models import Target
from .views import SignedIn, _done, _row, tells_refusals
from .wording import words_of


@tells_refusals
def target_revise(request: SignedIn, pk: int, row: int) -> HttpResponse:
    plan, target = _row(request, Target, pk, row)
    planning.may_write(request.user, plan.area).require()
    form = RevisionForm(request.POST or None, target=target, plan=plan)
    if form.is_valid() and _done(
        form, lambda: revising.revise(target, by=request.user, **form.contents), plan
    ):
        messages.success(request, _("The revision is recorded."))
        return redirect("plans:detail", pk)
    is_stale = form.is_bound and form.data.get("version") != request.POST.get("version")
    context = {"plan": plan, "target": target, "form": form, "steps": promises.history(target)}
    context["wanted"] = words_of(target)
    return render(request, "plans/revise.html", context, status=409 if is_stale else 200)
