"""Load the indicators from their file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from areas.reference import load_file
from ocop_portal.lib import entries
from ratings.measures import MEASURES

from .models import Indicator

DATA = Path(__file__).parent / "data"
KNOWN_KEYS = {"code", "name", "unit", "measure", "definition"}


def load() -> list[str]:
    """Load what changed; a line per file. Raises ``ValueError`` with place and reason for a bad file."""
    return [load_file(DATA / "indicators.yaml", _indicators)]


def _indicators(content: bytes) -> str:
    rows = entries.parsed(content)["indicators"]
    for place, row in enumerate(rows, 1):
        _check(place, row)
    entries.refuse_repeated((row["code"] for row in rows), "indicators.yaml")
    Indicator.objects.bulk_create(
        [Indicator(**row, position=place) for place, row in enumerate(rows, 1)],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "unit", "measure", "definition", "position"],
    )
    return f"{len(rows)} indicators"


def _check(place: int, row: dict[str, Any]) -> None:
    """Refuse an unknown key, a missing name, and a measure that the portal doesn't have."""
    if unknown := row.keys() - KNOWN_KEYS:
        raise ValueError(f"indicators.yaml, row {place}: unknown keys {sorted(unknown)}")
    if not row.get("code") or not row.get("name"):
        raise ValueError(f"indicators.yaml, row {place}: code and name are needed")
    if row.get("measure") and row["measure"] not in MEASURES:
        raise ValueError(f"indicators.yaml, row {place}: no measure is named {row['measure']!r}")
