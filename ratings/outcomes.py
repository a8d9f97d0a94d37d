"""What may be decided of a dossier: from its result and the authority that its pinned regulation gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import QuerySet

from areas.models import Area, Coverage
from ocop_portal.lib import clock

from . import levels, scoring
from .models import Authority, DecisionItem, Dossier, Result

Outcome = DecisionItem.Outcome
RECOGNISING = (Outcome.RECOGNISE, Outcome.RECOGNISE_AND_FORWARD)


@dataclass(frozen=True)
class Choice:
    """One thing that may be decided of a dossier; ``stars`` where it recognises."""

    outcome: str
    stars: int | None = None

    def __str__(self) -> str:
        words = str(Outcome(self.outcome).label)
        return f"{words}: {self.stars}★" if self.stars else words


@dataclass(frozen=True)
class Case:
    """A dossier before the level that deals with it: that level, those that stand on the day, its result."""

    dossier: Dossier
    level: str
    standing: Sequence[scoring.AuthorityLike]
    result: Result | None

    @property
    def choices(self) -> list[Choice]:
        """What the level may decide, the usual outcome first; nothing without a result.

        A level recognises only stars that the regulation gives it, none above the result's; from the
        regulation's total on the dossier goes to the next level as well. The centre's result may also lead
        to what the province recognises. A finding outside the points may end in *do not recognise*.
        """
        if self.result is None:
            return []
        if scoring.forwards(self.result.total, self.level, self.standing):
            both = [Choice(Outcome.RECOGNISE_AND_FORWARD, n) for n in self._grantable(self.result)]
            return [*both, Choice(Outcome.FORWARD), Choice(Outcome.NOT_RECOGNISE)]
        recognising = [Choice(Outcome.RECOGNISE, n) for n in self._grantable(self.result)]
        return [*recognising, Choice(Outcome.NOT_RECOGNISE)]

    def is_for(self, area: Area) -> bool:
        """Whether units of this one's level decide (the province enters what the centre decided)."""
        return levels.ENTERED_BY.get(self.level, self.level) == area.level

    def granted_by_centre(self, stars: int | None) -> bool:
        """Whether only the centre recognises this star."""
        return stars is not None and scoring.who_certifies(stars, self.standing) == levels.CENTRAL

    def _grantable(self, result: Result) -> list[int]:
        """The stars that may be granted on the result, the highest first."""
        place = next(n for n, authority in enumerate(self.standing) if authority.level == self.level)
        first = max(place - 1, 0) if self.level == levels.CENTRAL else place
        allowed = {stars for authority in self.standing[first : place + 1] for stars in authority.certifies}
        least = self.dossier.regulation.certificate_from_stars if self.dossier.regulation else 0
        return sorted((n for n in allowed if least <= n <= result.stars), reverse=True)


def cases(dossiers: QuerySet[Dossier], on: date | None = None) -> list[Case]:
    """The dossiers as cases on the day, in their order: four statements however many there are."""
    rows = list(dossiers.select_related("regulation").prefetch_related("results", "regulation__authorities"))
    over = _levels_over({row.area_id for row in rows}, on or clock.today())
    return [_case(row, over[row.area_id]) for row in rows if row.regulation_id]


def case(dossier: Dossier, on: date | None = None) -> Case | None:
    """The dossier as a case on the day; None before its submission."""
    return next(iter(cases(Dossier.objects.filter(pk=dossier.pk), on)), None)


def choices(dossier: Dossier, on: date | None = None) -> list[Choice]:
    """What may be decided of the dossier on the day, the usual outcome first (see ``Case.choices``)."""
    found = case(dossier, on)
    return found.choices if found else []


def scored_in(area: Area) -> list[Case]:
    """The dossiers of the area that wait for a decision of this unit, by commune and product."""
    rows = Dossier.objects.within(area).filter(state=Dossier.State.SCORED)
    rows = rows.select_related("product", "enterprise", "area")
    return [
        each
        for each in cases(rows.order_by("area__sort_key", "product__sort_key", "pk"))
        if each.is_for(area)
    ]


def _levels_over(areas: set[int], on: date) -> dict[int, set[str]]:
    """For each area (key) the levels of the units over it that stand on the day."""
    found: dict[int, set[str]] = {area: set() for area in areas}
    rows = Coverage.objects.filter(covered__in=areas, unit__in=Area.objects.in_force(on))
    for area, level in rows.values_list("covered", "unit__level"):
        found[area].add(level)
    return found


def _case(dossier: Dossier, over: set[str]) -> Case:
    authorities = list(dossier.regulation.authorities.all()) if dossier.regulation else []
    scorers = [each for each in authorities if each.assesses == Authority.Assessment.POINTS]
    standing = cast(list[scoring.AuthorityLike], scoring.taken_over(scorers, {*over, levels.CENTRAL}))
    level = _level(dossier.level, [each.level for each in authorities], [each.level for each in standing])
    result = next((each for each in dossier.results.all() if each.level == level), None)
    return Case(dossier, level, standing, result)


def _level(own: str, order: list[str], standing: Iterable[str]) -> str:
    """The level that deals with it: its own, or the next one up that still stands."""
    at_or_above = order[order.index(own) :] if own in order else []
    return next((level for level in at_or_above if level in standing), own)
