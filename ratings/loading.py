"""Regulations out of ``data/regulations.yaml`` or an administrator's file: checked whole, never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import User
from areas.reference import load_file
from ocop_portal.lib import datafiles
from ocop_portal.lib.datafiles import Fault, Faults

from .criteria.loading import load_sets
from .models import Authority, Band, Regulation, RegulationPart
from .regulation_files import KINDS, OPEN, Entry, entries_of

DATA = Path(__file__).parent / "data"
_LOCK = 0x0C0A


class Act(Enum):
    """What loading a regulation does: publishes it, fills in what was open, or keeps it as it is."""

    NEW = "new"
    FILLED = "filled"
    KEPT = "kept"


@dataclass(frozen=True)
class Loaded:
    """A regulation of a file, and what loading it does. ``filled`` are the columns that get a value."""

    entry: Entry
    act: Act
    filled: Mapping[str, date | None]
    regulation: Regulation | None = None


def load() -> list[str]:
    """Load the files of this app that are new or changed; one line a file for the console."""
    sets = sorted((DATA / "criteria").glob("*.yaml"))
    return [
        load_file(DATA / "regulations.yaml", load_regulations),
        *[load_file(path, load_sets) for path in sets],
    ]


@transaction.atomic
def load_regulations(content: bytes) -> str:
    """Load the regulations that come with the portal and are new; say how many.

    Raises ``ValueError`` with place and reason.
    """
    loaded = load_entries(content, by=None)
    new = sum(each.act == Act.NEW for each in loaded)
    return f"{new} regulations new, {len(loaded) - new} kept"


def preview(content: bytes) -> list[Loaded]:
    """What loading the file would do, regulation by regulation. Raises ``BadFile`` with every fault of it."""
    return preview_of(datafiles.read(content))


def preview_of(document: Any) -> list[Loaded]:
    """As :func:`preview`, of a document that is read already."""
    known = {each.code: each for each in Regulation.objects.all()}
    faults = Faults()
    entries = entries_of(document, known, faults)
    for entry in entries:
        faults.found += _changes(entry, known.get(str(entry.get("code"))))
    faults.refuse()
    return [_planned(entry, known.get(entry["code"])) for entry in entries]


@transaction.atomic
def load_entries(content: bytes, *, by: User | None) -> list[Loaded]:
    """Publish the regulations of a file that are new, and fill in what stood open in those that are known.

    Raises ``PermissionDenied`` unless an administrator asks, and ``BadFile`` with all faults; then nothing
    has changed. A loaded regulation doesn't change any more (the database refuses it).
    """
    rules.may_administer(by).require()
    with connection.cursor() as cursor:
        # Two files at once wait for each other.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    planned = preview(content)
    trees = dict(Regulation.objects.values_list("code", "tree"))
    trees |= {str(each.entry["code"]): str(each.entry["tree"]) for each in planned}
    source = hashlib.sha256(content).hexdigest()
    # The regulation before ends first, then the next one begins.
    return [_write(each, trees, by, source) for each in sorted(planned, key=lambda e: e.act == Act.NEW)]


def _digest(entry: Entry) -> str:
    fixed = {key: value for key, value in entry.items() if key not in OPEN}
    try:
        return hashlib.sha256(json.dumps(fixed, sort_keys=True, default=str).encode()).hexdigest()
    except TypeError:  # keys of several kinds in one mapping: a fault already
        return ""


def _open_fields(entry: Entry) -> dict[str, date | None]:
    until = entry.get("decides_until", {})
    until = until if isinstance(until, dict) else {}
    return {"files_to": entry.get("files_to"), **{f"decide_{kind}_until": until.get(kind) for kind in KINDS}}


def _changes(entry: Entry, known: Regulation | None) -> Iterator[Fault]:
    """What the entry would change in a published regulation; only what stood open may be filled in."""
    if known is None:
        return
    if known.digest != _digest(entry):
        words = _("This regulation is published and doesn't change. A correction gets a new code.")
        yield Fault(known.code, words)
    for name, value in _open_fields(entry).items():
        now = getattr(known, name)
        if now is not None and now != value:
            words = _("It is published as %(day)s and doesn't change.") % {"day": f"{now:%d/%m/%Y}"}
            yield Fault(f"{known.code}, {name}", words)


def _planned(entry: Entry, known: Regulation | None) -> Loaded:
    if known is None:
        return Loaded(entry, Act.NEW, {})
    filled = {n: value for n, value in _open_fields(entry).items() if getattr(known, n) != value}
    return Loaded(entry, Act.FILLED if filled else Act.KEPT, filled, known)


def _write(planned: Loaded, trees: dict[str, str], by: User | None, source: str) -> Loaded:
    if planned.act == Act.KEPT:
        return planned
    if planned.regulation is not None:
        for name, value in planned.filled.items():
            setattr(planned.regulation, name, value)
        planned.regulation.save(update_fields=list(planned.filled))
        act, regulation = "regulation.filled_in", planned.regulation
    else:
        act, regulation = "regulation.loaded", _publish(planned.entry, trees)
    auditing.record(act, regulation, by=by, digest=regulation.digest, file_digest=source)
    return Loaded(planned.entry, planned.act, planned.filled, regulation)


def _tree(tree: str, trees: dict[str, str]) -> str:
    """The tree's kind; ``same_as:CODE`` is that of the regulation named."""
    return trees[tree.removeprefix("same_as:")] if tree.startswith("same_as:") else tree


def _publish(entry: Entry, trees: dict[str, str]) -> Regulation:
    regulation = Regulation.objects.create(
        code=entry["code"],
        name=entry["name"],
        documents=entry["documents"],
        files_from=entry["files_from"],
        certificate_from_stars=entry["certificate_from_stars"],
        validity_months=entry["validity_months"],
        product_code_parts=entry["product_code"],
        tree=_tree(entry["tree"], trees),
        settings=entry.get("settings", {}),
        digest=_digest(entry),
        **_open_fields(entry),
    )
    RegulationPart.objects.bulk_create(
        RegulationPart(regulation=regulation, code=code, max_points=_points(points))
        for code, points in entry["parts"].items()
    )
    Band.objects.bulk_create(
        Band(regulation=regulation, stars=stars, from_points=_points(points))
        for stars, points in entry["star_bands"].items()
    )
    Authority.objects.bulk_create(
        Authority(
            regulation=regulation,
            position=position,
            level=authority["level"],
            assesses=authority["assesses"],
            certifies=authority["certifies"],
            forwards_from=_points(authority["forward_min"]) if "forward_min" in authority else None,
            deadline_working_days=authority.get("deadline_working_days"),
        )
        for position, authority in enumerate(entry["authority"])
    )
    return regulation


def _points(value: float) -> Decimal:
    return Decimal(str(value))
