"""Rating as pure arithmetic in ``Decimal``: no database and no request.

``facts`` says what a criteria set is to the arithmetic, ``sheets`` scores by it, ``advice`` says what lacks
for a star (by ``ways`` and ``knapsack``), ``bands`` goes from points to stars and levels.
"""

from .advice import Advice, Hindrance, Obstacle, Rung, Shortfall, Step, ladder, to_next_star
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
    "Advice",
    "AuthorityLike",
    "BandLike",
    "Criterion",
    "Floor",
    "FloorReading",
    "FloorState",
    "Hindrance",
    "Obstacle",
    "Option",
    "PointKnockout",
    "Precondition",
    "Rules",
    "Rung",
    "Score",
    "Sheet",
    "Shortfall",
    "Standing",
    "Step",
    "UnknownChoice",
    "applies",
    "forwards",
    "ladder",
    "points_of",
    "printed",
    "score",
    "stars_of",
    "taken_over",
    "to_next_star",
    "total_of",
    "who_certifies",
]
