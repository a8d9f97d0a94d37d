"""The page of a published target's revisions with their files, and the order of targets and activities."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import ordering, planning, promises, revising
from .documents import document_response
from .forms_revising import RevisionForm
from .models import Activity, Revision, Target
from .views import SignedIn, _done, _plan, _row, tells_refusals
from .wording import words_of

ORDERED: dict[str, type[Target | Activity]] = {"chi-tieu": Target, "nhiem-vu": Activity}


@tells_refusals
def target_revise(request: SignedIn, pk: int, row: int) -> HttpResponse:
    plan, target = _row(request, Target, pk, row)
    planning.may_write(request.user, plan.area).require()
    form = RevisionForm(request.POST or None, request.FILES or None, target=target, plan=plan)
    if form.is_valid() and _done(
        form, lambda: revising.revise(target, by=request.user, **form.contents), plan
    ):
        messages.success(request, _("The revision is recorded."))
        return redirect("plans:detail", pk)
    is_stale = form.is_bound and form.data.get("version") != request.POST.get("version")
    context = {"plan": plan, "target": target, "form": form, "steps": promises.history(target)}
    context["wanted"] = words_of(target)
    return render(request, "plans/revise.html", context, status=409 if is_stale else 200)


@require_GET
def revision_file(request: SignedIn, pk: int, revision: int) -> FileResponse:
    rows = Revision.objects.filter(target__plan=_plan(request, pk))
    return document_response(get_object_or_404(rows, pk=revision))


@require_POST
@tells_refusals
def row_move(request: SignedIn, pk: int, part: str, row: int) -> HttpResponse:
    if part not in ORDERED:
        raise Http404
    _of, found = _row(request, ORDERED[part], pk, row)
    ordering.move(found, up="up" in request.POST, by=request.user)
    return redirect(f"{reverse('plans:detail', args=[pk])}#{part}")
