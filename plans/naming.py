"""Products and units that a plan names, found by how people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from areas.models import Area
from ocop_portal.lib import clock, text
from products.models import Product

from .models import Plan, Target

_WITH_MAKER = re.compile(r"^(?P<name>.+?)\s*\((?P<maker>.+)\)$")


class Named(NamedTuple):
    """The products found, the names that no product bears, and names that several bear, with these."""

    products: list[Product]
    unknown: list[str]
    doubtful: dict[str, list[str]]


def lines_of(words: str) -> list[str]:
    """The names of a text: one a line, or parted by semicolons; each once."""
    names = (name.strip(" .,-–•\t") for name in re.split(r"[\n;]", words))
    return list(dict.fromkeys(name for name in names if name))


def label_of(product: Product) -> str:
    """The product as a line that :func:`find_products` finds again: its name with who makes it."""
    makers = product.makers
    return f"{product.name} ({makers[0].name})" if makers else product.name


def find_products(plan: Plan, names: Iterable[str]) -> Named:
    """The products of the plan's area by code, by name, or by name with the organisation in brackets."""
    wanted = list(names)
    keys = {text.search_key(part) for name in wanted for part in (name, _without_maker(name))}
    near = Product.objects.within(plan.area).filter(Q(name_norm__in=keys) | Q(code__in=wanted))
    found = list(near.with_makers())
    named = Named([], [], {})
    for name in wanted:
        fitting = _fitting(name, found)
        if len(fitting) == 1:
            named.products.append(fitting[0])
        elif fitting:
            named.doubtful[name] = [label_of(product) for product in fitting]
        else:
            named.unknown.append(name)
    return named


def _without_maker(name: str) -> str:
    found = _WITH_MAKER.match(name)
    return found["name"] if found else name


def _fitting(name: str, products: list[Product]) -> list[Product]:
    """The products that the name means; among those of like spelling, the ones written just so."""
    key = text.search_key(name)
    fitting = [one for one in products if one.code == name or key in _keys(one)]
    exact = [one for one in fitting if text.nfc(one.name).casefold() == text.nfc(name).casefold()]
    return exact or fitting


def _keys(product: Product) -> set[str]:
    makers = {f"{product.name_norm} {text.search_key(maker.name)}" for maker in product.makers}
    return {product.name_norm, *makers}


def names_text(target: Target) -> str:
    """The target's named products as its form shows them, one a line."""
    known = [label_of(product) for product in target.products.with_makers()]
    return "\n".join([*known, *target.unregistered])


def find_units(plan: Plan, level: str, names: Iterable[str]) -> tuple[list[Area], list[str]]:
    """The units of the level in the plan's area by name, with or without their kind; and unknown names."""
    on = min(clock.today(), date(plan.last_year, 12, 31))
    inside = Area.objects.within(plan.area).filter(level=level).in_force(on)
    by_key: dict[str, Area] = {}
    for area in inside:
        by_key[text.search_key(area.name)] = area
        by_key.setdefault(text.search_key(area.name.removeprefix(area.kind)), area)
        by_key.setdefault(text.search_key(area.name).partition(" ")[2], area)
    found, unknown = [], []
    for name in names:
        unit = by_key.get(text.search_key(name))
        if unit is None:
            unknown.append(name)
        elif unit not in found:
            found.append(unit)
    return found, unknown
