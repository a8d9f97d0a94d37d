"""Columns over the years drawn on the server; the table of the same numbers stands beside the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .svg import Number, Part

WIDTH, HEIGHT = 560.0, 190.0
TOP, BOTTOM = 22.0, 24.0
SHARE = 0.78
"""How much of a year's room its columns take."""


@dataclass(frozen=True)
class Year:
    """A year: its label, a value for each part, and the plan's number for each (None where it names none)."""

    label: str
    values: tuple[int, ...]
    planned: tuple[Number | None, ...]


def draw(
    years: Sequence[Year], parts: Sequence[Part], *, name: str, title: str, description: str
) -> SafeString:
    """The columns of each year side by side with their numbers; a line across marks the plan's number."""
    most = max(
        (float(n) for year in years for n in (*year.values, *year.planned) if n is not None), default=0
    )
    room = WIDTH / max(len(years), 1)
    groups = format_html_join(
        "", "{}", ((_group(year, parts, place * room, room, most or 1),) for place, year in enumerate(years))
    )
    return format_html(
        '<svg class="trend" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{n}-title {n}-desc" '
        'focusable="false"><title id="{n}-title">{t}</title><desc id="{n}-desc">{d}</desc>'
        '<line class="trend__ground" x1="0" y1="{g}" x2="{w}" y2="{g}"/>{s}</svg>',
        w=f"{WIDTH:.0f}",
        h=f"{HEIGHT:.0f}",
        n=name,
        t=title,
        d=description,
        g=f"{HEIGHT - BOTTOM:.1f}",
        s=groups,
    )


def _group(year: Year, parts: Sequence[Part], left: float, room: float, most: float) -> SafeString:
    wide = room * SHARE / len(parts)
    start = left + room * (1 - SHARE) / 2
    columns = (
        (_column(part, value, planned, start + place * wide, wide, most),)
        for place, (part, value, planned) in enumerate(zip(parts, year.values, year.planned, strict=True))
    )
    return format_html(
        '{}<text class="trend__year" x="{}" y="{}">{}</text>',
        format_html_join("", "{}", columns),
        f"{left + room / 2:.1f}",
        f"{HEIGHT - 7:.1f}",
        year.label,
    )


def _column(
    part: Part, value: int, planned: Number | None, left: float, wide: float, most: float
) -> SafeString:
    high = _height(value, most)
    ground = HEIGHT - BOTTOM
    drawn = format_html(
        '<rect class="part--{}" x="{}" y="{}" width="{}" height="{}"/>'
        '<text class="trend__number" x="{}" y="{}">{}</text>',
        part.tone,
        f"{left + 1:.1f}",
        f"{ground - high:.1f}",
        f"{wide - 2:.1f}",
        f"{high:.1f}",
        f"{left + wide / 2:.1f}",
        f"{ground - high - 4:.1f}",
        number_format(value),
    )
    if planned is None:
        return drawn
    level = f"{ground - _height(planned, most):.1f}"
    return format_html(
        '{}<line class="trend__plan" x1="{}" y1="{}" x2="{}" y2="{}"/>',
        drawn,
        f"{left - 1:.1f}",
        level,
        f"{left + wide + 1:.1f}",
        level,
    )


def _height(value: Number, most: float) -> float:
    return float(value) / most * (HEIGHT - TOP - BOTTOM)
