"""The dossier as a list of tasks: sections of the forms, evidence, papers, checking and submitting."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User

from .. import conditions, filing, filling, unlocking, workflow
from ..filling import SectionState, Status
from ..models import CommuneAssessment, Dossier, ReturnPoint
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
    """What the dossier's page shows of its forms: tasks for who fills it in, parts to read for others."""
    if filing.may_fill_in(dossier, user):
        submits = section_pages.may_submit(dossier, user)
        return {
            "may_fill_in": True,
            "tasks": of(dossier, submits=submits),
            "points": returned_points(dossier),
        }
    return {"sections": _to_read(dossier)}


def _to_read(dossier: Dossier) -> list[Task]:
    """The parts of the dossier to read: beside its evidence, form by form, the evidence, Form 03."""
    if not dossier.criteria_set:
        return []
    rows = [
        {"label": _title(section), "url": section_pages.address(dossier, section)} for section in SECTIONS
    ]
    rows.append(_evidence(dossier) | {"hint": "", "tone": "neutral"})
    if dossier.first_submitted_on:
        beside = reverse("ratings:dossier_check", args=[dossier.pk])
        rows.insert(0, {"label": _("Read it beside its evidence"), "url": beside})
    return rows + _commune(dossier)


def _commune(dossier: Dossier) -> list[Task]:
    """Form 03: what the commune said, that it is its turn now, or that its turn comes after submission."""
    label = _("Form 03. The commune's assessment")
    said: CommuneAssessment | None = getattr(dossier, "commune_assessment", None)
    if said or dossier.state == Dossier.State.AT_COMMUNE:
        words, tone = _commune_said(said.proposes if said else None)
        return [
            {
                "label": label,
                "url": reverse("ratings:dossier_commune", args=[dossier.pk]),
                "hint": said.number if said else "",
                "status": words,
                "tone": tone,
            }
        ]
    if dossier.first_submitted_on or filing.submission_target(dossier) != Dossier.State.AT_COMMUNE:
        return []
    hint = _("The commune's staff writes it once the dossier is submitted.")
    return [{"label": label, "url": "", "hint": hint, "status": _("After submission"), "tone": "neutral"}]


def _commune_said(proposes: bool | None) -> tuple[str, str]:
    if proposes is None:
        return _("Not proposed yet"), "neutral"
    return (_("Proposed"), "good") if proposes else (_("Not proposed"), "neutral")


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
    last = showing.last_task(dossier, ready=ready, submits=submits)
    return [*rows, _papers(dossier), last, *_commune(dossier)]


def returned_points(dossier: Dossier) -> list[dict[str, Any]]:
    """The open points of a return, each with the place to mend and its page."""
    if dossier.state != Dossier.State.RETURNED:
        return []
    return [_point(dossier, point) for point in workflow.open_points(dossier)]


def _point(dossier: Dossier, point: ReturnPoint) -> dict[str, Any]:
    section = filling.place_of(point) if dossier.criteria_set else None
    if section is None:
        return {"text": point.text, "place": "", "url": ""}
    url = section_pages.address(dossier, section)
    if url and point.target.startswith(unlocking.CRITERION):
        url += f"#c-{point.target.removeprefix(unlocking.CRITERION)}"
    return {"text": point.text, "place": section.title, "url": url}


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
        "hint": _("Papers of the organisation's library, attached to the criteria that they prove"),
        "status": _("%(count)s papers") % {"count": held} if held else _("None yet"),
        "tone": "good" if held else "neutral",
    }


def _papers(dossier: Dossier) -> Task:
    held = dossier.attachments.filter(removed_at__isnull=True).count()
    return {
        "label": _("Other papers"),
        "url": reverse("ratings:dossier_papers", args=[dossier.pk]),
        "hint": _("Scans for this dossier alone, such as the signed form; they prove no criterion"),
        "status": _("%(count)s papers") % {"count": held} if held else _("None yet"),
        "tone": "good" if held else "neutral",
    }
