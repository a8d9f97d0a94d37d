"""The ground a figure speaks of: a unit on the map of then, or what stands on its ground today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import finding
from .models import Area

NOW_SUFFIX = "-nay"
"""What follows a unit's code in an address that speaks of an ended unit on today's map."""


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

    @property
    def is_folded(self) -> bool:
        """Whether the unit ended and is shown as the communes of today that took in its own."""
        return self.units != (self.unit,)

    def __hash__(self) -> int:
        """Of what tells it apart: figures are looked up by it, and hashing 228 communes each time is slow."""
        return hash((self.unit.pk, self.on_map))

    def __str__(self) -> str:
        """The unit's name, and that it is folded onto today's map."""
        return f"{self.unit.name} ({MapOf.NOW.label})" if self.is_folded else self.unit.name

    def address_code(self, today: date) -> str:
        """How an address that is read on the day ``today`` names this ground; see :func:`read`."""
        code = finding.code_on(self.unit, today)
        return f"{code}{NOW_SUFFIX}" if self.is_folded else code


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


def read(code: str, today: date) -> Territory | None:
    """The ground that :meth:`Territory.address_code` names on the day; None for a code of no unit."""
    plain = code.strip()
    unit = finding.find(plain.removesuffix(NOW_SUFFIX), today)
    on_map = MapOf.NOW if plain.endswith(NOW_SUFFIX) else MapOf.THEN
    return territory(unit, today, on_map=on_map, today=today) if unit else None
