"""The form of a criteria file: which keys stand where, and of what kind their values are."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django.utils.translation import gettext as _

from ocop_portal.lib.datafiles import Faults

from .facts import Condition, CriterionFacts, OptionFacts, PointsRule, SetFacts

DEEPEST = 3  # part 0, group 1, criterion 2, criterion of a nested group 3
LONGEST = 300
FLOORS = (3, 4, 5)
SET_NEEDED = ("code", "name", "regulation", "group", "leaf_criteria", "star_floor", "parts")
SET_OPTIONAL = ("slug", "agencies", "requires_sample", "knockout", "doubt", "corrects")
ABOVE_NEEDED = ("code", "max")
WORDS = ("requirement", "evidence", "knockout", "doubt")
LEAF_ONLY = ("knockout_if", "applies_if", "cases", "options_implied")
_CONDITION = re.compile(r"([0-9]+(?:\.[0-9]+)*) > ([0-9]{1,3})")
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})*|[A-Z]")


def set_of(entry: Any, number: int, faults: Faults) -> SetFacts:
    """The set that an entry of the file describes; what can't be read is a fault, and then None or empty."""
    words = isinstance(entry, dict) and entry.get("code")
    place = (
        words if words and isinstance(words, str) else _("set %(number)s of the file") % {"number": number}
    )
    before = faults.lost
    known = faults.mapping(entry, place, SET_NEEDED, SET_OPTIONAL)
    parts = faults.listed(known, "parts", place)
    return SetFacts(
        place=place,
        code=faults.code(known, "code", place),
        name=faults.text(known, "name", place, 250),
        regulation=faults.text(known, "regulation", place, 30),
        group=faults.text(known, "group", place, 20),
        slug=faults.code(known, "slug", place, 40),
        agencies=tuple(faults.texts(known, "agencies", place, 150)),
        requires_sample=faults.flag(known, "requires_sample", place, default=True),
        knockout=faults.text(known, "knockout", place),
        doubt=faults.text(known, "doubt", place),
        corrects=faults.code(known, "corrects", place),
        leaf_criteria=faults.whole(known, "leaf_criteria", place, least=1),
        star_floor=_star_floor(known, place, faults),
        parts=tuple(_criterion(part, place, place, n, 0, faults) for n, part in enumerate(parts, 1)),
        digest=_digest(entry),
        complete=faults.lost == before,
    )


def _digest(entry: Any) -> str:
    try:
        return hashlib.sha256(json.dumps(entry, sort_keys=True, default=str).encode()).hexdigest()
    except TypeError:  # keys of several kinds: a fault already
        return ""


def _star_floor(known: dict[str, Any], place: str, faults: Faults) -> dict[int, tuple[str, ...]] | None:
    if "star_floor" not in known:
        return None
    at = f"{place}, star_floor"
    floors = faults.mapping(known["star_floor"], at, (), FLOORS)
    return {
        stars: tuple(
            faults.text({stars: item}, stars, at) for item in faults.listed(floors, stars, at, empty=True)
        )
        for stars in floors
    }


def _criterion(
    entry: Any, set_place: str, above: str, number: int, depth: int, faults: Faults
) -> CriterionFacts:
    code = _number_of(entry)
    place = f"{set_place}, {code}" if code else _entry_place(above, number)
    below = _below(entry, depth)
    title = ("title",) if depth else ()
    optional = [*WORDS, *(LEAF_ONLY if below == "options" else ()), *(() if depth else ("title",))]
    known = faults.mapping(entry, place, (*ABOVE_NEEDED, *title, below), optional)
    if "code" in known and not code:
        faults.add(
            place, _("The number is written in quotation marks, like '1.1'; a part's is a letter, like A.")
        )
    leaf = below == "options"
    return CriterionFacts(
        place=place,
        code=code,
        title=faults.text(known, "title", place, LONGEST),
        max_points=faults.points(known, "max", place),
        is_leaf=leaf,
        options=_options(known, place, faults) if leaf else (),
        children=() if leaf else _children(known, below, set_place, place, depth, faults),
        requirement=faults.text(known, "requirement", place),
        evidence=faults.text(known, "evidence", place),
        knockout=faults.text(known, "knockout", place),
        doubt=faults.text(known, "doubt", place),
        # Keys that only a criterion with options has are absent elsewhere: a fault already.
        knockout_if=_knockout_if(known, place, faults),
        applies_if=_applies_if(known, place, faults),
        cases=_cases(known, place, faults),
        options_implied=faults.flag(known, "options_implied", place),
    )


def _number_of(entry: Any) -> str:
    code = entry.get("code") if isinstance(entry, dict) else None
    return code if isinstance(code, str) and len(code) <= 12 and _NUMBER.fullmatch(code) else ""


def _entry_place(above: str, number: int) -> str:
    return _("%(above)s, entry %(number)s") % {"above": above, "number": number}


def _below(entry: Any, depth: int) -> str:
    """What must stand below: groups in a part, then criteria or options."""
    if depth == 0:
        return "groups"
    return "criteria" if isinstance(entry, dict) and "criteria" in entry else "options"


def _children(
    known: dict[str, Any], below: str, set_place: str, place: str, depth: int, faults: Faults
) -> tuple[CriterionFacts, ...]:
    if depth == DEEPEST:
        faults.add(place, _("Groups nest three deep at most."))
        return ()
    items = faults.listed(known, below, place)
    return tuple(_criterion(item, set_place, place, n, depth + 1, faults) for n, item in enumerate(items, 1))


def _options(known: dict[str, Any], place: str, faults: Faults) -> tuple[OptionFacts, ...]:
    return tuple(
        _option(entry, position, place, faults)
        for position, entry in enumerate(faults.listed(known, "options", place), 1)
    )


def _option(entry: Any, position: int, above: str, faults: Faults) -> OptionFacts:
    place = option_place(above, position)
    known = faults.mapping(entry, place, ("p", "t"), ("min_for_star", "case"))
    return OptionFacts(
        position=position,
        points=faults.points(known, "p", place),
        label=faults.text(known, "t", place),
        floor_for=faults.whole(known, "min_for_star", place, min(FLOORS), max(FLOORS)),
        case=faults.whole(known, "case", place, least=1, most=9),
    )


def option_place(above: str, position: int) -> str:
    """The place of an option, for people: ``QD26-01, 2.3, option 2``."""
    return _("%(above)s, option %(number)s") % {"above": above, "number": position}


def _knockout_if(known: dict[str, Any], place: str, faults: Faults) -> PointsRule | None:
    if "knockout_if" not in known:
        return None
    at = f"{place}, knockout_if"
    rule = faults.mapping(known["knockout_if"], at, ("criteria", "points"))
    if "knockout" not in known:
        faults.add(at, _("The rule has no words: write them under knockout."))
    return PointsRule(tuple(faults.texts(rule, "criteria", at, 12)), faults.points(rule, "points", at))


def _applies_if(known: dict[str, Any], place: str, faults: Faults) -> Condition | None:
    words = faults.text(known, "applies_if", place)
    if not words:
        return None
    if found := _CONDITION.fullmatch(words):
        return Condition(found[1], int(found[2]))
    faults.add(f"{place}, applies_if", _("A condition is written like “5.1 > 0”."))
    return None


def _cases(known: dict[str, Any], place: str, faults: Faults) -> dict[int, str]:
    found = known.get("cases", {})
    at = f"{place}, cases"
    if "cases" not in known:
        return {}
    if not isinstance(found, dict) or sorted(map(str, found)) != [str(n) for n in range(1, len(found) + 1)]:
        faults.add(at, _("The cases are numbered 1, 2 and so on, each with its words."))
        return {}
    if len(found) < 2:
        faults.add(at, _("A criterion with cases has two of them at least."))
    return {int(number): faults.text(found, number, at, LONGEST) for number in found}
