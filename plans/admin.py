"""Plans and indicators in the administration: to read, never to change."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin_site import ReadOnlyAdmin
from accounts.posts import signed_in

from .models import Indicator, Plan


@admin.register(Indicator)
class IndicatorAdmin(ReadOnlyAdmin):
    """Indicators come from their file."""

    list_display = ("code", "name", "unit", "measure")
    search_fields = ("code", "name")


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    """Plans of the administrator's areas."""

    list_display = ("title", "number", "signed_on", "area", "published_at")
    list_select_related = ("area",)
    search_fields = ("name_norm", "number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        visible = Plan.objects.visible_to(signed_in(request))
        return super().get_queryset(request).filter(pk__in=visible.values("pk"))
