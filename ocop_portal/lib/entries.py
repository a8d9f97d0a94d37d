"""Reference files in YAML, read strictly: an unknown key or a repeated code is refused with its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

Entry = dict[str, Any]
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parsed(content: bytes) -> Any:
    """What the YAML says, by libyaml where it is there (ten times as fast). Raises ``yaml.YAMLError``."""
    return yaml.load(content, Loader=_Safe)  # noqa: S506 -- either is a safe loader


def document(content: bytes, name: str, key: str) -> list[Any]:
    """The list that the file ``name`` holds under ``key``, its only key. Raises ``ValueError``."""
    try:
        found = parsed(content)
    except yaml.YAMLError as error:
        raise ValueError(f"{name}: not YAML: {error}") from error
    return listed(checked(found, name, {key})[key], f"{name}: {key}")


def listed(found: Any, place: str) -> list[Any]:
    """``found``, if it is a list with something in it; else ``ValueError`` names the place."""
    if not isinstance(found, list) or not found:
        raise ValueError(f"{place}: a list is expected")
    return found


def checked(found: Any, place: str, keys: set[str]) -> Entry:
    """``found``, if it is a mapping of exactly ``keys``; else ``ValueError`` names the place and the keys."""
    if not isinstance(found, dict):
        raise ValueError(f"{place}: a mapping is expected")
    if unknown := sorted(set(map(str, found)) - keys):
        raise ValueError(f"{place}: unknown {', '.join(unknown)}")
    if missing := sorted(keys - set(found)):
        raise ValueError(f"{place}: without {', '.join(missing)}")
    return found


def refuse_repeated(codes: Iterable[str], place: str) -> None:
    """Raise ``ValueError`` for the first code that comes a second time."""
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise ValueError(f"{place}: the code {code} stands twice")
        seen.add(code)
