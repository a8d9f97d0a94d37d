"""The lists of organisations and of their evidence: one set of columns for the page and its files."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib.listing import ListColumn, Listing

from .models import Enterprise, Evidence

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


def used(paper: Evidence) -> str:
    """In how many criteria and dossiers the paper (``with_use_counts``) is used, in words."""
    counts: Any = paper
    if not counts.dossier_count:
        return gettext("Not used")
    return gettext("%(criteria)s criteria, %(dossiers)s dossiers") % {
        "criteria": counts.criterion_count,
        "dossiers": counts.dossier_count,
    }


_NAME = ListColumn[Evidence](
    "title", _("Paper"), "title", width=40, sort="sort_key", link=lambda row: row.get_absolute_url()
)
_STATUS = ListColumn[Evidence](
    "status", _("Validity"), "status.label", width=24, tone=lambda row: row.status.tone
)
_KIND = ListColumn[Evidence]("kind", _("Kind of evidence"), "get_kind_display", width=28, sort="kind")
_NUMBER = ListColumn[Evidence]("number", _("Number"), "number", width=18)
_ISSUER = ListColumn[Evidence]("issuer", _("Issuer"), "issuer", width=28, sort="issuer")
_ISSUED = ListColumn[Evidence](
    "issued", _("Issued on"), "issued_on", kind="date", width=14, sort=("issued_on", "sort_key")
)
_EXPIRES = ListColumn[Evidence](
    "expires", _("Valid until"), "expires_on", kind="date", width=14, sort=("expires_on", "sort_key")
)
_USED = (
    ListColumn[Evidence]("used", _("Used in"), used, sort="criterion_count", in_file=False),
    ListColumn[Evidence]("criteria", _("Criteria"), "criterion_count", kind="integer", on_page=False),
    ListColumn[Evidence]("dossiers", _("Dossiers"), "dossier_count", kind="integer", on_page=False),
)

LIBRARY: Listing[Evidence] = Listing(
    title=_("Evidence library"),
    order="title",
    columns=(
        *(_NAME, _STATUS, _KIND, _NUMBER, _ISSUER, _ISSUED, _EXPIRES, *_USED),
        ListColumn(
            "short",
            _("Digest"),
            "short_digest",
            show=lambda row: format_html('<span class="code">{}</span>', row.short_digest),
            in_file=False,
        ),
        ListColumn("file", _("File name"), "file_name", width=30, on_page=False),
        ListColumn("digest", _("Digest (SHA-256)"), "sha256", width=66, on_page=False),
    ),
)

EXPIRING: Listing[Evidence] = Listing(
    title=_("Evidence by expiry"),
    order="expires",
    columns=(
        *(_NAME, _STATUS, _EXPIRES),
        ListColumn(
            "enterprise",
            _("Organisation"),
            "enterprise.name",
            width=36,
            sort=("enterprise__sort_key", "expires_on"),
            link=lambda row: row.enterprise.get_absolute_url(),
        ),
        ListColumn(
            "area",
            pgettext_lazy("column", "Commune"),
            "enterprise.area.name",
            width=24,
            sort=("enterprise__area__sort_key", "expires_on"),
        ),
        *(_KIND, _NUMBER, _ISSUER, *_USED),
    ),
)
