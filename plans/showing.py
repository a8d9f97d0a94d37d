"""What the pages of a plan show: its targets with their figures, its money with totals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import clock
from ocop_portal.lib.listing import ListColumn, Listing
from ocop_portal.lib.periods import Period, for_year

from . import promises
from .counting import PERCENT, told_by_hand
from .forecasting import Forecast, Pipeline, forecast
from .models import BudgetLine, Plan, ReportedFigure
from .progress import TargetProgress, progress
from .wording import figure_words, narrowed_words, words_of


@dataclass(frozen=True)
class TargetRow:
    """A target's line on the page, its numbers in words."""

    progress: TargetProgress
    wanted: str
    done: str
    cumulative: str
    is_reported: bool
    narrowed: str

    @property
    def steps(self) -> list[promises.Step]:
        """How the target was revised."""
        return promises.history(self.progress.target)


@dataclass(frozen=True)
class Money:
    """Planned and disbursed million đồng; None is unknown."""

    planned: Decimal | None
    disbursed: Decimal | None
    allocated: Decimal | None = None

    @property
    def allocated_words(self) -> str:
        """The allocated sum for the page; a dash where unknown."""
        return figure_words(self.allocated)

    @property
    def planned_words(self) -> str:
        """The planned sum for the page; a dash where unknown."""
        return figure_words(self.planned)

    @property
    def disbursed_words(self) -> str:
        """The disbursed sum for the page; a dash where unknown."""
        return figure_words(self.disbursed)


def target_rows(plan: Plan, period: Period) -> list[TargetRow]:
    """The plan's targets as they stand at the end of the period."""
    return [
        TargetRow(
            found,
            words_of(found.target) or "–",
            figure_words(found.done) + _sign(found, found.done),
            figure_words(found.cumulative) + _sign(found, found.cumulative),
            told_by_hand(found.target),
            narrowed_words(found.target),
        )
        for found in progress(plan, period)
    ]


def _sign(found: TargetProgress, value: Decimal | None) -> str:
    """What follows the figure: per cent of a share, out of how many units."""
    if value is None:
        return ""
    if found.target.per_unit:
        return f"/{figure_words(found.planned)}"
    return "%" if found.unit == PERCENT else ""


def forecasts(plan: Plan, rows: Iterable[TargetRow]) -> list[tuple[TargetRow, Forecast]]:
    """Where the targets that dossiers bring about will stand at the year's end."""
    pipeline = Pipeline(clock.today())
    found = ((row, forecast(row.progress, plan, pipeline)) for row in rows)
    return [(row, one) for row, one in found if one is not None]


def pending(plan: Plan) -> int:
    """How many of the communes' figures wait to be accepted."""
    return ReportedFigure.objects.pending().filter(target__plan=plan).count()


def total_of(lines: Iterable[BudgetLine]) -> Money:
    """What the lines come to; lines without an amount add nothing, and no amount at all is unknown."""
    known = list(lines)
    return Money(*(_sum(line_amounts) for line_amounts in _amounts(known)))


def _amounts(lines: list[BudgetLine]) -> list[list[Decimal]]:
    names = ("planned", "disbursed", "allocated")
    return [[amount for line in lines if (amount := getattr(line, name)) is not None] for name in names]


def _sum(amounts: list[Decimal]) -> Decimal | None:
    return sum(amounts, Decimal(0)) if amounts else None


def year_shown(plan: Plan, asked: str) -> Period:
    """The year asked for, if it is one of the plan's; else the one that is on, or the nearest to it."""
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else clock.today().year
    return for_year(min(max(year, plan.first_year), plan.last_year))


def address(plan: Plan) -> str:
    """The plan's page for staff."""
    return reverse("plans:detail", args=[plan.pk])


PLANS: Listing[Plan] = Listing(
    title=_("Plans"),
    columns=(
        ListColumn(
            "title", _("Plan"), "title", width=60, sort="name_norm", link=address, note=lambda p: p.number
        ),
        ListColumn(
            "state",
            _("State"),
            lambda plan: str(_("Public") if plan.published_at else _("Not public yet")),
            sort="published_at",
            tone=lambda plan: "good" if plan.published_at else "neutral",
        ),
        ListColumn("number", _("Number"), "number", on_page=False),
        ListColumn("signed", _("Signed on"), "signed_on", kind="date", sort="signed_on"),
        ListColumn("area", _("Unit"), "area.name", width=24, sort="area__sort_key"),
        ListColumn("years", _("Years"), "years", sort=("first_year", "last_year")),
        ListColumn("body", _("Issuing body"), "issuing_body", width=36, on_page=False),
    ),
    order="-years",
)
