"""Units by code and day, and old units folded onto another day's map."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ocop_portal.lib import clock, periods
from ocop_portal.lib.periods import Period, PeriodError

from .models import Area, Coverage, Level


def find(code: str, when: Period | date | None = None) -> Area | None:
    """The unit that a code names for a period or a day (today unless given), or None.

    It is the unit of that code in force on the period's last day, else the last one in force inside the
    period. ``01501@2023`` names a period of its own, which then counts: codes are worn by one unit after
    another, so an address that must keep its meaning says the year too.
    """
    code, at, own = "".join(code.split()).partition("@")
    if at:
        try:
            when = periods.parse(own)
        except PeriodError:
            return None
    if not (code.isascii() and code.isalnum()):
        return None  # among others a NUL, which the database refuses
    first, last = (when.start, when.end) if isinstance(when, Period) else (when or clock.today(),) * 2
    return (
        Area.objects.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=last),
            Q(valid_to__isnull=True) | Q(valid_to__gte=first),
            code=code,
        )
        .order_by(F("valid_from").desc(nulls_last=True))
        .first()
    )


def address_code(area: Area) -> str:
    """The code as addresses carry it: an ended unit's with the year it ended in, so that it stays its."""
    return f"{area.code}@{area.valid_to.year - 1}" if area.valid_to else area.code


def code_on(area: Area, on: date) -> str:
    """The code by which :func:`find`, asked on the day (or in a period that ends then), finds the unit."""
    if area.exists_on(on):
        return area.code
    year = area.valid_to.year - 1 if area.valid_to else area.valid_from.year if area.valid_from else on.year
    return f"{area.code}@{year}"


def units_under(area: Area, on: date) -> QuerySet[Area]:
    """The communes in force on the day that the unit covers (itself, if it is one)."""
    return Area.objects.within(area).in_force(on).filter(level=Level.COMMUNE)


def communes_of(area: Area, map_on: date) -> QuerySet[Area]:
    """The communes on the map of the day that make up the unit.

    They are those it covers, and those that took in at least one of its own: a district of before
    1/7/2025 is on today's map the set of communes its communes went into, an old commune its successor.
    """
    own = Coverage.objects.filter(unit=area, covered__level=Level.COMMUNE).values("covered")
    took_in = Coverage.objects.filter(covered__in=own).values("unit")
    return Area.objects.in_force(map_on).filter(Q(pk__in=own) | Q(pk__in=took_in), level=Level.COMMUNE)


def came_from_outside(area: Area, map_on: date) -> QuerySet[Area]:
    """The former communes that :func:`communes_of` holds although they never belonged to the unit.

    A page that folds a district onto today's map names them, since its figures contain theirs.
    """
    folded = communes_of(area, map_on)
    inside = Coverage.objects.filter(unit=area).values("covered")
    held = Coverage.objects.filter(unit__in=folded.values("pk")).values("covered")
    return Area.objects.filter(pk__in=held, level=Level.COMMUNE).exclude(
        Q(pk__in=inside) | Q(pk__in=folded.values("pk"))
    )


def folding(areas: Iterable[Area], map_on: date | None = None) -> dict[int, Area]:
    """For each unit (by its key) the commune on the map of the day (today's) that it is part of now.

    One query. A unit that went into several is given the first of them by name; a district or province,
    which is no part of a commune, is absent.
    """
    pairs = (
        Coverage.objects.filter(
            covered__in=[area.pk for area in areas],
            unit__in=Area.objects.in_force(map_on or clock.today()),
            unit__level=Level.COMMUNE,
        )
        .select_related("unit")
        .order_by("unit__sort_key", "unit__code")
    )
    found: dict[int, Area] = {}
    for pair in pairs:
        found.setdefault(pair.covered_id, pair.unit)
    return found


def today_unit(area: Area, on: date | None = None) -> Area | None:
    """The commune of today (or of the day) that the unit is or went into; see :func:`folding`."""
    return folding([area], on).get(area.pk)


# From below: what a level leaves behind passes to the next one up only where its own has no successor.
UPWARDS = (Level.COMMUNE, Level.DISTRICT, Level.PROVINCE)


def left_to(unit: Area, on: date) -> QuerySet[Area]:
    """The ended units whose work has passed to ``unit``, which exists on the day.

    An ended commune's passes to the commune that took it in, an ended district's, which has no successor, to
    its province; a province does not get what a commune under it has taken over.
    """
    lower = UPWARDS[: UPWARDS.index(Level(unit.level))]
    taken = Coverage.objects.filter(
        covered=OuterRef("pk"), unit__level__in=lower, unit__in=Area.objects.in_force(on)
    )
    return Area.objects.filter(~Exists(taken), covered_by__unit=unit, valid_to__lt=on)


def heirs(area: Area, on: date) -> list[Area]:
    """The units that do the work of ``area`` on the day: itself while it exists, else as :func:`left_to` has.

    One query.
    """
    standing = list(Area.objects.covering(area).in_force(on).order_by("pk"))
    if area in standing:
        return [area]
    lowest = min((UPWARDS.index(Level(unit.level)) for unit in standing), default=0)
    return [unit for unit in standing if unit.level == UPWARDS[lowest]]
