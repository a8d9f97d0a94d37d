"""Forms of organisations, and what every form of a record that several people keep has in common."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Generic, TypeVar, cast
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from areas import choosing, finding
from areas.models import Area
from ocop_portal.lib import clock
from ocop_portal.lib.forms import DateField, NormalisedModelForm
from ocop_portal.lib.listing import FilterForm

from . import editing, registering, rules, taxcodes
from .models import Enterprise, EnterpriseKind

Record = TypeVar("Record", bound=Model)
Groups = tuple[tuple[str | Promise, tuple[str, ...]], ...]


class RecordForm(NormalisedModelForm, Generic[Record]):
    """A record's form: sent twice it makes one record, and it never overwrites another person's change.

    ``groups`` puts the fields under headings; ``verb_fields`` are those that the verb takes.
    """

    groups: Groups = ()
    verb_fields: tuple[str, ...] = ()
    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.status = 200
        if self.instance.pk:
            del self.fields["form_token"]
            self.fields["version"].initial = self.instance.version
        else:
            del self.fields["version"]

    @property
    def grouped(self) -> Iterator[tuple[str | Promise, list[forms.BoundField]]]:
        """The visible fields under their headings."""
        return (
            (title, [self[name] for name in names if name in self.fields]) for title, names in self.groups
        )

    def attempt(self, verb: Callable[..., Record], *args: Any) -> Record | None:
        """Call the verb with what was typed; nothing when the form has to be shown (again)."""
        if not self.is_bound:
            return None
        if sent := editing.sent_before(self._meta.model, self._token(), self.by):
            return cast(Record, sent)
        if not self.is_valid():
            return None
        try:
            return verb(*args, by=self.by, **self.particulars())
        except editing.Stale as stale:
            self._keep_text(stale)
        except ValidationError as error:
            self.add_error(None, error)
        return None

    def particulars(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        names = {*self.verb_fields, "form_token", "version"} & set(self.fields)
        return {name: self.cleaned_data[name] for name in names}

    def _token(self) -> UUID | None:
        try:
            return UUID(str(self.data.get("form_token", "")))
        except ValueError:
            return None

    def _keep_text(self, stale: editing.Stale) -> None:
        """Say who was first and keep what was typed; saving once more is then a decision."""
        self.status = 409
        self.add_error(None, str(stale))
        data: Any = copy.copy(self.data)
        data["version"] = str(stale.version)
        self.data = data


class CommuneField(forms.ModelChoiceField):
    """One of the communes into which the person may put records, or where the record is already."""

    def offer(self, by: User, current: Area | None) -> None:
        """Fill in the choices; a single one is chosen already."""
        offered = rules.communes_for(by)
        if current:
            offered = Area.objects.filter(Q(pk__in=offered.values("pk")) | Q(pk=current.pk))
        self.queryset = offered.order_by("sort_key", "code")
        if len(self.queryset) == 1:
            self.initial, self.empty_label = self.queryset[0], None


class EnterpriseForm(RecordForm[Enterprise]):
    """Particulars of an organisation."""

    groups = (
        (
            _("The organisation"),
            ("name", "kind", "area", "address", "tax_code", "no_tax_code_reason", "registered_on"),
        ),
        (
            _("Representative"),
            (
                *("representative", "representative_position", "phone", "email"),
                *("representative_sex", "representative_ethnicity"),
            ),
        ),
        (_("Note"), ("note",)),
    )
    verb_fields = registering.FIELDS
    area = CommuneField(label=pgettext_lazy("column", "Commune"), queryset=Area.objects.none())
    tax_code = forms.CharField(
        label=_("Tax code"),
        required=False,
        max_length=40,
        help_text=_("10, 12 or 13 digits; spaces and dashes do no harm."),
        widget=forms.TextInput({"class": "input-code", "inputmode": "numeric", "autocomplete": "off"}),
    )

    class Meta:
        model = Enterprise
        fields = registering.FIELDS
        field_classes = {"registered_on": DateField}
        widgets = {"note": forms.Textarea({"rows": 3})}
        help_texts = {
            "no_tax_code_reason": _("Only when there is no tax code."),
            "representative_ethnicity": _("Shown to staff of the area only."),
            "representative_sex": _("Shown to staff of the area only."),
            "phone": _("Shown to staff of the area only."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = self.instance.area if self.instance.pk else None
        cast(CommuneField, self.fields["area"]).offer(self.by, current)

    def clean_tax_code(self) -> str:
        """The digits, unless another organisation has them."""
        found = taxcodes.read(self.cleaned_data["tax_code"])
        holder = Enterprise.objects.filter(tax_code=found).exclude(pk=self.instance.pk).first()
        if not found or holder is None:
            return found
        if Enterprise.objects.visible_to(self.by).filter(pk=holder.pk).exists():
            words = gettext("%(name)s (%(area)s) has this tax code already. Open that one instead.")
            raise ValidationError(words % {"name": holder.name, "area": holder.area})
        raise ValidationError(gettext("An organisation of another area has this tax code already."))

    def clean_registered_on(self) -> date | None:
        """A day that has come."""
        day: date | None = self.cleaned_data["registered_on"]
        if day is not None and day > clock.today():
            raise ValidationError(gettext("The day of registration can't lie in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        """Either a tax code or the reason why there is none."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("tax_code"):
            cleaned["no_tax_code_reason"] = ""
        elif "tax_code" in cleaned and not cleaned.get("no_tax_code_reason"):
            self.add_error("no_tax_code_reason", _("Give the tax code, or the reason why there is none."))
        return cleaned


class CommuneFilter(FilterForm):
    """A list's filter by name and by commune, former communes being found under the ones of today."""

    xa = forms.ChoiceField(label=pgettext_lazy("column", "Commune"), required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        communes = rules.communes_seen_by(by).order_by("sort_key", "code")
        units = choosing.choices(communes.select_related("parent"))
        cast(forms.ChoiceField, self.fields["xa"]).choices = [("", _("All")), *units]

    def narrow(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """Rows of the commune and of those that went into it."""
        if not chosen["xa"]:
            return queryset
        area = finding.find(chosen["xa"])
        return cast(Any, queryset).within(area) if area else queryset.none()


class EnterpriseFilter(CommuneFilter):
    """The filter of the list of organisations."""

    field_order = ("q", "loai", "kinh_te", "xa")
    loai = forms.ModelChoiceField(
        EnterpriseKind.objects.all(),
        label=_("Legal form"),
        required=False,
        to_field_name="code",
        empty_label=_("All"),
    )
    kinh_te = forms.ChoiceField(
        label=_("Economic organisation"),
        required=False,
        choices=[("", _("All")), ("co", _("Yes")), ("khong", _("No"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = _("Name or tax code")

    def narrow(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """Rows of the kind, the flag, the commune and the name or tax code."""
        rows: Any = super().narrow(queryset, chosen)
        if chosen["loai"]:
            rows = rows.filter(kind=chosen["loai"])
        if chosen["kinh_te"]:
            rows = rows.filter(kind__is_economic_organisation=chosen["kinh_te"] == "co")
        return cast(QuerySet[Any], rows.found_by(chosen["q"]))
