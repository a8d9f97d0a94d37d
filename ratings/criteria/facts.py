"""What a criteria set says, wherever it stands: read from a file, or back from the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class OptionFacts:
    """One answer: its place in the criterion from 1, points, words, the star it is a floor for, its case."""

    position: int
    points: Decimal | None
    label: str
    floor_for: int | None = None
    case: int | None = None


@dataclass(frozen=True)
class Condition:
    """Scored only where the criterion has more than so many points."""

    criterion: str
    above: int


@dataclass(frozen=True)
class PointsRule:
    """So many points in any of the criteria end the assessment."""

    criteria: tuple[str, ...]
    points: Decimal | None


@dataclass(frozen=True)
class CriterionFacts:
    """A part, a group or a criterion; ``None`` stands for what could not be read.

    ``place`` names it for people (``QD26-01, 2.3``). A criterion with options is a leaf.
    """

    place: str
    code: str
    max_points: Decimal | None
    title: str = ""
    is_leaf: bool = False
    options: tuple[OptionFacts, ...] = ()
    children: tuple[CriterionFacts, ...] = ()
    requirement: str = ""
    evidence: str = ""
    knockout: str = ""
    knockout_if: PointsRule | None = None
    applies_if: Condition | None = None
    cases: Mapping[int, str] = field(default_factory=dict)
    options_implied: bool = False
    doubt: str = ""

    def walk(self) -> Iterator[CriterionFacts]:
        """This one and all below it, in the order of the annex."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class SetFacts:
    """A whole set. ``leaf_criteria`` and ``star_floor`` are what its source states, to be proved.

    ``complete``: everything of it could be read.
    """

    place: str
    code: str
    name: str
    regulation: str
    group: str
    parts: tuple[CriterionFacts, ...]
    slug: str = ""
    agencies: tuple[str, ...] = ()
    requires_sample: bool = True
    knockout: str = ""
    doubt: str = ""
    corrects: str = ""
    leaf_criteria: int | None = None
    star_floor: Mapping[int, tuple[str, ...]] | None = None
    digest: str = ""
    complete: bool = True

    def criteria(self) -> Iterator[CriterionFacts]:
        """Parts, groups and criteria, in the order of the annex."""
        for part in self.parts:
            yield from part.walk()

    @property
    def leaves(self) -> list[CriterionFacts]:
        """The criteria that are scored."""
        return [criterion for criterion in self.criteria() if criterion.is_leaf]

    @property
    def stated(self) -> dict[str, Any]:
        """What the source states of itself, as the database keeps it."""
        floors = {str(stars): list(named) for stars, named in (self.star_floor or {}).items()}
        return {"leaf_criteria": self.leaf_criteria, "star_floor": floors}


def floor_name(criterion: str, points: Decimal) -> str:
    """A floor as the source lists it: ``2.3≥1``."""
    return f"{criterion}≥{plain(points)}"


def plain(points: Decimal) -> str:
    """Points without needless zeros: ``3``, ``2.5``."""
    return f"{points.normalize():f}"
