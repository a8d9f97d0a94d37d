"""The board of the monthly reports as table cells: a province has thousands, each leads to its report."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from ocop_portal.templatetags.portal import status_tag

from .models import Plan
from .months import Line

_CELL = '<td><a href="{}{}/{}/">{}<span class="visually-hidden">: {}, {}</span></a>{}</td>'


def rows(plan: Plan, lines: Iterable[Line]) -> list[tuple[str, SafeString]]:
    """The name of each commune with its cells; what is the same in many cells is written once."""
    board, tags, late = reverse("plans:board", args=[plan.pk]), _tags(), cache(_late)

    def cells(line: Line) -> SafeString:
        name, key = line.commune.name, str(line.commune.pk)
        return format_html_join(
            "",
            _CELL,
            (
                (board, cell.code, key, tags[cell.state], name, f"{cell.month:%m/%Y}", late(cell.days_late))
                for cell in line.cells
            ),
        )

    return [(line.commune.name, cells(line)) for line in lines]


def _tags() -> dict[str, SafeString]:
    """How each state of a :class:`Cell` is shown."""
    return {
        "sent": status_tag(gettext("Sent"), "good"),
        "nothing": status_tag(gettext("Nothing to report")),
        "missing": status_tag(gettext("Missing"), "warn"),
        "draft": status_tag(gettext("Draft")),
        "returned": status_tag(gettext("Returned for completion"), "info"),
        "waiting": format_html('<span class="muted">{}</span>', gettext("not yet")),
    }


def _late(days: int) -> SafeString | str:
    if not days:
        return ""
    words = ngettext("%(days)s day late", "%(days)s days late", days) % {"days": number_format(days)}
    return format_html('<span class="table__note">{}</span>', words)
