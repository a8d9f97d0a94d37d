"""Choosing the product that a form is about: by name, before the form itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from ocop_portal.lib import numbers, text
from products.models import Product

OFFERED = 25


def chosen_product(request: HttpRequest, user: User) -> Product | None:
    """The product that the address names (``?san-pham=``), in the person's scope, or None."""
    asked = numbers.key(request.GET.get("san-pham", ""))
    if asked is None:
        return None
    found: Product = get_object_or_404(Product.objects.visible_to(user).select_related("area"), pk=asked)
    return found


def offered_products(request: HttpRequest, user: User) -> dict[str, Any]:
    """Context of a page that lets choose: the words searched, and the first products that match."""
    query = request.GET.get("q", "")
    rows = Product.objects.visible_to(user).filter(text.matches("name_norm", query))
    rows = rows.select_related("area", "group").prefetch_related("enterprises")
    return {"q": query, "products": rows[:OFFERED]}
