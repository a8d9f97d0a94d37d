"""Forms of inspections: planning one, writing down what it found, what was mended, the list's filter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ocop_portal.lib import clock, text
from ocop_portal.lib.forms import NormalisedForm
from ocop_portal.lib.listing import FilterForm

from ..inspecting import Checked, Outcome
from ..models import Inspection, InspectionLine, RevocationGround
from .amendments import day_field

ANSWERS = [("1", gettext_lazy("Conforms")), ("0", gettext_lazy("Does not conform")), ("", "–")]
CONFORMS = {"1": True, "0": False}


class PlanForm(NormalisedForm):
    """When a product is to be inspected, and why."""

    planned_on = day_field(gettext_lazy("Planned on"))
    reason = forms.CharField(label=gettext_lazy("Reason of the inspection"), max_length=250, required=False)


class MendedForm(NormalisedForm):
    """The day on which what was to be mended was."""

    remedied_on = day_field(gettext_lazy("Mended on"))


class FindingsForm(NormalisedForm):
    """The checklist line by line, then the finding; what each finding needs is asked for by name."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    done_on = day_field(gettext_lazy("Carried out on"))
    finding = forms.ChoiceField(
        label=gettext_lazy("Finding"), choices=Inspection.Finding.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("Findings in words"), required=False, widget=forms.Textarea({"rows": 4})
    )
    remedy = forms.CharField(
        label=gettext_lazy("What is to be mended"), required=False, widget=forms.Textarea({"rows": 3})
    )
    remedy_due_on = day_field(gettext_lazy("To be mended by"), required=False)
    ground = forms.ChoiceField(
        label=gettext_lazy("Ground of the revocation"),
        choices=[("", "–"), *RevocationGround.choices],
        required=False,
    )
    AFTER = ("done_on", "finding", "words", "remedy", "remedy_due_on", "ground")

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": inspection.version}, **kwargs)
        self.rows = list(inspection.lines.all())
        for row in self.rows:
            self.fields[f"line_{row.pk}"] = forms.ChoiceField(
                label=row.words, choices=ANSWERS, required=False, widget=forms.RadioSelect
            )
            self.fields[f"note_{row.pk}"] = forms.CharField(label=_("Note"), max_length=400, required=False)

    def lines(self) -> Iterator[tuple[InspectionLine, BoundField, BoundField]]:
        """Each line with its two fields, for the page."""
        for row in self.rows:
            yield row, self[f"line_{row.pk}"], self[f"note_{row.pk}"]

    def closing(self) -> list[BoundField]:
        """The fields after the checklist."""
        return [self[name] for name in self.AFTER]

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned values, as ``inspecting.record`` takes them."""
        given = self.cleaned_data
        names = ("finding", "words", "remedy", "remedy_due_on", "ground")
        lines = {
            row.pk: Checked(CONFORMS.get(given[f"line_{row.pk}"]), given[f"note_{row.pk}"])
            for row in self.rows
        }
        outcome = Outcome(**{name: given[name] for name in names})
        return {"outcome": outcome, "done_on": given["done_on"], "lines": lines, "version": given["version"]}


class InspectionFilter(FilterForm):
    """Inspections by product, and by what they wait for or came to."""

    tinh_trang = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[
            ("", gettext_lazy("All")),
            ("cho", gettext_lazy("To be carried out")),
            ("qua-han", gettext_lazy("Overdue")),
            ("khac-phuc", gettext_lazy("To be mended")),
            *Inspection.Finding.choices,
        ],
        required=False,
    )

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if chosen["q"]:
            rows = rows.filter(text.matches("recognition__product__name_norm", chosen["q"]))
        wanted = chosen["tinh_trang"]
        to_mend = rows.filter(finding="to_mend", remedied_on__isnull=True)
        kept = {
            "": rows,
            "cho": rows.filter(finding=""),
            "khac-phuc": to_mend,
            "qua-han": rows.filter(finding="", planned_on__lt=clock.today())
            | to_mend.filter(remedy_due_on__lt=clock.today()),
        }
        return kept[wanted] if wanted in kept else rows.filter(finding=wanted)
