"""Data files in YAML from people's hands: read without trust, and all their faults told at once.

`read` gives the document of a file that may come from anywhere; `Faults` gathers what is wrong with it,
each fault with its place, in the reader's language. `lib.entries` reads the smaller files that come with
the portal.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ocop_portal.lib import text

MAX_BYTES = 1_000_000
"""The 26 sets of a regulation in one file are less than half of this."""

MAX_DEPTH = 20
MAX_EVENTS = 150_000
_PLACES = Decimal("0.01")
_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Fault(NamedTuple):
    """One thing that is wrong: where (``QD26-01, 2.3, option 2``) and why, in words for the screen."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class BadFile(ValueError):
    """A file that is refused; ``faults`` are all that was found, in the file's order."""

    def __init__(self, faults: Collection[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = list(faults)


def read(content: bytes) -> dict[Any, Any]:
    """Return the mapping that the file holds, its texts composed (NFC) and on one line.

    Raises `BadFile` for a file that is too large, not UTF-8 or not YAML, nests too deep, points to itself
    (aliases), repeats a key in one mapping, or is no mapping.
    """
    if len(content) > MAX_BYTES:
        _refuse(_("The file is larger than %(size)s MB.") % {"size": MAX_BYTES // 1_000_000})
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(_("The file is not text in UTF-8. Save it as UTF-8 and retry."))
    try:
        _look_through(words)
        found = _load(words)
    except yaml.YAMLError as error:
        _refuse(_("What stands here is not YAML: look at indentation, quotation marks and colons."), error)
    except RecursionError:
        _refuse(_("The file nests too deep."))
    if not isinstance(found, dict):
        _refuse(_("A mapping of keys and values is expected."))
    return found


def _look_through(words: str) -> None:
    """Refuse, before anything is built, what would grow or nest without end."""
    depth = 0
    for number, event in enumerate(yaml.parse(words, Loader=_Base)):
        if isinstance(event, yaml.AliasEvent):
            _refuse(_("References (&, *) are not taken. Write the text out."), event)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            _refuse(_("The file nests too deep."), event)
        if number > MAX_EVENTS:
            _refuse(_("The file has far more entries than a criteria file needs."), event)


def _load(words: str) -> Any:
    loader = _Loader(words)
    try:
        found = loader.get_single_data()
    finally:
        loader.dispose()
    if loader.repeated:
        raise BadFile(loader.repeated)
    return _spelt(found)


class _Loader(_Base):
    """The safe loader, which also notes keys that stand twice and numbers and dates that are none."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.repeated: list[Fault] = []

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _value in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                self.repeated.append(
                    Fault(_line(key), _("The key %(key)s stands twice.") % {"key": key.value})
                )
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else "")
        return super().construct_mapping(node, deep=deep)

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, OverflowError) as error:
            # 2026-02-30, or a number of thousands of digits
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error


def _spelt(found: Any) -> Any:
    if isinstance(found, str):
        return text.nfc(found)
    if isinstance(found, list):
        return [_spelt(each) for each in found]
    if isinstance(found, dict):
        return {_spelt(key): _spelt(value) for key, value in found.items()}
    return found


def _refuse(reason: str, where: Any = None) -> NoReturn:
    raise BadFile([Fault(_line(where), reason)]) from None


def _line(where: Any) -> str:
    mark = getattr(where, "problem_mark", None) or getattr(where, "start_mark", None)
    return _("Line %(line)s") % {"line": mark.line + 1} if mark else _("The file")


class Faults:
    """Gathers faults while a document is read; what can't be read comes back as None or empty.

    The readers say nothing of a key that is absent: `mapping` has said it.
    """

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.lost = 0
        """How many faults left something unread; an unknown key does not."""

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.found)

    def add(self, place: str, reason: str, *, lost: bool = True) -> None:
        """Note that the reason holds at the place, and whether something is unread because of it."""
        self.found.append(Fault(place, reason))
        self.lost += lost

    def refuse(self) -> None:
        """Raise `BadFile` if anything was found."""
        if self.found:
            raise BadFile(self.found)

    def mapping(
        self, found: Any, place: str, needed: Collection[Any], optional: Collection[Any] = ()
    ) -> dict[Any, Any]:
        """The known keys of a mapping; unknown and missing ones are faults, and so is no mapping."""
        if not isinstance(found, dict):
            self.add(place, _("A mapping of keys and values is expected."))
            return {}
        known = {*needed, *optional}
        if unknown := sorted(str(key) for key in found if key not in known):
            count = len(unknown)
            words = ngettext("Unknown key: %(keys)s.", "Unknown keys: %(keys)s.", count)
            self.add(place, words % {"keys": ", ".join(unknown)}, lost=False)
        if missing := [key for key in needed if key not in found]:
            words = ngettext("Missing key: %(keys)s.", "Missing keys: %(keys)s.", len(missing))
            self.add(place, words % {"keys": ", ".join(map(str, missing))})
        return {key: value for key, value in found.items() if key in known}

    def listed(self, entry: dict[Any, Any], key: Any, place: str, *, empty: bool = False) -> list[Any]:
        """The list under the key; without ``empty`` there must be something in it."""
        found = entry.get(key, [])
        if isinstance(found, list) and (found or empty or key not in entry):
            return found
        self.add(f"{place}, {key}", _("A list is expected."))
        return []

    def text(self, entry: dict[Any, Any], key: Any, place: str, longest: int = 2000) -> str:
        """The text under the key, at most so long; an empty one is a fault."""
        found = entry.get(key, "")
        at = f"{place}, {key}"
        if not isinstance(found, str):
            self.add(at, _("A text is expected. Put it in quotation marks."))
            return ""
        if key in entry and not found:
            self.add(at, _("The text is empty."))
        if len(found) > longest:
            self.add(at, _("The text is longer than %(longest)s characters.") % {"longest": longest})
        return found

    def code(self, entry: dict[Any, Any], key: Any, place: str, longest: int = 30) -> str:
        """A code that may stand in an address: capital letters, digits and hyphens."""
        found = self.text(entry, key, place, longest)
        if found and not _CODE.fullmatch(found):
            self.add(f"{place}, {key}", _("A code is made of capital letters, digits and hyphens."))
        return found

    def texts(self, entry: dict[Any, Any], key: Any, place: str, longest: int) -> list[str]:
        """The list of texts under the key."""
        items = self.listed(entry, key, place)
        return [self.text({n: item}, n, f"{place}, {key}", longest) for n, item in enumerate(items, 1)]

    def flag(self, entry: dict[Any, Any], key: Any, place: str, default: bool = False) -> bool:
        """True or false under the key."""
        found = entry.get(key, default)
        if not isinstance(found, bool):
            self.add(f"{place}, {key}", _("Write true or false."))
        return bool(found)

    def whole(
        self, entry: dict[Any, Any], key: Any, place: str, least: int = 0, most: int = 30_000
    ) -> int | None:
        """The whole number under the key, between ``least`` and ``most``."""
        found = entry.get(key)
        if key not in entry:
            return None
        if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
            words = _("A whole number from %(least)s to %(most)s is expected.")
            self.add(f"{place}, {key}", words % {"least": least, "most": most})
            return None
        return found

    def points(self, entry: dict[Any, Any], key: Any, place: str) -> Decimal | None:
        """The points under the key: 0 to 100, at most two decimals."""
        found = entry.get(key)
        if key not in entry:
            return None
        number = Decimal(-1)
        if isinstance(found, int | float) and not isinstance(found, bool):
            number = Decimal(str(found))
        with suppress(ArithmeticError):
            if 0 <= number <= 100 and number == number.quantize(_PLACES):
                return number
        self.add(f"{place}, {key}", _("Points are a number from 0 to 100, with two decimals at most."))
        return None

    def day(self, entry: dict[Any, Any], key: Any, place: str) -> date | None:
        """The date under the key, written 2026-05-22."""
        found = entry.get(key)
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
        if key in entry:
            self.add(f"{place}, {key}", _("A date is expected, written year-month-day: 2026-05-22."))
        return None
