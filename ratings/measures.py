"""What the programme counts in its dossiers, recognitions and value chains, each said once.

Dates of old papers are known to the day, to the year or not at all. A year places a row only in a period
that holds the whole year; for *first*, *latest* and *given by a day* it is read as its first of January,
an unknown day as earlier than every known one: such papers were there before the portal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from areas.models import Level
from ocop_portal.lib.measures import Measure, Selection
from products.models import Making, ProductGroup

from .models import (
    Authority,
    Decision,
    DecisionItem,
    Dossier,
    Recognition,
    RecognitionHolder,
    ValueChainRecord,
)
from .models.decisions import DatePrecision
from .models.recognitions import RecognitionQuerySet

PRODUCTS = _("products")
YEAR_ONLY = Q(date_precision=DatePrecision.YEAR)
_FORWARDED = (DecisionItem.Outcome.FORWARD, DecisionItem.Outcome.RECOGNISE_AND_FORWARD)
_RATED = frozenset({"stars", "group", "kinds", "economic_only", "funding_source", "level"})


# --- filters


def _in_group(selection: Selection, path: str = "group") -> Q:
    if not selection.group:
        return Q()
    return Q((f"{path}__in", ProductGroup.objects.under(selection.group).values("pk")))


def _of_stars(selection: Selection) -> Q:
    least, most = selection.stars
    return Q(stars__gte=least or 0) & Q(stars__lte=most or 5)


def _of_kind(selection: Selection, path: str) -> Q:
    """That the kind of organisation at ``path`` is one asked for."""
    wanted = Q((f"{path}__in", selection.kinds)) if selection.kinds else Q()
    return wanted & Q((f"{path}__is_economic_organisation", True)) if selection.economic_only else wanted


def _held_by_kind(selection: Selection) -> Q:
    """That a holder was of a kind asked for: the kind as it stood, or where unrecorded as it is now."""
    if not (selection.kinds or selection.economic_only):
        return Q()
    now = Q(kind__isnull=True) & _of_kind(selection, "enterprise__kind")
    holders = RecognitionHolder.objects.filter(_of_kind(selection, "kind") | now, recognition=OuterRef("pk"))
    return Q(Exists(holders))


def _by_level(selection: Selection) -> Q:
    """That a unit of the level decided; where the unit isn't loaded, that the level recognises that star."""
    if not selection.level:
        return Q()
    entitled = Authority.objects.filter(
        regulation=OuterRef("regulation"), level=selection.level, certifies__contains=[OuterRef("stars")]
    )
    unknown = Q(decision__issuing_area__isnull=True) & Q(Exists(entitled))
    return Q(decision__issuing_area__level=selection.level) | unknown


def _funded(selection: Selection) -> Q:
    """That the product's part in a value chain is paid from the source asked for."""
    if not selection.funding_source:
        return Q()
    paid = ValueChainRecord.objects.filter(
        product=OuterRef("product"), funding_source=selection.funding_source, joined_on__lte=selection.end
    )
    return Q(Exists(paid))


# --- days of different precision


def _whole_years(start: date, end: date) -> tuple[date, date]:
    """The first and last 1 January whose whole year lies from ``start`` to ``end``."""
    first = start.year if (start.month, start.day) == (1, 1) else start.year + 1
    last = end.year if (end.month, end.day) == (12, 31) else end.year - 1
    return date(first, 1, 1), date(last, 1, 1)


def _decided_in(selection: Selection) -> Q:
    """Decided from start to end: on a known day, or in a year that lies in them as a whole."""
    in_years = Q(recognised_on__range=_whole_years(selection.start, selection.end))
    on_days = Q(recognised_on__range=(selection.start, selection.end))
    return (YEAR_ONLY & in_years) | (Q(date_precision=DatePrecision.DAY) & on_days)


def _perhaps_decided_in(selection: Selection) -> Q:
    """Decided on an unknown day, or in a year of which the days hold only a part."""
    first, last = _whole_years(selection.start, selection.end)
    touched = Q(recognised_on__range=(date(selection.start.year, 1, 1), selection.end))
    whole = Q(recognised_on__range=(first, last))
    return Q(date_precision=DatePrecision.UNKNOWN) | (YEAR_ONLY & touched & ~whole)


def _known_given_by(day: date) -> Q:
    """Given for certain by the day: of a year only once it is over."""
    return ~YEAR_ONLY | Q(recognised_on__lte=_whole_years(day, day)[1])


# --- rows


def _recognitions(selection: Selection) -> RecognitionQuerySet:
    """Recognitions kept in the area, with every filter."""
    conditions = [
        _of_stars(selection),
        _in_group(selection),
        _held_by_kind(selection),
        _by_level(selection),
        _funded(selection),
    ]
    return _dated().within(selection.area).filter(*conditions)


def _dated() -> RecognitionQuerySet:
    """Recognitions with ``day``, by which they follow each other: an unknown one comes first."""
    day = Coalesce("recognised_on", Value(date.min), output_field=DateField())
    return Recognition.objects.annotate(day=day)


def _first_ever(selection: Selection) -> QuerySet[Recognition]:
    """The first recognition of each product; one known to follow another, not entered here, is none."""
    earlier = _dated().filter(
        Q(day__lt=OuterRef("day")) | Q(day=OuterRef("day"), pk__lt=OuterRef("pk")),
        product=OuterRef("product"),
    )
    later_kinds = (Recognition.Kind.UPGRADE, Recognition.Kind.REEVALUATION)
    return _recognitions(selection).exclude(kind__in=later_kinds).filter(~Exists(earlier))


def _of_recognition_kind(kind: str) -> Callable[[Selection], QuerySet[Recognition]]:
    return lambda selection: _recognitions(selection).filter(kind=kind)


def _latest(selection: Selection) -> QuerySet[Recognition]:
    """The latest recognition of each product, of those given by the end."""
    end = selection.end
    later = (
        _dated()
        .given_by(end)
        .filter(
            _known_given_by(end),
            Q(day__gt=OuterRef("day")) | Q(day=OuterRef("day"), pk__gt=OuterRef("pk")),
            product=OuterRef("product"),
        )
    )
    return _recognitions(selection).given_by(end).filter(~Exists(later))


def _not_ended(selection: Selection) -> QuerySet[Recognition]:
    return (
        _recognitions(selection).given_by(selection.end).not_ended(selection.end).with_validity(selection.end)
    )


def _stands(selection: Selection) -> Q:
    """Not expired, or kept valid by a re-evaluation that is under way."""
    return Q(expiry__gte=selection.end) | Q(valid_to__gte=selection.end)


def _valid(selection: Selection) -> Q:
    return _stands(selection) & _known_given_by(selection.end)


def _perhaps_valid(selection: Selection) -> Q:
    return Q(expiry__isnull=True) | _stands(selection) & ~_known_given_by(selection.end)


def _dossiers(selection: Selection) -> QuerySet[Dossier]:
    """Dossiers kept in the area; the organisation is the one that files."""
    return Dossier.objects.within(selection.area).filter(
        _in_group(selection), _of_kind(selection, "enterprise__kind")
    )


def _potential_five(selection: Selection) -> QuerySet[DecisionItem]:
    """What signed decisions of provinces forward: above a province there is only the centre."""
    return DecisionItem.objects.filter(
        _in_group(selection, "dossier__group"),
        _of_kind(selection, "dossier__enterprise__kind"),
        dossier__in=Dossier.objects.within(selection.area),
        outcome__in=_FORWARDED,
        decision__state=Decision.State.SIGNED,
        decision__issuing_area__level=Level.PROVINCE,
    )


def _newcomers(selection: Selection) -> QuerySet[Dossier]:
    """The first dossier of each organisation, unless a paper shows it earlier.

    The dossier keeps the commune of then; the organisation's own follows it when units end.
    """
    day = OuterRef("first_submitted_on")
    earlier = Dossier.objects.filter(
        Q(first_submitted_on__lt=day) | Q(first_submitted_on=day, pk__lt=OuterRef("pk")),
        enterprise=OuterRef("enterprise"),
    )
    before = Q(recognition__recognised_on__isnull=True) | Q(recognition__recognised_on__lt=day)
    on_paper = RecognitionHolder.objects.filter(
        before, enterprise=OuterRef("enterprise"), recognition__dossier=None
    )
    rows = Dossier.objects.within(selection.area).filter(_of_kind(selection, "enterprise__kind"))
    return rows.filter(~Exists(earlier), ~Exists(on_paper), first_submitted_on__isnull=False)


def _value_chains(selection: Selection) -> QuerySet[ValueChainRecord]:
    rows = ValueChainRecord.objects.within(selection.area).filter(_in_group(selection, "product__group"))
    if selection.funding_source:
        rows = rows.filter(funding_source=selection.funding_source)
    return rows.filter(_run_by_kind(selection))


def _run_by_kind(selection: Selection) -> Q:
    """That the record's organisation, or where it names none one of the product's, is of a kind asked for."""
    if not (selection.kinds or selection.economic_only):
        return Q()
    makers = Making.objects.filter(_of_kind(selection, "enterprise__kind"), product=OuterRef("product"))
    return _of_kind(selection, "enterprise__kind") | Q(enterprise__isnull=True) & Q(Exists(makers))


# --- the measures


def _recognition_measure(
    code: str,
    name: Promise,
    definition: Promise,
    base: Callable[[Selection], QuerySet[Any]],
    placed: Callable[[Selection], Q] = _decided_in,
    perhaps: Callable[[Selection], Q] = _perhaps_decided_in,
) -> Measure:
    """A measure of distinct products, where one that is counted is not unplaced by another paper as well."""

    def rows(selection: Selection) -> QuerySet[Any]:
        counted = base(selection).filter(placed(selection), product=OuterRef("product"))
        return base(selection).annotate(counted=Exists(counted))

    return Measure(
        code=code,
        name=name,
        unit=PRODUCTS,
        definition=definition,
        base=rows,
        placed=placed,
        unplaced=lambda selection: perhaps(selection) & Q(counted=False),
        counts="product",
        filters=_RATED,
    )


TAKING_PART = Measure(
    code="taking_part",
    name=_("Products taking part"),
    unit=PRODUCTS,
    definition=_(
        "Distinct products with a dossier, of any kind, that was first submitted in the period; "
        "a later withdrawal is not subtracted."
    ),
    base=_dossiers,
    placed=lambda selection: Q(first_submitted_on__range=(selection.start, selection.end)),
    counts="product",
    filters=frozenset({"group", "kinds", "economic_only"}),
)
NEWLY_RECOGNISED = _recognition_measure(
    "newly_recognised",
    _("Newly recognised products"),
    _("Products whose first recognition ever was decided in the period."),
    _first_ever,
)
UPGRADED = _recognition_measure(
    "upgraded",
    _("Upgraded products"),
    _("Distinct products recognised in the period on a dossier for an upgrade."),
    _of_recognition_kind(Recognition.Kind.UPGRADE),
)
REEVALUATED = _recognition_measure(
    "reevaluated",
    _("Re-evaluated products"),
    _("Distinct products recognised in the period on a dossier for a re-evaluation."),
    _of_recognition_kind(Recognition.Kind.REEVALUATION),
)
RECOGNISED_IN_ALL = _recognition_measure(
    "recognised_in_all",
    _("Products recognised in all"),
    _(
        "Distinct products recognised at any time up to the end of the period, valid or not, "
        "each with its latest star; papers without a date count as earlier."
    ),
    _latest,
    lambda selection: _known_given_by(selection.end),
    lambda selection: ~_known_given_by(selection.end),
)
STILL_VALID = _recognition_measure(
    "still_valid",
    _("Products still valid"),
    _(
        "Distinct products with a recognition in force on the last day of the period: not expired, revoked, "
        "struck off or superseded; a re-evaluation under way keeps one valid past its expiry as long as the "
        "regulation says; where no paper says until when, it is not placed."
    ),
    _not_ended,
    _valid,
    _perhaps_valid,
)
POTENTIAL_FIVE = Measure(
    code="potential_five",
    name=_("Potential five-star products"),
    unit=PRODUCTS,
    definition=_("Distinct products that a decision signed in the period forwards to the centre."),
    base=_potential_five,
    placed=lambda selection: Q(decision__signed_on__range=(selection.start, selection.end)),
    counts="dossier__product",
    area_path="dossier__area",
    filters=frozenset({"group", "kinds", "economic_only"}),
)
NEW_ORGANISATIONS = Measure(
    code="new_organisations",
    name=_("New organisations"),
    unit=_("organisations"),
    definition=_(
        "Organisations whose first dossier ever was submitted in the period; "
        "one that an earlier recognition on paper names is not new."
    ),
    base=_newcomers,
    placed=lambda selection: Q(first_submitted_on__range=(selection.start, selection.end)),
    counts="enterprise",
    filters=frozenset({"kinds", "economic_only"}),
)
IN_VALUE_CHAIN = Measure(
    code="in_value_chain",
    name=_("Products in a value chain"),
    unit=PRODUCTS,
    definition=_("Distinct products recorded as having joined a value chain in the period."),
    base=_value_chains,
    placed=lambda selection: Q(joined_on__range=(selection.start, selection.end)),
    counts="product",
    filters=frozenset({"group", "kinds", "economic_only", "funding_source"}),
)

MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        TAKING_PART,
        NEWLY_RECOGNISED,
        UPGRADED,
        REEVALUATED,
        RECOGNISED_IN_ALL,
        STILL_VALID,
        POTENTIAL_FIVE,
        NEW_ORGANISATIONS,
        IN_VALUE_CHAIN,
    )
}
