"""Forms of the communes' monthly reports, and of the officer's answer to them."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import files, listing, text
from ocop_portal.lib.forms import DecimalField, NormalisedForm, UploadField

from .counting import told_in
from .models import Activity, MonthlyReport, ReportedFigure, Target
from .reporting import Content, Told
from .wording import plain

LINES = forms.Textarea(attrs={"rows": 3})
SHORT = forms.Textarea(attrs={"rows": 2})
MOST = 5000


class FigureFields(NamedTuple):
    """A target that is reported by hand, with the fields in which it is told and how it was judged."""

    target: Target
    unit: str
    value: forms.BoundField
    note: forms.BoundField
    file: forms.BoundField
    told: ReportedFigure | None


class MonthlyForm(NormalisedForm):
    """A commune's report on a month: a text an activity, a figure a target told by hand, or nothing.

    What stays empty was not reported; ``nothing`` is said by ticking it. Of the plan's ``targets`` it shows
    those that are ``asked`` of the commune, and what was told of others before.
    """

    nothing = forms.BooleanField(label=_("Nothing to report this month"), required=False)
    note = forms.CharField(
        label=_("Difficulties and proposals"), required=False, max_length=MOST, widget=LINES
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(
        self,
        *args: Any,
        activities: Sequence[Activity],
        targets: Sequence[Target],
        asked: Container[Target],
        report: MonthlyReport | None,
        **kwargs: Any,
    ) -> None:
        self.activities, self.report = activities, report
        self.told = {one.target_id: one for one in report.figures.all()} if report else {}
        self.targets = [target for target in targets if target in asked or target.pk in self.told]
        super().__init__(*args, initial=self._known(), **kwargs)
        for activity in activities:
            self.fields[f"activity_{activity.pk}"] = forms.CharField(
                label=activity.content, required=False, max_length=MOST, widget=LINES
            )
        for target in self.targets:
            self._add_figure(target)

    def _add_figure(self, target: Target) -> None:
        says = _("The commune's figure from the beginning of the plan to the end of the month")
        unit = told_in(target)
        self.fields[f"value_{target.pk}"] = DecimalField(
            label=_("Value"),
            required=False,
            min_value=0,
            max_digits=14,
            decimal_places=2,
            help_text=f"{says} ({unit})" if unit else says,
        )
        self.fields[f"note_{target.pk}"] = forms.CharField(
            label=_("Source or note"), required=False, max_length=MOST, widget=SHORT
        )
        self.fields[f"file_{target.pk}"] = UploadField(
            label=_("File that shows it"), required=False, kinds=files.PAPERS
        )

    def _known(self) -> dict[str, Any]:
        report = self.report
        if report is None:
            return {"version": 0}
        known: dict[str, Any] = {"nothing": report.nothing, "note": report.note, "version": report.version}
        for update in report.updates.all():
            known[f"activity_{update.activity_id}"] = update.result
        for figure in self.told.values():
            known[f"value_{figure.target_id}"] = plain(figure.value)
            known[f"note_{figure.target_id}"] = figure.note
        return known

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for target in self.targets:
            self._check_figure(target.pk, values)
        return values

    def _check_figure(self, pk: int, values: dict[str, Any]) -> None:
        """A figure needs its source; a source or a file needs its figure."""
        value, note, file = (values.get(f"{name}_{pk}") for name in ("value", "note", "file"))
        if value is None and (note or file) and f"value_{pk}" not in self.errors:
            self.add_error(f"value_{pk}", _("Enter the figure, or empty its source."))
        if value is not None and not note:
            self.add_error(f"note_{pk}", _("Say where the figure comes from."))

    def refresh(self: Any, report: MonthlyReport | None) -> None:
        """After a colleague's change: what was typed stays, and saving again means it."""
        self.data = self.data.copy()
        self.data["version"] = str(report.version if report else 0)

    @property
    def content(self) -> Content:
        """What was reported, as :func:`reporting.save` takes it."""
        values = self.cleaned_data
        told = {
            target: Told(value, values[f"note_{target.pk}"], values.get(f"file_{target.pk}") or None)
            for target in self.targets
            if (value := values.get(f"value_{target.pk}")) is not None
        }
        results = {
            activity: result
            for activity in self.activities
            if (result := values.get(f"activity_{activity.pk}"))
        }
        return Content(values["nothing"], values["note"], results, told)

    def activity_fields(self) -> list[forms.BoundField]:
        """The fields of the activities, in the plan's order."""
        return [self[f"activity_{activity.pk}"] for activity in self.activities]

    def figure_fields(self) -> list[FigureFields]:
        """The fields of the targets told by hand, in the plan's order."""
        return [
            FigureFields(
                target,
                told_in(target),
                self[f"value_{target.pk}"],
                self[f"note_{target.pk}"],
                self[f"file_{target.pk}"],
                self.told.get(target.pk),
            )
            for target in self.targets
        ]


class ReasonForm(NormalisedForm):
    """Why a report is returned or a figure refused."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=LINES)


class FigureFilter(listing.FilterForm):
    """The list of the communes' figures: by state; ``q`` searches the commune's name."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            *((value, label) for value, label in ReportedFigure.State.choices if value != "draft"),
        ],
    )

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        found = rows.filter(text.matches("area__name_norm", chosen["q"]))
        return found.filter(state=chosen["state"]) if chosen["state"] else found
