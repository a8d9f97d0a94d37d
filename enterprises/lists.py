"""The list of organisations: one set of columns for the page and its files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ocop_portal.lib.listing import ListColumn, Listing

from .models import Enterprise

ENTERPRISES: Listing[Enterprise] = Listing(
    title=_("Organisations"),
    order="name",
    columns=(
        ListColumn(
            "name", _("Name"), "name", width=40, sort="sort_key", link=lambda row: row.get_absolute_url()
        ),
        ListColumn("kind", _("Legal form"), "kind.name", width=20, sort=("kind__position", "sort_key")),
        ListColumn(
            "area",
            pgettext_lazy("column", "Commune"),
            "area.name",
            width=24,
            sort=("area__sort_key", "sort_key"),
        ),
        ListColumn("tax_code", _("Tax code"), "public_tax_code", width=18),
        ListColumn("representative", _("Representative"), "representative", width=24),
        ListColumn("registered", _("Registered on"), "registered_on", kind="date", width=14, on_page=False),
        ListColumn(
            "products", _("Products"), "product_count", kind="integer", width=12, sort="product_count"
        ),
    ),
)
