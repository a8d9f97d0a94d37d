"""Points to stars: exact at every edge, monotone everywhere."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings import scoring

BANDS = [
    SimpleNamespace(stars=stars, from_points=Decimal(points))
    for stars, points in [(1, 0), (2, 30), (3, 50), (4, 70), (5, 90)]
]
BY_148 = [
    scoring.Standing("district", [3], Decimal(70)),
    scoring.Standing("province", [4], Decimal(90)),
    scoring.Standing("central", [5], None),
]
totals = st.decimals(0, 100, places=2)


@pytest.mark.parametrize(
    ("total", "stars"),
    [
        ("0", 1),
        ("29.99", 1),
        ("30", 2),
        ("49.99", 2),
        ("50", 3),
        ("69.99", 3),
        ("70", 4),
        ("89.99", 4),
        ("90", 5),
        ("100", 5),
    ],
)
def test_bands_are_half_open(total, stars):
    assert scoring.stars_of(Decimal(total), BANDS) == stars


@pytest.mark.parametrize(("points", "shown", "stars"), [("89.995", "90.00", 5), ("89.994", "89.99", 4)])
def test_points_are_rounded_half_up_before_they_are_judged(points, shown, stars):
    total = scoring.total_of([Decimal(points)])
    assert (str(total), scoring.stars_of(total, BANDS)) == (shown, stars)


def test_the_total_is_the_sum_of_the_printed_parts():
    # Unrounded these sum up to 69.990, three stars; the minutes print 23.34 + 23.33 + 23.33.
    parts = [Decimal("23.335"), Decimal("23.325"), Decimal("23.330")]
    assert scoring.total_of(parts) == Decimal("70.00")


def test_a_total_below_every_band_is_an_error():
    with pytest.raises(ValueError, match="no band"):
        scoring.stars_of(Decimal("-0.01"), BANDS)


@given(totals, totals)
@settings(max_examples=100)
def test_more_points_never_give_fewer_stars(one, other):
    low, high = sorted([one, other])
    assert 1 <= scoring.stars_of(low, BANDS) <= scoring.stars_of(high, BANDS) <= 5


@given(st.lists(st.decimals(0, 33, places=4), min_size=3, max_size=3))
@settings(max_examples=100)
def test_each_part_is_off_by_at_most_half_a_hundredth(parts):
    assert abs(scoring.total_of(parts) - sum(parts)) <= Decimal("0.005") * 3


@pytest.mark.parametrize(
    ("stars", "level"), [(1, None), (2, None), (3, "district"), (4, "province"), (5, "central")]
)
def test_who_recognises_a_star(stars, level):
    assert scoring.who_certifies(stars, BY_148) == level


@pytest.mark.parametrize(
    ("total", "level", "to"),
    [
        ("69.99", "district", None),
        ("70", "district", "province"),
        ("89.99", "province", None),
        ("90", "province", "central"),
        ("100", "central", None),
        ("100", "commune", None),
    ],
)
def test_what_a_level_forwards(total, level, to):
    assert scoring.forwards(Decimal(total), level, BY_148) == to


def test_the_province_takes_over_from_ended_districts():
    assert scoring.taken_over(BY_148, {"province", "central"}) == [
        scoring.Standing("province", [3, 4], Decimal(90)),
        scoring.Standing("central", [5], None),
    ]
