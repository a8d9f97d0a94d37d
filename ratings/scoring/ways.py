"""The ways in which a sheet can be bettered, criterion by criterion, judged by the floors of a goal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from .facts import Criterion, Floor, Rules
from .sheets import ZERO, Sheet, applies_by, counted, meets, raw_of


@dataclass(frozen=True)
class Way:
    """A choice of options to change to: how many criteria change, and what the total gains in hundredths.

    ``valid``: what it leaves meets the floors of the goal and knocks nothing out.
    """

    changed: int
    gained: int
    choices: tuple[tuple[str, int], ...]
    valid: bool = True


@dataclass(frozen=True)
class Ground:
    """A sheet, what may be changed in it, and the floors to be met by the change."""

    rules: Rules
    sheet: Sheet
    case: int | None
    raw: Mapping[str, Decimal]
    floors: Mapping[str, tuple[Floor, ...]]
    knockouts: Mapping[str, Decimal]
    locked: frozenset[str]
    criteria: Mapping[str, Criterion]
    dependents: Mapping[str, tuple[Criterion, ...]]

    @classmethod
    def of(
        cls, rules: Rules, sheet: Sheet, case: int | None, floors: Collection[Floor], locked: Collection[str]
    ) -> Ground:
        """Lay out what the ways are judged by."""
        asked: dict[str, tuple[Floor, ...]] = {}
        for floor in floors:
            asked[floor.criterion] = (*asked.get(floor.criterion, ()), floor)
        ending: dict[str, Decimal] = {}
        for rule in rules.knockouts:
            for code in rule.criteria:
                ending[code] = max(rule.points, ending.get(code, rule.points))
        dependents: dict[str, tuple[Criterion, ...]] = {}
        for criterion in rules.criteria:
            if criterion.applies_if:
                above = criterion.applies_if.criterion
                dependents[above] = (*dependents.get(above, ()), criterion)
        raw = raw_of(rules, sheet, case=case)
        criteria = {criterion.code: criterion for criterion in rules.criteria}
        return cls(rules, sheet, case, raw, asked, ending, frozenset(locked), criteria, dependents)

    def counted(self, group: tuple[Criterion, ...], choices: Mapping[str, int]) -> dict[str, Decimal]:
        """The points that count in the group's criteria once these options are chosen."""
        raw = {c.code: self.raw[c.code] for c in group}
        for code, position in choices.items():
            raw[code] = next(o.points for o in self.criteria[code].options if o.position == position)
        return {c.code: counted(c, raw) for c in group}

    def knocked_out(self, criterion: Criterion, points: Decimal, choices: Mapping[str, int]) -> bool:
        """Whether so many points in the criterion end the assessment; one that is left open says nothing."""
        code = criterion.code
        said = code in self.sheet or code in choices
        return said and code in self.knockouts and points <= self.knockouts[code]

    def asked(self, code: str) -> bool:
        """Whether the criterion as it is misses a floor of the goal or knocks the product out, or keeps
        another one from counting that does."""
        kept_down = [c for c in self.dependents.get(code, ()) if not applies_by(c, self.raw)]
        return any(self._lacks(criterion) for criterion in (self.criteria[code], *kept_down))

    def _lacks(self, criterion: Criterion) -> bool:
        points = counted(criterion, self.raw)
        missed = any(not meets(self.rules, floor, points) for floor in self.floors.get(criterion.code, ()))
        return missed or self.knocked_out(criterion, points, {})


def hundredths(points: Decimal) -> int:
    """Points as a whole number of hundredths."""
    return int(points * 100)


def groups_of(rules: Rules) -> list[tuple[Criterion, ...]]:
    """The criteria in groups that do not touch each other: one with those that apply only because of it."""
    above = {c.code: c.applies_if.criterion for c in rules.criteria if c.applies_if}
    groups: dict[str, list[Criterion]] = {}
    for criterion in rules.criteria:
        head = criterion.code
        while head in above:
            head = above[head]
        groups.setdefault(head, []).append(criterion)
    return [tuple(group) for group in groups.values()]


def ways_of(ground: Ground, group: tuple[Criterion, ...]) -> list[Way]:
    """The ways to leave or raise the criteria of a group; of valid ones that weigh the same, the first."""
    now = sum((counted(criterion, ground.raw) for criterion in group), ZERO)
    found: dict[object, Way] = {}
    for picks in product(*(_raises(ground, criterion) for criterion in group)):
        choices = {c.code: pick for c, pick in zip(group, picks, strict=True) if pick is not None}
        points = ground.counted(group, choices)
        valid = not any(
            ground.knocked_out(c, points[c.code], choices)
            or any(not meets(ground.rules, floor, points[c.code]) for floor in ground.floors.get(c.code, ()))
            for c in group
        )
        way = Way(len(choices), hundredths(sum(points.values(), ZERO) - now), tuple(choices.items()), valid)
        found.setdefault((way.changed, way.gained) if valid else way.choices, way)
    return list(found.values())


def _raises(ground: Ground, criterion: Criterion) -> list[int | None]:
    """None for leaving the criterion, then the positions of higher options, the first of equal ones."""
    if criterion.code in ground.locked:
        return [None]
    higher: dict[Decimal, int] = {}
    for option in criterion.offered(ground.case):
        if option.points > ground.raw[criterion.code]:
            higher.setdefault(option.points, option.position)
    return [None, *(higher[points] for points in sorted(higher))]
