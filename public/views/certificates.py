"""Checking a certificate by its code, and a dossier by its receipt."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ocop_portal.lib import clock, svg
from public import looking_up, pages
from public.forms import CodeForm, ReceiptForm


@login_not_required
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.GET or None)
    if form.is_valid():
        return redirect("public:certificate", code=form.cleaned_data["ma"])
    return render(request, "public/certificates.html", {"form": form})


@login_not_required
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    today = clock.today()
    found = looking_up.certificate(code, today)
    if found is None:
        context = {"form": CodeForm(), "code": code}
        return render(request, "public/certificate_unknown.html", context, status=404)
    path = reverse("public:certificate", args=[found.certificate_code])
    address = f"{settings.OCOP_BASE_URL.rstrip('/')}{path}"
    context = {
        "record": pages.record_of(found, today),
        "today": today,
        "qr": svg.qr(address, _("QR code to check this certificate")),
    }
    return render(request, "public/certificate.html", context)


@login_not_required
@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    form = ReceiptForm(request.GET or None)
    found = looking_up.dossier(form.cleaned_data["ma"]) if form.is_valid() else None
    context = {"form": form, "found": found, "asked": form.is_bound and form.is_valid()}
    return render(request, "public/lookup.html", context)
