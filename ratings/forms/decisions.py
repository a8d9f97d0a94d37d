"""Forms of decisions: preparing one, signing it, the list's filter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from areas.models import Signer
from ocop_portal.lib.files import IMAGES
from ocop_portal.lib.forms import DateField, NormalisedForm, UploadField
from ocop_portal.lib.listing import FilterForm

from ..deciding import ItemDraft
from ..models import Decision
from ..outcomes import Case, Choice

SCANS = IMAGES | {"pdf"}


class DecisionForm(NormalisedForm):
    """Which dossiers go into the decision, and what it says of each; the usual outcome stands ready.

    ``unrated`` are those that this level can't decide yet: the level that rated them has ended.
    """

    title = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("As the decision will be entitled."),
    )
    issuing_body = forms.CharField(
        label=gettext_lazy("Issuing body at the centre"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only where the centre recognises five stars."),
    )

    def __init__(self, *args: Any, cases: list[Case], chosen: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unrated = [case for case in cases if not case.choices]
        cases = self.cases = [case for case in cases if case.choices]
        if not any(case.granted_by_centre(choice.stars) for case in cases for choice in case.choices):
            del self.fields["issuing_body"]
        for case in cases:
            self._add_line(case, taken=str(case.dossier.pk) == chosen or len(cases) == 1)

    def _add_line(self, case: Case, *, taken: bool) -> None:
        product = case.dossier.product.name
        self.fields[f"take_{case.dossier.pk}"] = forms.BooleanField(
            label=_("Put %(product)s into the decision") % {"product": product},
            required=False,
            initial=taken,
            widget=forms.CheckboxInput({"class": "form-check-input"}),
        )
        self.fields[f"outcome_{case.dossier.pk}"] = forms.ChoiceField(
            label=_("What is decided of %(product)s") % {"product": product},
            choices=[(_key(choice), str(choice)) for choice in case.choices],
            widget=forms.Select({"class": "form-select"}),
            # Left out of a form of few lines it means the usual outcome, never nothing.
            required=False,
        )

    def lines(self) -> Iterator[tuple[Case, BoundField, BoundField]]:
        """Each case with its two fields, for the page."""
        for case in self.cases:
            yield case, self[f"take_{case.dossier.pk}"], self[f"outcome_{case.dossier.pk}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(value for name, value in cleaned.items() if name.startswith("take_")):
            raise forms.ValidationError(_("Choose at least one dossier."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned values, as ``deciding.prepare`` takes them."""
        return {
            "title": self.cleaned_data["title"],
            "issuing_body": self.cleaned_data.get("issuing_body", ""),
            "items": [self._draft(case) for case in self.cases if self._taken(case)],
        }

    def _taken(self, case: Case) -> bool:
        return bool(self.cleaned_data[f"take_{case.dossier.pk}"])

    def _draft(self, case: Case) -> ItemDraft:
        wanted = self.cleaned_data[f"outcome_{case.dossier.pk}"]
        choice = next((c for c in case.choices if _key(c) == wanted), case.choices[0])
        return ItemDraft(case.dossier, choice.outcome, choice.stars)


def _key(choice: Choice) -> str:
    return f"{choice.outcome}:{choice.stars or ''}"


class SignForm(NormalisedForm):
    """What the leader adds: number, day, name, and a scan where there is one."""

    number = forms.CharField(
        label=gettext_lazy("Number of the decision"),
        max_length=50,
        help_text=gettext_lazy("For example 1887/QĐ-UBND"),
        widget=forms.TextInput({"class": "input-code"}),
    )
    signed_on = DateField(
        label=gettext_lazy("Signed on"),
        widget=forms.DateInput({"class": "input-date"}, format="%d/%m/%Y"),
    )
    signer_name = forms.CharField(label=gettext_lazy("Signed by"), max_length=150)
    scan = UploadField(
        kinds=SCANS,
        label=gettext_lazy("Scan of the signed decision"),
        required=False,
        help_text=gettext_lazy("PDF or picture, at most 20 MB."),
    )

    def __init__(self, *args: Any, decision: Decision, by: User, **kwargs: Any) -> None:
        usual = Signer.objects.filter(profile__area=decision.area, is_default=True).first()
        super().__init__(*args, **kwargs)
        self.initial["signer_name"] = usual.full_name if usual else by.full_name

    def clean_number(self) -> str:
        """Write a number typed in small letters as the papers do: 12/qđ-ubnd is 12/QĐ-UBND."""
        number: str = self.cleaned_data["number"]
        return number.upper() if number.islower() else number

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned values, as ``deciding.sign_with_scan`` takes them."""
        given = self.cleaned_data
        names = ("number", "signed_on", "signer_name")
        return {"upload": given["scan"] or None, **{name: given[name] for name in names}}


class DecisionFilter(FilterForm):
    """Decisions by number, subject or issuing body, state and year."""

    trang_thai = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All")), *Decision.State.choices],
        required=False,
    )
    nam = forms.IntegerField(
        label=gettext_lazy("Year"),
        required=False,
        min_value=1900,
        max_value=2199,
        widget=forms.TextInput({"class": "input-year", "inputmode": "numeric"}),
    )

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if chosen["q"]:
            words = chosen["q"].split()
            rows = rows.filter(*(_says(word) for word in words))
        if chosen["trang_thai"]:
            rows = rows.filter(state=chosen["trang_thai"])
        if chosen["nam"]:
            rows = rows.filter(signed_on__year=chosen["nam"])
        return rows


def _says(word: str) -> Q:
    """That number, subject or issuing body contains the word."""
    return Q(number__icontains=word) | Q(title__icontains=word) | Q(issuing_body__icontains=word)
