"""How a target is judged: every comparison at its edges, and laws that hold for all numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.models import Target
from plans.progress import State, judge, satisfied

HALF, OVER = Decimal("0.5"), Decimal(1)
numbers = st.decimals(min_value=1, max_value=10000, places=2)
shares = st.decimals(min_value=0, max_value=1, places=3)


def target(comparator: str, number: str | None = "10", number_max: str | None = None) -> Target:
    return Target(
        comparator=comparator,
        number=None if number is None else Decimal(number),
        number_max=None if number_max is None else Decimal(number_max),
    )


@pytest.mark.parametrize(
    ("comparator", "figure", "elapsed", "state"),
    [
        ("ge", "10", HALF, State.MET),
        ("ge", "9.99", HALF, State.ON_TRACK),
        ("ge", "5", HALF, State.ON_TRACK),
        ("ge", "4.99", HALF, State.BEHIND),
        ("ge", "9.99", OVER, State.BEHIND),
        ("ge", "0", Decimal(0), State.ON_TRACK),
        ("gt", "10", OVER, State.BEHIND),
        ("gt", "10", HALF, State.ON_TRACK),
        ("gt", "10.01", OVER, State.MET),
        ("eq", "10", OVER, State.MET),
        ("eq", "11", OVER, State.MET),
        ("eq", "9", OVER, State.BEHIND),
        ("about", "10", OVER, State.MET),
        ("about", "9", OVER, State.BEHIND),
        ("lt", "9", OVER, State.MET),
        ("lt", "10", HALF, State.BEHIND),
        ("lt", "11", OVER, State.BEHIND),
    ],
)
def test_every_comparison_at_its_edges(comparator, figure, elapsed, state):
    assert judge(target(comparator), Decimal(figure), elapsed)[0] == state


@pytest.mark.parametrize(("figure", "state"), [("19", "behind"), ("20", "met"), ("25", "met"), ("26", "met")])
def test_a_range_is_judged_on_its_lower_bound(figure, state):
    assert judge(target("ge", "20", "25"), Decimal(figure), OVER)[0] == state


def test_what_names_no_number_or_has_no_figure_is_not_judged():
    assert judge(target("none", None), Decimal(5), OVER)[0] == State.NOT_MEASURABLE
    assert judge(target("ge"), None, OVER)[0] == State.NOT_MEASURABLE


@settings(max_examples=60)
@given(number=numbers, figure=numbers, more=numbers, elapsed=shares)
def test_more_done_never_stands_worse(number, figure, more, elapsed):
    order = [State.BEHIND, State.ON_TRACK, State.MET]
    before = judge(target("ge", str(number)), figure, elapsed)[0]
    after = judge(target("ge", str(number)), figure + more, elapsed)[0]
    assert order.index(after) >= order.index(before)


@settings(max_examples=60)
@given(number=numbers, figure=numbers, elapsed=shares)
def test_met_is_exactly_what_the_comparison_says(number, figure, elapsed):
    for comparator in ("ge", "gt", "eq", "about", "lt"):
        met = judge(target(comparator, str(number)), figure, elapsed)[0] == State.MET
        assert met == satisfied(comparator, figure, number)


@settings(max_examples=60)
@given(number=numbers, figure=numbers)
def test_once_the_time_is_over_nothing_is_on_track(number, figure):
    for comparator in ("ge", "gt", "eq", "about", "lt"):
        assert judge(target(comparator, str(number)), figure, OVER)[0] in {State.MET, State.BEHIND}
