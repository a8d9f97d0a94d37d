"""An office's form filled from a report: the same tables that page, Excel and JSON print."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from areas.models import Area
from ocop_portal.lib import files, text
from ocop_portal.lib.spreadsheet_forms import Data, Form, FormRefused, fill, fold, mistakes, values

from . import placeholders
from .models import Template
from .tables import Report, Table
from .templating import Mistaken


@dataclass(frozen=True)
class Preview:
    """What one placeholder would print: its cells, its meaning, its words (or how many rows)."""

    name: str
    places: str
    meaning: str
    words: str
    table: str


def filled(template: Template, report: Report, area: Area) -> bytes:
    """The form as a file with the report's figures in it.

    Raises :class:`Mistaken` when the portal's tables changed since the form was uploaded, ``FormRefused``
    when the figures do not fit or the file is gone.
    """
    form = Form(_content(template), placeholders.vocabulary(report))
    if found := mistakes(form):
        raise Mistaken(found)
    return fill(form, placeholders.data(report, area))


def hand_out(template: Template, report: Report, area: Area, *, by: User) -> bytes:
    """:func:`filled`, written to the audit trail."""
    content = filled(template, report, area)
    auditing.record(
        "template.filled", template, by=by, area=area, period=report.period, digest=report.digest()
    )
    return content


def file_name(template: Template, area: Area, period: str) -> str:
    """The name under which the filled form is kept: ``Bieu-01-OCOP_huyen-trung-khanh_2023.xlsx``."""
    name = area.name if area.name.startswith(area.kind) else f"{area.kind} {area.name}"
    stem = text.file_name(template.name, longest=60).replace(".", "-")
    return f"{stem}_{text.slug(name)}_{period}.xlsx"


def tables_of(template: Template, report: Report | None) -> list[Table]:
    """The report's tables whose rows the form prints."""
    return [table for table in report.tables if fold(table.code) in template.tables] if report else []


def older(template: Template) -> list[Template]:
    """The versions before this one, the latest first."""
    rows = Template.objects.filter(
        area=template.area, report=template.report, name_norm=template.name_norm, version__lt=template.version
    )
    return list(rows.select_related("uploaded_by").order_by("-version", "-pk"))


def preview(template: Template, report: Report, area: Area) -> list[Preview]:
    """Each placeholder of the form once, with what it would print for this unit and period."""
    data = placeholders.data(report, area)
    words = placeholders.vocabulary(report)
    several = len({sheet for sheet, *_rest in template.places}) > 1
    cells: dict[str, list[str]] = {}
    tables: dict[str, str] = {}
    for sheet, cell, name, table in template.places:
        cells.setdefault(name, []).append(f"{sheet}!{cell}" if several else cell)
        tables[name] = table
    return [
        Preview(name, ", ".join(where), words.meaning(name), _words(name, tables[name], data), tables[name])
        for name, where in cells.items()
    ]


def _words(name: str, table: str, data: Data) -> str:
    if table:
        column = name.partition(".")[2]
        return next((values.words(row[column]) for row in data.rows.get(table, ()) if column in row), "")
    return values.words(data.single[name]) if name in data.single else ""


def _content(template: Template) -> bytes:
    try:
        with files.private().open(template.file) as file:
            return bytes(file.read())
    except OSError as error:
        raise FormRefused(_("The file of this form is no longer kept. Upload the form again.")) from error
