"""Where a target will stand at the year's end, out of the pipeline, with the reasoning.

Only figures that dossiers bring about are forecast: recognitions. Of the dossiers closed in the last three
years in the plan's unit, the share that ended recognised (with the stars asked for) and the median time from
submission to the end are applied to the open ones. Under ``FEWEST`` past cases nothing is said but that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from django.db.models import Q
from django.utils.translation import gettext as _

from ocop_portal.lib import clock
from ocop_portal.lib.dates import add_months
from products.models import ProductGroup
from ratings.models import Dossier
from ratings.models.dossiers import DossierQuerySet

from .counting import is_plain, measure_of
from .models import Plan, Target
from .progress import TargetProgress

FEWEST = 10
MONTHS_BACK = 36
KINDS: dict[str, tuple[str, ...]] = {
    "newly_recognised": (Dossier.Kind.FIRST,),
    "upgraded": (Dossier.Kind.UPGRADE,),
    "reevaluated": (Dossier.Kind.REEVALUATION,),
    "new_or_upgraded": (Dossier.Kind.FIRST, Dossier.Kind.UPGRADE),
}
"""The measures that dossiers bring about → the kinds of dossiers that do."""


@dataclass(frozen=True)
class Forecast:
    """What is to be expected by ``until``, and how that was found; no value where too little is known."""

    value: Decimal | None
    until: date
    reasoning: str


@dataclass(frozen=True)
class Case:
    """A closed dossier: how it ended for the target, and how many days it took from submission."""

    counted: bool
    days: int


def forecast(one: TargetProgress, plan: Plan, on: date | None = None) -> Forecast | None:
    """The forecast for a target; None for one that no dossier brings about, or without a number."""
    today = on or clock.today()
    target = one.target
    measure = measure_of(target)
    kinds = KINDS.get(measure.code) if measure and is_plain(target) else None
    until = target.deadline or date(min(max(today.year, plan.first_year), plan.last_year), 12, 31)
    if kinds is None or one.cumulative is None or until < today:
        return None
    rows = _dossiers(target, plan, kinds)
    cases = _cases(rows, target, today)
    opened = list(
        rows.open().filter(first_submitted_on__isnull=False).values_list("first_submitted_on", flat=True)
    )
    return foresee(one.cumulative, cases, opened, today=today, until=until)


def foresee(done: Decimal, cases: list[Case], opened: list[date], *, today: date, until: date) -> Forecast:
    """The arithmetic, pure: ``opened`` are the days on which the open dossiers were submitted."""
    if len(cases) < FEWEST:
        words = _("Not enough figures: %(count)d past dossiers, at least %(fewest)d are needed.")
        return Forecast(None, until, words % {"count": len(cases), "fewest": FEWEST})
    counted = sum(case.counted for case in cases)
    usual = round(median(case.days for case in cases))
    in_time = sum(max(day + timedelta(days=usual), today) <= until for day in opened)
    more = (Decimal(in_time * counted) / len(cases)).quantize(Decimal(1), ROUND_HALF_UP)
    words = _(
        "%(done)s so far; of %(cases)d past dossiers %(counted)d ended so (%(share)d%%), usually within "
        "%(days)d days; of %(open)d open ones %(in_time)d can be done by %(until)s: %(more)s more."
    )
    facts = {
        "done": f"{done:f}".rstrip("0").rstrip(".") if "." in f"{done:f}" else f"{done:f}",
        "cases": len(cases),
        "counted": counted,
        "share": round(100 * counted / len(cases)),
        "days": usual,
        "open": len(opened),
        "in_time": in_time,
        "until": f"{until:%d/%m/%Y}",
        "more": more,
    }
    return Forecast(done + more, until, words % facts)


def _dossiers(target: Target, plan: Plan, kinds: tuple[str, ...]) -> DossierQuerySet:
    rows = Dossier.objects.within(target.scope or plan.area).filter(kind__in=kinds)
    if target.group:
        rows = rows.filter(group__in=ProductGroup.objects.under(target.group.code).values("pk"))
    if target.economic_only:
        rows = rows.filter(enterprise__kind__is_economic_organisation=True)
    chosen = [kind.pk for kind in target.kinds.all()]
    return rows.filter(enterprise__kind__in=chosen) if chosen else rows


def _cases(rows: DossierQuerySet, target: Target, today: date) -> list[Case]:
    """The dossiers that ended in the last three years; one statement."""
    least, most = target.stars_min or 1, target.stars_max or 5
    counts = Q(state=Dossier.State.RECOGNISED, recognitions__stars__range=(least, most))
    closed = (
        rows.filter(
            state__in=[Dossier.State.RECOGNISED, Dossier.State.NOT_RECOGNISED, Dossier.State.WITHDRAWN],
            first_submitted_on__isnull=False,
            state_since__gte=add_months(today, -MONTHS_BACK),
            state_since__lte=today,
        )
        .values_list("pk", "first_submitted_on", "state_since")
        .distinct()
    )
    counted = set(rows.filter(counts).values_list("pk", flat=True))
    return [Case(pk in counted, (since - submitted).days) for pk, submitted, since in closed]
