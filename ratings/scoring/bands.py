"""From points to stars: pure arithmetic in ``Decimal``, no database and no request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

PRINTED = Decimal("0.01")


class BandLike(Protocol):
    """A star and the points from which it is given."""

    stars: int
    from_points: Decimal


class AuthorityLike(Protocol):
    """What a level may do: recognise these stars, forward from this total."""

    level: str
    certifies: list[int]
    forwards_from: Decimal | None


@dataclass(frozen=True)
class Standing:
    """An authority as it stands on a day, with what it took over from levels that exist no more."""

    level: str
    certifies: list[int]
    forwards_from: Decimal | None


def printed(points: Decimal) -> Decimal:
    """Points as the minutes print them: two places, rounded half up (89.995 → 90.00)."""
    return points.quantize(PRINTED, rounding=ROUND_HALF_UP)


def total_of(parts: Iterable[Decimal]) -> Decimal:
    """The total of a result: the sum of its parts as printed, never a rounded sum of unrounded ones."""
    return sum((printed(part) for part in parts), Decimal("0.00"))


def stars_of(total: Decimal, bands: Iterable[BandLike]) -> int:
    """The star whose half-open band holds ``total`` (of 100 points).

    Raises ``ValueError`` for a total below every band.
    """
    reached = [band for band in bands if total >= band.from_points]
    if not reached:
        raise ValueError(f"no band begins at or below {total}")
    return max(reached, key=lambda band: band.from_points).stars


def who_certifies(stars: int, authorities: Iterable[AuthorityLike]) -> str | None:
    """The level that recognises a star, or None where none does (one and two stars)."""
    return next((authority.level for authority in authorities if stars in authority.certifies), None)


def forwards(total: Decimal, level: str, authorities: Sequence[AuthorityLike]) -> str | None:
    """The level to which ``level`` forwards a product with this total, or None where it forwards none.

    ``authorities`` run from the lowest level to the highest.
    """
    place = next((n for n, authority in enumerate(authorities) if authority.level == level), None)
    if place is None or place + 1 == len(authorities):
        return None
    least = authorities[place].forwards_from
    return authorities[place + 1].level if least is not None and total >= least else None


def taken_over(authorities: Iterable[AuthorityLike], standing: Collection[str]) -> list[Standing]:
    """The authorities of the levels that stand; the next one up takes over what an ended level recognised.

    So since 1/7/2025 the province also recognises what the districts did.
    """
    left: list[Standing] = []
    inherited: list[int] = []
    for authority in authorities:
        if authority.level not in standing:
            inherited += authority.certifies
            continue
        left.append(
            Standing(authority.level, sorted({*inherited, *authority.certifies}), authority.forwards_from)
        )
        inherited = []
    return left
