"""Criteria sets out of files of the form of ``data/criteria/*.yaml``."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import yaml
from django.db import transaction

from ocop_portal.lib import clock
from products.models import ProductGroup

from ..models import CriteriaSet, Criterion, CriterionOption, Regulation

_CONDITION = re.compile(r"^(\d+(?:\.\d+)*) > (\d+)$")


@transaction.atomic
def load_sets(content: bytes) -> str:
    """Load and publish the sets of a file that are new; say how many. ``ValueError`` for a bad file."""
    entries = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["sets"]  # noqa: S506
    new = 0
    for entry in entries:
        digest = hashlib.sha256(json.dumps(entry, sort_keys=True, default=str).encode()).hexdigest()
        known = CriteriaSet.objects.filter(code=entry["code"]).first()
        if known is None:
            _create(entry, digest)
            new += 1
        elif known.digest != digest:
            raise ValueError(
                f"{known.code}: it is published and doesn't change; a correction gets a new code"
            )
    return f"{new} criteria sets new, {len(entries) - new} kept"


def _create(entry: dict[str, Any], digest: str) -> CriteriaSet:
    made = CriteriaSet.objects.create(
        code=entry["code"],
        slug=entry.get("slug", ""),
        name=entry["name"],
        regulation=Regulation.objects.get(code=entry["regulation"]),
        group=ProductGroup.objects.get(code=entry["group"]),
        agencies=entry.get("agencies", []),
        requires_sample=entry.get("requires_sample", True),
        knockout=entry.get("knockout", ""),
        doubt=entry.get("doubt", ""),
        digest=digest,
    )
    rows = _Rows(made)
    for part in entry["parts"]:
        rows.add(part, part["code"], None, 0)
    for depth in sorted({row.depth for row in rows.criteria}):
        Criterion.objects.bulk_create(row for row in rows.criteria if row.depth == depth)
    CriterionOption.objects.bulk_create(rows.options)
    made.state, made.published_on = CriteriaSet.State.PUBLISHED, clock.today()
    made.save(update_fields=["state", "published_on"])
    return made


class _Rows:
    """The rows of a set, in the order of the annex."""

    def __init__(self, criteria_set: CriteriaSet) -> None:
        self.criteria_set = criteria_set
        self.criteria: list[Criterion] = []
        self.options: list[CriterionOption] = []

    def add(self, entry: dict[str, Any], part: str, parent: Criterion | None, depth: int) -> None:
        """Add an entry and all below it."""
        row = Criterion(
            criteria_set=self.criteria_set,
            parent=parent,
            part=part,
            code=entry["code"],
            title=entry.get("title", ""),
            position=len(self.criteria),
            depth=depth,
            is_leaf="options" in entry,
            max_points=entry["max"],
            requirement=entry.get("requirement", ""),
            evidence=entry.get("evidence", ""),
            knockout=entry.get("knockout", ""),
            knockout_if=entry.get("knockout_if"),
            applies_if=_condition(entry.get("applies_if")),
            cases={str(number): words for number, words in entry.get("cases", {}).items()},
            options_implied=entry.get("options_implied", False),
            doubt=entry.get("doubt", ""),
        )
        self.criteria.append(row)
        self.options += [
            CriterionOption(
                criterion=row,
                position=position,
                points=option["p"],
                label=option["t"],
                floor_for=option.get("min_for_star"),
                case=option.get("case"),
            )
            for position, option in enumerate(entry.get("options", []), start=1)
        ]
        for child in _children(entry):
            self.add(child, part, row, depth + 1)


def _children(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from entry.get("groups", [])
    yield from entry.get("criteria", [])


def _condition(words: str | None) -> dict[str, Any] | None:
    """``5.1 > 0`` as the database keeps it."""
    if words is None:
        return None
    if not (found := _CONDITION.match(words)):
        raise ValueError(f"applies_if: “{words}” is not of the form “5.1 > 0”")
    return {"criterion": found[1], "above": int(found[2])}
