"""A list's filter that may be told a ground: a unit on the map of then, or folded onto today's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ocop_portal.lib import clock
from ocop_portal.lib.listing import FilterForm

from . import maps
from .maps import Territory

GROUND = "dia_ban"


class GroundFilter(FilterForm):
    """A filter whose address may name a ground; figures lead here to the rows that they counted there.

    The field stands on the page only while the address names one, so that it can be seen and cleared. What
    a person may see of the ground is decided by the rows that are filtered.
    """

    ground: Territory | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = str(self.data.get(GROUND) or "")
        if not code:
            return
        self.ground = maps.read(code, clock.today())
        chosen = [(code, str(self.ground))] if self.ground else []
        label = pgettext_lazy("filter", "Area")
        self.fields[GROUND] = forms.ChoiceField(
            label=label, choices=[("", _("All")), *chosen], required=False
        )

    def on_ground(self, rows: Any) -> Any:
        """Of the rows those of the ground asked for; all where none is."""
        return rows.within(self.ground) if self.ground else rows
