"""Two criteria sets side by side: the same, changed, or in one of them only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from django.utils.translation import gettext as _

from ocop_portal.lib import text

from .facts import CriterionFacts, OptionFacts, SetFacts, plain

Pair = tuple[CriterionFacts | None, CriterionFacts | None]


@dataclass(frozen=True)
class Difference:
    """One thing that two criteria say differently: its name, and what each says."""

    name: str
    one: str
    other: str


@dataclass(frozen=True)
class Matched:
    """A criterion of the first set beside that of the other; one of them may be missing."""

    one: CriterionFacts | None
    other: CriterionFacts | None
    differences: tuple[Difference, ...] = ()

    @property
    def kind(self) -> str:
        """``same``, ``changed``, ``one`` (only in the first set) or ``other`` (only in the second)."""
        if self.one is None:
            return "other"
        if self.other is None:
            return "one"
        return "changed" if self.differences else "same"

    @property
    def label(self) -> str:
        """The kind in words."""
        words = {"same": _("The same"), "changed": _("Changed")}
        return words.get(self.kind) or _("Only in one set")

    @property
    def tone(self) -> str:
        """The tone of the kind's tag."""
        return {"same": "neutral", "changed": "info"}.get(self.kind, "warn")


@dataclass(frozen=True)
class Comparison:
    """Two sets side by side, in the order of the first; what only the second has stands behind its part."""

    rows: tuple[Matched, ...]
    differences: tuple[Difference, ...]

    def count(self, kind: str) -> int:
        """How many criteria are of a kind: see :attr:`Matched.kind`."""
        return sum(row.kind == kind for row in self.rows)

    @property
    def different(self) -> tuple[Matched, ...]:
        """The rows that are not the same."""
        return tuple(row for row in self.rows if row.kind != "same")


def compare(one: SetFacts, other: SetFacts) -> Comparison:
    """Lay two sets side by side.

    Criteria are matched by number and title, then by title in their part. Where both sets rate the same
    group, the number alone is enough at last: a correction may change a title.
    """
    rows: list[Matched] = []
    parts = {part.code: part for part in other.parts}
    for part in one.parts:
        rows += _matched(part, parts.pop(part.code, None), by_number=one.group == other.group)
    for part in parts.values():
        rows += _matched(None, part, by_number=False)
    return Comparison(tuple(rows), tuple(_set_differences(one, other)))


def _matched(one: CriterionFacts | None, other: CriterionFacts | None, *, by_number: bool) -> list[Matched]:
    mine = [c for c in one.walk() if c.is_leaf] if one else []
    theirs = [c for c in other.walk() if c.is_leaf] if other else []
    keys: list[Callable[[CriterionFacts], object]] = [
        lambda c: (c.code, text.search_key(c.title)),
        lambda c: text.search_key(c.title),
    ]
    if by_number:
        keys.append(lambda c: c.code)
    found: dict[str, CriterionFacts] = {}
    for key in keys:
        for criterion in mine:
            if criterion.code not in found:
                mate = next((t for t in theirs if key(t) == key(criterion)), None)
                if mate:
                    found[criterion.code] = mate
                    theirs.remove(mate)
    pairs: list[Pair] = [(criterion, found.get(criterion.code)) for criterion in mine]
    pairs += [(None, criterion) for criterion in theirs]
    return [Matched(a, b, tuple(_differences(a, b)) if a and b else ()) for a, b in pairs]


def _differences(one: CriterionFacts, other: CriterionFacts) -> Iterator[Difference]:
    yield from _differing(
        (_("Number"), one.code, other.code),
        (_("Title"), one.title, other.title),
        (_("Most points"), _points(one.max_points), _points(other.max_points)),
        (_("Requirement"), one.requirement, other.requirement),
        (_("Evidence asked for"), one.evidence, other.evidence),
        (_("Knock-out"), one.knockout, other.knockout),
        (_("Scored only if"), _condition(one), _condition(other)),
        (_("Cases"), _cases(one), _cases(other)),
        (_("Options of which only points are given"), _yes(one), _yes(other)),
    )
    for number, (mine, theirs) in enumerate(zip_longest(one.options, other.options), 1):
        name = _("Option %(number)s") % {"number": number}
        yield from _differing((name, option_words(mine), option_words(theirs)))


def _set_differences(one: SetFacts, other: SetFacts) -> Iterator[Difference]:
    yield from _differing(
        (_("Name"), one.name, other.name),
        (_("Regulation"), one.regulation, other.regulation),
        (_("Product group"), one.group, other.group),
        (_("Agencies in charge"), ", ".join(one.agencies), ", ".join(other.agencies)),
        (_("Knock-out"), one.knockout, other.knockout),
        (_("Samples go along"), _flag(one.requires_sample), _flag(other.requires_sample)),
    )


def _differing(*rows: tuple[str, str, str]) -> Iterator[Difference]:
    for name, one, other in rows:
        if one != other:
            yield Difference(name, one, other)


def option_words(option: OptionFacts | None) -> str:
    """An option on one line: points, words, the star it is a floor for, its case; empty for none."""
    if option is None:
        return ""
    words = _("%(points)s points: %(label)s") % {"points": _points(option.points), "label": option.label}
    if option.floor_for:
        words += " · " + _("minimum for %(stars)s stars") % {"stars": option.floor_for}
    if option.case:
        words += " · " + _("case %(number)s") % {"number": option.case}
    return words


def _points(points: Decimal | None) -> str:
    return "" if points is None else plain(points)


def _condition(criterion: CriterionFacts) -> str:
    found = criterion.applies_if
    return f"{found.criterion} > {found.above}" if found else ""


def _cases(criterion: CriterionFacts) -> str:
    return "; ".join(f"{number}. {words}" for number, words in sorted(criterion.cases.items()))


def _yes(criterion: CriterionFacts) -> str:
    return _flag(criterion.options_implied)


def _flag(value: bool) -> str:
    return _("Yes") if value else _("No")
