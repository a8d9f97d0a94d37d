"""The list of the forms of offices: one set of columns for the page and its files."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib.listing import ListColumn, Listing

from .catalogue import KINDS
from .models import Template


def report_name(template: Template) -> str:
    """What the report is called that fills the form; its code where the report is gone."""
    kind = KINDS.get(template.report)
    return str(kind.name) if kind else template.report


def state(template: Template) -> str:
    """Whether the form is in use, was replaced, or was withdrawn."""
    if template.is_current:
        return gettext("In use")
    return gettext("Replaced") if hasattr(template, "replaced_by") else gettext("Withdrawn")


TEMPLATES: Listing[Template] = Listing(
    title=_("Forms of offices"),
    order="name",
    columns=(
        ListColumn(
            "name", _("Form"), "name", width=44, sort=("sort_key", "-version"), link=Template.get_absolute_url
        ),
        ListColumn(
            "state", _("State"), state, width=16, tone=lambda row: "good" if row.is_current else "neutral"
        ),
        ListColumn("report", _("Report"), report_name, width=30, sort=("report", "sort_key")),
        ListColumn("area", _("Unit"), "area", width=26, sort=("area__sort_key", "sort_key")),
        ListColumn("version", _("Version"), "version", kind="integer", width=10),
        ListColumn(
            "uploaded_at", _("Uploaded at"), "uploaded_at", kind="datetime", width=18, sort="uploaded_at"
        ),
        ListColumn("uploaded_by", _("Uploaded by"), "uploaded_by", width=26, on_page=False),
    ),
)
