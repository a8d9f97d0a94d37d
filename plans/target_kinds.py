"""The kinds of targets: of each what its form asks, what it lets choose, and how a kept target shows it.

A table, not a nest of conditions: a new kind is a row of :data:`KINDS` (docs/extending.md). The kind is not
kept; it follows from what the target says, so that nothing can contradict it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ratings.measures import MEASURES

from .aiming import FILTERS, SEVERAL
from .counting import PERCENT
from .models import Indicator, Target

C = Target.Comparator
COMPARISONS = (C.AT_LEAST, C.MORE_THAN, C.EXACTLY, C.ABOUT, C.NEARLY, C.LESS_THAN)
GROWING = (C.AT_LEAST, C.MORE_THAN, C.EXACTLY, C.ABOUT, C.NEARLY)
ALWAYS = ("label", "words", "parent", "deadline", "note")
PLACE = ("scope", "scope_words")
MONEY_INDICATORS = ("budget", "budget_state")
MEASURED, TOLD = ~Q(measure=""), Q(measure="")


@dataclass(frozen=True)
class Kind:
    """A kind of target. ``number`` are the fields of its figure, ``fixed`` what it sets by itself.

    ``counts`` says which indicators it goes with; ``narrows`` whether the count can be narrowed; ``shows``
    whether a kept target is of the kind (the first that says so is).
    """

    code: str
    name: Promise
    example: Promise
    number: tuple[str, ...]
    shows: Callable[[Target], bool]
    comparisons: tuple[Target.Comparator, ...] = COMPARISONS
    counts: Q = field(default_factory=Q)
    narrows: bool = True
    place: tuple[str, ...] = PLACE
    required: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def indicators(self) -> Any:
        """The indicators it goes with."""
        return Indicator.objects.filter(self.counts)

    def narrowing(self, indicator: Indicator | None) -> tuple[str, ...]:
        """The fields by which the indicator's measure can be narrowed."""
        if not self.narrows or indicator is None or not indicator.measure:
            return ()
        known = MEASURES[indicator.measure].filters
        names = [name for key, (name, _label) in FILTERS.items() if key in known]
        at = names.index("stars_min") + 1 if "stars_min" in names else 0
        return (*names[:at], "stars_max", *names[at:]) if at else tuple(names)


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "kinh-phi",
            _("Money of the plan's budget"),
            _("For example: disburse more than 1.5 billion đồng of the state budget"),
            ("money", "money_sources", "comparator", "number", "number_max", "unit"),
            lambda target: bool(target.money),
            counts=Q(code__in=MONEY_INDICATORS),
            narrows=False,
            place=(),
            required=("money", "number"),
        ),
        Kind(
            "moi-don-vi",
            _("A number for each commune or district"),
            _("For example: each commune has at least one product taking part"),
            ("per_unit", "unit_names", "comparator", "number", "unit", "is_cumulative"),
            lambda target: bool(target.per_unit),
            comparisons=(C.AT_LEAST, C.MORE_THAN, C.EXACTLY),
            required=("per_unit", "number"),
        ),
        Kind(
            "ty-le",
            _("A percentage of something"),
            _("For example: at least 30% of the valid products have 4 stars or more"),
            ("comparator", "number", "number_max", "base", "percent_of"),
            lambda target: bool(target.base or target.percent_of) or target.unit == PERCENT,
            required=("number",),
            fixed={"unit": PERCENT},
        ),
        Kind(
            "neu-ten",
            _("A list of named products"),
            _("For example: 3 new products, namely X, Y and Z"),
            ("product_names", "comparator", "number", "unit"),
            lambda target: bool(target.pk and target.products.all()) or bool(target.product_names),
            comparisons=(C.EXACTLY, C.AT_LEAST, C.MORE_THAN, C.ABOUT, C.NEARLY),
            counts=TOLD | Q(measure__in=[code for code, one in MEASURES.items() if "product" in one.counts]),
            required=("product_names",),
        ),
        Kind(
            "khong-so",
            _("No number at all"),
            _("For example: go on with advice to the organisations that take part"),
            (),
            lambda target: target.comparator == C.NONE,
            fixed={"comparator": C.NONE},
        ),
        Kind(
            "tong-so",
            _("A total to be reached (cumulative)"),
            _("For example: raise the number of recognised products to 120"),
            ("comparator", "number", "number_max", "unit"),
            lambda target: target.is_cumulative,
            comparisons=GROWING,
            counts=MEASURED,
            required=("number",),
            fixed={"is_cumulative": True},
        ),
        Kind(
            "bao-tay",
            _("A number that is reported by hand"),
            _("For example: training classes and people, points of sale, craft villages, tourism models"),
            ("comparator", "number", "number_max", "unit"),
            lambda target: not target.indicator.measure,
            counts=TOLD,
            narrows=False,
            required=("number",),
        ),
        Kind(
            "khoang",
            _("A range"),
            _("For example: 20 to 25 products of 3 stars"),
            ("comparator", "number", "number_max", "unit"),
            lambda target: target.number_max is not None,
            comparisons=(C.AT_LEAST, C.ABOUT),
            counts=MEASURED,
            required=("number", "number_max"),
        ),
        Kind(
            "mot-so",
            _("One number"),
            _("For example: at least 6 products, more than 10, exactly 3, about 8"),
            ("comparator", "number", "unit"),
            lambda target: True,
            counts=MEASURED,
            required=("number",),
        ),
    )
}
OFFERED = tuple(
    KINDS[code]
    for code in (
        *("mot-so", "khoang", "tong-so", "moi-don-vi", "ty-le"),
        *("neu-ten", "kinh-phi", "bao-tay", "khong-so"),
    )
)
"""The kinds in the order in which they are offered: what plans say most often first."""

EMPTY: dict[str, Any] = {
    "number": None,
    "number_max": None,
    "unit": "",
    "percent_of": "",
    "base": "",
    "is_cumulative": False,
    "per_unit": "",
    "product_names": "",
    "money": "",
    "money_sources": [],
    "stars_min": None,
    "stars_max": None,
    "level": "",
    "group": None,
    "economic_only": False,
    "funding_source": "",
    "scope": None,
    "scope_words": "",
    **{name: [] for name in SEVERAL},
}
"""What a field of a target says where its kind doesn't ask for it."""


def kind_of(target: Target) -> Kind:
    """The kind that a kept target is of."""
    return next(kind for kind in KINDS.values() if kind.shows(target))


def holds(target: Target, name: str) -> bool:
    """Whether the kept target says something in the field."""
    value = getattr(target, name)
    return value.exists() if name in SEVERAL else value != EMPTY.get(name, "") and value is not None
