"""Which criterion and option of one set correspond to those of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from ocop_portal.lib import text

from .models import Answer, CriteriaSet, Criterion, CriterionOption


@dataclass(frozen=True)
class Match:
    """The criterion and option that an answer corresponds to; ``sure`` where nothing is to be looked at."""

    criterion: Criterion | None
    option: CriterionOption | None = None
    sure: bool = True


class LeafLike(Protocol):
    """A criterion with options, as a row or as a page prints it."""

    @property
    def code(self) -> str:
        """Its number."""

    @property
    def title(self) -> str:
        """Its words."""


class OptionLike(Protocol):
    """An option of a criterion, as a row or as a page prints it."""

    @property
    def label(self) -> str:
        """Its words."""

    @property
    def points(self) -> Decimal:
        """What it gives."""

    @property
    def case(self) -> int | None:
        """The case in which alone it is offered."""


Leaf = TypeVar("Leaf", bound=LeafLike)
Option = TypeVar("Option", bound=OptionLike)


class Counterparts(Generic[Leaf]):
    """From the criteria of one set to those of another, by number and title, else by a title of its own.

    A criterion that changed its number is known by a title that it alone bears in both sets. Pure.
    """

    def __init__(self, old: Sequence[LeafLike], new: Sequence[Leaf]) -> None:
        self._by_place = {(leaf.code, _title(leaf)): leaf for leaf in new}
        self._alone_before, self._alone = _bearing_alone(old), _bearing_alone(new)

    def of(self, old: LeafLike) -> Leaf | None:
        """The criterion of the new set, if there is one."""
        title = _title(old)
        if found := self._by_place.get((old.code, title)):
            return found
        return self._alone.get(title) if title in self._alone_before else None


def option_among(old: OptionLike, options: Iterable[Option]) -> tuple[Option | None, bool]:
    """The one option that corresponds, and whether words and points are both the same; within its case."""
    offered = [option for option in options if option.case == old.case]

    def only(fits: Callable[[Option], bool]) -> Option | None:
        fitting = [option for option in offered if fits(option)]
        return fitting[0] if len(fitting) == 1 else None

    words, points = same_words(old.label), old.points
    if found := only(lambda option: same_words(option.label) == words and option.points == points):
        return found, True
    by_words = only(lambda option: same_words(option.label) == words)
    return by_words or only(lambda option: option.points == points), False


def same_words(label: str) -> str:
    """Compared letter by letter: “<50 %” and “>50 %” are different answers."""
    return "".join(text.nfc(label).casefold().split())


class Correspondence:
    """From the answers of one set to another: itself, or by number and title, options by words, then points.

    An option with other words but the same points, or the same words and other points, corresponds and is to
    be looked at. Reading a set costs two statements.
    """

    def __init__(self, old: CriteriaSet | None, new: CriteriaSet | None) -> None:
        self.same = old is not None and old == new
        self._old = [] if self.same or old is None else _leaves(old)
        self._new = [] if new is None else _leaves(new)
        self._by_pk = {leaf.pk: leaf for leaf in self._new}
        self._counterparts = Counterparts(self._old, self._new)

    def criterion(self, old: Criterion) -> Criterion | None:
        """The criterion of the new set, if there is one."""
        if self.same:
            return self._by_pk.get(old.pk)
        return self._counterparts.of(old)

    def answer(self, old: Answer) -> Match:
        """Where an answer goes; the option is chosen within the case of the old one."""
        new = self.criterion(old.criterion)
        if new is None or old.option is None:
            return Match(new)
        if self.same:
            return Match(new, old.option)
        option, sure = option_among(old.option, new.options.all())
        return Match(new, option, sure)

    def case(self, case: int | None) -> int | None:
        """The same way of being scored, where the new set words it as the old one did."""
        if case is None or self.same:
            return case
        before, after = (_cases(leaves, case) for leaves in (self._old, self._new))
        return case if after and before == after else None


def _leaves(criteria_set: CriteriaSet) -> list[Criterion]:
    return list(criteria_set.criteria.filter(is_leaf=True).prefetch_related("options"))


def _title(criterion: LeafLike) -> str:
    return text.search_key(criterion.title)


def _bearing_alone(leaves: Sequence[Leaf]) -> dict[str, Leaf]:
    """By title, the criteria whose title no other of the set bears."""
    found = defaultdict(list)
    for leaf in leaves:
        found[_title(leaf)].append(leaf)
    return {title: same[0] for title, same in found.items() if title and len(same) == 1}


def _cases(leaves: list[Criterion], case: int) -> set[str]:
    return {same_words(words) for leaf in leaves if (words := leaf.cases.get(str(case)))}
