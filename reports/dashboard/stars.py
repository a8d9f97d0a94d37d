"""Stars by commune: bars, and the same on a schematic map where coordinates are known."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from areas.models import Area
from ocop_portal.lib import svg_map
from ocop_portal.lib.svg import Bar
from ocop_portal.lib.svg_map import Spot
from ratings.measures import MEASURES

from ..counting import things
from ..ground import UNPLACED
from ..tables import TOTALS
from .addresses import now_address, rows_address
from .scope import Scope

STARS = (3, 4, 5)
NOTHING = (0,) * len(STARS)
VALID = "still_valid"
SHOWN = 10
"""How many communes have a bar of their own at first sight; the fold has them all."""


@dataclass(frozen=True)
class StarsPanel:
    """Products valid on the period's last day: bars of the communes with most, all bars, the map.

    ``unmapped`` are the communes with products but without coordinates; ``empty`` those without products;
    ``now_url`` leads to today's map where that is another.
    """

    bars: list[Bar]
    every: list[Bar]
    totals: tuple[str, ...]
    map: SafeString | None
    unmapped: list[Bar]
    empty: list[str]
    now_url: str

    @property
    def is_short(self) -> bool:
        """Whether some communes stand in the fold only."""
        return len(self.every) > len(self.bars)


def stars_panel(scope: Scope) -> StarsPanel:
    """Products by commune of the map and star, each product once, as the report has them; two statements."""
    by_row: dict[str, Counter[int]] = defaultdict(Counter)
    for one in things(MEASURES[VALID], scope.on.selection):
        by_row[scope.on.row_of(one.area)][one.stars or 0] += 1
    values = {row: tuple(stars[n] for n in STARS) for row, stars in by_row.items()}
    rows = [(unit, values.get(f"xa-{unit.pk}", NOTHING)) for unit in scope.ground.communes]
    holding = _biggest_first([(unit, of) for unit, of in rows if any(of)])
    bar_of = {unit.pk: _bar(scope, unit.name, f"xa-{unit.pk}", of) for unit, of in holding}
    every = list(bar_of.values())
    if any(left := values.get(UNPLACED, NOTHING)):
        every.append(_bar(scope, _("Recorded in no commune of this map"), UNPLACED, left))
    mapped = [(unit, of) for unit, of in rows if unit.longitude is not None]
    return StarsPanel(
        bars=_shortened(every),
        every=every,
        totals=_urls(scope, TOTALS),
        map=_map(scope, mapped) if mapped else None,
        unmapped=[bar_of[unit.pk] for unit, of in rows if any(of) and unit.longitude is None],
        empty=[unit.name for unit, of in rows if not any(of)],
        now_url=now_address(scope),
    )


def _biggest_first(rows: list[tuple[Area, tuple[int, ...]]]) -> list[tuple[Area, tuple[int, ...]]]:
    return sorted(rows, key=lambda row: (-sum(row[1]), row[0].sort_key, row[0].code))


def _bar(scope: Scope, label: str, row: str, values: tuple[int, ...]) -> Bar:
    urls = _urls(scope, row)
    return Bar(label, values, urls[-1], urls)


def _urls(scope: Scope, row: str) -> tuple[str, ...]:
    """Where each star's figure of the row leads, and their sum."""
    return tuple(rows_address(scope, VALID, row=row, stars=stars) for stars in (*STARS, None))


def _shortened(bars: list[Bar]) -> list[Bar]:
    """The first bars, and in one more what the others come to."""
    if len(bars) <= SHOWN + 1:
        return bars
    rest = bars[SHOWN:]
    label = ngettext("%(count)d other commune", "%(count)d other communes", len(rest)) % {"count": len(rest)}
    sums = tuple(sum(bar.values[place] for bar in rest) for place in range(len(STARS)))
    return [*bars[:SHOWN], Bar(label, sums)]


def _map(scope: Scope, rows: list[tuple[Area, tuple[int, ...]]]) -> SafeString:
    spots = [_spot(scope, unit, sum(values)) for unit, values in rows]
    holding = sum(spot.value > 0 for spot in spots)
    description = _(
        "%(communes)d communes, of which %(holding)d have products that are valid on the last day of the "
        "period; the circle grows with their number. The table has the same numbers."
    )
    return svg_map.draw(
        spots,
        name="map-stars",
        title=_("Schematic map: products still valid by commune"),
        description=description % {"communes": len(spots), "holding": holding},
    )


def _spot(scope: Scope, unit: Area, number: int) -> Spot:
    said = ngettext("%(count)d product still valid", "%(count)d products still valid", number)
    return Spot(
        label=unit.short_name,
        words=f"{unit.name}: {said % {'count': number}}",
        value=number,
        longitude=float(unit.longitude or 0),
        latitude=float(unit.latitude or 0),
        url=rows_address(scope, VALID, row=f"xa-{unit.pk}"),
    )
