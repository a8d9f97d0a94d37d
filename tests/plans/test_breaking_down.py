"""A target broken down by commune and period: sums held against the target, kept and shown unfinished."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts import noticing
from accounts.models import AuditEntry, Notice
from areas.models import Level
from plans import breaking_down, planning, revising, telling_shares
from plans.breaking_down import Cell, Shape, balance
from plans.models import Breakdown, Plan, ReportedFigure, Share, Target
from tests.factories import cover, make_area

BY_COMMUNE = Shape(True, "")


def page_of(plan: Plan, name: str = "detail", *rest: object) -> str:
    return reverse(f"plans:{name}", args=[plan.pk, *rest])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def row_of(response, name: str) -> str:
    """The row of a table that is headed so."""
    found = [row for row in text_of(response).split("<tr>") if f'<th scope="row">{name}</th>' in row]
    assert found
    return found[0]


@pytest.fixture
def desk(client_of, officer):
    return client_of(officer)


@pytest.fixture
def target(aim) -> Target:
    return aim("taking_part", 6, words="Ít nhất 06 sản phẩm tham gia")


@pytest.fixture
def divide(target, officer, world):
    """Divide the target between the two communes."""

    def write(dam_thuy: int | None, chi_vien: int | None, version: int = 0, of: Target | None = None) -> Any:
        given_out = {world.dam_thuy.pk: dam_thuy, world.chi_vien.pk: chi_vien}
        numbers = {Cell(key, ""): Decimal(one) for key, one in given_out.items() if one is not None}
        return breaking_down.break_down(of or target, BY_COMMUNE, numbers, by=officer, version=version)

    return write


def test_an_officer_divides_a_target_between_the_communes(target, plan, desk, world):
    edit = page_of(plan, "breakdown_edit", target.pk)
    view = page_of(plan, "breakdown", target.pk)
    assert view in text_of(desk.get(page_of(plan)))
    assert edit in text_of(desk.get(view))
    first = text_of(desk.get(edit))
    assert "Xã Đàm Thuỷ" in first
    assert "Xã Chí Viễn" in first
    sent = {"version": "0", "theo": "xa", f"c{world.dam_thuy.pk}_": "4", f"c{world.chi_vien.pk}_": "2"}
    response = desk.post(edit, sent)
    assert (response.status_code, response["Location"]) == (302, view)
    assert dict(Share.objects.values_list("area", "number")) == {world.dam_thuy.pk: 4, world.chi_vien.pk: 2}
    assert "Khớp" in text_of(desk.get(view))
    assert AuditEntry.objects.get(act="plan.target_broken_down").details["total"] == "6"
    assert 'value="4"' in text_of(desk.get(edit))


def test_a_sum_that_differs_is_kept_and_shown_until_it_adds_up(target, plan, desk, world, divide):
    edit = page_of(plan, "breakdown_edit", target.pk)
    sent = {"version": "0", "theo": "xa", f"c{world.dam_thuy.pk}_": "3", f"c{world.chi_vien.pk}_": "1,5"}
    shown = text_of(desk.post(edit, sent, follow=True))
    assert "Đã lưu bản nháp phân bổ: tổng chưa khớp (thiếu 1,5 so với chỉ tiêu)" in shown
    for page in (page_of(plan), page_of(plan, "breakdown", target.pk), edit):
        shown = text_of(desk.get(page))
        assert "thiếu 1,5 so với chỉ tiêu" in shown
    assert "Chưa khớp" in text_of(desk.get(page_of(plan)))
    published = text_of(desk.post(page_of(plan, "publish"), follow=True))
    assert "Phân bổ của chỉ tiêu “Ít nhất 06 sản phẩm tham gia” chưa khớp: thiếu 1,5" in published
    divide(4, 2, version=1)
    assert "Chưa khớp" not in text_of(desk.get(page_of(plan)))


def test_nothing_is_said_at_publication_where_it_adds_up(plan, desk, divide):
    divide(4, 2)
    assert "chưa khớp" not in text_of(desk.post(page_of(plan, "publish"), follow=True))


def test_a_revised_number_makes_the_breakdown_unfinished_again(target, plan, desk, divide, officer):
    divide(4, 2)
    planning.publish(plan, by=officer)
    revising.revise(target, by=officer, kind="correction", reason="Nhập nhầm", number=Decimal(8))
    assert "thiếu 2 so với chỉ tiêu" in text_of(desk.get(page_of(plan)))
    divide(5, 4, version=1)
    assert "vượt chỉ tiêu 1" in text_of(desk.get(page_of(plan)))


def test_adding_up_without_saving_keeps_what_was_typed(target, plan, desk, world):
    edit = page_of(plan, "breakdown_edit", target.pk)
    sent = {"version": "0", "theo": "xa-quy", f"c{world.dam_thuy.pk}_2023-Q1": "2", "recount": "1"}
    sent[f"c{world.chi_vien.pk}_2023-Q1"] = "3"
    response = desk.post(edit, sent)
    assert response.status_code == 200
    assert not Breakdown.objects.exists()
    shown = text_of(response)
    assert "thiếu 1 so với chỉ tiêu" in shown
    assert '<th scope="row">Tổng</th><td class="number">5</td>' in shown
    assert 'value="3"' in shown


def test_by_quarter_each_period_is_held_against_its_share(target, plan, desk, take_part):
    edit = page_of(plan, "breakdown_edit", target.pk)
    sent = {
        "version": "0",
        "theo": "quy",
        "c0_2023-Q1": "1",
        "c0_2023-Q2": "2",
        "c0_2023-Q3": "",
        "c0_2023-Q4": "3",
    }
    assert desk.post(edit, sent).status_code == 302
    assert list(Share.objects.values_list("area", "period", "number")) == [
        (None, "2023-Q1", 1),
        (None, "2023-Q2", 2),
        (None, "2023-Q4", 3),
    ]
    take_part(2, on=date(2023, 3, 1))
    take_part(1, on=date(2023, 6, 1))
    page = desk.get(page_of(plan, "breakdown", target.pk))
    first, second = row_of(page, "Quý I năm 2023"), row_of(page, "Quý II năm 2023")
    assert "Đạt kế hoạch" in first or "Đạt" in first
    assert '<td class="number" data-label="Đã thực hiện">2</td>' in first
    assert "Chậm so với kế hoạch" in second
    assert "không giao" in row_of(page, "Quý III năm 2023")


def test_a_quarter_has_what_was_told_since_the_one_before(aim, plan, officer, desk):
    target = aim("support", 6)
    numbers = {Cell(None, f"2023-Q{quarter}"): Decimal(3) for quarter in (1, 3)}
    breaking_down.break_down(target, Shape(False, "quarter"), numbers, by=officer, version=0)
    for day, value in ((date(2023, 3, 31), 3), (date(2023, 8, 1), 4)):
        planning.record_figure(target, as_of=day, value=Decimal(value), note="Báo cáo", by=officer)
    page = desk.get(page_of(plan, "breakdown", target.pk))
    done = '<td class="number" data-label="Đã thực hiện">{}</td>'
    assert done.format(3) in row_of(page, "Quý I năm 2023")
    assert done.format(1) in row_of(page, "Quý III năm 2023")
    assert "Chậm so với kế hoạch" in row_of(page, "Quý III năm 2023")


def test_each_commune_is_held_against_its_share_by_what_the_portal_counts(
    target, plan, desk, divide, take_part, world
):
    divide(2, 4)
    take_part(2, on=date(2023, 3, 1))
    take_part(1, on=date(2023, 3, 1), area=world.chi_vien)
    page = desk.get(page_of(plan, "breakdown", target.pk))
    one, other = row_of(page, "Xã Đàm Thuỷ"), row_of(page, "Xã Chí Viễn")
    assert '<td class="number" data-label="Số giao">2</td>' in one
    assert '<td class="number" data-label="Đã thực hiện">2</td>' in one
    assert "tag--good" in one
    assert '<td class="number" data-label="Đã thực hiện">1</td>' in other
    assert "Chậm so với kế hoạch" in other
    assert "25" in other


def test_what_communes_tell_by_hand_counts_once_it_is_accepted(aim, plan, desk, divide, world, officer):
    told = aim("support", 10, words="Hỗ trợ 10 tổ chức")
    divide(6, 4, of=told)
    facts = {"target": told, "note": "Báo cáo", "entered_by": officer, "area": world.dam_thuy}
    ReportedFigure.objects.create(as_of=date(2023, 5, 31), value=3, **facts)
    ReportedFigure.objects.create(as_of=date(2023, 6, 30), value=6, **facts)
    page = desk.get(page_of(plan, "breakdown", told.pk))
    assert '<td class="number" data-label="Đã thực hiện">6</td>' in row_of(page, "Xã Đàm Thuỷ")
    silent = row_of(page, "Xã Chí Viễn")
    assert '<td class="number" data-label="Đã thực hiện">–</td>' in silent
    assert "Chưa có số liệu" in silent


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"unit": "%"}, "tính bằng tỷ lệ (%)"),
        ({"percent_of": "tổ chức kinh tế"}, "tính bằng tỷ lệ (%)"),
        ({"number": None, "comparator": "none"}, "không nêu con số"),
        ({"number": 1, "per_unit": "commune"}, "Từng đơn vị phải tự đạt con số này"),
    ],
)
def test_what_can_not_be_added_up_is_not_divided_and_says_why(aim, plan, desk, fields, words):
    target = aim("support", **{"number": 60, **fields})
    assert words in text_of(desk.get(page_of(plan, "breakdown", target.pk)))
    for response in (
        desk.get(page_of(plan, "breakdown_edit", target.pk)),
        desk.post(page_of(plan, "breakdown_edit", target.pk), {"version": "0", "theo": "quy"}),
    ):
        assert response.status_code == 403
        assert words in text_of(response)


def test_a_total_of_all_there_is_has_no_periods_and_a_commune_has_no_communes(aim, plan, world):
    total = aim("new_recognised", 20, is_cumulative=True)
    of_commune = aim("taking_part", 2, scope=world.dam_thuy)
    assert [shape.code for shape in breaking_down.shapes(total)] == ["xa"]
    assert [shape.code for shape in breaking_down.shapes(of_commune)] == ["quy", "thang"]


def test_a_plan_of_several_years_is_divided_by_year(aim, plan, officer):
    planning.change(plan, by=officer, version=plan.version, first_year=2021, last_year=2025)
    plan.refresh_from_db()
    target = Target.objects.get(pk=aim("taking_part", 10).pk)
    assert [shape.code for shape in breaking_down.shapes(target)] == ["xa", "nam", "xa-nam"]


def test_a_number_that_is_none_is_said_beside_its_commune(target, plan, desk, world):
    edit = page_of(plan, "breakdown_edit", target.pk)
    cells = {f"c{world.dam_thuy.pk}_": "bốn", f"c{world.chi_vien.pk}_": "-1"}
    response = desk.post(edit, {"version": "0", "theo": "xa", **cells})
    shown = text_of(response)
    assert response.status_code == 200
    assert "Xã Đàm Thuỷ: " in shown
    assert "Xã Chí Viễn: " in shown
    assert 'value="bốn"' in shown
    assert not Breakdown.objects.exists()


def test_the_second_of_two_dividers_is_told_and_keeps_the_numbers(target, plan, desk, divide, world):
    divide(3, 3)
    edit = page_of(plan, "breakdown_edit", target.pk)
    sent = {"version": "0", "theo": "xa", f"c{world.dam_thuy.pk}_": "5", f"c{world.chi_vien.pk}_": "1"}
    response = desk.post(edit, sent)
    shown = text_of(response)
    assert response.status_code == 409
    assert "Một đồng nghiệp vừa sửa" in shown
    assert 'value="5"' in shown
    assert desk.post(edit, sent | {"version": "1"}).status_code == 302
    assert Share.objects.get(area=world.dam_thuy).number == 5


def test_an_empty_grid_takes_the_breakdown_away(target, plan, desk, divide):
    divide(3, 3)
    edit = page_of(plan, "breakdown_edit", target.pk)
    shown = text_of(desk.post(edit, {"version": "1", "theo": "xa"}, follow=True))
    assert "Đã bỏ phân bổ" in shown
    assert not Breakdown.objects.exists()


def test_places_and_periods_of_elsewhere_are_refused(target, officer, world):
    for shape, cell in (
        (BY_COMMUNE, Cell(world.other_district.pk, "")),
        (Shape(False, "quarter"), Cell(None, "2024-Q1")),
        (Shape(False, "year"), Cell(None, "2023")),
    ):
        with pytest.raises(Exception, match=r"không thuộc kế hoạch|theo cách này"):
            breaking_down.break_down(target, shape, {cell: Decimal(1)}, by=officer, version=0)


def test_the_database_keeps_one_share_of_a_commune_and_period(target, divide, world):
    divide(3, 3)
    kept = Breakdown.objects.get()
    for fields in (
        {"area": world.dam_thuy},
        {"area": None, "period": ""},
        {"area": world.other_district, "number": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Share.objects.create(breakdown=kept, **{"number": 1, **fields})
    Share.objects.create(breakdown=kept, period="2023-Q1", number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Share.objects.create(breakdown=kept, period="2023-Q1", number=2)


def test_a_commune_reads_its_own_share_only(target, plan, divide, client_of, commune_staff, officer):
    divide(4, 2)
    planning.publish(plan, by=officer)
    page = client_of(commune_staff).get(page_of(plan, "breakdown", target.pk))
    assert "Xã Đàm Thuỷ" in row_of(page, "Xã Đàm Thuỷ")
    assert '<th scope="row">Xã Chí Viễn</th>' not in text_of(page)
    edit = page_of(plan, "breakdown_edit", target.pk)
    assert edit not in text_of(page)
    assert client_of(commune_staff).post(edit, {}).status_code == 403


# --- telling the communes


def told() -> list[str]:
    """The communes that were told of their shares, notice by notice."""
    return list(Notice.objects.filter(kind="plan.shares").order_by("pk").values_list("area__name", flat=True))


def test_a_commune_is_told_of_its_share_in_a_published_plan_by_a_link(
    target, plan, divide, officer, client_of, commune_staff, neighbour, world
):
    planning.publish(plan, by=officer)
    assert told() == []
    divide(4, None)
    assert told() == ["Xã Đàm Thuỷ"]
    notice = noticing.for_user(commune_staff).get()
    assert not noticing.for_user(neighbour).exists()
    answer = client_of(commune_staff).get(reverse("desk:notice", args=[notice.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == page_of(plan, "breakdown", target.pk)
    assert "Xã Đàm Thuỷ" in row_of(answer, "Xã Đàm Thuỷ")
    listed = text_of(client_of(commune_staff).get(reverse("desk:notices")))
    assert "Số giao cho xã trong các chỉ tiêu của kế hoạch" in listed


def test_each_saving_tells_once_those_whose_own_share_changed(target, plan, divide, officer):
    one, other = "Xã Đàm Thuỷ", "Xã Chí Viễn"
    planning.publish(plan, by=officer)
    divide(4, 2)
    assert told() == [one, other]
    divide(4, 2, version=1)
    assert told() == [one, other]
    divide(4, 3, version=2)
    assert told() == [one, other, other]
    divide(4, 2, version=3)  # back to what was told before is news all the same
    assert told() == [one, other, other, other]
    divide(None, 2, version=4)  # a share that is taken back too
    assert told() == [one, other, other, other, one]
    divide(None, None, version=5)
    assert told() == [one, other, other, other, one, other]
    divide(None, 2)
    assert told() == [one, other, other, other, one, other, other]


def test_a_drafts_shares_are_told_when_it_is_published(target, plan, aim, divide, officer, client_of, world):
    one, other = "Xã Đàm Thuỷ", "Xã Chí Viễn"
    divide(4, 2)
    divide(5, 1, version=1)
    second = aim("new_recognised", 2)
    divide(2, None, of=second)
    assert told() == []
    planning.publish(plan, by=officer)
    assert told() == [one, other]  # one notice for the plan, however many targets
    assert set(Notice.objects.values_list("url", flat=True)) == {page_of(plan)}
    planning.publish(plan, by=officer)
    planning.unpublish(plan, by=officer, reason="Sửa")
    divide(1, 1, of=second, version=1)
    divide(2, None, of=second, version=2)
    divide(5, 2, version=2)
    assert told() == [one, other]
    planning.publish(plan, by=officer)
    assert told() == [one, other, other]


def test_shares_given_out_before_anybody_was_told_are_no_news(target, plan, divide, officer):
    planning.publish(plan, by=officer)
    divide(4, 2)
    Notice.objects.all().delete()  # as of a plan that was broken down before communes were told
    divide(4, 2, version=1)
    divide(4, 1, version=2)
    assert told() == ["Xã Chí Viễn"]


def test_periods_alone_concern_no_commune(target, plan, officer):
    planning.publish(plan, by=officer)
    numbers = {Cell(None, "2023-Q1"): Decimal(6)}
    breaking_down.break_down(target, Shape(False, "quarter"), numbers, by=officer, version=0)
    assert told() == []


@pytest.mark.parametrize("count", [1, 3])
def test_telling_costs_the_same_however_many_communes(
    target, plan, officer, world, count, django_assert_num_queries
):
    planning.publish(plan, by=officer)
    places = [world.dam_thuy, world.chi_vien, world.tra_linh][:count]
    numbers = {Cell(area.pk, ""): Decimal(1) for area in places}
    plan.refresh_from_db()
    breaking_down.break_down(target, BY_COMMUNE, numbers, by=officer, version=0)
    Notice.objects.all().delete()
    with django_assert_num_queries(7):
        telling_shares.tell(plan, "/")
    assert len(told()) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_table_costs_the_same_however_many_communes(
    target, plan, desk, officer, world, take_part, count, django_assert_num_queries
):
    places = [world.dam_thuy]
    for number in range(1, count):
        codes = {"valid_from": None, "valid_to": date(2025, 7, 1)}
        places.append(make_area(f"0159{number}", f"Xã {number}", Level.COMMUNE, world.district, **codes))
    cover()
    numbers = {Cell(area.pk, "2023-Q1"): Decimal(1) for area in places}
    breaking_down.break_down(target, Shape(True, "quarter"), numbers, by=officer, version=0)
    for area in places:
        take_part(1, area=area)
    address = page_of(plan, "breakdown", target.pk)
    desk.get(address)
    with django_assert_num_queries(20):
        desk.get(address)


@given(
    least=st.integers(0, 50),
    width=st.none() | st.integers(1, 20),
    shares=st.lists(st.integers(0, 30), max_size=8),
)
def test_a_breakdown_adds_up_exactly_where_its_sum_lies_in_the_number(least, width, shares):
    most = None if width is None else Decimal(least + width)
    target = Target(number=Decimal(least), number_max=most)
    total = Decimal(sum(shares))
    found = balance(target, total)
    upper = most if most is not None else Decimal(least)
    assert found.matches == (least <= total <= upper)
    assert least <= total - found.difference <= upper
