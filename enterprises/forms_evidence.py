"""Forms of the evidence library: a paper's particulars, its upload, the filters of its lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import clock
from ocop_portal.lib.forms import DateField, NormalisedForm, UploadField
from ocop_portal.lib.listing import FilterForm

from . import keeping, validity
from .forms import CommuneFilter, Groups, RecordForm
from .models import Evidence, EvidenceKind
from .models.evidence import EvidenceQuerySet

KINDS = [("", _("Choose")), *EvidenceKind.choices]
EVERY_KIND = [("", _("All")), *EvidenceKind.choices]
DATE = {"class": "input-date"}


class Mark(forms.HiddenInput):
    """A hidden control that says yes in every form, also in one that came back without it."""

    def format_value(self, value: Any) -> str:
        return "1"


class Arrived(forms.BooleanField):
    """A mark that stands behind the file in the form: where it is missing, the upload was cut off.

    Else people would only hear that a file is missing, which they had chosen.
    """

    widget = Mark

    def __init__(self) -> None:
        words = _("The upload was cut off before its end. Choose the file and send it again.")
        super().__init__(error_messages={"required": words})


class PaperUpload(UploadField):
    """The file of a paper."""

    def __init__(self) -> None:
        super().__init__(
            kinds=keeping.PAPERS,
            label=_("File"),
            help_text=format_lazy(
                _("PDF, Word, Excel or a photo, at most {megabytes} MB. One paper a file."),
                megabytes=settings.UPLOAD_MAX_BYTES // 1024**2,
            ),
        )


class EvidenceForm(RecordForm[Evidence]):
    """Particulars of a paper; the file itself never changes."""

    groups: Groups = (
        (_("Paper"), ("upload", "kind", "title")),
        (_("Number and validity"), ("number", "issuer", "issued_on", "expires_on", "note")),
    )
    verb_fields: tuple[str, ...] = keeping.FIELDS
    kind = forms.ChoiceField(label=_("Kind of evidence"), choices=KINDS)

    class Meta:
        model = Evidence
        fields = keeping.FIELDS
        field_classes = {"issued_on": DateField, "expires_on": DateField}
        widgets = {
            "note": forms.Textarea({"rows": 2}),
            "number": forms.TextInput({"class": "input-code"}),
            "issued_on": forms.DateInput(DATE, format="%d/%m/%Y"),
            "expires_on": forms.DateInput(DATE, format="%d/%m/%Y"),
        }
        help_texts = {"expires_on": _("Leave it empty for a paper that has no expiry.")}

    def clean(self) -> dict[str, Any]:
        """The days in their order, none of issue to come."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        issued, last = cleaned.get("issued_on"), cleaned.get("expires_on")
        if issued and issued > clock.today():
            self.add_error("issued_on", _("The day of issue is still to come."))
        elif issued and last and last < issued:
            self.add_error("expires_on", _("The last day of validity is before the day of issue."))
        return cleaned


class NewEvidenceForm(EvidenceForm):
    """A new paper with its file."""

    verb_fields = (*keeping.FIELDS, "upload")
    upload = PaperUpload()
    arrived = Arrived()
    field_order = ("upload", *keeping.FIELDS, "arrived")

    @property
    def token(self) -> UUID | None:
        """The token with which the form was sent."""
        return self._token()


class SingleUpload(NormalisedForm):
    """One of several files that the browser sends, each on its own; particulars come afterwards."""

    upload = PaperUpload()
    kind = forms.ChoiceField(choices=EVERY_KIND, required=False)
    form_token = forms.UUIDField()
    arrived = Arrived()


class EvidenceFilter(FilterForm):
    """The filter of one organisation's library."""

    STATES = (
        ("", _("All in use")),
        ("con", _("Still valid")),
        ("sap", _("Expiring")),
        ("het", _("Past its last day")),
        ("khong", _("No expiry")),
        ("thieu", _("Particulars to fill in")),
        ("thay", _("Replaced by a newer paper")),
    )
    loai = forms.ChoiceField(label=_("Kind of evidence"), choices=EVERY_KIND, required=False)
    hieu_luc = forms.ChoiceField(label=_("Validity"), choices=STATES, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = _("Name, number or issuer")

    def narrow(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """Papers of the kind and in the state; those that were replaced only when asked for."""
        rows = cast(EvidenceQuerySet, queryset).found_by(chosen["q"])
        if chosen["loai"]:
            rows = rows.filter(kind=chosen["loai"])
        return _in_state(rows, chosen["hieu_luc"])


def _in_state(rows: EvidenceQuerySet, state: str) -> EvidenceQuerySet:
    today = clock.today()
    current = rows.filter(replaced_by__isnull=True)
    known = current.filter(unconfirmed=False)
    soon = known.expiring(today, validity.EXPIRING_DAYS)
    return {
        "con": known.filter(expires_on__isnull=False).valid_on(today).exclude(pk__in=soon.values("pk")),
        "sap": soon,
        "het": known.expired(today),
        "khong": known.filter(expires_on__isnull=True),
        "thieu": current.unconfirmed(),
        "thay": rows.filter(replaced_by__isnull=False),
    }.get(state, current)


class ExpiryFilter(CommuneFilter):
    """The filter of a whole area's papers by when they expire; those that were replaced never count."""

    ENDINGS = (
        ("", format_lazy(_("Past or near its last day ({days} days)"), days=max(validity.WINDOWS))),
        ("da", _("Past its last day")),
        *((str(d), format_lazy(_("Expiring within {days} days"), days=d)) for d in validity.WINDOWS),
    )
    loai = forms.ChoiceField(label=_("Kind of evidence"), choices=EVERY_KIND, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = _("Name, number or issuer")
        self.fields["het-han"] = forms.ChoiceField(label=_("Validity"), choices=self.ENDINGS, required=False)
        self.order_fields(["q", "het-han", "loai", "xa"])

    def narrow(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """Papers whose last day is past or near, as asked for, of the kind and the commune."""
        rows = cast(EvidenceQuerySet, super().narrow(queryset, chosen)).current().found_by(chosen["q"])
        if chosen["loai"]:
            rows = rows.filter(kind=chosen["loai"])
        today, ending = clock.today(), chosen["het-han"]
        if ending == "da":
            return rows.expired(today)
        if ending:
            return rows.expiring(today, int(ending))
        return rows.filter(expires_on__lte=today + timedelta(days=max(validity.WINDOWS)))
