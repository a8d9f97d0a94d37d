"""Where the dashboard's figures lead: to the list of exactly the rows that they count."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from areas import finding
from areas.forms_ground import GROUND
from areas.maps import MapOf
from areas.models import Area
from ocop_portal.lib.periods import Period

from .scope import MAP, Scope


def rows_address(
    scope: Scope,
    measure: str,
    *,
    unit: Area | None = None,
    stars: int | None = None,
    period: Period | None = None,
) -> str:
    """Where the rows stand that a measure counts in the scope, or in a commune, of a star, in a period.

    The one place to say so: a page that lists the rows of a live figure is linked from here. The progress
    report names the products of the unit and period, each with its star, decision and validity; it has no
    filter by measure and star. On today's map a folded unit as a whole leads
    nowhere (empty): the report knows the map of then alone.
    """
    if unit is None and scope.ground.is_folded:
        return ""
    when = period or scope.period
    query = {"area": finding.code_on(unit or scope.area, when.end), "period": when.code}
    return f"{reverse('reports:progress')}?{urlencode(query)}#san-pham"


def now_address(scope: Scope) -> str:
    """The dashboard on today's map; empty where it is drawn on it, or the unit is not one of today."""
    if scope.on_map == MapOf.NOW or scope.period.end >= scope.today or not scope.area.exists_on(scope.today):
        return ""
    query = {
        "area": finding.code_on(scope.area, scope.period.end),
        "period": scope.period.code,
        MAP: MapOf.NOW.value,
    }
    return f"{reverse('reports:dashboard')}?{urlencode(query)}"


def report_address(scope: Scope, table: str = "") -> str:
    """The progress report on the unit and period, at a table of it where one is named."""
    query = {"area": finding.code_on(scope.area, scope.period.end), "period": scope.period.code}
    return f"{reverse('reports:progress')}?{urlencode(query)}" + (f"#{table}" if table else "")


def dossiers_address(scope: Scope, state: str, **term: str) -> str:
    """The dossiers of the ground in a state (``open``: in any open one) and of a ``term`` of the filter."""
    query = {"state": state, **term, GROUND: scope.ground.address_code(scope.today)}
    return f"{reverse('ratings:dossiers')}?{urlencode(query)}"


def radar_address(scope: Scope, kind: str, days: int) -> str:
    """The radar's list of the ground: certificates or evidence that end within so many days."""
    query = {"loai": kind, "trong": days, GROUND: scope.ground.address_code(scope.today)}
    return f"{reverse('ratings:radar')}?{urlencode(query)}"
