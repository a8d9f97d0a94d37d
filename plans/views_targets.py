"""Pages on which an officer enters a target: first its kind, then what that kind needs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from . import linking, planning
from .forms_targets import KindForm, TargetForm
from .models import Indicator, Plan, Target
from .target_kinds import KINDS, Kind, kind_of
from .views import SignedIn, _done, _plan, _row, tells_refusals


def _indicator(asked: QueryDict, kind: Kind) -> Indicator | None:
    """The indicator asked for, if it goes with the kind."""
    key = asked.get("indicator", "")
    return kind.indicators().filter(pk=key).first() if key.isascii() and key.isdigit() else None


def _page(
    request: SignedIn, form: TargetForm, title: str, plan: Plan, row: int | None = None
) -> HttpResponse:
    """The form; 409 where somebody else was first."""
    is_stale = form.is_bound and form.data.get("version") != request.POST.get("version")
    context = {"form": form, "title": title, "plan": plan, "row": row}
    return render(request, "plans/target.html", context, status=409 if is_stale else 200)


@tells_refusals
def target_new(request: SignedIn, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    planning.may_change(request.user, plan).require()
    asked = request.POST or request.GET
    if asked.get("kieu") not in KINDS or (request.method == "GET" and not KindForm(asked).is_valid()):
        chosen = KindForm(asked if asked else None)
        return render(request, "plans/target_kind.html", {"form": chosen, "plan": plan})
    kind = KINDS[asked["kieu"]]
    form = TargetForm(request.POST or None, plan=plan, kind=kind, indicator=_indicator(asked, kind))
    if _saved(request, form, plan):
        return redirect("plans:detail", pk)
    return _page(request, form, _("Add a target"), plan)


@tells_refusals
def target_edit(request: SignedIn, pk: int, row: int) -> HttpResponse:
    plan, target = _row(request, Target, pk, row)
    planning.may_change(request.user, plan).require()
    kind = KINDS.get(request.POST.get("kieu", "")) or kind_of(target)
    indicator = _indicator(request.POST, kind) if request.POST else target.indicator
    form = TargetForm(request.POST or None, plan=plan, instance=target, kind=kind, indicator=indicator)
    if _saved(request, form, plan, row):
        return redirect("plans:detail", pk)
    return _page(request, form, _("Change the target"), plan, row)


def _saved(request: SignedIn, form: TargetForm, plan: Plan, row: int | None = None) -> bool:
    """Write the target and say so; False with the objections, or only other fields, on the form."""
    if form.is_turned:
        form.forgive()
        return False
    kept = None if row is None else Target.objects.get(pk=row)
    if not form.is_valid():
        return False
    saved: Target | None = _done(
        form, lambda: planning.set_target(plan, by=request.user, target=kept, **form.contents), plan
    )
    if saved is None:
        return False
    messages.success(request, _("Saved."))
    if saved.unregistered:
        words = _("Not found among the registered products, kept as names: %(names)s.")
        messages.warning(request, words % {"names": ", ".join(saved.unregistered)})
    return True


@require_POST
@tells_refusals
def target_remove(request: SignedIn, pk: int, row: int) -> HttpResponse:
    _found, removed = _row(request, Target, pk, row)
    planning.remove(removed, by=request.user)
    messages.success(request, _("Removed from the plan."))
    return redirect("plans:detail", pk)


@require_POST
def target_link(request: SignedIn, pk: int, row: int) -> HttpResponse:
    _found, target = _row(request, Target, pk, row)
    found = linking.link_products(target, by=request.user)
    if found.products:
        words = ngettext(
            "%(count)d named product was found.", "%(count)d named products were found.", len(found.products)
        )
        messages.success(request, words % {"count": len(found.products)})
    for name, labels in found.doubtful.items():
        words = _("Several products are called “%(name)s”: %(labels)s. Name one in the target's form.")
        messages.warning(request, words % {"name": name, "labels": "; ".join(labels)})
    if found.unknown:
        words = _("Not found among the registered products, kept as names: %(names)s.")
        messages.warning(request, words % {"names": ", ".join(found.unknown)})
    return redirect("plans:detail", pk)
