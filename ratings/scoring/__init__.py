"""Rating as pure arithmetic in ``Decimal``: no database and no request.

``facts`` says what a criteria set is to the arithmetic, ``bands`` goes from points to stars and levels.
"""

from .bands import (
    AuthorityLike,
    BandLike,
    Standing,
    forwards,
    printed,
    stars_of,
    taken_over,
    total_of,
    who_certifies,
)
from .facts import Criterion, Floor, FloorReading, Option, PointKnockout, Precondition, Rules

__all__ = [
    "AuthorityLike",
    "BandLike",
    "Criterion",
    "Floor",
    "FloorReading",
    "Option",
    "PointKnockout",
    "Precondition",
    "Rules",
    "Standing",
    "forwards",
    "printed",
    "stars_of",
    "taken_over",
    "total_of",
    "who_certifies",
]
