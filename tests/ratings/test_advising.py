"""What a dossier is told of its own score and of the way to the next star."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Role
from ratings import advising, freezing, own_sheets
from ratings.criteria.reading import rules_of
from ratings.models import Answer, Dossier, DossierStep, ReturnPoint
from ratings.scoring import Hindrance, Obstacle
from tests.factories import load_criteria, make_dossier, make_product, make_user
from tests.ratings.rulebook import best


@pytest.fixture
def commune_staff_2026(world, settings):
    settings.OCOP_TODAY = date(2026, 9, 10)
    return make_user("xa.2026", Role.COMMUNE, world.new_dam_thuy)


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
    assert [rung.reached for rung in own_sheets.of(dossier).ladder()] == [True, False, False]


def returned(dossier: Dossier, officer, target: str) -> ReturnPoint:
    """The dossier comes back with one point to mend."""
    Dossier.objects.filter(pk=dossier.pk).update(
        state="returned", regulation=dossier.criteria_set.regulation, first_submitted_on=date(2026, 9, 1)
    )
    dossier.refresh_from_db()
    step = DossierStep.objects.create(dossier=dossier, to_state="returned", by=officer, on=date(2026, 9, 5))
    return ReturnPoint.objects.create(
        step=step, dossier=dossier, position=1, target=target, text="Bổ sung giấy tờ"
    )


def test_in_a_returned_dossier_only_what_the_return_unlocked_is_advised(world, officer):
    dossier = rated(world, "QD26-14")
    lower(dossier, "3.5")
    point = returned(dossier, officer, "criterion:4.1")
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
        assert own_sheets.of(dossier).score().total == 92


def test_answers_to_a_set_that_rated_the_dossier_before_do_not_count(world):
    dossier = rated(world, "QD26-14")
    (dossier.criteria_set,) = load_criteria("QD26-26")
    assert freezing.own_score(dossier).total == 0


def test_a_dossier_that_no_set_rates_gets_no_advice(world):
    dossier = make_dossier(make_product(world.dam_thuy))
    assert advising.advice_for(dossier) is None


def test_advice_takes_one_statement_for_the_answers(world, django_assert_num_queries):
    dossier = rated(world, "QD26-14")
    advising.advice_for(dossier)  # the rules of a published set are read once
    with django_assert_num_queries(1):
        advising.advice_for(dossier)
    own = own_sheets.of(dossier)
    with django_assert_num_queries(0):
        advising.advice_for(dossier, own)


def test_the_panel_shows_the_way_with_the_fewest_changes(world, commune_staff_2026, client_of):
    dossier = rated(world, "QD26-14")
    lower(dossier, "3.5")
    page = client_of(commune_staff_2026).get(reverse("ratings:self_assessment", args=[dossier.pk]))
    (step,) = page.context["steps"]
    assert (step["code"], step["title"], step["gained"]) == ("3.5", "Sở hữu trí tuệ", 1)
    assert (page.context["more_steps"], page.context["obstacles"]) == (0, [])
    panel = page.content.decode().split("data-score-panel")[1]
    assert "Cách ít thay đổi nhất" in panel
    assert (
        f'<a href="{step["url"]}">3.5 Sở hữu trí tuệ</a>: {step["option"]} <strong>+1 điểm</strong>' in panel
    )


def test_the_panel_names_five_steps_and_how_many_more(world, commune_staff_2026, client_of):
    dossier = rated(world, "QD26-14")
    dossier.answers.all().delete()
    page = client_of(commune_staff_2026).get(reverse("ratings:self_assessment", args=[dossier.pk]))
    steps = advising.advice_for(dossier, target=3).steps
    assert [step["code"] for step in page.context["steps"]] == [step.criterion for step in steps[:5]]
    assert page.context["more_steps"] == len(steps) - 5 > 0
    assert f"và {len(steps) - 5} tiêu chí nữa" in page.content.decode()


def test_the_panel_tells_how_a_knock_out_is_lifted(world, commune_staff_2026, client_of):
    dossier = rated(world, "QD26-16")
    lower(dossier, "6.1")
    page = client_of(commune_staff_2026).get(reverse("ratings:self_assessment", args=[dossier.pk]))
    assert [step["code"] for step in page.context["steps"]] == ["6.1"]
    assert "6.1 Tạp chất lạ" in page.content.decode().split("Cách ít thay đổi nhất")[1]


def test_the_panel_tells_why_a_star_is_out_of_reach(world, commune_staff_2026, officer, client_of):
    dossier = rated(world, "QD26-14")
    lower(dossier, "3.5")
    returned(dossier, officer, "criterion:4.1")
    page = client_of(commune_staff_2026).get(reverse("ratings:self_assessment", args=[dossier.pk]))
    told = page.content.decode().split("Hiện không thể đạt 4 sao")[1]
    assert page.context["steps"] == [] and page.context["obstacles"][0] in told


def test_the_panel_of_the_highest_star_advises_nothing(world, commune_staff_2026, client_of):
    dossier = rated(world, "QD26-14")
    page = client_of(commune_staff_2026).get(reverse("ratings:self_assessment", args=[dossier.pk]))
    assert (page.context["steps"], page.context["obstacles"]) == ([], [])
    assert "Không còn thiếu gì" in page.content.decode()
