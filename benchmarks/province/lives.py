"""What becomes of each product: how many dossiers it files, when, and how each ends. Pure; no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from random import Random

from .size import Size

MOST = 3  # dossiers a product
# How long ago a dossier that waits in the state was begun: days.
AGES = {
    "draft": (1, 120),
    "at_commune": (18, 40),
    "submitted": (36, 70),
    "returned": (50, 90),
    "accepted": (75, 130),
    "scored": (90, 140),
    "prepared": (95, 145),
    "forwarded": (150, 270),
}
_BEFORE = ("not_recognised", "withdrawn", "not_recognised")
_AT_THE_END = (*AGES, *_BEFORE, "submitted", "accepted", "not_recognised")
_SETTLED = 150  # days before the last one, so that every decided dossier is decided by then
REFILED_FROM, REFILED_ON = date(2026, 2, 2), date(2026, 7, 24)


@dataclass
class Filing:
    """One dossier to be: ``opened`` is when it is begun, ``state`` where it stands in the end."""

    product: int
    ordinal: int
    state: str
    opened: date
    refiles: bool = False
    closes: date | None = None


def plan(size: Size, rng: Random) -> list[list[Filing]]:
    """The dossiers of each product in their order; as many in all as the size asks for.

    The first products were recognised on paper and need no dossier. Raises ValueError for a size that no
    lives can fill.
    """
    counts = _counts(size, rng)
    slots = [(product, place) for product, count in enumerate(counts) for place in range(count)]
    rng.shuffle(slots)
    recognised = size.recognitions - size.on_paper - size.twice
    if not 0 < recognised < len(slots):
        raise ValueError("there are more recognitions than dossiers could come to")
    states = dict.fromkeys(slots[:recognised], "recognised")
    states |= dict(_unrecognised(slots[recognised:], counts))
    return [
        _dated(product, [states[product, place] for place in range(count)], size, rng)
        for product, count in enumerate(counts)
    ]


def _counts(size: Size, rng: Random) -> list[int]:
    counts = [0] * size.on_paper + [1] * (size.products - size.on_paper)
    spare = size.dossiers - sum(counts)
    if not 0 <= spare <= MOST * size.products - sum(counts):
        raise ValueError("so many products do not file so many dossiers")
    while spare:
        product = rng.randrange(size.products)
        if counts[product] < MOST:
            counts[product] += 1
            spare -= 1
    return counts


def _unrecognised(slots: list[tuple[int, int]], counts: list[int]) -> Iterator[tuple[tuple[int, int], str]]:
    """Every state in turn; only a product's last dossier may wait, only the one before it be filed anew."""
    last, before = cycle(_AT_THE_END), cycle(_BEFORE)
    for number, (product, place) in enumerate(slots):
        if place == counts[product] - 1:
            yield (product, place), next(last)
        elif place == counts[product] - 2 and number % 5 == 0:
            yield (product, place), "refiled"
        else:
            yield (product, place), next(before)


def _dated(product: int, states: list[str], size: Size, rng: Random) -> list[Filing]:
    filings = [Filing(product, place, state, size.last_day) for place, state in enumerate(states)]
    settled = filings
    until = size.last_day - timedelta(days=_SETTLED)
    if "refiled" in states:
        settled, until = filings[:-2], REFILED_FROM - timedelta(days=75)
        first, second = filings[-2:]
        first.opened = REFILED_FROM + timedelta(days=rng.randint(0, 80))
        first.closes = second.opened = REFILED_ON + timedelta(days=rng.randint(0, 21))
        second.refiles = True
    elif filings and filings[-1].state in AGES:
        settled = filings[:-1]
        filings[-1].opened = size.last_day - timedelta(days=rng.randint(*AGES[filings[-1].state]))
        until = min(until, filings[-1].opened - timedelta(days=150))
    _spread(settled, date(size.first_year, 1, 3), until, rng)
    return filings


def _spread(filings: list[Filing], first: date, last: date, rng: Random) -> None:
    """Give each a day of its share of the span: with several, early in it, so that each ends in time."""
    share = (last - first).days / max(len(filings), 1)
    for place, filing in enumerate(filings):
        part = rng.random() * (1 if len(filings) == 1 else 0.25)
        filing.opened = first + timedelta(days=int(share * (place + part)))
