"""What a report speaks of: a unit on one of the maps, a period, and where a kept unit lies on that map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from areas.maps import MapOf, Territory, territory
from areas.models import Area, Coverage
from ocop_portal.lib import clock
from ocop_portal.lib.measures import Selection
from ocop_portal.lib.periods import Period

Answer = TypeVar("Answer")
UNPLACED = "khong-ro"
"""The key of the row that holds what no commune of the map holds: kept at a district, at the province."""


@dataclass(frozen=True)
class Ground:
    """A territory and a period; ``today`` is the business day on which it is asked."""

    territory: Territory
    period: Period
    today: date

    @property
    def unit(self) -> Area:
        """The unit that was asked for."""
        return self.territory.unit

    @property
    def selection(self) -> Selection:
        """The days of the period in the whole territory."""
        return Selection(self.territory, self.period.start, self.period.end)

    @cached_property
    def _told(self) -> dict[Callable[[Ground], Any], Any]:
        return {}

    def once(self, ask: Callable[[Ground], Answer]) -> Answer:
        """What ``ask`` gives on this ground, asked once however many tables want it."""
        if ask not in self._told:
            self._told[ask] = ask(self)
        answer: Answer = self._told[ask]
        return answer

    @cached_property
    def _commune_of(self) -> dict[int, int]:
        """By the key of a kept unit, that of the map's commune; of several the first by name. One query."""
        pairs = Coverage.objects.filter(unit__in=[one.pk for one in self.territory.communes])
        found: dict[int, int] = {}
        for covered, unit in pairs.order_by("unit__sort_key", "unit__code").values_list("covered", "unit"):
            found.setdefault(covered, unit)
        return found

    @cached_property
    def _names(self) -> dict[int, str]:
        return {one.pk: one.name for one in self.territory.communes}

    def row_of(self, area: int) -> str:
        """The key of the row that a record kept in this unit belongs to."""
        commune = self._commune_of.get(area)
        return UNPLACED if commune is None else f"xa-{commune}"

    def commune_name(self, area: int) -> str:
        """The commune of the map on which a record kept in this unit lies; empty where none does."""
        commune = self._commune_of.get(area)
        return "" if commune is None else self._names[commune]

    def rows(self) -> list[tuple[str, str]]:
        """The communes of the map, key and name, by their names."""
        return [(f"xa-{one.pk}", one.name) for one in self.territory.communes]

    def notes(self) -> tuple[str, ...]:
        """What a reader of the map must know: today's map takes in records that were never the unit's."""
        if self.territory.on_map == MapOf.THEN:
            return ()
        said = f"Theo địa bàn hiện nay ({self.today:%d/%m/%Y}): số liệu đơn vị cũ gộp vào xã tiếp nhận."
        if not self.territory.outside:
            return (said,)
        names = ", ".join(one.name for one in self.territory.outside)
        return said, f"Có cả số liệu của nơi trước đây không thuộc {self.unit.name}: {names}."


def ground(area: Area, period: Period, on_map: str = MapOf.THEN) -> Ground:
    """The ground of a report; on the map of then its day is the period's last on which the unit stood."""
    today = clock.today()
    last = min(period.end, area.valid_to or period.end)
    return Ground(territory(area, last, on_map=on_map, today=today), period, today)
