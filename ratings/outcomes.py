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

        A level recognises only stars that the regulation gives it, none above what the result comes to by
        points and floors; after a knock-out none at all. What is forwarded see ``forwards``. The centre's
        result may also lead to what the province recognises (fall-back); what a lower level has recognised
        of the same dossier stands beside it and is not recognised again. A finding outside the points may
        end in *do not recognise*.
        """
        if self.result is None:
            return []
        refused = Choice(Outcome.NOT_RECOGNISE)
        stars = self._grantable(self.result)
        if self.forwards:
            both = [Choice(Outcome.RECOGNISE_AND_FORWARD, n) for n in stars]
            return [*both, Choice(Outcome.FORWARD), refused]
        return [*(Choice(Outcome.RECOGNISE, n) for n in stars), refused]

    @property
    def forwards(self) -> bool:
        """Whether the result goes on to the next level.

        It reaches the regulation's total, and the star that it comes to is the one whose band holds that
        total: 92 points with a five-star floor unmet stay at the province. Decision record 0017.
        """
        result, regulation = self.result, self.dossier.regulation
        if result is None or regulation is None or result.granted is None:
            return False
        if not scoring.forwards(result.total, self.level, self.standing):
            return False
        least = next(each.forwards_from for each in self.standing if each.level == self.level)
        return least is not None and result.granted >= scoring.stars_of(least, regulation.bands.all())

    @property
    def recognised(self) -> int:
        """The highest star that a lower level has recognised of this dossier; 0 where none has."""
        return max((each.stars for each in self.dossier.recognitions.all()), default=0)

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
        most = result.granted or 0
        return sorted((n for n in allowed if least <= n <= most and n > self.recognised), reverse=True)


def cases(dossiers: QuerySet[Dossier], on: date | None = None) -> list[Case]:
    """The dossiers as cases on the day, in their order: six statements however many there are."""
    read = ("results", "recognitions", "regulation__authorities", "regulation__bands")
    rows = list(dossiers.select_related("regulation").prefetch_related(*read))
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


def is_potential(dossier: Dossier) -> bool:
    """Whether the product is a *potential 5★*: its province has forwarded it, the centre has not decided."""
    open_there = (Dossier.State.FORWARDED, Dossier.State.SCORED, Dossier.State.PREPARED)
    return dossier.level == levels.CENTRAL and dossier.state in open_there


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
