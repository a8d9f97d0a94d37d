"""Rating as pure arithmetic in ``Decimal``: no database and no request.

``facts`` says what a criteria set is to the arithmetic, ``sheets`` scores by it, ``bands`` goes from points
to stars and levels.
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
from .sheets import FloorState, Score, Sheet, UnknownChoice, applies, points_of, score

__all__ = [
    "AuthorityLike",
    "BandLike",
    "Criterion",
    "Floor",
    "FloorReading",
    "FloorState",
    "Option",
    "PointKnockout",
    "Precondition",
    "Rules",
    "Score",
    "Sheet",
    "Standing",
    "UnknownChoice",
    "applies",
    "forwards",
    "points_of",
    "printed",
    "score",
    "stars_of",
    "taken_over",
    "total_of",
    "who_certifies",
]
