"""What the dashboard is asked about: a unit and a period that a person may read, on one of the maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from areas.maps import Territory
from areas.models import Area
from ocop_portal.lib.measures import Selection
from ocop_portal.lib.periods import Period

from .. import asking
from .. import ground as grounds
from ..asking import Asked


@dataclass(frozen=True)
class Scope:
    """The unit, the period and the ground that the figures speak of, on the business day ``today``."""

    area: Area
    period: Period
    ground: Territory
    today: date

    @property
    def asked(self) -> Asked:
        """Unit, period and map, as the reports take them."""
        return Asked(self.area, self.period, self.on_map)

    @property
    def on_map(self) -> str:
        """One of :class:`MapOf`."""
        return self.ground.on_map

    def selection(self, stars: int | None = None) -> Selection:
        """What a measure counts here, of one star where it is given."""
        return Selection(self.ground, self.period.start, self.period.end, stars=(stars, stars))

    def days(self, start: date, end: date) -> Selection:
        """The same of other days."""
        return Selection(self.ground, start, end)


def read(query: Mapping[str, str], user: User) -> Scope:
    """The scope that an address asks for: ``?area=&period=&ban-do=then|now``, by default the map of then.

    Raises :class:`Unanswerable` as :func:`asking.read` does.
    """
    asked = asking.read(query, user)
    on = grounds.ground(*asked)
    return Scope(asked.area, asked.period, on.territory, on.today)
