"""A criteria set out of the database, as the scoring and the pages read it: a few statements for a set."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from .. import scoring
from ..models import CriteriaSet, Criterion


def rules_of(criteria_set: CriteriaSet) -> scoring.Rules:
    """What the scoring needs of a set. A published or retired set never changes, so it is read once."""
    if criteria_set.state == CriteriaSet.State.DRAFT:
        return _rules(criteria_set.pk)
    return _kept(criteria_set.pk, criteria_set.digest)


@lru_cache(maxsize=64)
def _kept(pk: int, digest: str) -> scoring.Rules:
    return _rules(pk)


def _rules(pk: int) -> scoring.Rules:
    found = CriteriaSet.objects.select_related("regulation").get(pk=pk)
    leaves = list(found.criteria.filter(is_leaf=True).prefetch_related("options"))
    regulation = found.regulation
    return scoring.Rules(
        code=found.code,
        criteria=tuple(_criterion(leaf) for leaf in leaves),
        floors=tuple(
            scoring.Floor(option.floor_for, leaf.code, option.points)
            for leaf in leaves
            for option in leaf.options.all()
            if option.floor_for
        ),
        parts=dict(regulation.parts.values_list("code", "max_points")),
        bands=dict(regulation.bands.values_list("stars", "from_points")),
        knockouts=tuple(
            scoring.PointKnockout(
                tuple(leaf.knockout_if["criteria"]), Decimal(str(leaf.knockout_if["points"])), leaf.knockout
            )
            for leaf in leaves
            if leaf.knockout_if
        ),
        floor_reading=floor_reading(regulation.settings),
    )


def floor_reading(settings: Mapping[str, Any]) -> scoring.FloorReading:
    """How a regulation's settings read the asterisks; what they leave out is read the usual way."""
    read = settings.get("floors", {})
    return scoring.FloorReading(
        cumulative=bool(read.get("cumulative", True)),
        higher_satisfies=bool(read.get("higher_option_satisfies", True)),
        missed_lowers=bool(read.get("missed_floor_lowers_to_next_star", True)),
    )


def _criterion(leaf: Criterion) -> scoring.Criterion:
    condition = leaf.applies_if
    return scoring.Criterion(
        code=leaf.code,
        part=leaf.part,
        title=leaf.title,
        max_points=leaf.max_points,
        options=tuple(
            scoring.Option(option.position, option.points, option.label, option.case)
            for option in leaf.options.all()
        ),
        applies_if=scoring.Precondition(condition["criterion"], Decimal(str(condition["above"])))
        if condition
        else None,
        cases=tuple(sorted(int(number) for number in leaf.cases)),
    )
