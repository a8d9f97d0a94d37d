"""The rows that the tables of the progress report share, fetched once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.db.models import F, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce

from areas.maps import Territory
from areas.models import Area
from enterprises.models import Enterprise
from ocop_portal.lib.periods import Period
from plans import progress as plan_progress
from plans.models import Plan
from plans.progress import TargetProgress
from ratings import whereabouts
from ratings.measures import NEW_ORGANISATIONS
from ratings.models import Dossier, DossierStep, Recognition, RecognitionEvent, RecognitionHolder

from .ground import Ground


@dataclass
class Facts:
    """What happened in the area by the end of the period."""

    ground: Ground
    plan: Plan | None
    progress: list[TargetProgress]
    dossiers: list[Dossier]
    recognitions: list[Recognition]
    newcomers: set[int]
    labels: dict[int, list[str]] = field(default_factory=dict)

    @property
    def area(self) -> Area:
        """The unit that was asked for."""
        return self.ground.unit

    @property
    def period(self) -> Period:
        """The days that were asked for."""
        return self.ground.period

    def recognition_of(self) -> dict[int, Recognition]:
        """By product, the latest recognition that it held in the period."""
        return {recognition.product_id: recognition for recognition in self.recognitions}

    def dossier_of(self) -> dict[int, Dossier]:
        """By product, the latest dossier that was first submitted in the period."""
        return {row.product_id: row for row in self.dossiers if self._began_in_it(row)}

    def _began_in_it(self, dossier: Dossier) -> bool:
        return dossier.first_submitted_on is not None and dossier.first_submitted_on in self.period


def gather(ground: Ground) -> Facts:
    """Fetch the facts; the number of statements grows with the plan's targets only."""
    territory, period = ground.territory, ground.period
    return replace(
        facts := targets(ground),
        dossiers=_dossiers(territory, period),
        recognitions=_recognitions(territory, period),
        newcomers=set(NEW_ORGANISATIONS.rows(ground.selection).values_list("enterprise", flat=True)),
        labels=_labels(facts.progress, ground),
    )


def targets(ground: Ground) -> Facts:
    """The plan and its targets' figures alone, without the lists."""
    plan = plan_progress.plans_for(ground.unit, ground.period).first()
    progress = plan_progress.progress(plan, ground.period, ground.territory) if plan else []
    return Facts(ground, plan, progress, [], [], set())


def held_by(recognition: Recognition) -> list[RecognitionHolder]:
    """The organisations that the decision names; no statement for what :func:`gather` fetched."""
    known: list[RecognitionHolder] | None = getattr(recognition, "known_holders", None)
    return list(recognition.holders.all()) if known is None else known


def _dossiers(area: Territory, period: Period) -> list[Dossier]:
    """Dossiers submitted by the end, and in the period or still open when it began; with ``state_then``.

    The state is the one of the period's end; where the history says nothing, the one of now.
    """
    steps = DossierStep.objects.filter(dossier=OuterRef("pk"), on__lte=period.end).order_by("-pk")
    closed_before = Q(state__in=Dossier.CLOSED, state_since__lt=period.start)
    rows = whereabouts.with_holder(Dossier.objects.within(area))
    return list(
        rows.filter(first_submitted_on__lte=period.end)
        .exclude(closed_before & Q(first_submitted_on__lt=period.start))
        .annotate(state_then=Coalesce(Subquery(steps.values("to_state")[:1]), F("state")))
        .select_related("enterprise", "product")
        .prefetch_related("area", "group", "enterprise__kind", "enterprise__area")
        .order_by("first_submitted_on", "pk")
    )


def _recognitions(area: Territory, period: Period) -> list[Recognition]:
    """Recognitions in force on some day of the period; an unknown expiry counts. Latest last.

    Each has ``expiry``, ``valid_to`` and ``ended_by`` (what ended it by the period's end, or empty).
    """
    ending = RecognitionEvent.objects.filter(
        recognition=OuterRef("pk"), kind__in=RecognitionEvent.ENDING, on__lte=period.end
    ).order_by("on", "pk")
    # What many rows share (communes, groups, decisions) is fetched once and not joined to each.
    holders = RecognitionHolder.objects.select_related("enterprise").prefetch_related(
        "enterprise__kind", "enterprise__area"
    )
    return list(
        Recognition.objects.within(area)
        .given_by(period.end)
        .not_ended(period.start)
        .with_validity(period.end)
        .filter(Q(expiry__isnull=True) | Q(expiry__gte=period.start) | Q(valid_to__gte=period.start))
        .annotate(ended_by=Coalesce(Subquery(ending.values("kind")[:1]), Value("")))
        .select_related("product")
        .prefetch_related("area", "group", "decision", Prefetch("holders", holders, to_attr="known_holders"))
        .order_by(F("recognised_on").asc(nulls_first=True), "pk")
    )


def _labels(progress: list[TargetProgress], ground: Ground) -> dict[int, list[str]]:
    """By product, the labels of the targets whose figures count it."""
    labels: dict[int, list[str]] = defaultdict(list)
    for place, one in enumerate(progress, start=1):
        measure = plan_progress.measure_of(one.target)
        if measure is None or not measure.counts.endswith("product"):
            continue
        rows = plan_progress.rows(one.target, ground.period, ground.territory)
        for product in set(rows.order_by().values_list(measure.counts, flat=True)):
            labels[product].append(one.target.label or str(place))
    return labels


def organisations_of(facts: Facts) -> dict[int, Enterprise]:
    """By key, the organisations that filed a dossier in the period or held a recognition in it."""
    found = {row.enterprise_id: row.enterprise for row in facts.dossiers}
    for recognition in facts.recognitions:
        for holder in held_by(recognition):
            if holder.enterprise_id and holder.enterprise:
                found[holder.enterprise_id] = holder.enterprise
    return found
