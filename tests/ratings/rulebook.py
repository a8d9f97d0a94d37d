"""The 26 criteria sets as the scoring reads them, straight from their files, and sheets to fill them in."""

from __future__ import annotations

from functools import cache

import yaml
from hypothesis import strategies as st

from ratings import loading, scoring
from ratings.criteria.files import rules_from
from tests.ratings.criteria_files import entry

CODES = [f"QD26-{number:02d}" for number in range(1, 27)]


@cache
def regulation(code: str = "QD26-2026") -> dict:
    """The regulation of that code as its file gives it."""
    content = (loading.DATA / "regulations.yaml").read_bytes()
    return next(found for found in yaml.safe_load(content)["regulations"] if found["code"] == code)


@cache
def rules_for(code: str) -> scoring.Rules:
    """The rules of the set of that code."""
    return rules_from(entry(code), regulation())


def first_case(rules: scoring.Rules) -> int | None:
    """The case in which the tests fill in a set: the first it has."""
    return rules.cases[0] if rules.cases else None


def best(rules: scoring.Rules, case: int | None = None) -> dict[str, int]:
    """Each criterion at the option of most points."""
    chosen = first_case(rules) if case is None else case
    offered = {c.code: c.offered(chosen) for c in rules.criteria}
    return {code: max(options, key=lambda o: o.points).position for code, options in offered.items()}


def lowest(rules: scoring.Rules) -> dict[str, int]:
    """Each criterion at the option of fewest points."""
    offered = {c.code: c.offered(first_case(rules)) for c in rules.criteria}
    return {code: min(options, key=lambda o: o.points).position for code, options in offered.items()}


@st.composite
def sheets(draw, rules: scoring.Rules):
    """A sheet of which any criterion may be left open."""
    offered = {c.code: [o.position for o in c.offered(first_case(rules))] for c in rules.criteria}
    picks = draw(st.tuples(*(st.integers(0, len(positions)) for positions in offered.values())))
    return {
        code: positions[pick - 1]
        for (code, positions), pick in zip(offered.items(), picks, strict=True)
        if pick
    }


def made(*criteria: scoring.Criterion, **fields) -> scoring.Rules:
    """Rules of one's own: part A only, with the bands of Decision 26/2026, unless said otherwise."""
    bands = {1: 0, 2: 30, 3: 50, 4: 70, 5: 90}
    defaults = {
        "code": "TEST",
        "criteria": criteria,
        "floors": (),
        "parts": {"A": 40, "B": 25, "C": 35},
        "bands": bands,
    }
    return scoring.Rules(**(defaults | fields))
