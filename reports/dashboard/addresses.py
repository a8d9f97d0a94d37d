"""Where the dashboard's figures lead: to the list of exactly the rows that they count."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from areas.forms_ground import GROUND
from areas.maps import MapOf
from areas.models import Area
from ocop_portal.lib.periods import Period

from ..addresses import at_table
from ..asking import Asked
from ..tables import TOTALS
from .scope import Scope

COLUMNS = {
    "taking_part": "tham_gia",
    "newly_recognised": "moi",
    "recognised_in_all": "luy_ke",
    "still_valid": "con_hieu_luc",
}
"""By measure, its column in the report on products by area."""


def rows_address(
    scope: Scope,
    measure: str,
    *,
    unit: Area | None = None,
    stars: int | None = None,
    period: Period | None = None,
) -> str:
    """Where the rows stand that a measure counts in the scope, or in a commune, of a star, in a period.

    The figure of the report on products by area: in its row of the commune, or of the totals.
    """
    column = f"sao_{stars}" if stars else COLUMNS[measure]
    row = f"xa-{unit.pk}" if unit else TOTALS
    asked = Asked(scope.area, period or scope.period, scope.on_map)
    figure = {"bang": "theo-dia-ban", "hang": row, "cot": column}
    return (
        f"{reverse('reports:figure', args=['san-pham-theo-dia-ban'])}?{asked.parameters}&{urlencode(figure)}"
    )


def now_address(scope: Scope) -> str:
    """The dashboard on today's map; empty where it is drawn on it, or the unit is not one of today."""
    if scope.on_map == MapOf.NOW or scope.period.end >= scope.today or not scope.area.exists_on(scope.today):
        return ""
    asked = Asked(scope.area, scope.period, MapOf.NOW)
    return f"{reverse('reports:dashboard')}?{asked.parameters}"


def report_address(scope: Scope, table: str = "") -> str:
    """The progress report on the scope, at a table of it where one is named."""
    address = f"{reverse('reports:report', args=['tien-do'])}?{scope.asked.parameters}"
    return at_table(address, scope.area, table)


def dossiers_address(scope: Scope, state: str, **term: str) -> str:
    """The dossiers of the ground in a state (``open``: in any open one) and of a ``term`` of the filter."""
    query = {"state": state, **term, GROUND: scope.ground.address_code(scope.today)}
    return f"{reverse('ratings:dossiers')}?{urlencode(query)}"


def radar_address(scope: Scope, kind: str, days: int) -> str:
    """The radar's list of the ground: certificates or evidence that end within so many days."""
    query = {"loai": kind, "trong": days, GROUND: scope.ground.address_code(scope.today)}
    return f"{reverse('ratings:radar')}?{urlencode(query)}"
