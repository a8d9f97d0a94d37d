"""The page before submission: all that the dossier says, what is missing as links, and what is pledged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from ocop_portal.lib import clock, svg

from .. import conditions, filling, freezing, own_sheets
from ..conditions import Condition
from ..models import Dossier, EvidenceUse
from ..own_sheets import Rung
from ..sections import CRITERIA, REGISTRATION
from . import section_pages, showing

SOON = 60
"""Days before its last day in which a paper is marked as expiring soon."""


def context(dossier: Dossier, user: User) -> dict[str, Any]:
    """What the page shows; by sections where the dossier has forms, else as one list of facts."""
    found: dict[str, Any] = {"dossier": dossier, "papers": showing.papers(dossier)}
    if dossier.criteria_set is None:
        return found | {
            "facts": showing.facts(dossier),
            "missing": [{"text": reason, "url": ""} for reason in conditions.missing(dossier)],
        }
    missing = list(_missing(dossier))
    return found | {
        "missing": missing,
        "readings": section_pages.readings(dossier, user),
        "own": own_assessment(dossier),
        "assessment_url": section_pages.address(dossier, CRITERIA),
        "evidence": evidence(dossier),
        "evidence_url": section_pages.page("ratings:dossier_evidence", dossier.pk),
        "seen": "" if missing else freezing.pledged_digest(dossier),
    }


def reading(dossier: Dossier, user: User) -> dict[str, Any]:
    """What the dossier says, for a page that only shows it: no links to change anything."""
    if dossier.criteria_set is None:
        return {"dossier": dossier}
    return {
        "dossier": dossier,
        "readings": [one | {"url": ""} for one in section_pages.readings(dossier, user)],
        "own": own_assessment(dossier),
        "evidence": evidence(dossier),
    }


def own_assessment(dossier: Dossier) -> dict[str, Any] | None:
    """The organisation's own score part by part, its star, and what stands before the next one."""
    sheet = own_sheets.of(dossier)
    if sheet is None or not sheet.started:
        return None
    score = sheet.score()
    rung = None if score.stars is None else sheet.next_star()
    return {
        "parts": [
            {"code": code, "points": points, "most": sheet.rules.parts[code]}
            for code, points in score.parts.items()
        ],
        "total": score.total,
        "stars": score.stars,
        "knocked_out": [rule.words for rule in score.knocked_out],
        "next": {"star": svg.star_words(rung.stars), "words": _in_words(rung)} if rung else None,
    }


def _in_words(rung: Rung) -> list[str]:
    """What is missing for a star: points, then each criterion below its minimum."""
    short = rung.points_missing
    points = [_("%(points)s more points") % {"points": number_format(short, 2)}] if short else []
    return points + [
        _("Criterion %(code)s “%(title)s”: at least %(points)s points")
        % {
            "code": lacking.criterion,
            "title": lacking.title,
            "points": number_format(lacking.needed.normalize()),
        }
        for lacking in rung.floors_missing
    ]


def evidence(dossier: Dossier) -> list[dict[str, Any]]:
    """The papers of the library that the dossier uses, each once, with what they prove and till when."""
    uses = dossier.evidence_uses.filter(evidence__removed_at__isnull=True)
    rows: dict[int, dict[str, Any]] = {}
    for use in uses.select_related("evidence", "criterion").order_by("evidence__kind", "evidence", "pk"):
        row = rows.setdefault(use.evidence_id, _paper(use))
        row["proves"].append(use.criterion.code if use.criterion else _("the dossier as a whole"))
    return list(rows.values())


def _paper(use: EvidenceUse) -> dict[str, Any]:
    paper = use.evidence
    until, today = paper.expires_on, clock.today()
    mark, tone = "", ""
    if until and until < today:
        mark, tone = _("Expired"), "warn"
    elif until and (until - today).days <= SOON:
        mark, tone = _("Expires soon"), "warn"
    return {
        "title": str(paper),
        "kind": paper.get_kind_display(),
        "until": until,
        "mark": mark,
        "tone": tone,
        "proves": [],
    }


def _missing(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """What keeps the dossier from being submitted, each with the page where it is mended."""
    for condition in conditions.COMPLETE:
        if condition is conditions.sections_filled_in:
            yield from _missing_in_sections(dossier)
        elif condition is not conditions.pledge_given and (reason := condition(dossier)):
            yield {"text": reason, "url": _mended_at(dossier, condition)}


def _missing_in_sections(dossier: Dossier) -> Iterator[dict[str, Any]]:
    for state in filling.state_of(dossier):
        if state.section != CRITERIA and not state.is_complete:
            what = {"title": state.section.title, "what": "; ".join(state.lacks)}
            url = section_pages.address(dossier, state.section) if state.is_open else ""
            yield {"text": _("%(title)s: %(what)s") % what, "url": url}


def _mended_at(dossier: Dossier, condition: Condition) -> str:
    evidence_page = section_pages.page("ratings:dossier_evidence", dossier.pk)
    pages: dict[Condition, str] = {
        conditions.organisation_complete: section_pages.page("enterprises:edit", dossier.enterprise_id),
        conditions.product_complete: section_pages.page("products:edit", dossier.product_id),
        conditions.change_explained: section_pages.address(dossier, REGISTRATION),
        conditions.criteria_answered: section_pages.address(dossier, CRITERIA),
        conditions.papers_attached: evidence_page or reverse("ratings:dossier_papers", args=[dossier.pk]),
    }
    return pages.get(condition, "")
