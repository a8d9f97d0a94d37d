"""What of one dossier goes into another: sections, answers, evidence, papers; what does not is listed.

One plan serves the preview, the act and the report that is kept on the new dossier (``Dossier.carried``):
keys and names, no sentences, so that each reader gets them in his own language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import User
from enterprises.models import Enterprise, Evidence

from .corresponding import Correspondence
from .models import Answer, Attachment, CriteriaSet, Criterion, CriterionOption, Dossier, EvidenceUse
from .models import SectionContent as Section

RENEWAL, REFILING, LAW = "renewal", "refiling", "law"
EXPIRED, REMOVED, OTHERS = "expired", "removed", "other_organisation"
# The signed form of the old dossier is no paper of the new one.
NOT_COPIED = (Attachment.Kind.REGISTRATION_FORM,)


@dataclass
class Plan:
    """What goes over, ready to be written, and ``report``: the same and the rest in names."""

    criteria_set: CriteriaSet | None
    case: int | None = None
    sections: dict[str, Any] = field(default_factory=dict)
    answers: list[tuple[Criterion, CriterionOption | None, str]] = field(default_factory=list)
    uses: list[tuple[Evidence, Criterion | None]] = field(default_factory=list)
    papers: list[Attachment] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)


def plan(source: Dossier, *, act: str, into: CriteriaSet | None, enterprise: Enterprise, on: date) -> Plan:
    """What of ``source`` goes into a dossier of the organisation that is rated by ``into``.

    Only papers of that organisation that are in the library and valid on the day go over, each as the newest
    of those that replaced it. A paper whose criterion has no counterpart stays with the dossier as a whole.
    The number of statements does not grow with the dossier.
    """
    found = Plan(into, report=_empty(source, act, into, on))
    corresponding = Correspondence(source.criteria_set, into)
    if act != LAW:  # a draft that follows the law keeps its own sections and papers
        _plan_sections(found, source)
        _plan_papers(found, source)
    _plan_answers(found, source, corresponding)
    _plan_evidence(found, source, corresponding, enterprise, on)
    return found


def nothing_to_carry(act: str, into: CriteriaSet | None, on: date) -> dict[str, Any]:
    """The report of a dossier whose product was recognised on paper: there is no dossier to copy."""
    return _empty(None, act, into, on)


def write(dossier: Dossier, plan: Plan, *, by: User) -> None:
    """Write what the plan carries over into an empty draft; call it in the act's transaction."""
    Section.objects.bulk_create(
        Section(dossier=dossier, section=key, content=content, updated_by=by)
        for key, content in plan.sections.items()
    )
    write_judgement(dossier, plan, by=by)
    for paper in plan.papers:
        paper.pk, paper.dossier = None, dossier
    Attachment.objects.bulk_create(plan.papers)


def write_judgement(dossier: Dossier, plan: Plan, *, by: User) -> None:
    """Write only what hangs on the criteria set: case, answers, evidence in use, and the report."""
    Answer.objects.bulk_create(
        Answer(dossier=dossier, criterion=criterion, option=option, note=note, updated_by=by)
        for criterion, option, note in plan.answers
    )
    EvidenceUse.objects.bulk_create(
        EvidenceUse(dossier=dossier, evidence=paper, criterion=criterion, added_by=by)
        for paper, criterion in plan.uses
    )
    dossier.criteria_set, dossier.case, dossier.carried = plan.criteria_set, plan.case, plan.report
    dossier.save(update_fields=["criteria_set", "case", "carried", "updated_at"])


def _empty(source: Dossier | None, act: str, into: CriteriaSet | None, on: date) -> dict[str, Any]:
    return {
        "act": act,
        "on": on.isoformat(),
        "source": {"id": source.pk, "code": source.code} if source else None,
        "sets": [
            source.criteria_set.code if source and source.criteria_set else None,
            into.code if into else None,
        ],
        "kept": {"sections": [], "answers": [], "evidence": [], "papers": []},
        "newer": [],
        "emptied": [],
        "check": [],
        "missing": [],
    }


def _plan_sections(found: Plan, source: Dossier) -> None:
    rows = source.sections.order_by("section").values_list("section", "content")
    found.sections = {section: content for section, content in rows if content}
    found.report["kept"]["sections"] = list(found.sections)


def _plan_answers(found: Plan, source: Dossier, corresponding: Correspondence) -> None:
    found.case = corresponding.case(source.case)
    if source.case is not None and found.case is None:
        found.report["missing"].append({"what": "case", "code": str(source.case), "title": "", "label": ""})
    taken: set[int] = set()
    for answer in source.answers.select_related("criterion", "option"):
        match = corresponding.answer(answer)
        told = {"code": answer.criterion.code, "title": answer.criterion.title}
        label = answer.option.label if answer.option else ""
        if match.criterion is None or match.criterion.pk in taken:
            found.report["missing"].append({"what": "criterion", **told, "label": label or answer.note})
            continue
        taken.add(match.criterion.pk)
        found.answers.append((match.criterion, match.option, answer.note))
        _tell_answer(found, answer, match.option, match.sure, {**told, "code": match.criterion.code})


def _tell_answer(
    found: Plan, answer: Answer, option: CriterionOption | None, sure: bool, told: dict[str, str]
) -> None:
    before = answer.option
    if before and option is None:
        found.report["missing"].append({"what": "option", **told, "label": before.label})
        return
    found.report["kept"]["answers"].append(told["code"])
    if before and option and not sure:
        words = {"before": f"{before.label} ({before.points})", "after": f"{option.label} ({option.points})"}
        found.report["check"].append({**told, **words})


def _plan_evidence(
    found: Plan, source: Dossier, corresponding: Correspondence, enterprise: Enterprise, on: date
) -> None:
    """Each paper once, with the criteria that it proved."""
    proved: dict[Evidence, list[Criterion | None]] = {}
    for use in source.evidence_uses.select_related("evidence", "criterion"):
        proved.setdefault(use.evidence, []).append(use.criterion)
    newest = _newest(proved)
    taken: set[tuple[int, int | None]] = set()
    for paper, criteria in proved.items():
        now = newest[paper.pk]
        places = [criterion.code for criterion in criteria if criterion]
        if why := _why_not(now, enterprise, on):
            found.report["emptied"].append({**_named(now), "why": why, "places": places})
            continue
        if now.pk != paper.pk:
            found.report["newer"].append({**_named(now), "instead_of": str(paper)})
        found.report["kept"]["evidence"].append(str(now))
        for criterion in _places(found, now, criteria, corresponding):
            key = (now.pk, criterion.pk if criterion else None)
            if key not in taken:
                taken.add(key)
                found.uses.append((now, criterion))


def _places(
    found: Plan, paper: Evidence, criteria: Iterable[Criterion | None], corresponding: Correspondence
) -> list[Criterion | None]:
    places: list[Criterion | None] = []
    for criterion in criteria:
        new = corresponding.criterion(criterion) if criterion else None
        places.append(new)
        if criterion and new is None:
            told = {"code": criterion.code, "title": criterion.title, "label": str(paper)}
            found.report["missing"].append({"what": "place", **told})
    return places


def _newest(papers: Iterable[Evidence]) -> dict[int, Evidence]:
    """For each paper (by key) the newest in the library of those that replaced it, else itself."""
    owners = {paper.enterprise_id for paper in papers}
    kept = Evidence.objects.filter(enterprise__in=owners, replaces__isnull=False)
    after = {each.replaces_id: each for each in kept}
    newest = {}
    for paper in papers:
        chain = [paper]
        while later := after.get(chain[-1].pk):
            chain.append(later)
        in_library = [each for each in chain if each.removed_at is None]
        newest[paper.pk] = in_library[-1] if in_library else paper
    return newest


def _why_not(paper: Evidence, enterprise: Enterprise, on: date) -> str:
    if paper.enterprise_id != enterprise.pk:
        return OTHERS
    if paper.removed_at:
        return REMOVED
    return EXPIRED if paper.expires_on and paper.expires_on < on else ""


def _named(paper: Evidence) -> dict[str, str]:
    return {"title": str(paper), "until": paper.expires_on.isoformat() if paper.expires_on else ""}


def _plan_papers(found: Plan, source: Dossier) -> None:
    for paper in source.attachments.filter(removed_at__isnull=True):
        if paper.kind in NOT_COPIED:
            told = {"what": "form", "code": "", "title": paper.title, "label": ""}
            found.report["missing"].append(told)
        else:
            found.papers.append(paper)
            found.report["kept"]["papers"].append(paper.title)
