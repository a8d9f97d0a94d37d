"""The ground a figure speaks of: a unit on the map of then, or what stands on its ground today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import finding
from .models import Area


class MapOf(models.TextChoices):
    """Which map a report is drawn on: communes merge, and both questions are asked."""

    THEN = "then", _("The map of then")
    NOW = "now", _("Today's map")


@dataclass(frozen=True)
class Territory:
    """A unit on one of the maps. Rows belong to it that any of ``units`` covers.

    ``communes`` are those of the map's day, in the order of their names; ``outside`` the former communes that
    never belonged to the unit and whose records come along because today's communes took them in: a page
    that folds a district onto today's map names them.
    """

    unit: Area
    on_map: str
    units: tuple[Area, ...]
    communes: tuple[Area, ...]
    outside: tuple[Area, ...] = ()

    def keys(self) -> list[int]:
        """The keys of the units whose coverage holds the rows."""
        return [unit.pk for unit in self.units]


def territory(unit: Area, on: date, *, on_map: str = MapOf.THEN, today: date) -> Territory:
    """The unit on the map of the day ``on``, or on that of ``today``; two or three statements.

    A unit that exists today is itself on both maps; its communes differ. An ended one is on today's map the
    communes that took in at least one of its own.
    """
    if on_map == MapOf.THEN or unit.exists_on(today):
        day = on if on_map == MapOf.THEN else today
        return Territory(unit, on_map, (unit,), tuple(finding.units_under(unit, day)))
    communes = tuple(finding.communes_of(unit, today))
    outside = tuple(finding.came_from_outside(unit, today))
    return Territory(unit, on_map, communes, communes, outside)
