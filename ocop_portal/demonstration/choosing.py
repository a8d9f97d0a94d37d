"""Choosing options for a self-assessment so that its points and the star it is held at are as asked."""

from __future__ import annotations

import random
from decimal import Decimal

from ratings import scoring
from ratings.scoring import Criterion, Option, Rules


def choices(rules: Rules, case: int | None, *, points: int, held: int, dice: random.Random) -> dict[str, int]:
    """Positions by the criterion's number: as few points as can be at or above ``points``, and ``held``
    the star that results; where the points are those of a higher star, a floor of the next one is missed.

    The dice say which criteria are answered lower. Raises ``ValueError`` where the set allows no such sheet.
    """
    chosen = {c.code: options[-1] for c in rules.criteria if (options := _offered(c, case))}
    least = _least(rules, held)
    if held < _band(rules, points):
        _miss_a_floor(rules, case, chosen, least, held + 1)
    _lower(rules, case, chosen, least, Decimal(points), dice)
    sheet = {code: option.position for code, option in chosen.items()}
    found = scoring.score(rules, [sheet], case=case)
    if found.stars != held or found.total < points:
        raise ValueError(f"{rules.code}: {found.total} points and {found.stars} stars, not {points}/{held}")
    return sheet


def _offered(criterion: Criterion, case: int | None) -> list[Option]:
    return sorted(criterion.offered(case), key=lambda option: (option.points, option.position))


def _band(rules: Rules, points: int) -> int:
    return max(stars for stars, start in rules.bands.items() if points >= start)


def _least(rules: Rules, held: int) -> dict[str, Decimal]:
    """The points below which a criterion must not fall: floors to be met, knock-outs, preconditions."""
    least: dict[str, Decimal] = {}
    for floor in rules.floors:
        if floor.stars <= held:
            least[floor.criterion] = max(floor.points, least.get(floor.criterion, Decimal(0)))
    for rule in rules.knockouts:
        for code in rule.criteria:
            least[code] = max(rule.points + Decimal("0.5"), least.get(code, Decimal(0)))
    for criterion in rules.criteria:
        if condition := criterion.applies_if:
            above = condition.above + Decimal("0.5")
            least[condition.criterion] = max(above, least.get(condition.criterion, Decimal(0)))
    return least


def _miss_a_floor(
    rules: Rules, case: int | None, chosen: dict[str, Option], least: dict[str, Decimal], stars: int
) -> None:
    """Choose the best option that misses a floor of the star, in the criterion where that costs least."""
    ways = [
        (chosen[floor.criterion].points - option.points, floor.criterion, option)
        for floor in rules.floors
        if floor.stars == stars
        for option in _offered(rules.criterion(floor.criterion), case)
        if least.get(floor.criterion, Decimal(0)) <= option.points < floor.points
    ]
    if not ways:
        raise ValueError(f"{rules.code} has no floor of {stars} stars that can be missed")
    _cost, code, option = min(ways, key=lambda way: (way[0], way[1]))
    chosen[code] = option


def _lower(
    rules: Rules,
    case: int | None,
    chosen: dict[str, Option],
    least: dict[str, Decimal],
    points: Decimal,
    dice: random.Random,
) -> None:
    """Lower answers one option at a time, in the order of the dice, while the total stays high enough."""
    total = sum((option.points for option in chosen.values()), Decimal(0))
    lowered = True
    while lowered:
        lowered = False
        for code in dice.sample(sorted(chosen), len(chosen)):
            below = [
                option
                for option in _offered(rules.criterion(code), case)
                if least.get(code, Decimal(0)) <= option.points < chosen[code].points
            ]
            if below and total - chosen[code].points + below[-1].points >= points:
                total += below[-1].points - chosen[code].points
                chosen[code], lowered = below[-1], True
