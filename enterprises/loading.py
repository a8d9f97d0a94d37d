"""The kinds of organisations, out of ``data/kinds.yaml``."""

from __future__ import annotations

from pathlib import Path

from areas.reference import load_file
from ocop_portal.lib import entries

from .models import EnterpriseKind

DATA = Path(__file__).parent / "data"
KEYS = {"code", "name", "economic_organisation"}


def load() -> list[str]:
    """Load the files of this app that are new or changed; one line a file for the console."""
    return [load_file(DATA / "kinds.yaml", load_kinds)]


def load_kinds(content: bytes) -> str:
    """Add and rename kinds; one that the file no longer names stays, since organisations wear it.

    Raises ``ValueError`` with place and reason.
    """
    found = [
        entries.checked(entry, f"kinds.yaml, kind {number}", KEYS)
        for number, entry in enumerate(entries.document(content, "kinds.yaml", "kinds"), 1)
    ]
    entries.refuse_repeated((entry["code"] for entry in found), "kinds.yaml")
    for position, entry in enumerate(found, 1):
        if not isinstance(entry["economic_organisation"], bool):
            raise ValueError(f"kinds.yaml, {entry['code']}: economic_organisation is true or false")
        EnterpriseKind.objects.update_or_create(
            code=entry["code"],
            defaults={
                "name": entry["name"],
                "is_economic_organisation": entry["economic_organisation"],
                "position": position,
            },
        )
    return f"{len(found)} kinds"
