"""Pages of value chains: the list, and a record."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import Role

from .. import deciding, recognising
from ..forms.recognitions import ValueChainFilter, ValueChainForm
from ..models import ValueChainRecord
from ..workflow import Refused
from .choosing import chosen_product, offered_products
from .decision_lists import VALUE_CHAINS
from .dossiers import SignedIn
from .refusals import tells_refusals
from .sections import tabs


def value_chains(request: SignedIn) -> HttpResponseBase:
    rows = ValueChainRecord.objects.visible_to(request.user).select_related("product", "enterprise", "area")
    context = {"tabs": tabs(request), "may_enter": bool(deciding.units_of(request.user))}
    form = ValueChainFilter(request.GET)
    return VALUE_CHAINS.respond(request, form, rows, "ratings/value_chains.html", context)


@tells_refusals
def value_chain_new(request: SignedIn) -> HttpResponse:
    rules.needs(request.user, [Role.OFFICER]).require()
    product = chosen_product(request, request.user)
    if product is None:
        return render(request, "ratings/value_chain_choose.html", offered_products(request, request.user))
    recognising.may_enter(request.user, product.area).require()
    form = ValueChainForm(request.POST or None, product=product)
    if request.method == "POST" and form.is_valid():
        try:
            recognising.record_value_chain(by=request.user, **form.facts)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The product's part in the value chain is entered."))
            return redirect("ratings:value_chains")
    return render(request, "ratings/value_chain_new.html", {"form": form, "product": product})
