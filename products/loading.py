"""The classification of products, out of ``data/groups.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from areas.reference import load_file
from ocop_portal.lib import entries

from .models import ProductGroup

DATA = Path(__file__).parent / "data"
FILE = "groups.yaml"
Tier = ProductGroup.Tier
UPDATED = ["name", "tier", "parent", "position"]
BELOW = {Tier.SECTOR: "groups", Tier.GROUP: "subgroups"}
NEXT = {Tier.SECTOR: Tier.GROUP, Tier.GROUP: Tier.SUBGROUP}


class GroupRow(NamedTuple):
    """One line of the classification, with the code of the tier above it (empty for a sector)."""

    code: str
    name: str
    tier: ProductGroup.Tier
    above: str


def load() -> list[str]:
    """Load the files of this app that are new or changed; one line a file for the console."""
    return [load_file(DATA / FILE, load_groups)]


def load_groups(content: bytes) -> str:
    """Add and rename tiers; one that the file no longer names stays, since products are in it.

    Raises ``ValueError`` with place and reason.
    """
    rows = list(_rows(entries.document(content, FILE, "sectors"), Tier.SECTOR, ""))
    entries.refuse_repeated((row.code for row in rows), FILE)
    written: dict[str, ProductGroup] = {}
    for tier in (Tier.SECTOR, Tier.GROUP, Tier.SUBGROUP):
        groups = [
            ProductGroup(code=r.code, name=r.name, tier=tier, parent=written.get(r.above), position=position)
            for position, r in enumerate(rows, 1)
            if r.tier == tier
        ]
        ProductGroup.objects.bulk_create(
            groups, update_conflicts=True, unique_fields=["code"], update_fields=UPDATED
        )
        written |= {group.code: group for group in groups}
    return f"{sum(row.tier == Tier.SUBGROUP for row in rows)} subgroups"


def _rows(found: list[object], tier: ProductGroup.Tier, above: str) -> Iterator[GroupRow]:
    below = BELOW.get(tier)
    for number, entry in enumerate(found, 1):
        place = f"{FILE}, {above or 'file'}, {tier} {number}"
        fields = entries.checked(entry, place, {"code", "name", *([below] if below else [])})
        yield GroupRow(str(fields["code"]), fields["name"], tier, above)
        if below:
            yield from _rows(entries.listed(fields[below], f"{place}: {below}"), NEXT[tier], fields["code"])
