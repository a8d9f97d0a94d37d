"""What of a dossier is printed and taken away."""

from __future__ import annotations

import tempfile

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import translation

from accounts import auditing
from ocop_portal.lib import clock, files, paper

from ..models import CriteriaSet, Dossier, Recognition
from ..printing import bundle, certificate, contents, dossier_paper, official
from . import checking_answers, showing
from .dossiers import SignedIn

PDF, ZIP = "application/pdf", "application/zip"
WRITERS = {"pdf": (bundle.write_pdf, PDF), "zip": (bundle.write_archive, ZIP)}


def blank_forms(request: HttpRequest) -> HttpResponse:
    sets = CriteriaSet.objects.published().select_related("group").order_by("code")
    return render(request, "ratings/blank_forms.html", {"sets": sets})


def blank_form(request: HttpRequest, form: str) -> HttpResponseBase:
    if form not in dossier_paper.FORMS:
        raise Http404
    code = request.GET.get("bo", "")
    criteria_set = get_object_or_404(CriteriaSet.objects.exclude(state="draft"), code=code) if code else None
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with translation.override("vi"):
        story = dossier_paper.blank(form, criteria_set)
        paper.write(file, story, paper.Properties(f"Mẫu số {form}", "OCOP", code=code))
    file.seek(0)
    return files.attachment(file, f"Mau-{form}{'-' if code else ''}{code}.pdf", PDF)


def dossier_print(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    context = checking_answers.reading(found, request.user)
    context |= {
        "facts": showing.facts(found),
        "answers": found.answers.select_related("criterion", "option"),
        "assessment": official.said(found),
        "listed": contents.papers_of(found),
        "submission": found.submissions.last(),
    }
    return render(request, "ratings/dossier_print.html", context)


def _dossier(request: SignedIn, pk: int) -> Dossier:
    related = (
        "product",
        "enterprise__kind",
        "area",
        "group__parent",
        "criteria_set",
        "regulation",
        "previous",
    )
    rows = Dossier.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(rows.prefetch_related("steps"), pk=pk)


def dossier_bundle(request: SignedIn, pk: int, kind: str) -> HttpResponseBase:
    found = _dossier(request, pk)
    write, content_type = WRITERS[kind]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    # The paper is in the administration's language, whoever takes it away.
    with translation.override("vi"):
        write(found, file)
    auditing.record(f"dossier.taken_as_{kind}", found, by=request.user)
    file.seek(0)
    return files.attachment(file, f"Ho-so_{found.code}_{clock.today():%Y-%m-%d}.{kind}", content_type)


def recognition_certificate(request: SignedIn, pk: int) -> HttpResponseBase:
    rows = Recognition.objects.visible_to(request.user).select_related("decision", "area")
    found = get_object_or_404(rows.prefetch_related("holders", "events"), pk=pk)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    paper.write(file, list(certificate.story(found, clock.today())), certificate.properties(found))
    file.seek(0)
    return files.attachment(file, f"Giay-chung-nhan_{found.certificate_code}.pdf", PDF)
