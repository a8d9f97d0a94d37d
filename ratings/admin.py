"""Facts of the ratings in the administration: to read, never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.admin_site import ReadOnlyAdmin
from accounts.posts import signed_in

from .models import (
    Attachment,
    Authority,
    Band,
    Decision,
    DecisionItem,
    Dossier,
    DossierStep,
    Recognition,
    RecognitionEvent,
    Regulation,
    RegulationPart,
    Result,
    ValueChainRecord,
)


class Read(admin.TabularInline):
    """Rows that belong to a record, shown with it."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def rows_of(shown: type[Model], *names: str) -> type[Read]:
    """An inline that shows these fields of the rows of ``shown``."""
    fields = {"model": shown, "fields": names, "readonly_fields": names}
    return type(f"{shown.__name__}Read", (Read,), fields)


class ScopedAdmin(ReadOnlyAdmin):
    """Records of the areas of the administrator's posts."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.model._default_manager.visible_to(signed_in(request))


@admin.register(Regulation)
class RegulationAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "files_from", "files_to", "tree")
    inlines = (
        rows_of(RegulationPart, "code", "max_points"),
        rows_of(Band, "stars", "from_points"),
        rows_of(Authority, "level", "assesses", "certifies", "forwards_from", "deadline_working_days"),
    )


@admin.register(Dossier)
class DossierAdmin(ScopedAdmin):
    list_display = ("code", "product", "enterprise", "area", "kind", "state", "state_since", "due_on")
    list_select_related = ("product", "enterprise", "area")
    list_filter = ("state", "kind")
    search_fields = ("code", "product__name")
    inlines = (
        rows_of(DossierStep, "from_state", "to_state", "by_name", "by_post", "on", "reason"),
        rows_of(Attachment, "kind", "title", "file_name", "size", "sha256", "removed_at"),
        rows_of(Result, "level", "part_a", "part_b", "part_c", "total", "stars", "assessed_on"),
    )


@admin.register(Decision)
class DecisionAdmin(ScopedAdmin):
    list_display = ("number", "signed_on", "issuing_body", "area", "state")
    list_select_related = ("area",)
    list_filter = ("state",)
    search_fields = ("number", "title")
    inlines = (rows_of(DecisionItem, "dossier", "outcome", "stars"),)


@admin.register(Recognition)
class RecognitionAdmin(ScopedAdmin):
    list_display = ("product_name", "stars", "recognised_on", "expires_on", "area", "certificate_code")
    list_select_related = ("area",)
    list_filter = ("stars", "kind")
    search_fields = ("product_name", "certificate_code")
    inlines = (rows_of(RecognitionEvent, "kind", "on", "new_expires_on", "note"),)


@admin.register(ValueChainRecord)
class ValueChainRecordAdmin(ScopedAdmin):
    list_display = ("product", "chain", "enterprise", "joined_on", "funding_source")
    list_select_related = ("product", "enterprise")
