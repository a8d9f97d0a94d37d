"""A criteria set as its pages print it: parts, groups, criteria, options, in the order of the annex.

Immutable and, for a set that can't change any more, read once: a page of thirty criteria then costs no
statement for the set, and no model instance for each of a hundred options.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from ..models import CriteriaSet, Criterion, CriterionOption


@dataclass(frozen=True)
class Choice:
    """One option: ``pk`` is its row, ``position`` its key in the criterion, ``floor_for`` a star or None."""

    pk: int
    position: int
    points: Decimal
    label: str
    floor_for: int | None
    case: int | None


@dataclass(frozen=True)
class Item:
    """A criterion with options. ``heading`` is that of the subgroup which begins with it, if one does."""

    pk: int
    code: str
    title: str
    part: str
    max_points: Decimal
    requirement: str
    evidence: str
    knockout: str
    doubt: str
    heading: str
    # The criterion on which it depends, and the points that one must have more than.
    depends_on: tuple[str, Decimal] | None
    cases: tuple[tuple[int, str], ...]
    choices: tuple[Choice, ...]

    def offered(self, case: int | None) -> tuple[Choice, ...]:
        """The options that may be chosen in the dossier's case."""
        return tuple(choice for choice in self.choices if choice.case in (None, case))

    def choice(self, position: int, case: int | None) -> Choice | None:
        """The option at the position, where the dossier's case offers it."""
        return next((choice for choice in self.offered(case) if choice.position == position), None)

    def none_may_fit(self, case: int | None) -> bool:
        """Whether "no option fits" can be said: some are offered, and none of them gives 0 points."""
        offered = self.offered(case)
        return bool(offered) and all(choice.points > 0 for choice in offered)


@dataclass(frozen=True)
class Group:
    """A group of criteria; one that is itself a criterion holds just that one (``single``)."""

    code: str
    title: str
    part: str
    max_points: Decimal
    requirement: str
    knockout: str
    doubt: str
    items: tuple[Item, ...]

    @property
    def single(self) -> bool:
        """Whether the group is itself the criterion."""
        return len(self.items) == 1 and self.items[0].code == self.code


@dataclass(frozen=True)
class Part:
    """A part (A, B, C) with its groups."""

    code: str
    title: str
    max_points: Decimal
    doubt: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Outline:
    """A whole set."""

    pk: int
    code: str
    name: str
    knockout: str
    doubt: str
    parts: tuple[Part, ...]

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """All groups in order."""
        return tuple(group for part in self.parts for group in part.groups)

    @cached_property
    def items(self) -> dict[str, Item]:
        """All criteria with options, by their number, in order."""
        return {item.code: item for group in self.groups for item in group.items}

    @cached_property
    def codes(self) -> dict[int, str]:
        """The number of each criterion with options, by its row."""
        return {item.pk: item.code for item in self.items.values()}

    @cached_property
    def positions(self) -> dict[int, int]:
        """The position of each option in its criterion, by its row."""
        return {choice.pk: choice.position for item in self.items.values() for choice in item.choices}

    @cached_property
    def cases(self) -> dict[int, tuple[str, ...]]:
        """The exclusive cases of which a dossier chooses one, each with the words that the annex uses."""
        words: dict[int, list[str]] = {}
        for item in self.items.values():
            for number, label in item.cases:
                known = words.setdefault(number, [])
                known += [label] if label not in known else []
        return {number: tuple(words[number]) for number in sorted(words)}

    def group(self, code: str) -> Group | None:
        """The group of that number, if the set has it."""
        return next((group for group in self.groups if group.code == code), None)


def outline_of(criteria_set: CriteriaSet) -> Outline:
    """The set as pages print it; a published or retired set never changes, so it is read once."""
    if criteria_set.state == CriteriaSet.State.DRAFT:
        return _read(criteria_set.pk)
    return _kept(criteria_set.pk, criteria_set.digest)


@lru_cache(maxsize=64)
def _kept(pk: int, digest: str) -> Outline:
    return _read(pk)


def _read(pk: int) -> Outline:
    found = CriteriaSet.objects.get(pk=pk)
    rows = list(found.criteria.prefetch_related("options"))
    children: dict[int | None, list[Criterion]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    return Outline(
        pk=found.pk,
        code=found.code,
        name=found.name,
        knockout=found.knockout,
        doubt=found.doubt,
        parts=tuple(
            Part(
                part.code,
                part.title,
                part.max_points,
                part.doubt,
                tuple(_group(group, children) for group in children.get(part.pk, [])),
            )
            for part in children.get(None, [])
        ),
    )


def _group(row: Criterion, children: dict[int | None, list[Criterion]]) -> Group:
    return Group(
        code=row.code,
        title=row.title,
        part=row.part,
        max_points=row.max_points,
        requirement="" if row.is_leaf else row.requirement,
        knockout="" if row.is_leaf else row.knockout,
        doubt="" if row.is_leaf else row.doubt,
        items=tuple(_items(row, children)),
    )


def _items(row: Criterion, children: dict[int | None, list[Criterion]], heading: str = "") -> Iterator[Item]:
    if row.is_leaf:
        yield _item(row, heading)
    for place, child in enumerate(children.get(row.pk, [])):
        begins = heading if place == 0 else ""
        yield from _items(child, children, begins if child.is_leaf else str(child))


def _item(row: Criterion, heading: str) -> Item:
    condition: dict[str, Any] | None = row.applies_if
    return Item(
        pk=row.pk,
        code=row.code,
        title=row.title,
        part=row.part,
        max_points=row.max_points,
        requirement=row.requirement,
        evidence=row.evidence,
        knockout=row.knockout,
        doubt=row.doubt,
        heading=heading,
        depends_on=(condition["criterion"], Decimal(str(condition["above"]))) if condition else None,
        cases=tuple(sorted((int(number), words) for number, words in row.cases.items())),
        choices=tuple(_choice(option) for option in row.options.all()),
    )


def _choice(option: CriterionOption) -> Choice:
    return Choice(option.pk, option.position, option.points, option.label, option.floor_for, option.case)
