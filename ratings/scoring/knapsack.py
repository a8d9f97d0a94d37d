"""One way from each group so that the gain suffices: fewest changes, then the least gain. Exact and fast.

First the greatest gain with each number of changes tells the fewest changes that suffice. Then sets of
gains, a bit each, tell the least gain that suffices with as many changes, and which ways make it up.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from .ways import Way


def cheapest(groups: Sequence[Sequence[Way]], needed: int) -> Way | None:
    """The cheapest sum of one way a group that gains at least ``needed`` hundredths; None where none does.

    Among equals it changes criteria that stand earlier in the set. Every group must offer a way.
    """
    unit = gcd(*(way.gained for ways in groups for way in ways)) or 1
    least = -(-needed // unit)
    changes = _fewest_changes(groups, needed)
    if changes is None:
        return None
    reachable = [[1] + [0] * changes]
    for ways in groups:
        reachable.append(_widened(reachable[-1], ways, unit))
    above = reachable[-1][changes] >> least
    gained = least + (above & -above).bit_length() - 1
    return _traced(groups, reachable, changes, gained, unit)


def _fewest_changes(groups: Sequence[Sequence[Way]], needed: int) -> int | None:
    best: dict[int, int] = {0: 0}
    for ways in groups:
        most: dict[int, int] = {}
        for way in ways:
            most[way.changed] = max(way.gained, most.get(way.changed, way.gained))
        wider: dict[int, int] = {}
        for changes, gained in best.items():
            for more, gain in most.items():
                total = changes + more
                wider[total] = max(gained + gain, wider.get(total, gained + gain))
        best = wider
    return min((changes for changes, gained in best.items() if gained >= needed), default=None)


def _widened(before: list[int], ways: Sequence[Way], unit: int) -> list[int]:
    """The gains that can be reached with each number of changes when the group is counted in too."""
    after = [0] * len(before)
    for way in ways:
        shift = way.gained // unit
        for changes in range(way.changed, len(before)):
            after[changes] |= before[changes - way.changed] << shift
    return after


def _traced(
    groups: Sequence[Sequence[Way]], reachable: list[list[int]], changes: int, gained: int, unit: int
) -> Way:
    """Go back from the sum through the groups, each time by the first way that fits."""
    choices: list[tuple[str, int]] = []
    left, rest = changes, gained
    for ways, before in zip(reversed(groups), reversed(reachable[:-1]), strict=True):
        way = next(
            way
            for way in ways
            if way.changed <= left
            and way.gained // unit <= rest
            and before[left - way.changed] >> (rest - way.gained // unit) & 1
        )
        choices = [*way.choices, *choices]
        left, rest = left - way.changed, rest - way.gained // unit
    return Way(changes, gained * unit, tuple(choices))
