"""How large a province is generated, and with which seed: equal sizes give equal provinces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Size:
    """What a province of the issue's size has; ``last_day`` is the day on which its records end (today)."""

    products: int = 2500
    organisations: int = 1600
    dossiers: int = 4500
    recognitions: int = 3000
    first_year: int = 2022
    last_day: date = date(2026, 11, 23)
    seed: int = 1

    @property
    def on_paper(self) -> int:
        """Products that were recognised on paper before the portal: one in seven."""
        return round(self.products * 0.14)

    @property
    def twice(self) -> int:
        """How many dossiers at most are recognised at three stars and forwarded in one decision."""
        return round(self.recognitions * 0.04)

    @property
    def years(self) -> range:
        """The calendar years of the records."""
        return range(self.first_year, self.last_day.year + 1)
