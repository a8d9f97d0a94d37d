"""What a sheet would come to by another set: pure, on all 26 sets and on small ones."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings import scoring, would_keep
from ratings.would_keep import Basis, Fate, Source, Verdict
from tests.ratings.other_criteria import outline_of
from tests.ratings.rulebook import CODES, first_case, rules_for, sheets

COUNCIL = Source.COUNCIL


def look(old, new, *given, titles=str, same=False, **basis):
    """The sheets of one set by another; ``same``: it is one and the same set."""
    one, other = outline_of(old, 1), outline_of(new, 1 if same else 2, titles)
    case = basis.pop("case", first_case(old))
    return would_keep.look(would_keep.bridge(one, other), Basis(COUNCIL, given, case, **basis), old, new)


@st.composite
def a_set_and_sheets(draw, most=3):
    rules = rules_for(draw(st.sampled_from(CODES)))
    return rules, draw(st.lists(sheets(rules), min_size=1, max_size=most))


@given(a_set_and_sheets())
def test_the_same_set_gives_the_same_score_and_star(drawn):
    rules, given_sheets = drawn
    found = look(rules, rules, *given_sheets, same=True)
    assert found.then == found.least == found.most
    assert (found.verdict, found.lost, found.anew) == (Verdict.KEPT, (), ())


@given(a_set_and_sheets())
def test_a_set_of_the_same_words_gives_the_same_score_but_for_options_that_cannot_be_told_apart(drawn):
    rules, given_sheets = drawn
    found = look(rules, rules, *given_sheets)
    assert {line.old.code for line in found.lines if line.new} == {c.code for c in rules.criteria}
    assert all(line.fate in {Fate.SAME, Fate.OPTION_LOST} for line in found.lines)
    if not found.lost:
        assert found.least == found.then


@given(a_set_and_sheets())
def test_where_nothing_is_carried_the_least_is_0_points(drawn):
    rules, given_sheets = drawn
    found = look(rules, rules, *given_sheets, titles=lambda title: f"{title} khác hẳn")
    assert (found.least.total, found.least.parts) == (0, dict.fromkeys(rules.parts, Decimal("0.00")))
    assert {line.fate for line in found.lines} == {Fate.LOST}
    assert [item.code for item in found.anew] == [c.code for c in rules.criteria]
    assert found.most.total == sum(rules.parts.values())


@given(a_set_and_sheets(), st.sampled_from(CODES))
def test_by_any_set_the_least_is_never_more_than_the_most_and_every_criterion_is_accounted_for(drawn, other):
    rules, given_sheets = drawn
    found = look(rules, rules_for(other), *given_sheets)
    assert found.least.total <= found.most.total
    assert would_keep.rank(found.least) <= would_keep.rank(found.most)
    assert [line.old.code for line in found.lines] == [c.code for c in rules.criteria]
    carried = {line.new.code for line in found.lines if line.is_carried}
    assert carried | {item.code for item in found.anew} == {c.code for c in rules_for(other).criteria}
    assert found.then == scoring.score(rules, given_sheets, case=first_case(rules))


# --- a small set, rule by rule


def option(position, points, label=None, case=None):
    return scoring.Option(position, Decimal(points), label or f"Mức {points} điểm", case)


def criterion(code, part, *points, title=None, **fields):
    options = tuple(option(place, each) for place, each in enumerate(points, 1))
    most = Decimal(points[-1])
    return scoring.Criterion(code, part, title or f"Tiêu chí {code}", most, options, **fields)


SMALL = scoring.Rules(
    "NHỎ",
    (
        criterion("1", "A", "0", "20", "40"),
        criterion("2", "B", "0", "10", "25"),
        criterion("3", "C", "0", "20", "30"),
        criterion("4", "C", "0", "3", "5"),
    ),
    (scoring.Floor(3, "4", Decimal(3)),),
    {"A": Decimal(40), "B": Decimal(25), "C": Decimal(35)},
    {5: Decimal(90), 4: Decimal(70), 3: Decimal(50), 2: Decimal(30), 1: Decimal(0)},
)
BEST = {"1": 3, "2": 3, "3": 3, "4": 3}


def changed(code, /, **fields):
    criteria = tuple(replace(c, **fields) if c.code == code else c for c in SMALL.criteria)
    return replace(SMALL, code="MỚI", criteria=criteria)


def fates(found):
    return {line.old.code: line.fate for line in found.lines}


def test_a_criterion_with_another_number_is_known_by_its_title():
    found = look(SMALL, changed("2", code="7.1"), BEST)
    assert fates(found) == {"1": Fate.SAME, "2": Fate.MOVED, "3": Fate.SAME, "4": Fate.SAME}
    assert (found.least.total, found.verdict) == (100, Verdict.KEPT)


def test_a_criterion_with_another_title_cannot_be_carried_and_its_counterpart_is_assessed_anew():
    found = look(SMALL, changed("1", title="Vùng nguyên liệu"), BEST)
    assert [line.old.code for line in found.lost] == ["1"]
    assert [item.title for item in found.anew] == ["Vùng nguyên liệu"]
    assert (found.then.total, found.least.total, found.most.total) == (100, 60, 100)
    assert (found.then.stars, found.least.stars, found.most.stars) == (5, 3, 5)
    assert found.verdict == Verdict.OPEN


def test_points_are_those_of_the_other_set_for_the_same_words():
    weaker = changed("1", options=(option(1, "0"), option(2, "20"), option(3, "30", "Mức 40 điểm")))
    found = look(SMALL, weaker, BEST)
    (line,) = [line for line in found.lines if line.old.code == "1"]
    assert (line.then, line.now, line.fate) == (40, 30, Fate.SAME)
    assert (found.then.stars, found.least.total, found.least.stars) == (5, 90, 5)


def test_other_words_with_the_same_points_correspond():
    found = look(SMALL, changed("1", options=(option(1, "0"), option(2, "40", "Trọn vẹn"))), BEST)
    assert (fates(found)["1"], found.least.total) == (Fate.SAME, 100)


def test_an_option_without_a_counterpart_leaves_its_criterion_to_be_assessed_anew():
    found = look(SMALL, changed("1", options=(option(1, "0"), option(2, "33", "Khác"))), BEST)
    assert fates(found)["1"] == Fate.OPTION_LOST
    assert [item.code for item in found.anew] == ["1"]
    assert (found.least.total, found.most.total) == (60, 93)


def test_an_option_lost_on_one_sheet_counts_on_the_others():
    found = look(SMALL, changed("1", options=(option(1, "0"), option(2, "20"))), BEST, BEST | {"1": 2})
    assert fates(found)["1"] == Fate.OPTION_LOST
    assert (found.least.parts["A"], found.most.parts["A"]) == (Decimal("10.00"), Decimal("20.00"))


def test_what_was_left_open_stays_0_points_and_is_no_gap():
    found = look(SMALL, changed("2", title="Khác"), {"1": 3, "4": 3})
    assert [item.title for item in found.anew] == ["Khác"]
    assert (found.least.total, found.most.total) == (45, 70)


def test_floors_of_the_other_set_hold():
    floored = replace(SMALL, code="MỚI", floors=(*SMALL.floors, scoring.Floor(4, "3", Decimal(30))))
    found = look(SMALL, floored, BEST | {"3": 2})
    assert (found.then.stars, found.least.total, found.least.stars) == (5, 90, 3)
    assert found.verdict == Verdict.LOST


def test_knock_outs_of_the_other_set_hold_and_those_that_a_council_voted_stand():
    strict = replace(
        SMALL, code="MỚI", knockouts=(scoring.PointKnockout(("2",), Decimal(0), "Không đạt mục 2"),)
    )
    found = look(SMALL, strict, BEST | {"2": 1})
    assert (found.then.stars, found.least.stars, found.verdict) == (4, None, Verdict.LOST)
    voted = look(SMALL, SMALL, BEST, findings=("Có chất cấm",))
    assert (voted.then.stars, voted.least.stars, voted.verdict) == (None, None, Verdict.KEPT)


def test_more_points_gain_a_star():
    kinder = changed("3", options=(option(1, "0"), option(2, "30", "Mức 20 điểm"), option(3, "31")))
    found = look(SMALL, kinder, {"1": 2, "2": 3, "3": 2, "4": 2})
    assert (found.then.stars, found.least.stars, found.verdict) == (3, 4, Verdict.GAINED)


def test_floors_read_the_agreed_choices_where_they_do_in_the_dossiers_own():
    low = BEST | {"4": 1}
    found = look(SMALL, changed("1", code="1.1"), low, agreed=BEST)
    assert (found.then.stars, found.least.stars) == (5, 5)
    assert look(SMALL, changed("1", code="1.1"), low).least.stars == 2


CASED = replace(
    SMALL,
    code="HAI",
    criteria=(
        scoring.Criterion(
            "1",
            "A",
            "Tiêu chí 1",
            Decimal(40),
            (option(1, "20", "Có", 1), option(2, "40", "Có", 2)),
            cases=(1, 2),
        ),
        *SMALL.criteria[1:],
    ),
)


def test_options_of_a_case_are_carried_where_the_other_set_words_the_case_the_same():
    found = look(CASED, replace(CASED, code="BA"), BEST | {"1": 1}, case=1)
    assert (found.least.parts["A"], fates(found)["1"]) == (Decimal("20.00"), Fate.SAME)
    assert look(CASED, SMALL, BEST | {"1": 1}, case=1).least.parts["A"] == 0


def test_a_case_that_the_other_set_does_not_word_so_is_looked_for_anew():
    one = would_keep.bridge(outline_of(CASED, 1), _worded(outline_of(CASED, 2)))
    found = would_keep.look(one, Basis(COUNCIL, (BEST | {"1": 1},), 1), CASED, CASED)
    assert fates(found)["1"] == Fate.OPTION_LOST
    assert (found.least.parts["A"], found.most.parts["A"]) == (0, Decimal("40.00"))


def _worded(outline):
    """The outline with its cases in other words."""
    part = outline.parts[0]
    (group,) = part.groups
    item = replace(group.items[0], cases=((1, "Chủ thể nhỏ"), (2, "Chủ thể lớn")))
    return replace(
        outline, parts=(replace(part, groups=(replace(group, items=(item,)),)), *outline.parts[1:])
    )


@pytest.mark.parametrize(
    ("then", "least", "most", "expected"),
    [
        (3, 3, 3, Verdict.KEPT),
        (3, 3, 5, Verdict.KEPT),
        (3, 4, 5, Verdict.GAINED),
        (3, 2, 3, Verdict.OPEN),
        (3, 2, 4, Verdict.OPEN),
        (4, 2, 3, Verdict.LOST),
        (None, 3, 3, Verdict.GAINED),
        (3, None, None, Verdict.LOST),
    ],
)
def test_the_verdict_is_certain_or_says_that_it_hangs_on_what_is_assessed_anew(then, least, most, expected):
    score = look(SMALL, SMALL, BEST).then

    def of(stars):
        return replace(score, band=stars or 1, held=5, findings=() if stars else ("Loại",))

    assert would_keep.verdict(of(then), of(least), of(most)) == expected
