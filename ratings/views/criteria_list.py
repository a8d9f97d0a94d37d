"""The list of criteria sets: its columns, on the page and in the file."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib.listing import ListColumn, Listing

from ..models import CriteriaSet


def _link(criteria_set: CriteriaSet) -> SafeString:
    """The code in one piece, which leads to the set."""
    return format_html(
        '<a class="nowrap" href="{}">{}</a>', criteria_set.get_absolute_url(), criteria_set.code
    )


def _tone(criteria_set: CriteriaSet) -> str:
    return criteria_set.tone


CRITERIA_SETS: Listing[CriteriaSet] = Listing(
    title=_("Criteria sets"),
    columns=(
        ListColumn("code", _("Code"), "code", sort="code", show=_link),
        ListColumn("state", _("State"), "get_state_display", sort="state", tone=_tone),
        ListColumn("name", _("Name"), "name", width=44, sort="sort_key"),
        ListColumn("sector", _("Sector"), "group.parent.parent.name", width=30, sort="group__position"),
        ListColumn("regulation", _("Regulation"), "regulation.name", width=30, sort="regulation__files_from"),
        ListColumn("leaves", _("Number of criteria"), "leaves", kind="integer", width=10, sort="leaves"),
        ListColumn("options", _("Number of options"), "options", kind="integer", width=10, sort="options"),
        ListColumn("published", _("Published on"), "published_on", kind="date", sort="published_on"),
        ListColumn("retired", _("Retired on"), "retired_on", kind="date", sort="retired_on", on_page=False),
        ListColumn("corrects", _("Corrects"), "corrects.code", on_page=False),
        ListColumn("digest", _("Digest"), "digest", width=66, on_page=False),
    ),
    order="code",
    per_page=50,
)
