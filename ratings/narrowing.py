"""By what a measure of recognitions and dossiers is narrowed, and where days of any precision fall.

Of each selection's filter the condition on a row; see ``measures`` for what a year or an unknown day means.
"""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Case, CharField, Exists, Func, OuterRef, Q, QuerySet, When

from ocop_portal.lib.measures import Selection
from ocop_portal.lib.written import Written
from products.models import ProductGroup

from .models import Authority, RecognitionHolder, ValueChainRecord
from .models.decisions import DatePrecision

_IS_YEAR = f"{{date_precision}} = '{DatePrecision.YEAR}'"


# --- filters


def in_group(selection: Selection, path: str = "group") -> Q:
    """That the group at ``path`` is the one asked for, or below it."""
    if not selection.group:
        return Q()
    return Q((f"{path}__in", ProductGroup.objects.under(selection.group).values("pk")))


def of_stars(selection: Selection) -> Q:
    """That the row's stars are those asked for."""
    least, most = selection.stars
    if least is None and most is None:
        return Q()
    return Q(stars__gte=least or 0) & Q(stars__lte=most or 5)


def of_kind(selection: Selection, path: str) -> Q:
    """That the kind of organisation at ``path`` is one asked for."""
    wanted = Q((f"{path}__in", selection.kinds)) if selection.kinds else Q()
    return wanted & Q((f"{path}__is_economic_organisation", True)) if selection.economic_only else wanted


def asks_kind(selection: Selection) -> bool:
    """Whether only some kinds of organisations are asked for."""
    return bool(selection.kinds or selection.economic_only)


def held_by_kind(selection: Selection) -> Q:
    """That a holder was of a kind asked for: the kind as it stood, or where unrecorded as it is now."""
    if not asks_kind(selection):
        return Q()
    now = Q(kind__isnull=True) & of_kind(selection, "enterprise__kind")
    holders = RecognitionHolder.objects.filter(of_kind(selection, "kind") | now)
    return Q(pk__in=holders.values("recognition"))


def by_level(selection: Selection) -> Q:
    """That a unit of the level decided; where the unit isn't loaded, that the level recognises that star."""
    if not selection.level:
        return Q()
    unknown = Q(decision__issuing_area__isnull=True) & Q(Exists(_entitled().filter(level=selection.level)))
    return Q(decision__issuing_area__level=selection.level) | unknown


def levels_at(path: str) -> Case:
    """The levels of which :func:`by_level` says that they decided the recognition at ``path``, as a list."""
    deciding = Func(f"{path}__decision__issuing_area__level", template="ARRAY[%(expressions)s]")
    entitled = ArraySubquery(_entitled(f"{path}__").order_by().values("level"))
    is_unknown = When(Q((f"{path}__decision__issuing_area__isnull", True)), then=entitled)
    return Case(is_unknown, default=deciding, output_field=ArrayField(CharField()))


def _entitled(path: str = "") -> QuerySet[Authority]:
    """The authorities that recognise the star of the recognition at ``path`` under its regulation."""
    stars = [OuterRef(f"{path}stars")]
    return Authority.objects.filter(regulation=OuterRef(f"{path}regulation"), certifies__contains=stars)


def funded(selection: Selection) -> Q:
    """That the product's part in a value chain is paid from the source asked for."""
    if not selection.funding_source:
        return Q()
    paid = _joined(selection.end).filter(funding_source=selection.funding_source)
    return Q(product__in=paid.values("product"))


def sources_of(path: str, on: date) -> ArraySubquery:
    """The sources from which :func:`funded` says that the product at ``path`` is paid on the day, a list."""
    joined = _joined(on).filter(product=OuterRef(path)).order_by()
    return ArraySubquery(joined.values("funding_source"))


def _joined(on: date) -> QuerySet[ValueChainRecord]:
    """The parts in value chains that began by the day."""
    return ValueChainRecord.objects.filter(joined_on__lte=on)


# --- days of different precision


def whole_years(start: date, end: date) -> tuple[date, date]:
    """The first and last 1 January whose whole year lies from ``start`` to ``end``."""
    first = start.year if (start.month, start.day) == (1, 1) else start.year + 1
    last = end.year if (end.month, end.day) == (12, 31) else end.year - 1
    return date(first, 1, 1), date(last, 1, 1)


class _Decided(Written):
    """What holds of the day on which a recognition was decided, known as far as it is."""

    columns = ("recognised_on", "date_precision")
    output_field = BooleanField()


class DecidedIn(_Decided):
    """On a day from ``start`` to ``end``, or in a year that begins from ``first`` to ``last``."""

    sql = f"""({{date_precision}} = '{DatePrecision.DAY}' AND {{recognised_on}} BETWEEN {{start}} AND {{end}}
    OR {_IS_YEAR} AND {{recognised_on}} BETWEEN {{first}} AND {{last}})"""


class PerhapsDecidedIn(_Decided):
    """On an unknown day, or in a year that begins from ``since`` to ``end`` but not as ``DecidedIn`` says."""

    sql = f"""({{date_precision}} = '{DatePrecision.UNKNOWN}' OR {_IS_YEAR}
    AND {{recognised_on}} BETWEEN {{since}} AND {{end}}
    AND {{recognised_on}} NOT BETWEEN {{first}} AND {{last}})"""


class KnownGivenBy(_Decided):
    """On a day, or in a year that begins by ``of_year``."""

    sql = f"(NOT {_IS_YEAR} OR {{recognised_on}} <= {{of_year}})"


def decided_in(selection: Selection) -> Q:
    """Decided from start to end: on a known day, or in a year that lies in them as a whole."""
    first, last = whole_years(selection.start, selection.end)
    return Q(DecidedIn(start=selection.start, end=selection.end, first=first, last=last))


def perhaps_decided_in(selection: Selection) -> Q:
    """Decided on an unknown day, or in a year of which the days hold only a part."""
    first, last = whole_years(selection.start, selection.end)
    since = date(selection.start.year, 1, 1)
    return Q(PerhapsDecidedIn(since=since, end=selection.end, first=first, last=last))


def known_given_by(day: date) -> Q:
    """Given for certain by the day: of a year only once it is over."""
    return Q(KnownGivenBy(of_year=whole_years(day, day)[1]))
