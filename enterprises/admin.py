"""Kinds of organisations in the administration: to read; they are loaded from a file."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin_site import ReadOnlyAdmin

from .models import EnterpriseKind


@admin.register(EnterpriseKind)
class EnterpriseKindAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "is_economic_organisation"]
    search_fields = ["code", "name"]
