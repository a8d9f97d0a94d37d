"""A criteria set out of its file as the scoring reads it: without a database, to prove and to measure it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from .. import scoring
from .reading import floor_reading


def rules_from(entry: Mapping[str, Any], regulation: Mapping[str, Any]) -> scoring.Rules:
    """The rules of a set as its file gives it, under its regulation as that file gives it.

    Once both are loaded, ``reading.rules_of`` gives the same out of the database.
    """
    leaves = [(part["code"], leaf) for part in entry["parts"] for leaf in _leaves(part)]
    return scoring.Rules(
        code=entry["code"],
        criteria=tuple(_criterion(part, leaf) for part, leaf in leaves),
        floors=tuple(
            scoring.Floor(option["min_for_star"], leaf["code"], _points(option["p"]))
            for _part, leaf in leaves
            for option in leaf["options"]
            if option.get("min_for_star")
        ),
        parts={code: _points(most) for code, most in regulation["parts"].items()},
        bands={stars: _points(least) for stars, least in regulation["star_bands"].items()},
        knockouts=tuple(
            scoring.PointKnockout(
                tuple(leaf["knockout_if"]["criteria"]),
                _points(leaf["knockout_if"]["points"]),
                leaf.get("knockout", ""),
            )
            for _part, leaf in leaves
            if leaf.get("knockout_if")
        ),
        floor_reading=floor_reading(regulation.get("settings", {})),
    )


def _leaves(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "options" in entry:
        yield entry
    for child in (*entry.get("groups", ()), *entry.get("criteria", ())):
        yield from _leaves(child)


def _criterion(part: str, leaf: Mapping[str, Any]) -> scoring.Criterion:
    condition = leaf.get("applies_if")
    above, least = condition.split(" > ") if condition else ("", 0)
    return scoring.Criterion(
        code=leaf["code"],
        part=part,
        title=leaf.get("title", ""),
        max_points=_points(leaf["max"]),
        options=tuple(
            scoring.Option(position, _points(option["p"]), option["t"], option.get("case"))
            for position, option in enumerate(leaf["options"], start=1)
        ),
        applies_if=scoring.Precondition(above, _points(least)) if condition else None,
        cases=tuple(sorted(leaf.get("cases", {}))),
    )


def _points(value: float | str) -> Decimal:
    return Decimal(str(value))
