"""Forms for the forms of offices: uploading one, replacing one, narrowing their list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.posts import areas_of
from areas.models import Area
from ocop_portal.lib import files, text
from ocop_portal.lib.forms import NormalisedForm, UploadField
from ocop_portal.lib.listing import FilterForm

from . import templating
from .catalogue import KINDS
from .models import Template


def report_choices() -> list[tuple[str, Any]]:
    """The reports by code and name."""
    return [(kind.code, kind.name) for kind in KINDS.values()]


class NewVersion(NormalisedForm):
    """A file with placeholders, and what changed."""

    file = UploadField(
        kinds=files.SPREADSHEETS,
        max_bytes=templating.MAX_BYTES,
        label=_("File"),
        help_text=_(
            "Excel (.xlsx) with placeholders in its cells, at most 5 MB, without macros or a password."
        ),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("For example who asks for the form, and by which document."),
    )


class NewTemplate(NewVersion):
    """A new form of a unit."""

    name = forms.CharField(
        label=_("Name of the form"),
        max_length=150,
        help_text=_("For example: Form 01 – OCOP products of the district"),
    )
    report = forms.ChoiceField(label=_("Filled from the report"))
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Unit that keeps the form"),
        help_text=_("All units under it may fill the form with their own figures."),
    )
    field_order = ("name", "report", "area", "file", "note")

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        units = areas_of(by, templating.KEEPERS)
        self.fields["report"].choices = report_choices()  # type: ignore[attr-defined]
        self.fields["area"].queryset = units  # type: ignore[attr-defined]
        self.initial.setdefault("area", units.first())


class TemplateFilter(FilterForm):
    """The list's filters: words, report, unit, current or not."""

    STATES = [("", _("In use")), ("all", _("All versions"))]
    report = forms.ChoiceField(label=_("Report"), required=False)
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Unit"), required=False, empty_label=_("All"))
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def __init__(self, *args: Any, templates: QuerySet[Template], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["report"].choices = [("", _("All")), *report_choices()]  # type: ignore[attr-defined]
        units = Area.objects.filter(report_templates__in=templates).distinct()
        self.fields["area"].queryset = units  # type: ignore[attr-defined]

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """The rows that fit; older versions and withdrawn forms only where they are asked for."""
        found = rows.filter(text.matches("name_norm", chosen["q"]))
        if chosen["report"]:
            found = found.filter(report=chosen["report"])
        if chosen["area"]:
            found = found.filter(area=chosen["area"])
        return found if chosen["state"] else found.filter(ended_at__isnull=True)
