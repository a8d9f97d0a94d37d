"""Checking the answers, submitting the dossier, and the receipt."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from .. import filing, moves, proposing, workflow
from ..forms.dossiers import MoveForm
from ..models import Dossier
from . import checking_answers, receipts, renewals, showing
from .dossiers import SignedIn, _dossier, _refuse_stale
from .refusals import tells_refusals


@tells_refusals
def dossier_submit(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    try:
        _refuse_stale(request, found)
        row, _post = workflow.require(found, filing.submission_target(found), by=request.user)
        form = MoveForm(request.POST or None, dossier=found, row=row, address=showing.place_address)
        if request.method == "POST" and form.is_valid():
            filing.submit(found, by=request.user, seen=request.POST.get("seen", ""), **form.texts)
            return redirect("ratings:dossier_receipt", pk)
    except workflow.Refused:
        # A second press of the button finds the work of the first one done.
        if request.method == "POST" and filing.submitted_by(found, request.user):
            return redirect("ratings:dossier_receipt", pk)
        raise
    context = checking_answers.context(found, request.user) | renewals.panel(found)
    context |= {"form": form, "row": row}
    return render(request, "ratings/dossier_submit.html", context)


def dossier_receipt(request: SignedIn, pk: int) -> HttpResponse:
    found = _dossier(request, pk)
    submitted = found.steps.filter(to_state__in=moves.SUBMISSIONS)
    step = submitted.exclude(from_state=Dossier.State.AT_COMMUNE).last()
    if step is None:
        raise Http404
    context = receipts.context(found, step) | {"may_assess": bool(proposing.may_assess(found, request.user))}
    return render(request, "ratings/dossier_receipt.html", context)
