"""Writing, publishing and reporting on a plan: who may, what publishing locks, what stays open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEntry
from plans import planning
from plans.importing import PLAN_66, plan_from_file
from plans.models import Activity, BudgetLine, Indicator, Plan, Target
from plans.wording import words_of
from tests.factories import make_kind, make_product


@pytest.mark.parametrize(
    "who", ["commune_staff", "leader", "council_member", "other_officer", "administrator"]
)
def test_only_officers_over_the_area_write_plans(request, plan_66, who):
    person = request.getfixturevalue(who)
    target = plan_66.targets.get(label="4")
    for act in (
        lambda: planning.change(plan_66, by=person, version=plan_66.version, title="Khác"),
        lambda: planning.publish(plan_66, by=person),
        lambda: planning.set_target(plan_66, by=person, target=target, number=Decimal(3)),
        lambda: planning.remove(target, by=person),
        lambda: planning.record_figure(target, as_of=date(2023, 6, 1), value=Decimal(1), note="x", by=person),
        lambda: planning.report_activity(plan_66.activities.first(), state="done", result="", by=person),
        lambda: planning.report_disbursement(plan_66.budget_lines.first(), disbursed=Decimal(1), by=person),
    ):
        with pytest.raises(PermissionDenied, match=r"Chỉ|Only"):
            act()


def test_the_provinces_officer_covers_the_district(plan, province_officer):
    planning.change(plan, by=province_officer, version=plan.version, title="Tên mới")
    assert Plan.objects.get(pk=plan.pk).title == "Tên mới"


def test_publishing_locks_what_the_plan_says(plan_66, officer):
    planning.publish(plan_66, by=officer)
    target, line = plan_66.targets.first(), plan_66.budget_lines.first()
    for act in (
        lambda: planning.change(plan_66, by=officer, version=plan_66.version, title="Khác"),
        lambda: planning.set_target(plan_66, by=officer, target=target, number=Decimal(3)),
        lambda: planning.set_activity(plan_66, by=officer, content="Thêm"),
        lambda: planning.set_budget_line(plan_66, by=officer, line=line, planned=Decimal(1)),
        lambda: planning.remove(target, by=officer),
    ):
        with pytest.raises(planning.Refused):
            act()
    assert plan_66.targets.count() == 5


def test_what_came_of_a_published_plan_is_still_reported(plan_66, officer):
    planning.publish(plan_66, by=officer)
    target = plan_66.targets.get(label="4")
    planning.record_figure(target, as_of=date(2023, 6, 30), value=Decimal(2), note="Báo cáo 6T", by=officer)
    planning.report_activity(plan_66.activities.first(), state="done", result="Đã xong", by=officer)
    planning.report_disbursement(plan_66.budget_lines.first(), disbursed=Decimal("12.5"), by=officer)
    assert target.figures.get().value == 2
    assert plan_66.activities.first().state == Activity.State.DONE
    assert plan_66.budget_lines.first().disbursed == Decimal("12.5")


def test_unpublishing_opens_the_plan_again_and_keeps_the_reason(plan_66, officer):
    planning.publish(plan_66, by=officer)
    planning.unpublish(plan_66, by=officer, reason="Sửa số liệu")
    planning.set_activity(plan_66, by=officer, content="Thêm")
    entry = AuditEntry.objects.get(act="plan.unpublished")
    assert (entry.actor, entry.details) == (officer, {"reason": "Sửa số liệu"})


def test_a_plan_without_targets_is_not_published(plan, officer):
    with pytest.raises(planning.Refused):
        planning.publish(plan, by=officer)
    assert Plan.objects.get(pk=plan.pk).published_at is None


def test_publishing_twice_is_once(plan_66, officer):
    first = planning.publish(plan_66, by=officer).published_at
    assert planning.publish(plan_66, by=officer).published_at == first
    assert AuditEntry.objects.filter(act="plan.published").count() == 1


def test_the_second_of_two_writers_is_told_who_was_first(plan, officer, province_officer):
    version = plan.version
    planning.change(plan, by=province_officer, version=version, title="Tên của tỉnh")
    with pytest.raises(planning.Stale, match="Cán bộ tỉnh Cao Bằng"):
        planning.change(plan, by=officer, version=version, title="Tên của huyện")
    assert Plan.objects.get(pk=plan.pk).title == "Tên của tỉnh"


def test_a_target_added_meanwhile_makes_an_open_form_stale(plan, aim, officer):
    version = plan.version
    target = aim("taking_part", 6)
    with pytest.raises(planning.Stale):
        planning.set_target(plan, by=officer, target=target, version=version, number=Decimal(7))
    assert Target.objects.get(pk=target.pk).number == 6


def test_what_the_portal_counts_takes_no_figure_by_hand(aim, officer):
    target = aim("taking_part", 6)
    with pytest.raises(planning.Refused):
        planning.record_figure(target, as_of=date(2023, 6, 1), value=Decimal(9), note="x", by=officer)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"stars_min": 3}, "indicator"),
        ({"level": "district"}, "indicator"),
        ({"funding_source": "local"}, "indicator"),
        ({"stars_max": 4}, "stars_min"),
    ],
)
def test_a_figure_never_ignores_what_the_target_asks_for(aim, fields, field):
    with pytest.raises(ValidationError) as refused:
        aim("taking_part", 6, **fields)
    assert field in refused.value.message_dict
    assert Target.objects.count() == 0


def test_a_target_keeps_every_column(aim, world, officer):
    kind = make_kind()
    target = aim(
        "new_recognised",
        "20",
        number_max=Decimal(25),
        stars_min=3,
        stars_max=4,
        level="district",
        kinds=[kind],
        scope=world.chi_vien,
        scope_words="xã Chí Viễn",
        deadline=date(2023, 10, 31),
        note="Ghi chú",
    )
    planning.set_target(target.plan, by=officer, target=target, words="Lời mới")
    kept = Target.objects.get(pk=target.pk)
    assert (kept.words, kept.number, kept.number_max, kept.stars_max) == ("Lời mới", 20, 25, 4)
    assert (list(kept.kinds.all()), kept.scope, kept.note) == ([kind], world.chi_vien, "Ghi chú")


def test_a_place_outside_the_plans_area_is_refused(aim, world):
    with pytest.raises(ValidationError) as refused:
        aim("taking_part", 6, scope=world.quoc_toan)
    assert list(refused.value.message_dict) == ["scope"]


def test_a_target_is_no_part_of_itself_or_of_another_plan(aim, plan_66, officer):
    whole = aim("taking_part", 6)
    part = aim("taking_part", 3, parent=whole)
    with pytest.raises(ValidationError):
        planning.set_target(whole.plan, by=officer, target=whole, parent=part)
    with pytest.raises(ValidationError):
        aim("taking_part", 3, parent=plan_66.targets.first())


def test_removing_a_whole_removes_its_parts(plan_66, officer):
    planning.remove(plan_66.targets.get(label="1"), by=officer)
    assert list(plan_66.targets.values_list("label", flat=True)) == ["2", "3", "4"]


def test_one_number_once_a_year_in_a_unit(plan, district, officer):
    with pytest.raises(ValidationError):
        planning.create(
            by=officer,
            area=district,
            number=plan.number,
            issuing_body="UBND huyện",
            title="Kế hoạch khác",
            first_year=2023,
            last_year=2023,
        )


def test_plan_66_as_it_was_signed(plan_66):
    assert (plan_66.number, plan_66.signed_on) == ("66/KH-UBND", date(2023, 3, 7))
    assert plan_66.published_at is None
    assert [words_of(target) for target in plan_66.targets.all()] == [
        "ít nhất 06 sản phẩm",
        "03 sản phẩm",
        "01 sản phẩm",
        "01 tổ chức kinh tế",
        "",
    ]
    part = plan_66.targets.get(label="1.1")
    assert (part.parent.label, part.stars_min, part.stars_max, part.level) == ("1", 3, 3, "district")
    chain = plan_66.targets.get(label="2")
    assert (chain.economic_only, chain.funding_source) == (True, "national_programmes")
    assert plan_66.activities.filter(content="Tổ chức đánh giá, phân hạng sản phẩm cấp huyện").exists()
    assert (plan_66.activities.count(), BudgetLine.objects.filter(plan=plan_66).count()) == (6, 5)


@pytest.mark.parametrize(
    ("indicator", "number", "fields", "words"),
    [
        ("taking_part", "6", {}, "ít nhất 06 sản phẩm"),
        ("taking_part", "1200", {"comparator": "gt"}, "hơn 1.200 sản phẩm"),
        ("taking_part", "20", {"number_max": Decimal(25)}, "20–25 sản phẩm"),
        ("taking_part", "20", {"number_max": Decimal(25), "comparator": "about"}, "khoảng 20–25 sản phẩm"),
        ("budget", "2.83", {"comparator": "gt"}, "hơn 2,83 tỷ đồng"),
        ("training_coverage", "60", {"percent_of": "cán bộ xã"}, "ít nhất 60% cán bộ xã"),
        ("taking_part", "5", {"comparator": "lt"}, "dưới 05 sản phẩm"),
        ("taking_part", "10", {"comparator": "eq"}, "10 sản phẩm"),
    ],
)
def test_numbers_as_official_papers_write_them(aim, indicator, number, fields, words):
    assert words_of(aim(indicator, number, **fields)) == words


def test_a_file_with_an_unknown_indicator_writes_nothing(indicators, district, officer, tmp_path):
    text = PLAN_66.read_text(encoding="utf-8").replace("indicator: support", "indicator: nothing")
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="nothing"):
        plan_from_file(path, area=district, by=officer)
    assert Plan.objects.count() == 0


NAMED = """
title: Kế hoạch có tên
issuing_body: UBND huyện Trùng Khánh
first_year: 2023
last_year: 2023
targets:
- {label: '1', words: Hai xã, indicator: taking_part, comparator: ge, number: 1, per_unit: commune,
   units: [Đàm Thuỷ, Chí Viễn]}
- {label: '2', words: Của hợp tác xã, indicator: taking_part, comparator: ge, number: 1, kinds: [cooperative]}
- {label: '3', words: 'Miến, chè', indicator: new_recognised, comparator: eq, number: 2,
   products: [miến dong nà lại, Chè dây Khau Slôi]}
budget:
- {content: Chưa rõ số tiền, source: other}
"""


def _named_file(path, text=NAMED):
    file = path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_names_units_kinds_and_products_as_people_write_them(indicators, world, officer, tmp_path):
    make_kind("cooperative")
    noodles = make_product(world.chi_vien, name="Miến dong Nà Lại")
    plan = plan_from_file(_named_file(tmp_path), area=world.district, by=officer)
    each, of_kind, named = plan.targets.all()
    assert set(each.units.all()) == {world.dam_thuy, world.chi_vien}
    assert [kind.code for kind in of_kind.kinds.all()] == ["cooperative"]
    assert (list(named.products.all()), named.product_names) == ([noodles], "Chè dây Khau Slôi")
    assert plan.budget_lines.get().planned is None


@pytest.mark.parametrize(("written", "instead"), [("Đàm Thuỷ", "Đàm Không"), ("cooperative", "corporation")])
def test_a_file_with_an_unknown_unit_or_kind_writes_nothing(
    indicators, world, officer, tmp_path, written, instead
):
    make_kind("cooperative")
    path = _named_file(tmp_path, NAMED.replace(written, instead))
    with pytest.raises(ValueError, match=instead):
        plan_from_file(path, area=world.district, by=officer)
    assert Plan.objects.count() == 0


def test_a_file_with_a_name_that_two_products_bear_writes_nothing(indicators, world, officer, tmp_path):
    make_kind("cooperative")
    for _maker in range(2):
        make_product(world.chi_vien, name="Miến dong Nà Lại")
    with pytest.raises(ValueError, match="miến dong nà lại"):
        plan_from_file(_named_file(tmp_path), area=world.district, by=officer)
    assert Plan.objects.count() == 0


def test_half_a_sentence_is_no_field(indicators, district, officer, tmp_path):
    text = PLAN_66.read_text(encoding="utf-8").replace(
        "'Tổ chức đánh giá, phân hạng", "Tổ chức đánh giá, 'phân hạng"
    )
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="activity: unknown phân hạng sản phẩm cấp huyện"):
        plan_from_file(path, area=district, by=officer)
    assert Plan.objects.count() == 0


def test_indicators_load_once_and_know_their_measures(indicators):
    from plans import loading

    assert loading.load() == ["plans/indicators.yaml: unchanged"]
    assert Indicator.objects.get(code="new_recognised").measure == "newly_recognised"
    assert not Indicator.objects.get(code="support").is_measured


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{code: a, name: A, measur: b}", "unknown keys"),
        ("{code: a}", "needed"),
        ("{code: a, name: A, measure: nothing}", "nothing"),
    ],
)
def test_a_bad_row_of_indicators_says_where_and_why(db, row, reason):
    from plans import loading

    with pytest.raises(ValueError, match=f"row 1.*{reason}"):
        loading._indicators(f"indicators:\n- {row}\n".encode())
