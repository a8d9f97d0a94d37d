"""Copies of the portal's own criteria files, changed in one place, for the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from ratings import loading

Entry = dict[str, Any]


class Plain(yaml.SafeDumper):
    """Writes everything out: references are not taken."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def shipped(code: str) -> bytes:
    """The file of the set as it comes with the portal."""
    return (loading.DATA / "criteria" / f"{code}.yaml").read_bytes()


def entry(code: str) -> Entry:
    """The set's entry, to be changed freely."""
    return yaml.load(shipped(code), Loader=yaml.CSafeLoader)["sets"][0]


def file_of(*entries: Entry) -> bytes:
    """A file that holds the entries."""
    return yaml.dump({"sets": list(entries)}, Dumper=Plain, allow_unicode=True, sort_keys=False).encode()


def changed(code: str, change: Callable[[Entry], object]) -> bytes:
    """The set's file after ``change`` was applied to its entry."""
    made = entry(code)
    change(made)
    return file_of(made)


def part(found: Entry, code: str) -> Entry:
    return next(each for each in found["parts"] if each["code"] == code)


def at(found: Entry, code: str) -> Entry:
    """The group or criterion of that number."""
    return next(each for each in walk(found["parts"]) if each["code"] == code)


def walk(entries: list[Entry]) -> list[Entry]:
    """Everything in the order of the annex."""
    found = []
    for each in entries:
        found.append(each)
        found += walk([*each.get("groups", []), *each.get("criteria", [])])
    return found
