"""Benchmarks: ratios measured in one run on one machine; `python -m benchmarks` prints them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, as text a person reads, and the least that is acceptable."""

    name: str
    measured: str
    ratio: float | None = None
    at_least: float | None = None

    @property
    def short(self) -> bool:
        """Whether the ratio misses what is demanded."""
        return self.ratio is not None and self.at_least is not None and self.ratio < self.at_least
