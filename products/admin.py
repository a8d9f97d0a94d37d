"""The classification of products in the administration: to read; it is loaded from a file."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin_site import ReadOnlyAdmin

from .models import ProductGroup


@admin.register(ProductGroup)
class ProductGroupAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "tier"]
    list_filter = ["tier"]
    search_fields = ["code", "name"]
