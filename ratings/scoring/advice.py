"""What lacks for the next star, and the cheapest way there: exact, for one sheet.

A step raises one criterion from its present option to a higher one that is offered. Cheapest is the way that
changes the fewest criteria, and among such ways the one that adds the fewest points. Floors and knock-outs
say what a criterion must at least reach; the rest is a small knapsack over the points missing (``knapsack``).
Points of options have two places at most, so for one sheet the sum of the printed parts is the plain sum.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from .facts import Criterion, Floor, Option, PointKnockout, Rules
from .knapsack import cheapest
from .sheets import LOWEST_STAR_WITH_FLOORS, ZERO, Score, Sheet, counted, meets, score
from .ways import Ground, Way, groups_of, hundredths, ways_of


@dataclass(frozen=True)
class Shortfall:
    """A criterion below its floors: ``reached`` and ``needed`` points, and the ``floors`` it misses."""

    criterion: str
    title: str
    reached: Decimal
    needed: Decimal
    floors: tuple[Floor, ...]


@dataclass(frozen=True)
class Step:
    """Raise one criterion from ``before`` (None: nothing chosen) to ``after``.

    ``gained`` is what the total gains when the steps are taken in their order; ``meets`` are the missing
    floors that the step meets, ``lifts`` the knock-outs from which it frees.
    """

    criterion: str
    title: str
    before: Option | None
    after: Option
    gained: Decimal
    meets: tuple[Floor, ...]
    lifts: tuple[PointKnockout, ...]


class Hindrance(Enum):
    """Why a star is out of reach."""

    POINTS = "points"
    FLOOR = "floor"
    KNOCKOUT = "knockout"
    CASE = "case"


@dataclass(frozen=True)
class Obstacle:
    """One reason why a star is out of reach, with the points that can be had at most and those needed.

    ``criterion`` is empty for the total and for a case that is not chosen yet; ``locked`` says that the
    criterion may not be changed now.
    """

    kind: Hindrance
    criterion: str = ""
    title: str = ""
    most: Decimal = ZERO
    needed: Decimal = ZERO
    locked: bool = False


@dataclass(frozen=True)
class Advice:
    """The way to ``target`` (None: no star is higher) from the star ``present`` (None: knocked out).

    ``points_missing`` to the band and ``floors_missing`` are what lacks now. Taking all ``steps`` gives the
    star ``gives``, the target or a higher one. Where the star is not ``reachable``, there are no steps and
    ``obstacles`` say why.
    """

    present: int | None
    target: int | None
    points_missing: Decimal
    floors_missing: tuple[Shortfall, ...]
    knocked_out: tuple[PointKnockout, ...]
    steps: tuple[Step, ...]
    reachable: bool
    gives: int | None
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True)
class Rung:
    """What lacks for one star: points to its band, and criteria below its floors and those under it."""

    stars: int
    reached: bool
    points_missing: Decimal
    floors_missing: tuple[Shortfall, ...]


def to_next_star(
    rules: Rules,
    sheet: Sheet,
    *,
    case: int | None = None,
    target: int | None = None,
    locked: Collection[str] = (),
) -> Advice:
    """The cheapest way from the sheet to a star; points are of 100.

    ``target`` is the star after the present one unless given; for a sheet that is knocked out, the star
    that its points and floors would give. ``locked`` criteria may not be changed. Raises ``UnknownChoice``
    as ``score`` does, ``ValueError`` for a target that the rules do not know.
    """
    now = score(rules, [sheet], case=case)
    wanted = _next(rules, now) if target is None else target
    if wanted is None:
        return Advice(now.stars, None, ZERO, (), (), (), True, now.stars)
    if wanted not in rules.bands:
        raise ValueError(f"{rules.code} knows no {wanted} stars")
    needed = max(ZERO, rules.bands[wanted] - now.total)
    found = [
        (way, floors)
        for floors in _goals(rules, wanted)
        if (way := _way(Ground.of(rules, sheet, case, floors, locked), needed)) is not None
    ]
    missing = _shortfalls(rules, now, wanted)
    if not found:
        ground = Ground.of(rules, sheet, case, _goals(rules, wanted)[0], locked)
        why = _obstacles(ground, now, rules.bands[wanted])
        return Advice(now.stars, wanted, needed, missing, now.knocked_out, (), False, now.stars, why)
    way, floors = min(found, key=lambda one: (one[0].changed, one[0].gained))
    steps = _steps(Ground.of(rules, sheet, case, floors, locked), way, now)
    after = score(rules, [{**sheet, **dict(way.choices)}], case=case)
    return Advice(now.stars, wanted, needed, missing, now.knocked_out, steps, True, after.stars)


def ladder(rules: Rules, sheet: Sheet, case: int | None = None) -> tuple[Rung, ...]:
    """What lacks for each star that has floors (three, four, five), from the lowest."""
    now = score(rules, [sheet], case=case)
    return tuple(
        Rung(
            stars=stars,
            reached=now.stars is not None and now.stars >= stars,
            points_missing=max(ZERO, rules.bands[stars] - now.total),
            floors_missing=_shortfalls(rules, now, stars),
        )
        for stars in sorted(rules.bands)
        if stars >= LOWEST_STAR_WITH_FLOORS
    )


def _next(rules: Rules, now: Score) -> int | None:
    if now.stars is None:
        return min(now.band, now.held)
    return min((stars for stars in rules.bands if stars > now.stars), default=None)


def _goals(rules: Rules, stars: int) -> list[tuple[Floor, ...]]:
    """The sets of floors of which one must be met for the star: one set, unless floors do not add up."""
    reading = rules.floor_reading
    if stars < LOWEST_STAR_WITH_FLOORS or not reading.missed_lowers:
        return [()]
    if reading.cumulative:
        return [tuple(f for f in rules.floors if LOWEST_STAR_WITH_FLOORS <= f.stars <= stars)]
    return [tuple(f for f in rules.floors if f.stars == star) for star in range(stars, max(rules.bands) + 1)]


def _shortfalls(rules: Rules, now: Score, stars: int) -> tuple[Shortfall, ...]:
    if now.held >= stars:
        return ()
    asked = set(_goals(rules, stars)[0])
    missed: dict[str, list[Floor]] = {}
    for state in now.floors:
        if state.floor in asked and not state.met:
            missed.setdefault(state.floor.criterion, []).append(state.floor)
    reached = {state.floor.criterion: state.reached for state in now.floors}
    return tuple(
        Shortfall(
            code, rules.criterion(code).title, reached[code], max(f.points for f in floors), tuple(floors)
        )
        for code, floors in missed.items()
    )


def _way(ground: Ground, needed: Decimal) -> Way | None:
    """The cheapest way that meets the ground's floors and gains so many points, if there is one."""
    choices = [[way for way in ways_of(ground, group) if way.valid] for group in groups_of(ground.rules)]
    if not all(choices):
        return None
    return cheapest(choices, hundredths(needed))


def _obstacles(ground: Ground, now: Score, band: Decimal) -> tuple[Obstacle, ...]:
    found: list[Obstacle] = []
    most = now.total
    for group in groups_of(ground.rules):
        ways = ways_of(ground, group)
        valid = [way for way in ways if way.valid]
        most += Decimal(max(way.gained for way in valid or ways)) / 100
        if not valid:
            found += _hindered(ground, group, ways)
    if most < band:
        found.append(Obstacle(Hindrance.POINTS, most=most, needed=band))
    if ground.rules.cases and ground.case not in ground.rules.cases:
        found.append(Obstacle(Hindrance.CASE))
    return tuple(found)


def _hindered(ground: Ground, group: tuple[Criterion, ...], ways: list[Way]) -> list[Obstacle]:
    """What of a group no way mends; where each thing could be mended but not all at once, all that lacks."""
    reached = [(dict(way.choices), ground.counted(group, dict(way.choices))) for way in ways]
    found = []
    for criterion in group:
        code = criterion.code
        most = max(points[code] for _choices, points in reached)
        floors = [
            floor
            for floor in ground.floors.get(code, ())
            if not any(meets(ground.rules, floor, points[code]) for _choices, points in reached)
        ]
        if floors:
            found.append(_obstacle(ground, criterion, Hindrance.FLOOR, most, floors))
        elif all(ground.knocked_out(criterion, points[code], choices) for choices, points in reached):
            found.append(_obstacle(ground, criterion, Hindrance.KNOCKOUT, most))
    return found or [_at_odds(ground, criterion) for criterion in group if ground.asked(criterion.code)]


def _at_odds(ground: Ground, criterion: Criterion) -> Obstacle:
    floors = ground.floors.get(criterion.code, ())
    kind = Hindrance.FLOOR if floors else Hindrance.KNOCKOUT
    return _obstacle(ground, criterion, kind, counted(criterion, ground.raw), floors)


def _obstacle(
    ground: Ground, criterion: Criterion, kind: Hindrance, most: Decimal, floors: Collection[Floor] = ()
) -> Obstacle:
    needed = max((floor.points for floor in floors), default=ZERO)
    return Obstacle(kind, criterion.code, criterion.title, most, needed, criterion.code in ground.locked)


def _steps(ground: Ground, way: Way, now: Score) -> tuple[Step, ...]:
    """The way as steps: those that floors and knock-outs ask for first, then the greatest gain first."""
    raw = dict(ground.raw)
    sheet = dict(ground.sheet)
    steps = []
    for code, position in _ordered(ground, dict(way.choices)):
        criterion = ground.criteria[code]
        after = next(o for o in criterion.options if o.position == position)
        touched = [criterion, *ground.dependents.get(code, ())]
        before = {c.code: counted(c, raw) for c in touched}
        raw[code] = after.points
        points = {c.code: counted(c, raw) for c in touched}
        steps.append(
            Step(
                criterion=code,
                title=criterion.title,
                before=next((o for o in criterion.options if o.position == sheet.get(code)), None),
                after=after,
                gained=sum((points[c] - before[c] for c in points), ZERO),
                meets=tuple(
                    f for c in points for f in ground.floors.get(c, ()) if _newly(ground, f, before, points)
                ),
                lifts=tuple(rule for rule in now.knocked_out if _lifted(rule, before, points, sheet)),
            )
        )
        sheet[code] = position
    return tuple(steps)


def _newly(ground: Ground, floor: Floor, before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> bool:
    met = meets(ground.rules, floor, after[floor.criterion])
    return met and not meets(ground.rules, floor, before[floor.criterion])


def _lifted(
    rule: PointKnockout, before: Mapping[str, Decimal], after: Mapping[str, Decimal], sheet: Sheet
) -> bool:
    return any(
        code in rule.criteria and code in sheet and before[code] <= rule.points < after[code]
        for code in after
    )


def _ordered(ground: Ground, choices: Mapping[str, int]) -> list[tuple[str, int]]:
    """The choices in the order of the steps; a criterion comes after the one on which it depends."""
    rank: dict[str, tuple[int, Decimal]] = {}
    for code, position in choices.items():
        after = next(o.points for o in ground.criteria[code].options if o.position == position)
        rank[code] = (0 if ground.asked(code) else 1, ground.raw[code] - after)
    for code in choices:
        condition = ground.criteria[code].applies_if
        if condition and condition.criterion in rank:
            rank[condition.criterion] = min(rank[condition.criterion], rank[code])
    place = {code: number for number, code in enumerate(ground.criteria)}
    return sorted(
        choices.items(),
        key=lambda item: (rank[item[0]], ground.criteria[item[0]].applies_if is not None, place[item[0]]),
    )
