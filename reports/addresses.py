"""Where reports stand on the portal, as links carry it."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from areas.finding import code_on
from areas.maps import MapOf
from areas.models import Area, Level
from ocop_portal.lib.periods import Period

from .ground import Ground
from .tables import Place

MAP = "ban-do"
"""The parameter that asks for a map; left out it is that of then."""


def query_of(area: Area, period: Period, on_map: str) -> dict[str, str]:
    """Unit, period and map as parameters."""
    asked = {"area": code_on(area, period.end), "period": period.code}
    return asked if on_map == MapOf.THEN else {**asked, MAP: on_map}


@lru_cache(maxsize=8192)
def place_query(place: Place) -> str:
    """Table, row and column of a figure as parameters; the progress report's summary goes without saying.

    Kept, because a province's page has a thousand of them, the same at each visit.
    """
    table, row, column = place
    asked = {"hang": row, "cot": column}
    return urlencode(asked if table == "tong-hop" else {"bang": table, **asked})


def report_address(code: str, ground: Ground, table: str = "") -> str:
    """The page of a report on a ground, at a table of it where one is named."""
    asked = query_of(ground.unit, ground.period, ground.territory.on_map)
    return at_table(f"{reverse('reports:report', args=[code])}?{urlencode(asked)}", ground.unit, table)


def is_parted(area: Area) -> bool:
    """Whether each table of a report has a page of its own: a province's would be too much for one."""
    return area.level == Level.PROVINCE


def at_table(address: str, area: Area, table: str) -> str:
    """The address of a report's page, which has parameters, at one of its tables."""
    if not table:
        return address
    return f"{address}&{urlencode({'bang': table})}#{table}" if is_parted(area) else f"{address}#{table}"
