"""The communes report each month on the web: something, nothing said aloud, or missing; figures wait."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import noticing
from accounts.models import Notice, Role
from ocop_portal.lib import periods
from plans import months, planning, reminding, reporting
from plans.models import MonthlyReport, ReportedFigure
from plans.progress import progress
from tests.factories import make_user

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301"
    "0100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
def published(plan, aim, officer):
    """A published plan with one activity, one target counted by the portal, one told by hand."""
    aim("taking_part", 6)
    aim("training_people", 40, words="Tập huấn 40 người")
    planning.set_activity(plan, by=officer, content="Tuyên truyền, tập huấn")
    return planning.publish(plan, by=officer)


@pytest.fixture
def by_hand(published):
    return published.targets.get(indicator__code="training_people")


@pytest.fixture
def page(published, commune):
    def address(month: str = "2023-11", area=commune) -> str:
        return f"/quan-ly/ke-hoach/{published.pk}/bao-cao-thang/{month}/{area.pk}/"

    return address


@pytest.fixture
def write(page, published, by_hand, client_of, commune_staff):
    """Type into the commune's form and press a button."""
    activity = published.activities.get()

    def write(month="2023-11", by=commune_staff, send=True, area=None, result="", **typed):
        address = page(month, area) if area else page(month)
        names = {"value": f"value_{by_hand.pk}", "why": f"note_{by_hand.pk}", "file": f"file_{by_hand.pk}"}
        data = {"version": 0, f"activity_{activity.pk}": result}
        data |= {names.get(name, name): value for name, value in typed.items()}
        data["send" if send else "save"] = "1"
        return client_of(by).post(address, data, follow=True)

    return write


def board(client, plan) -> str:
    return client.get(f"/quan-ly/ke-hoach/{plan.pk}/bao-cao-thang/").content.decode()


def states(plan, commune, today=date(2023, 12, 29)) -> dict[str, str]:
    (line,) = [line for line in months.board(plan, 2023, today) if line.commune == commune]
    return {cell.code: cell.state for cell in line.cells}


# ---- reporting


def test_a_commune_reports_what_it_did(write, published, commune, officer, client_of, page):
    answer = write(result="Tổ chức 02 buổi tuyên truyền")
    assert "Đã gửi báo cáo" in answer.content.decode()
    assert states(published, commune)["2023-11"] == "sent"
    assert "Tổ chức 02 buổi tuyên truyền" in client_of(officer).get(page()).content.decode()


def test_nothing_to_report_is_said_and_is_not_missing(write, published, commune):
    write(nothing="on")
    assert states(published, commune)["2023-11"] == "nothing"
    assert states(published, commune)["2023-10"] == "missing"


def test_silence_is_no_report(write, published, commune):
    answer = write()
    assert "đánh dấu tháng này không có nội dung phát sinh" in answer.content.decode()
    assert states(published, commune)["2023-11"] == "missing"


def test_something_and_nothing_at_once_is_refused_and_stays_typed(write):
    answer = write(nothing="on", result="Có làm")
    assert "vừa có nội dung" in answer.content.decode()
    assert "Có làm" in answer.content.decode()
    assert MonthlyReport.objects.count() == 0


def test_a_draft_is_kept_and_is_not_a_report(write, published, commune, page, client_of, commune_staff):
    write(month="2023-12", result="Đang làm", send=False)
    assert states(published, commune)["2023-12"] == "draft"
    assert "Đang làm" in client_of(commune_staff).get(page("2023-12")).content.decode()


def test_a_sent_report_is_closed(write, commune):
    write(nothing="on")
    answer = write(result="Sửa sau", version=MonthlyReport.objects.get().version)
    assert answer.status_code == 403
    assert "Báo cáo đã gửi" in answer.content.decode()


def test_a_colleague_who_was_first_is_told_of_and_nothing_is_lost(write, world):
    other = make_user("xa.damthuy.2", Role.COMMUNE, world.dam_thuy)
    write(result="Của đồng nghiệp", send=False, by=other)
    page = write(result="Của tôi", send=False).content.decode()
    assert "Đồng nghiệp đã sửa báo cáo này" in page
    assert "Của tôi" in page
    assert MonthlyReport.objects.get().updates.get().result == "Của đồng nghiệp"


@pytest.mark.parametrize("month", ["2024-01", "2023-01", "2022-11", "2023-Q1", "xx"])
def test_only_months_of_the_plan_that_have_begun_are_reported_on(month, write, published):
    """The plan is of 1/2/2023: of January nobody could know of it."""
    assert write(month=month, nothing="on").status_code in {403, 404}
    assert MonthlyReport.objects.count() == 0


def test_nobody_reports_for_another_commune(write, neighbour, world, officer, leader):
    assert write(by=neighbour, nothing="on").status_code == 404
    assert write(by=officer, nothing="on").status_code == 403
    assert write(by=leader, nothing="on").status_code == 403
    assert MonthlyReport.objects.count() == 0


def test_a_plan_that_asks_for_no_report_gets_none(published, write):
    type(published).objects.update(asks_reports=False)
    assert write(nothing="on").status_code == 403


# ---- the board


def test_the_board_shows_who_has_not_reported(write, published, world, officer, client_of, commune):
    write(nothing="on")
    page = board(client_of(officer), published)
    assert "2 xã còn thiếu báo cáo" not in page  # three communes, each missing something
    assert "3 xã còn thiếu báo cáo" in page
    assert page.count("Còn thiếu") == 3 * 10 - 1  # February to November, less the one that was sent
    assert "chậm 24 ngày" in page


def test_a_cell_of_the_board_leads_to_the_communes_report_on_the_month(
    write, page, published, officer, client_of, commune
):
    write(nothing="on")
    type(commune).objects.filter(pk=commune.pk).update(name="Xã <b>Đàm & Thuỷ</b>")
    client = client_of(officer)
    shown = board(client, published)
    assert "<b>Đàm" not in shown
    told = '<span class="visually-hidden">: Xã &lt;b&gt;Đàm &amp; Thuỷ&lt;/b&gt;, 11/2023</span></a></td>'
    tag = '<span class="tag tag--neutral">Không phát sinh</span>'
    assert f'<td><a href="{page()}">{tag}{told}' in shown
    assert client.get(page()).status_code == 200


def test_a_commune_sees_its_own_line_only(published, commune_staff, client_of):
    page = board(client_of(commune_staff), published)
    assert "Đàm Thuỷ" in page
    assert "Chí Viễn" not in page


@pytest.mark.parametrize("others", [0, 2])
def test_the_board_asks_the_database_the_same_number_of_times(
    others, published, world, officer, client_of, django_assert_num_queries
):
    for area in [world.dam_thuy, world.chi_vien, world.tra_linh][: others + 1]:
        MonthlyReport.objects.create(
            plan=published,
            area=area,
            month=date(2023, 5, 1),
            state="sent",
            nothing=True,
            sent_on=date(2023, 6, 1),
            sent_by=officer,
        )
    client = client_of(officer)
    with django_assert_num_queries(7):
        board(client, published)


# ---- returning


def test_a_returned_report_opens_again_with_the_reason(
    write, page, officer, commune_staff, client_of, commune, published
):
    write(result="Sơ sài")
    client_of(officer).post(f"{page()}tra-lai/", {"reason": "Nêu rõ số người dự"})
    shown = client_of(commune_staff).get(page()).content.decode()
    assert "Nêu rõ số người dự" in shown
    assert Notice.objects.open().filter(kind="plan.month_returned", area=commune).count() == 1
    write(result="Có 35 người dự", version=MonthlyReport.objects.get().version)
    assert states(published, commune)["2023-11"] == "sent"
    assert Notice.objects.open().filter(kind="plan.month_returned").count() == 0


def test_a_return_without_reason_changes_nothing(write, page, officer, client_of):
    write(result="Đủ")
    client_of(officer).post(f"{page()}tra-lai/", {"reason": " "})
    assert MonthlyReport.objects.get().state == "sent"


def test_a_commune_does_not_return_reports(write, page, commune_staff, client_of):
    write(result="Đủ")
    assert client_of(commune_staff).post(f"{page()}tra-lai/", {"reason": "x"}).status_code == 403


# ---- figures


def standing(plan, target, period="2023") -> Decimal | None:
    return next(one.cumulative for one in progress(plan, periods.parse(period)) if one.target == target)


def judge(client, figure, **data):
    return client.post(f"/quan-ly/ke-hoach/{figure.target.plan_id}/so-lieu/{figure.pk}/", data, follow=True)


def test_a_figure_counts_once_an_officer_accepts_it(write, published, by_hand, officer, client_of):
    write(value="12", why="Danh sách lớp tập huấn")
    figure = ReportedFigure.objects.get()
    assert (figure.state, standing(published, by_hand)) == ("pending", None)
    judge(client_of(officer), figure, accept="1")
    assert standing(published, by_hand) == 12


def test_a_refused_figure_never_counts_and_the_commune_reads_why(
    write, published, by_hand, officer, client_of, page, commune_staff, commune
):
    write(value="120", why="Ước")
    judge(client_of(officer), ReportedFigure.objects.get(), refuse="1", refusal="Thiếu danh sách")
    assert standing(published, by_hand) is None
    assert "Thiếu danh sách" in client_of(commune_staff).get(page()).content.decode()
    assert Notice.objects.filter(kind="plan.figure_refused", area=commune).count() == 1


def test_a_refusal_needs_a_reason(write, officer, client_of):
    write(value="120", why="Ước")
    figure = ReportedFigure.objects.get()
    assert "Nêu lý do không chấp nhận" in judge(client_of(officer), figure, refuse="1").content.decode()
    figure.refresh_from_db()
    assert figure.state == "pending"


def test_who_is_second_to_judge_is_told_who_did_what(write, officer, client_of):
    write(value="12", why="Danh sách")
    figure = ReportedFigure.objects.get()
    judge(client_of(officer), figure, accept="1")
    answer = judge(client_of(officer), figure, refuse="1", refusal="Sai")
    assert answer.status_code == 403
    assert "Cán bộ huyện Trùng Khánh đã xem xét số liệu này" in answer.content.decode()


def test_the_figures_of_the_communes_add_up_each_with_its_latest(
    write, published, by_hand, officer, neighbour, client_of, world
):
    write("2023-10", value="12", why="Danh sách")
    write("2023-11", value="15", why="Danh sách")
    write("2023-11", by=neighbour, area=world.chi_vien, value="7", why="Danh sách")
    for figure in ReportedFigure.objects.all():
        judge(client_of(officer), figure, accept="1")
    assert standing(published, by_hand) == 22
    assert standing(published, by_hand, "2023-10") == 12


def test_a_later_figure_of_the_whole_unit_takes_the_place_of_the_sum(
    write, published, by_hand, officer, client_of
):
    write("2023-10", value="12", why="Danh sách")
    judge(client_of(officer), ReportedFigure.objects.get(), accept="1")
    note = "Tổng hợp của phòng"
    planning.record_figure(by_hand, as_of=date(2023, 12, 15), value=Decimal(31), note=note, by=officer)
    assert standing(published, by_hand) == 31


def test_a_changed_figure_waits_again(write, published, by_hand, officer, client_of, page):
    write(value="12", why="Danh sách")
    judge(client_of(officer), ReportedFigure.objects.get(), accept="1")
    client_of(officer).post(f"{page()}tra-lai/", {"reason": "Bổ sung"})
    write(value="13", why="Danh sách", version=MonthlyReport.objects.get().version)
    figure = ReportedFigure.objects.get()
    assert (figure.state, figure.value, standing(published, by_hand)) == ("pending", 13, None)


def test_a_figure_needs_its_source_and_a_source_its_figure(write):
    assert "Nêu nguồn của số liệu" in write(value="12").content.decode()
    assert "Nhập số liệu, hoặc xóa phần nguồn" in write(why="Danh sách").content.decode()
    assert MonthlyReport.objects.count() == 0


def test_the_file_behind_a_figure_is_found_by_its_readers_only(
    write, officer, neighbour, other_officer, client_of
):
    write(value="12", why="Danh sách", file=SimpleUploadedFile("danh-sach.png", PNG, "image/png"))
    figure = ReportedFigure.objects.get()
    address = f"/quan-ly/ke-hoach/{figure.target.plan_id}/so-lieu/{figure.pk}/tep/"
    answer = client_of(officer).get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert len(b"".join(answer.streaming_content)) == figure.document_size
    assert client_of(neighbour).get(address).status_code == 404
    assert client_of(other_officer).get(address).status_code == 404


def test_the_list_of_figures_has_what_was_sent(write, published, officer, client_of):
    write(value="12", why="Danh sách")
    page = client_of(officer).get(f"/quan-ly/ke-hoach/{published.pk}/so-lieu/?state=pending").content.decode()
    assert "Chờ chấp nhận" in page
    assert (
        "1 số liệu chờ chấp nhận"
        in client_of(officer).get(f"/quan-ly/ke-hoach/{published.pk}/").content.decode()
    )


# ---- reminders


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.open().filter(kind=kind).values_list("area__code", flat=True))


@pytest.mark.parametrize(
    ("day", "due", "missed"),
    [
        (date(2023, 12, 1), 0, 0),
        (date(2023, 12, 2), 3, 0),  # due on the 5th
        (date(2023, 12, 5), 3, 0),
        (date(2023, 12, 6), 0, 3),
    ],
)
def test_communes_are_reminded_before_and_after_the_term(published, day, due, missed):
    reminding.remind(day)
    reminding.remind(day)
    assert (len(told("plan.month_due")), len(told("plan.month_missed"))) == (due, missed)


def test_who_has_reported_is_not_reminded_and_reporting_settles_it(write, published, neighbour, world):
    reminding.remind(date(2023, 12, 6))
    assert told("plan.month_missed") == ["01447", "01495", "01501"]
    write(nothing="on")
    assert told("plan.month_missed") == ["01447", "01501"]
    assert reminding.remind(date(2023, 12, 7)) == 0


def test_an_officer_reminds_those_who_have_not_reported_once_a_day(write, published, officer, client_of):
    write(nothing="on")
    address = f"/quan-ly/ke-hoach/{published.pk}/bao-cao-thang/2023-11/nhac/"
    answer = client_of(officer).post(address, follow=True)
    assert "Đã nhắc 2 xã" in answer.content.decode()
    assert "Đã nhắc 0 xã" in client_of(officer).post(address, follow=True).content.decode()
    assert told("plan.month_asked") == ["01447", "01501"]


def test_the_notice_leads_to_the_form(published, commune_staff, client_of):
    reminding.remind(date(2023, 12, 6))
    notice = noticing.for_user(commune_staff).get(kind="plan.month_missed")
    assert client_of(commune_staff).get(notice.url).status_code == 200


def test_an_unpublished_plan_reminds_nobody(published, officer):
    planning.unpublish(published, by=officer, reason="Sửa")
    assert reminding.remind(date(2023, 12, 6)) == 0


def test_a_figure_stands_with_its_unit_where_it_has_one(published, write, page, aim, officer, client_of):
    write(value="30", why="Danh sách")
    assert "<strong>30 người</strong>" in client_of(officer).get(page()).content.decode()


def test_a_target_without_a_unit_asks_without_empty_brackets(
    plan, aim, officer, commune, commune_staff, client_of
):
    aim("other", None, words="Củng cố bộ máy", comparator="none")
    planning.publish(plan, by=officer)
    answer = client_of(commune_staff).get(f"/quan-ly/ke-hoach/{plan.pk}/bao-cao-thang/2023-11/{commune.pk}/")
    assert "lũy kế từ đầu kế hoạch đến hết tháng<" in answer.content.decode()


# ---- after the commune has ended


def test_the_heir_of_a_commune_finds_what_was_returned_to_it(
    write, published, commune, world, province_officer, client_of, settings, page
):
    write(result="Đã làm")
    settings.OCOP_TODAY = date(2026, 11, 23)
    heir = make_user("xa.damthuy.2026", Role.COMMUNE, world.new_dam_thuy)
    report = MonthlyReport.objects.get(plan=published, area=commune)
    reporting.return_report(report, reason="Ghi rõ số buổi", by=province_officer)
    notice = Notice.objects.get(kind="plan.month_returned")
    client = client_of(heir)
    answer = client.get(f"/thong-bao/{notice.pk}/", follow=True)
    assert answer.redirect_chain[-1][0] == page(), "the notice leads to the report"
    assert answer.status_code == 200
    assert "Ghi rõ số buổi" in answer.content.decode()
    assert published.title in client.get("/quan-ly/ke-hoach/").content.decode()


def test_a_plan_of_another_district_stays_out_of_sight(published, world, other_officer, client_of, page):
    assert client_of(other_officer).get(page()).status_code == 404
