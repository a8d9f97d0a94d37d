"""Other criteria sets beside one that is loaded, for the tests of what a dossier would come to by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ratings import scoring
from ratings.criteria.outline import Choice, Group, Item, Outline, Part
from ratings.models import (
    Band,
    CriteriaSet,
    Criterion,
    CriterionOption,
    Regulation,
    RegulationPart,
)

Change = Callable[[Criterion, list[CriterionOption]], object]


def new_law(code: str = "QD99-2030", **fields: Any) -> Regulation:
    """A regulation to come, with the parts and bands of Decision 26/2026."""
    facts = {
        "name": "Quyết định 99/2030/QĐ-TTg",
        "documents": ["99/2030/QĐ-TTg"],
        "files_from": date(2030, 1, 1),
        "certificate_from_stars": 3,
        "validity_months": 36,
        "product_code_parts": ["province", "commune", "sequence", "year"],
        "tree": Regulation.Tree.VERIFIED,
    }
    Regulation.objects.filter(files_to=None).update(files_to=date(2029, 12, 31))
    law = Regulation.objects.create(code=code, **(facts | fields))
    for part, points in {"A": 40, "B": 25, "C": 35}.items():
        RegulationPart.objects.create(regulation=law, code=part, max_points=points)
    for stars, points in {5: 90, 4: 70, 3: 50, 2: 30, 1: 0}.items():
        Band.objects.create(regulation=law, stars=stars, from_points=points)
    return law


def copy_of(
    original: CriteriaSet,
    code: str,
    law: Regulation,
    changes: Mapping[str, Change] | None = None,
    **fields: Any,
) -> CriteriaSet:
    """The set again under another regulation, the criteria of those numbers changed before they are kept."""
    made = CriteriaSet.objects.create(
        code=code,
        name=f"Bộ tiêu chí {code}",
        digest=f"{hash(code) & 0xFFFFFFFF:064x}",
        regulation=law,
        **{"group": original.group, **fields},
    )
    rows: dict[int, Criterion] = {}
    for row in original.criteria.prefetch_related("options").order_by("position"):
        options = list(row.options.all())
        old = row.pk
        row.pk, row.criteria_set, row.parent = None, made, rows.get(row.parent_id)
        row._state.adding = True
        if changes and row.code in changes:
            changes[row.code](row, options)
        row.save()
        rows[old] = row
        for option in options:
            option.pk, option.criterion = None, row
            option._state.adding = True
            option.save()
    CriteriaSet.objects.filter(pk=made.pk).update(state="published", published_on=date(2026, 5, 22))
    made.refresh_from_db()
    return made


def outline_of(rules: scoring.Rules, pk: int, titles: Callable[[str], str] = str) -> Outline:
    """The rules of a set as its pages print it, without a database; ``titles`` rewrites the criteria's."""
    parts = []
    for part, most in rules.parts.items():
        items = tuple(
            _item(criterion, titles(criterion.title))
            for criterion in rules.criteria
            if criterion.part == part
        )
        parts.append(Part(part, "", most, "", (Group(part, "", part, most, "", "", "", items),)))
    return Outline(pk, rules.code, rules.code, "", "", tuple(parts))


def _item(criterion: scoring.Criterion, title: str) -> Item:
    choices = tuple(Choice(0, o.position, o.points, o.label, None, o.case) for o in criterion.options)
    cases = tuple((case, f"Trường hợp {case}") for case in criterion.cases)
    most = Decimal(criterion.max_points)
    return Item(0, criterion.code, title, criterion.part, most, "", "", "", "", "", None, cases, choices)
