"""The district's last two years: what Trùng Khánh filed and decided in 2024 and 2025, before it ended."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ratings import deciding
from ratings.models import Dossier

from . import year2023
from .days import on
from .year2023 import Year

MAKERS = Path(__file__).parent / "makers2024.yaml"
BEGINS = date(2024, 1, 8)


def play(seed: int) -> None:
    """Play the two years after 2023 by the acts of that year."""
    with on(BEGINS):
        year = Year(seed, MAKERS)
        year2023.register_makers(year)
        year2023.register_products(year)
    dossiers = {row["product"]: year2023.file_dossier(year, row) for row in year.content["dossiers"]}
    for row in year.content["decisions"]:
        decide(year, row, [dossiers[key] for key in row["products"]])


def decide(year: Year, row: dict[str, Any], dossiers: list[Dossier]) -> None:
    """Prepare a decision of the district and sign it a week later."""
    with on(row["prepared"]):
        decision = year2023.prepare(year, dossiers, row["prepared"].year)
    with on(row["signed"]):
        deciding.sign(
            decision,
            number=row["number"],
            signed_on=row["signed"],
            signer_name="Nguyễn Thị Mẫu",
            by=year.leader,
        )
