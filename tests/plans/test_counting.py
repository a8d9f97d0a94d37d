"""Where a target's figure comes from: counted, from the plan's money, told by hand; units, names, shares."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry, Role
from ocop_portal.lib import periods
from plans import counting, linking, planning, reporting
from plans.models import Indicator, Plan, ReportedFigure, Target
from plans.progress import State, judge, progress
from ratings.measures import MEASURES
from tests.factories import (
    make_decision,
    make_enterprise,
    make_kind,
    make_product,
    make_recognition,
    make_user,
)
from tests.plans.behind import rows

YEAR = periods.parse("2023")
D = Decimal


# --- told by hand, said once


@pytest.mark.parametrize(
    ("indicator", "fields", "by_hand", "asked"),
    [
        ("taking_part", {}, False, False),
        ("sales_points", {}, True, True),
        ("still_valid", {"base": "still_valid", "unit": "%"}, False, False),
        ("still_valid", {"percent_of": "sản phẩm của tỉnh", "unit": "%"}, True, False),
        ("training_coverage", {"percent_of": "cán bộ", "unit": "%"}, True, False),
        ("training_coverage", {}, True, False),
        ("e_commerce", {"base": "still_valid", "unit": "%"}, True, True),
        ("training_coverage", {"per_unit": "commune"}, True, True),
        ("budget", {"money": "disbursed", "unit": "tỷ đồng"}, False, False),
        ("budget", {}, True, True),
    ],
)
def test_who_tells_a_figure_is_said_by_one_function(
    aim, plan, officer, commune, indicator, fields, by_hand, asked
):
    target = aim(indicator, 1, **fields)
    assert counting.told_by_hand(target) == by_hand
    assert counting.asked_of(commune, [target]) == ([target] if asked else [])
    told = {"as_of": date(2023, 5, 1), "value": D(1), "note": "Báo cáo", "by": officer}
    if by_hand:
        planning.record_figure(target, **told)
    else:
        with pytest.raises(planning.Refused):
            planning.record_figure(target, **told)


def test_the_communes_report_asks_only_for_what_they_tell(
    aim, plan, officer, client_of, commune_staff, world
):
    here = aim("sales_points", 1, words="Điểm bán")
    aim("budget", 1, money="disbursed", unit="tỷ đồng", words="Giải ngân")
    aim("training_coverage", 60, percent_of="cán bộ", words="Tỷ lệ cán bộ")
    elsewhere = aim("product_ideas", 1, per_unit="commune", units=[world.chi_vien], words="Ý tưởng")
    planning.publish(plan, by=officer)
    page = reporting.address(plan, world.dam_thuy, date(2023, 11, 1))
    form = client_of(commune_staff).get(page).context["form"]
    assert {one.target for one in form.figure_fields()} == {here}
    assert elsewhere in counting.asked_of(world.chi_vien, [elsewhere])


# --- told in one place


def test_a_target_in_one_place_asks_the_communes_there(aim, plan, officer, client_of, world, neighbour):
    there = aim("sales_points", 2, words="Điểm bán ở Đàm Thuỷ", scope=world.dam_thuy)
    in_words = aim("product_ideas", 2, words="Ý tưởng", scope_words="các xã biên giới")
    planning.publish(plan, by=officer)
    staff = {world.dam_thuy: make_user("xa.damthuy", Role.COMMUNE, world.dam_thuy), world.chi_vien: neighbour}
    asked = {
        commune: {
            one.target
            for one in client_of(person)
            .get(reporting.address(plan, commune, date(2023, 11, 1)))
            .context["form"]
            .figure_fields()
        }
        for commune, person in staff.items()
    }
    assert asked == {world.dam_thuy: {there, in_words}, world.chi_vien: {in_words}}


def test_who_lies_there_is_known_on_the_map_of_then_and_of_now(aim, world):
    was, district = aim("sales_points", scope=world.dam_thuy), aim("sales_points", scope=world.district)
    asked = {
        commune: counting.asked_of(commune, [was, district])
        for commune in (
            world.dam_thuy,
            world.chi_vien,
            world.new_dam_thuy,
            world.new_tra_linh,
            world.quoc_toan,
        )
    }
    assert asked == {
        world.dam_thuy: [was, district],
        world.chi_vien: [district],
        world.new_dam_thuy: [was, district],
        world.new_tra_linh: [district],  # Trà Lĩnh was of the district, Quốc Toản was not
        world.quoc_toan: [],
    }


def test_a_target_of_named_districts_asks_the_communes_in_them(aim, world):
    target = aim("sales_points", 1, per_unit="district", units=[world.district])
    asked = {one: counting.asked_of(one, [target]) for one in (world.dam_thuy, world.quoc_toan)}
    assert asked == {world.dam_thuy: [target], world.quoc_toan: []}


def test_named_units_lie_in_the_targets_own_place(aim, plan, world, province_officer):
    """Others would be asked, and what they told would not count."""
    with pytest.raises(ValidationError, match="nằm trong địa bàn của chỉ tiêu"):
        aim("sales_points", 1, per_unit="commune", scope=world.dam_thuy, units=[world.chi_vien])
    assert aim("sales_points", 1, per_unit="commune", scope=world.dam_thuy, units=[world.dam_thuy]).pk
    Plan.objects.filter(pk=plan.pk).update(area=world.province)
    of_today = {"per_unit": "commune", "scope": world.district, "units": [world.new_dam_thuy]}
    fields = {"words": "Mỗi xã", "comparator": "ge", "number": D(1), **of_today}
    indicator = Indicator.objects.get(code="sales_points")
    province = Plan.objects.get(pk=plan.pk)
    assert planning.set_target(province, by=province_officer, indicator=indicator, **fields).pk


def test_only_what_the_communes_there_told_counts(aim, plan, standing, officer, world):
    target = aim("sales_points", 9, scope=world.dam_thuy)
    told_by(target, world.dam_thuy, 2, officer)
    told_by(target, world.chi_vien, 5, officer)
    assert standing().cumulative == 2
    target.scope = world.district
    target.save()
    assert standing().cumulative == 7
    planning.record_figure(target, as_of=date(2023, 12, 1), value=D(8), note="Tổng hợp", by=officer)
    assert standing().cumulative == 8


def test_what_a_commune_told_before_can_still_be_judged(aim, plan, officer, client_of, world):
    target = aim("sales_points", 9, scope=world.dam_thuy, words="Điểm bán hàng")
    planning.publish(plan, by=officer)
    told_by(target, world.chi_vien, 5, officer, on=date(2023, 11, 1))
    ReportedFigure.objects.update(state="pending")
    reporting.MonthlyReport.objects.update(state="sent", sent_on=date(2023, 12, 1), sent_by=officer)
    page = reporting.address(plan, world.chi_vien, date(2023, 11, 1))
    assert "Chấp nhận số liệu" in client_of(officer).get(page).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_who_is_asked_costs_the_same_for_any_number_of_targets(
    aim, plan, world, count, django_assert_num_queries
):
    for _ in range(count):
        aim("sales_points", 2, scope=world.dam_thuy)
    targets = list(plan.targets.select_related("indicator").prefetch_related("units"))
    with django_assert_num_queries(1):
        assert counting.asked_of(world.dam_thuy, targets) == targets


# --- for each unit


def told_by(target, area, value, officer, on=date(2023, 5, 1)) -> None:
    report = reporting.MonthlyReport.objects.create(
        plan=target.plan, area=area, month=on.replace(day=1), state="draft"
    )
    ReportedFigure.objects.create(
        target=target, area=area, report=report, as_of=on, value=D(value), note="Xã báo", state="accepted"
    )


def test_communes_that_tell_their_own_number_are_judged_one_by_one(aim, standing, officer, world):
    target = aim("product_ideas", 2, per_unit="commune")
    assert standing().state == State.NOT_MEASURABLE
    told_by(target, world.dam_thuy, 5, officer)
    told_by(target, world.chi_vien, 1, officer)
    found = standing()
    assert (found.cumulative, found.planned, found.unit, found.state) == (1, 3, "xã", State.BEHIND)
    assert "Xã Chí Viễn, Thị trấn Trà Lĩnh" in str(found.reason)
    assert found.percent == D(100) / 3
    planning.record_figure(target, as_of=date(2023, 12, 1), value=D(3), note="Tổng hợp", by=officer)
    assert standing().state == State.MET


def test_units_that_a_merger_made_hold_what_their_predecessors_did(
    aim, plan, take_part, world, province_officer
):
    later = planning.create(
        by=province_officer,
        area=world.province,
        issuing_body="UBND tỉnh",
        title="Kế hoạch",
        first_year=2023,
        last_year=2025,
    )
    target = aim("taking_part", 2, per_unit="commune", units=[])
    target.plan = later
    target.save()
    take_part(1, area=world.dam_thuy)
    take_part(1, area=world.chi_vien)
    found = progress(later, periods.parse("2025"))[0]
    assert (found.cumulative, found.planned) == (1, 2)
    assert "Xã Trà Lĩnh" in str(found.reason)


def test_named_units_count_only_their_own_rows(aim, standing, take_part, world):
    target = aim("taking_part", 1, per_unit="commune", units=[world.dam_thuy, world.tra_linh])
    inside = take_part(1, area=world.dam_thuy)
    take_part(2, area=world.chi_vien)
    assert (standing().cumulative, standing().planned, standing().state) == (1, 2, State.BEHIND)
    assert set(rows(target, YEAR)) == set(inside)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"units": "communes"}, "units"),
        ({"units": "elsewhere", "per_unit": "commune"}, "units"),
        ({"units": "communes", "per_unit": "district"}, "units"),
        ({"base": "newly_recognised"}, "base"),
        ({"base": "organisations_valid"}, "base"),
        ({"products": "elsewhere"}, "product_names"),
        ({"money": "planned", "unit": "%"}, "money"),
        ({"base": "still_valid", "group": "any"}, ""),
    ],
)
def test_what_cannot_be_counted_so_is_refused_at_its_field(aim, world, fields, field):
    known = {"communes": [world.dam_thuy], "elsewhere": [world.quoc_toan]}
    fields = {name: known.get(value, value) for name, value in fields.items()}
    if "products" in fields:
        fields["products"] = [make_product(world.quoc_toan)]
    if fields.get("group") == "any":
        fields["group"] = make_product(world.dam_thuy).group
        assert aim("taking_part", 1, **fields).pk
        return
    with pytest.raises(ValidationError) as refused:
        aim("taking_part", 1, **fields)
    assert set(refused.value.message_dict) == {field}


def test_the_database_keeps_a_target_to_one_way_of_counting(aim):
    target = aim("taking_part", 1)
    for fields in (
        {"per_unit": "commune", "base": "still_valid"},
        {"money": "planned", "unit": "kg"},
        {"per_unit": "commune", "comparator": "none", "number": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Target.objects.filter(pk=target.pk).update(**fields)


# --- shares


def test_a_share_is_computed_from_both_counts_of_the_same_day(aim, standing, world, district, commune):
    aim("still_valid", 50, base="still_valid", unit="%", stars_min=4)
    found = standing()
    assert (found.cumulative, found.state) == (None, State.NOT_MEASURABLE)
    assert "Chưa có gì để tính tỷ lệ" in str(found.reason)
    for stars, day in ((3, date(2023, 2, 1)), (4, date(2023, 2, 1)), (4, date(2023, 9, 1))):
        make_recognition(make_product(commune), make_decision(district, signed_on=day), stars)
    assert standing("2023-Q2").cumulative == 50
    assert standing("2023").cumulative == D(200) / 3
    assert standing("2023").state == State.MET
    assert (standing("2023").unit, standing("2023").planned) == ("%", 50)


def test_the_rows_of_a_share_are_those_of_its_part(aim, district, commune):
    target = aim("organisations_valid", 50, base="organisations_valid", unit="%", kinds=[make_kind()])
    household = make_enterprise(commune, kind=make_kind("household", "Hộ kinh doanh", economic=False))
    make_recognition(make_product(commune), make_decision(district))
    make_recognition(make_product(commune, household), make_decision(district))
    assert [measure.code for measure, _selection in counting.counted(target, YEAR)] == [
        "organisations_valid"
    ] * 2
    assert rows(target, YEAR).count() == 1


def test_a_share_of_what_is_told_adds_up_the_communes(aim, standing, officer, world, district, commune):
    target = aim("e_commerce", 50, base="still_valid", unit="%")
    for _ in range(4):
        make_recognition(make_product(commune), make_decision(district))
    told_by(target, world.dam_thuy, 1, officer)
    told_by(target, world.chi_vien, 2, officer)
    assert counting.told_in(target) == "sản phẩm"
    assert (standing().cumulative, standing().state) == (75, State.MET)


# --- named products


def test_a_named_product_that_registers_later_is_tied_to_a_published_plan(
    aim, plan, standing, officer, client_of, district, commune
):
    target = aim("new_recognised", 2, comparator="eq", product_names="Trà hoa vàng\nBánh trời")
    planning.publish(plan, by=officer)
    tea = make_product(commune, name="Trà hoa vàng")
    make_recognition(tea, make_decision(district))
    make_recognition(make_product(commune), make_decision(district))
    assert (standing().cumulative, standing().state) == (0, State.BEHIND)
    page = f"/quan-ly/ke-hoach/{plan.pk}/chi-tieu/{target.pk}/tim-san-pham/"
    for _ in range(2):
        said = client_of(officer).post(page, follow=True).content.decode()
    assert "Bánh trời" in said
    target.refresh_from_db()
    assert (list(target.products.all()), target.unregistered) == ([tea], ["Bánh trời"])
    assert (standing().cumulative, standing().percent) == (1, 50)
    assert set(rows(target, YEAR).values_list("product", flat=True)) == {tea.pk}
    assert AuditEntry.objects.filter(act="plan.products_linked").count() == 1


def test_two_products_of_a_name_are_tied_by_nobody_but_people(aim, officer, commune, world):
    target = aim("new_recognised", 1, product_names="Mật ong")
    for area in (commune, world.chi_vien):
        make_product(area, name="Mật ong")
    found = linking.link_products(target, by=officer)
    assert (found.products, len(found.doubtful["Mật ong"])) == ([], 2)
    assert Target.objects.get().unregistered == ["Mật ong"]


def test_another_districts_officer_ties_nothing(aim, other_officer):
    with pytest.raises(PermissionDenied):
        linking.link_products(aim("new_recognised", 1, product_names="Mật ong"), by=other_officer)


# --- money


def test_money_is_read_from_the_lines_of_its_sources(aim, plan, standing, officer):
    aim(
        "budget",
        "1.5",
        comparator="gt",
        money="disbursed",
        unit="tỷ đồng",
        money_sources=["central", "province"],
    )
    assert standing().state == State.NOT_MEASURABLE
    for source, amount in (("central", "900"), ("province", "700"), ("counterpart", "5000")):
        line = planning.set_budget_line(plan, by=officer, content="Chi", source=source, planned=D(2000))
        planning.report_disbursement(line, by=officer, disbursed=D(amount))
    found = standing()
    assert (found.cumulative, found.done, found.state) == (D("1.6"), None, State.MET)
    assert counting.how(found.target).startswith("Cộng các dòng kinh phí")


def test_a_share_of_the_planned_money(aim, plan, standing, officer):
    aim("budget", 90, money="disbursed", unit="%")
    line = planning.set_budget_line(plan, by=officer, content="Chi", source="central", planned=D(200))
    assert standing().state == State.NOT_MEASURABLE
    planning.report_disbursement(line, by=officer, disbursed=D(100))
    assert (standing().cumulative, standing().state) == (50, State.BEHIND)


# --- laws of judging that hold for all numbers

amounts = st.decimals(min_value=0, max_value=10000, places=2)
goals = st.integers(1, 300).map(Decimal)
shares = st.decimals(min_value=0, max_value=1, places=3)
comparators = st.sampled_from(["ge", "gt", "eq", "about", "nearly", "lt"])


@settings(max_examples=80)
@given(comparator=comparators, number=amounts, reached=st.integers(0, 300), goal=goals, elapsed=shares)
def test_for_each_unit_all_units_must_reach_it(comparator, number, reached, goal, elapsed):
    target = Target(comparator=comparator, number=number, per_unit="commune")
    state, reason = judge(target, D(reached), elapsed, goal=goal)
    assert (state == State.MET) == (reached >= goal)
    assert str(reason)


@settings(max_examples=80)
@given(comparator=comparators, number=amounts, figure=amounts, early=shares, late=shares)
def test_more_time_gone_never_makes_the_same_figure_look_better(comparator, number, figure, early, late):
    order = [State.BEHIND, State.ON_TRACK, State.MET]
    target = Target(comparator=comparator, number=number)
    before, after = (judge(target, figure, share)[0] for share in sorted([early, late]))
    assert order.index(after) <= order.index(before)


@settings(max_examples=40)
@given(comparator=comparators, number=amounts, elapsed=shares, unknown=st.sampled_from(["", "Chưa rõ"]))
def test_what_is_unknown_is_never_judged_and_says_why(comparator, number, elapsed, unknown):
    state, reason = judge(Target(comparator=comparator, number=number), None, elapsed, unknown=unknown)
    assert state == State.NOT_MEASURABLE
    assert str(reason) == (unknown or "Chưa có số liệu báo cáo.")


def test_every_whole_of_a_share_is_a_measure():
    assert set(counting.BASES) <= set(MEASURES)


@pytest.mark.parametrize("count", [1, 3])
def test_a_target_of_any_kind_costs_the_same_whatever_it_counts(
    aim, plan, take_part, world, commune, count, django_assert_num_queries
):
    named = [make_product(commune) for _ in range(count)]
    aim("taking_part", count, per_unit="commune", units=[world.dam_thuy, world.chi_vien][:count])
    aim("still_valid", 50, base="still_valid", unit="%", stars_min=4)
    aim("new_recognised", count, products=named)
    aim("budget", 1, money="planned", unit="tỷ đồng")
    take_part(count)
    with django_assert_num_queries(12):
        progress(plan, YEAR)
