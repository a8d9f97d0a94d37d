"""What the dashboard is asked about: a unit and a period that a person may read, on one of the maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from areas.maps import Territory
from areas.models import Area
from ocop_portal.lib.measures import Counts, Selection
from ocop_portal.lib.periods import Period

from .. import asking
from .. import ground as grounds
from ..addresses import query_of
from ..asking import Asked
from ..ground import Ground


@dataclass(frozen=True)
class Scope:
    """What was asked, and the ground of the reports on it: the figures speak of the same.

    ``counts`` answers the panels' totals, each once; what they expect is told before the first asks.
    """

    asked: Asked
    on: Ground
    counts: Counts = field(default_factory=Counts, compare=False)

    @property
    def area(self) -> Area:
        """The unit that was asked for."""
        return self.asked.area

    @property
    def period(self) -> Period:
        """The period that was asked for."""
        return self.asked.period

    @property
    def ground(self) -> Territory:
        """The unit on the map that was asked for."""
        return self.on.territory

    @property
    def today(self) -> date:
        """The business day."""
        return self.on.today

    @property
    def on_map(self) -> str:
        """One of :class:`areas.maps.MapOf`."""
        return self.ground.on_map

    @property
    def is_running(self) -> bool:
        """Whether the period's last day is still to come: what is counted on it may yet change."""
        return self.today < self.period.end

    def figures_of(self, code: str, period: Period) -> str:
        """How the addresses of a report's figures begin in a period; a page has hundreds of them."""
        asked = (code, period.code)
        if asked not in self._beginnings:
            query = urlencode(query_of(self.area, period, self.on_map))
            self._beginnings[asked] = f"{reverse('reports:figure', args=[code])}?{query}"
        return self._beginnings[asked]

    @cached_property
    def _beginnings(self) -> dict[tuple[str, str], str]:
        return {}

    def days(self, start: date, end: date) -> Selection:
        """What a measure counts on the ground in these days."""
        return Selection(self.ground, start, end)


def read(query: Mapping[str, str], user: User) -> Scope:
    """The scope that an address asks for: ``?area=&period=&ban-do=then|now``, by default the map of then.

    Raises :class:`asking.Unanswerable` as :func:`asking.read` does: a post in an ended unit reads its own
    records, not those that its successors took in beside them.
    """
    asked = asking.read(query, user)
    return Scope(asked, grounds.ground(*asked))
