"""The form of a schedule: of what, how often, for which posts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from areas.maps import MapOf
from areas.models import Area
from ocop_portal.lib import clock, listing, text
from ocop_portal.lib.forms import NormalisedForm

from . import rules, scheduling
from .catalogue import KINDS
from .models import Schedule

FURTHEST = 60


class ScheduleFilter(listing.FilterForm):
    """The list's filter; ``q`` searches the unit's name."""

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        return rows.filter(text.matches("area__name_norm", chosen["q"]))


class ScheduleForm(NormalisedForm):
    """A new schedule of the unit; the posts offered are those that read its reports."""

    report = forms.ChoiceField(label=_("Report"))
    every = forms.ChoiceField(label=_("How often"), choices=Schedule.Every.choices, widget=forms.RadioSelect)
    on_map = forms.ChoiceField(
        label=_("Map"), choices=MapOf.choices, initial=MapOf.THEN.value, required=False
    )
    days_after = forms.IntegerField(
        label=_("Days after the period's end"),
        min_value=1,
        max_value=FURTHEST,
        initial=5,
        help_text=_("With 5, the report on October is compiled on 5 November."),
    )
    recipients = forms.MultipleChoiceField(
        label=_("Who is told"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever holds the post by then gets a notice with a link, never the file itself."),
    )

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {one.key: one for one in scheduling.choosable(area)}
        choices = [(key, f"{one.role.label} – {one.area}") for key, one in self.posts.items()]
        self.fields["recipients"].choices = choices  # type: ignore[attr-defined]
        kinds = [(kind.code, kind.name) for kind in KINDS.values()]
        self.fields["report"].choices = kinds  # type: ignore[attr-defined]

    @property
    def contents(self) -> dict[str, Any]:
        """What :func:`scheduling.make` takes."""
        chosen = dict(self.cleaned_data)
        chosen["on_map"] = chosen["on_map"] or MapOf.THEN.value
        chosen["recipients"] = [self.posts[key] for key in chosen["recipients"]]
        return chosen


class UnitForm(NormalisedForm):
    """Of which unit: the first question, since the posts depend on it."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Unit"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = rules.readable_areas(by).in_force(clock.today())
        self.fields["area"].queryset = units.order_by("-level", "sort_key", "code")  # type: ignore[attr-defined]
