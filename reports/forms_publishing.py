"""Forms around published reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import listing, text
from ocop_portal.lib.forms import DateField, NormalisedForm

from .catalogue import title_of
from .models import Publication, Run


class PublishForm(NormalisedForm):
    """Number and day of the covering letter; where an earlier report is superseded, why."""

    number = forms.CharField(
        label=_("Number of the covering letter"), max_length=50, help_text=_("e.g. 125/BC-UBND")
    )
    on = DateField(label=_("Date of the covering letter"))
    reason = forms.CharField(
        label=_("Why it takes the place of the earlier one"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, earlier: Publication | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if earlier is None:
            del self.fields["reason"]


class PublicationFilter(listing.FilterForm):
    """The list's filter: words of the letter's number or the unit, and whether it is current."""

    current = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("1", _("Current")), ("0", _("Superseded"))],
    )

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        if words := chosen["q"]:
            named = text.matches("area__name_norm", words)
            rows = rows.filter(named) | rows.filter(letter_number__icontains=words)
        return rows.filter(superseded_at__isnull=chosen["current"] == "1") if chosen["current"] else rows


class CompareForm(NormalisedForm):
    """Which two compiled reports are compared: of one report and one unit, the earlier first."""

    truoc = forms.ModelChoiceField(Run.objects.none(), label=_("Earlier report"))
    sau = forms.ModelChoiceField(Run.objects.none(), label=_("Later report"))

    def __init__(self, *args: Any, runs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("truoc", "sau"):
            self.fields[name].queryset = runs  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = _name_of  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The two must be of the same report, or nothing can be said."""
        chosen = super().clean() or {}
        first, second = chosen.get("truoc"), chosen.get("sau")
        if first and second and (first.report, first.area_id) != (second.report, second.area_id):
            raise forms.ValidationError(_("Choose two reports of the same kind on the same unit."))
        return chosen


def _name_of(run: Run) -> str:
    """As lists name it, with the hour of the wall clock: reports of one day differ by nothing else."""
    asked_at = timezone.localtime(run.created_at)
    return f"{title_of(run.report, run.area)} – {run.period_label} – {asked_at:%d/%m/%Y %H:%M}"
