"""What a dossier is told of its own score and of the way to the next star."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from ratings import advising, freezing
from ratings.criteria.reading import rules_of
from ratings.models import Answer, Dossier, DossierStep, ReturnPoint
from ratings.scoring import Hindrance, Obstacle
from tests.factories import load_criteria, make_dossier, make_product
from tests.ratings.rulebook import best


def rated(world, code: str, **fields) -> Dossier:
    """A draft of the set with every criterion at its best (of the first case)."""
    (rating,) = load_criteria(code)
    product = make_product(world.new_dam_thuy, group=rating.group)
    dossier = make_dossier(product, on=date(2026, 9, 1), criteria_set=rating, **fields)
    criteria = {c.code: c for c in rating.criteria.filter(is_leaf=True).prefetch_related("options")}
    for answered, position in best(rules_of(rating)).items():
        option = next(o for o in criteria[answered].options.all() if o.position == position)
        Answer.objects.create(dossier=dossier, criterion=criteria[answered], option=option)
    return dossier


def lower(dossier: Dossier, code: str) -> None:
    """Choose the first option of a criterion instead."""
    answer = dossier.answers.get(criterion__code=code)
    answer.option = answer.criterion.options.get(position=1)
    answer.save()


def test_a_dossier_is_advised_on_its_own_choices(world):
    dossier = rated(world, "QD26-14")
    assert advising.advice_for(dossier).target is None
    lower(dossier, "3.5")
    advice = advising.advice_for(dossier)
    assert (advice.present, advice.target) == (3, 4)
    assert [step.criterion for step in advice.steps] == ["3.5"]
    assert advising.advice_for(dossier, target=5).gives == 5
    assert [rung.reached for rung in advising.ladder_for(dossier)] == [True, False, False]


def test_in_a_returned_dossier_only_what_the_return_unlocked_is_advised(world, officer):
    dossier = rated(world, "QD26-14", regulation=None)
    lower(dossier, "3.5")
    regulation = dossier.criteria_set.regulation
    Dossier.objects.filter(pk=dossier.pk).update(
        state="returned", regulation=regulation, first_submitted_on=date(2026, 9, 1)
    )
    dossier.refresh_from_db()
    step = DossierStep.objects.create(dossier=dossier, to_state="returned", by=officer, on=date(2026, 9, 5))
    point = ReturnPoint.objects.create(
        step=step, dossier=dossier, position=1, target="criterion:4.1", text="Bổ sung hợp đồng"
    )
    with translation.override("vi"):
        advice = advising.advice_for(dossier)
        assert not advice.reachable
        assert [advising.why_not(obstacle) for obstacle in advice.obstacles] == [
            "Tiêu chí 3.5 “Sở hữu trí tuệ” chỉ có thể đạt 1 điểm; hạng sao này yêu cầu tối thiểu 2 điểm. "
            "Hiện không được sửa tiêu chí này."
        ]
    point.target = "criterion:3.5"
    point.save()
    assert [step.criterion for step in advising.advice_for(dossier).steps] == ["3.5"]


@pytest.mark.parametrize(
    ("obstacle", "words"),
    [
        (
            Obstacle(Hindrance.POINTS, most=Decimal("69.00"), needed=Decimal(70)),
            "Chỉ có thể đạt tối đa 69 điểm; hạng sao này cần 70 điểm.",
        ),
        (
            Obstacle(Hindrance.KNOCKOUT, "6.1", "Tạp chất lạ"),
            "Tiêu chí 6.1 “Tạp chất lạ” vẫn ở mức điểm làm dừng đánh giá (điều kiện loại).",
        ),
        (Obstacle(Hindrance.CASE), "Chưa chọn trường hợp chấm điểm của sản phẩm."),
    ],
)
def test_each_reason_is_told_in_words(obstacle, words):
    with translation.override("vi"):
        assert advising.why_not(obstacle) == words


def test_a_choice_made_in_another_case_than_the_dossier_s_counts_as_none(world):
    dossier = rated(world, "QD26-26", case=1)
    assert freezing.own_score(dossier).total == 100
    for case in (2, None):
        dossier.case = case
        assert freezing.own_score(dossier).total == 92
        assert freezing.content_of(dossier)["total"] == "92.00"


def test_a_dossier_that_no_set_rates_gets_no_advice(world):
    dossier = make_dossier(make_product(world.dam_thuy))
    assert (advising.advice_for(dossier), advising.ladder_for(dossier)) == (None, ())


def test_advice_takes_one_statement_for_the_answers(world, django_assert_num_queries):
    dossier = rated(world, "QD26-14")
    advising.advice_for(dossier)  # the rules of a published set are read once
    with django_assert_num_queries(1):
        advising.advice_for(dossier)
    answers = list(dossier.answers.select_related("criterion", "option"))
    with django_assert_num_queries(0):
        advising.advice_for(dossier, answers=answers)
        advising.ladder_for(dossier, answers)
