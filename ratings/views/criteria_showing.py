"""A criteria set as its page shows it: part by part, the doubts in it, and how its asterisks are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..criteria.comparing import Comparison
from ..models import CriteriaSet, Criterion, Regulation


@dataclass(frozen=True)
class Group:
    """A group of a part with all that stands below it, in the order of the annex."""

    head: Criterion
    rows: list[Criterion]


@dataclass(frozen=True)
class Part:
    """Part A, B or C and its groups."""

    head: Criterion
    groups: list[Group]


@dataclass(frozen=True)
class Doubt:
    """A doubt in the source: what it stands beside (empty for the whole set), its words, its anchor."""

    beside: str
    words: str
    anchor: str = ""


def parts_of(rows: list[Criterion]) -> list[Part]:
    """The rows of a set by part and group; a group that is a criterion itself stands in its own rows."""
    parts: list[Part] = []
    for row in rows:
        if row.depth == 0:
            parts.append(Part(row, []))
        elif row.depth == 1:
            parts[-1].groups.append(Group(row, [row] if row.is_leaf else []))
        else:
            parts[-1].groups[-1].rows.append(row)
    return parts


def doubts_of(criteria_set: CriteriaSet, rows: list[Criterion]) -> list[Doubt]:
    """The doubts that the source leaves, the set's own first."""
    return list(_doubts(criteria_set, rows))


def _doubts(criteria_set: CriteriaSet, rows: list[Criterion]) -> Iterator[Doubt]:
    if criteria_set.doubt:
        yield Doubt("", criteria_set.doubt)
    for row in rows:
        if row.doubt:
            part = _("Part %(part)s") % {"part": row.code} if row.depth == 0 else ""
            yield Doubt(part or str(row), row.doubt, f"tc-{row.code}")


def readings_of(regulation: Regulation) -> list[tuple[str, bool]]:
    """How the asterisks are read under the regulation: what is assumed, and whether it is."""
    floors: dict[str, Any] = regulation.settings.get("floors", {})
    return [
        (_("A star also asks for the minimums of all lower stars"), floors.get("cumulative", True)),
        (
            _("A better option than the marked one meets the minimum"),
            floors.get("higher_option_satisfies", True),
        ),
        (
            _("A missed minimum lowers the product to the next star whose minimums are met"),
            floors.get("missed_floor_lowers_to_next_star", True),
        ),
    ]


def totals_of(rows: list[Criterion]) -> dict[str, Any]:
    """How many criteria, options and floors by star the set has, counted from its rows."""
    options = [option for row in rows for option in row.options.all()]
    stars = sorted({option.floor_for for option in options if option.floor_for})
    return {
        "criteria": sum(row.is_leaf for row in rows),
        "options": len(options),
        "points": sum(row.max_points for row in rows if row.depth == 0),
        "floors": [(each, sum(option.floor_for == each for option in options)) for each in stars],
    }


def counts_of(compared: Comparison) -> list[tuple[int, str]]:
    """How many criteria are the same, changed, or in one of the sets only, with words."""
    words = {
        "same": _("criteria are the same"),
        "changed": _("criteria are changed"),
        "one": _("criteria only in the first set"),
        "other": _("criteria only in the second set"),
    }
    return [(compared.count(kind), label) for kind, label in words.items()]
