"""The trend over five years: what took part, what was new, what was still valid at the year's end."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ocop_portal.lib import svg_trend
from ocop_portal.lib.measures import Measure, Selection
from ocop_portal.lib.periods import Period, for_year
from ocop_portal.lib.svg import Part
from plans.models import Target
from plans.wording import figure_words
from ratings.measures import MEASURES

from .addresses import rows_address
from .scope import Scope

YEARS = 5
CODES = ("taking_part", "newly_recognised", "still_valid")
TONES = ("open", "star4", "done")


@dataclass(frozen=True)
class TrendCell:
    """One figure of one year: the count, the plan's number in words (empty where there is none), its rows."""

    value: int
    planned: Decimal | None
    url: str

    @property
    def planned_words(self) -> str:
        """The plan's number; empty where the plans name none."""
        return "" if self.planned is None else figure_words(self.planned)


@dataclass(frozen=True)
class TrendYear:
    """A year with its figures in the order of :data:`CODES`."""

    year: int
    is_over: bool
    cells: list[TrendCell]


@dataclass(frozen=True)
class TrendPanel:
    """Five years, the parts of the drawing, and the drawing."""

    years: list[TrendYear]
    parts: list[Part]
    drawing: SafeString


def trend_panel(scope: Scope) -> TrendPanel:
    """The five years that end with the period's; a statement a figure, and one for the plans' numbers.

    What is valid at the end of each year is another state, hence another statement.
    """
    periods = _periods(scope)
    wanted = _planned(scope, periods[0].year, periods[-1].year)
    years = [_year(scope, period, wanted) for period in periods]
    parts = [Part(tone, str(MEASURES[code].name)) for tone, code in zip(TONES, CODES, strict=True)]
    return TrendPanel(years, parts, _drawing(years, parts))


def expected(scope: Scope) -> list[tuple[Measure, Selection]]:
    """The totals that the years ask for."""
    return [(MEASURES[code], scope.days(year.start, year.end)) for year in _periods(scope) for code in CODES]


def _periods(scope: Scope) -> list[Period]:
    last = scope.period.year
    return [for_year(year) for year in range(last - YEARS + 1, last + 1)]


def _year(scope: Scope, period: Period, wanted: dict[tuple[int, str], Decimal]) -> TrendYear:
    days = scope.days(period.start, period.end)
    cells = [
        TrendCell(
            scope.counts.value(MEASURES[code], days),
            wanted.get((period.year, code)),
            rows_address(scope, code, period=period),
        )
        for code in CODES
    ]
    return TrendYear(period.year, period.end < scope.today, cells)


def _planned(scope: Scope, first: int, last: int) -> dict[tuple[int, str], Decimal]:
    """By year and measure, what the unit's plan of that one year aims at.

    Only a target of all products says the same as the figure: one that is narrowed by anything, names its
    products, speaks of each unit or in %, or adds up years, is left out; of several the latest plan's first
    stands.
    """
    targets = Target.objects.filter(
        plan__area=scope.area,
        plan__first_year=F("plan__last_year"),
        plan__first_year__range=(first, last),
        indicator__measure__in=CODES,
        number__isnull=False,
        stars_min__isnull=True,
        group__isnull=True,
        kinds__isnull=True,
        scope__isnull=True,
        economic_only=False,
        is_cumulative=False,
        products__isnull=True,
        **dict.fromkeys(("level", "funding_source", "percent_of", "base", "per_unit", "product_names"), ""),
    )
    rows = targets.order_by("plan__signed_on", "plan", "-position", "-pk")
    found = rows.values_list("plan__first_year", "indicator__measure", "number")
    return {(year, code): number for year, code, number in found if number is not None}


def _drawing(years: list[TrendYear], parts: list[Part]) -> SafeString:
    columns = [
        svg_trend.Year(
            str(one.year),
            tuple(cell.value for cell in one.cells),
            tuple(cell.planned for cell in one.cells),
        )
        for one in years
    ]
    return svg_trend.draw(
        columns,
        parts,
        name="trend-years",
        title=_("Five years: taking part, newly recognised, still valid at the end of the year"),
        description=_("The line across a column is the plan's number. The table has the same numbers."),
    )
