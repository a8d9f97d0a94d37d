"""What a published target promises: the value in force on a day, and how it came to be; pure.

Prefetch ``revisions`` for a constant number of statements.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .models import Revision, Target
from .wording import words_of

PROMISE = ("words", "comparator", "number", "number_max", "deadline")
"""The fields of a target that change by a revision only, once it was published."""


@dataclass(frozen=True)
class Change:
    """One thing that a revision changed, before and after in words."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Step:
    """A revision with what it changed."""

    revision: Revision
    changes: list[Change]


def in_force(target: Target, on: date) -> Target:
    """The target as it stood on the day: a decision counts from its date, a correction with what it corrects.

    The given target itself where nothing was revised since; else a copy, which is never saved.
    """
    revisions = list(target.revisions.all())
    later = next((one for one in revisions if one.decided_on is not None and one.decided_on > on), None)
    return _with(target, _values(later, "old")) if later else target


def history(target: Target) -> list[Step]:
    """The target's revisions in their order, each with what it changed."""
    return [Step(one, _changes(target, one)) for one in target.revisions.all()]


def check(target: Target, fields: dict[str, Any]) -> None:
    """Raise ``ValidationError`` by field where a published target would change without a revision."""
    if target.promised_at is None:
        return
    words = _("The target was published: this changes by a revision only.")
    changed = [name for name in PROMISE if name in fields and fields[name] != getattr(target, name)]
    if changed:
        raise ValidationError(dict.fromkeys(changed, words))


def _values(revision: Revision, side: str) -> dict[str, Any]:
    return {name: getattr(revision, f"{side}_{name}") for name in PROMISE}


def _with(target: Target, values: dict[str, Any]) -> Target:
    made = copy.copy(target)
    for name, value in values.items():
        setattr(made, name, value)
    return made


def _changes(target: Target, revision: Revision) -> list[Change]:
    sides = [_in_words(_with(target, _values(revision, side))) for side in ("old", "new")]
    return [Change(name, old, sides[1][name]) for name, old in sides[0].items() if old != sides[1][name]]


def _in_words(target: Target) -> dict[str, str]:
    return {
        _("The number"): words_of(target) or _("no number"),
        _("Deadline"): f"{target.deadline:%d/%m/%Y}" if target.deadline else _("the end of the plan"),
        _("Words"): target.words,
    }
