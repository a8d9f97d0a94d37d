"""A schematic map drawn on the server: a circle for each place with known coordinates, sized by its number.

Inline SVG without style or script, as the content policy demands. Where things stand depends on the places
alone, so the same figures draw the same map. The table beside it, of the same numbers, is its other reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, radians, sqrt

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, MARGIN = 560.0, 46.0
LEAST_HEIGHT, MOST_HEIGHT = 180.0, 430.0
EMPTY_RADIUS, LEAST_RADIUS, MOST_RADIUS = 3.0, 6.0, 20.0
LETTER, LINE, GAP = 7.2, 14.0, 3.0
"""What a label takes in units of the drawing: the width of a letter, the height of a line, its distance."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spot:
    """A place on the map: ``label`` is drawn, ``words`` say it in full, ``url`` leads to its rows."""

    label: str
    words: str
    value: int
    longitude: float
    latitude: float
    url: str = ""


@dataclass(frozen=True)
class Placed:
    """A spot with its circle and, where there is room, where its label stands."""

    spot: Spot
    x: float
    y: float
    radius: float
    anchor: str = ""
    label_x: float = 0
    label_y: float = 0


def draw(spots: Sequence[Spot], *, name: str, title: str, description: str) -> SafeString:
    """The map; ``title`` and ``description`` are what a screen reader says of it, ``name`` its id."""
    placed, height = place(spots)
    shapes = format_html_join("", "{}", ((_circle(one),) for one in placed))
    labels = format_html_join("", "{}", ((_label(one),) for one in placed if one.anchor))
    return format_html(
        '<svg class="map" viewBox="0 0 {w} {h}" role="group" aria-labelledby="{n}-title {n}-desc" '
        'focusable="false"><title id="{n}-title">{t}</title><desc id="{n}-desc">{d}</desc>{s}'
        '<g class="map__labels" aria-hidden="true">{l}</g></svg>',
        w=f"{WIDTH:.0f}",
        h=f"{height:.0f}",
        n=name,
        t=title,
        d=description,
        s=shapes,
        l=labels,
    )


def place(spots: Sequence[Spot]) -> tuple[list[Placed], float]:
    """Where each spot stands, the biggest first, and the height of the drawing.

    Equirectangular: a degree of longitude is as much shorter as the middle latitude says. A label takes the
    first side of its circle where it covers nothing; a place with a number, which must be labelled, may next
    cover the dots of places without, and at last anything. A place without goes unlabelled for want of room.
    """
    ordered = sorted(spots, key=lambda spot: (-spot.value, spot.label, spot.longitude, spot.latitude))
    points, height = _project(ordered)
    most = max((spot.value for spot in ordered), default=0)
    bare = [
        Placed(spot, x, y, _radius(spot.value, most)) for spot, (x, y) in zip(ordered, points, strict=True)
    ]
    circles = [_round(one) for one in bare]
    holding = sum(spot.value > 0 for spot in ordered)  # these come first
    labels: list[Box] = []
    placed = []
    for at, one in enumerate(bare):
        before, behind = circles[:at], circles[at + 1 :]
        tries = [[*before, *behind, *labels]]
        if one.spot.value:
            tries += [[*before, *circles[at + 1 : holding], *labels], labels]
        found = next((side for taken in tries for side in _sides(one, height) if _is_free(side, taken)), None)
        if found is None and one.spot.value:
            found = next(iter(_sides(one, height)), None)
        if found is not None:
            labels.append(found.box)
            one = replace(one, anchor=found.anchor, label_x=found.x, label_y=found.y)
        placed.append(one)
    return placed, height


def _project(spots: Sequence[Spot]) -> tuple[list[tuple[float, float]], float]:
    """The points, north up, fitted into the drawing; one alone stands in the middle."""
    if not spots:
        return [], LEAST_HEIGHT
    middle = (min(s.latitude for s in spots) + max(s.latitude for s in spots)) / 2
    flat = [(spot.longitude * cos(radians(middle)), -spot.latitude) for spot in spots]
    left, top = min(x for x, _ in flat), min(y for _, y in flat)
    wide, high = max(x for x, _ in flat) - left, max(y for _, y in flat) - top
    room = WIDTH - 2 * MARGIN, MOST_HEIGHT - 2 * MARGIN
    scales = [space / span for space, span in zip(room, (wide, high), strict=True) if span > 0]
    scale = min(scales, default=0.0)
    height = max(high * scale + 2 * MARGIN, LEAST_HEIGHT)
    dx, dy = (WIDTH - wide * scale) / 2, (height - high * scale) / 2
    return [((x - left) * scale + dx, (y - top) * scale + dy) for x, y in flat], height


def _radius(value: int, most: int) -> float:
    """The area of a circle grows with its number."""
    return max(MOST_RADIUS * sqrt(value / most), LEAST_RADIUS) if value else EMPTY_RADIUS


@dataclass(frozen=True)
class _Side:
    """Where a label could stand: how its text is anchored, where, and the box that it takes."""

    anchor: str
    x: float
    y: float
    box: Box


def _sides(one: Placed, height: float) -> list[_Side]:
    """The sides of a circle on which its label lies inside the drawing: beside, above and below, aslant."""
    wide, beside, slant = len(one.spot.label) * LETTER, one.radius + GAP, one.radius * 0.7 + GAP
    x, middle, above, below = one.x, one.y + LINE / 3, one.y - one.radius - GAP, one.y + one.radius + LINE - 2
    wanted = [
        ("start", x + beside, middle),
        ("end", x - beside, middle),
        ("middle", x, above),
        ("middle", x, below),
        ("start", x + slant, above + GAP),
        ("start", x + slant, below - GAP),
        ("end", x - slant, above + GAP),
        ("end", x - slant, below - GAP),
    ]
    starts = {"start": 0.0, "middle": wide / 2, "end": wide}
    sides = []
    for anchor, at, base in wanted:
        left = at - starts[anchor]
        sides.append(_Side(anchor, at, base, (left, base - LINE + 3, left + wide, base + 3)))
    return [side for side in sides if _inside(side.box, height)]


def _round(one: Placed) -> Box:
    """The box around a circle."""
    return one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius


def _is_free(side: _Side, taken: Sequence[Box]) -> bool:
    left, top, right, bottom = side.box
    return not any(left < x1 and x0 < right and top < y1 and y0 < bottom for x0, y0, x1, y1 in taken)


def _inside(box: Box, height: float) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= WIDTH and box[3] <= height


def _circle(one: Placed) -> SafeString:
    kind = "map__spot" if one.spot.value else "map__spot map__spot--none"
    number = (
        format_html(
            '<text class="map__number" x="{}" y="{}" aria-hidden="true">{}</text>',
            f"{one.x:.1f}",
            f"{one.y + 4:.1f}",
            one.spot.value,
        )
        if one.spot.value
        else ""
    )
    drawn = format_html(
        '<circle class="{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>{}',
        kind,
        f"{one.x:.1f}",
        f"{one.y:.1f}",
        f"{one.radius:.1f}",
        one.spot.words,
        number,
    )
    if not one.spot.url or not one.spot.value:
        return drawn
    return format_html('<a href="{}" aria-label="{}">{}</a>', one.spot.url, one.spot.words, drawn)


def _label(one: Placed) -> SafeString:
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        f"{one.label_x:.1f}",
        f"{one.label_y:.1f}",
        one.anchor,
        one.spot.label,
    )
