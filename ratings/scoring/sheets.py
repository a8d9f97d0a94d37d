"""From sheets to a star: the printed mean of each part, their sum, the band, the floors, the knock-outs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .bands import printed, total_of
from .facts import Criterion, Floor, PointKnockout, Rules

Sheet = Mapping[str, int]
"""A criterion's number → the position of the option chosen in it; what is missing is not chosen: 0 points."""

ZERO = Decimal(0)
LOWEST_STAR_WITH_FLOORS = 3


class UnknownChoice(ValueError):
    """A sheet names a criterion or an option that the set does not offer (in the dossier's case)."""


@dataclass(frozen=True)
class FloorState:
    """A floor, the points that were reached in its criterion, and whether that meets it."""

    floor: Floor
    reached: Decimal
    met: bool


@dataclass(frozen=True)
class Score:
    """What the sheets come to. Points are of 100; ``stars`` is None where a knock-out ends the assessment.

    ``band`` is the star of the points alone, ``held`` the highest star that the floors allow. ``findings``
    are knock-outs that persons state, ``knocked_out`` those that follow from points.
    """

    parts: Mapping[str, Decimal]
    total: Decimal
    band: int
    held: int
    floors: tuple[FloorState, ...]
    knocked_out: tuple[PointKnockout, ...]
    findings: tuple[str, ...]
    points: Mapping[str, Decimal]

    @property
    def stars(self) -> int | None:
        """The lower of the band and of what the floors allow; None where the assessment ended."""
        return None if self.knocked_out or self.findings else min(self.band, self.held)

    def unmet(self, stars: int) -> tuple[FloorState, ...]:
        """The unmet floors that stand between the product and so many stars, those of lower stars too."""
        return tuple(state for state in self.floors if not state.met and state.floor.stars <= stars)


def score(
    rules: Rules,
    sheets: Sequence[Sheet],
    *,
    case: int | None = None,
    agreed: Sheet | None = None,
    findings: Collection[str] = (),
) -> Score:
    """Score the sheets by the rules of a criteria set and its regulation.

    Each part is the mean of the sheets' points, rounded half up to two places as the minutes print it; the
    total is the sum of the printed parts. The star is the lower of the band and of the highest star whose
    floors, and those of all lower stars, are met. A floor is met when the mean of the sheets' points in its
    criterion reaches it; where ``agreed`` is given, when the council's agreed choice does, and knock-outs
    that follow from points read that choice too. No sheet scores 0.
    Raises ``UnknownChoice`` for a choice that the set does not offer in the ``case``.
    """
    given = [points_of(rules, sheet, case=case) for sheet in sheets]
    means = {c.code: _mean([sheet[c.code] for sheet in given]) for c in rules.criteria}
    sums = {
        part: _mean([sum((p[c.code] for c in rules.criteria if c.part == part), ZERO) for p in given])
        for part in rules.parts
    }
    reached = points_of(rules, agreed, case=case) if agreed is not None else means
    parts = {part: printed(points) for part, points in sums.items()}
    total = total_of(parts.values())
    floors = tuple(
        FloorState(floor, reached[floor.criterion], meets(rules, floor, reached[floor.criterion]))
        for floor in rules.floors
    )
    return Score(
        parts=parts,
        total=total,
        band=band_of(rules, total),
        held=held_by(rules, floors),
        floors=floors,
        knocked_out=_knocked_out(rules, sheets, given)
        if agreed is None
        else _knocked_out(rules, [agreed], [reached]),
        findings=tuple(findings),
        points=means,
    )


def points_of(rules: Rules, sheet: Sheet, *, case: int | None = None) -> dict[str, Decimal]:
    """The points that one sheet gives in each criterion; 0 where nothing is chosen or it doesn't apply."""
    unknown = set(sheet) - {criterion.code for criterion in rules.criteria}
    if unknown:
        raise UnknownChoice(f"{rules.code} has no criterion {sorted(unknown)[0]}")
    raw = raw_of(rules, sheet, case=case)
    return {c.code: counted(c, raw) for c in rules.criteria}


def raw_of(rules: Rules, sheet: Sheet, *, case: int | None = None) -> dict[str, Decimal]:
    """The points of the options chosen on a sheet, whether or not the criteria apply."""
    return {c.code: _chosen(rules, c, sheet.get(c.code), case) for c in rules.criteria}


def counted(criterion: Criterion, raw: Mapping[str, Decimal]) -> Decimal:
    """The points that count of those chosen: 0 where the criterion's precondition does not hold."""
    return raw[criterion.code] if applies_by(criterion, raw) else ZERO


def meets(rules: Rules, floor: Floor, reached: Decimal) -> bool:
    """Whether so many points in its criterion meet the floor.

    Where a higher option does not satisfy, only the points of an option with an asterisk do: of this star,
    or of a higher one, for that star asks for both.
    """
    if rules.floor_reading.higher_satisfies:
        return reached >= floor.points
    return any(
        reached == other.points
        for other in rules.floors
        if other.criterion == floor.criterion and other.stars >= floor.stars
    )


def applies(rules: Rules, criterion: str, sheet: Sheet, *, case: int | None = None) -> bool:
    """Whether the criterion is scored on this sheet: its precondition, if it has one, holds."""
    return applies_by(rules.criterion(criterion), raw_of(rules, sheet, case=case))


def band_of(rules: Rules, total: Decimal) -> int:
    """The star whose half-open band holds the total."""
    return max(stars for stars, least in rules.bands.items() if total >= least)


def held_by(rules: Rules, floors: Collection[FloorState]) -> int:
    """The highest star that the floors allow; the one below the lowest star with floors asks for none."""
    most = max(rules.bands)
    if not rules.floor_reading.missed_lowers:
        return most
    missed = {state.floor.stars for state in floors if not state.met}
    held = LOWEST_STAR_WITH_FLOORS - 1
    for stars in range(LOWEST_STAR_WITH_FLOORS, most + 1):
        if stars not in missed:
            held = stars
        elif rules.floor_reading.cumulative:
            break
    return held


def _chosen(rules: Rules, criterion: Criterion, position: int | None, case: int | None) -> Decimal:
    if position is None:
        return ZERO
    for option in criterion.offered(case):
        if option.position == position:
            return option.points
    raise UnknownChoice(f"{rules.code} {criterion.code} has no option {position} here")


def applies_by(criterion: Criterion, raw: Mapping[str, Decimal]) -> bool:
    """Whether the criterion's precondition, if it has one, holds for the points chosen."""
    condition = criterion.applies_if
    return condition is None or raw[condition.criterion] > condition.above


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, ZERO) / len(values) if values else ZERO


def _knocked_out(
    rules: Rules, sheets: Sequence[Sheet], given: Sequence[Mapping[str, Decimal]]
) -> tuple[PointKnockout, ...]:
    """The rules whose points were given; a sheet that leaves a criterion open says nothing of it."""

    def applies_to(rule: PointKnockout, code: str) -> bool:
        said = [points[code] for sheet, points in zip(sheets, given, strict=True) if code in sheet]
        return bool(said) and _mean(said) <= rule.points

    return tuple(rule for rule in rules.knockouts if any(applies_to(rule, code) for code in rule.criteria))
