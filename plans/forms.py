"""Forms of plans: lenient in how things are typed, strict in what they mean, refusals in words."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Role, User
from areas.models import Area
from ocop_portal.lib import clock, dates, files, listing, text
from ocop_portal.lib.forms import (
    DateField,
    DecimalField,
    NormalisedForm,
    NormalisedModelForm,
    UploadField,
)

from .models import Activity, BudgetLine, Plan, ReportedFigure
from .wording import plain

REPORT_DAY = 5
LINES = forms.Textarea(attrs={"rows": 3})


class PlanFilter(listing.FilterForm):
    """The list's filters: words, year, unit, published or not."""

    year = forms.IntegerField(
        label=_("Year"), required=False, widget=forms.TextInput(attrs={"class": "input-year"})
    )
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Unit"), required=False)
    published = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("1", _("Public")), ("0", _("Not public yet"))],
    )

    def __init__(self, *args: Any, plans: QuerySet[Plan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Area.objects.filter(plans__in=plans).distinct()
        self.fields["area"].queryset = units  # type: ignore[attr-defined]

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        found = rows.filter(text.matches("name_norm", chosen["q"]))
        if chosen["year"] is not None:
            found = found.filter(first_year__lte=chosen["year"], last_year__gte=chosen["year"])
        if chosen["area"]:
            found = found.filter(area=chosen["area"])
        if chosen["published"]:
            found = found.filter(published_at__isnull=chosen["published"] == "0")
        return found


class Sections:
    """A form shown in parts: ``sections`` of (legend, names); the hidden fields stand apart."""

    sections: ClassVar[list[tuple[Any, list[str]]]] = []

    def fieldsets(self: Any) -> list[tuple[Any, list[forms.BoundField]]]:
        return [
            (legend, [self[name] for name in names if name in self.fields]) for legend, names in self.sections
        ]


class Versioned(Sections):
    """A form that knows which state of the plan the person saw."""

    def remember(self: Any, plan: Plan | None) -> None:
        """Carry the plan's version, hidden; a new plan has none."""
        if plan is not None:
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=plan.version, required=True
            )

    def show_plainly(self: Any, *names: str) -> None:
        """Show kept amounts without needless decimals: 6, not 6,00."""
        for name in names:
            if (value := self.initial.get(name)) is not None:
                self.initial[name] = plain(value)

    def refresh(self: Any, plan: Plan) -> None:
        """After somebody else's change: what was typed stays, and saving again means it."""
        self.data = self.data.copy()
        self.data["version"] = str(Plan.objects.values_list("version", flat=True).get(pk=plan.pk))

    @property
    def contents(self: Any) -> dict[str, Any]:
        """The cleaned values, as the verbs of ``planning`` take them."""
        return dict(self.cleaned_data)


class PlanForm(Versioned, NormalisedModelForm):
    """The particulars of a plan and its paper."""

    document = UploadField(
        kinds=files.DOCUMENTS,
        required=False,
        label=_("Document"),
        help_text=_("PDF, Word or Excel. The public can download it once the plan is published."),
    )
    report_day = forms.IntegerField(
        label=_("Day of the next month by which they report"),
        required=False,
        min_value=1,
        max_value=28,
        initial=REPORT_DAY,
        widget=forms.TextInput(attrs={"class": "input-year", "inputmode": "numeric"}),
    )
    sections: ClassVar = [
        (_("The paper"), ["area", "number", "signed_on", "issuing_body", "signer_name", "document"]),
        (_("Content"), ["title", "first_year", "last_year", "summary"]),
        (_("Monthly reports of the communes"), ["asks_reports", "report_day"]),
    ]

    class Meta:
        model = Plan
        fields = ["number", "signed_on", "issuing_body", "signer_name", "title", "first_year", "last_year"]
        fields += ["summary", "asks_reports", "report_day"]
        field_classes = {"signed_on": DateField}
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "summary": forms.Textarea(attrs={"rows": 6}),
            "number": forms.TextInput(attrs={"class": "input-code"}),
            "signed_on": forms.DateInput(format="%d/%m/%Y", attrs={"class": "input-date"}),
            "first_year": forms.TextInput(attrs={"class": "input-year", "inputmode": "numeric"}),
            "last_year": forms.TextInput(attrs={"class": "input-year", "inputmode": "numeric"}),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.remember(self.instance)
            return
        posts = Post.objects.of(by).working().filter(role=Role.OFFICER)
        units = Area.objects.filter(pk__in=posts.values("area"))
        self.fields["area"] = forms.ModelChoiceField(units, label=_("Unit"), initial=units.first())
        self.fields["form_token"] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_first_year(self) -> int:
        return _known_year(self.cleaned_data["first_year"])

    def clean_last_year(self) -> int:
        return _known_year(self.cleaned_data["last_year"])

    def clean_report_day(self) -> int:
        return self.cleaned_data["report_day"] or REPORT_DAY

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("first_year"), values.get("last_year")
        if first and last and last < first:
            self.add_error("last_year", _("The last year can't come before the first."))
        return values


def _known_year(year: int) -> int:
    if not dates.EARLIEST_YEAR <= year <= dates.LATEST_YEAR:
        raise forms.ValidationError(_("Enter a year of four digits, for example 2023."))
    return year


class ActivityForm(Versioned, NormalisedModelForm):
    """A piece of the plan's work."""

    sections: ClassVar = [("", ["content", "unit_responsible", "deadline", "deadline_words"])]

    class Meta:
        model = Activity
        fields = ["content", "unit_responsible", "deadline", "deadline_words"]
        field_classes = {"deadline": DateField}
        widgets = {
            "content": LINES,
            "deadline": forms.DateInput(format="%d/%m/%Y", attrs={"class": "input-date"}),
        }

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remember(plan)


class BudgetLineForm(Versioned, NormalisedModelForm):
    """Planned money; an empty amount is unknown, not zero."""

    sections: ClassVar = [("", ["content", "source", "planned"])]
    planned = DecimalField(
        label=_("Planned (million đồng)"), required=False, min_value=0, max_digits=14, decimal_places=3
    )

    class Meta:
        model = BudgetLine
        fields = ["content", "source", "planned"]

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remember(plan)
        self.show_plainly("planned")


class FigureForm(Sections, NormalisedModelForm):
    """A figure told by hand, as of a day, with where it comes from."""

    sections: ClassVar = [("", ["as_of", "value", "note"])]

    class Meta:
        model = ReportedFigure
        fields = ["as_of", "value", "note"]
        field_classes = {"as_of": DateField, "value": DecimalField}
        widgets = {
            "as_of": forms.DateInput(format="%d/%m/%Y", attrs={"class": "input-date"}),
            "value": forms.TextInput(attrs={"class": "input-number"}),
            "note": LINES,
        }

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if day > clock.today():
            raise forms.ValidationError(_("The day of a figure can't lie in the future."))
        return day


class ActivityReportForm(Sections, NormalisedModelForm):
    """How a piece of work stands."""

    sections: ClassVar = [("", ["state", "result"])]

    class Meta:
        model = Activity
        fields = ["state", "result"]
        widgets = {"result": LINES}


class DisbursementForm(Sections, NormalisedForm):
    """How much of a budget line is allocated and disbursed so far; empty means not reported."""

    sections: ClassVar = [("", ["allocated", "disbursed"])]
    allocated = DecimalField(
        label=_("Allocated (million đồng)"), required=False, min_value=0, max_digits=14, decimal_places=3
    )
    disbursed = DecimalField(
        label=_("Disbursed (million đồng)"), required=False, min_value=0, max_digits=14, decimal_places=3
    )

    def __init__(self, *args: Any, line: BudgetLine, **kwargs: Any) -> None:
        told = {"allocated": line.allocated, "disbursed": line.disbursed}
        known = {name: None if amount is None else plain(amount) for name, amount in told.items()}
        super().__init__(*args, initial=known, **kwargs)
        self.planned = line.planned
        if line.planned is not None:
            words = _("Planned: %(amount)s million đồng") % {"amount": plain(line.planned)}
            self.fields["allocated"].help_text = words

    @property
    def doubt(self) -> str:
        """What to look at again though it may be right: đồng typed for million đồng, say."""
        told = self.cleaned_data["disbursed"]
        if told is None or self.planned is None or told <= self.planned:
            return ""
        return str(_("More is disbursed than was planned: check the amount, which is in million đồng."))


class UnpublishForm(Sections, NormalisedForm):
    """Why a plan goes off the public pages."""

    sections: ClassVar = [("", ["reason"])]
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=LINES)
