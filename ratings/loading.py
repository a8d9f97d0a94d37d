"""Regulations out of ``data/regulations.yaml``: checked key by key, loaded once, never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from areas.reference import load_file

from .criteria.loading import load_sets
from .models import Authority, Band, Regulation, RegulationPart

DATA = Path(__file__).parent / "data"
KINDS = ("first", "upgrade", "reevaluation")
NEEDED = {
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
}
# What stands open when a regulation is published, and is filled in when its successor comes.
OPEN = {"files_to", "decides_until"}
OPTIONAL = {*OPEN, "settings"}
AUTHORITY_NEEDED = {"level", "assesses", "certifies"}
AUTHORITY_OPTIONAL = {"forward_min", "deadline_working_days"}


def load() -> list[str]:
    """Load the files of this app that are new or changed; one line a file for the console."""
    sets = sorted((DATA / "criteria").glob("*.yaml"))
    return [
        load_file(DATA / "regulations.yaml", load_regulations),
        *[load_file(path, load_sets) for path in sets],
    ]


@transaction.atomic
def load_regulations(content: bytes) -> str:
    """Load the regulations that are new; say how many. Raises ``ValueError`` with place and reason."""
    entries = _entries(content)
    new = 0
    for entry in entries:
        known = Regulation.objects.filter(code=entry["code"]).first()
        if known is None:
            _publish(entry, entries)
            new += 1
        else:
            _keep(known, entry)
    return f"{new} regulations new, {len(entries) - new} kept"


def _entries(content: bytes) -> list[dict[str, Any]]:
    try:
        document = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise ValueError(f"regulations: not YAML: {error}") from error
    _check_keys("the file", document, {"regulations"}, set())
    for number, entry in enumerate(document["regulations"], start=1):
        place = f"regulation {number}"
        _check_keys(place, entry, NEEDED, OPTIONAL)
        _check_entry(f"{place} ({entry['code']})", entry)
    entries: list[dict[str, Any]] = document["regulations"]
    return entries


def _check_keys(place: str, found: Any, needed: set[str], optional: set[str]) -> None:
    if not isinstance(found, Mapping):
        raise ValueError(f"{place}: a mapping is expected")
    if unknown := sorted(set(map(str, found)) - needed - optional):
        raise ValueError(f"{place}: unknown {', '.join(unknown)}")
    if absent := sorted(needed - set(found)):
        raise ValueError(f"{place}: without {', '.join(absent)}")


def _check_entry(place: str, entry: dict[str, Any]) -> None:
    _check_keys(f"{place}, parts", entry["parts"], {"A", "B", "C"}, set())
    if sum(entry["parts"].values()) != 100:
        raise ValueError(f"{place}, parts: they sum up to 100 points")
    _check_keys(f"{place}, decides_until", entry.get("decides_until", {}), set(), set(KINDS))
    if sorted(entry["star_bands"]) != [1, 2, 3, 4, 5] or entry["star_bands"][1] != 0:
        raise ValueError(f"{place}, star_bands: each of 1 to 5 stars has its points, one star from 0")
    points = [entry["star_bands"][stars] for stars in range(1, 6)]
    if points != sorted(set(points)):
        raise ValueError(f"{place}, star_bands: more stars need more points")
    for number, authority in enumerate(entry["authority"], start=1):
        _check_authority(f"{place}, authority {number}", authority)


def _check_authority(place: str, authority: dict[str, Any]) -> None:
    _check_keys(place, authority, AUTHORITY_NEEDED, AUTHORITY_OPTIONAL)
    for key, choices in (("level", Authority.AuthorityLevel), ("assesses", Authority.Assessment)):
        if authority[key] not in choices.values:
            raise ValueError(f"{place}: unknown {key} {authority[key]}")


def _digest(entry: dict[str, Any]) -> str:
    fixed = {key: value for key, value in entry.items() if key not in OPEN}
    return hashlib.sha256(json.dumps(fixed, sort_keys=True, default=str).encode()).hexdigest()


def _open_fields(entry: dict[str, Any]) -> dict[str, date | None]:
    until = entry.get("decides_until", {})
    return {"files_to": entry.get("files_to"), **{f"decide_{kind}_until": until.get(kind) for kind in KINDS}}


def _keep(known: Regulation, entry: dict[str, Any]) -> None:
    """Refuse a change of a published regulation; fill in what was open."""
    if known.digest != _digest(entry):
        raise ValueError(f"{known.code}: it is published and doesn't change; a correction gets a new code")
    filled = []
    for name, value in _open_fields(entry).items():
        now = getattr(known, name)
        if now is not None and now != value:
            raise ValueError(f"{known.code}: {name} is published as {now} and doesn't change")
        if now != value:
            setattr(known, name, value)
            filled.append(name)
    if filled:
        known.save(update_fields=filled)


def _tree(entry: dict[str, Any], entries: list[dict[str, Any]]) -> str:
    """The tree's kind; ``same_as:CODE`` is that of the regulation named."""
    tree = str(entry["tree"])
    same = tree.removeprefix("same_as:")
    other = next((e for e in entries if same != tree and e["code"] == same), None)
    found = str(other["tree"]) if other else tree
    if found not in Regulation.Tree.values:
        raise ValueError(f"{entry['code']}: unknown tree {tree}")
    return found


def _publish(entry: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    regulation = Regulation.objects.create(
        code=entry["code"],
        name=entry["name"],
        documents=entry["documents"],
        files_from=entry["files_from"],
        certificate_from_stars=entry["certificate_from_stars"],
        validity_months=entry["validity_months"],
        product_code_parts=entry["product_code"],
        tree=_tree(entry, entries),
        settings=entry.get("settings", {}),
        digest=_digest(entry),
        **_open_fields(entry),
    )
    RegulationPart.objects.bulk_create(
        RegulationPart(regulation=regulation, code=code, max_points=points)
        for code, points in entry["parts"].items()
    )
    Band.objects.bulk_create(
        Band(regulation=regulation, stars=stars, from_points=points)
        for stars, points in entry["star_bands"].items()
    )
    Authority.objects.bulk_create(
        Authority(
            regulation=regulation,
            position=position,
            level=authority["level"],
            assesses=authority["assesses"],
            certifies=authority["certifies"],
            forwards_from=_points(authority.get("forward_min")),
            deadline_working_days=authority.get("deadline_working_days"),
        )
        for position, authority in enumerate(entry["authority"])
    )


def _points(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
