"""Progress against plan: what is counted, from when, where, and what stays unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from enterprises.models import EnterpriseKind
from ocop_portal.lib import periods
from plans import planning
from plans.models import Plan
from plans.progress import State, plans_for, progress
from ratings.models import Recognition, ValueChainRecord
from ratings.models.decisions import DatePrecision
from tests.factories import (
    make_decision,
    make_dossier,
    make_enterprise,
    make_kind,
    make_product,
    make_recognition,
)
from tests.plans.behind import rows

YEAR = periods.parse("2023")


def figures(found) -> tuple[object, ...]:
    return (found.done, found.cumulative, found.percent, found.state)


def test_done_cumulative_and_share_of_the_plan(aim, standing, take_part):
    aim("taking_part", 6)
    take_part(2, on=date(2023, 3, 31))
    take_part(1, on=date(2023, 4, 1))
    assert figures(standing("2023-Q1")) == (2, 2, Decimal(200) / 6, State.ON_TRACK)
    assert figures(standing("2023-Q2")) == (1, 3, 50, State.ON_TRACK)
    assert figures(standing("2023")) == (3, 3, 50, State.BEHIND)


def test_cumulative_runs_from_the_first_year_of_the_plan(aim, plan, officer, standing, take_part):
    planning.change(plan, by=officer, version=plan.version, first_year=2022, last_year=2025)
    plan.refresh_from_db()
    aim("taking_part", 4)
    take_part(1, on=date(2021, 12, 31))
    take_part(2, on=date(2022, 1, 1))
    take_part(1, on=date(2023, 12, 31))
    assert figures(standing("2023")) == (1, 3, 75, State.ON_TRACK)


def test_time_over_is_counted_to_the_targets_own_deadline(aim, standing, take_part):
    aim("taking_part", 2, deadline=date(2023, 6, 30))
    take_part(1)
    assert standing("2023-Q1").state == State.BEHIND
    assert standing("2023-05").state == State.BEHIND
    assert standing("2023-H1").state == State.BEHIND
    take_part(1)
    assert standing("2023-H1").state == State.MET


def test_a_period_to_come_counts_time_only_up_to_today(aim, standing, take_part, settings):
    settings.OCOP_TODAY = date(2023, 6, 30)
    aim("taking_part", 2)
    take_part(1)
    assert figures(standing("2023")) == (1, 1, 50, State.ON_TRACK)


def test_stars_and_level_narrow_new_recognitions(aim, district, world, commune, standing):
    aim("new_recognised", 2, stars_min=3, stars_max=3, level="district")
    by_district = make_decision(district)
    by_province = make_decision(world.province)
    make_recognition(make_product(commune), by_district, 3)
    make_recognition(make_product(commune), by_district, 4)
    make_recognition(make_product(commune), by_province, 3)
    assert figures(standing()) == (1, 1, 50, State.BEHIND)


def test_an_upgrade_is_not_new(aim, district, commune, standing):
    aim("new_recognised", 1)
    product = make_product(commune)
    old = make_decision(district, signed_on=date(2021, 5, 1))
    make_recognition(product, old, 3)
    make_recognition(product, make_decision(district), 4, kind=Recognition.Kind.UPGRADE)
    assert figures(standing()) == (0, 0, 0, State.BEHIND)


def test_a_cumulative_target_counts_what_exists_in_all(aim, district, commune, standing):
    aim("new_recognised", 4, is_cumulative=True)
    for day in (date(2020, 5, 1), date(2021, 5, 1), date(2023, 5, 1)):
        make_recognition(make_product(commune), make_decision(district, signed_on=day))
    assert figures(standing()) == (1, 3, 75, State.BEHIND)


def test_cumulative_targets_of_other_kinds_count_from_the_beginning(aim, standing, take_part):
    aim("taking_part", 3, is_cumulative=True)
    take_part(2, on=date(2020, 5, 1))
    take_part(1)
    assert figures(standing()) == (1, 3, 100, State.MET)


def test_papers_without_a_day_are_told_apart(aim, district, commune, standing):
    aim("new_recognised", 2)
    make_recognition(make_product(commune), make_decision(district))
    undated = make_decision(district, signed_on=None, date_precision=DatePrecision.UNKNOWN, from_paper=True)
    make_recognition(make_product(commune), undated)
    assert (standing().cumulative, standing().unplaced) == (1, 1)


def test_only_economic_organisations_are_counted_where_the_plan_says_so(aim, standing, commune):
    aim("new_organisations", 2, economic_only=True)
    household = make_kind("household", "Hộ kinh doanh", economic=False)
    for kind in (make_kind(), household):
        maker = make_enterprise(commune, kind=kind)
        make_dossier(make_product(commune, maker), state="submitted", enterprise=maker)
    assert figures(standing()) == (1, 1, 50, State.BEHIND)


def test_kinds_of_organisations_narrow(aim, standing, commune):
    company = make_kind("company", "Công ty")
    aim("new_organisations", 1, kinds=[company])
    maker = make_enterprise(commune, kind=make_kind())
    make_dossier(make_product(commune, maker), state="submitted", enterprise=maker)
    assert standing().cumulative == 0
    assert EnterpriseKind.objects.filter(code="company").get() == company


def test_the_funding_source_of_a_value_chain_counts(aim, standing, commune):
    aim("value_chain", 1, funding_source="national_programmes", economic_only=True)
    for source in ("national_programmes", "local"):
        product = make_product(commune)
        ValueChainRecord.objects.create(
            product=product,
            area=commune,
            enterprise=product.makings.get().enterprise,
            chain="Chuỗi thử nghiệm",
            joined_on=date(2023, 8, 1),
            funding_source=source,
        )
    assert figures(standing()) == (1, 1, 100, State.MET)


def test_a_target_can_look_at_one_commune(aim, standing, take_part, world):
    aim("taking_part", 1, scope=world.chi_vien)
    take_part(2)
    assert standing().cumulative == 0
    take_part(1, area=world.chi_vien)
    assert standing().cumulative == 1


def test_what_happens_in_another_district_does_not_count(aim, standing, take_part, world):
    aim("taking_part", 1)
    take_part(1, area=world.quoc_toan)
    assert standing().cumulative == 0


def test_figures_told_by_hand_and_their_days(aim, plan, officer, standing):
    support = aim("support", 4)
    assert figures(standing()) == (None, None, None, State.NOT_MEASURABLE)
    for day, value in ((date(2023, 2, 10), 1), (date(2023, 3, 31), 3), (date(2023, 8, 1), 4)):
        planning.record_figure(support, as_of=day, value=Decimal(value), note="Báo cáo", by=officer)
    assert figures(standing("2023-Q1")) == (3, 3, 75, State.ON_TRACK)
    assert figures(standing("2023-Q2")) == (None, 3, 75, State.ON_TRACK)
    assert figures(standing("2023-Q3")) == (1, 4, 100, State.MET)
    assert figures(standing("2023-03")) == (2, 3, 75, State.ON_TRACK)
    assert figures(standing("2023")) == (4, 4, 100, State.MET)


def test_a_percentage_told_by_hand_is_a_state_in_each_period(aim, plan, officer, standing):
    trained = aim("support", 100, unit="%", percent_of="công chức cấp xã")
    for day, value in ((date(2023, 3, 31), 60), (date(2023, 8, 1), 80)):
        planning.record_figure(trained, as_of=day, value=Decimal(value), note="Báo cáo", by=officer)
    assert [figures(standing(period))[0] for period in ("2023-Q1", "2023-Q3", "2023")] == [60, 80, 80]


def test_no_number_means_no_share_and_no_judgement(aim, standing, officer):
    support = aim("support", None, comparator="none")
    planning.record_figure(support, as_of=date(2023, 8, 1), value=Decimal(2), note="Báo cáo", by=officer)
    assert figures(standing()) == (2, 2, None, State.NOT_MEASURABLE)


def test_zero_told_is_not_unknown(aim, standing, officer):
    support = aim("support", 4)
    planning.record_figure(support, as_of=date(2023, 8, 1), value=Decimal(0), note="Chưa có", by=officer)
    assert figures(standing()) == (0, 0, 0, State.BEHIND)


def test_a_share_is_reported_by_hand_even_of_what_is_counted(aim, standing, take_part):
    aim("taking_part", 60, unit="%", percent_of="sản phẩm đăng ký")
    take_part(1)
    assert figures(standing()) == (None, None, None, State.NOT_MEASURABLE)


def test_a_range_shows_both_bounds_and_is_measured_on_the_lower(aim, standing, take_part):
    aim("taking_part", 4, number_max=Decimal(8))
    take_part(2)
    found = standing()
    assert (found.planned, found.planned_max, found.percent) == (4, 8, 50)


def test_a_part_stands_behind_its_whole(plan, aim):
    whole = aim("taking_part", 6, label="1")
    aim("support", 1, label="2")
    aim("new_recognised", 3, label="1.1", parent=whole)
    assert [(p.label, p.depth) for p in progress(plan, YEAR)] == [("1", 0), ("1.1", 1), ("2", 0)]


def test_the_rows_behind_are_as_many_as_the_figure(plan, aim, standing, take_part):
    target = aim("taking_part", 6)
    dossiers = take_part(3)
    assert set(rows(target, YEAR)) == set(dossiers)
    assert standing().cumulative == 3


def test_a_quarters_rows_are_those_of_the_cumulative_figure(aim, take_part):
    target = aim("taking_part", 6)
    early, late = take_part(1, on=date(2023, 2, 1)), take_part(1, on=date(2023, 5, 1))
    take_part(1, on=date(2023, 8, 1))
    assert set(rows(target, periods.parse("2023-Q2"))) == {*early, *late}


@pytest.mark.parametrize(
    ("code", "found"), [("2022", 0), ("2023", 1), ("2024-Q1", 1), ("2025", 1), ("2026", 0)]
)
def test_the_plans_of_a_period(plan, officer, district, world, code, found):
    planning.change(plan, by=officer, version=plan.version, last_year=2025)
    assert plans_for(district, periods.parse(code)).count() == found
    assert plans_for(world.province, periods.parse(code)).count() == 0


@pytest.mark.parametrize(
    "codes",
    [["taking_part"], ["taking_part"] * 3, ["taking_part", "new_recognised", "new_organisations"]],
)
@pytest.mark.parametrize("period", ["2023", "2023-Q2"])
def test_one_statement_for_each_measure_that_targets_count(
    plan, aim, take_part, codes, period, django_assert_num_queries
):
    """Whatever the number of targets, and though the period and the year's beginning differ."""
    for code in codes:
        aim(code, 6)
        aim("support", 1)
    take_part(len(codes))
    plan = Plan.objects.select_related("area").get(pk=plan.pk)
    with django_assert_num_queries(6 + len(set(codes))):
        progress(plan, periods.parse(period))
