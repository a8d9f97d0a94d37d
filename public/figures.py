"""The public figures as pages print them: every number with the address of the rows behind it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from areas.models import Area
from ocop_portal.lib.svg import Bar, star_words
from products.models import ProductGroup

from . import measures
from .measures import InForce, Stars

LEVELS = (3, 4, 5)


def headline(counted: InForce) -> list[dict[str, Any]]:
    """The big figures: in force, of these by star, organisations, and what is new this year."""
    of = counted.by_stars
    by_star = [{"value": of.get(n, 0), "label": star_words(n), "url": _rows(sao=str(n))} for n in LEVELS]
    return [
        {
            "value": counted.total,
            "label": _("Products with a recognition in force"),
            "url": _rows(sao=[str(n) for n in LEVELS]),
        },
        *by_star,
        {
            "value": measures.holders_in_force(counted.day),
            "label": _("Organisations that hold one"),
        },
        {
            "value": measures.new_in_year(counted.day),
            "label": _("Newly recognised in %(year)s") % {"year": counted.day.year},
        },
    ]


def by_sector(counted: InForce) -> list[Bar]:
    """One bar a sector, those without products too."""
    sectors = ProductGroup.objects.filter(tier=ProductGroup.Tier.SECTOR)
    return [_bar(f"{s.code}. {s.name}", counted.by_sector.get(s.pk), "nhom", s.code) for s in sectors]


def by_commune(counted: InForce) -> list[Bar]:
    """One bar a commune of the day that has products, in Vietnamese order."""
    communes = Area.objects.filter(pk__in=list(counted.by_commune))
    return [_bar(c.name, counted.by_commune[c.pk], "xa", c.code) for c in communes]


def _bar(label: str, stars: Stars | None, parameter: str, code: str) -> Bar:
    values = tuple((stars or {}).get(n, 0) for n in LEVELS)
    query: dict[str, Any] = {parameter: code, "sao": [str(n) for n in LEVELS]}
    return Bar(label, values, _rows(**query) if stars else "")


def _rows(**query: Any) -> str:
    return f"{reverse('public:catalogue')}?{urlencode(query, doseq=True)}"
