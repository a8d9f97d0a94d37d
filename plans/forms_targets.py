"""The form of a target: of its kind's fields only; what was typed for another kind is carried along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from ocop_portal.lib.forms import DateField, DecimalField, NormalisedForm, NormalisedModelForm
from ratings.measures import MEASURES
from ratings.models import Authority, FundingSource

from . import naming, target_kinds
from .aiming import SEVERAL
from .counting import BASES, PERCENT
from .forms import LINES, Versioned
from .models import Indicator, Plan, Target
from .target_kinds import ALWAYS, EMPTY, KINDS, OFFERED, Kind

FEW_LINES = forms.Textarea(attrs={"rows": 2})


def _grouped(rows: Any) -> list[tuple[Any, list[tuple[int, str]]]]:
    """The indicators as choices: what the portal counts, and what is reported by hand."""
    found = list(rows)
    groups = (
        (_("Counted by the portal"), [(one.pk, one.name) for one in found if one.is_measured]),
        (_("Reported by hand"), [(one.pk, one.name) for one in found if not one.is_measured]),
    )
    return [(label, choices) for label, choices in groups if choices]


class KindForm(NormalisedForm):
    """The kind of a target and what it counts: asked first, so that only what is needed follows."""

    kieu = forms.ChoiceField(label=_("What kind of target is it?"), widget=forms.RadioSelect)
    indicator = forms.ModelChoiceField(Indicator.objects.none(), label=_("What does it count?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = dict(self.fields)
        fields["kieu"].choices = [(kind.code, f"{kind.name}. {kind.example}") for kind in OFFERED]
        rows = Indicator.objects.all()
        fields["indicator"].queryset = rows
        fields["indicator"].choices = [("", _("Choose")), *_grouped(rows)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        kind, indicator = KINDS.get(values.get("kieu", "")), values.get("indicator")
        if kind and indicator and not kind.indicators().filter(pk=indicator.pk).exists():
            words = _("“%(indicator)s” can't be a target of this kind. Choose another kind or indicator.")
            self.add_error("indicator", words % {"indicator": indicator})
        return values


def _stars(label: Any) -> forms.TypedChoiceField:
    choices = [("", "–"), *((str(n), str(n)) for n in range(1, 6))]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, required=False)


class TargetForm(Versioned, NormalisedModelForm):
    """A target in the plan's words, and as much of it as can be computed, by its kind."""

    kieu = forms.ChoiceField(label=_("Kind of target"))
    stars_min, stars_max = _stars(_("Stars from")), _stars(_("Stars to"))
    level = forms.ChoiceField(
        label=_("Recognised at level"),
        required=False,
        choices=[("", "–"), *Authority.AuthorityLevel.choices],
    )
    base = forms.ChoiceField(
        label=_("Of what the portal counts"),
        required=False,
        help_text=_("The portal then computes the percentage by itself."),
    )
    percent_of = forms.CharField(
        label=_("Of what, in the plan's words"),
        required=False,
        max_length=150,
        help_text=_("Without a choice above, the percentage is reported by hand."),
    )
    unit_names = forms.CharField(
        label=_("Only these units, each of them"),
        required=False,
        widget=FEW_LINES,
        help_text=_("Names, one a line or parted by semicolons. Empty: every unit of the level."),
    )
    product_names = forms.CharField(
        label=_("Named products"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "One a line, by name or code. The portal finds those registered in the plan's area; "
            "the others stay as names."
        ),
    )
    money_sources = forms.MultipleChoiceField(
        label=_("From these sources"),
        required=False,
        choices=FundingSource.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all sources."),
    )
    sections: ClassVar = []

    class Meta:
        model = Target
        fields = ["label", "words", "parent", "deadline", "note", "indicator", "comparator", "number"]
        fields += ["number_max", "unit", "percent_of", "base", "per_unit", "product_names", "money"]
        fields += ["money_sources", "is_cumulative", "stars_min", "stars_max", "level", "group", "kinds"]
        fields += ["economic_only", "funding_source", "scope", "scope_words"]
        field_classes = {"deadline": DateField, "number": DecimalField, "number_max": DecimalField}
        widgets = {
            "words": LINES,
            "note": FEW_LINES,
            "label": forms.TextInput(attrs={"class": "input-code"}),
            "deadline": forms.DateInput(format="%d/%m/%Y", attrs={"class": "input-date"}),
            "number": forms.TextInput(attrs={"class": "input-number"}),
            "number_max": forms.TextInput(attrs={"class": "input-number"}),
            "kinds": forms.CheckboxSelectMultiple,
        }

    def __init__(
        self, *args: Any, plan: Plan, kind: Kind, indicator: Indicator | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.kind, self.counted = plan, kind, indicator
        self.remember(plan)
        self._start()
        asked = self._sections()
        self.sections = asked  # type: ignore[misc]
        shown = {"version", *(name for _legend, names in asked for name in names)}
        for name in [name for name in self.fields if name not in shown]:
            del self.fields[name]
        self._offer()

    def _start(self) -> None:
        """What stands in the fields before anything is typed."""
        target = self.instance
        self.show_plainly("number", "number_max")
        self.initial["kieu"] = self.kind.code
        if self.counted is not None:
            self.initial["indicator"] = self.counted.pk
        if target.pk:
            self.initial["product_names"] = naming.names_text(target)
            self.initial["unit_names"] = "\n".join(unit.name for unit in target.units.all())
        elif self.kind.comparisons:
            self.initial["comparator"] = self.kind.comparisons[0]

    def _sections(self) -> list[tuple[Any, list[str]]]:
        """The kind's fields, and those in which a kept target of the kind says something already."""
        target = self.instance
        kept = target.pk and target_kinds.kind_of(target) == self.kind
        held = [name for name in EMPTY if kept and name not in self.kind.fixed and _holds(target, name)]
        number = self.kind.number
        narrowing = (*self.kind.narrowing(self.counted), *self.kind.place)
        more = [name for name in held if name in self.fields and name not in {*number, *narrowing}]
        return [
            (_("Kind"), ["kieu", "indicator"]),
            (_("In the plan"), list(ALWAYS)),
            (_("The number"), list(number)),
            (_("Counts only"), [*narrowing, *more]),
        ]

    def _offer(self) -> None:
        """The choices and demands of the fields that are shown."""
        fields: dict[str, Any] = dict(self.fields)
        fields["kieu"].choices = [(kind.code, kind.name) for kind in OFFERED]
        fields["indicator"].queryset = rows = self.kind.indicators()
        fields["indicator"].choices = [("", _("Choose")), *_grouped(rows)]
        fields["parent"].queryset = self.plan.targets.exclude(pk=self.instance.pk)
        for name in self.kind.required:
            fields[name].required = True
        offers: Mapping[str, list[tuple[str, Any]]] = {
            "comparator": [(one.value, one.label) for one in self.kind.comparisons],
            "base": [("", _("Nothing of these")), *((code, MEASURES[code].name) for code in BASES)],
        }
        for name in offers.keys() & fields.keys():
            fields[name].choices = offers[name]
        if "money" in fields:
            self.fields["unit"] = forms.ChoiceField(label=_("Stated in"), choices=Target.MoneyUnit.choices)
        elif "unit" in fields and self.counted is not None:
            fields["unit"].help_text = _("Empty: %(unit)s") % {"unit": self.counted.unit}
        if "number" in fields:
            fields["number"].error_messages["required"] = _(
                "Enter the number, or choose “no number” as kind."
            )
        if "scope" in fields:
            fields["scope"].queryset = Area.objects.within(self.plan.area).exclude(pk=self.plan.area_id)

    @property
    def is_turned(self) -> bool:
        """Whether the person asked for another kind or indicator, so that other fields must be shown."""
        before = {"kieu": self.data.get("shown_kind"), "indicator": self.data.get("shown_indicator")}
        turned = any(was is not None and was != self.data.get(name) for name, was in before.items())
        return self.is_bound and ("show" in self.data or turned)

    def forgive(self) -> None:
        """Show what was typed without finding fault: other fields have only just appeared."""
        self._errors = ErrorDict()

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What was typed for fields that this kind doesn't show; it waits for the kind to change back."""
        data = self.data if isinstance(self.data, QueryDict) else QueryDict()
        names = [name for name in self.base_fields if name not in self.fields]
        return [(name, value) for name in names for value in data.getlist(name) if value]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name, value in (EMPTY | dict(self.kind.fixed)).items():
            if name not in self.fields and name not in SEVERAL:
                setattr(self.instance, name, value)
        self._check_range(values)
        self._check_share(values)
        self._check_stars(values.get("stars_min"), values.get("stars_max"))
        self._find_products(values)
        self._find_units(values)
        return values

    def _check_range(self, values: dict[str, Any]) -> None:
        number, most = values.get("number"), values.get("number_max")
        if most is not None and number is not None and most <= number:
            self.add_error("number_max", _("The upper end of a range must be above the lower."))

    def _check_share(self, values: dict[str, Any]) -> None:
        indicator = values.get("indicator")
        says = values.get("base") or values.get("percent_of") or (indicator and indicator.unit == PERCENT)
        if "percent_of" in self.fields and not says and "base" in self.fields:
            self.add_error("percent_of", _("Say of what it is a percentage: choose above, or write it here."))

    def _check_stars(self, least: int | None, most: int | None) -> None:
        if most is not None and least is not None and most < least:
            self.add_error("stars_max", _("The upper star can't be below the lower."))

    def _find_products(self, values: dict[str, Any]) -> None:
        """Part the names into products and words; a plan that gives no number wants all it names."""
        if "product_names" not in self.fields:
            return
        names = naming.lines_of(values.get("product_names") or "")
        named = naming.find_products(self.plan, names)
        for name, labels in named.doubtful.items():
            words = _("Several products are called “%(name)s”. Write one as: %(labels)s.")
            self.add_error("product_names", words % {"name": name, "labels": "; ".join(labels)})
        values["products"], values["product_names"] = named.products, "\n".join(named.unknown)
        if values.get("number") is None and "number" not in self.errors:
            values["number"] = self.instance.number = len(names)

    def _find_units(self, values: dict[str, Any]) -> None:
        if not values.get("unit_names"):
            return
        names = naming.lines_of(values["unit_names"].replace(",", "\n"))
        units, unknown = naming.find_units(self.plan, values.get("per_unit", ""), names)
        values["units"] = units
        if unknown:
            words = _("No unit of this level in the plan's area is called: %(names)s.")
            self.add_error("unit_names", words % {"names": ", ".join(unknown)})

    @property
    def contents(self) -> dict[str, Any]:
        """The target's values as ``planning.set_target`` takes them; what the kind doesn't ask is emptied."""
        typed = {**EMPTY, **self.kind.fixed, **self.cleaned_data}
        return {name: value for name, value in typed.items() if name not in {"kieu", "unit_names"}}


def _holds(target: Target, name: str) -> bool:
    return name not in {"units", "products", "product_names"} and target_kinds.holds(target, name)
