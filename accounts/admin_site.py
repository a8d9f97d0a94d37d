"""Django's administration for administrators by post: its entrance, and what its pages have in common."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ocop_portal.lib import text

from .auditing import record
from .models import User
from .posts import signed_in


class AdministrationSite(admin.AdminSite):
    """Open to administrators by post and to the technical account, and to nobody else."""

    site_header = gettext_lazy("Administration of the OCOP portal")
    site_title = gettext_lazy("Administration")
    index_title = gettext_lazy("Accounts, posts and reference data")
    site_url = "/"
    enable_nav_sidebar = False
    # So that a list says "–" where Django would say "-".
    empty_value_display = "–"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register pages, but none for groups: rights come from posts alone."""
        given: Any = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        super().register([each for each in given if each._meta.app_label != "auth"], admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        # Asked several times for each page: the posts are read once a request.
        if not hasattr(request, "may_administer"):
            user = request.user
            request.may_administer = (  # type: ignore[attr-defined]
                isinstance(user, User) and user.is_active and user.is_staff
            )
        return bool(request.may_administer)  # type: ignore[attr-defined]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied(_("Only administrators may use the administration pages."))
            return inner(request, *args, **kwargs)

        return guarded

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("accounts:sign_out")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("accounts:change_password")


class _Open(admin.ModelAdmin):
    """The site has asked for the post already; asking again for every button would cost a query each."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search names as the portal does, without marks, where the page searches ``name_norm``."""
        if "name_norm" in self.search_fields:
            search_term = text.search_key(search_term)
        return super().get_search_results(request, queryset, search_term)


class ReadOnlyAdmin(_Open):
    """A page on facts of the domain: administrators look, and change nothing."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AuditedAdmin(_Open):
    """A page on reference data that administrators keep: every change goes into the audit trail."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def save_model(self, request: HttpRequest, obj: Any, form: BaseForm, change: bool) -> None:
        obj.save()
        act = "changed" if change else "created"
        record(f"{obj._meta.model_name}.{act}", obj, by=signed_in(request), fields=form.changed_data)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            record(f"{obj._meta.model_name}.deleted", obj, by=signed_in(request))
            obj.delete()
