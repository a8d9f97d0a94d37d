"""A paper uploaded from a dossier: into a maker's library, and used at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.forms_evidence import NewEvidenceForm
from enterprises.models import Enterprise

from ..models import Criterion


class PaperForDossier(NewEvidenceForm):
    """The particulars of a paper, and what it proves."""

    groups = (
        (_("Paper"), ("maker", "upload", "kind", "title", "criterion")),
        NewEvidenceForm.groups[1],
    )
    maker = forms.ChoiceField(label=_("Library of"))
    criterion = forms.ChoiceField(label=_("What it proves"), required=False)

    def __init__(
        self, *args: Any, makers: Sequence[Enterprise], criteria: Sequence[Criterion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        whole = ("", _("The dossier as a whole"))
        offered = [(each.code, str(each)) for each in criteria]
        cast(forms.ChoiceField, self.fields["criterion"]).choices = [whole, *offered]
        if len(makers) < 2:
            del self.fields["maker"]
        else:
            named = [(str(each.pk), each.name) for each in makers]
            cast(forms.ChoiceField, self.fields["maker"]).choices = named
