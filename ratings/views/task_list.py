"""The dossier as a list of tasks: sections of the forms, evidence, papers, checking and submitting."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User

from .. import conditions, filing, filling, workflow
from ..filling import SectionState, Status
from ..models import Dossier, ReturnPoint
from ..sections import CRITERIA, PLAN, SECTIONS, Section
from . import section_pages, showing

Task = dict[str, Any]
TONES = {
    Status.NOT_STARTED: "neutral",
    Status.IN_PROGRESS: "info",
    Status.DONE: "good",
    Status.LOCKED: "neutral",
    Status.RETURNED: "warn",
}
MOST_LISTED = 3


def context(dossier: Dossier, user: User) -> dict[str, Any]:
    """What the dossier's page shows of its forms: tasks for who fills it in, sections to read for others."""
    if filing.may_fill_in(dossier, user):
        submits = section_pages.may_submit(dossier, user)
        return {
            "may_fill_in": True,
            "tasks": of(dossier, submits=submits),
            "points": returned_points(dossier),
        }
    own = [section for section in SECTIONS if section != CRITERIA] if dossier.criteria_set else []
    return {"sections": [{"label": _title(one), "url": section_pages.address(dossier, one)} for one in own]}


def of(dossier: Dossier, *, submits: bool) -> list[Task]:
    """What is left to do; ``submits``: by this very person. Older regulations have a shorter list."""
    states = filling.state_of(dossier)
    if not states:
        return showing.tasks(dossier, submits=submits)
    rows = [_organisation(dossier)]
    for state in states:
        if state.section == PLAN:
            rows.append(_evidence(dossier))
        rows.append(_section(dossier, state))
    ready = not conditions.missing(dossier)
    return [*rows, _papers(dossier), showing.last_task(dossier, ready=ready, submits=submits)]


def returned_points(dossier: Dossier) -> list[dict[str, Any]]:
    """The open points of a return, each with the place to mend and its page."""
    if dossier.state != Dossier.State.RETURNED:
        return []
    return [_point(dossier, point) for point in workflow.open_points(dossier)]


def _point(dossier: Dossier, point: ReturnPoint) -> dict[str, Any]:
    section = filling.place_of(point) if dossier.criteria_set else None
    if section is None:
        return {"text": point.text, "place": "", "url": ""}
    return {"text": point.text, "place": section.title, "url": section_pages.address(dossier, section)}


def _section(dossier: Dossier, state: SectionState) -> Task:
    return {
        "label": _title(state.section),
        "url": section_pages.address(dossier, state.section),
        "hint": _hint(state),
        "status": state.status.label,
        "tone": TONES[state.status],
    }


def _title(section: Section) -> str:
    return _("Form %(form)s. %(title)s") % {"form": section.form, "title": section.title}


def _hint(state: SectionState) -> str:
    if state.reasons:
        return "; ".join(point.text for point in state.reasons)
    if state.section == CRITERIA and state.answered:
        counted = {"answered": state.answered.answered, "of": state.answered.of}
        return _("%(answered)s of %(of)s criteria answered") % counted
    if state.status != Status.IN_PROGRESS:
        return ""
    more = " …" if len(state.lacks) > MOST_LISTED else ""
    return _("Missing: %(what)s") % {"what": "; ".join(state.lacks[:MOST_LISTED])} + more


def _organisation(dossier: Dossier) -> Task:
    lacking = conditions.organisation_complete(dossier) or conditions.product_complete(dossier)
    return {
        "label": _("Product and organisation"),
        "url": section_pages.page("enterprises:edit", dossier.enterprise_id),
        "hint": lacking or "",
        "status": _("To do") if lacking else _("Done"),
        "tone": "neutral" if lacking else "good",
    }


def _evidence(dossier: Dossier) -> Task:
    held = dossier.evidence_uses.order_by().values("evidence").distinct().count()
    return {
        "label": _("Evidence"),
        "url": section_pages.page("ratings:dossier_evidence", dossier.pk),
        "hint": _("%(count)s papers of the library are used") % {"count": held},
        "status": _("Attached") if held else _("None yet"),
        "tone": "good" if held else "neutral",
    }


def _papers(dossier: Dossier) -> Task:
    held = dossier.attachments.filter(removed_at__isnull=True).count()
    return {
        "label": _("Other papers"),
        "url": reverse("ratings:dossier_papers", args=[dossier.pk]),
        "hint": _("Scans that belong to this dossier alone") if not held else "",
        "status": _("%(count)s papers") % {"count": held} if held else _("None yet"),
        "tone": "good" if held else "neutral",
    }
