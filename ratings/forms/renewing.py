"""Forms of the commune's assessment (Form 03), of filing anew, of what changed, of a handover."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib.forms import NormalisedForm

from .. import since
from ..models import CommuneAssessment, Dossier
from .dossiers import LinesWidget

ASKED = ("origin", "labour", "idea", "identity", "proposes")
YES, NO = "co", "khong"
ANSWERS = {YES: True, NO: False, "": None}


class CommuneForm(NormalisedForm):
    """Form 03: four matters in words, and whether the commune proposes the product.

    All of it is asked for; only a text that is saved to be gone on with may have gaps (``gaps``).
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    assessment_version = forms.IntegerField(widget=forms.HiddenInput)
    origin = forms.CharField(
        label=_("Origin and local material"),
        help_text=_(
            "Where the product is made; how much of the material comes from the commune, from where."
        ),
        widget=LinesWidget(),
    )
    labour = forms.CharField(
        label=_("Local labour"),
        help_text=_("How many people work there, how many of them live in the commune."),
        widget=LinesWidget(),
    )
    idea = forms.CharField(
        label=_("Origin of the idea"),
        help_text=_("Whether the idea is the people's own, traditional, or taken from elsewhere."),
        widget=LinesWidget(),
    )
    identity = forms.CharField(
        label=_("Local identity and knowledge"),
        help_text=_("What of the place's culture, craft and knowledge the product carries."),
        widget=LinesWidget(),
    )
    proposes = forms.ChoiceField(
        label=_("The commune's proposal"),
        choices=[
            (YES, _("The commune proposes the product")),
            (NO, _("The commune does not propose the product")),
        ],
        widget=forms.RadioSelect,
    )
    number = forms.CharField(
        label=_("Number of the proposal"),
        max_length=50,
        required=False,
        help_text=_("Of the commune's letter to the level that rates, such as 12/TTr-UBND."),
        widget=forms.TextInput({"class": "input-code"}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        dossier: Dossier,
        assessment: CommuneAssessment | None,
        gaps: bool = False,
    ) -> None:
        super().__init__(data, initial=_written(dossier, assessment))
        for name in ASKED if gaps else ():
            self.fields[name].required = False

    @property
    def contents(self) -> dict[str, Any]:
        """The cleaned values, as the verbs of ``proposing`` take them."""
        given = self.cleaned_data
        names = ("origin", "labour", "idea", "identity", "number")
        return {**{name: given[name] for name in names}, "proposes": ANSWERS[given["proposes"]]}

    def keep_text_of_a_late_writer(self, told: str, dossier: Dossier) -> None:
        """Say who was first; the text stays, and saving it again is then a decision."""
        self.add_error(None, told)
        self.add_error(None, _("Your text is kept: compare, then save again if it shall stand."))
        found = CommuneAssessment.objects.filter(dossier=dossier).first()
        data = cast(QueryDict, self.data).copy()
        data["version"], data["assessment_version"] = str(dossier.version), str(found.version if found else 1)
        self.data = data


def _written(dossier: Dossier, assessment: CommuneAssessment | None) -> dict[str, Any]:
    found = assessment or CommuneAssessment(dossier=dossier)
    answer = next(key for key, value in ANSWERS.items() if value is found.proposes)
    names = ("origin", "labour", "idea", "identity", "number")
    return {
        **{name: getattr(found, name) for name in names},
        "proposes": answer,
        "version": dossier.version,
        "assessment_version": found.version,
    }


class RefileForm(NormalisedForm):
    """Why a dossier is filed anew, and the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), widget=LinesWidget(3))


class VersionForm(NormalisedForm):
    """An act without words: only the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ChangesForm(NormalisedForm):
    """What has changed since the recognition, in the organisation's own words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    changes = forms.CharField(
        label=_("What has changed since"),
        help_text=_("For an upgrade or a re-evaluation: what has changed, and which papers show it."),
        widget=LinesWidget(10),
        required=False,
    )

    def fill_from(self, differences: list[since.Difference]) -> None:
        """Put the differences below what is typed already; nothing is saved by it."""
        data = cast(QueryDict, self.data).copy()
        lines = [line for line in (data.get("changes", "").rstrip(), since.in_words(differences)) if line]
        data["changes"] = "\n".join(lines)
        self.data = data

    def keep_text_of_a_late_writer(self, told: str, version: int) -> None:
        """Say who was first; the text stays, and saving it again is then a decision."""
        self.add_error(None, told)
        self.add_error(None, _("Your text is kept: compare, then save again if it shall stand."))
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data


class HandoverForm(forms.Form):
    """The digest of the preview that the person confirms."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
