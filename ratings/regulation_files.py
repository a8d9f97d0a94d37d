"""The form of a regulation file: which keys stand where, what their values are, and what must hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from ocop_portal.lib.datafiles import Fault, Faults

from .criteria.facts import plain
from .models import Authority, Regulation

KINDS = ("first", "upgrade", "reevaluation")
NEEDED = (
    "code",
    "name",
    "documents",
    "files_from",
    "parts",
    "star_bands",
    "certificate_from_stars",
    "validity_months",
    "authority",
    "product_code",
    "tree",
)
# What stands open when a regulation is published, and is filled in when its successor comes.
OPEN = ("files_to", "decides_until")
PARTS = ("A", "B", "C")
STARS = (1, 2, 3, 4, 5)
FLOOR_READINGS = ("cumulative", "higher_option_satisfies", "missed_floor_lowers_to_next_star")
CODE_PARTS = ("province", "district", "commune", "sequence", "year")

Entry = dict[str, Any]


class Span(NamedTuple):
    """The days on which dossiers are filed under a regulation; ``to`` is None while it is open."""

    code: str
    since: date
    to: date | None


def entries_of(document: Any, known: dict[str, Regulation], faults: Faults) -> list[Entry]:
    """The regulations of a file, each checked; what is wrong goes to ``faults``.

    ``known`` are the regulations that are loaded: filing spans may not overlap theirs, and a tree may be the
    same as one of theirs.
    """
    file = _("The file")
    found = faults.listed(faults.mapping(document, file, ("regulations",)), "regulations", file)
    entries = [_checked(entry, number, faults) for number, entry in enumerate(found, 1)]
    times = Counter(entry.get("code") for entry in entries)
    trees = {code: each.tree for code, each in known.items()}
    trees |= {str(entry.get("code")): str(entry.get("tree")) for entry in entries}
    for entry in entries:
        place = str(entry.get("code") or file)
        if times[entry.get("code")] > 1:
            faults.add(place, _("The code stands twice in the file."))
        _check_tree(entry, trees, place, faults)
    faults.found += _overlaps(entries, known)
    return entries


def _checked(entry: Any, number: int, faults: Faults) -> Entry:
    code = entry.get("code") if isinstance(entry, dict) else None
    place = code if isinstance(code, str) and code else _("regulation %(n)s of the file") % {"n": number}
    found = faults.mapping(entry, place, NEEDED, (*OPEN, "settings"))
    faults.code(found, "code", place)
    faults.text(found, "name", place, 200)
    faults.texts(found, "documents", place, 100)
    faults.text(found, "tree", place, 40)
    faults.whole(found, "certificate_from_stars", place, 1, 5)
    faults.whole(found, "validity_months", place, 1, 600)
    _check_product_code(found, place, faults)
    _check_days(found, place, faults)
    _check_parts(found, place, faults)
    _check_bands(found, place, faults)
    _check_authorities(found, place, faults)
    _check_settings(found, place, faults)
    return found


def _check_product_code(entry: Entry, place: str, faults: Faults) -> None:
    for part in faults.texts(entry, "product_code", place, 20):
        if part not in CODE_PARTS:
            _unknown(f"{place}, product_code", part, CODE_PARTS, faults)


def _check_days(entry: Entry, place: str, faults: Faults) -> None:
    since, to = faults.day(entry, "files_from", place), faults.day(entry, "files_to", place)
    if since and to and to < since:
        faults.add(f"{place}, files_to", _("It ends before it begins."))
    at = f"{place}, decides_until"
    until = faults.mapping(entry.get("decides_until", {}), at, (), KINDS)
    for kind in until:
        day = faults.day(until, kind, at)
        if day and since and day < since:
            faults.add(f"{at}, {kind}", _("It ends before it begins."))


def _check_parts(entry: Entry, place: str, faults: Faults) -> None:
    if "parts" not in entry:
        return
    at = f"{place}, parts"
    parts = faults.mapping(entry["parts"], at, PARTS)
    points = [faults.points(parts, part, at) for part in parts]
    known = [each for each in points if each is not None]
    if len(known) == len(PARTS) and sum(known) != 100:
        faults.add(
            at, _("The parts sum up to %(sum)s points, not to 100.") % {"sum": plain(sum(known, Decimal(0)))}
        )


def _check_bands(entry: Entry, place: str, faults: Faults) -> None:
    if "star_bands" not in entry:
        return
    at = f"{place}, star_bands"
    bands = faults.mapping(entry["star_bands"], at, STARS)
    points = [faults.points(bands, stars, at) for stars in STARS]
    known = [each for each in points if each is not None]
    if len(known) < len(STARS):
        return
    if known[0] != 0:
        faults.add(at, _("One star is given from 0 points."))
    if known != sorted(set(known)):
        faults.add(at, _("More stars need more points."))


def _check_authorities(entry: Entry, place: str, faults: Faults) -> None:
    levels: list[str] = []
    certified: list[int] = []
    for number, found in enumerate(faults.listed(entry, "authority", place), 1):
        at = _("%(above)s, level %(number)s") % {"above": place, "number": number}
        known = faults.mapping(
            found, at, ("level", "assesses", "certifies"), ("forward_min", "deadline_working_days")
        )
        levels.append(_choice(known, "level", Authority.AuthorityLevel.values, at, faults))
        _choice(known, "assesses", Authority.Assessment.values, at, faults)
        stars = faults.listed(known, "certifies", at, empty=True)
        certified += [n for s in stars if (n := faults.whole({"certifies": s}, "certifies", at, 1, 5))]
        faults.points(known, "forward_min", at)
        faults.whole(known, "deadline_working_days", at, 1, 1000)
    for level, times in Counter(levels).items():
        if level and times > 1:
            faults.add(f"{place}, authority", _("The level %(level)s stands twice.") % {"level": level})
    _check_certified(entry, certified, place, faults)


def _check_certified(entry: Entry, certified: list[int], place: str, faults: Faults) -> None:
    """Each star with a certificate is given by one level, no other star by any."""
    least = entry.get("certificate_from_stars")
    if not isinstance(least, int) or "authority" not in entry:
        return
    for stars, times in ((stars, certified.count(stars)) for stars in STARS):
        if times != int(stars >= least):
            words = _("%(times)s levels recognise %(stars)s stars; one is expected from %(least)s stars on.")
            figures = {"times": times, "stars": stars, "least": least}
            faults.add(f"{place}, authority", words % figures)


def _choice(entry: Entry, key: str, choices: list[str], place: str, faults: Faults) -> str:
    found = faults.text(entry, key, place)
    if found and found not in choices:
        _unknown(f"{place}, {key}", found, choices, faults)
    return found


def _unknown(place: str, word: str, choices: Any, faults: Faults) -> None:
    words = _("“%(word)s” is unknown; choose from %(choices)s.")
    faults.add(place, words % {"word": word, "choices": ", ".join(choices)})


def _check_settings(entry: Entry, place: str, faults: Faults) -> None:
    at = f"{place}, settings"
    settings = entry.get("settings", {})
    if not isinstance(settings, dict):
        faults.add(at, _("A mapping of keys and values is expected."))
        return
    faults.found += _unfit(settings, at)
    if "floors" in settings:
        readings = faults.mapping(settings["floors"], f"{at}, floors", (), FLOOR_READINGS)
        for name in readings:
            faults.flag(readings, name, f"{at}, floors")


def _unfit(found: Any, place: str) -> Iterator[Fault]:
    """Further rules are kept as JSON, which has texts, numbers, true and false, lists and mappings."""
    if isinstance(found, dict):
        for key, value in found.items():
            if not isinstance(key, str):
                yield Fault(f"{place}, {key}", _("A key here is a text. Put it in quotation marks."))
            yield from _unfit(value, f"{place}, {key}")
    elif isinstance(found, list):
        for number, value in enumerate(found, 1):
            yield from _unfit(value, f"{place}, {number}")
    elif found is not None and not isinstance(found, str | int | float):
        yield Fault(place, _("A text is expected. Put it in quotation marks."))


def _check_tree(entry: Entry, trees: dict[str, str], place: str, faults: Faults) -> None:
    tree = str(entry.get("tree", ""))
    same = trees.get(tree.removeprefix("same_as:"), "") if tree.startswith("same_as:") else tree
    if tree and same not in Regulation.Tree.values:
        choices = [*Regulation.Tree.values, "same_as:" + _("CODE")]
        _unknown(f"{place}, tree", tree, choices, faults)


def _overlaps(entries: list[Entry], known: dict[str, Regulation]) -> Iterator[Fault]:
    """On each day one regulation at most takes dossiers."""
    spans = {code: Span(code, each.files_from, each.files_to) for code, each in known.items()}
    new = [Span(e["code"], e["files_from"], e.get("files_to")) for e in entries if _spans(e)]
    spans |= {span.code: span for span in new}
    for span in new:
        for other in spans.values():
            if other.code != span.code and _meet(span, other):
                words = _("Its days of filing overlap those of %(code)s. End that regulation the day before.")
                yield Fault(f"{span.code}, files_from", words % {"code": other.code})


def _spans(entry: Entry) -> bool:
    to = entry.get("files_to")
    return (
        isinstance(entry.get("code"), str)
        and type(entry.get("files_from")) is date
        and (to is None or type(to) is date)
    )


def _meet(one: Span, other: Span) -> bool:
    return (one.to is None or other.since <= one.to) and (other.to is None or one.since <= other.to)
