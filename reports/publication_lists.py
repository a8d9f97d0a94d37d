"""The list of published reports."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ocop_portal.lib.listing import ListColumn, Listing

from .catalogue import title_of
from .models import Publication


def _name(one: Publication) -> str:
    return title_of(one.report, one.area)


def _address(one: Publication) -> str:
    return reverse("reports:run", args=[one.run_id])


PUBLICATIONS: Listing[Publication] = Listing(
    title=_("Published reports"),
    columns=(
        ListColumn("report", _("Report"), _name, width=50, sort=("report", "area__sort_key"), link=_address),
        ListColumn(
            "state",
            _("State"),
            lambda one: str(_("Superseded") if one.superseded_at else _("Current")),
            sort="superseded_at",
            tone=lambda one: "neutral" if one.superseded_at else "good",
        ),
        ListColumn("period", _("Period"), "period_label", width=26, sort="period"),
        ListColumn("number", _("Number of the covering letter"), "letter_number", sort="letter_number"),
        ListColumn("on", _("Date of the covering letter"), "letter_on", kind="date", sort="letter_on"),
        ListColumn(
            "by",
            pgettext_lazy("person", "Published by"),
            "published_by",
            width=26,
            sort="published_by__full_name",
        ),
    ),
    order="-on",
)
