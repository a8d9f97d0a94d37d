"""The measures against a slow recount in Python, over small worlds drawn at random."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocop_portal.lib.measures import Counts, Figure, Measure, Selection
from ratings.measures import MEASURES
from ratings.models import Recognition, RecognitionEvent
from tests.factories import make_decision, make_product, make_recognition

PRODUCTS = 3
DAYS = st.sampled_from([date(y, m, d) for y in (2022, 2023, 2024) for m, d in ((1, 1), (6, 30), (12, 31))])
PERIODS = st.tuples(DAYS, DAYS).map(sorted)


@st.composite
def papers(draw):
    """One recognition: its product, date as far as known, star, kind, expiry, an event or none."""
    precision = draw(st.sampled_from(["day", "day", "year", "unknown"]))
    day = draw(DAYS)
    on = {"day": day, "year": date(day.year, 1, 1), "unknown": None}[precision]
    expires = draw(st.none() | DAYS.filter(lambda d: on is None or d >= on))
    event = draw(st.none() | st.tuples(st.sampled_from(["revoked", "superseded", "extended"]), DAYS, DAYS))
    return {
        "product": draw(st.integers(0, PRODUCTS - 1)),
        "stars": draw(st.integers(3, 5)),
        "kind": draw(st.sampled_from(["first", "upgrade", "reevaluation", "unknown"])),
        "fields": {"recognised_on": on, "date_precision": precision, "expires_on": expires},
        "event": event,
    }


class Paper:
    """A recognition as a plain object that says of itself what the definitions ask."""

    def __init__(self, row: Recognition) -> None:
        self.product, self.kind, self.stars = row.product_id, row.kind, row.stars
        self.precision, self.on, self.expires = row.date_precision, row.recognised_on, row.expires_on
        self.order = (row.recognised_on or date.min, row.pk)
        self.events = sorted(row.events.all(), key=lambda e: (e.on, e.pk))

    def days(self) -> tuple[date, date]:
        if self.precision == "year":
            return self.on, date(self.on.year, 12, 31)
        return (self.on, self.on) if self.on else (date.min, date.max)

    def inside(self, start: date, end: date) -> bool:
        first, last = self.days()
        return start <= first and last <= end

    def touches(self, start: date, end: date) -> bool:
        first, last = self.days()
        return first <= end and start <= last

    def begun(self, end: date) -> bool:
        return self.on is None or self.on <= end

    def surely_begun(self, end: date) -> bool:
        return self.on is None or self.days()[1] <= end

    def ended(self, end: date) -> bool:
        return any(e.kind in ("revoked", "superseded") and e.on <= end for e in self.events)

    def expiry(self, end: date) -> date | None:
        extended = [e.new_expires_on for e in self.events if e.kind == "extended" and e.on <= end]
        return extended[-1] if extended else self.expires


def figure_of(placed, perhaps) -> Figure:
    counted = {paper.product for paper in placed}
    return Figure(len(counted), len({paper.product for paper in perhaps} - counted))


def recount(code: str, papers: list[Paper], start: date, end: date, stars: tuple[int, int]) -> Figure:
    def wanted(paper):
        return stars[0] <= paper.stars <= stars[1]

    def first(paper):
        return paper.kind not in ("upgrade", "reevaluation") and not any(
            other.product == paper.product and other.order < paper.order for other in papers
        )

    if code in ("newly_recognised", "upgraded", "reevaluated"):
        kind = {"upgraded": "upgrade", "reevaluated": "reevaluation"}.get(code)
        rows = [p for p in papers if wanted(p) and (p.kind == kind if kind else first(p))]
        placed = [p for p in rows if p.inside(start, end)]
        return figure_of(placed, [p for p in rows if not p.inside(start, end) and p.touches(start, end)])
    given = [p for p in papers if p.begun(end)]
    if code == "recognised_in_all":
        sure = [p for p in given if p.surely_begun(end)]
        rows = [
            p
            for p in given
            if wanted(p) and not any(q.product == p.product and q.order > p.order for q in sure)
        ]
        return figure_of([p for p in rows if p in sure], [p for p in rows if p not in sure])
    standing = [p for p in given if wanted(p) and not p.ended(end)]
    alive = [p for p in standing if p.expiry(end) and p.expiry(end) >= end]
    placed = [p for p in alive if p.surely_begun(end)]
    return figure_of(
        placed, [p for p in standing if p.expiry(end) is None or (p in alive and p not in placed)]
    )


def figures(measure: Measure, selections: list[Selection]) -> list[Figure]:
    """As a page asks them: all announced, then each; the first question alone answers what it can."""
    counts = Counts()
    counts.expect([(measure, selection) for selection in selections])
    return [counts.total(measure, selection) for selection in selections]


@pytest.mark.parametrize(
    "code", ["newly_recognised", "upgraded", "reevaluated", "recognised_in_all", "still_valid"]
)
def test_a_slow_recount_finds_the_same(world, code):
    products = [make_product(world.dam_thuy) for _ in range(PRODUCTS)]
    decision = make_decision(world.district)

    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(st.lists(papers(), max_size=6), PERIODS, PERIODS)
    def same(drawn, period, another):
        RecognitionEvent.objects.all().delete()
        Recognition.objects.all().delete()
        for paper in drawn:
            made = make_recognition(
                products[paper["product"]], decision, paper["stars"], kind=paper["kind"], **paper["fields"]
            )
            if paper["event"]:
                kind, on, until = paper["event"]
                new = until if kind == "extended" else None
                RecognitionEvent.objects.create(recognition=made, kind=kind, on=on, new_expires_on=new)
        plain = [Paper(row) for row in Recognition.objects.all()]
        asked = [(days, stars) for days in (period, another) for stars in ((1, 5), (3, 3), (4, 5))]
        found = figures(
            MEASURES[code], [Selection(world.district, *days, stars=stars) for days, stars in asked]
        )
        assert found == [recount(code, plain, *days, stars) for days, stars in asked]

    same()
