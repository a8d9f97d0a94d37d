"""Where rows go when one row becomes many."""

from __future__ import annotations

from collections.abc import Mapping

LAST_ROW = 1_048_576


class TooManyRows(ValueError):
    """More rows than a sheet of Excel has."""


class Growth:
    """The rows of one sheet that repeat, each with how often; every row below moves down.

    A row that repeats never vanishes: without anything to print it stays once, empty.
    """

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts = {row: max(1, count) for row, count in (counts or {}).items()}
        self._order = sorted(self.counts)

    def __bool__(self) -> bool:
        """Whether any row moves."""
        return any(count > 1 for count in self.counts.values())

    def first(self, row: int) -> int:
        """Where the row stands afterwards; of a row that repeats the first copy."""
        moved = row + sum(self.counts[block] - 1 for block in self._order if block < row)
        if moved > LAST_ROW:
            if row <= LAST_ROW - 1000:
                raise TooManyRows
            return LAST_ROW  # “down to the sheet's end” stays that
        return moved

    def last(self, row: int) -> int:
        """Where the row stands afterwards; of a row that repeats the last copy."""
        return min(self.first(row) + self.counts.get(row, 1) - 1, LAST_ROW)
