"""The list of schedules."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib.listing import ListColumn, Listing

from .catalogue import title_of
from .models import Schedule


def _name(schedule: Schedule) -> str:
    return title_of(schedule.report, schedule.area)


def _address(schedule: Schedule) -> str:
    return reverse("reports:schedule", args=[schedule.pk])


SCHEDULES: Listing[Schedule] = Listing(
    title=_("Schedules"),
    columns=(
        ListColumn("report", _("Report"), _name, width=50, sort=("report", "area__sort_key"), link=_address),
        ListColumn(
            "state",
            _("State"),
            lambda one: str(_("Switched on") if one.is_active else _("Switched off")),
            sort="is_active",
            tone=lambda one: "good" if one.is_active else "neutral",
        ),
        ListColumn("map", _("Map"), "get_on_map_display", sort="on_map", on_page=False),
        ListColumn("every", _("How often"), "get_every_display", sort="every"),
        ListColumn(
            "after", _("Days after the period's end"), "days_after", kind="integer", sort="days_after"
        ),
        ListColumn("by", _("Made by"), "created_by", width=26, sort="created_by__full_name"),
    ),
    order="report",
)
