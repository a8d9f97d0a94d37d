"""Where the dashboard's figures lead: to the list of exactly the rows that they count."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from areas.forms_ground import GROUND
from areas.maps import MapOf
from ocop_portal.lib.periods import Period

from .. import sources
from ..addresses import at_table, place_query, query_of
from ..tables import TOTALS, Place
from .scope import Scope

PROGRESS = "tien-do"


PRODUCTS = "san-pham-theo-dia-ban"
COLUMNS = {
    "taking_part": "tham_gia",
    "newly_recognised": "moi",
    "recognised_in_all": "luy_ke",
    "still_valid": "con_hieu_luc",
}
"""A measure → the column of the report on products by area that counts the same."""


def rows_address(
    scope: Scope, measure: str, *, row: str = TOTALS, stars: int | None = None, period: Period | None = None
) -> str:
    """The live rows that a measure counts on the ground, in one row of it, of one star, in a period.

    The one place to say so. ``row`` is that of the report on products by area (see ``Ground.row_of``): what
    the page there lists is what is counted here.
    """
    column = f"sao_{stars}" if stars else COLUMNS[measure]
    return _figure(scope, PRODUCTS, ("theo-dia-ban", row, column), period)


def target_address(scope: Scope, target: int, has_rows: bool) -> str:
    """The rows of a target's cumulative figure, counted or told; the summary where nobody told one yet."""
    if not has_rows:
        return report_address(scope, "tong-hop")
    return _figure(scope, PROGRESS, ("tong-hop", sources.key_of_target(target), sources.CUMULATIVE))


def _figure(scope: Scope, code: str, place: Place, period: Period | None = None) -> str:
    return f"{scope.figures_of(code, period or scope.period)}&{place_query(place)}"


def now_address(scope: Scope) -> str:
    """The dashboard on today's map; empty where it is drawn on it, or the unit is not one of today."""
    if scope.on_map == MapOf.NOW or scope.period.end >= scope.today or not scope.area.exists_on(scope.today):
        return ""
    return f"{reverse('reports:dashboard')}?{urlencode(query_of(scope.area, scope.period, MapOf.NOW))}"


def report_address(scope: Scope, table: str = "", **narrowed: str) -> str:
    """The progress report on the unit and period as asked, at a table of it where one is named.

    ``narrowed`` are the parameters that narrow the table (see ``reports/narrowing.py``).
    """
    query = urlencode({**scope.asked.query, **narrowed})
    return at_table(f"{reverse('reports:report', args=[PROGRESS])}?{query}", scope.area, table)


def dossiers_address(scope: Scope, state: str, **term: str) -> str:
    """The dossiers of the ground in a state (``open``: in any open one) and of a ``term`` of the filter."""
    query = {"state": state, **term, GROUND: scope.ground.address_code(scope.today)}
    return f"{reverse('ratings:dossiers')}?{urlencode(query)}"


def radar_address(scope: Scope, kind: str, days: int) -> str:
    """The radar's list of the ground: certificates or evidence that end within so many days."""
    query = {"loai": kind, "trong": days, GROUND: scope.ground.address_code(scope.today)}
    return f"{reverse('ratings:radar')}?{urlencode(query)}"
