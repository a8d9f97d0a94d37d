"""Dossiers under Decision 26/2026 with a criteria set, for the tests of the self-assessment."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from areas.models import Area
from products.models import ProductGroup
from ratings import answering
from ratings.criteria.outline import outline_of
from ratings.models import Dossier, DossierStep, EvidenceUse, ReturnPoint
from tests.factories import load_criteria, make_dossier, make_evidence, make_product


def make_rated(area: Area, code: str = "QD26-01", **fields: Any) -> Dossier:
    """A draft dossier of a product of the set's group, rated by the set."""
    rules = load_criteria(code)[0]
    product = make_product(area, group=ProductGroup.objects.get(code=rules.group.code))
    submitted = fields.get("state", "draft") != "draft"
    regulation = {"regulation": rules.regulation, "level": "province"} if submitted else {}
    return make_dossier(product, criteria_set=rules, **regulation, **fields)


def make_returned(area: Area, *targets: str, by: User) -> Dossier:
    """A dossier that was returned with one point for each target (``criterion:1.1``)."""
    dossier = make_rated(area, state="returned")
    step = DossierStep.objects.create(
        dossier=dossier, from_state="submitted", to_state="returned", by=by, by_name=str(by), on="2026-06-01"
    )
    for place, target in enumerate(targets, start=1):
        ReturnPoint.objects.create(
            step=step, dossier=dossier, position=place, target=target, text=f"Cần sửa {target}"
        )
    return dossier


def answer_everything(dossier: Dossier, *, by: User) -> None:
    """Choose the last option of every criterion, and write a note."""
    items = outline_of(dossier.criteria_set).items.values()
    given = {
        item.code: answering.Given(item.offered(dossier.case)[-1].position, f"Ghi chú {item.code}")
        for item in items
    }
    assert answering.answer_all(dossier, given, by=by) == {}


def prove_everything(dossier: Dossier, *, by: User) -> None:
    """Attach two papers to every criterion."""
    for item in outline_of(dossier.criteria_set).items.values():
        for _paper in range(2):
            paper = make_evidence(dossier.enterprise)
            EvidenceUse.objects.create(dossier=dossier, evidence=paper, criterion_id=item.pk, added_by=by)
