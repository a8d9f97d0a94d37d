"""The tables of the radar's sums: each number leads to the rows that it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..expiry.measures import Line
from ..forms.radar import RadarFilter


@dataclass(frozen=True)
class Row:
    """A commune or an organisation: the address that lists its rows, and its numbers a window as cells."""

    line: Line
    url: str
    cells: SafeString


def rows(form: RadarFilter, name: str, lines: Sequence[Line], windows: Mapping[str, str]) -> list[Row]:
    """The rows of a table; ``name`` is the field that filters by a line, ``windows`` the table's columns.

    What else the filter asks for stays in the links.
    """
    none = {key: _none(label) for key, label in windows.items()}
    base, cell_base = _address(form, name), _address(form, name, "cua_so")

    def cell(line: Line, key: str, label: str) -> SafeString:
        number = line.counts.get(key, 0)
        if not number:
            return none[key]
        url = f"{cell_base}{_pair(name, line.key)}&{_pair('cua_so', key)}"
        html = '<td class="number" data-label="{}"><a href="{}">{}</a></td>'
        return format_html(html, label, url, localize(number))

    return [
        Row(
            line,
            base + _pair(name, line.key),
            format_html_join("", "{}", ((cell(line, key, label),) for key, label in windows.items())),
        )
        for line in lines
    ]


def _none(label: str) -> SafeString:
    return format_html('<td class="number table__empty" data-label="{}">–</td>', label)


def _address(form: RadarFilter, *without: str) -> str:
    """What is asked for less these, ready for one more parameter."""
    kept = form.querystring(without)
    return f"?{kept}&" if kept else "?"


def _pair(name: str, value: str) -> str:
    return urlencode({name: value})
