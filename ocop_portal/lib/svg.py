"""Stars and bars drawn on the server: inline SVG that prints, is tested as text and needs no script.

Nothing here carries a ``style`` attribute (the content security policy forbids it); colours are classes of
``static/css/components.css``. Words and numbers always stand beside the drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from html import escape
from math import cos, pi, sin

import segno
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

Number = int | float | Decimal
HIGHEST_STAR = 5
BAR_WIDTH = 1000
METER_WIDTH = 100


@dataclass(frozen=True)
class Bar:
    """One row of a chart: its label, one value for each part, and the page with the rows behind it.

    ``urls`` lead to the rows behind each value and, one more, behind their total; empty ones lead nowhere.
    """

    label: str
    values: tuple[Number, ...]
    url: str = ""
    urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One kind of value in a chart: ``tone`` is star3, star4, star5, done, open, plain, late or other."""

    tone: str
    label: str


def star_parts() -> tuple[Part, ...]:
    """The three levels of recognition, as parts of a chart."""
    return tuple(Part(f"star{level}", star_words(level)) for level in (3, 4, 5))


def star_words(count: int) -> str:
    """ "3 sao": the level in words, in the language of the request."""
    return ngettext("%(count)d star", "%(count)d stars", count) % {"count": count}


def _star_path(left: float) -> str:
    corners = []
    for corner in range(10):
        radius = 9.2 if corner % 2 == 0 else 4.1
        angle = -pi / 2 + corner * pi / 5
        corners.append(f"{left + 10 + radius * cos(angle):.2f} {10.4 + radius * sin(angle):.2f}")
    return "M" + "L".join(corners) + "Z"


_PATHS = tuple(_star_path(20 * place + place) for place in range(HIGHEST_STAR))


def stars(count: int | None, *, potential: bool = False, large: bool = False) -> SafeString:
    """Five stars with ``count`` of them filled, and the words beside them.

    ``None`` or 0 means that no star was given. ``potential`` draws the national level that a province has
    proposed and nobody has recognised yet.
    """
    if not count:
        return format_html('<span class="muted">{}</span>', gettext("Not rated"))
    if not 1 <= count <= HIGHEST_STAR:
        raise ValueError(f"A product has 1 to {HIGHEST_STAR} stars, not {count}")
    words = gettext("potential %(stars)s") % {"stars": star_words(count)} if potential else star_words(count)
    return format_html(
        '<span class="rating{}"><svg class="stars" viewBox="0 0 104 20" aria-hidden="true" focusable="false">'
        '{}</svg><span class="rating__words">{}</span></span>',
        " rating--large" if large else "",
        _drawing(count, "stars__maybe" if potential else "stars__on"),
        words,
    )


@cache
def _drawing(count: int, given: str) -> SafeString:
    """The five stars, drawn once for each of the ten ways: lists show them in every row."""
    return format_html_join(
        "",
        '<path class="{}" d="{}"/>',
        ((given if place < count else "stars__off", path) for place, path in enumerate(_PATHS)),
    )


def progress_bar(done: Number | None, target: Number | None, *, behind: bool = False) -> SafeString:
    """Done against target: a bar and the share in per cent with one decimal; a dash where either is unknown.

    ``behind`` turns the bar amber; the page puts the words "behind plan" beside it (see ``status_tag``).
    """
    if done is None or not target:
        return mark_safe('<span class="muted">–</span>')
    # Rounded as Excel rounds, half up: number_format alone would cut 166.67 to 166.6.
    share = (Decimal(str(done)) / Decimal(str(target)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    width = f"{max(Decimal(0), min(share, Decimal(100))):.1f}"
    return format_html(
        '<span class="meter{}"><svg viewBox="0 0 {} 12" preserveAspectRatio="none" aria-hidden="true" '
        'focusable="false"><rect class="meter__track" width="{}" height="12"/>'
        '<rect class="meter__done" width="{}" height="12"/></svg><span>{} %</span></span>',
        " meter--warn" if behind else "",
        str(METER_WIDTH),
        str(METER_WIDTH),
        width,
        number_format(share, decimal_pos=1),
    )


def bars(
    items: Sequence[Bar],
    *,
    caption: str,
    heading: str,
    parts: Sequence[Part] | None = None,
    total: bool = True,
    total_urls: tuple[str, ...] = (),
) -> SafeString:
    """Stacked bars, one a row, inside the table that gives the same numbers in words.

    The table *is* the chart: one reading for eye, keyboard, screen reader and paper. ``parts`` are the star
    levels unless given; each item has one value for each part. With ``total`` a last column and, below more
    than one row, a last line add up; ``total_urls`` lead from that line, as :attr:`Bar.urls` do from a row.
    """
    kinds = tuple(parts) if parts is not None else star_parts()
    for item in items:
        if len(item.values) != len(kinds):
            raise ValueError(f"{item.label!r} has {len(item.values)} values for {len(kinds)} parts")
    longest = max((sum(item.values) for item in items), default=0) or 1
    with_total = total and len(kinds) > 1
    return format_html(
        '<table class="chart"><caption>{}</caption><thead><tr><th scope="col">{}</th><td></td>{}{}'
        "</tr></thead><tbody>{}</tbody>{}</table>",
        caption,
        heading,
        format_html_join("", '<th scope="col" class="number">{}{}</th>', ((_key(p), p.label) for p in kinds)),
        format_html('<th scope="col" class="number">{}</th>', gettext("Total")) if with_total else "",
        format_html_join("", "{}", ((_row(item, kinds, longest, with_total),) for item in items)),
        _totals(items, len(kinds), with_total, total_urls) if total and len(items) > 1 else "",
    )


def _key(part: Part) -> SafeString:
    return format_html(
        '<svg class="chart__key" viewBox="0 0 12 12" aria-hidden="true" focusable="false">'
        '<rect class="part--{}" width="12" height="12"/></svg>',
        part.tone,
    )


def _row(item: Bar, kinds: Sequence[Part], longest: Number, with_total: bool) -> SafeString:
    label = format_html('<a href="{}">{}</a>', item.url, item.label) if item.url else item.label
    values = (*item.values, sum(item.values)) if with_total else item.values
    return format_html(
        '<tr><th scope="row">{}</th><td class="chart__bar"><svg viewBox="0 0 {} 18" '
        'preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg></td>{}</tr>',
        label,
        str(BAR_WIDTH),
        _segments(item, kinds, longest),
        _cells(values, item.urls),
    )


def _segments(item: Bar, kinds: Sequence[Part], longest: Number) -> SafeString:
    left = 0.0
    rects = []
    for kind, value in zip(kinds, item.values, strict=True):
        width = float(value) / float(longest) * BAR_WIDTH
        if width > 0:
            # Two units of white between neighbours: the parts stay apart without colour.
            place = f'x="{left:.1f}" width="{max(width - 2, 1):.1f}"'
            rects.append(f'<rect class="part--{kind.tone}" {place} height="18"/>')
        left += width
    return mark_safe("".join(rects))  # noqa: S308 - numbers, and tones of ours


def _cells(values: Sequence[Number], urls: Sequence[str] = ()) -> SafeString:
    led = [*urls, *[""] * (len(values) - len(urls))]
    cells = (f'<td class="number">{_figure(*one)}</td>' for one in zip(values, led, strict=False))
    return mark_safe("".join(cells))  # noqa: S308 - numbers, and addresses that are escaped


def _figure(value: Number, url: str) -> str:
    """The number, leading to its rows where there are any."""
    words = number_format(value)
    return f'<a href="{escape(url)}">{words}</a>' if url and value else words


def _totals(items: Sequence[Bar], columns: int, with_total: bool, urls: Sequence[str] = ()) -> SafeString:
    sums: list[Number] = [sum(item.values[place] for item in items) for place in range(columns)]
    if with_total:
        sums.append(sum(sums))
    return format_html(
        '<tfoot><tr><th scope="row">{}</th><td></td>{}</tr></tfoot>', gettext("Total"), _cells(sums, urls)
    )


def qr(address: str, title: str) -> SafeString:
    """A QR code of the address as inline SVG, without a style of its own as the policy demands."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, svgclass="qr", lineclass=None, title=title
    )
    return mark_safe(drawn)  # noqa: S308 - made here, of a code and an address of ours
