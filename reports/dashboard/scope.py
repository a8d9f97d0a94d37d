"""What the dashboard is asked about: a unit and a period that a person may read, on one of the maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from areas import maps
from areas.maps import MapOf, Territory
from areas.models import Area
from ocop_portal.lib import clock
from ocop_portal.lib.measures import Selection
from ocop_portal.lib.periods import Period

from .. import asking, rules
from ..asking import Asked, Unanswerable

MAP = "ban-do"


@dataclass(frozen=True)
class Scope:
    """The unit, the period and the ground that the figures speak of, on the business day ``today``."""

    area: Area
    period: Period
    ground: Territory
    today: date

    @property
    def asked(self) -> Asked:
        """Unit and period alone, as the reports take them."""
        return Asked(self.area, self.period)

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

    Raises :class:`Unanswerable`: as :func:`asking.read` does; 400 for a map that is none; 403 where today's
    map folds the unit into communes outside the person's posts.
    """
    asked, today = asking.read(query, user), clock.today()
    on_map = query.get(MAP) or MapOf.THEN
    if on_map not in MapOf.values:
        raise Unanswerable(400, _("A map is that of then (then) or today's (now)."))
    ground = maps.territory(asked.area, asked.period.end, on_map=on_map, today=today)
    if ground.is_folded:
        _refuse_foreign(ground, user)
    return Scope(asked.area, asked.period, ground, today)


def _refuse_foreign(ground: Territory, user: User) -> None:
    """A post in an ended unit reads its own records, not those that its successors took in beside them."""
    readable = set(rules.readable_areas(user).filter(pk__in=ground.keys()).values_list("pk", flat=True))
    foreign = [unit.name for unit in ground.units if unit.pk not in readable]
    if foreign:
        words = _("On today's map %(unit)s lies in communes outside your posts: %(communes)s.")
        raise Unanswerable(403, words % {"unit": ground.unit.name, "communes": ", ".join(foreign)})
