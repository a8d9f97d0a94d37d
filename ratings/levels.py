"""Which unit deals with a dossier: the levels of a regulation laid over the units that exist on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from areas.models import Area, Coverage, Level

from . import scoring
from .models import Authority, Dossier, Regulation

CENTRAL = Authority.AuthorityLevel.CENTRAL.value
COMMUNE = Authority.AuthorityLevel.COMMUNE.value
# The centre has no unit and no account here: the province's officer enters what the centre sent.
ENTERED_BY = {CENTRAL: Level.PROVINCE.value}


def dealt_with_by(level: str, on: date) -> Q:
    """The condition that units of ``level`` deal with a dossier on the day.

    The province also deals with what the centre sends, and with what ended districts left.
    """
    if level != Level.PROVINCE:
        return Q(level=level)
    over = Coverage.objects.filter(covered=OuterRef("area"), unit__level=OuterRef("level"))
    standing = over.filter(unit__in=Area.objects.in_force(on))
    return Q(level__in=[Level.PROVINCE, CENTRAL]) | Q(~Exists(standing), level=Level.DISTRICT)


def unit_at(level: str, area: Area, on: date) -> Area | None:
    """The unit of a level over ``area`` that exists on the day; None for the centre and for ended levels."""
    return Area.objects.covering(area).in_force(on).filter(level=level).order_by("pk").first()


def standing_authorities(regulation: Regulation, area: Area, on: date) -> list[scoring.Standing]:
    """The levels that assess by points over ``area`` on the day, from below, the centre last.

    What a level that has ended recognised passes to the next one up.
    """
    scorers = list(regulation.authorities.filter(assesses=Authority.Assessment.POINTS))
    over = Area.objects.covering(area).in_force(on).values_list("level", flat=True)
    return scoring.taken_over(scorers, {*over, CENTRAL})


def level_now(dossier: Dossier, on: date) -> str:
    """The level that deals with the dossier on the day: its own, or the next one up where that has ended."""
    if dossier.level in {"", COMMUNE} or dossier.regulation is None:
        return dossier.level
    standing = [a.level for a in standing_authorities(dossier.regulation, dossier.area, on)]
    if dossier.level in standing:
        return dossier.level
    order = list(dossier.regulation.authorities.values_list("level", flat=True))
    above = order[order.index(dossier.level) + 1 :]
    return next((level for level in above if level in standing), dossier.level)


def next_level(dossier: Dossier, on: date) -> str | None:
    """The level above the one that deals with the dossier; None from the centre."""
    if dossier.regulation is None:
        return None
    standing = [a.level for a in standing_authorities(dossier.regulation, dossier.area, on)]
    place = standing.index(level_now(dossier, on)) + 1
    return standing[place] if place < len(standing) else None


def first_scorer(dossier: Dossier, on: date) -> str:
    """The lowest level that rates the dossier by points on the day; it must have its regulation."""
    if dossier.regulation is None:
        raise ValueError("the dossier has no regulation yet")
    return standing_authorities(dossier.regulation, dossier.area, on)[0].level


def always(dossier: Dossier, on: date) -> bool:
    """That a row of the table of moves stands for every dossier."""
    return True


def goes_to_commune(dossier: Dossier, on: date) -> bool:
    """Whether submitting the dossier on the day brings it to the commune, which assesses it in words first.

    So it is under Decision 1489/2025 and Decision 26/2026; one that a higher level returned goes back there.
    """
    if dossier.state == Dossier.State.RETURNED:
        return dossier.level == COMMUNE
    try:
        regulation = dossier.regulation or Regulation.objects.filing_on(on)
    except Regulation.DoesNotExist:
        return False
    in_words = {"level": COMMUNE, "assesses": Authority.Assessment.WORDS}
    return regulation.authorities.filter(**in_words).exists()


def assessed_by_an_ended_level(dossier: Dossier, on: date) -> bool:
    """Whether the only results are of a level below the one that deals with the dossier now.

    A district that ended had entered its result, and nobody signed: the province assesses the dossier itself.
    """
    levels = set(dossier.results.values_list("level", flat=True))
    return bool(levels) and level_now(dossier, on) not in levels


def goes_past_commune(dossier: Dossier, on: date) -> bool:
    """The contrary of :func:`goes_to_commune`."""
    return not goes_to_commune(dossier, on)
