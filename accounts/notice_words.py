"""The words of notices: a registry of kinds, each with a title and a body made from a notice's facts.

An app names its kinds once, when it is ready; a notice keeps facts only, so it speaks its reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .models import Notice


@dataclass(frozen=True)
class Kind:
    """How one kind of notice reads: ``topic`` is the word it is filtered by; title and body are templates of
    the facts, with ``%(due)s`` and ``%(on)s`` the notice's own days. ``asks``: the post has to act.
    """

    topic: str
    title: str | Promise
    body: str | Promise = ""
    asks: bool = False


KINDS: dict[str, Kind] = {}
TOPICS: dict[str, str | Promise] = {}


def register(kinds: Mapping[str, Kind], topics: Mapping[str, str | Promise]) -> None:
    """Take an app's kinds and the topics they belong to into the registry.

    Raises ``ValueError`` for a kind whose topic nobody named.
    """
    TOPICS.update(topics)
    for name, kind in kinds.items():
        if kind.topic not in TOPICS:
            raise ValueError(f"the notice {name} has an unknown topic, {kind.topic}")
        KINDS[name] = kind


def title_of(notice: Notice) -> str:
    """What the notice says, in one line."""
    kind = KINDS.get(notice.kind)
    return str(kind.title) % _facts(notice) if kind else _("Notice")


def body_of(notice: Notice) -> str:
    """What stands below the title; may be empty."""
    kind = KINDS.get(notice.kind)
    return str(kind.body) % _facts(notice) if kind else ""


class _Facts(dict[str, object]):
    """The facts; one that an older notice does not carry is a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _facts(notice: Notice) -> _Facts:
    days = {"on": notice.on, "due": notice.due_on}
    return _Facts(notice.facts | {name: f"{day:%d/%m/%Y}" for name, day in days.items() if day})
