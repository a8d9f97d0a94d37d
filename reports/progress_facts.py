"""The facts that the tables of the progress report share: each fetched once, and only when a table asks.

Lists are known by their keys in order first; the rows behind a part of them are read for that part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import F, Prefetch, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from areas.models import Area
from ocop_portal.lib.measures import Counts, Measure, Selection
from ocop_portal.lib.periods import Period
from plans import progress as plan_progress
from plans.models import BudgetLine, Plan, Target
from plans.progress import TargetProgress
from plans.told import Told, latest_told
from ratings import whereabouts
from ratings.measures import NEW_ORGANISATIONS
from ratings.models import Dossier, Recognition, RecognitionHolder

from .ground import Ground

_NARROWED = 200
"""Up to how many products statements name one by one; of more, all rows are read."""
_WHOLE = 300
"""Up to how many dossiers are read at once, whichever of them is asked for first."""
_SHARED = ("area", "group", "kind", "product__code")
_OF_DOSSIER = (
    *_SHARED,
    "product__name",
    "enterprise__name",
    "code",
    "first_submitted_on",
    "state",
    "level",
    "due_on",
)
_OF_RECOGNITION = (*_SHARED, "product_name", "stars", "decision", "recognised_on", "date_precision")


class Filed(NamedTuple):
    """A dossier by its keys, with what orders products and organisations."""

    pk: int
    product: int
    product_order: str
    enterprise: int
    enterprise_order: str
    first_submitted_on: date


class Given(NamedTuple):
    """A recognition by its keys, how it stands on the last day; ``ended_by`` is empty where nothing did."""

    pk: int
    product: int
    product_order: str
    expiry: date | None
    valid_to: date | None
    ended_by: str


class Held(NamedTuple):
    """That an organisation is named by a recognition."""

    recognition: int
    enterprise: int
    enterprise_order: str


@dataclass
class Facts:
    """What happened in the area by the end of the period; each fact costs its statements once it is asked."""

    ground: Ground
    counts: Counts = field(default_factory=lambda: Counts(named=True))
    _dossiers: dict[int, Dossier] = field(default_factory=dict)

    @property
    def area(self) -> Area:
        """The unit that was asked for."""
        return self.ground.unit

    @property
    def period(self) -> Period:
        """The days that were asked for."""
        return self.ground.period

    @cached_property
    def plan(self) -> Plan | None:
        """The unit's own plan, the latest that the period touches."""
        return plan_progress.plans_for(self.ground.unit, self.period).first()

    @cached_property
    def _in_order(self) -> list[tuple[Target, int]]:
        return plan_progress.in_order(self.plan, self.period) if self.plan else []

    @property
    def targets(self) -> list[Target]:
        """The plan's targets in its order, without their figures."""
        return [target for target, _depth in self._in_order]

    @cached_property
    def progress(self) -> list[TargetProgress]:
        """The targets with their figures; the number of statements grows with the plan's targets."""
        if self.plan is None:
            return []
        ground = self.ground.territory
        self.counts.expect([(NEW_ORGANISATIONS, self.ground.selection)], perhaps=False)
        return plan_progress.measured(self._in_order, self.plan, self.period, ground, self.counts, self.told)

    @cached_property
    def lines(self) -> list[BudgetLine]:
        """The lines of the plan's budget."""
        return list(self.plan.budget_lines.all()) if self.plan else []

    @cached_property
    def told(self) -> dict[int, list[Told]]:
        """By target, what was told by hand before the period and in it."""
        return latest_told(self.plan, self.period) if self.plan else {}

    @cached_property
    def dossiers(self) -> list[Filed]:
        """Dossiers submitted by the end, and in the period or still open when it began, in their order."""
        start = self.period.start
        closed_before = Q(state__in=Dossier.CLOSED, state_since__lt=start)
        fields = ("pk", "product", "product__sort_key", "enterprise", "enterprise__sort_key")
        rows = (
            Dossier.objects.within(self.ground.territory)
            .filter(first_submitted_on__lte=self.period.end)
            .exclude(closed_before & Q(first_submitted_on__lt=start))
            .order_by("first_submitted_on", "pk")
            .values_list(*fields, "first_submitted_on")
        )
        return [Filed(*row) for row in rows]

    @cached_property
    def recognitions(self) -> list[Given]:
        """Recognitions in force on some day of the period; an unknown expiry counts. Latest last."""
        start, end = self.period.start, self.period.end
        fields = ("pk", "product", "product__sort_key", "expiry", "valid_to", "ended_by")
        not_over = GreaterThanOrEqual(Coalesce("valid_to", Value(date.max)), start)
        rows = (
            Recognition.objects.within(self.ground.territory)
            .given_by(end)
            .not_ended(start)
            .with_validity(end)
            .filter(not_over)
            .with_ending(end)
            .order_by(F("recognised_on").asc(nulls_first=True), "pk")
        )
        return [Given(*row) for row in rows.values_list(*fields)]

    @cached_property
    def given(self) -> dict[int, Given]:
        """These recognitions by their keys."""
        return {one.pk: one for one in self.recognitions}

    @cached_property
    def held(self) -> list[Held]:
        """The organisations that these recognitions name; not those known by name alone."""
        rows = RecognitionHolder.objects.filter(recognition__in=[*self.given], enterprise__isnull=False)
        listed = rows.order_by("pk").values_list("recognition", "enterprise", "enterprise__sort_key")
        return [Held(*row) for row in listed]

    @cached_property
    def newcomers(self) -> frozenset[int]:
        """The organisations that are new in the period."""
        return self.counts.things(NEW_ORGANISATIONS, self.ground.selection)

    @cached_property
    def recognition_of(self) -> dict[int, int]:
        """By product, the latest recognition that it held in the period."""
        return {one.product: one.pk for one in self.recognitions}

    @cached_property
    def dossier_of(self) -> dict[int, int]:
        """By product, the latest dossier that was first submitted in the period."""
        return {one.product: one.pk for one in self.dossiers if one.first_submitted_on in self.period}

    def labels(self, products: Collection[int]) -> dict[int, list[str]]:
        """By product, of some of them, the labels of the targets whose figures count it."""
        labels: dict[int, list[str]] = defaultdict(list)
        asked = list(self._counting_products(products))
        self.counts.expect(((measure, selection) for _label, measure, selection in asked), perhaps=False)
        for label, measure, selection in asked:
            for product in self.counts.things(measure, selection):
                labels[product].append(label)
        return labels

    def _counting_products(self, products: Collection[int]) -> Iterator[tuple[str, Measure, Selection]]:
        """The targets that count products, by their labels, with what gives their figures in all.

        What the figures were counted of is known already; else few products are asked for alone.
        """
        is_known = "progress" in vars(self) or len(products) > _NARROWED
        for place, target in enumerate(self.targets, start=1):
            for measure, selection in plan_progress.counted(target, self.period, self.ground.territory)[-1:]:
                if measure.counts.endswith("product"):
                    wanted = selection if is_known else selection.among(products)
                    yield target.label or str(place), measure, wanted

    def dossiers_by_key(self, keys: Iterable[int]) -> Mapping[int, Dossier]:
        """The dossiers of the keys, with what a line prints: several tables show the same ones."""
        wanted = [one.pk for one in self.dossiers] if len(self.dossiers) <= _WHOLE else keys
        missing = [key for key in wanted if key not in self._dossiers]
        if missing:
            self._dossiers |= dossiers_by_key(missing, self.period)
        return self._dossiers


def gather(ground: Ground) -> Facts:
    """The facts on a ground, none of them fetched yet."""
    return Facts(ground)


def dossiers_by_key(keys: Iterable[int], period: Period) -> dict[int, Dossier]:
    """Dossiers with what a line of theirs prints; as many statements whatever their number.

    ``state_then`` is the one of the period's end.
    """
    rows = Dossier.objects.filter(pk__in=list(keys)).with_state_then(period.end)
    found = (
        whereabouts.with_holder(rows)
        .select_related("enterprise", "product")
        .only(*_OF_DOSSIER)
        .prefetch_related("area", "group")
    )
    return {row.pk: row for row in found}


def recognitions_by_key(keys: Iterable[int]) -> dict[int, Recognition]:
    """Recognitions with what a line of theirs prints; as many statements whatever their number."""
    # What many rows share (communes, groups, decisions) is fetched once and not joined to each.
    names = RecognitionHolder.objects.only("name", "recognition")
    rows = Recognition.objects.filter(pk__in=list(keys)).select_related("product").only(*_OF_RECOGNITION)
    found = rows.prefetch_related("area", "group", "decision", Prefetch("holders", names, "known_holders"))
    return {row.pk: row for row in found}
