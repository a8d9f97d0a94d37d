"""Pages of products, for staff of their area."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.posts import signed_in
from enterprises import editing, rules

from . import picturing, registering
from .forms import PhotoForm, ProductFilter, ProductForm
from .lists import PRODUCTS
from .models import Product


def product_list(request: HttpRequest) -> HttpResponseBase:
    user = signed_in(request)
    rows = Product.objects.visible_to(user).select_related("group__parent", "area").with_makers()
    form = ProductFilter(request.GET, by=user)
    context = {"may_enter": bool(rules.may_enter(user))}
    return PRODUCTS.respond(request, form, rows, "products/list.html", context)


def in_sight(user: User, pk: int) -> Product:
    rows = Product.objects.visible_to(user).select_related("group__parent__parent", "area")
    product: Product = get_object_or_404(rows.with_makers(), pk=pk)
    return product


def page_of(request: HttpRequest, product: Product, form: PhotoForm) -> HttpResponse:
    user = signed_in(request)
    photos = product.photos.all()
    context: dict[str, Any] = {
        "product": product,
        "photos": photos,
        "seen": set(product.enterprises.visible_to(user).values_list("pk", flat=True)),
        "history": editing.history(product, registering.ACTS),
        "may_change": bool(rules.may_enter(user, product.area)),
        "photo_form": form if form.is_bound or len(photos) < picturing.MOST_PHOTOS else None,
    }
    return render(request, "products/detail.html", context)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return page_of(request, in_sight(signed_in(request), pk), PhotoForm())


def create(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    rules.may_enter(user).require()
    posted = request.POST if request.method == "POST" else None
    form = ProductForm(posted, by=user, initial={"lead": request.GET.get("chu_the")})
    if made := form.attempt(registering.register):
        messages.success(request, _("%(name)s has been entered.") % {"name": made})
        return redirect(made)
    return render(request, "products/form.html", {"form": form}, status=form.status)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    product = in_sight(user, pk)
    rules.may_enter(user, product.area).require()
    context = {"product_id": product.pk, "name": product.name, "back": product.get_absolute_url()}
    posted = request.POST if request.method == "POST" else None
    form = ProductForm(posted, instance=product, by=user)
    if changed := form.attempt(registering.change, product):
        messages.success(request, _("%(name)s has been saved.") % {"name": changed})
        return redirect(changed)
    return render(request, "products/form.html", {**context, "form": form}, status=form.status)


@require_POST
def photo_add(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    product = in_sight(user, pk)
    rules.may_enter(user, product.area).require()
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            caption = form.cleaned_data["caption"]
            picturing.add_photo(product, form.cleaned_data["image"], caption=caption, by=user)
        except ValidationError as error:
            form.add_error("image", error)
        else:
            messages.success(request, _("The photo has been added."))
            return redirect(product)
    return page_of(request, product, form)


@require_POST
def photo_remove(request: HttpRequest, pk: int, photo_pk: int) -> HttpResponse:
    user = signed_in(request)
    product = in_sight(user, pk)
    picturing.remove_photo(get_object_or_404(product.photos, pk=photo_pk), by=user)
    messages.success(request, _("The photo has been removed."))
    return redirect(product)


@require_safe
def photo(request: HttpRequest, pk: int, photo_pk: int) -> FileResponse:
    found = get_object_or_404(in_sight(signed_in(request), pk).photos, pk=photo_pk)
    try:
        response = FileResponse(found.image.open(), content_type=picturing.content_type(found))
    except OSError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
