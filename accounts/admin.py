"""Administration of accounts and posts, through the verbs of ``managing``; the audit trail to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from . import admin_reference as admin_reference
from . import managing, rules
from .admin_site import AuditedAdmin, ReadOnlyAdmin
from .forms import AccountForm, EndPostForm, PostForm
from .models import AuditEntry, Notice, Post, User
from .notice_words import title_of
from .posts import signed_in

# What the verbs of an account change; the page only shows it.
STATE = ("is_active", "password_is_initial", "password_set_at", "last_login")


class PostInline(admin.TabularInline):
    """The posts of an account; each is given and ended on its own page."""

    model = Post
    extra = 0
    can_delete = False
    show_change_link = True
    fields = readonly_fields = ("role", "area", "title", "starts_on", "ends_on")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return super().get_queryset(request).select_related("area")


@admin.register(User)
class UserAdmin(AuditedAdmin):
    form = AccountForm
    list_display = ("username", "full_name", "posts_held", "is_active", "password_is_initial", "last_login")
    list_filter = ("is_active", "password_is_initial")
    search_fields = ("username", "full_name")
    fields = ("username", "full_name", "email", "phone")
    inlines = (PostInline,)
    change_form_template = "accounts/administration/account.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        held = Prefetch("posts", Post.objects.current().select_related("area"), to_attr="held")
        people = super().get_queryset(request).exclude(pk__in=rules.beyond(signed_in(request)))
        return people.prefetch_related(held)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return ("username", *STATE) if obj else ()

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return (*self.fields, *STATE) if obj else self.fields

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()

    @admin.display(description=gettext_lazy("posts"))
    def posts_held(self, user: Any) -> str:
        return "; ".join(str(post) for post in user.held)

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path("<int:pk>/mat-khau/", guard(self.reset_password), name="accounts_user_reset"),
            path("<int:pk>/trang-thai/", guard(self.switch), name="accounts_user_switch"),
        ]
        return own + super().get_urls()

    @sensitive_variables("password")
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in ("full_name", "email", "phone")}
        if change:
            managing.change_account(obj, by=signed_in(request), **fields)
            return
        user, password = managing.create_account(username=obj.username, by=signed_in(request), **fields)
        obj.pk = user.pk
        obj.shown_once = password  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:
        return self._show_password(request, obj, obj.shown_once)

    @sensitive_variables("password")
    def reset_password(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._asked_for(request, pk)
        password = managing.reset_password(user, by=signed_in(request))
        return self._show_password(request, user, password)

    def switch(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._asked_for(request, pk)
        verb = managing.disable if user.is_active else managing.enable
        verb(user, by=signed_in(request))
        said = _("The account is open again.") if user.is_active else _("The account has been disabled.")
        messages.success(request, said)
        return redirect("admin:accounts_user_change", pk)

    def _asked_for(self, request: HttpRequest, pk: int) -> User:
        if request.method != "POST":
            raise PermissionDenied(_("Use the button on the page of the account."))
        user = self.get_queryset(request).filter(pk=pk).first()
        if user is None:
            raise Http404
        return user

    def _show_password(self, request: HttpRequest, user: User, password: str) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Initial password"),
            "account": user,
            "password": password,
        }
        return TemplateResponse(request, "accounts/administration/initial_password.html", context)


@admin.register(Post)
class PostAdmin(AuditedAdmin):
    form = PostForm
    list_display = ("user", "role", "area", "title", "starts_on", "ends_on")
    list_filter = ("role",)
    list_select_related = ("user", "area")
    search_fields = ("user__username", "user__full_name", "area__name_norm")
    change_form_template = "accounts/administration/post.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return super().get_queryset(request).filter(area__in=rules.administered(signed_in(request)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)

        def bound_to_actor(*args: Any, **options: Any) -> Any:
            return form(*args, by=signed_in(request), **options)

        bound_to_actor.base_fields = form.base_fields  # type: ignore[attr-defined]
        return bound_to_actor

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        post = managing.give_post(by=signed_in(request), **form.cleaned_data)
        obj.pk = post.pk

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [path("<int:pk>/thoi-giu/", guard(self.end), name="accounts_post_end"), *super().get_urls()]

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        post = self.get_queryset(request).select_related("user", "area").filter(pk=pk).first()
        if post is None:
            raise Http404
        form = EndPostForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            managing.end_post(post, on=form.cleaned_data["on"], by=signed_in(request))
            messages.success(request, _("The post has been ended."))
            return redirect("admin:accounts_post_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("End the post"),
            "post": post,
            "form": form,
        }
        return TemplateResponse(request, "accounts/administration/end_post.html", context)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_name", "act", "object_type", "object_label", "area")
    list_select_related = ("area",)
    search_fields = ("actor_name", "act", "object_label", "object_id")
    fields = (
        "at",
        "actor",
        "actor_name",
        "act",
        "object_type",
        "object_id",
        "object_label",
        "area",
        "details",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        mine = Q(area__in=rules.administered(signed_in(request))) | Q(area__isnull=True)
        return super().get_queryset(request).filter(mine)


class LettersFilter(admin.SimpleListFilter):
    """What became of a notice's e-mail."""

    title = gettext_lazy("e-mail")
    parameter_name = "thu"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("loi", gettext_lazy("could not be sent")),
            ("cho", gettext_lazy("waits to be sent")),
            ("da-gui", gettext_lazy("sent")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        chosen = {
            "loi": ~Q(mail_error=""),
            "cho": Q(mail_due_at__isnull=False),
            "da-gui": Q(mailed_at__isnull=False),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("said", "role", "area", "on", "settled_at", "mailed_at", "mail_attempts", "mail_error")
    list_select_related = ("area",)
    list_filter = (LettersFilter, "role")
    search_fields = ("key", "mail_error")
    fields = (
        *("said", "role", "area", "on", "due_on", "settled_at"),
        *("mailed_at", "mail_due_at", "mail_attempts", "mail_error"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return super().get_queryset(request).filter(area__in=rules.administered(signed_in(request)))

    @admin.display(description=gettext_lazy("notice"))
    def said(self, notice: Notice) -> str:
        return title_of(notice)
