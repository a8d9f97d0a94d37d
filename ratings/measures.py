"""What the programme counts in its dossiers, recognitions and value chains, each said once.

Dates of old papers are known to the day, to the year or not at all. A year places a row only in a period
that holds the whole year; for *first*, *latest* and *given by a day* it is read as its first of January,
an unknown day as earlier than every known one: such papers were there before the portal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.lookups import IsNull
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from areas.models import Level
from ocop_portal.lib.measures import Measure, Selection
from products.models import Making

from .models import (
    Decision,
    DecisionItem,
    Dossier,
    Recognition,
    RecognitionHolder,
    ValueChainRecord,
)
from .models.recognitions import HasEnded, IsGivenBy, RecognitionQuerySet
from .models.succession import IsFirst, IsLatest
from .models.validity import Expiry, Stands
from .narrowing import (
    asks_kind,
    by_level,
    decided_in,
    funded,
    held_by_kind,
    in_group,
    known_given_by,
    of_kind,
    of_stars,
    perhaps_decided_in,
    whole_years,
)

PRODUCTS = _("products")
ORGANISATIONS = _("organisations")
_FORWARDED = (DecisionItem.Outcome.FORWARD, DecisionItem.Outcome.RECOGNISE_AND_FORWARD)
_RATED = frozenset({"stars", "group", "kinds", "economic_only", "funding_source", "level"})


# --- rows


def _recognitions(selection: Selection) -> RecognitionQuerySet:
    """Recognitions kept in the area."""
    return Recognition.objects.within(selection.area)


def _rated(selection: Selection) -> Q:
    """That a recognition meets every filter."""
    filters = (of_stars, in_group, held_by_kind, by_level, funded)
    return reduce(and_, (one(selection) for one in filters))


def _is_first_ever() -> Q:
    """That the product has no earlier one; one known to follow another, not entered here, is none."""
    return ~Q(kind__in=(Recognition.Kind.UPGRADE, Recognition.Kind.REEVALUATION)) & Q(IsFirst())


def _first_ever(selection: Selection) -> RecognitionQuerySet:
    """The first recognition of each product."""
    return _recognitions(selection).filter(_is_first_ever())


def _new_or_upgraded(selection: Selection) -> RecognitionQuerySet:
    """First recognitions ever, and those on a dossier for an upgrade."""
    return _recognitions(selection).filter(Q(kind=Recognition.Kind.UPGRADE) | _is_first_ever())


def _latest(selection: Selection) -> RecognitionQuerySet:
    """The latest recognition of each product, of those given by the end."""
    end = selection.end
    return _recognitions(selection).given_by(end).filter(IsLatest(by=end, of_year=whole_years(end, end)[1]))


def _remains(on: date) -> Q:
    """Given by the day, and nothing has ended it."""
    return Q(IsGivenBy(on=on)) & ~Q(HasEnded(on=on))


def _valid(selection: Selection) -> Q:
    on = selection.end
    return _remains(on) & known_given_by(on) & Q(Stands(on=on))


def _perhaps_valid(selection: Selection) -> Q:
    """Neither is told without its last day. What few rows meet comes first: the database asks in order."""
    on = selection.end
    endless = Q(expires_on__isnull=True) & Q(IsNull(Expiry(on=on), True))
    return (endless | ~known_given_by(on) & Q(Stands(on=on))) & _remains(on)


def _holders_valid(selection: Selection) -> QuerySet[RecognitionHolder]:
    """The linked organisations of what is valid; each is itself of a kind asked for."""
    whatever_kind = replace(selection, kinds=(), economic_only=False)
    held = _recognitions(selection).filter(_valid(selection), _rated(whatever_kind))
    rows = RecognitionHolder.objects.filter(recognition__in=held.values("pk"), enterprise__isnull=False)
    now = Q(kind__isnull=True) & of_kind(selection, "enterprise__kind")
    return rows.filter(of_kind(selection, "kind") | now) if asks_kind(selection) else rows


def _dossiers(selection: Selection) -> QuerySet[Dossier]:
    """Dossiers kept in the area; the organisation is the one that files."""
    return Dossier.objects.within(selection.area)


def _filed(selection: Selection) -> Q:
    """That a dossier is of the group and filed by a kind asked for."""
    return in_group(selection) & of_kind(selection, "enterprise__kind")


def _potential_five(selection: Selection) -> QuerySet[DecisionItem]:
    """What signed decisions of provinces forward: above a province there is only the centre."""
    return DecisionItem.objects.filter(
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
    rows = Dossier.objects.within(selection.area)
    return rows.filter(~Exists(earlier), ~Exists(on_paper), first_submitted_on__isnull=False)


def _value_chains(selection: Selection) -> QuerySet[ValueChainRecord]:
    return ValueChainRecord.objects.within(selection.area)


def _supported(selection: Selection) -> Q:
    """That a record is of the group, the source of money and a kind of organisation asked for."""
    source = Q(funding_source=selection.funding_source) if selection.funding_source else Q()
    return in_group(selection, "product__group") & source & _run_by_kind(selection)


def _run_by_kind(selection: Selection) -> Q:
    """That the record's organisation, or where it names none one of the product's, is of a kind asked for."""
    if not asks_kind(selection):
        return Q()
    makers = Making.objects.filter(of_kind(selection, "enterprise__kind"), product=OuterRef("product"))
    return of_kind(selection, "enterprise__kind") | Q(enterprise__isnull=True) & Q(Exists(makers))


# --- the measures


def _recognition_measure(
    code: str,
    name: Promise,
    definition: Promise,
    base: Callable[[Selection], QuerySet[Any]],
    placed: Callable[[Selection], Q] = decided_in,
    perhaps: Callable[[Selection], Q] = perhaps_decided_in,
    *,
    kind: str = "",
    at_end: bool = False,
    bound: tuple[str, ...] = (),
) -> Measure:
    """A measure of distinct products: recognitions (of a kind) in the selection, by the days of decisions."""
    of_its_kind = Q(kind=kind) if kind else Q()
    return Measure(
        code=code,
        name=name,
        unit=PRODUCTS,
        definition=definition,
        base=base,
        placed=placed,
        narrowed=lambda selection: of_its_kind & _rated(selection),
        unplaced=perhaps,
        counts="product",
        at_end=at_end,
        bound=bound,
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
    narrowed=_filed,
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
    _recognitions,
    kind=Recognition.Kind.UPGRADE,
)
NEW_OR_UPGRADED = _recognition_measure(
    "new_or_upgraded",
    _("Products newly recognised or upgraded"),
    _("Distinct products that were recognised for the first time or upgraded in the period."),
    _new_or_upgraded,
)
REEVALUATED = _recognition_measure(
    "reevaluated",
    _("Re-evaluated products"),
    _("Distinct products recognised in the period on a dossier for a re-evaluation."),
    _recognitions,
    kind=Recognition.Kind.REEVALUATION,
)
RECOGNISED_IN_ALL = _recognition_measure(
    "recognised_in_all",
    _("Products recognised in all"),
    _(
        "Distinct products recognised at any time up to the end of the period, valid or not, "
        "each with its latest star; papers without a date count as earlier."
    ),
    _latest,
    lambda selection: known_given_by(selection.end),
    lambda selection: ~known_given_by(selection.end),
    at_end=True,
    bound=("end",),
)
STILL_VALID = _recognition_measure(
    "still_valid",
    _("Products still valid"),
    _(
        "Distinct products with a recognition in force on the last day of the period: not expired, revoked, "
        "struck off or superseded; a re-evaluation under way keeps one valid past its expiry as long as the "
        "regulation says; where no paper says until when, it is not placed."
    ),
    _recognitions,
    _valid,
    _perhaps_valid,
    at_end=True,
)
POTENTIAL_FIVE = Measure(
    code="potential_five",
    name=_("Potential five-star products"),
    unit=PRODUCTS,
    definition=_("Distinct products that a decision signed in the period forwards to the centre."),
    base=_potential_five,
    narrowed=lambda selection: (
        in_group(selection, "dossier__group") & of_kind(selection, "dossier__enterprise__kind")
    ),
    placed=lambda selection: Q(decision__signed_on__range=(selection.start, selection.end)),
    counts="dossier__product",
    area_path="dossier__area",
    filters=frozenset({"group", "kinds", "economic_only"}),
)
NEW_ORGANISATIONS = Measure(
    code="new_organisations",
    name=_("New organisations"),
    unit=ORGANISATIONS,
    definition=_(
        "Organisations whose first dossier ever was submitted in the period; "
        "one that an earlier recognition on paper names is not new."
    ),
    base=_newcomers,
    narrowed=lambda selection: of_kind(selection, "enterprise__kind"),
    placed=lambda selection: Q(first_submitted_on__range=(selection.start, selection.end)),
    counts="enterprise",
    filters=frozenset({"kinds", "economic_only"}),
)
ORGANISATIONS_TAKING_PART = Measure(
    code="organisations_taking_part",
    name=_("Organisations taking part"),
    unit=ORGANISATIONS,
    definition=_(
        "Distinct organisations with a dossier, of any kind, that was first submitted in the period; "
        "a later withdrawal is not subtracted."
    ),
    base=_dossiers,
    narrowed=_filed,
    placed=lambda selection: Q(first_submitted_on__range=(selection.start, selection.end)),
    counts="enterprise",
    filters=frozenset({"group", "kinds", "economic_only"}),
)
ORGANISATIONS_VALID = Measure(
    code="organisations_valid",
    name=_("Organisations with a product still valid"),
    unit=ORGANISATIONS,
    definition=_(
        "Distinct organisations that hold a recognition in force on the last day of the period; "
        "an organisation known by its name on a paper only is not counted."
    ),
    base=_holders_valid,
    placed=lambda selection: Q(),
    counts="enterprise",
    area_path="recognition__area",
    at_end=True,
    bound=("end", *sorted(_RATED)),
    filters=_RATED,
)
IN_VALUE_CHAIN = Measure(
    code="in_value_chain",
    name=_("Products in a value chain"),
    unit=PRODUCTS,
    definition=_("Distinct products recorded as having joined a value chain in the period."),
    base=_value_chains,
    narrowed=_supported,
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
        NEW_OR_UPGRADED,
        REEVALUATED,
        RECOGNISED_IN_ALL,
        STILL_VALID,
        POTENTIAL_FIVE,
        NEW_ORGANISATIONS,
        ORGANISATIONS_TAKING_PART,
        ORGANISATIONS_VALID,
        IN_VALUE_CHAIN,
    )
}
