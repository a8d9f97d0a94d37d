"""Pages of dossiers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import rules
from accounts.models import User
from ocop_portal.lib import clock, files, numbers
from products.models import Product

from .. import clocks, filing, filling, handing_over, sections, whereabouts, workflow
from ..forms.dossiers import ContentsForm, DossierFilter, MoveForm, OpenForm, PaperForm
from ..models import Attachment, Dossier
from . import keeping, renewals, showing, task_list
from .dossier_list import DOSSIERS
from .refusals import tells_refusals

State = Dossier.State


class SignedIn(HttpRequest):
    """A request that the sign-in middleware let through."""

    user: User


def _dossier(request: SignedIn, pk: int) -> Dossier:
    """The dossier in the person's scope; out of scope is not found."""
    related = ("product", "enterprise__kind", "area", "group__parent__parent", "regulation", "previous")
    rows = Dossier.objects.visible_to(request.user).select_related(
        *related, "criteria_set", "commune_assessment", "assigned_to"
    )
    return filling.follow_the_rules_of_today(get_object_or_404(whereabouts.with_holder(rows), pk=pk))


def dossiers(request: SignedIn) -> HttpResponseBase:
    rows = Dossier.objects.visible_to(request.user).select_related("product", "enterprise", "area")
    form = DossierFilter(request.GET, user=request.user)
    context = {
        "may_open": rules.holds(request.user, filing.FILLERS),
        "may_hand_over": handing_over.province_of(request.user) is not None,
    }
    return DOSSIERS.respond(request, form, whereabouts.with_holder(rows), "ratings/dossiers.html", context)


@tells_refusals
def dossier_new(request: SignedIn) -> HttpResponse:
    wanted = numbers.key(request.GET.get("san-pham", ""))
    if wanted is None:
        return _choose_product(request)
    product = get_object_or_404(Product.objects.visible_to(request.user), pk=wanted)
    form = OpenForm(request.POST or None, product=product)
    waiting = product.dossiers.open().first()
    if request.method == "POST" and form.is_valid():
        try:
            token = form.cleaned_data["form_token"]
            dossier = filing.open_dossier(product, by=request.user, form_token=token, **form.contents)
        except filing.AlreadyOpen as refused:
            waiting = refused.dossier
        else:
            return redirect("ratings:dossier", dossier.pk)
    context = {"form": form, "product": product, "waiting": waiting, "regulation": showing.regulation_today()}
    status = 409 if waiting and request.method == "POST" else 200
    return render(request, "ratings/dossier_new.html", context, status=status)


def _choose_product(request: SignedIn) -> HttpResponse:
    found = showing.products_to_file(request.user, request.GET.get("q", ""))
    return render(request, "ratings/dossier_choose.html", {"products": found, "q": request.GET.get("q", "")})


def dossier(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    context = {
        "dossier": found,
        "where": whereabouts.of(found),
        "tone": showing.tone(found),
        "buttons": showing.buttons(found, request.user),
        "facts": showing.facts(found),
        "papers": showing.papers(found),
        "results": found.results.select_related("entered_by"),
        "decisions": found.decision_items.select_related("decision"),
        **showing.after(found, request.user),
        "steps": showing.steps(found),
        "refile": clocks.too_late_to_decide(found, clock.today()),
        "regulation_today": showing.regulation_today() if found.state == State.DRAFT else None,
        **renewals.panel(found),
    }
    if found.first_submitted_on:
        context |= keeping.kept(found, request.user)
    return render(request, "ratings/dossier.html", context | task_list.context(found, request.user))


@tells_refusals
def dossier_edit(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    filing.may_change(found, request.user).require()
    if found.criteria_set and request.method != "POST":
        return redirect("ratings:dossier_section", pk, sections.REGISTRATION.key)  # the same questions
    form = ContentsForm(request.POST or None, instance=found, product=found.product)
    if request.method == "POST" and form.is_valid():
        try:
            filing.change(found, by=request.user, version=form.cleaned_data["version"], **form.contents)
        except workflow.Stale as stale:
            form.keep_text_of_a_late_writer(str(stale), _dossier(request, pk).version)
            return render(request, "ratings/dossier_edit.html", {"form": form, "dossier": found}, status=409)
        return redirect("ratings:dossier", pk)
    return render(request, "ratings/dossier_edit.html", {"form": form, "dossier": found})


@tells_refusals
def dossier_papers(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    filing.may_attach(found, request.user).require()
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            filing.attach(found, by=request.user, **form.cleaned_data)
        except files.UploadRefused as refused:
            form.add_error("upload", refused)
        else:
            return redirect("ratings:dossier_papers", pk)
    papers = showing.papers(found, removable=True)
    return render(request, "ratings/dossier_papers.html", {"form": form, "dossier": found, "papers": papers})


def _paper(request: SignedIn, pk: int, paper: int) -> Attachment:
    found = _dossier(request, pk)
    return get_object_or_404(found.attachments.filter(removed_at__isnull=True), pk=paper)


def dossier_file(request: SignedIn, pk: int, paper: int) -> HttpResponseBase:
    found = _paper(request, pk, paper)
    return files.serve_private(found.file, found.file_name, found.content_type)


@require_POST
@tells_refusals
def dossier_file_remove(request: SignedIn, pk: int, paper: int) -> HttpResponse:
    filing.remove_attachment(_paper(request, pk, paper), by=request.user)
    messages.success(request, _("The paper is removed from the dossier."))
    return redirect("ratings:dossier_papers", pk)


@tells_refusals
def dossier_move(request: SignedIn, pk: int, to: str) -> HttpResponse:
    found = _dossier(request, pk)
    if request.method == "POST":
        return _move(request, found, to)
    row, _post = workflow.require(found, to, by=request.user)
    form = MoveForm(dossier=found, row=row)
    return render(request, "ratings/dossier_move.html", {"dossier": found, "form": form, "row": row})


def _refuse_stale(request: SignedIn, found: Dossier) -> None:
    """Say who was first before any rule of the new state gets the word."""
    workflow.refuse_stale(found, numbers.key(request.POST.get("version", "")))


def _move(request: SignedIn, found: Dossier, to: str) -> HttpResponse:
    _refuse_stale(request, found)
    row, _post = workflow.require(found, to, by=request.user)
    form = MoveForm(request.POST, dossier=found, row=row)
    if not form.is_valid():
        return render(request, "ratings/dossier_move.html", {"dossier": found, "form": form, "row": row})
    workflow.move(found, to, by=request.user, **form.texts)
    return redirect("ratings:dossier", found.pk)
