"""What the portal's forms have in common: lenient fields, texts of one spelling, filters of lists."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.db.models.fields import BLANK_CHOICE_DASH
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import dates, files, numbers, text

SORT = "sort"
"""The parameter that `FilterForm` sorts by: a key of ``sorts``, with a hyphen before it backwards."""


class DateField(forms.DateField):
    """A date typed day first, ``5/3/23`` or ``05.03.2023`` (see `lib.dates.parse`), shown ``05/03/2023``."""

    widget = forms.DateInput(format="%d/%m/%Y")

    def to_python(self, value: Any) -> datetime.date | None:
        """Return the date, nothing for an empty field; the error says how dates are written."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value.strip() if isinstance(value, str) else value)
        try:
            return dates.parse(value)
        except ValueError as error:
            raise forms.ValidationError(str(error), code="invalid") from error

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Hint at the form of a date and ask telephones for digits."""
        hints = {"placeholder": "dd/mm/yyyy", "inputmode": "numeric", "autocomplete": "off"}
        return {**super().widget_attrs(widget), **hints}


class DecimalField(forms.DecimalField):
    """A number typed ``31,00`` or ``1.234,5`` (see `lib.numbers.parse`), shown the reader's way."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"localize": True, **options})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Return the number, nothing for an empty field; the error shows a number of the language."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value.strip() if isinstance(value, str) else value)
        try:
            return numbers.parse(value)
        except ValueError as error:
            raise forms.ValidationError(str(error), code="invalid") from error

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask telephones for digits and a decimal sign."""
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}


class UploadField(forms.FileField):
    """A file of one of ``kinds``, decided by its content; its value is a `lib.files.Upload`."""

    def __init__(self, *, kinds: frozenset[str], max_bytes: int | None = None, **options: Any) -> None:
        self.kinds, self.max_bytes = kinds, max_bytes
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the inspected file, or what was there before; refuse as `lib.files.inspect` does."""
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            return files.inspect(file, kinds=self.kinds, max_bytes=self.max_bytes)
        return file

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the file chooser offer the right files first."""
        return {**super().widget_attrs(widget), "accept": files.accept(self.kinds)}


class _Normalising(forms.BaseForm):
    """Bring every typed text to one spelling before any field, limit or validator looks at it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            _say_choose(field)

    def full_clean(self) -> None:
        """Clean the form on text that is composed (NFC), without unseen characters and spare spaces.

        Passwords, JSON and fields with ``strip=False`` are left as typed.
        """
        if self.is_bound:
            data: Any = copy.copy(self.data)
            for name, field in self.fields.items():
                typed = data.get(self.add_prefix(name))
                if isinstance(typed, str) and _is_text(field):
                    lines = isinstance(field.widget, forms.Textarea)
                    data[self.add_prefix(name)] = text.nfc_lines(typed) if lines else text.nfc(typed)
            self.data = data
        super().full_clean()


class NormalisedForm(_Normalising, forms.Form):
    """A form whose texts come out in one spelling, also when pasted decomposed (NFD)."""


class NormalisedModelForm(_Normalising, forms.ModelForm):
    """A model's form whose texts come out in one spelling, also when pasted decomposed (NFD).

    Name the lenient fields in ``Meta.field_classes``: ``{"signed_on": DateField}``.
    """


class FilterForm(NormalisedForm):
    """A form of a list's address (GET): it narrows and sorts, for the page, its export and the API alike.

    A value that no choice offers gives an empty list, not an error. ``sorts`` says by which fields each
    key of ``?sort=`` orders; the first is the list's own order, also in place of an unknown key.
    """

    sorts: ClassVar[Mapping[str, Sequence[str]]] = {}

    def filter(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows asked for, in the order asked for; ties in the order of entry."""
        if not self.is_valid():
            return queryset.none()
        narrowed = self.narrow(queryset, self.cleaned_data)
        return narrowed.order_by(*self._order(), "pk") if self.sorts else narrowed

    def narrow(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """Return the rows that fit the cleaned values ``chosen``: each list says what its fields mean."""
        raise NotImplementedError

    @property
    def is_filtered(self) -> bool:
        """Whether anything is asked for, so that an empty list means that nothing fits."""
        return bool(self._given())

    def querystring(self, without: Collection[str] = ()) -> str:
        """Return what is asked for as ``a=1&b=2``, the order included and the page not, less ``without``."""
        asked = QueryDict(mutable=True)
        for name, values in (self._given() | self._given([SORT])).items():
            if name not in without:
                asked.setlist(name, values)
        return asked.urlencode()

    def _given(self, names: Collection[str] | None = None) -> dict[str, list[str]]:
        several = (
            self.data.getlist if isinstance(self.data, QueryDict) else lambda name: [self.data.get(name)]
        )
        given = {name: [value for value in several(name) if value] for name in names or self.fields}
        return {name: values for name, values in given.items() if values}

    def _order(self) -> list[str]:
        asked = self.data.get(SORT) or ""
        key = asked.removeprefix("-")
        backwards = asked.startswith("-") and key in self.sorts
        fields = self.sorts[key if key in self.sorts else next(iter(self.sorts))]
        return [_reversed(field) for field in fields] if backwards else list(fields)


def _say_choose(field: forms.Field) -> None:
    """Write a word in place of Django's row of dashes, which a screen reader cannot say."""
    dashes = BLANK_CHOICE_DASH[0][1]
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == dashes:
            field.empty_label = _("Choose")
    elif isinstance(field, forms.ChoiceField):
        rows = list(cast(Iterable[Any], field.choices))
        if ("", dashes) in rows:
            field.choices = [("", _("Choose")) if row == ("", dashes) else row for row in rows]


def _is_text(field: forms.Field) -> bool:
    as_typed = isinstance(field, forms.JSONField) or isinstance(field.widget, forms.PasswordInput)
    return isinstance(field, forms.CharField) and field.strip and not as_typed


def _reversed(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"
