"""Pages of handovers: what units that ended left, the act, and what was handed over."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import rules
from accounts.models import User
from accounts.posts import signed_in
from areas.models import Area
from ocop_portal.lib import clock, paging

from .. import handing_over
from ..forms.renewing import HandoverForm
from ..models import Handover
from .handed_over import tables
from .refusals import tells_refusals


def _province(user: User) -> Area:
    """The province in which the person may hand over; 403 for anyone else."""
    rules.needs(user, handing_over.ROLES).require()
    own = handing_over.province_of(user)
    if own is None:
        raise PermissionDenied(_("Only officers and administrators of the province hand over."))
    return own


def handovers(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    province = _province(user)
    preview = handing_over.preview(province, today, by=user)
    done = Handover.objects.filter(area=province).select_related("by").defer("items")
    context = {
        "province": province,
        "preview": preview,
        "tables": tables(preview.items),
        "form": HandoverForm(initial={"seen": preview.digest}),
        "page": paging.page_of(done, request),
    }
    return render(request, "ratings/handovers.html", context)


@require_POST
@tells_refusals
def handover_confirm(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    province = _province(user)
    form = HandoverForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    done = handing_over.hand_over(province, by=user, seen=seen)
    if done is None:
        messages.info(request, _("Nothing is left to hand over."))
        return redirect("ratings:handovers")
    messages.success(request, _("What the ended units left is handed over."))
    return redirect("ratings:handover", done.pk)


def handover(request: HttpRequest, pk: int) -> HttpResponse:
    province = _province(signed_in(request))
    done = get_object_or_404(Handover.objects.select_related("by", "area"), pk=pk, area=province)
    return render(request, "ratings/handover.html", {"handover": done, "tables": tables(done.items)})
