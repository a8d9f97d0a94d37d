"""Forms of objections: entering one, answering it, the list's filter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ocop_portal.lib import clock, text
from ocop_portal.lib.files import PAPERS
from ocop_portal.lib.forms import DateField, NormalisedForm, UploadField
from ocop_portal.lib.listing import FilterForm

from ..models import Objection

DAY = forms.DateInput({"class": "input-date"}, format="%d/%m/%Y")


class ObjectionForm(NormalisedForm):
    """What the organisation objects to, and when it was received."""

    received_on = DateField(label=gettext_lazy("Received on"), widget=DAY)
    words = forms.CharField(
        label=gettext_lazy("What the organisation objects to"), widget=forms.Textarea({"rows": 5})
    )


class AnswerForm(NormalisedForm):
    """The answer to an objection."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=Objection.Outcome.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(label=gettext_lazy("Answer"), widget=forms.Textarea({"rows": 5}))
    answered_on = DateField(label=gettext_lazy("Answered on"), widget=DAY)
    number = forms.CharField(
        label=gettext_lazy("Number of the answer"),
        max_length=50,
        required=False,
        widget=forms.TextInput({"class": "input-code"}),
        help_text=gettext_lazy("Not needed where the objection was withdrawn."),
    )
    upload = UploadField(label=gettext_lazy("File of the answer"), kinds=PAPERS, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        withdrawn = cleaned.get("outcome") == Objection.Outcome.WITHDRAWN
        if not withdrawn and not cleaned.get("number") and "number" not in self.errors:
            self.add_error("number", _("Give the number of the answer."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned values, as ``objecting.answer_with_paper`` takes them."""
        return {**self.cleaned_data, "upload": self.cleaned_data["upload"] or None}


class ObjectionFilter(FilterForm):
    """Objections by product or organisation, and by how they stand."""

    tinh_trang = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[
            ("", gettext_lazy("All")),
            ("cho", gettext_lazy("To be answered")),
            ("qua-han", gettext_lazy("Overdue")),
            *Objection.Outcome.choices,
        ],
        required=False,
    )

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if chosen["q"]:
            product = text.matches("dossier__product__name_norm", chosen["q"])
            maker = text.matches("dossier__enterprise__name_norm", chosen["q"])
            rows = rows.filter(product | maker | Q(dossier__code__iexact=chosen["q"]))
        wanted = chosen["tinh_trang"]
        if wanted == "cho":
            return rows.filter(outcome="")
        if wanted == "qua-han":
            return rows.filter(outcome="", due_on__lt=clock.today())
        return rows.filter(outcome=wanted) if wanted else rows
