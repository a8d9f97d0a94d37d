"""Row heights estimated from text: Excel doesn't fit merged cells, and a printed form must not cut words."""

import textwrap
from collections.abc import Iterable
from math import ceil

TALLEST = 409.0
"""Excel's limit, in points."""


def lines_of(text: str, width: float, size: float = 12.0, bold: bool = False) -> int:
    """Return how many lines ``text`` takes in a cell ``width`` digits of the 12-point font wide."""
    letters = max(1, int(width * 12.0 / size * (1.0 if bold else 1.08)))
    paragraphs = text[:4000].split("\n")  # what is longer passes the tallest row anyway
    return sum(max(1, len(textwrap.wrap(paragraph, letters))) for paragraph in paragraphs)


def height_of(lines: int, size: float = 12.0) -> float:
    """Return the height in points of ``lines`` lines of ``size``-point type."""
    return min(TALLEST, ceil(lines * size * 1.32 + 1.5))


def tallest(heights: Iterable[float]) -> float:
    """Return the tallest of ``heights``, at least one line."""
    return max(heights, default=height_of(1))
