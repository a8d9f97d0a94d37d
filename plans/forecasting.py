"""Where a target will stand at the year's end, out of the pipeline, with the reasoning.

Only figures that dossiers bring about are forecast: recognitions. Of the dossiers closed in the last three
years in the plan's unit, the share that ended as the target counts and the median time from submission to the
end are applied to the open ones. Under ``FEWEST`` past cases nothing is said but that.

What the target is about narrows open and closed ones alike: the place, the group, who files, and from which
source the product is paid by today. Which star an open dossier will get and at which level can't be told: all
of them are taken, and the share is that of the closed ones that got the star at the level, by the rule of the
measure. What a lower level recognised while the dossier goes on to the next is counted by now and not again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import NamedTuple

from django.db.models import F, Q
from django.utils.translation import gettext as _

from areas.models import Area
from ocop_portal.lib import clock
from ocop_portal.lib.dates import add_months
from products.models import ProductGroup
from ratings.models import Dossier
from ratings.models.succession import IsFirst
from ratings.narrowing import levels_at, sources_of

from .counting import in_all, is_plain, measure_of
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
_ENDED = frozenset(
    state.value for state in (Dossier.State.RECOGNISED, Dossier.State.NOT_RECOGNISED, Dossier.State.WITHDRAWN)
)
_READ = (
    "kind",
    "group",
    "enterprise__kind",
    "enterprise__kind__is_economic_organisation",
    "state",
    "first_submitted_on",
    "state_since",
    "sources",
)
_GIVEN = ("recognitions__stars", "levels", "is_first")


@dataclass(frozen=True)
class Forecast:
    """What is to be expected by ``until``, and how that was found; no value where too little is known."""

    value: Decimal | None
    until: date
    reasoning: str


class Case(NamedTuple):
    """A closed dossier: how it ended for the target, and how many days it took from submission."""

    counted: bool
    days: int


class Given(NamedTuple):
    """A recognition on a dossier: its stars, who decided it by level, whether it is the product's first."""

    stars: int
    levels: list[str]
    is_first: bool


class Filed(NamedTuple):
    """A dossier that is open or ended of late, as forecasts read it.

    ``sources`` are those from which its product is paid; ``given`` what was recognised on it, in its order.
    """

    kind: str
    group: int
    maker_kind: int
    is_economic: bool
    state: str
    submitted: date
    since: date
    sources: list[str]
    given: list[Given]


class Pipeline:
    """The dossiers that the forecasts of a day are made of: each place's are read once."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._filed: dict[int, list[Filed]] = {}
        self._groups: dict[str, frozenset[int]] = {}

    def of(self, target: Target, plan: Plan, kinds: Collection[str]) -> list[Filed]:
        """The dossiers, of these kinds, that the target is about whatever they get, and at which level."""
        place = target.scope or plan.area
        groups = self._under(target.group.code) if target.group else None
        makers = {kind.pk for kind in target.kinds.all()}
        return [
            one
            for one in self._within(place)
            if one.kind in kinds
            and (groups is None or one.group in groups)
            and (not makers or one.maker_kind in makers)
            and (one.is_economic or not target.economic_only)
            and (not target.funding_source or target.funding_source in one.sources)
        ]

    def _within(self, place: Area) -> list[Filed]:
        if place.pk not in self._filed:
            self._filed[place.pk] = _filed(place, self.today)
        return self._filed[place.pk]

    def _under(self, code: str) -> frozenset[int]:
        if code not in self._groups:
            self._groups[code] = frozenset(ProductGroup.objects.under(code).values_list("pk", flat=True))
        return self._groups[code]


def _filed(place: Area, today: date) -> list[Filed]:
    """The dossiers of a place that are open or ended in the last three years; one statement."""
    lately = Q(state__in=_ENDED, state_since__range=(add_months(today, -MONTHS_BACK), today))
    rows = (
        Dossier.objects.within(place)
        .filter(lately | ~Q(state__in=Dossier.CLOSED), first_submitted_on__isnull=False)
        .annotate(
            sources=sources_of("product", today),
            levels=levels_at("recognitions"),
            is_first=IsFirst(*(f"recognitions__{name}" for name in IsFirst.columns)),
        )
        .order_by("pk", F("recognitions__recognised_on").asc(nulls_first=True), "recognitions__pk")
        .values_list("pk", *_READ, *_GIVEN)
    )
    found: dict[int, Filed] = {}
    for pk, *read, stars, levels, is_first in rows:
        filed = found.setdefault(pk, Filed._make((*read, [])))
        if stars is not None:
            filed.given.append(Given(stars, levels, is_first))
    return list(found.values())


def forecast(one: TargetProgress, plan: Plan, pipeline: Pipeline | None = None) -> Forecast | None:
    """The forecast for a target; None for one that no dossier brings about, or without a number.

    ``pipeline`` is that of the day and of all targets that are asked about; by default today's.
    """
    pipeline = pipeline or Pipeline(clock.today())
    today, target = pipeline.today, one.target
    measure = measure_of(target)
    kinds = KINDS.get(measure.code) if measure and is_plain(target) else None
    until = target.deadline or date(min(max(today.year, plan.first_year), plan.last_year), 12, 31)
    if measure is None or kinds is None or one.cumulative is None or until < today:
        return None
    is_total = in_all(measure, target, plan)[0].at_end
    filed = [(one, _is_counted(one, target, is_total=is_total)) for one in pipeline.of(target, plan, kinds)]
    cases = [Case(ok, (one.since - one.submitted).days) for one, ok in filed if one.state in _ENDED]
    opened = [one.submitted for one, ok in filed if one.state not in _ENDED and not ok]
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


def _is_counted(one: Filed, target: Target, *, is_total: bool) -> bool:
    """Whether the target's figure counts what was recognised on the dossier.

    Of what one dossier got at several levels a total of all there is looks at the latest, a figure of new
    products at the first; an upgrade or a re-evaluation counts whichever it is.
    """
    given = one.given
    if not given:  # as with most dossiers, and each is asked about for each target
        return False
    if one.kind == Dossier.Kind.FIRST.value:
        given = given[-1:] if is_total else [each for each in given if each.is_first]
    least, most = target.stars_min or 1, target.stars_max or 5
    return any(
        least <= each.stars <= most and (not target.level or target.level in each.levels) for each in given
    )
