"""The schematic map and the columns of years: where things stand, what is said, where figures lead."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ocop_portal.lib import svg_map, svg_trend
from ocop_portal.lib.svg import Bar, Part, bars
from ocop_portal.lib.svg_map import LETTER, LINE, WIDTH, Placed, Spot


def spot(
    label: str = "Đàm Thủy", value: int = 1, east: float = 106.7, north: float = 22.8, **rest: str
) -> Spot:
    return Spot(label, f"Xã {label}: {value}", value, east, north, **rest)


def draw(*spots: Spot) -> str:
    return svg_map.draw(spots, name="so-do", title="Sơ đồ", description="Mô tả")


def box(one: Placed) -> tuple[float, float, float, float]:
    wide = len(one.spot.label) * LETTER
    left = {"start": one.label_x, "middle": one.label_x - wide / 2, "end": one.label_x - wide}[one.anchor]
    return left, one.label_y - LINE + 3, left + wide, one.label_y + 3


def covers(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes share more than an edge."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 1e-6 and high > 1e-6


spots = st.lists(
    st.builds(
        spot,
        st.text("aăâbcdđeêghi ", min_size=1, max_size=14),
        st.integers(0, 40),
        st.floats(105.3, 106.9),
        st.floats(22.3, 23.1),
    ),
    max_size=25,
)


@given(spots)
def test_everything_lies_inside_the_drawing_and_what_has_a_number_is_labelled(found):
    placed, height = svg_map.place(found)
    assert len(placed) == len(found)
    for one in placed:
        assert one.x - one.radius >= 0
        assert one.x + one.radius <= WIDTH
        assert one.y - one.radius >= 0
        assert one.y + one.radius <= height
        assert one.anchor or not one.spot.value
        if one.anchor:
            left, top, right, bottom = box(one)
            assert 0 <= left <= right <= WIDTH + 0.01
            assert 0 <= top <= bottom <= height


@given(spots)
def test_the_label_of_a_place_without_number_covers_nothing(found):
    placed, _height = svg_map.place(found)
    for one in placed:
        if not one.anchor or one.spot.value:
            continue
        others = [other for other in placed if other is not one]
        circles = [(o.x - o.radius, o.y - o.radius, o.x + o.radius, o.y + o.radius) for o in others]
        assert not any(covers(box(one), other) for other in circles)
        assert not any(covers(box(one), box(other)) for other in others if other.anchor)


@given(spots)
def test_the_order_of_the_places_does_not_change_the_drawing(found):
    assert draw(*found) == draw(*reversed(found))


def test_north_is_up_east_is_right_and_a_degree_east_is_shorter_than_one_north():
    placed, _height = svg_map.place(
        [spot("gốc", 3, 106, 22), spot("đông", 2, 106.5, 22), spot("bắc", 1, 106, 22.5)]
    )
    origin, east, north = placed
    assert east.y == origin.y
    assert east.x > origin.x
    assert north.x == origin.x
    assert north.y < origin.y
    assert round((east.x - origin.x) / (origin.y - north.y), 3) == 0.926  # the cosine of 22.25°


def test_the_area_of_a_circle_grows_with_its_number():
    most, quarter, none = (
        one.radius for one in svg_map.place([spot("a", 16), spot("b", 4), spot("c", 0)])[0]
    )
    assert most == 2 * quarter
    assert none < svg_map.LEAST_RADIUS


def test_the_drawing_is_said_leads_to_rows_and_escapes_names():
    html = draw(spot("<b>", 2, url="/a?b=1&c=2"), spot("không", 0, url="/x"))
    assert 'aria-labelledby="so-do-title so-do-desc"' in html
    assert '<title id="so-do-title">Sơ đồ</title><desc id="so-do-desc">Mô tả</desc>' in html
    assert '<a href="/a?b=1&amp;c=2" aria-label="Xã &lt;b&gt;: 2">' in html
    assert html.count("<a ") == 1
    assert "<b>" not in html
    assert not re.search(r"\sstyle=|<script", html)


def test_no_place_is_an_empty_drawing_and_one_stands_in_the_middle():
    assert "<circle" not in draw()
    (one,), height = svg_map.place([spot()])
    assert (one.x, one.y) == (WIDTH / 2, height / 2)


# ---- the columns of years, and figures of a chart that lead somewhere


def columns(*years: svg_trend.Year) -> str:
    return svg_trend.draw(years, [Part("done", "Mới")], name="nam", title="Năm", description="Mô tả")


def test_a_column_is_as_high_as_its_number_says_and_the_plan_is_a_line_across():
    html = columns(svg_trend.Year("2022", (5,), (None,)), svg_trend.Year("2023", (10,), (Decimal(20),)))
    heights = [float(found) for found in re.findall(r'<rect[^>]* height="([\d.]+)"', html)]
    assert heights[1] == 2 * heights[0]
    (level,) = re.findall(r'class="trend__plan"[^>]* y1="([\d.]+)"', html)
    assert float(level) == svg_trend.TOP  # the highest of all
    assert html.count("trend__number") == 2


def test_years_without_anything_divide_by_nothing():
    html = columns(svg_trend.Year("2022", (0,), (None,)))
    assert 'height="0.0"' in html


def test_the_figures_of_a_chart_lead_to_their_rows_except_naught():
    rows = [Bar("Xã", (1, 0), "/xa", ("/1", "/0", "/tong")), Bar("Phường", (2, 3))]
    html = bars(
        rows,
        caption="c",
        heading="h",
        parts=[Part("done", "A"), Part("open", "B")],
        total_urls=("/a", "", "/t"),
    )
    assert re.findall(r'<td class="number">(.*?)</td>', html) == [
        '<a href="/1">1</a>',
        "0",
        '<a href="/tong">1</a>',
        *("2", "3", "5"),
        *('<a href="/a">3</a>', "3", '<a href="/t">6</a>'),
    ]
