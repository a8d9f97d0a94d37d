"""My work: what waits for whom, by post; and the navigation."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from accounts import noticing
from accounts.models import Notice, Post, Role
from ocop_portal.lib import periods
from plans import loading
from plans.models import Indicator, MonthlyReport, Plan, ReportedFigure
from reports.requesting import request
from tests.factories import make_decision, make_dossier, make_product, make_user

PAGE = "/viec-cua-toi/"


def piles(client) -> dict[str, list[str]]:
    """What each pile holds, by its title."""
    desk = client.get(PAGE).context["desk"]
    return {str(pile.title): [task.label for task in pile.tasks] for pile in desk.piles}


@pytest.fixture
def dossiers(world):
    """One dossier in each open state, of Đàm Thuỷ; one draft of the neighbour."""
    made = {
        state: make_dossier(make_product(world.dam_thuy), state=state)
        for state in ("draft", "submitted", "returned", "accepted", "scored", "prepared", "forwarded")
    }
    made["neighbour"] = make_dossier(make_product(world.chi_vien), state="draft")
    return made


def test_commune_staff_answer_returns_and_complete_drafts_of_their_commune(
    client_of, commune_staff, dossiers
):
    assert piles(client_of(commune_staff)) == {
        "Hồ sơ bị trả lại cần bổ sung": [dossiers["returned"].code],
        "Hồ sơ xã cần đánh giá (Mẫu 03)": [],
        "Hồ sơ nháp cần hoàn thiện và nộp": [dossiers["draft"].code],
    }


def test_an_officer_checks_assesses_and_prepares(client_of, officer, dossiers):
    found = piles(client_of(officer))
    assert found == {
        "Hồ sơ mới nộp cần kiểm tra": [dossiers["submitted"].code],
        "Hồ sơ đã tiếp nhận chờ kết quả đánh giá": [dossiers["accepted"].code, dossiers["forwarded"].code],
        "Hồ sơ đã có kết quả chờ ban hành quyết định": [dossiers["scored"].code],
        "Báo cáo của tôi": [],
    }


def test_another_level_has_other_work(client_of, province_officer, other_officer, dossiers):
    dossiers["forwarded"].level = "province"
    dossiers["forwarded"].save()
    province = piles(client_of(province_officer))
    assert province["Hồ sơ mới nộp cần kiểm tra"] == []
    assert province["Hồ sơ đã tiếp nhận chờ kết quả đánh giá"] == [dossiers["forwarded"].code]
    assert not any(piles(client_of(other_officer)).values())


def test_an_ended_district_leaves_its_dossiers_to_the_province(
    client_of, province_officer, officer, dossiers, settings
):
    settings.OCOP_TODAY = date(2025, 7, 1)
    assert piles(client_of(province_officer))["Hồ sơ mới nộp cần kiểm tra"] == [dossiers["submitted"].code]
    assert piles(client_of(officer)) == {}


def test_a_leader_signs(client_of, leader, world, dossiers):
    make_decision(world.district, state="prepared", number="", signed_on=None, title="Công nhận đợt 1")
    make_decision(world.district)
    make_decision(world.other_district, state="prepared", number="", signed_on=None, title="Của huyện khác")
    assert piles(client_of(leader)) == {"Quyết định chờ ký": ["Công nhận đợt 1"], "Báo cáo của tôi": []}


def test_a_leader_finds_the_reports_asked_for(client_of, leader, province_leader, district):
    run = request("tien-do", district, periods.parse("2023"), by=leader)
    assert piles(client_of(leader))["Báo cáo của tôi"] == ["Huyện Trùng Khánh: Năm 2023"]
    assert f"/bao-cao/luot/{run.pk}/" in client_of(leader).get(PAGE).content.decode()
    assert piles(client_of(province_leader))["Báo cáo của tôi"] == []


def test_what_an_ended_district_prepared_falls_to_the_province(client_of, province_leader, world, settings):
    make_decision(world.district, state="prepared", number="", signed_on=None, title="Công nhận đợt 1")
    assert piles(client_of(province_leader))["Quyết định chờ ký"] == []
    settings.OCOP_TODAY = date(2025, 7, 1)
    assert piles(client_of(province_leader))["Quyết định chờ ký"] == ["Công nhận đợt 1"]


def test_the_overdue_stands_first_and_is_called_late(client_of, commune_staff, world):
    later = make_dossier(make_product(world.dam_thuy), state="returned", due_on=date(2024, 1, 5))
    never = make_dossier(make_product(world.dam_thuy), state="returned")
    late = make_dossier(make_product(world.dam_thuy), state="returned", due_on=date(2023, 12, 28))
    page = client_of(commune_staff).get(PAGE)
    tasks = page.context["desk"].piles[0].tasks
    assert [(task.label, task.late) for task in tasks] == [
        (late.code, True),
        (later.code, False),
        (never.code, False),
    ]
    assert "quá hạn" in page.content.decode()


def test_an_officer_finds_the_dossiers_in_charge_first_the_overdue_on_top(client_of, officer, world):
    def make(**fields):
        return make_dossier(make_product(world.dam_thuy), **({"state": "submitted"} | fields))

    mine = [
        make(assigned_to=officer, due_on=date(2024, 1, 5), state="accepted"),
        make(assigned_to=officer, due_on=date(2023, 12, 28)),
    ]
    make(assigned_to=officer, state="returned")  # waits for the commune
    make(assigned_to=officer, state="recognised")
    make(assigned_to=make_user("huyen.2", "officer", world.district))
    make(assigned_to=officer, level="province")
    make()
    first = client_of(officer).get(PAGE).context["desk"].piles[0]
    assert str(first.title) == "Hồ sơ tôi phụ trách"
    assert [(task.label, task.late) for task in first.tasks] == [(mine[1].code, True), (mine[0].code, False)]


def test_a_dossier_in_ones_charge_stands_in_one_pile(client_of, officer, world):
    mine = make_dossier(make_product(world.dam_thuy), state="submitted", assigned_to=officer)
    other = make_dossier(make_product(world.dam_thuy), state="submitted")
    found = piles(client_of(officer))
    assert found["Hồ sơ tôi phụ trách"] == [mine.code]
    assert found["Hồ sơ mới nộp cần kiểm tra"] == [other.code]


def test_a_notice_that_was_read_does_not_repeat_a_dossier_that_waits_below(client_of, officer, world):
    dossier = make_dossier(make_product(world.dam_thuy), state="submitted")
    facts = {"code": dossier.code, "dossier": dossier.pk}
    for key, about in (("below", facts), ("elsewhere", {"code": "HS-X", "dossier": dossier.pk + 1})):
        words = {"facts": {"product": "Rượu", "enterprise": "HTX"} | about, "url": "/ho-so/"}
        noticing.tell(Role.OFFICER, world.district, kind="dossier.submitted", key=key, **words)
    client = client_of(officer)
    assert len(client.get(PAGE).context["desk"].notices) == 2
    noticing.mark_read(Notice.objects.all(), by=officer)
    lines = client.get(PAGE).context["desk"].notices
    assert [Notice.objects.get(pk=line.pk).key for line in lines] == ["elsewhere"]


def test_whoever_has_no_post_is_told_whom_to_ask(client_of, world):
    text = client_of(make_user("moi.den")).get(PAGE).content.decode()
    assert "Hiện ông/bà chưa được giao vị trí công tác nào" in text


def test_a_post_that_ended_gives_no_work(client_of, officer, dossiers):
    Post.objects.update(ends_on=date(2023, 12, 28))
    assert piles(client_of(officer)) == {}


def test_council_members_and_administrators_are_told_their_place(client_of, council_member, administrator):
    page = client_of(council_member).get(PAGE).content.decode()
    assert ("Không có phiếu nào chờ nộp." in page, "Chưa có phiên họp nào" in page) == (True, True)
    assert "/quan-tri/" in client_of(administrator).get(PAGE).content.decode()


def test_a_visitor_is_asked_to_sign_in(visitor, world):
    assert visitor.get(PAGE).status_code == 302


def labels(client) -> list[str]:
    return [item.label for item in client.get(PAGE).context["nav_items"]]


def test_the_bar_shows_each_their_pages(
    client_of, officer, leader, council_member, administrator, commune_staff
):
    assert {"Việc của tôi", "Tin tức"} <= set(labels(client_of(officer)))
    assert "Tin tức" not in labels(client_of(leader))
    assert labels(client_of(council_member)) == ["Việc của tôi", "Hội đồng"]
    assert "Quản trị" in labels(client_of(administrator))
    assert "Quản trị" not in labels(client_of(commune_staff))


def test_the_bar_marks_the_page(client_of, officer):
    items = client_of(officer).get(PAGE).context["nav_items"]
    assert [item.label for item in items if item.current] == ["Việc của tôi"]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("person", "queries"), [("commune_staff", 10), ("officer", 12), ("leader", 7)])
def test_no_row_asks_the_database_for_more(
    request, client_of, world, person, queries, number, django_assert_num_queries
):
    client = client_of(request.getfixturevalue(person))
    for _ in range(number):
        for state in ("draft", "submitted", "returned", "accepted", "scored"):
            make_dossier(make_product(world.dam_thuy), state=state)
        make_decision(world.district, state="prepared", number="", signed_on=None)
        for role, area in [
            ("commune", world.dam_thuy),
            ("officer", world.district),
            ("leader", world.district),
        ]:
            key = f"k:{Notice.objects.count()}"
            noticing.tell(role, area, kind="dossier.returned", key=key, facts={"dossier": 1}, url="/")
    with django_assert_num_queries(queries):
        client.get(PAGE)


def test_a_commune_finds_its_monthly_report_and_an_officer_the_figures(
    world, officer, commune_staff, client_of
):
    loading.load()
    plan = Plan.objects.create(
        area=world.district,
        title="Kế hoạch",
        issuing_body="UBND",
        first_year=2023,
        last_year=2023,
        published_at=timezone.now(),
    )
    assert "Báo cáo tháng phải gửi" in client_of(commune_staff).get("/viec-cua-toi/").content.decode()
    report = MonthlyReport.objects.create(
        plan=plan,
        area=world.dam_thuy,
        month=date(2023, 11, 1),
        state="sent",
        sent_on=date(2023, 12, 1),
        sent_by=commune_staff,
    )
    assert "Báo cáo tháng phải gửi" not in client_of(commune_staff).get("/viec-cua-toi/").content.decode()
    target = plan.targets.create(
        indicator=Indicator.objects.get(code="support"), words="Hỗ trợ", comparator="none"
    )
    ReportedFigure.objects.create(
        target=target,
        area=world.dam_thuy,
        report=report,
        as_of=date(2023, 11, 30),
        value=2,
        note="Danh sách",
        state="pending",
    )
    assert "Số liệu chờ chấp nhận" in client_of(officer).get("/viec-cua-toi/").content.decode()
