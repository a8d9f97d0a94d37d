"""Forms of criteria sets: which ones a list shows, which two to compare, and a file to load."""

from __future__ import annotations

import base64
import binascii
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from ocop_portal.lib import datafiles, text
from ocop_portal.lib.forms import FilterForm as GetForm
from ocop_portal.lib.forms import NormalisedForm
from ocop_portal.lib.listing import FilterForm
from products.models import ProductGroup

from ..models import CriteriaSet, Regulation

ALL = gettext_lazy("All")


class CriteriaFilter(FilterForm):
    """Which sets the list shows."""

    regulation = forms.ModelChoiceField(
        Regulation.objects.all(),
        label=gettext_lazy("Regulation"),
        empty_label=ALL,
        required=False,
        to_field_name="code",
    )
    sector = forms.ModelChoiceField(
        ProductGroup.objects.filter(tier=ProductGroup.Tier.SECTOR),
        label=gettext_lazy("Sector"),
        empty_label=ALL,
        required=False,
        to_field_name="code",
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=[("", ALL), *CriteriaSet.State.choices], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = _("Code or name")

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if chosen["regulation"]:
            rows = rows.filter(regulation=chosen["regulation"])
        if chosen["sector"]:
            rows = rows.filter(group__in=ProductGroup.objects.under(chosen["sector"].code))
        if chosen["state"]:
            rows = rows.filter(state=chosen["state"])
        return rows.filter(text.matches("name_norm", chosen["q"]))


class CompareForm(GetForm):
    """Two sets to lay side by side, of those the person may read."""

    a = forms.ModelChoiceField(
        CriteriaSet.objects.none(), label=gettext_lazy("First set"), to_field_name="code"
    )
    b = forms.ModelChoiceField(
        CriteriaSet.objects.none(), label=gettext_lazy("Second set"), to_field_name="code"
    )
    different = forms.BooleanField(label=gettext_lazy("Only what differs"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = CriteriaSet.objects.visible_to(user).select_related("regulation", "group")
        for name in ("a", "b"):
            cast(forms.ModelChoiceField, self.fields[name]).queryset = seen


class LoadForm(NormalisedForm):
    """A file to load; its content is judged later, here only whether it can be read at all."""

    file = forms.FileField(
        label=gettext_lazy("File of criteria sets or regulations"),
        help_text=gettext_lazy("YAML in UTF-8, at most 1 MB, of the same form as the files of the portal."),
        widget=forms.FileInput({"accept": ".yaml,.yml", "class": "form-control"}),
    )

    def clean_file(self) -> bytes:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > datafiles.MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than %(size)s MB.") % {"size": 1})
        return file.read()


class ConfirmForm(NormalisedForm):
    """The file that the preview showed, sent back unchanged; loading checks all of it anew."""

    content = forms.CharField(widget=forms.HiddenInput(), strip=False)

    def clean_content(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["content"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise forms.ValidationError(_("The file got lost on the way. Choose it again.")) from error

    @classmethod
    def of(cls, content: bytes) -> ConfirmForm:
        """The form that carries the content."""
        return cls(initial={"content": base64.b64encode(content).decode()})
