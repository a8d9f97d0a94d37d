"""Next year's plan from this year's: what is copied, what is left empty, and that it is written once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AuditEntry
from plans import copying, planning
from plans.models import Plan
from tests.factories import make_kind


def page_of(plan: Plan, name: str = "copy") -> str:
    return reverse(f"plans:{name}", args=[plan.pk])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def desk(client_of, officer):
    return client_of(officer)


def test_the_draft_for_next_year_holds_targets_work_and_contents_of_the_budget(plan_66, desk, officer):
    planning.publish(plan_66, by=officer)
    assert page_of(plan_66) in text_of(desk.get(page_of(plan_66, "detail")))
    asked = text_of(desk.get(page_of(plan_66)))
    assert "2024" in asked
    assert "Để trống" in asked
    assert "dự toán" in asked
    response = desk.post(page_of(plan_66))
    made = Plan.objects.exclude(pk=plan_66.pk).get()
    assert response["Location"] == page_of(made, "detail")
    assert (made.first_year, made.last_year, made.area) == (2024, 2024, plan_66.area)
    assert (made.published_at, made.issuing_body) == (None, plan_66.issuing_body)
    kept = ("label", "comparator", "number", "number_max", "indicator", "position", "unit")
    assert list(made.targets.values_list(*kept)) == list(plan_66.targets.values_list(*kept))
    shown = text_of(desk.get(page_of(made, "detail")))
    assert "tham gia Chương trình OCOP năm 2024" in shown
    assert made.activities.count() == plan_66.activities.count() > 0


def test_what_a_new_paper_decides_is_left_empty(plan_66, desk, officer):
    target, activity = plan_66.targets.get(label="4"), plan_66.activities.first()
    planning.record_figure(target, as_of=date(2023, 6, 1), value=Decimal(2), note="Báo cáo", by=officer)
    planning.report_activity(activity, state="done", result="Xong", by=officer)
    planning.report_disbursement(plan_66.budget_lines.first(), disbursed=Decimal(5), by=officer)
    Plan.objects.filter(pk=plan_66.pk).update(document="x", document_name="x.pdf", signer_name="Ông A")
    desk.post(page_of(plan_66))
    made = Plan.objects.exclude(pk=plan_66.pk).get()
    assert (made.number, made.signed_on, made.document, made.signer_name) == ("", None, "", "")
    assert not any(one.figures.exists() for one in made.targets.all())
    assert {(one.state, one.result) for one in made.activities.all()} == {("not_started", "")}
    money = {(one.planned, one.allocated, one.disbursed) for one in made.budget_lines.all()}
    assert money == {(None, None, None)}
    contents = [list(one.budget_lines.values_list("content", "source")) for one in (made, plan_66)]
    assert contents[0] == contents[1] != []


def test_parts_stay_with_their_wholes_and_kinds_with_their_targets(plan, aim, desk):
    whole = aim("new_organisations", 6, words="Tổng số")
    part = aim("new_organisations", 4, words="Trong đó", parent=whole, kinds=[make_kind()])
    desk.post(page_of(plan))
    made = Plan.objects.exclude(pk=plan.pk).get()
    copied = made.targets.get(words="Trong đó")
    assert copied.parent == made.targets.get(words="Tổng số")
    assert list(copied.kinds.all()) == list(part.kinds.all())
    assert part.parent == whole


def test_targets_keep_their_kinds(plan, aim, officer, world):
    money = {"money": "disbursed", "unit": "%", "money_sources": ["local"]}
    aim("budget", 90, words="Giải ngân", **money)
    aim("taking_part", 1, words="Mỗi xã", per_unit="commune", units=[world.dam_thuy])
    aim("taking_part", 2, words="Sản phẩm", product_names="Miến dong\nHạt dẻ")
    made = copying.copy(plan, by=officer)
    paid, each, named = (made.targets.get(words=words) for words in ("Giải ngân", "Mỗi xã", "Sản phẩm"))
    assert (paid.money, paid.unit, paid.money_sources) == ("disbursed", "%", ["local"])
    assert (each.per_unit, list(each.units.all())) == ("commune", [world.dam_thuy])
    assert named.unregistered == ["Miến dong", "Hạt dẻ"]


@pytest.mark.parametrize(
    ("years", "day", "later"),
    [
        ((2023, 2023), date(2023, 6, 30), date(2024, 6, 30)),
        ((2023, 2023), date(2023, 2, 28), date(2024, 2, 29)),
        ((2024, 2024), date(2024, 2, 29), date(2025, 2, 28)),
        ((2022, 2023), date(2023, 3, 15), date(2025, 3, 15)),
    ],
)
def test_deadlines_move_on_with_the_plans_years(plan, officer, aim, years, day, later):
    first, last = years
    planning.change(plan, by=officer, version=plan.version, first_year=first, last_year=last)
    aim("taking_part", 6, deadline=day)
    planning.set_activity(plan, by=officer, content="Tập huấn", deadline=day)
    made = copying.copy(plan, by=officer)
    assert (made.targets.get().deadline, made.activities.get().deadline) == (later, later)


@pytest.mark.parametrize(
    ("years", "before", "after"),
    [
        ((2023, 2023), "Kế hoạch năm 2023, so với năm 2022", "Kế hoạch năm 2024, so với năm 2022"),
        ((2023, 2023), "Quyết định ngày 24/02/2023", "Quyết định ngày 24/02/2023"),
        ((2023, 2023), "Quý I/2023 và tháng 12/2023", "Quý I/2024 và tháng 12/2024"),
        ((2023, 2023), "giai đoạn 2021-2025", "giai đoạn 2021-2025"),
        ((2021, 2025), "giai đoạn 2021-2025, hết năm 2025", "giai đoạn 2026-2030, hết năm 2030"),
    ],
)
def test_only_the_plans_own_years_move_on_in_words(years, before, after):
    assert copying.moved(before, Plan(first_year=years[0], last_year=years[1])) == after


def test_a_second_plan_for_the_year_is_refused_with_a_link_to_the_first(plan_66, desk):
    desk.post(page_of(plan_66))
    made = Plan.objects.exclude(pk=plan_66.pk).get()
    for status, response in ((200, desk.get(page_of(plan_66))), (409, desk.post(page_of(plan_66)))):
        assert response.status_code == status
        shown = text_of(response)
        assert "Đơn vị đã có kế hoạch năm 2024" in shown
        assert f'href="{page_of(made, "detail")}"' in shown
        assert "Lập bản nháp" not in shown
    assert Plan.objects.count() == 2
    assert AuditEntry.objects.filter(act="plan.copied").count() == 1


def test_a_plan_of_several_years_is_not_in_the_way_of_a_years_plan(plan, plan_66, officer, aim):
    planning.change(plan, by=officer, version=plan.version, first_year=2021, last_year=2025)
    assert copying.copy(plan_66, by=officer).years == "2024"


def test_a_unit_that_has_ended_gets_no_plan_for_later_years(plan, officer, desk):
    planning.change(plan, by=officer, version=plan.version, first_year=2025, last_year=2025)
    with pytest.raises(PermissionDenied, match="2026"):
        copying.copy(plan, by=officer)
    assert desk.post(page_of(plan)).status_code == 403
    assert Plan.objects.count() == 1
