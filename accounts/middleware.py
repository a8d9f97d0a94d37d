"""A first password opens one page only: the one that changes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import User

TOO_OLD = _("Your initial password is too old. Ask the administrator for a new one.")
OPEN_TO_FIRST_PASSWORD = {"accounts:change_password", "accounts:sign_out", "set_language"}


class FirstPasswordMiddleware:
    """Send a person with an initial password to change it; after 72 hours the password is dead."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        """Redirect before the view runs."""
        user = request.user
        if not isinstance(user, User) or not user.password_is_initial:
            return None
        if initial_password_is_dead(user):
            logout(request)
            messages.error(request, TOO_OLD)
            return redirect("accounts:sign_in")
        match = request.resolver_match
        if match and match.view_name in OPEN_TO_FIRST_PASSWORD:
            return None
        return redirect("accounts:change_password")


def initial_password_is_dead(user: User) -> bool:
    """Whether an initial password was set longer ago than it may live."""
    oldest = timezone.now() - timedelta(hours=settings.INITIAL_PASSWORD_HOURS)
    return user.password_is_initial and (user.password_set_at is None or user.password_set_at < oldest)
