"""What lacks for the next star: the points, the floors, and the cheapest way, checked against all ways."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings import scoring
from ratings.scoring import Criterion, Floor, FloorReading, Hindrance, Option, PointKnockout, Precondition
from tests.ratings.rulebook import CODES, best, first_case, lowest, made, rules_for, sheets

some = settings(max_examples=6)


def taken(sheet, advice):
    """The sheet once all steps are taken."""
    return {**sheet, **{step.criterion: step.after.position for step in advice.steps}}


def told(steps):
    return [
        (step.criterion, step.before.position if step.before else None, step.after.position) for step in steps
    ]


@pytest.mark.parametrize("code", CODES)
def test_taking_the_steps_gives_the_star(code):
    rules = rules_for(code)
    case = first_case(rules)

    @given(sheets(rules), st.sampled_from([None, 2, 3, 4, 5]))
    @some
    def holds(sheet, target):
        before = scoring.score(rules, [sheet], case=case)
        advice = scoring.to_next_star(rules, sheet, case=case, target=target)
        assert advice.reachable and advice.obstacles == ()
        after = scoring.score(rules, [taken(sheet, advice)], case=case)
        assert after.stars == advice.gives
        assert advice.target is None or after.stars >= advice.target
        assert after.total == before.total + sum(step.gained for step in advice.steps)
        # No step is idle: each raises its own criterion, once.
        assert len({step.criterion for step in advice.steps}) == len(advice.steps)
        for step in advice.steps:
            assert sheet.get(step.criterion) == (step.before.position if step.before else None)
            assert step.after.points > (step.before.points if step.before else 0)
        # Every floor that was missing is met by one of the steps.
        missing = {floor for short in advice.floors_missing for floor in short.floors}
        assert missing == {floor for step in advice.steps for floor in step.meets}

    holds()


@pytest.mark.parametrize("code", CODES)
def test_the_star_after_the_present_one_is_advised_up_to_five(code):
    rules = rules_for(code)
    case = first_case(rules)
    sheet, seen = {}, [1]
    while (advice := scoring.to_next_star(rules, sheet, case=case)).target:
        assert advice.target == seen[-1] + 1
        sheet = taken(sheet, advice)
        seen.append(advice.gives)
    assert seen == [1, 2, 3, 4, 5]
    assert (advice.present, advice.steps, advice.reachable, advice.gives) == (5, (), True, 5)


def bettered(rules, sheet, case, target, locked):
    """Every sheet that raises some criteria and has the star, weighed as the advice weighs its way."""
    points = {c.code: {o.position: o.points for o in c.offered(case)} for c in rules.criteria}
    higher = [
        [None]
        if c.code in locked
        else [
            None,
            *(p for p, worth in points[c.code].items() if worth > points[c.code].get(sheet.get(c.code), 0)),
        ]
        for c in rules.criteria
    ]
    for picks in product(*higher):
        changes = {c.code: pick for c, pick in zip(rules.criteria, picks, strict=True) if pick}
        after = scoring.score(rules, [{**sheet, **changes}], case=case)
        if (after.stars or 0) >= target:
            yield len(changes), after.total


@st.composite
def worlds(draw):
    """Small rules of every shape, a sheet, a target, and criteria that may not be changed."""
    count = draw(st.integers(2, 4))
    codes = [str(n) for n in range(count)]
    scales = [sorted(draw(st.lists(st.integers(0, 10), min_size=1, max_size=3))) for _ in codes]
    criteria = [
        Criterion(
            code,
            "A",
            code,
            Decimal(5),
            tuple(Option(n, Decimal(p) / 2, "") for n, p in enumerate(points, 1)),
            applies_if=Precondition("0", Decimal(draw(st.integers(0, 1))))
            if code != "0" and draw(st.booleans())
            else None,
        )
        for code, points in zip(codes, scales, strict=True)
    ]
    floors = {
        Floor(draw(st.integers(3, 5)), c.code, draw(st.sampled_from(c.options)).points)
        for c in criteria
        if draw(st.booleans())
    }
    rules = made(
        *criteria,
        floors=tuple(floors),
        bands={stars: Decimal(n) for stars, n in zip([1, 2, 3, 4, 5], [0, 2, 4, 6, 9], strict=True)},
        knockouts=(PointKnockout(tuple(codes[:2]), Decimal(0), ""),) if draw(st.booleans()) else (),
        floor_reading=FloorReading(*(draw(st.booleans()) for _ in range(3))),
    )
    sheet = {c.code: draw(st.integers(1, len(c.options))) for c in criteria if draw(st.booleans())}
    return rules, sheet, draw(st.integers(1, 5)), draw(st.sets(st.sampled_from(codes), max_size=1))


@given(worlds())
@settings(max_examples=250)
def test_no_way_is_cheaper_than_the_one_that_is_advised(world):
    rules, sheet, target, locked = world
    advice = scoring.to_next_star(rules, sheet, target=target, locked=locked)
    ways = list(bettered(rules, sheet, None, target, locked))
    assert advice.reachable == bool(ways)
    if ways:
        after = scoring.score(rules, [taken(sheet, advice)])
        assert (len(advice.steps), after.total) == min(ways)
        assert after.stars == advice.gives >= target
    else:
        assert advice.steps == () and advice.obstacles


def white_spirit():
    """The rules of white spirit and a sheet at the lowest options, with the story told."""
    rules = rules_for("QD26-14")
    return rules, {**lowest(rules), "5.1": 2}


def test_what_lacks_is_said_in_points_and_floors():
    rules, sheet = white_spirit()
    now = scoring.score(rules, [sheet])
    advice = scoring.to_next_star(rules, sheet, target=3)
    assert (advice.present, advice.target) == (now.stars, 3)
    assert advice.points_missing == 50 - now.total
    assert [
        (s.criterion, s.reached, s.needed, [f.stars for f in s.floors]) for s in advice.floors_missing
    ] == [(state.floor.criterion, state.reached, state.floor.points, [3]) for state in now.unmet(3)]


def test_two_floors_in_one_criterion_are_one_shortfall():
    rules, sheet = white_spirit()
    del sheet["3.5"]
    advice = scoring.to_next_star(rules, sheet, target=4)
    found = next(short for short in advice.floors_missing if short.criterion == "3.5")
    assert (found.title, found.reached, found.needed) == ("Sở hữu trí tuệ", 0, 2)
    assert [floor.stars for floor in found.floors] == [3, 4]


def test_where_only_a_floor_lacks_one_step_meets_it_and_no_point_is_asked():
    rules = rules_for("QD26-14")
    sheet = {**best(rules), "3.5": 1}
    advice = scoring.to_next_star(rules, sheet)
    assert (advice.present, advice.target, advice.points_missing) == (3, 4, 0)
    (step,) = advice.steps
    assert (step.criterion, step.title, step.gained) == ("3.5", "Sở hữu trí tuệ", 1)
    assert (step.before.points, step.after.points) == (1, 2)
    assert "chấp nhận" in step.before.label and "chỉ dẫn" in step.after.label
    assert [floor.stars for floor in step.meets] == [4]
    # The points were there for more all along.
    assert advice.gives == 5


def three(*scales, **fields):
    """Rules with criteria ``1``, ``2``… of these points."""
    criteria = [
        Criterion(
            str(n),
            "A",
            f"Tiêu chí {n}",
            Decimal(max(s)),
            tuple(Option(i, Decimal(p), "") for i, p in enumerate(s, 1)),
        )
        for n, s in enumerate(scales, 1)
    ]
    return made(*criteria, **fields)


def test_fewer_criteria_come_before_fewer_points():
    # 30 points lack: 1 and 2 together make just 30, but 3 alone makes 40.
    rules = three([0, 15], [0, 15], [0, 40])
    advice = scoring.to_next_star(rules, {})
    assert told(advice.steps) == [("3", None, 2)]


def test_of_ways_with_as_many_criteria_the_one_with_the_fewest_points_is_advised():
    rules = three([0, 35], [0, 31], [0, 29])
    assert told(scoring.to_next_star(rules, {}).steps) == [("2", None, 2)]
    # One step into a criterion may be smaller than to its top.
    assert told(scoring.to_next_star(three([0, 31, 60], [0, 32]), {}).steps) == [("1", None, 2)]


def test_half_a_point_that_lacks_is_not_forgotten():
    half = Criterion("0", "A", "", Decimal("0.5"), (Option(1, Decimal("0.5"), ""),))
    rules = made(half, *three([0, 29], [0, 30]).criteria)
    advice = scoring.to_next_star(rules, {"0": 1})
    assert (advice.points_missing, told(advice.steps)) == (Decimal("29.5"), [("2", None, 2)])


def test_a_criterion_that_must_be_raised_anyway_is_raised_further_before_another_is_touched():
    rules = three([0, 5, 20], [0, 20], [0, 20], floors=(Floor(3, "1", Decimal(5)),))
    advice = scoring.to_next_star(rules, {"2": 2, "3": 2}, target=3)
    assert [(s.criterion, s.after.points, s.gained) for s in advice.steps] == [("1", 20, 20)]


def test_steps_that_floors_ask_for_come_first_then_the_greatest_gain():
    rules = three([0, 20], [0, 26], [0, 4], floors=(Floor(3, "3", Decimal(4)),))
    assert [step.criterion for step in scoring.to_next_star(rules, {}, target=3).steps] == ["3", "2", "1"]


def test_the_story_comes_before_its_structure_and_wakes_points_already_chosen():
    story = Criterion(
        "1", "B", "Câu chuyện", Decimal(5), (Option(1, Decimal(0), ""), Option(2, Decimal(1), ""))
    )
    structure = Criterion(
        "2",
        "B",
        "Cấu trúc",
        Decimal(29),
        (Option(1, Decimal(0), ""), Option(2, Decimal(20), ""), Option(3, Decimal(29), "")),
        applies_if=Precondition("1", Decimal(0)),
    )
    rules = made(structure, story, floors=())
    advice = scoring.to_next_star(rules, {"1": 1, "2": 2})
    assert [(s.criterion, s.gained) for s in advice.steps] == [("1", 21), ("2", 9)]
    # With the structure at its best the story alone is enough.
    assert [(s.criterion, s.gained) for s in scoring.to_next_star(rules, {"2": 3}).steps] == [("1", 30)]


def test_a_knock_out_is_lifted_first():
    rules = rules_for("QD26-16")
    sheet = {**best(rules), "6.1": 1}
    advice = scoring.to_next_star(rules, sheet)
    assert (advice.present, advice.target, len(advice.knocked_out)) == (None, 5, 1)
    assert told(advice.steps) == [("6.1", 1, 2)]
    assert advice.steps[0].lifts == advice.knocked_out
    assert advice.gives == 5


def test_a_knock_out_that_may_not_be_changed_makes_every_star_unreachable():
    rules = rules_for("QD26-16")
    advice = scoring.to_next_star(rules, {**best(rules), "6.1": 1}, target=3, locked=["6.1"])
    assert (advice.reachable, advice.steps, advice.gives) == (False, (), None)
    assert [(o.kind, o.criterion, o.locked) for o in advice.obstacles] == [(Hindrance.KNOCKOUT, "6.1", True)]


def test_a_floor_in_a_locked_criterion_makes_the_star_unreachable_and_says_so():
    rules = rules_for("QD26-14")
    sheet = {**best(rules), "3.5": 1}
    advice = scoring.to_next_star(rules, sheet, locked=["3.5"])
    assert (advice.present, advice.target, advice.reachable, advice.gives) == (3, 4, False, 3)
    (obstacle,) = advice.obstacles
    assert (obstacle.kind, obstacle.criterion, obstacle.title) == (Hindrance.FLOOR, "3.5", "Sở hữu trí tuệ")
    assert (obstacle.most, obstacle.needed, obstacle.locked) == (1, 2, True)


def test_points_that_locked_criteria_keep_back_make_the_star_unreachable_and_say_how_many():
    rules, sheet = white_spirit()
    free = "1.1"
    locked = [c.code for c in rules.criteria if c.code != free]
    now = scoring.score(rules, [sheet])
    most = now.total + rules.criterion(free).max_points - now.points[free]
    advice = scoring.to_next_star(rules, sheet, target=2, locked=locked)
    assert not advice.reachable
    assert [(o.kind, o.most, o.needed) for o in advice.obstacles] == [(Hindrance.POINTS, most, 30)]


def test_demands_that_cannot_be_met_at_once_are_all_named():
    # Read strictly the floor asks for no point, and no point is a knock-out.
    rules = three(
        [0, 60],
        floors=(Floor(3, "1", Decimal(0)),),
        knockouts=(PointKnockout(("1",), Decimal(0), ""),),
        floor_reading=FloorReading(higher_satisfies=False),
    )
    advice = scoring.to_next_star(rules, {"1": 1}, target=3)
    assert not advice.reachable
    assert [(o.kind, o.criterion) for o in advice.obstacles] == [(Hindrance.FLOOR, "1")]


def test_a_case_that_is_not_chosen_is_named_where_it_keeps_a_star_out_of_reach():
    rules = rules_for("QD26-26")
    sheet = {code: position for code, position in best(rules).items() if code not in {"8", "9", "15"}}
    assert scoring.score(rules, [sheet]).stars == 5  # 92 points without the three
    poorer = {**sheet, "16": 1, "17": 1}
    advice = scoring.to_next_star(rules, poorer, target=5, locked=["16", "17"])
    assert [o.kind for o in advice.obstacles] == [Hindrance.POINTS, Hindrance.CASE]
    assert scoring.to_next_star(rules, poorer, target=5, case=1, locked=["16", "17"]).reachable


def test_a_star_already_held_needs_nothing():
    rules = rules_for("QD26-14")
    advice = scoring.to_next_star(rules, best(rules), target=3)
    assert (advice.points_missing, advice.floors_missing, advice.steps) == (0, (), ())
    assert (advice.reachable, advice.gives) == (True, 5)


def test_a_star_that_the_rules_do_not_know_is_an_error():
    with pytest.raises(ValueError, match="knows no 6 stars"):
        scoring.to_next_star(rules_for("QD26-14"), {}, target=6)


def test_the_ladder_says_what_lacks_for_three_four_and_five_stars():
    rules = rules_for("QD26-14")
    sheet = {**best(rules), "3.5": 1, "2.1": 1}
    rungs = scoring.ladder(rules, sheet)
    assert [(r.stars, r.reached, r.points_missing) for r in rungs] == [
        (3, True, 0),
        (4, False, 0),
        (5, False, 0),
    ]
    assert [[(s.criterion, s.reached, s.needed) for s in r.floors_missing] for r in rungs] == [
        [],
        [("2.1", 0, 4), ("3.5", 1, 2)],
        [("2.1", 0, 4), ("3.5", 1, 2)],
    ]


@pytest.mark.parametrize("code", CODES)
def test_the_ladder_agrees_with_the_score(code):
    rules = rules_for(code)
    case = first_case(rules)

    @given(sheets(rules))
    @some
    def holds(sheet):
        score = scoring.score(rules, [sheet], case=case)
        for rung in scoring.ladder(rules, sheet, case):
            lacks = bool(rung.points_missing or rung.floors_missing or score.knocked_out)
            assert rung.reached is not lacks
            assert rung.points_missing == max(0, rules.bands[rung.stars] - score.total)
            floors = {floor for short in rung.floors_missing for floor in short.floors}
            assert floors == {state.floor for state in score.unmet(rung.stars)}

    holds()


def test_advice_on_the_largest_set_takes_a_few_milliseconds():
    rules = max((rules_for(code) for code in CODES), key=lambda r: len(r.criteria))
    assert len(rules.criteria) == 34
    taken_ms = []
    for _ in range(20):
        begun = process_time()
        scoring.to_next_star(rules, {}, target=5)
        taken_ms.append((process_time() - begun) * 1000)
    assert min(taken_ms) < 5
