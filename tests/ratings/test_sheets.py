"""Rating by criteria: what the regulation says of points, floors and stars, on all its 26 sets."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings import scoring
from ratings.criteria.reading import rules_of
from ratings.scoring import Criterion, Floor, FloorReading, Option, PointKnockout, Precondition
from tests.factories import load_criteria
from tests.ratings.criteria_files import entry
from tests.ratings.rulebook import CODES, best, first_case, lowest, made, rules_for, sheets

some = settings(max_examples=12)


def scored(rules, *given_sheets, **fields):
    return scoring.score(rules, given_sheets, case=first_case(rules), **fields)


def scale(code: str, part: str, *points: float, **fields) -> Criterion:
    options = tuple(Option(n, Decimal(str(p)), f"mức {n}") for n, p in enumerate(points, start=1))
    return Criterion(code, part, f"Tiêu chí {code}", max(Decimal(str(p)) for p in points), options, **fields)


def test_files_and_database_give_the_same_rules(db):
    loaded = {found.code: rules_of(found) for found in load_criteria(*CODES)}
    assert loaded == {code: rules_for(code) for code in CODES}


@pytest.mark.parametrize("code", CODES)
def test_the_floors_are_those_that_the_annex_lists(code):
    listed = entry(code)["star_floor"]
    floors = {(int(stars), *words.split("≥")) for stars, all_words in listed.items() for words in all_words}
    assert {(f.stars, f.criterion, str(f.points)) for f in rules_for(code).floors} == floors


@pytest.mark.parametrize("code", CODES)
def test_nothing_chosen_is_no_point_and_one_star(code):
    score = scored(rules_for(code), {})
    assert (score.parts, score.total, score.stars) == ({"A": 0, "B": 0, "C": 0}, Decimal("0.00"), 1)


@pytest.mark.parametrize("code", CODES)
def test_everything_at_its_best_is_a_hundred_and_five_stars(code):
    rules = rules_for(code)
    for case in rules.cases or (None,):
        score = scoring.score(rules, [best(rules, case)], case=case)
        assert score.parts == {"A": 40, "B": 25, "C": 35}
        assert (score.total, score.band, score.held, score.stars) == (100, 5, 5, 5)
        assert (score.knocked_out, score.unmet(5)) == ((), ())


@pytest.mark.parametrize("code", CODES)
def test_the_star_is_never_above_the_band_and_never_above_the_floors(code):
    rules = rules_for(code)

    @given(sheets(rules))
    @some
    def holds(sheet):
        score = scored(rules, sheet)
        if score.stars is None:
            assert score.knocked_out
            return
        assert score.total >= rules.bands[score.stars]
        assert not [f for f in score.floors if f.floor.stars <= score.stars and f.reached < f.floor.points]
        # And it is the highest such star.
        above = score.stars + 1
        assert above not in rules.bands or score.total < rules.bands[above] or score.unmet(above)

    holds()


@pytest.mark.parametrize("code", CODES)
def test_a_higher_option_never_lowers_total_floors_or_star(code):
    rules = rules_for(code)

    @given(sheets(rules), st.sampled_from(rules.criteria))
    @some
    def holds(sheet, criterion):
        before = scored(rules, sheet)
        offered = {o.position: o.points for o in criterion.offered(first_case(rules))}
        now = offered.get(sheet.get(criterion.code), Decimal(0))
        for position, points in offered.items():
            if points > now:
                after = scored(rules, {**sheet, criterion.code: position})
                assert after.total >= before.total + (0 if criterion.applies_if else points - now)
                assert after.held >= before.held
                assert (after.stars or 0) >= (before.stars or 0)

    holds()


@pytest.mark.parametrize("code", CODES)
def test_the_printed_mean_of_several_sheets_lies_between_them(code):
    rules = rules_for(code)

    @given(st.lists(sheets(rules), min_size=1, max_size=5))
    @some
    def holds(several):
        alone = [scored(rules, sheet) for sheet in several]
        together = scored(rules, *several)
        for part in rules.parts:
            assert (
                min(s.parts[part] for s in alone) <= together.parts[part] <= max(s.parts[part] for s in alone)
            )
            assert together.parts[part] == round(together.parts[part], 2)
        assert together.total == sum(together.parts.values())

    holds()


# Points and bands.


@pytest.mark.parametrize(
    ("points", "printed", "band"),
    [
        ("29.99", "29.99", 1),
        ("30", "30.00", 2),
        ("49.99", "49.99", 2),
        ("50", "50.00", 3),
        ("69.99", "69.99", 3),
        ("70", "70.00", 4),
        ("89.99", "89.99", 4),
        ("90", "90.00", 5),
    ],
)
def test_bands_begin_at_their_points(points, printed, band):
    score = scoring.score(made(scale("1", "A", points)), [{"1": 1}])
    assert (str(score.total), score.band, score.stars) == (printed, band, band)


@pytest.mark.parametrize(
    ("members", "printed", "stars"),
    [
        # Means of 89.995 and 89.994: rounded half up before the band is read.
        (["89.99", "90"], "90.00", 5),
        (["89.99", "89.99", "89.99", "90", "90"], "89.99", 4),
        (["89.98", "90.01"], "90.00", 5),
        (["89.98", "90"], "89.99", 4),
    ],
)
def test_the_mean_of_the_members_is_rounded_half_up(members, printed, stars):
    rules = made(scale("1", "A", *members))
    score = scoring.score(rules, [{"1": n} for n in range(1, len(members) + 1)])
    assert (str(score.total), score.stars) == (printed, stars)


def test_the_total_is_the_sum_of_the_printed_parts():
    # Each part's mean is x.005 and is printed up; the mean of the totals alone would be 69.985.
    rules = made(
        scale("1", "A", 30, "30.01"), scale("2", "B", 20, "19.99"), scale("3", "C", "19.97", "20.00")
    )
    score = scoring.score(rules, [{"1": 1, "2": 1, "3": 1}, {"1": 2, "2": 2, "3": 2}])
    assert score.parts == {"A": Decimal("30.01"), "B": Decimal("20.00"), "C": Decimal("19.99")}
    assert (score.total, score.stars) == (Decimal("70.00"), 4)


def test_no_sheet_scores_nothing():
    score = scored(rules_for("QD26-14"))
    assert (score.total, score.stars, set(score.points.values())) == (Decimal("0.00"), 1, {0})


def test_a_recused_member_has_no_sheet_and_does_not_count():
    rules = rules_for("QD26-14")
    full = best(rules)
    assert scored(rules, full, full).total == 100
    # An empty sheet instead would count as nothing: 26.67 + 16.67 + 23.33.
    assert scored(rules, full, full, {}).total == Decimal("66.67")


@pytest.mark.parametrize("code", CODES)
def test_all_options_at_their_lowest_stay_below_three_stars(code):
    rules = rules_for(code)
    score = scored(rules, lowest(rules))
    points = sum(min(o.points for o in c.offered(first_case(rules))) for c in rules.criteria)
    by_story = next((c for c in rules.criteria if c.applies_if), None)
    assert score.total == points
    assert by_story is None or score.points[by_story.code] == 0
    assert score.stars is None if code == "QD26-16" else score.stars < 3


# Floors.


def eighty(*floors: Floor, reading: FloorReading | None = None, rest: int = 78):
    """80 points where the criterion with floors has 2; the rest is one criterion without any."""
    return made(
        scale("1", "A", 0, 1, 2, 3, 5),
        scale("2", "C", 0, rest),
        floors=floors,
        floor_reading=reading or FloorReading(),
    )


TWO_POINTS = {"1": 3, "2": 2}


def test_eighty_points_with_a_three_star_floor_unmet_are_two_stars():
    score = scoring.score(eighty(Floor(3, "1", Decimal(3))), [TWO_POINTS])
    assert (score.total, score.band, score.held, score.stars) == (80, 4, 2, 2)


def test_seventy_five_points_with_a_four_star_floor_unmet_are_three_stars():
    score = scoring.score(eighty(Floor(4, "1", Decimal(3)), rest=73), [TWO_POINTS])
    assert (score.total, score.band, score.held, score.stars) == (75, 4, 3, 3)


def test_ninety_five_points_with_a_five_star_floor_unmet_are_four_stars():
    score = scoring.score(eighty(Floor(5, "1", Decimal(5)), rest=93), [TWO_POINTS])
    assert (score.total, score.band, score.held, score.stars) == (95, 5, 4, 4)


def test_the_floors_of_a_lower_star_stand_for_the_higher_ones_too():
    rules = eighty(Floor(3, "1", Decimal(3)), Floor(4, "2", Decimal(78)))
    score = scoring.score(rules, [TWO_POINTS])
    assert [state.floor.stars for state in score.unmet(4)] == [3]
    assert score.stars == 2
    apart = replace(rules, floor_reading=FloorReading(cumulative=False))
    assert scoring.score(apart, [TWO_POINTS]).stars == 4


def test_a_higher_option_satisfies_a_floor_unless_the_reading_says_otherwise():
    rules = eighty(Floor(3, "1", Decimal(1)))
    assert scoring.score(rules, [TWO_POINTS]).stars == 4
    strict = replace(rules, floor_reading=FloorReading(higher_satisfies=False))
    assert scoring.score(strict, [TWO_POINTS]).stars == 2


def test_read_strictly_the_option_of_a_higher_star_still_meets_the_floor_of_a_lower_one():
    floors = Floor(3, "1", Decimal(1)), Floor(4, "1", Decimal(2))
    rules = eighty(*floors, reading=FloorReading(higher_satisfies=False))
    assert scoring.score(rules, [TWO_POINTS]).stars == 4


def test_a_floor_that_lowers_nothing_is_only_shown():
    rules = eighty(Floor(3, "1", Decimal(3)), reading=FloorReading(missed_lowers=False))
    score = scoring.score(rules, [TWO_POINTS])
    assert (score.stars, [state.met for state in score.floors]) == (4, [False])


def test_a_floor_is_met_when_the_mean_of_the_sheets_reaches_it():
    rules = eighty(Floor(3, "1", Decimal(2)))
    one, two, three = ({"1": n, "2": 2} for n in (2, 3, 4))
    assert scoring.score(rules, [one, three]).stars == 4  # 1 and 3 points: a mean of 2
    below = scoring.score(rules, [one, two, two])
    assert (below.stars, below.floors[0].reached.quantize(Decimal("0.01"))) == (2, Decimal("1.67"))


def test_a_statute_may_let_the_agreed_choice_meet_floors_while_points_stay_the_mean():
    rules = eighty(Floor(3, "1", Decimal(3)))
    low, agreed = {"1": 2, "2": 2}, {"1": 4, "2": 2}
    score = scoring.score(rules, [low, low], agreed=agreed)
    assert (score.total, score.held, score.stars) == (79, 5, 4)
    assert scoring.score(rules, [agreed, agreed], agreed=low).stars == 2


@pytest.mark.parametrize("code", [code for code in CODES if code != "QD26-16"])
@pytest.mark.parametrize("stars", [3, 4, 5])
def test_one_unmet_floor_of_a_star_holds_a_full_sheet_just_below_it(code, stars):
    rules = rules_for(code)
    for floor in (f for f in rules.floors if f.stars == stars):
        sheet = best(rules)
        del sheet[floor.criterion]
        lowest_floor = min(f.stars for f in rules.floors if f.criterion == floor.criterion)
        assert scored(rules, sheet).held == lowest_floor - 1


# Preconditions, cases, knock-outs.


@pytest.mark.parametrize("code", CODES[:-1])
def test_a_story_that_is_not_there_has_no_structure_and_the_total_is_still_of_100(code):
    rules = rules_for(code)
    told = best(rules)
    untold = {**told, "5.1": 1}
    assert rules.criterion("5.2").applies_if == Precondition("5.1", Decimal(0))
    assert scoring.applies(rules, "5.2", told)
    assert not scoring.applies(rules, "5.2", untold)
    lost = rules.criterion("5.1").max_points + rules.criterion("5.2").max_points
    assert scored(rules, untold).total == 100 - lost


def test_each_member_judges_on_the_own_sheet_whether_a_criterion_applies():
    rules = made(scale("1", "B", 0, 5), scale("2", "B", 0, 2, applies_if=Precondition("1", Decimal(0))))
    assert scoring.score(rules, [{"1": 2, "2": 2}, {"1": 1, "2": 2}]).parts["B"] == Decimal("3.50")


def test_tourism_is_scored_by_one_case_only():
    rules = rules_for("QD26-26")
    assert rules.cases == (1, 2)
    for case, other in [(1, 2), (2, 1)]:
        sheet = best(rules, case)
        assert scoring.score(rules, [sheet], case=case).total == 100
        for foreign in (other, None):
            with pytest.raises(scoring.UnknownChoice, match="has no option"):
                scoring.score(rules, [sheet], case=foreign)
    without = {code: position for code, position in best(rules).items() if code not in {"8", "9", "15"}}
    assert scoring.score(rules, [without]).total == 92


@pytest.mark.parametrize("code", ["6.1", "6.2", "6.3", "6.4"])
def test_no_point_for_a_sense_ends_the_assessment_of_water(code):
    rules = rules_for("QD26-16")
    zero = {**best(rules), code: 1}
    score = scored(rules, zero)
    assert (score.stars, len(score.knocked_out)) == (None, 1)
    assert score.total == 100 - rules.criterion(code).max_points
    # One member of two gave a point, so the mean is above nothing.
    assert scored(rules, zero, best(rules)).knocked_out == ()
    # What is left open is not yet said.
    assert scored(rules, {c: p for c, p in best(rules).items() if c != code}).knocked_out == ()


def test_an_agreed_choice_decides_on_knock_outs_too():
    rules = rules_for("QD26-16")
    full, zero = best(rules), {**best(rules), "6.2": 1}
    assert scored(rules, full, full, agreed=zero).stars is None
    assert scored(rules, zero, zero, agreed=full).stars is not None


def test_a_knock_out_may_ask_for_more_than_a_point():
    rules = made(scale("1", "A", 0, 2, 60), knockouts=(PointKnockout(("1",), Decimal(2), "dưới 3 điểm"),))
    assert [scoring.score(rules, [{"1": n}]).stars for n in (1, 2, 3)] == [None, None, 3]


def test_a_finding_ends_the_assessment_whatever_the_points():
    score = scored(rules_for("QD26-14"), best(rules_for("QD26-14")), findings=["giả mạo hồ sơ"])
    assert (score.total, score.band, score.stars, score.findings) == (100, 5, None, ("giả mạo hồ sơ",))


@pytest.mark.parametrize("sheet", [{"99": 1}, {"1.1": 9}, {"1.1": 0}])
def test_a_choice_that_the_set_does_not_offer_is_an_error(sheet):
    with pytest.raises(scoring.UnknownChoice):
        scored(rules_for("QD26-14"), sheet)


def test_options_of_the_same_points_are_told_apart_by_their_place():
    rules = rules_for("QD26-07")
    household, company = ({"3.1": position} for position in (1, 2))
    assert scored(rules, household).total == scored(rules, company).total == 1
    criterion = rules.criterion("3.1")
    assert criterion.options[0].label != criterion.options[1].label


def test_the_order_of_the_sheets_makes_no_difference():
    rules = rules_for("QD26-13")
    three = [best(rules), lowest(rules), {}]
    scores = [scored(rules, *order) for order in permutations(three)]
    assert all(score == scores[0] for score in scores)
