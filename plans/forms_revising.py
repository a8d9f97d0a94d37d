"""The form of a revision: its decision and reason, and what the target promises from then on."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import files
from ocop_portal.lib.forms import DateField, DecimalField, NormalisedForm, UploadField

from .forms import LINES, Versioned
from .models import Plan, Revision, Target
from .promises import PROMISE


def _date() -> forms.DateInput:
    return forms.DateInput(format="%d/%m/%Y", attrs={"class": "input-date"})


def _amount(label: Any) -> DecimalField:
    field = DecimalField(label=label, required=False, max_digits=14, decimal_places=2)
    field.widget.attrs["class"] = "input-number"
    return field


class RevisionForm(Versioned, NormalisedForm):
    """Why, by which decision, and the new promise; filled in with what stands now."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=Revision.Kind.choices, initial="decision", widget=forms.RadioSelect
    )
    decision = forms.CharField(
        label=_("Number of the decision"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"class": "input-code"}),
        help_text=_("A correction of what was entered wrongly has no decision; leave number and date empty."),
    )
    decided_on = DateField(
        label=_("Date of the decision"),
        required=False,
        widget=_date(),
        help_text=_("From this day on the new number counts; reports on earlier periods keep the old one."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=LINES,
        help_text=_("Once the plan is published, anyone reads it on the plan's public page."),
    )
    document = UploadField(
        label=_("File of the decision"),
        required=False,
        kinds=files.PAPERS,
        help_text=_(
            "PDF, picture, Word or Excel; of a correction, the paper that shows what is right. It stays with "
            "the revision and is read by those who read the plan here; the public page doesn't offer it."
        ),
    )
    words = forms.CharField(label=_("Words of the plan"), widget=LINES)
    comparator = forms.ChoiceField(label=_("Comparison"), choices=Target.Comparator.choices)
    number, number_max = _amount(_("The number")), _amount(_("Up to"))
    deadline = DateField(label=_("Own deadline"), required=False, widget=_date())
    sections: ClassVar = [
        (_("The revision"), ["kind", "decision", "decided_on", "reason", "document"]),
        (_("What the target promises from now on"), list(PROMISE)),
    ]

    def __init__(self, *args: Any, target: Target, plan: Plan, **kwargs: Any) -> None:
        now = {name: getattr(target, name) for name in PROMISE}
        super().__init__(*args, initial=now, **kwargs)
        self.remember(plan)
        self.show_plainly("number", "number_max")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        number, most = values.get("number"), values.get("number_max")
        is_none = values.get("comparator") == Target.Comparator.NONE
        if is_none and number is not None:
            self.add_error("number", _("Leave this empty, or choose another comparison."))
        if not is_none and number is None and "number" not in self.errors:
            self.add_error("number", _("Enter the number, or choose “no number”."))
        if most is not None and (number is None or most <= number):
            self.add_error("number_max", _("The upper end of a range must be above the lower."))
        return values
