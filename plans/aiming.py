"""What makes a target sound beyond its fields: where it aims, part of what, and what can be told apart."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.models import Area
from ocop_portal.lib.measures import Measure
from products.models import Product
from ratings.measures import MEASURES, PRODUCTS

from .counting import BASES
from .models import Indicator, Plan, Target

FILTERS: dict[str, tuple[str, Promise]] = {
    "stars": ("stars_min", gettext_lazy("stars")),
    "level": ("level", gettext_lazy("level of recognition")),
    "group": ("group", gettext_lazy("product group")),
    "kinds": ("kinds", gettext_lazy("kinds of organisations")),
    "economic_only": ("economic_only", gettext_lazy("economic organisations only")),
    "funding_source": ("funding_source", gettext_lazy("funding source")),
}
"""What a measure may narrow by → the target's field that says so, and its name."""


SEVERAL = ("kinds", "units", "products")
"""The target's fields that hold several rows."""
LINKS = ("indicator", "parent", "scope", "group")
_PLAIN: tuple[str, ...] = ("percent_of", "stars_min", "stars_max", "level", "economic_only", "funding_source")
_PLAIN += ("base", "per_unit", "money", "product_names")


def check(plan: Plan, target: Target | None, fields: dict[str, Any]) -> None:
    """Raise ``ValidationError`` by field where the target can't be what it says.

    ``fields`` are those that change, with lists for :data:`SEVERAL`.
    """
    wanted = {name: getattr(target or Target(), name) for name in _PLAIN}
    wanted |= {name: getattr(target, name, None) for name in LINKS}
    wanted |= {name: list(getattr(target, name).all()) if target else [] for name in SEVERAL}
    wanted |= fields
    errors = {
        "parent": _parent_problem(plan, target, wanted["parent"]),
        "scope": _scope_problem(plan, wanted["scope"]),
        "units": _units_problem(plan, wanted),
        "indicator": _filter_problem(wanted),
        "base": _base_problem(wanted),
        "product_names": _names_problem(plan, wanted),
        "stars_min": _stars_problem(wanted),
        "money": _money_problem(wanted),
    }
    if found := {name: words for name, words in errors.items() if words}:
        raise ValidationError(found)


def _parent_problem(plan: Plan, target: Target | None, parent: Target | None) -> str:
    if parent is not None and parent.plan_id != plan.pk:
        return _("The whole must be a target of the same plan.")
    while parent is not None:
        if target is not None and parent.pk == target.pk:
            return _("A target can't be a part of itself.")
        parent = parent.parent
    return ""


def _scope_problem(plan: Plan, scope: Area | None) -> str:
    if scope is None or Area.objects.within(plan.area).filter(pk=scope.pk).exists():
        return ""
    return _("The place must lie in the area of the plan.")


def _units_problem(plan: Plan, wanted: dict[str, Any]) -> str:
    units = wanted["units"]
    if units and not wanted["per_unit"]:
        return _("Units are named only where each of them has to reach the number.")
    inside = Area.objects.within(plan.area).filter(level=wanted["per_unit"])
    if place := wanted["scope"]:  # of then or of now: the communes of today in a district of then
        inside = inside.filter(pk__in=Area.objects.sharing_ground(place).values("pk"))
    if units and inside.filter(pk__in=[unit.pk for unit in units]).distinct().count() < len(units):
        return _("Each unit must be of the level chosen and lie in the place of the target.")
    return ""


def _base_problem(wanted: dict[str, Any]) -> str:
    if not wanted["base"]:
        return ""
    if wanted["base"] not in BASES:
        return _("The portal does not count this whole.")
    base, part = MEASURES[wanted["base"]], _measure(wanted)
    if part is not None and part.unit != base.unit:
        words = _("A share of %(whole)s can't be taken of what counts %(part)s: choose another whole.")
        return words % {"whole": base.unit, "part": part.unit}
    return ""


def _names_problem(plan: Plan, wanted: dict[str, Any]) -> str:
    """Named products must lie in the plan's area and be what the indicator counts."""
    products = {product.pk for product in wanted["products"]}
    measure = _measure(wanted)
    if measure is not None and measure.unit != PRODUCTS and (products or wanted["product_names"]):
        return _("Products can be named only where products are counted.")
    if len(set(Product.objects.within(plan.area).filter(pk__in=products))) < len(products):
        return _("The products must lie in the area of the plan.")
    return ""


def _money_problem(wanted: dict[str, Any]) -> str:
    if wanted["money"] and _measure(wanted) is not None:
        return _("An amount of the budget can't be taken with an indicator that counts something else.")
    return ""


def _measure(wanted: dict[str, Any]) -> Measure | None:
    indicator: Indicator | None = wanted["indicator"]
    return MEASURES[indicator.measure] if indicator is not None and indicator.measure else None


def _stars_problem(wanted: dict[str, Any]) -> str:
    if wanted["stars_max"] is not None and wanted["stars_min"] is None:
        return _("Say from how many stars.")
    return ""


def _filter_problem(wanted: dict[str, Any]) -> str:
    """A figure that ignores what the target asks for would be a wrong figure: refuse it."""
    indicator: Indicator | None = wanted["indicator"]
    if indicator is None or not indicator.is_measured:
        return ""
    if wanted["percent_of"] and not wanted["base"]:
        return ""
    known = MEASURES[indicator.measure].filters
    unknown = [str(label) for key, (name, label) in FILTERS.items() if wanted[name] and key not in known]
    if not unknown:
        return ""
    words = _("The portal can't narrow “%(indicator)s” by: %(filters)s. Leave these empty or choose another.")
    return words % {"indicator": indicator.name, "filters": ", ".join(unknown)}
