"""Rating by criteria: the edges that the regulation sets, on the real sets."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ratings import scoring
from ratings.criteria.reading import rules_of
from tests.factories import load_criteria


@pytest.fixture
def rules(db):
    return rules_of(load_criteria("QD26-14")[0])


def test_nothing_chosen_is_no_point(rules):
    assert scoring.score(rules, [{}]).total == Decimal("0.00")


def test_everything_at_its_best_is_a_hundred_and_five_stars(rules):
    best = {c.code: max(c.options, key=lambda o: o.points).position for c in rules.criteria}
    score = scoring.score(rules, [best])
    assert (score.total, score.band, score.held, score.stars) == (Decimal("100.00"), 5, 5, 5)
