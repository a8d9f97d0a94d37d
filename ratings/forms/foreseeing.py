"""Choosing by what a dossier, or all of an area, would be rated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from areas import choosing, finding
from areas.finding import UPWARDS
from areas.models import Area, Level
from ocop_portal.lib import text
from ocop_portal.lib.forms import NormalisedForm
from ocop_portal.lib.listing import FilterForm

from ..models import CriteriaSet
from ..would_keep import Verdict

UNTOLD = "khong-ro"
OUTCOMES = {
    Verdict.KEPT.value: _("Keeps its star"),
    Verdict.GAINED.value: _("Gains a star"),
    Verdict.LOST.value: _("Loses its star"),
    Verdict.OPEN.value: _("Hangs on what is assessed anew"),
    UNTOLD: _("Cannot be told"),
}
Sets = Sequence[tuple[str, list[CriteriaSet]]]


class ByForm(NormalisedForm):
    """The set by which one dossier is scored."""

    def __init__(self, *args: Any, sets: Sets, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grouped = [(name, [(row.code, _named(row)) for row in rows]) for name, rows in sets]
        self.fields["bo"] = forms.ChoiceField(
            label=_("Criteria set"), choices=[("", _("Choose")), *grouped], required=False
        )


class KeepFilter(FilterForm):
    """All of an area by a set or a regulation, narrowed by name and by what becomes of the star.

    ``outcomes`` are put in before the list is asked for: the outcome of each recognition by its key.
    """

    outcomes: Mapping[int, str] = {}

    def __init__(self, *args: Any, sets: Sets, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regulations = {rows[0].regulation.code: name for name, rows in sets}
        grouped = [(name, [(row.code, _named(row)) for row in rows]) for name, rows in sets]
        whole = [(_("All sets of a regulation"), list(regulations.items()))]
        self.areas = {finding.address_code(area): area for area in sorted(areas, key=_place)}
        self.fields["bo"] = forms.ChoiceField(
            label=_("Rated by"), choices=[("", _("Choose")), *whole, *grouped], required=False
        )
        units = choosing.choices(self.areas.values())
        self.fields["area"] = forms.ChoiceField(label=_("Area"), choices=units, required=False)
        outcomes = [("", _("All")), *OUTCOMES.items()]
        self.fields["ket_qua"] = forms.ChoiceField(label=_("Outcome"), choices=outcomes, required=False)
        self.fields["q"].label = _("Product")

    @property
    def is_filtered(self) -> bool:
        """By what and where is what the list is about; only name and outcome narrow it."""
        return bool(self._given(["q", "ket_qua"]))

    @property
    def area(self) -> Area | None:
        """The unit asked for, the highest of the person's without one; None for one that is not his."""
        asked = self.data.get("area") or next(iter(self.areas), "")
        return self.areas.get(asked)

    def named(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows whose product's name fits, whatever becomes of their stars."""
        asked = self.data.get("q") or ""
        return rows.filter(text.matches("product__name_norm", asked)) if self.is_valid() else rows.none()

    def narrow(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """Of the rows those that have an outcome, and whose name and outcome fit."""
        wanted = chosen["ket_qua"]
        fitting = [pk for pk, outcome in self.outcomes.items() if wanted in ("", outcome)]
        return self.named(queryset).filter(pk__in=fitting)


def _place(area: Area) -> tuple[bool, int, str, int]:
    """Units that exist before ended ones, the highest first."""
    return area.valid_to is not None, -UPWARDS.index(Level(area.level)), area.sort_key, area.pk


def _named(row: CriteriaSet) -> str:
    return str(row) if row.state == CriteriaSet.State.PUBLISHED else f"{row} ({row.get_state_display()})"
