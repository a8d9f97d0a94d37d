"""The list of the communes' figures on a plan."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ocop_portal.lib.listing import ListColumn, Listing

from . import reporting
from .models import ReportedFigure
from .wording import figure_words

TONES = {
    ReportedFigure.State.PENDING: "info",
    ReportedFigure.State.ACCEPTED: "good",
    ReportedFigure.State.REFUSED: "warn",
}


def _address(figure: ReportedFigure) -> str:
    report = figure.report
    return reporting.address(report.plan, report.area, report.month) if report else ""


FIGURES: Listing[ReportedFigure] = Listing(
    title=_("Reported figures"),
    columns=(
        ListColumn(
            "commune", _("Commune or town"), "area.name", width=26, sort="area__sort_key", link=_address
        ),
        ListColumn(
            "state",
            _("State"),
            "get_state_display",
            sort="state",
            tone=lambda one: TONES.get(ReportedFigure.State(one.state), "neutral"),
        ),
        ListColumn("target", _("Target"), "target.words", width=50, sort=("target__position", "target")),
        ListColumn(
            "value",
            _("Value"),
            "value",
            kind="decimal",
            sort="value",
            show=lambda one: figure_words(one.value),
        ),
        ListColumn("as_of", _("As of"), "as_of", kind="date", sort="as_of"),
        ListColumn("note", _("Source or note"), "note", width=40),
        ListColumn("refusal", _("Why it was refused"), "refusal", width=30, on_page=False),
    ),
    order="-as_of",
)
