"""Checking a published report by its code and digest: how it stands, and nothing of what it says."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from public.forms import ReportCheckForm
from reports import publishing


@login_not_required
@require_safe
def report_check(request: HttpRequest) -> HttpResponse:
    form = ReportCheckForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        code, digest = form.cleaned_data["ma"], form.cleaned_data["digest"]
        context |= {"standing": publishing.check(code, digest), "with_digest": bool(digest)}
    return render(request, "public/report_check.html", context)
