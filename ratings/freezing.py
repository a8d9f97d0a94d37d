"""What a dossier says at a moment, as JSON with a digest: frozen at each submission and never changed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from enterprises.models import Enterprise

from . import scoring
from .criteria import reading
from .models import Answer, Dossier, DossierStep, Submission

PARTICULARS = (
    "tax_code",
    "address",
    "representative",
    "representative_position",
    "representative_sex",
    "representative_ethnicity",
    "phone",
    "email",
)
FIELDS = ("kind", "requested_stars", "contact_name", "contact_phone", "presentation", "changes", "pledged")


def content_of(dossier: Dossier) -> dict[str, Any]:
    """All that the dossier says now, in the form in which a submission keeps it.

    ``answers`` maps a criterion's number to the option's position, points and label (or that none fits) and
    the note; ``evidence`` lists the papers with their digests and the criteria they prove (an empty one: the
    dossier as a whole).
    """
    answers = list(dossier.answers.select_related("criterion", "option"))
    content: dict[str, Any] = {
        **{name: getattr(dossier, name) for name in FIELDS},
        "product": dossier.product.name,
        "organisation": dossier.enterprise.name,
        "particulars": _particulars(dossier.enterprise),
        "criteria_set": dossier.criteria_set.code if dossier.criteria_set else None,
        "case": dossier.case,
        "sections": dict(dossier.sections.order_by("section").values_list("section", "content")),
        "answers": {answer.criterion.code: _answer(answer) for answer in answers},
        "evidence": _evidence(dossier),
        "papers": list(
            dossier.attachments.filter(removed_at__isnull=True).values("kind", "title", "sha256", "file_name")
        ),
    }
    own = own_score(dossier, answers)
    if own:
        content["parts"] = {part: str(points) for part, points in own.parts.items()}
        content["total"], content["stars"] = str(own.total), own.stars
    return content


def own_score(dossier: Dossier, answers: list[Answer] | None = None) -> scoring.Score | None:
    """The organisation's own score of the dossier; None where no criteria set rates it."""
    if dossier.criteria_set is None:
        return None
    sheet = own_sheet(dossier, answers)
    return scoring.score(reading.rules_of(dossier.criteria_set), [sheet], case=dossier.case)


def own_sheet(dossier: Dossier, answers: list[Answer] | None = None) -> dict[str, int]:
    """The organisation's own choices; one of another case or another set than the dossier's is none."""
    known = dossier.answers.select_related("criterion", "option") if answers is None else answers
    return {
        answer.criterion.code: answer.option.position
        for answer in known
        if answer.option
        and answer.option.case in (None, dossier.case)
        and answer.criterion.criteria_set_id == dossier.criteria_set_id
    }


def freeze(dossier: Dossier, step: DossierStep) -> Submission:
    """Keep what the dossier says at the step that submits it; call it in the move's transaction."""
    content = content_of(dossier)
    return Submission.objects.create(
        dossier=dossier,
        number=dossier.submissions.count() + 1,
        step=step,
        on=step.on,
        content=content,
        digest=digest_of(content),
        total=content.get("total"),
        stars=content.get("stars"),
    )


def pledged_digest(dossier: Dossier) -> str:
    """The digest of what the dossier says now, with the pledge given: that of its submission, unless it
    changes before.
    """
    return digest_of({**content_of(dossier), "pledged": True})


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content's canonical JSON."""
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _particulars(organisation: Enterprise) -> dict[str, Any]:
    """What Forms 01 and 02-I print of the organisation, as it stands now; internal, never public."""
    registered = organisation.registered_on
    return {
        "kind": organisation.kind.name,
        **{name: getattr(organisation, name) for name in PARTICULARS},
        "registered_on": registered.isoformat() if registered else None,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    option = answer.option
    return {
        "title": answer.criterion.title,
        "option": option.position if option else None,
        "points": str(option.points) if option else None,
        "label": option.label if option else "",
        "none_fits": answer.none_fits,
        "note": answer.note,
    }


def _evidence(dossier: Dossier) -> list[dict[str, Any]]:
    papers: dict[int, dict[str, Any]] = {}
    for use in dossier.evidence_uses.select_related("evidence", "criterion"):
        paper = use.evidence
        found = papers.setdefault(
            paper.pk,
            {
                "id": paper.pk,
                "kind": paper.kind,
                "title": paper.title,
                "number": paper.number,
                "issuer": paper.issuer,
                "issued_on": paper.issued_on.isoformat() if paper.issued_on else None,
                "expires_on": paper.expires_on.isoformat() if paper.expires_on else None,
                "sha256": paper.sha256,
                "criteria": [],
            },
        )
        found["criteria"].append(use.criterion.code if use.criterion else "")
    return list(papers.values())
