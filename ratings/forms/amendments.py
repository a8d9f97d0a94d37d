"""Forms of what a decision does to a recognition: the reason, and the act put into a decision."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.models import Area
from ocop_portal.lib.forms import DateField, NormalisedForm

from ..amending import ActDraft
from ..models import Change, Decision, DecisionAct, RecognitionEvent, RevocationGround


def day_field(label: Any, **options: Any) -> DateField:
    """A day, typed as people here write it."""
    return DateField(
        label=label, widget=forms.DateInput({"class": "input-date"}, format="%d/%m/%Y"), **options
    )


class Prepared(forms.ModelChoiceField):
    """Decisions in preparation, which have no number yet, by their subject."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title or f"{obj} {obj.created_at:%d/%m/%Y}")


class ReasonForm(NormalisedForm):
    """Why a recognition is revoked, and what of it is corrected."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Ground of the revocation"),
        choices=[("", "–"), *RevocationGround.choices],
        required=False,
        help_text=gettext_lazy("Anyone who checks the certificate reads it."),
    )
    corrects = forms.ChoiceField(
        label=gettext_lazy("What is corrected"), choices=[("", "–"), *Change.Corrects.choices], required=False
    )
    wrong = forms.CharField(label=gettext_lazy("As it stands"), max_length=250, required=False)
    right = forms.CharField(label=gettext_lazy("As it is to read"), max_length=250, required=False)

    WHY: ClassVar[dict[str, tuple[str, ...]]] = {
        RecognitionEvent.Kind.REVOKED: ("ground",),
        RecognitionEvent.Kind.CORRECTED: ("corrects", "wrong", "right"),
    }

    @property
    def why(self) -> dict[str, str]:
        """What was given of the reason that belongs to the kind; the rest stays out."""
        return {name: self.cleaned_data[name] for name in self.WHY.get(self.cleaned_data["kind"], ())}

    def needs(self, cleaned: dict[str, Any], **asked: Any) -> None:
        """Put the words to each named field that is empty and has no error yet."""
        for name, words in asked.items():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, words)


class ActForm(ReasonForm):
    """What a decision is to do to a recognition, and which decision in preparation takes it up."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is decided"), choices=DecisionAct.Kind.choices, widget=forms.RadioSelect
    )
    new_expires_on = day_field(
        gettext_lazy("Valid until (new)"), required=False, help_text=gettext_lazy("For an extension.")
    )
    found_on = day_field(
        gettext_lazy("Day of the finding"),
        required=False,
        help_text=gettext_lazy("For a revocation: its term is counted from this day."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea({"rows": 3}))
    decision = Prepared(
        label=gettext_lazy("Put into"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=gettext_lazy("A new decision"),
    )
    title = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("As the decision will be entitled."),
    )
    field_order = ("kind", "new_expires_on", "ground", "found_on", "corrects", "wrong", "right", "note")

    def __init__(self, *args: Any, unit: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["decision"]).queryset = Decision.objects.filter(
            area=unit, state=Decision.State.PREPARED
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind == DecisionAct.Kind.EXTENDED:
            self.needs(cleaned, new_expires_on=_("Say until when the certificate is extended."))
        if kind == DecisionAct.Kind.REVOKED:
            self.needs(cleaned, ground=_("Choose the ground."), found_on=_("Give the day of the finding."))
        if kind == DecisionAct.Kind.CORRECTED:
            self.needs(cleaned, corrects=_("Say what is corrected."), right=_("Say how it is to read."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned values, as ``amending.propose`` takes them."""
        given = self.cleaned_data
        names = ("kind", "new_expires_on", "ground", "found_on", "corrects", "wrong", "right", "note")
        draft = ActDraft(**{name: given[name] for name in names})
        return {"draft": draft, "decision": given["decision"], "title": given["title"]}
