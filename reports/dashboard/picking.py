"""The picker above the dashboard: unit, period and map."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from areas.maps import MapOf

from ..forms import Picker
from .scope import MAP, Scope


class MapPicker(Picker):
    """The reports' picker with the map that the unit's ground is read on."""

    def __init__(self, user: User, scope: Scope) -> None:
        super().__init__(user, scope.asked)
        self.fields[MAP] = forms.ChoiceField(
            label=_("Map"), choices=MapOf.choices, initial=scope.on_map, required=False
        )
