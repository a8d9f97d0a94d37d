"""The list of runs: one's own, and those of the colleagues who read the same units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ocop_portal.lib import listing, periods, text
from ocop_portal.lib.listing import ListColumn, Listing
from ocop_portal.lib.periods import PeriodError

from .catalogue import KINDS, title_of
from .models import Run

TONES = {
    Run.State.DONE: "good",
    Run.State.FAILED: "bad",
    Run.State.CANCELLED: "neutral",
    Run.State.QUEUED: "info",
    Run.State.RUNNING: "info",
}


class RunFilter(listing.FilterForm):
    """Whose, which report, of what period, in which state; ``q`` searches the unit's name."""

    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("Mine")), ("all", _("All of my units"))],
    )
    report = forms.ChoiceField(label=_("Report"), required=False)
    period = forms.CharField(label=_("Period"), required=False, max_length=30)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *Run.State.choices])

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        kinds = [(kind.code, kind.name) for kind in KINDS.values()]
        self.fields["report"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]

    def clean_period(self) -> str:
        """The period's code, however it was typed."""
        typed: str = self.cleaned_data["period"]
        try:
            return periods.parse(typed).code if typed else ""
        except PeriodError as error:
            raise forms.ValidationError(str(error)) from error

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        found = rows if chosen["whose"] else rows.filter(requests__user=self.by)
        wanted = {name: chosen[name] for name in ("report", "period", "state") if chosen[name]}
        return found.filter(text.matches("area__name_norm", chosen["q"]), **wanted)


def _name(run: Run) -> str:
    return title_of(run.report, run.area)


def others(run: Run, visible: QuerySet[Run]) -> list[Run]:
    """The last ten other runs of the same report on the same unit and period, the newest first."""
    same = {name: getattr(run, name) for name in ("report", "area", "period", "on_map")}
    return list(visible.filter(**same).exclude(pk=run.pk)[:10])


def before(run: Run, visible: QuerySet[Run]) -> Run | None:
    """The run to compare with: the last one before of the same report and unit, whatever its period."""
    if run.state != Run.State.DONE:
        return None
    same = {name: getattr(run, name) for name in ("report", "area", "on_map")}
    return visible.filter(**same, state=Run.State.DONE, pk__lt=run.pk).order_by("-pk").first()


def _address(run: Run) -> str:
    return reverse("reports:run", args=[run.pk])


def _file(run: Run) -> str:
    return run.file_name if run.state == Run.State.DONE else ""


def _download(run: Run) -> str:
    return reverse("reports:download", args=[run.pk]) if run.state == Run.State.DONE else ""


RUNS: Listing[Run] = Listing(
    title=_("My reports"),
    columns=(
        ListColumn("report", _("Report"), _name, width=50, sort=("report", "area__sort_key"), link=_address),
        ListColumn(
            "state",
            _("State"),
            "get_state_display",
            sort="state",
            tone=lambda run: TONES[Run.State(run.state)],
        ),
        ListColumn("period", _("Period"), "period_label", width=26, sort="period"),
        ListColumn("map", _("Map"), "get_on_map_display", width=30, on_page=False),
        ListColumn("who", _("Requested by"), "requested_by", width=26, sort="requested_by__full_name"),
        ListColumn("asked", _("Requested at"), "created_at", kind="datetime", sort="created_at"),
        ListColumn("file", _("File"), _file, width=50, link=_download),
    ),
    order="-asked",
)
