"""The public catalogue: products that hold or held a recognition, each with the one that speaks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from areas.models import Area, Level
from ocop_portal.lib import clock
from products.models import Product, ProductPhoto
from ratings import certificates
from ratings.certificates import Status
from ratings.models import Recognition

from .wording import day_in_words

_NEWEST = (F("recognised_on").desc(nulls_last=True), "-pk")


def recognised(on: date) -> QuerySet[Any]:
    """Products given a recognition by the day.

    Annotated: ``current_id`` and ``stars_now``, the recognition in force and its stars (null where none is),
    ``shown_id``, the latest one, and ``shown_on``, its day.
    """
    given = Recognition.objects.given_by(on).filter(product=OuterRef("pk")).order_by(*_NEWEST)
    in_force = Recognition.objects.in_force(on).filter(product=OuterRef("pk")).order_by(*_NEWEST)
    return Product.objects.annotate(
        current_id=Subquery(in_force.values("pk")[:1]),
        stars_now=Subquery(in_force.values("stars")[:1]),
        shown_id=Subquery(given.values("pk")[:1]),
        shown_on=Subquery(given.values("recognised_on")[:1]),
    ).filter(shown_id__isnull=False)


@dataclass(frozen=True)
class Entry:
    """A product as the public sees it, with the recognition in force or else the latest."""

    product: Product
    recognition: Recognition
    status: Status

    @property
    def stars_now(self) -> int | None:
        """The stars in force; None when no recognition is."""
        return self.recognition.stars if self.status.key in certificates.VALID else None

    @property
    def photo(self) -> ProductPhoto | None:
        """The first photo."""
        return next(iter(self.product.photos.all()), None)

    @property
    def producers(self) -> list[str]:
        """The names of the organisations that make the product, the leading one first."""
        return [making.enterprise.name for making in self.product.makings.all()]

    @property
    def decided(self) -> str:
        """When the recognition was decided, as well as it is known."""
        return day_in_words(self.recognition.recognised_on, self.recognition.date_precision)


def entries(products: Iterable[Any], on: date) -> list[Entry]:
    """Entries of products that :func:`recognised` gave, in their order; three statements at most."""
    rows = list(products)
    keys = {row.pk: row.current_id or row.shown_id for row in rows}
    found = told(Recognition.objects.all(), on).in_bulk(keys.values())
    shown = [(row, found[keys[row.pk]]) for row in rows]
    return [
        Entry(row, recognition, certificates.status_in_full(recognition, on)) for row, recognition in shown
    ]


def told(recognitions: QuerySet[Any], on: date) -> QuerySet[Any]:
    """Recognitions with what it takes to say how they stand on the day, ``valid_to`` too."""
    rows = recognitions.with_validity(on)  # type: ignore[attr-defined]
    return rows.select_related("decision__issuing_area", "area", "group").prefetch_related("events__decision")


def for_lists(products: QuerySet[Any]) -> QuerySet[Any]:
    """With what a list of products prints, so that no row asks for more."""
    return products.select_related("area", "group").prefetch_related("photos", "makings__enterprise")


def newest(number: int) -> list[Entry]:
    """The products in force that were recognised last."""
    day = clock.today()
    rows = recognised(day).filter(current_id__isnull=False).order_by(*_by_day())
    return entries(for_lists(rows)[:number], day)


def _by_day() -> tuple[Any, ...]:
    return (F("shown_on").desc(nulls_last=True), "-pk")


def commune_now(area: Area, on: date) -> Area | None:
    """The commune that the unit is on the map of the day: itself or its successor."""
    return Area.objects.covering(area).in_force(on).filter(level=Level.COMMUNE).order_by("pk").first()


SORTS: dict[str, tuple[Any, ...]] = {
    "ten": ("sort_key", "pk"),
    "moi": _by_day(),
    "sao": (F("stars_now").desc(nulls_last=True), "sort_key", "pk"),
}


def sorted_by(products: QuerySet[Any], key: str) -> QuerySet[Any]:
    """In the order of ``key`` (``ten`` by name, ``moi`` newest first, ``sao`` most stars first)."""
    return products.order_by(*SORTS.get(key, SORTS["ten"]))
