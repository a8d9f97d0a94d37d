"""The list of products: one set of columns for the page and its files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ocop_portal.lib.listing import ListColumn, Listing

from .models import Product


def _makers(product: Product) -> str:
    return "; ".join(maker.name for maker in product.makers)


PRODUCTS: Listing[Product] = Listing(
    title=_("Products"),
    order="name",
    columns=(
        ListColumn(
            "name", _("Name"), "name", width=36, sort="sort_key", link=lambda row: row.get_absolute_url()
        ),
        ListColumn("code", _("Product code"), "code", width=18, sort=("code", "sort_key")),
        ListColumn("group", _("Product group"), "group.path", width=32, sort=("group__position", "sort_key")),
        ListColumn("makers", _("Organisations"), _makers, width=40),
        ListColumn(
            "area",
            pgettext_lazy("column", "Commune"),
            "area.name",
            width=24,
            sort=("area__sort_key", "sort_key"),
        ),
    ),
)
