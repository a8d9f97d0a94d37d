"""What must hold inside a criteria set; the same checks refuse a file and prove a set out of the database.

A check looks at one thing after another and yields a `Finding` for each: with a reason where it does not
hold. So a file's faults and the figures of a proof ("28 of 28") come from one place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ocop_portal.lib.datafiles import Fault

from .facts import CriterionFacts, OptionFacts, SetFacts, floor_name, plain
from .shape import FLOORS, option_place

Parts = Mapping[str, Decimal]
"""The parts of the regulation and the most points of each."""


class Finding(NamedTuple):
    """One thing looked at; ``reason`` says why it does not hold and is empty where it does."""

    place: str
    reason: str = ""


@dataclass(frozen=True)
class Check:
    """A rule of integrity: its words, and what it finds in a set."""

    words: str | Promise
    find: Callable[[SetFacts, Parts], Iterable[Finding]]
    stars: int | None = None
    whole: bool = False
    """It compares what stands far apart, so it looks only at a set that was read whole."""

    def __str__(self) -> str:
        return str(self.words) % {"stars": self.stars} if self.stars else str(self.words)


@dataclass(frozen=True)
class Proof:
    """How much of what a check looked at holds: ``holds`` of ``of``."""

    words: str
    holds: int
    of: int

    @property
    def complete(self) -> bool:
        """Whether everything holds."""
        return self.holds == self.of


def faults_of(found: SetFacts, parts: Parts) -> list[Fault]:
    """Everything that does not hold in the set under a regulation of these parts."""
    return [
        Fault(finding.place, finding.reason)
        for check in CHECKS
        if found.complete or not check.whole
        for finding in check.find(found, parts)
        if finding.reason
    ]


def proofs_of(found: SetFacts, parts: Parts) -> list[Proof]:
    """How far each rule holds, leaving out rules that find nothing to look at."""
    lines = []
    for check in CHECKS:
        findings = list(check.find(found, parts))
        if findings:
            holds = sum(not finding.reason for finding in findings)
            lines.append(Proof(str(check), holds, len(findings)))
    return lines


def _parts(found: SetFacts, parts: Parts) -> Iterator[Finding]:
    """Parts are those of the regulation, with its points; an unknown regulation has none to compare."""
    if not parts:
        return
    seen = {part.code for part in found.parts}
    for code in sorted(set(parts) - seen):
        yield Finding(found.place, _("Part %(part)s of the regulation is missing.") % {"part": code})
    for part in found.parts:
        if part.code not in parts:
            yield Finding(part.place, _("The regulation has no such part."))
        elif part.max_points is not None and part.max_points != parts[part.code]:
            words = _("The regulation gives this part %(most)s points, the file %(points)s.")
            figures = {"most": plain(parts[part.code]), "points": plain(part.max_points)}
            yield Finding(part.place, words % figures)
        else:
            yield Finding(part.place)


def _numbers(found: SetFacts, parts: Parts) -> Iterator[Finding]:
    """Numbers are unique and stand under the one above."""
    times = Counter(criterion.code for criterion in found.criteria() if criterion.code)
    for part in found.parts:
        yield _once(part, times)
        for group in part.children:
            yield _number(group, "", times)
            for above in group.walk():
                if not above.code:
                    continue
                yield from (_number(child, f"{above.code}.", times) for child in above.children)


def _number(criterion: CriterionFacts, prefix: str, times: Counter[str]) -> Finding:
    last = criterion.code.removeprefix(prefix)
    if criterion.code and not (criterion.code.startswith(prefix) and last.isdigit()):
        wanted = f"{prefix}1"
        return Finding(
            criterion.place,
            _("The number doesn't belong here: one like %(wanted)s is expected.") % {"wanted": wanted},
        )
    return _once(criterion, times)


def _once(criterion: CriterionFacts, times: Counter[str]) -> Finding:
    repeated = times[criterion.code] > 1
    return Finding(criterion.place, _("The number stands twice in the set.") if repeated else "")


def _sums(found: SetFacts, parts: Parts) -> Iterator[Finding]:
    """What stands below a part or group sums up to its most points."""
    for criterion in found.criteria():
        points = [child.max_points for child in criterion.children]
        if not points or criterion.max_points is None or None in points:
            continue
        total = sum((each for each in points if each is not None), Decimal(0))
        words = _("What stands below sums up to %(total)s points, not to %(most)s.")
        figures = {"total": plain(total), "most": plain(criterion.max_points)}
        yield Finding(criterion.place, "" if total == criterion.max_points else words % figures)


def _highest(found: SetFacts, parts: Parts) -> Iterator[Finding]:
    """The best option of a criterion, in each of its cases, gives its most points."""
    for leaf in found.leaves:
        for case, options in _by_case(leaf):
            points = [option.points for option in options]
            if leaf.max_points is None or None in points:
                continue
            best = max((each for each in points if each is not None), default=Decimal(0))
            words = _("The best option gives %(best)s points, the criterion %(most)s.")
            if case:
                words = _("The best option of case %(case)s gives %(best)s points, the criterion %(most)s.")
            figures = {"case": case, "best": plain(best), "most": plain(leaf.max_points)}
            yield Finding(leaf.place, "" if best == leaf.max_points else words % figures)


def _by_case(leaf: CriterionFacts) -> list[tuple[int | None, list[OptionFacts]]]:
    """The options that can be chosen in each case; one lot where a criterion has no cases."""
    if not leaf.cases:
        return [(None, list(leaf.options))] if leaf.options else []
    return [(case, [o for o in leaf.options if o.case in (None, case)]) for case in leaf.cases]


def _leaf_count(found: SetFacts, parts: Parts) -> Iterator[Finding]:
    """So many criteria as the source states."""
    if found.leaf_criteria is None:
        return
    count = len(found.leaves)
    yield from (Finding(leaf.place) for leaf in found.leaves[: found.leaf_criteria])
    if count != found.leaf_criteria:
        words = _("The source states %(stated)s criteria, %(count)s stand here.")
        yield Finding(
            f"{found.place}, leaf_criteria", words % {"stated": found.leaf_criteria, "count": count}
        )


def _floors(stars: int) -> Callable[[SetFacts, Parts], Iterator[Finding]]:
    def find(found: SetFacts, parts: Parts) -> Iterator[Finding]:
        """The floors that the source lists for the star are those that options carry, both ways."""
        if found.star_floor is None:
            return
        listed = found.star_floor.get(stars, ())
        marked = {
            floor_name(leaf.code, option.points): option_place(leaf.place, option.position)
            for leaf in found.leaves
            for option in leaf.options
            if option.floor_for == stars and option.points is not None
        }
        for name, times in Counter(listed).items():
            at = f"{found.place}, star_floor {stars}, {name}"
            if name not in marked:
                yield Finding(
                    at, _("No option is marked as this floor (min_for_star: %(stars)s).") % {"stars": stars}
                )
            else:
                yield Finding(at, _("The floor is listed twice.") if times > 1 else "")
        for name, at in marked.items():
            if name not in listed:
                words = _(
                    "The option is marked as a floor for %(stars)s stars; star_floor doesn't list %(floor)s."
                )
                yield Finding(at, words % {"stars": stars, "floor": name})

    return find


def _floors_rise(found: SetFacts, parts: Parts) -> Iterator[Finding]:
    """In a criterion a star has one floor at most, of more than 0 points; a higher star asks for more."""
    for leaf in found.leaves:
        for _case, options in _by_case(leaf):
            before: OptionFacts | None = None
            marked = [option for option in options if option.floor_for and option.points is not None]
            for option in sorted(marked, key=lambda option: option.floor_for or 0):
                yield Finding(option_place(leaf.place, option.position), _falls(option, before))
                before = option


def _falls(option: OptionFacts, before: OptionFacts | None) -> str:
    if not option.points:
        return _("0 points can't be a floor: everybody reaches them.")
    if before and before.floor_for == option.floor_for:
        return _("Another option is the floor for the same star already.")
    if before and before.points is not None and before.points >= option.points:
        return _("A higher star asks for no more points here than a lower one.")
    return ""


def _conditions(found: SetFacts, parts: Parts) -> Iterator[Finding]:
    """A precondition names another criterion that can fulfil it and has no precondition itself."""
    by_code = {leaf.code: leaf for leaf in found.leaves}
    for leaf in found.leaves:
        if leaf.applies_if:
            at = f"{leaf.place}, applies_if"
            yield Finding(at, _not_a_condition(leaf, by_code.get(leaf.applies_if.criterion)))


def _not_a_condition(leaf: CriterionFacts, other: CriterionFacts | None) -> str:
    wanted = leaf.applies_if
    if wanted is None or other is None:
        return _("The set has no criterion %(code)s with options.") % {
            "code": wanted.criterion if wanted else ""
        }
    if other.code == leaf.code:
        return _("A criterion can't be its own precondition.")
    if other.applies_if:
        return _("Criterion %(code)s has a precondition itself.") % {"code": other.code}
    if other.max_points is not None and other.max_points <= wanted.above:
        return _("Criterion %(code)s never gives more than %(points)s points.") % {
            "code": other.code,
            "points": plain(other.max_points),
        }
    return ""


def _knockouts(found: SetFacts, parts: Parts) -> Iterator[Finding]:
    """A knock-out on points names criteria in which so few points can be given, and more too."""
    by_code = {leaf.code: leaf for leaf in found.leaves}
    for leaf in found.leaves:
        rule = leaf.knockout_if
        for code in rule.criteria if rule else ():
            at = f"{leaf.place}, knockout_if"
            yield Finding(at, _not_knocked_out(code, by_code.get(code), rule.points if rule else None))


def _not_knocked_out(code: str, named: CriterionFacts | None, points: Decimal | None) -> str:
    if named is None:
        return _("The set has no criterion %(code)s with options.") % {"code": code}
    given = [option.points for option in named.options if option.points is not None]
    if points is None or not given:
        return ""
    if min(given) > points or max(given) <= points:
        return _("In criterion %(code)s the rule meets no option, or all of them.") % {"code": code}
    return ""


def _cases(found: SetFacts, parts: Parts) -> Iterator[Finding]:
    """Options name cases that their criterion has; all criteria with cases have the same ones."""
    first = next((leaf for leaf in found.leaves if leaf.cases), None)
    for leaf in found.leaves:
        if leaf.cases and first and set(leaf.cases) != set(first.cases):
            yield Finding(
                f"{leaf.place}, cases",
                _("The cases differ from those of %(code)s; a dossier chooses one for the whole set.")
                % {"code": first.code},
            )
        for option in leaf.options:
            at = option_place(leaf.place, option.position)
            if option.case is not None and option.case not in leaf.cases:
                yield Finding(at, _("The criterion has no case %(case)s.") % {"case": option.case})
            elif leaf.cases:
                missing = option.case is None
                yield Finding(at, _("The option doesn't say for which case it is.") if missing else "")


CHECKS: tuple[Check, ...] = (
    Check(gettext_lazy("Parts with the points that the regulation gives them"), _parts, whole=True),
    Check(gettext_lazy("Numbers that stand once, each under the one above"), _numbers),
    Check(gettext_lazy("Parts and groups whose criteria sum up to their points"), _sums),
    Check(gettext_lazy("Criteria whose best option gives their points (each case)"), _highest),
    Check(gettext_lazy("Criteria, of as many as the source states"), _leaf_count, whole=True),
    *(
        Check(
            gettext_lazy("Floors for %(stars)s stars, of those the source lists"), _floors(n), n, whole=True
        )
        for n in FLOORS
    ),
    Check(gettext_lazy("Floors that ask for more points at a higher star"), _floors_rise),
    Check(gettext_lazy("Preconditions that name a criterion of the set"), _conditions, whole=True),
    Check(gettext_lazy("Knock-outs on points that name criteria of the set"), _knockouts, whole=True),
    Check(gettext_lazy("Options of a case that their criterion has"), _cases, whole=True),
)
