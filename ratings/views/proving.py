"""The evidence of a dossier as its page shows it: by criterion, with what asks for care."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from enterprises.models import Enterprise

from .. import evidencing, filing, unlocking
from ..forms.evidence import PaperForDossier
from ..models import Criterion, Dossier, EvidenceUse

WHOLE = "ho-so"


@dataclass(frozen=True)
class Group:
    """What proves one criterion (or the dossier as a whole), and whether that may be changed now."""

    criterion: Criterion | None
    uses: list[EvidenceUse]
    may_edit: bool


def groups(dossier: Dossier, uses: list[EvidenceUse], user: User) -> list[Group]:
    """The groups in the order of the set; who only reads is shown those that have a paper.

    A use of another set (the dossier's set has changed since) comes last, to be dropped.
    """
    open_now, may = unlocking.of(dossier), bool(filing.may_fill_in(dossier, user))
    found = evidencing.by_criterion(uses)
    criteria = leaves(dossier)
    others = {use.criterion_id: use.criterion for use in uses if use.criterion_id}
    places: list[Criterion | None] = [None, *criteria]
    places += [each for key, each in others.items() if key not in {leaf.pk for leaf in criteria}]
    made = (
        Group(
            each,
            found.get(each.pk if each else None, []),
            may and evidencing.may_prove(open_now, each.code if each else None),
        )
        for each in places
    )
    return [group for group in made if group.uses or group.may_edit]


def leaves(dossier: Dossier) -> list[Criterion]:
    """The criteria with options of the dossier's set, in its order; none under an older regulation."""
    return list(Criterion.objects.filter(criteria_set=dossier.criteria_set_id, is_leaf=True))


def page(dossier: Dossier, user: User, request: HttpRequest) -> dict[str, Any]:
    """All that the page shows, the upload form aside."""
    uses = evidencing.uses_of(dossier)
    found = groups(dossier, uses, user)
    may = any(group.may_edit for group in found)
    makers = list(evidencing.makers(dossier, user)) if may else []
    return {
        "dossier": dossier,
        "groups": found,
        "may_edit": may,
        "library": evidencing.library_of(dossier, user) if may else [],
        "makers": makers,
        "care": care(uses, makers),
        "back": reverse("ratings:dossier_evidence", args=[dossier.pk]),
        "renewable": may and any(use.evidence.newer for use in uses),
        "chosen": request.GET.get("tieu-chi", ""),
    }


def care(uses: list[EvidenceUse], makers: list[Enterprise]) -> list[dict[str, Any]]:
    """Each used paper once that is past its last day or near it, replaced, or without particulars.

    ``url`` leads to its page in the library where the person may mend something there.
    """
    open_libraries = {maker.pk for maker in makers}
    found: dict[int, dict[str, Any]] = {}
    for use in uses:
        if use.evidence.status.needs_care:
            paper = use.evidence
            url = paper.get_absolute_url() if paper.enterprise_id in open_libraries else ""
            row = found.setdefault(paper.pk, {"paper": paper, "url": url, "codes": []})
            row["codes"] += [use.criterion.code] if use.criterion else []
    return list(found.values())


def upload_form(context: dict[str, Any], user: User, *sent: Any) -> PaperForDossier | None:
    """The form of a new paper, where one may be added and the person sees a maker's library."""
    chosen = context["chosen"]
    makers = context["makers"]
    if not makers:
        return None
    criteria = [group.criterion for group in context["groups"] if group.may_edit and group.criterion]
    initial = {"criterion": chosen} if any(each.code == chosen for each in criteria) else {}
    return PaperForDossier(*sent, by=user, makers=makers, criteria=criteria, initial=initial)
