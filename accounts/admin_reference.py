"""Administration of areas: profiles, signers and holidays to keep, units and their closure to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from areas.models import Area, Coverage, Holiday, LoadedFile, Signer, Succession, UnitProfile
from ocop_portal.lib import clock

from . import rules
from .admin_site import AuditedAdmin, ReadOnlyAdmin
from .auditing import record
from .forms import UnitField
from .posts import signed_in


class SignerInline(admin.StackedInline):
    """Who signs for the unit: seven fields each, more than a row of a laptop's screen holds."""

    model = Signer
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(UnitProfile)
class UnitProfileAdmin(AuditedAdmin):
    list_display = ("issuing_body", "superior_body", "place", "area")
    list_select_related = ("area",)
    search_fields = ("issuing_body", "place")
    inlines = (SignerInline,)
    fields = (
        *("area", "issuing_body", "superior_body", "place", "number_suffix", "recipients"),
        *("check_within_days", "answer_within_days", "decide_within_days", "sign_within_days"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnitProfile]:
        return super().get_queryset(request).filter(area__in=rules.administered(signed_in(request)))

    def get_readonly_fields(self, request: HttpRequest, obj: UnitProfile | None = None) -> tuple[str, ...]:
        return ("area",) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "area":
            units = rules.administered(signed_in(request)).filter(
                pk__in=Area.objects.in_force(clock.today()).filter(profile__isnull=True)
            )
            return UnitField(units.select_related("parent"), label=db_field.verbose_name)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            names = list(form.instance.signers.values_list("full_name", flat=True))
            record(
                "signer.changed",
                form.instance,
                by=signed_in(request),
                area=form.instance.area,
                signers=names,
            )


@admin.register(Holiday)
class HolidayAdmin(AuditedAdmin):
    list_display = ("day", "kind", "name")
    list_filter = ("kind",)
    search_fields = ("name",)
    date_hierarchy = "day"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Area)
class AreaAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "level", "parent", "valid_from", "valid_to")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("name_norm", "code")
    fields = (
        *("name", "code", "kind", "level", "parent", "valid_from", "valid_to"),
        *("population", "area_km2", "longitude", "latitude"),
    )


@admin.register(Succession)
class SuccessionAdmin(ReadOnlyAdmin):
    list_display = ("predecessor", "successor", "partial")
    list_select_related = ("predecessor", "successor")
    search_fields = ("predecessor__name_norm", "successor__name_norm")


@admin.register(Coverage)
class CoverageAdmin(ReadOnlyAdmin):
    list_display = ("unit", "covered")
    list_select_related = ("unit", "covered")
    search_fields = ("unit__name_norm", "unit__code")


@admin.register(LoadedFile)
class LoadedFileAdmin(ReadOnlyAdmin):
    list_display = ("name", "loaded_at", "digest")
