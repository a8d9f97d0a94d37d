"""Forms of recognitions: entering one from paper, an event, a value chain, the lists' filters."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from areas.models import Area
from enterprises.models import Enterprise
from ocop_portal.lib import clock, text
from ocop_portal.lib.forms import NormalisedForm
from ocop_portal.lib.listing import FilterForm
from products.models import Product

from .. import certificates
from ..models import (
    Decision,
    FundingSource,
    Recognition,
    RecognitionEvent,
    Regulation,
)
from ..models.decisions import DatePrecision
from ..recognising import ENTERED, Paper
from .amendments import ReasonForm
from .amendments import day_field as _day

ALL = ("", gettext_lazy("All"))


class Units(forms.ModelChoiceField):
    """Units by their names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class PaperForm(NormalisedForm):
    """A recognition as a paper tells it; of the decision and its day, whatever is known."""

    decision_number = forms.CharField(
        label=gettext_lazy("Number of the decision"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("Leave it empty where it is not known."),
        widget=forms.TextInput({"class": "input-code"}),
    )
    precision = forms.ChoiceField(
        label=gettext_lazy("What is known of the day"),
        choices=DatePrecision.choices,
        initial=DatePrecision.DAY,
        widget=forms.RadioSelect,
    )
    signed_on = _day(gettext_lazy("Day of the decision"), required=False)
    year = forms.IntegerField(
        label=gettext_lazy("Year of the decision"),
        required=False,
        min_value=2000,
        max_value=2199,
        localize=False,
        widget=forms.TextInput({"class": "input-year", "inputmode": "numeric"}),
        help_text=gettext_lazy("Where only the year is known."),
    )
    issuing_body = forms.CharField(
        label=gettext_lazy("Issuing body"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("As the paper names it."),
    )
    issuing_area = Units(
        label=gettext_lazy("Issuing unit"),
        queryset=Area.objects.none(),
        required=False,
        help_text=gettext_lazy("Where the body is that of a unit on record."),
    )
    stars = forms.TypedChoiceField(
        label=gettext_lazy("Stars"),
        choices=[(n, f"{n}★") for n in (3, 4, 5)],
        coerce=int,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Recognition.Kind.choices, initial=Recognition.Kind.UNKNOWN
    )
    holders = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Organisations named"),
        queryset=Enterprise.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    other_holders = forms.CharField(
        label=gettext_lazy("Other organisations named"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("One a line, as the paper names them."),
    )
    variants = forms.CharField(
        label=gettext_lazy("Variants in the bundle"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("One a line. Empty for a single product."),
    )
    regulation = forms.ModelChoiceField(
        label=gettext_lazy("Regulation"),
        queryset=Regulation.objects,
        required=False,
        help_text=gettext_lazy("With it the last day of validity is computed from the day of the decision."),
    )
    expires_on = _day(
        gettext_lazy("Valid until"),
        required=False,
        help_text=gettext_lazy("Where the paper says so; it goes before what is computed."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea({"rows": 2}))

    OF_THE_DECISION = (
        "decision_number",
        "precision",
        "signed_on",
        "year",
        "issuing_body",
        "issuing_area",
    )

    def __init__(
        self, *args: Any, product: Product, area: Area, decision: Decision | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.product, self.area, self.decision = product, area, decision
        makers = product.enterprises.order_by("sort_key")
        _field(self, "holders").queryset = makers
        self.fields["holders"].initial = list(makers)
        names = product.variants.values_list("name", flat=True)
        self.fields["variants"].initial = "\n".join(names)
        if decision:
            for name in self.OF_THE_DECISION:
                del self.fields[name]
        else:
            _field(self, "issuing_area").queryset = Area.objects.covering(product.area).order_by(
                "level", "pk"
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        needed = {"day": "signed_on", "year": "year"}.get(cleaned.get("precision", ""))
        if needed and not cleaned.get(needed) and needed not in self.errors:
            self.add_error(needed, _("Give the day, or say that only the year or nothing is known."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned values, as ``recognising.record_paper`` takes them."""
        given = self.cleaned_data
        names = ("stars", "kind", "regulation", "expires_on", "note")
        facts = {name: given[name] for name in names}
        facts["holders"] = [*given["holders"], *_lines(given["other_holders"])]
        facts["variants"] = _lines(given["variants"])
        return {"product": self.product, "area": self.area, **facts, **self._of_the_decision()}

    def _of_the_decision(self) -> dict[str, Any]:
        if self.decision:
            return {"decision": self.decision}
        given = self.cleaned_data
        day = given["signed_on"]
        if given["precision"] == DatePrecision.YEAR:
            day = date(given["year"], 1, 1)
        names = ("decision_number", "precision", "issuing_body", "issuing_area")
        return {"signed_on": day, **{name: given[name] for name in names}}


class EventForm(ReasonForm):
    """What happened to a recognition, on which day, by which decision."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=[(kind.value, kind.label) for kind in ENTERED],
        widget=forms.RadioSelect,
    )
    on = _day(gettext_lazy("From which day"))
    new_expires_on = _day(
        gettext_lazy("Valid until (new)"), required=False, help_text=gettext_lazy("For an extension.")
    )
    decision_number = forms.CharField(
        label=gettext_lazy("Number of the decision"),
        max_length=50,
        widget=forms.TextInput({"class": "input-code"}),
    )
    signed_on = _day(gettext_lazy("Day of the decision"))
    issuing_body = forms.CharField(label=gettext_lazy("Issuing body"), max_length=200)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea({"rows": 3}))
    field_order = ("kind", "on", "new_expires_on", "ground", "corrects", "wrong", "right")

    def __init__(self, *args: Any, recognition: Recognition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["issuing_body"] = recognition.decision.issuing_body
        self.issuer = recognition.decision.issuing_area

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        extends = cleaned.get("kind") == RecognitionEvent.Kind.EXTENDED
        if extends and not cleaned.get("new_expires_on") and "new_expires_on" not in self.errors:
            self.add_error("new_expires_on", _("Say until when the certificate is extended."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned values, as ``recognising.record_event`` takes them."""
        given = self.cleaned_data
        same_body = given["issuing_body"] == self.initial["issuing_body"]
        issuer = self.issuer if same_body else None
        paper = Paper(
            given["issuing_body"], given["decision_number"], given["signed_on"], issuing_area=issuer
        )
        extends = given["kind"] == RecognitionEvent.Kind.EXTENDED
        return {
            "kind": given["kind"],
            "on": given["on"],
            "new_expires_on": given["new_expires_on"] if extends else None,
            "note": given["note"],
            "decision": paper,
            **self.why,
        }


class ValueChainForm(NormalisedForm):
    """A product's part in a value chain."""

    enterprise = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), queryset=Enterprise.objects.none(), required=False
    )
    chain = forms.CharField(label=gettext_lazy("Value chain"), max_length=200)
    partner = forms.CharField(label=gettext_lazy("Partner"), max_length=200, required=False)
    joined_on = _day(gettext_lazy("Joined on"))
    funding_source = forms.ChoiceField(
        label=gettext_lazy("Funding source"),
        choices=[("", gettext_lazy("Not known")), *FundingSource.choices],
        required=False,
    )
    document = forms.CharField(
        label=gettext_lazy("Document"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Number and date"),
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        makers = product.enterprises.order_by("sort_key")
        _field(self, "enterprise").queryset = makers
        self.fields["enterprise"].initial = makers.first()

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned values, as ``recognising.record_value_chain`` takes them."""
        return {"product": self.product, **self.cleaned_data}


class RecognitionFilter(FilterForm):
    """Recognitions by product, decision number or certificate code, star, validity today and commune."""

    STANDINGS = [
        ALL,
        ("con", gettext_lazy("In force")),
        ("het", gettext_lazy("Expired or ended")),
        ("khong-ro", gettext_lazy("Validity unknown")),
    ]
    sao = forms.TypedChoiceField(
        label=gettext_lazy("Stars"),
        choices=[ALL, *((n, f"{n}★") for n in (5, 4, 3, 2, 1))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    hieu_luc = forms.ChoiceField(label=gettext_lazy("Validity"), choices=STANDINGS, required=False)
    xa = Units(
        label=gettext_lazy("Commune"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=gettext_lazy("All"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = Recognition.objects.visible_to(user).values("area")
        _field(self, "xa").queryset = Area.objects.filter(pk__in=kept)

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if chosen["q"]:
            code = Q(certificate_code=certificates.normalise(chosen["q"]) or "-")
            number = Q(decision__number__icontains=chosen["q"])
            rows = rows.filter(text.matches("product__name_norm", chosen["q"]) | code | number)
        if chosen["sao"]:
            rows = rows.filter(stars=chosen["sao"])
        if chosen["xa"]:
            rows = rows.filter(area=chosen["xa"])
        return self._standing(rows, chosen["hieu_luc"])

    def _standing(self, rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
        valid = Recognition.objects.in_force(clock.today()).values("pk")
        unknown = Recognition.objects.of_unknown_validity(clock.today()).values("pk")
        if wanted == "con":
            return rows.filter(pk__in=valid)
        if wanted == "khong-ro":
            return rows.filter(pk__in=unknown)
        return rows.exclude(Q(pk__in=valid) | Q(pk__in=unknown)) if wanted == "het" else rows


class ValueChainFilter(FilterForm):
    """Value-chain records by product or chain, and funding source."""

    nguon = forms.ChoiceField(
        label=gettext_lazy("Funding source"), choices=[ALL, *FundingSource.choices], required=False
    )

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if chosen["q"]:
            product = text.matches("product__name_norm", chosen["q"])
            rows = rows.filter(product | Q(chain__icontains=chosen["q"]))
        return rows.filter(funding_source=chosen["nguon"]) if chosen["nguon"] else rows


def _field(form: forms.Form, name: str) -> forms.ModelChoiceField:
    return cast(forms.ModelChoiceField, form.fields[name])


def _lines(given: str) -> list[str]:
    return [line for raw in given.splitlines() if (line := text.nfc(raw))]
