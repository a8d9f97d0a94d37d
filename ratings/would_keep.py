"""What a finished dossier would come to by another criteria set: pure, nothing is written.

Each criterion of the dossier's own set is looked for in the other one (``corresponding``): by number and
title, else by a title of its own; the option by its words, else by its points. What is found is carried over.
The criteria of the other set to which nothing was carried are then counted twice: with 0 points (the
*least* that the product has for certain) and with the most that they give (the *most* it can come to).
Between the two lies what a new assessment would find. Floors and knock-outs are the other set's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from . import scoring
from .corresponding import Counterparts, option_among, same_words
from .criteria.outline import Item, Outline

Chosen = Mapping[str, int]
ZERO = Decimal(0)


class Source(Enum):
    """On whose points it rests: the sheets of the council, or the organisation's own assessment."""

    COUNCIL = "council"
    OWN = "own"


class Fate(Enum):
    """What becomes of a criterion."""

    SAME = "same"
    MOVED = "moved"
    OPTION_LOST = "option"
    LOST = "lost"


class Verdict(Enum):
    """What becomes of the star; ``OPEN``: it hangs on what would have to be assessed anew."""

    KEPT = "giu"
    GAINED = "len"
    LOST = "mat"
    OPEN = "tuy"


@dataclass(frozen=True)
class Basis:
    """The choices on which a dossier's star rests, by criterion the position of the option.

    ``agreed`` where the council's statute reads floors by the agreed choices; ``findings`` are knock-outs
    that the council voted to apply; they stand by any criteria.
    """

    source: Source
    sheets: tuple[Chosen, ...]
    case: int | None = None
    agreed: Chosen | None = None
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bridge:
    """From one set to another: ``criteria`` by number, ``options`` by number and position."""

    old: Outline
    new: Outline
    criteria: Mapping[str, str]
    options: Mapping[tuple[str, int], tuple[str, int]]

    def case(self, case: int | None) -> int | None:
        """The same way of being scored, where the new set words it as the old one did."""
        if case is None or self.old.pk == self.new.pk:
            return case
        before, after = ({same_words(w) for w in each.cases.get(case, ())} for each in (self.old, self.new))
        return case if after and before == after else None

    def carried(self, sheet: Chosen, case: int | None) -> dict[str, int]:
        """The choices of a sheet in the new set, those that correspond to an option offered in the case."""
        found = {}
        for code, position in sheet.items():
            target = self.options.get((code, position))
            if target and self.new.items[target[0]].choice(target[1], case):
                found[target[0]] = target[1]
        return found

    def gaps(self, sheet: Chosen, case: int | None) -> list[str]:
        """The criteria of the new set of which the sheet says nothing: none corresponds, or no option does.

        A criterion that the sheet left open, or of which it said that nothing fits, says 0 points.
        """
        carried, back = self.carried(sheet, case), {new: old for old, new in self.criteria.items()}
        return [
            code
            for code in self.new.items
            if code not in carried and (code not in back or back[code] in sheet)
        ]


@dataclass(frozen=True)
class Line:
    """One criterion of the old set: points then, its counterpart and points now (the least)."""

    old: Item
    new: Item | None
    fate: Fate
    then: Decimal
    now: Decimal
    answers: tuple[tuple[str, int], ...]

    @property
    def is_carried(self) -> bool:
        """Whether it counts in the other set."""
        return self.fate in {Fate.SAME, Fate.MOVED}


@dataclass(frozen=True)
class Outlook:
    """The dossier by its own set (``then``) and by the other one: at ``least``, and at ``most``.

    ``anew`` are the criteria of the other set to which nothing was carried.
    """

    basis: Basis
    then: scoring.Score
    least: scoring.Score
    most: scoring.Score
    lines: tuple[Line, ...]
    anew: tuple[Item, ...]
    verdict: Verdict = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "verdict", verdict(self.then, self.least, self.most))

    @property
    def lost(self) -> tuple[Line, ...]:
        """What cannot be carried over."""
        return tuple(line for line in self.lines if not line.is_carried)


def bridge(old: Outline, new: Outline) -> Bridge:
    """What of one set corresponds to what of the other; a set corresponds to itself in everything."""
    if old.pk == new.pk:
        options = {(i.code, c.position): (i.code, c.position) for i in old.items.values() for c in i.choices}
        return Bridge(old, new, {code: code for code in old.items}, options)
    counterparts = Counterparts(list(old.items.values()), list(new.items.values()))
    criteria: dict[str, str] = {}
    found: dict[tuple[str, int], tuple[str, int]] = {}
    for item in old.items.values():
        target = counterparts.of(item)
        if target is None or target.code in criteria.values():
            continue
        criteria[item.code] = target.code
        for choice in item.choices:
            option, _sure = option_among(choice, target.choices)
            if option:
                found[item.code, choice.position] = (target.code, option.position)
    return Bridge(old, new, criteria, found)


def look(between: Bridge, basis: Basis, old_rules: scoring.Rules, new_rules: scoring.Rules) -> Outlook:
    """The dossier by both sets. Raises ``scoring.UnknownChoice`` for a choice that its own set lacks."""
    then = scoring.score(
        old_rules, basis.sheets, case=basis.case, agreed=basis.agreed, findings=basis.findings
    )
    case = between.case(basis.case)
    least = _score(between, basis, new_rules, case)
    cases = [case] if case is not None or not new_rules.cases else list(new_rules.cases)
    fullest = [_score(between, basis, new_rules, each, fill=True) for each in cases]
    most = max(fullest, key=lambda score: (rank(score), score.total))
    lines = tuple(_lines(between, basis, case, then, least))
    told = {line.new.code for line in lines if line.new and line.is_carried}
    anew = tuple(item for code, item in between.new.items.items() if code not in told)
    return Outlook(basis, then, least, most, lines, anew)


def verdict(then: scoring.Score, least: scoring.Score, most: scoring.Score) -> Verdict:
    """What becomes of the star, for certain or not."""
    was, low, high = rank(then), rank(least), rank(most)
    if low > was:
        return Verdict.GAINED
    if low == was:
        return Verdict.KEPT
    return Verdict.LOST if high < was else Verdict.OPEN


def rank(score: scoring.Score) -> int:
    """The star, 0 where a knock-out ends the assessment."""
    return score.stars or 0


def _score(
    between: Bridge, basis: Basis, rules: scoring.Rules, case: int | None, *, fill: bool = False
) -> scoring.Score:
    def sheet(given: Chosen) -> dict[str, int]:
        made = between.carried(given, case)
        if fill:
            made |= _best(between.new, between.gaps(given, case), case)
        return made

    agreed = None if basis.agreed is None else sheet(basis.agreed)
    sheets = [sheet(each) for each in basis.sheets]
    return scoring.score(rules, sheets, case=case, agreed=agreed, findings=basis.findings)


def _best(outline: Outline, codes: list[str], case: int | None) -> dict[str, int]:
    """The option of most points in each of the criteria, the first of equal ones."""
    best = {}
    for code in codes:
        if offered := outline.items[code].offered(case):
            best[code] = max(offered, key=lambda choice: (choice.points, -choice.position)).position
    return best


def _lines(
    between: Bridge, basis: Basis, case: int | None, then: scoring.Score, least: scoring.Score
) -> Iterator[Line]:
    for code, item in between.old.items.items():
        target = between.criteria.get(code)
        new = between.new.items[target] if target else None
        yield Line(
            item,
            new,
            _fate(between, basis, item, new, case),
            then.points[code],
            least.points[target] if target else ZERO,
            tuple(_answers(basis, item)),
        )


def _fate(between: Bridge, basis: Basis, old: Item, new: Item | None, case: int | None) -> Fate:
    """An option that is lost on one sheet leaves a gap on it, so the criterion is not carried as a whole."""
    if new is None:
        return Fate.LOST
    if any(old.code in sheet and new.code not in between.carried(sheet, case) for sheet in basis.sheets):
        return Fate.OPTION_LOST
    return Fate.SAME if new.code == old.code else Fate.MOVED


def _answers(basis: Basis, item: Item) -> Iterator[tuple[str, int]]:
    """The options chosen, each with the number of sheets; what nobody chose is not named."""
    for choice in item.choices:
        chosen = sum(sheet.get(item.code) == choice.position for sheet in basis.sheets)
        if chosen:
            yield choice.label, chosen
