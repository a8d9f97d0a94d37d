"""Which criterion and option of one set correspond to those of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from ocop_portal.lib import text

from .models import Answer, CriteriaSet, Criterion, CriterionOption


@dataclass(frozen=True)
class Match:
    """The criterion and option that an answer corresponds to; ``sure`` where nothing is to be looked at."""

    criterion: Criterion | None
    option: CriterionOption | None = None
    sure: bool = True


class Correspondence:
    """From the answers of one set to another: itself, or by number and title, options by words, then points.

    A criterion that changed its number is known by a title that it alone bears in both sets. An option with
    other words but the same points, or the same words and other points, corresponds and is to be looked at.
    Reading a set costs two statements.
    """

    def __init__(self, old: CriteriaSet | None, new: CriteriaSet | None) -> None:
        self.same = old is not None and old == new
        self._old = [] if self.same or old is None else _leaves(old)
        self._new = [] if new is None else _leaves(new)
        self._by_pk = {leaf.pk: leaf for leaf in self._new}
        self._by_place = {(leaf.code, _title(leaf)): leaf for leaf in self._new}
        self._alone_before, self._alone = _bearing_alone(self._old), _bearing_alone(self._new)

    def criterion(self, old: Criterion) -> Criterion | None:
        """The criterion of the new set, if there is one."""
        if self.same:
            return self._by_pk.get(old.pk)
        title = _title(old)
        if found := self._by_place.get((old.code, title)):
            return found
        return self._alone.get(title) if title in self._alone_before else None

    def answer(self, old: Answer) -> Match:
        """Where an answer goes; the option is chosen within the case of the old one."""
        new = self.criterion(old.criterion)
        if new is None or old.option is None:
            return Match(new)
        if self.same:
            return Match(new, old.option)
        option, sure = _option(old.option, new)
        return Match(new, option, sure)

    def case(self, case: int | None) -> int | None:
        """The same way of being scored, where the new set words it as the old one did."""
        if case is None or self.same:
            return case
        before, after = (_cases(leaves, case) for leaves in (self._old, self._new))
        return case if after and before == after else None


def _leaves(criteria_set: CriteriaSet) -> list[Criterion]:
    return list(criteria_set.criteria.filter(is_leaf=True).prefetch_related("options"))


def _title(criterion: Criterion) -> str:
    return text.search_key(criterion.title)


def _bearing_alone(leaves: list[Criterion]) -> dict[str, Criterion]:
    """By title, the criteria whose title no other of the set bears."""
    found = defaultdict(list)
    for leaf in leaves:
        found[_title(leaf)].append(leaf)
    return {title: same[0] for title, same in found.items() if title and len(same) == 1}


def _words(label: str) -> str:
    """Compared letter by letter: “<50 %” and “>50 %” are different answers."""
    return "".join(text.nfc(label).casefold().split())


def _option(old: CriterionOption, new: Criterion) -> tuple[CriterionOption | None, bool]:
    """The option of the new criterion and whether words and points are both the same."""
    offered = [option for option in new.options.all() if option.case == old.case]

    def only(fits: Callable[[CriterionOption], bool]) -> CriterionOption | None:
        fitting = [option for option in offered if fits(option)]
        return fitting[0] if len(fitting) == 1 else None

    words, points = _words(old.label), old.points
    if found := only(lambda option: _words(option.label) == words and option.points == points):
        return found, True
    by_words = only(lambda option: _words(option.label) == words)
    return by_words or only(lambda option: option.points == points), False


def _cases(leaves: list[Criterion], case: int) -> set[str]:
    return {_words(words) for leaf in leaves if (words := leaf.cases.get(str(case)))}
