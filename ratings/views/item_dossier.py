"""The dossier of an agenda item as the council reads it: contents, own assessment, evidence; no change.

A council post opens no list of dossiers: the item is the door, for the council's members without an interest.
The contact and the representative's personal particulars stay with the offices.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ocop_portal.lib import files, svg

from .. import completeness, declaring, evidencing
from ..models import AgendaItem, CommuneAssessment, Dossier
from ..sections import BUSINESS, GENERAL, PLAN
from .council_scope import crumbs, fact, item_of
from .dossiers import SignedIn
from .proving import leaves
from .section_pages import read


def _readable(request: SignedIn, pk: int) -> AgendaItem:
    """The item, for those who may read its dossier; 403 with the reason for a recused member."""
    found = item_of(request, pk)
    declaring.may_read(found, request.user).require()
    return found


@require_safe
def item_dossier(request: SignedIn, pk: int) -> HttpResponse:
    item = _readable(request, pk)
    dossier = item.dossier
    context = {
        "item": item,
        "dossier": dossier,
        "facts": facts(dossier),
        "sections": sections(dossier),
        "criteria": criteria(dossier),
        "whole": evidencing.by_criterion(evidencing.uses_of(dossier)).get(None, []),
        "papers": papers(item),
        "commune": commune(dossier),
        "submission": dossier.submissions.order_by("number").last(),
        "crumbs": crumbs(request, session=item.session),
    }
    return render(request, "ratings/councils/item_dossier.html", context)


def facts(dossier: Dossier) -> list[dict[str, Any]]:
    """What the council must know of the dossier, row by row."""
    rows = [
        fact(_("Product"), dossier.product.name),
        fact(_("Product group"), dossier.group.name),
        fact(_("Organisation that files"), dossier.enterprise.name),
        fact(_("Commune"), dossier.area.name),
        fact(_("Kind of dossier"), dossier.get_kind_display()),
        fact(
            _("Star asked for"), svg.star_words(dossier.requested_stars) if dossier.requested_stars else None
        ),
        fact(_("Regulation"), dossier.regulation),
        fact(_("Presentation of the product"), dossier.presentation or None),
    ]
    if dossier.kind != Dossier.Kind.FIRST:
        rows.append(fact(_("What has changed since"), dossier.changes or None))
    return rows


def sections(dossier: Dossier) -> list[dict[str, Any]]:
    """What Form 02 says beside the criteria, without what only the offices read of a person."""
    if dossier.criteria_set is None:
        return []
    contents = completeness.contents_of(dossier)
    return [
        {
            "section": section,
            "reading": read(dossier, section, contents.get(section.key, {}), personal=False),
        }
        for section in (GENERAL, BUSINESS, PLAN)
    ]


def criteria(dossier: Dossier) -> list[dict[str, Any]]:
    """Criterion by criterion: what the organisation chose, its note, the evidence."""
    answers = {row.criterion_id: row for row in dossier.answers.select_related("option")}
    uses = evidencing.by_criterion(evidencing.uses_of(dossier))
    return [
        {"criterion": leaf, "answer": answers.get(leaf.pk), "uses": uses.get(leaf.pk, [])}
        for leaf in leaves(dossier)
    ]


def papers(item: AgendaItem) -> list[dict[str, Any]]:
    """The papers attached to the dossier as a whole."""
    rows = item.dossier.attachments.filter(removed_at__isnull=True)
    return [
        {
            "name": paper.title,
            "url": reverse("ratings:item_paper", args=[item.pk, paper.pk]),
            "kind": paper.get_kind_display(),
            "size": paper.size,
        }
        for paper in rows
    ]


def commune(dossier: Dossier) -> list[dict[str, Any]]:
    """The commune's assessment in words (Form 03), where there is one."""
    found = CommuneAssessment.objects.filter(dossier=dossier).first()
    if found is None:
        return []
    return [
        fact(_("Origin and local material"), found.origin or None),
        fact(_("Local labour"), found.labour or None),
        fact(_("Origin of the idea"), found.idea or None),
        fact(_("Local identity and knowledge"), found.identity or None),
    ]


@require_safe
def item_paper(request: SignedIn, pk: int, paper: int) -> HttpResponseBase:
    rows = _readable(request, pk).dossier.attachments.filter(removed_at__isnull=True)
    found = get_object_or_404(rows, pk=paper)
    return files.serve_private(found.file, found.file_name, found.content_type)


@require_safe
def item_evidence(request: SignedIn, pk: int, use: int) -> HttpResponseBase:
    uses = _readable(request, pk).dossier.evidence_uses.select_related("evidence")
    found = get_object_or_404(uses, pk=use).evidence
    return files.serve_private(found.file, found.file_name, found.content_type)
