"""What a criteria set and its regulation are to the arithmetic: immutable, hashable, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Option:
    """One answer to a criterion, keyed by its position (points may repeat). ``case``: only in that case."""

    position: int
    points: Decimal
    label: str
    case: int | None = None


@dataclass(frozen=True)
class Precondition:
    """The criterion is scored only where another one has more than so many points; else it has 0."""

    criterion: str
    above: Decimal


@dataclass(frozen=True)
class PointKnockout:
    """So many points (or fewer) in any of the criteria end the assessment; ``words`` is the rule's text."""

    criteria: tuple[str, ...]
    points: Decimal
    words: str


@dataclass(frozen=True)
class Criterion:
    """A criterion with options; ``cases`` are the numbers of its exclusive cases, if it has any."""

    code: str
    part: str
    title: str
    max_points: Decimal
    options: tuple[Option, ...]
    applies_if: Precondition | None = None
    cases: tuple[int, ...] = ()

    def offered(self, case: int | None) -> tuple[Option, ...]:
        """The options that may be chosen in the dossier's case (1, 2 or none chosen yet)."""
        return tuple(o for o in self.options if o.case is None or o.case == case)


@dataclass(frozen=True)
class Floor:
    """A star asks for at least so many points in a criterion (the asterisks of the annexes)."""

    stars: int
    criterion: str
    points: Decimal


@dataclass(frozen=True)
class FloorReading:
    """How the asterisks are read; the text says only that they are minimums (settings of the regulation).

    ``cumulative``: a star also asks for the floors of all lower stars. ``higher_satisfies``: an option of
    more points meets the floor. ``missed_lowers``: a missed floor lowers the product to the next star
    below whose floors are met; where it is false, floors are shown and lower nothing.
    """

    cumulative: bool = True
    higher_satisfies: bool = True
    missed_lowers: bool = True


@dataclass(frozen=True)
class Rules:
    """All that a score follows from. ``bands`` maps stars to the points from which they are given."""

    code: str
    criteria: tuple[Criterion, ...]
    floors: tuple[Floor, ...]
    parts: Mapping[str, Decimal]
    bands: Mapping[int, Decimal]
    knockouts: tuple[PointKnockout, ...] = ()
    floor_reading: FloorReading = field(default_factory=FloorReading)

    def __hash__(self) -> int:
        # The mappings have no hash of their own; equal rules have equal codes.
        return hash(self.code)

    @property
    def cases(self) -> tuple[int, ...]:
        """The numbers of the exclusive cases of which a dossier chooses one; empty for most sets."""
        return tuple(sorted({case for criterion in self.criteria for case in criterion.cases}))

    def criterion(self, code: str) -> Criterion:
        """The criterion of that number. Raises ``KeyError`` for one that the set does not have."""
        for found in self.criteria:
            if found.code == code:
                return found
        raise KeyError(code)
