"""Load the indicators from their file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from areas.reference import load_file
from ratings.measures import MEASURES

from .models import Indicator

DATA = Path(__file__).parent / "data"
KNOWN_KEYS = {"code", "name", "unit", "measure", "definition"}


def load() -> list[str]:
    """Load what changed; a line per file. Raises ``ValueError`` with place and reason for a bad file."""
    return [load_file(DATA / "indicators.yaml", _indicators)]


def _indicators(content: bytes) -> str:
    rows = yaml.safe_load(content)["indicators"]
    for place, row in enumerate(rows, 1):
        _check(place, row)
        values = {"measure": "", "definition": "", **row, "position": place}
        Indicator.objects.update_or_create(code=values.pop("code"), defaults=values)
    return f"{len(rows)} indicators"


def _check(place: int, row: dict[str, Any]) -> None:
    """Refuse an unknown key, a missing name, and a measure that the portal doesn't have."""
    if unknown := row.keys() - KNOWN_KEYS:
        raise ValueError(f"indicators.yaml, row {place}: unknown keys {sorted(unknown)}")
    if not row.get("code") or not row.get("name"):
        raise ValueError(f"indicators.yaml, row {place}: code and name are needed")
    if row.get("measure") and row["measure"] not in MEASURES:
        raise ValueError(f"indicators.yaml, row {place}: no measure is named {row['measure']!r}")
