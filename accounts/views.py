"""Signing in and out, the password, one's own account."""

from __future__ import annotations

from datetime import timedelta

from axes.models import AccessLog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from . import managing
from .forms import ChoosePasswordForm, LettersForm, SignInForm
from .models import Post
from .posts import signed_in

SIGN_INS_SHOWN = 5


def onward(request: HttpRequest) -> str:
    """Where to go after signing in: the page asked for if it is one of ours, else my work."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    # What begins otherwise would be taken for the name of a view.
    return asked if ours and asked.startswith("/") else resolve_url(settings.LOGIN_REDIRECT_URL)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(onward(request))
    form = SignInForm(request, data=request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        login(request, form.get_user())
        return redirect(onward(request))
    return render(request, "accounts/sign_in.html", {"form": form, "next": request.GET.get("next", "")})


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    # A failure during the lock begins it anew, so the wait counts from now.
    until = timezone.now() + timedelta(hours=settings.AXES_COOLOFF_TIME)
    return render(request, "accounts/locked_out.html", {"until": until}, status=429)


@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        logout(request)
        return redirect(settings.LOGOUT_REDIRECT_URL)
    return render(request, "accounts/sign_out.html")


@never_cache
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = ChoosePasswordForm(user, data=request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        managing.choose_password(user, form.cleaned_data["new_password1"], by=user)
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password has been changed. Other sessions have been ended."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/change_password.html", {"form": form})


def profile(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = LettersForm(request.POST or None, initial={"notify_by_email": user.notify_by_email})
    if form.is_valid():
        managing.choose_letters(user, form.cleaned_data["notify_by_email"], by=user)
        messages.success(request, _("Your choice is kept."))
        return redirect("accounts:profile")
    context = {
        "form": form,
        "posts": Post.objects.filter(user=user).select_related("area").order_by("-starts_on", "-pk"),
        "sign_ins": AccessLog.objects.filter(username=user.username)[:SIGN_INS_SHOWN],
    }
    return render(request, "accounts/profile.html", context)
