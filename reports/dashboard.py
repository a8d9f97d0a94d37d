"""The figures of the dashboard: plan against actual, stars by commune, pipeline, what ends soon, money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from areas import finding
from ocop_portal.lib import clock
from ocop_portal.lib.measures import Figure, Selection
from ocop_portal.lib.svg import Bar, Part
from plans import progress as plan_progress
from plans.models import Plan
from plans.progress import TargetProgress
from ratings.measures import MEASURES
from ratings.models import Recognition

from . import measures, rules
from .asking import Asked
from .ground import ground
from .progress_facts import Facts
from .progress_tables import budget
from .tables import Table, with_totals

STARS = (3, 4, 5)
SHOWN = 20


@dataclass(frozen=True)
class Dashboard:
    """Everything the page shows; each figure comes from the measure that the report uses too."""

    plan: Plan | None
    progress: list[TargetProgress]
    figures: list[dict[str, Any]]
    communes: list[Bar]
    pipeline: list[Bar]
    pipeline_parts: tuple[Part, ...]
    expiring: list[Recognition]
    budget: Table


def gather(asked: Asked, user: User) -> Dashboard:
    """Compute the dashboard; the number of statements does not grow with the rows."""
    plan = plan_progress.plans_for(asked.area, asked.period).first()
    progress = plan_progress.progress(plan, asked.period) if plan else []
    facts = Facts(ground(*asked), plan, progress, [], [], set())
    return Dashboard(
        plan=plan,
        progress=progress,
        figures=_figures(asked),
        communes=_stars_by_commune(asked),
        pipeline=_pipeline(asked, rules.own_area(user) == asked.area),
        pipeline_parts=(Part("open", _("Dossiers")),),
        expiring=list(measures.expiring(asked.area, clock.today())[:SHOWN]),
        budget=with_totals(budget(facts)),
    )


def _pipeline(asked: Asked, is_own: bool) -> list[Bar]:
    """Open dossiers by state; each leads to its list where that holds the same ones: in the person's unit."""
    rows = measures.dossiers_by_state(asked.area)
    address = reverse("ratings:dossiers")
    return [Bar(label, (n,), f"{address}?state={state}" if is_own else "") for state, label, n in rows]


def _selection(asked: Asked, stars: int | None = None) -> Selection:
    return Selection(asked.area, asked.period.start, asked.period.end, stars=(stars, stars))


def _figures(asked: Asked) -> list[dict[str, Any]]:
    codes = ("taking_part", "newly_recognised", "recognised_in_all", "still_valid")
    found = [(MEASURES[code], MEASURES[code].total(_selection(asked))) for code in codes]
    return [{"value": one.value, "label": measure.name, "note": _unplaced(one)} for measure, one in found]


def _unplaced(figure: Figure) -> str:
    return _("and %(count)d without a known date") % {"count": figure.unplaced} if figure.unplaced else ""


def _stars_by_commune(asked: Asked) -> list[Bar]:
    """Products valid at the period's end by commune of that day and star; communes without are left out."""
    units = list(finding.units_under(asked.area, asked.period.end).order_by("sort_key", "code"))
    counted = [
        MEASURES["still_valid"].by_area(_selection(asked, stars), [unit.pk for unit in units])
        for stars in STARS
    ]
    bars = [Bar(unit.name, tuple(of.get(unit.pk, 0) for of in counted)) for unit in units]
    return [bar for bar in bars if any(bar.values)]
