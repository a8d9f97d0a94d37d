"""Pages of a target that is broken down by commune and period."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from . import breaking_down, planning, shares_standing
from .breaking_down import Shape
from .forms_sharing import GridForm
from .models import Breakdown, Plan, Target
from .views import SignedIn, _row, tells_refusals
from .views_reporting import _readable
from .wording import words_of


def _kept(target: Target) -> Breakdown | None:
    return Breakdown.objects.filter(target=target).prefetch_related("shares").first()


def _about(request: SignedIn, pk: int, row: int) -> tuple[Plan, Target, Breakdown | None, dict[str, Any]]:
    plan, target = _row(request, Target, pk, row)
    target.plan = plan
    prefetch_related_objects([target], "kinds", "units", "products")
    problem, may_write = breaking_down.problem(target), planning.may_write(request.user, plan.area)
    context = {"plan": plan, "target": target, "wanted": words_of(target), "problem": problem}
    return plan, target, _kept(target), context | {"may_write": may_write}


@require_GET
def breakdown(request: SignedIn, pk: int, row: int) -> HttpResponse:
    plan, target, kept, context = _about(request, pk, row)
    if kept is not None and not context["problem"]:
        kept.target, shares = target, list(kept.shares.all())
        readable = set(_readable(request.user).values_list("pk", flat=True))
        reads_all = plan.area_id in readable
        shape = Shape(kept.by_area, kept.span)
        context |= {"kept": kept, "shape": shape, "reads_all": reads_all}
        context["balance"] = breaking_down.balance(target, sum((one.number for one in shares), Decimal(0)))
        context["places"] = shares_standing.by_commune(kept, shares, readable) if kept.by_area else []
        context["spans"] = shares_standing.by_period(kept, shares) if kept.span and reads_all else []
    return render(request, "plans/breakdown.html", context)


@tells_refusals
def breakdown_edit(request: SignedIn, pk: int, row: int) -> HttpResponse:
    plan, target, kept, context = _about(request, pk, row)
    planning.may_write(request.user, plan.area).require()
    if context["problem"]:
        raise planning.Refused(context["problem"])
    shapes = breaking_down.shapes(target)
    shape = _shape(request, shapes, kept)
    form = GridForm(request.POST or None, target=target, shape=shape, kept=_of_shape(kept, shape))
    form.fields["version"].initial = kept.version if kept else 0
    if form.is_bound and form.is_valid() and "recount" not in request.POST and _saved(request, form, kept):
        return redirect("plans:breakdown", pk, row)
    is_stale = form.is_bound and form.data.get("version") != request.POST.get("version")
    context |= {"form": form, "shape": shape, "shapes": shapes}
    return render(request, "plans/breakdown_edit.html", context, status=409 if is_stale else 200)


def _shape(request: SignedIn, shapes: list[Shape], kept: Breakdown | None) -> Shape:
    """The shape asked for, else the one that is kept, else the first that can be."""
    asked = request.POST.get("theo") or request.GET.get("theo", "")
    now = Shape(kept.by_area, kept.span) if kept else shapes[0]
    return next((one for one in shapes if one.code == asked), now if now in shapes else shapes[0])


def _of_shape(kept: Breakdown | None, shape: Shape) -> Breakdown | None:
    """The breakdown, if its numbers fit the grid that is shown."""
    return kept if kept and Shape(kept.by_area, kept.span) == shape else None


def _saved(request: SignedIn, form: GridForm, kept: Breakdown | None) -> bool:
    """Whether the breakdown is written; if not, the objections stand on the form."""
    version = form.cleaned_data["version"]
    try:
        found = breaking_down.break_down(
            form.target, form.shape, form.numbers, by=request.user, version=version
        )
    except planning.Stale as stale:
        form.refresh(_kept(form.target))
        form.is_valid()
        form.add_error(None, str(stale))
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    if found is None:
        messages.success(request, _("The breakdown is taken away: no number was entered."))
    elif found.matches:
        messages.success(request, _("The breakdown is saved and adds up to the target."))
    else:
        words = _("The breakdown is saved as a draft: it does not add up yet (%(difference)s).")
        messages.warning(request, words % {"difference": found.words})
    return True
