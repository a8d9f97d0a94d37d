"""What the public pages count: products in force, by star, sector and commune of today."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from areas.models import Area, Coverage, Level
from products.models import Product, ProductGroup
from ratings.models import Recognition, RecognitionHolder
from ratings.models.decisions import DatePrecision

from .catalogue import recognised

Stars = dict[int, int]


@dataclass(frozen=True)
class InForce:
    """Products with a recognition in force on a day, counted once each by the stars of it.

    ``by_sector`` is keyed by the sector's key, ``by_commune`` by that of the commune of the day.
    """

    day: date
    total: int = 0
    by_stars: Stars = field(default_factory=dict)
    by_sector: dict[int, Stars] = field(default_factory=dict)
    by_commune: dict[int, Stars] = field(default_factory=dict)


def in_force(on: date) -> InForce:
    """Products in force on the day; three statements."""
    rows = list(
        recognised(on)
        .filter(current_id__isnull=False)
        .order_by()
        .values_list("stars_now", "group_id", "area_id")
        .annotate(n=Count("pk"))
    )
    sectors, communes = _sectors(), _communes(on)
    stars: Stars = defaultdict(int)
    by_sector: dict[int, Stars] = defaultdict(lambda: defaultdict(int))
    by_commune: dict[int, Stars] = defaultdict(lambda: defaultdict(int))
    for level, group, area, n in rows:
        stars[level] += n
        by_sector[sectors[group]][level] += n
        if area in communes:
            by_commune[communes[area]][level] += n
    return InForce(on, sum(stars.values()), stars, by_sector, by_commune)


def _sectors() -> dict[int, int]:
    """The sector of each group, by keys."""
    parents = dict(ProductGroup.objects.values_list("pk", "parent_id"))
    above = {key: parent or key for key, parent in parents.items()}
    return {key: above[above[key]] for key in parents}


def _communes(on: date) -> dict[int, int]:
    """The commune of the day of each unit, by keys; an old commune is found under its successor."""
    units = Area.objects.in_force(on).filter(level=Level.COMMUNE)
    return dict(
        Coverage.objects.filter(unit__in=units).order_by("-unit").values_list("covered_id", "unit_id")
    )


def holders_in_force(on: date) -> int:
    """How many organisations hold a recognition in force on the day."""
    held = RecognitionHolder.objects.filter(recognition__in=Recognition.objects.in_force(on).values("pk"))
    return held.aggregate(n=Count("enterprise", distinct=True))["n"]


def new_in_year(on: date) -> int:
    """Products whose first recognition ever was decided from 1 January of the day's year to the day."""
    this_year = Q(recognised_on__range=(date(on.year, 1, 1), on)) & ~Q(date_precision=DatePrecision.UNKNOWN)
    given = Recognition.objects.filter(product=OuterRef("pk"))
    later_kinds = (Recognition.Kind.UPGRADE, Recognition.Kind.REEVALUATION)
    fresh = given.filter(this_year).exclude(kind__in=later_kinds)
    earlier = given.filter(Q(recognised_on__isnull=True) | Q(recognised_on__lt=date(on.year, 1, 1)))
    return Product.objects.filter(Exists(fresh), ~Exists(earlier)).count()
