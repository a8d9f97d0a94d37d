"""Which unit and period an address asks about, read for a person who may see the one and name the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from areas import finding
from areas.maps import MapOf
from areas.models import Area
from ocop_portal.lib import clock, periods
from ocop_portal.lib.periods import Period, PeriodError

from . import rules
from .addresses import MAP, query_of


class Asked(NamedTuple):
    """A unit within the person's posts, a period, and the map that is asked for."""

    area: Area
    period: Period
    on_map: str = MapOf.THEN

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of an address."""
        return query_of(self.area, self.period, self.on_map)

    @property
    def parameters(self) -> str:
        """The same as the part of an address behind its question mark."""
        return urlencode(self.query)


class Unanswerable(Exception):
    """An address that asks about nothing the person can see; the text says why."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def read(query: Mapping[str, str], user: User) -> Asked:
    """The unit and period asked for; by default the person's own unit and this year.

    Raises :class:`Unanswerable`: 400 for a period or a map that is none, 404 for a unit that does not exist
    in the period or lies outside the person's posts, 403 where today's map takes in units outside them.
    """
    try:
        period = periods.parse(query.get("period") or str(clock.today().year))
    except PeriodError as error:
        raise Unanswerable(400, str(error)) from error
    code = query.get("area", "").strip()
    area = finding.find(code, period) if code else rules.own_area(user)
    if area is None or not rules.readable_areas(user).filter(pk=area.pk).exists():
        raise Unanswerable(404, _unknown(code, period) if code else _("None of your posts reads reports."))
    on_map = query.get(MAP) or MapOf.THEN
    if on_map not in MapOf.values:
        raise Unanswerable(400, _("The map is either that of then or that of now."))
    return _readable(Asked(area, period, on_map), user)


def _readable(asked: Asked, user: User) -> Asked:
    """Refuse today's map where it shows more than the person's posts do, naming the communes."""
    today = clock.today()
    if asked.on_map == MapOf.NOW and not asked.area.exists_on(today):
        units = list(finding.communes_of(asked.area, today))
        own = set(
            rules.readable_areas(user).filter(pk__in=[unit.pk for unit in units]).values_list("pk", flat=True)
        )
        if foreign := [unit.name for unit in units if unit.pk not in own]:
            words = _("On today's map %(unit)s lies in communes outside your posts: %(communes)s.")
            raise Unanswerable(403, words % {"unit": asked.area.name, "communes": ", ".join(foreign)})
    return asked


def choosable(user: User, period: Period) -> QuerySet[Area]:
    """The units within the person's posts that existed in the period, the widest first."""
    return (
        rules.readable_areas(user)
        .filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=period.end),
            Q(valid_to__isnull=True) | Q(valid_to__gte=period.start),
        )
        .order_by("-level", "sort_key", "code")
    )


def _unknown(code: str, period: Period) -> str:
    words = _("Within your posts there is no unit with the code %(code)s in %(period)s.")
    return words % {"code": code[:20], "period": period.label}
