"""Forms of rounds: opening and changing one, choosing its dossiers, the filters of its lists."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from ocop_portal.lib import clock, text
from ocop_portal.lib.forms import DateField, NormalisedForm
from ocop_portal.lib.listing import FilterForm

from ..models import Authority, Dossier, Round
from ..planning_rounds import Plan, levels_of
from ..round_planning import Outlook

OUTLOOKS = {
    Outlook.MISS: _("Will miss the round"),
    Outlook.RISK: _("At risk"),
    Outlook.FINE: _("On time"),
    Outlook.DONE: _("Dossier closed"),
}


def day_field(label: Any, **options: Any) -> DateField:
    """A date with a box as wide as one."""
    widget = forms.DateInput({"class": "input-date"}, format="%d/%m/%Y")
    return DateField(label=label, widget=widget, **options)


def number_field(label: Any, least: int, most: int, **options: Any) -> forms.IntegerField:
    """A small number typed with digits."""
    widget = forms.TextInput({"class": "input-number", "inputmode": "numeric"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, localize=False, widget=widget, **options
    )


class RoundForm(NormalisedForm):
    """The days, capacity and steps of a round; a new one also says which it is."""

    level = forms.ChoiceField(label=_("Level"))
    year = number_field(_("Year"), 2000, 2199)
    number = number_field(_("Round"), 1, 99)
    name = forms.CharField(
        label=_("Name"), max_length=150, required=False, help_text=_("Leave it empty for “Round 1 of 2026”.")
    )
    submit_before = day_field(_("Communes propose by"), required=False)
    done_before = day_field(_("Done by"), required=False)
    closes_at_17 = forms.BooleanField(label=_("Closes at 17:00 on that day"), required=False)
    dossiers_a_day = number_field(_("Dossiers a council day"), 1, 500)
    invite_days = number_field(_("From the invitation to the meeting (working days)"), 0, 60)
    sum_days = number_field(_("From the meeting to the summed result (working days)"), 0, 60)
    sign_days = number_field(_("From the result to the decision (working days)"), 0, 60)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, unit: Area, round: Round | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = round or Round(area=unit, year=clock.today().year)
        self.initial = {**{name: getattr(shown, name) for name in self.fields}, **self.initial}
        if round is None:
            own = dict(Authority.AuthorityLevel.choices)
            levels = cast(forms.ChoiceField, self.fields["level"])
            levels.choices = [(each, own[each]) for each in levels_of(unit)]
            del self.fields["version"]
            self.fields["submit_before"].help_text = _("Empty: the day that the regulation sets.")
        else:
            for name in ("level", "year", "number"):
                del self.fields[name]
            self.fields["submit_before"].required = self.fields["done_before"].required = True

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned values, as ``planning_rounds`` takes them."""
        given = dict(self.cleaned_data)
        if "year" in given:
            given["year"], given["number"] = int(given["year"]), int(given["number"])
        return given


class EntryFilter(FilterForm):
    """Which dossiers of a round: by name or code, by how they stand."""

    tinh_hinh = forms.ChoiceField(
        label=_("Outlook"),
        choices=[("", _("All")), *((key.value, label) for key, label in OUTLOOKS.items())],
        required=False,
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.fields["q"].label = _("Code, product or organisation")

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """See the fields' labels."""
        if chosen["tinh_hinh"]:
            wanted = Outlook(chosen["tinh_hinh"])
            keys = [row.dossier.pk for row in self.plan.entries if row.forecast.outlook == wanted]
            rows = rows.filter(pk__in=keys)
        return rows.filter(said(chosen["q"])) if chosen["q"] else rows


def said(query: str) -> Q:
    """That a dossier's code, product or organisation is the one typed."""
    code = text.nfc(query).replace(" ", "")
    names = text.matches("product__name_norm", query) | text.matches("enterprise__name_norm", query)
    return names | Q(code__icontains=code) if code else names


class DossierChoice(NormalisedForm):
    """Ticked dossiers out of those offered."""

    ho_so = forms.ModelMultipleChoiceField(
        Dossier.objects.none(),
        label=_("Dossiers"),
        error_messages={"required": _("Choose at least one dossier.")},
    )

    def __init__(self, *args: Any, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelMultipleChoiceField, self.fields["ho_so"]).queryset = rows
