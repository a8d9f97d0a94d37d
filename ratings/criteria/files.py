"""A criteria set out of its file as the scoring reads it: without a database, to prove and to measure it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ocop_portal.lib.datafiles import Faults

from .. import scoring
from . import shape
from .facts import CriterionFacts
from .reading import floor_reading


def rules_from(entry: Mapping[str, Any], regulation: Mapping[str, Any]) -> scoring.Rules:
    """The rules of a set as its file gives it, under its regulation as that file gives it.

    Once both are loaded, ``reading.rules_of`` gives the same out of the database. Raises ``BadFile`` for an
    entry that can't be read.
    """
    faults = Faults()
    found = shape.set_of(entry, 1, faults)
    faults.refuse()
    leaves = [(part.code, leaf) for part in found.parts for leaf in part.walk() if leaf.is_leaf]
    return scoring.Rules(
        code=found.code,
        criteria=tuple(_criterion(part, leaf) for part, leaf in leaves),
        floors=tuple(
            scoring.Floor(option.floor_for, leaf.code, _read(option.points))
            for _part, leaf in leaves
            for option in leaf.options
            if option.floor_for
        ),
        parts={code: Decimal(str(most)) for code, most in regulation["parts"].items()},
        bands={stars: Decimal(str(least)) for stars, least in regulation["star_bands"].items()},
        knockouts=tuple(
            scoring.PointKnockout(leaf.knockout_if.criteria, _read(leaf.knockout_if.points), leaf.knockout)
            for _part, leaf in leaves
            if leaf.knockout_if
        ),
        floor_reading=floor_reading(regulation.get("settings", {})),
    )


def _criterion(part: str, leaf: CriterionFacts) -> scoring.Criterion:
    condition = leaf.applies_if
    return scoring.Criterion(
        code=leaf.code,
        part=part,
        title=leaf.title,
        max_points=_read(leaf.max_points),
        options=tuple(
            scoring.Option(option.position, _read(option.points), option.label, option.case)
            for option in leaf.options
        ),
        applies_if=scoring.Precondition(condition.criterion, Decimal(condition.above)) if condition else None,
        cases=tuple(sorted(leaf.cases)),
    )


def _read(points: Decimal | None) -> Decimal:
    """Points that were read; without a fault in the file all were."""
    if points is None:
        raise ValueError("points are missing")
    return points
