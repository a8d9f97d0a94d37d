"""The picker of unit and period above reports and dashboard."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from areas import finding
from areas.maps import MapOf
from ocop_portal.lib import clock, periods

from . import asking
from .addresses import MAP
from .asking import Asked

FIRST_YEAR = 2019


class Picker(forms.Form):
    """GET form: unit, period and map."""

    area = forms.ChoiceField(label=_("Unit"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)

    def __init__(self, user: User, asked: Asked, years_only: bool = False) -> None:
        super().__init__(initial={**asked.query, MAP: asked.on_map})
        self.fields[MAP] = forms.ChoiceField(label=_("Map"), required=False, choices=MapOf.choices)
        end = asked.period.end  # a period may touch two units of one code
        units = asking.choosable(user, asked.period)
        self.fields["area"].choices = [(finding.code_on(unit, end), unit.name) for unit in units]  # type: ignore[attr-defined]
        self.fields["period"].choices = _periods(asked, years_only)  # type: ignore[attr-defined]


def _periods(asked: Asked, years_only: bool) -> list[tuple[str, str]]:
    """Every year since the programme began and, of the one asked for, all its parts."""
    years = range(clock.today().year, FIRST_YEAR - 1, -1)
    choices = [(str(year), periods.for_year(year).label) for year in years]
    if not years_only:
        choices += [choice for choice in periods.choices(asked.period.year) if choice not in choices]
    known = {code for code, _label in choices}
    return choices if asked.period.code in known else [(asked.period.code, asked.period.label), *choices]
