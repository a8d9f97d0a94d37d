"""A criteria set back out of the database: its rows in the order of the annex, and its facts to be proved."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from ..models import CriteriaSet, Criterion
from .facts import Condition, CriterionFacts, OptionFacts, PointsRule, SetFacts


def rows_of(criteria_set: CriteriaSet) -> list[Criterion]:
    """Parts, groups and criteria with their options, in the order of the annex: two statements."""
    return list(criteria_set.criteria.prefetch_related("options"))


def facts_of(criteria_set: CriteriaSet, rows: list[Criterion] | None = None) -> SetFacts:
    """What the set says as the database has it; ``rows`` spares reading them again."""
    below: defaultdict[int | None, list[Criterion]] = defaultdict(list)
    for row in rows if rows is not None else rows_of(criteria_set):
        below[row.parent_id].append(row)
    stated = criteria_set.stated.get("star_floor")
    return SetFacts(
        place=criteria_set.code,
        code=criteria_set.code,
        name=criteria_set.name,
        regulation=criteria_set.regulation.code,
        group=criteria_set.group.code,
        slug=criteria_set.slug,
        agencies=tuple(criteria_set.agencies),
        requires_sample=criteria_set.requires_sample,
        knockout=criteria_set.knockout,
        doubt=criteria_set.doubt,
        leaf_criteria=criteria_set.stated.get("leaf_criteria"),
        star_floor=None if stated is None else {int(star): tuple(named) for star, named in stated.items()},
        parts=tuple(_criterion(row, criteria_set.code, below) for row in below[None]),
        digest=criteria_set.digest,
    )


def _criterion(
    row: Criterion, set_code: str, below: defaultdict[int | None, list[Criterion]]
) -> CriterionFacts:
    rule, condition = row.knockout_if, row.applies_if
    return CriterionFacts(
        place=f"{set_code}, {row.code}",
        code=row.code,
        title=row.title,
        max_points=row.max_points,
        is_leaf=row.is_leaf,
        options=tuple(
            OptionFacts(option.position, option.points, option.label, option.floor_for, option.case)
            for option in row.options.all()
        ),
        children=tuple(_criterion(child, set_code, below) for child in below[row.pk]),
        requirement=row.requirement,
        evidence=row.evidence,
        knockout=row.knockout,
        knockout_if=PointsRule(tuple(rule["criteria"]), Decimal(str(rule["points"]))) if rule else None,
        applies_if=Condition(condition["criterion"], int(condition["above"])) if condition else None,
        cases={int(number): words for number, words in row.cases.items()},
        options_implied=row.options_implied,
        doubt=row.doubt,
    )
