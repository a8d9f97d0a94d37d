"""The pages of plans through HTTP: who sees what, what is refused in words, nothing typed is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Role
from plans import planning
from plans.models import Activity, BudgetLine, Indicator, Plan, ReportedFigure, Target

PDF = b"%PDF-1.7\n%%EOF\n"
LIST = "/quan-ly/ke-hoach/"


def page_of(plan: Plan, name: str = "detail", *rest: object) -> str:
    return reverse(f"plans:{name}", args=[plan.pk, *rest])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def desk(client_of, officer):
    return client_of(officer)


def particulars(**changes: str) -> dict[str, str]:
    values = {
        "number": "12/KH-UBND",
        "signed_on": "7/3/23",
        "issuing_body": "UBND huyện Trùng Khánh",
        "title": "Kế hoạch OCOP năm 2023",
        "first_year": "2023",
        "last_year": "2023",
        "summary": "",
        "signer_name": "",
    }
    return values | changes


def aimed(plan: Plan, **changes: str) -> dict[str, str]:
    plan.refresh_from_db()
    values = {
        "version": str(plan.version),
        "kieu": "mot-so",
        "words": "Phát triển sản phẩm",
        "indicator": str(Indicator.objects.get(code="taking_part").pk),
        "comparator": "ge",
        "number": "6",
    }
    return values | changes


def test_an_officer_writes_and_publishes_a_plan(indicators, desk, district, client_of, commune_staff):
    token = "6a5d3f46-8f0e-4c53-9c25-000000000001"
    sent = particulars(area=str(district.pk), form_token=token)
    for _ in range(2):
        response = desk.post(f"{LIST}moi/", sent | {"document": SimpleUploadedFile("ke-hoach.pdf", PDF)})
        plan = Plan.objects.get()
        assert (response.status_code, response["Location"]) == (302, page_of(plan))
    assert (plan.signed_on, plan.document_name) == (date(2023, 3, 7), "ke-hoach.pdf")
    assert desk.post(page_of(plan, "row_new", "chi-tieu"), aimed(plan)).status_code == 302
    assert desk.post(page_of(plan, "publish")).status_code == 302
    assert Plan.objects.get().published_at is not None
    assert client_of(commune_staff).get(page_of(plan)).status_code == 200
    download = desk.get(page_of(plan, "document"))
    assert (b"".join(download.streaming_content), download["Content-Type"]) == (PDF, "application/pdf")


def test_the_detail_shows_the_plan_beside_what_was_done(plan_66, desk, take_part):
    take_part(2)
    shown = text_of(desk.get(page_of(plan_66)))
    for words in (
        "Phát triển ít nhất 06 sản phẩm tham gia Chương trình OCOP năm 2023",
        "ít nhất 06 sản phẩm",
        "33,3 %",
        "Chậm so với kế hoạch",
        "Kế hoạch không nêu con số.",
        "975,5",
    ):
        assert words in shown


def test_a_published_plan_offers_no_change_and_refuses_it_with_the_reason(plan_66, desk, officer):
    planning.publish(plan_66, by=officer)
    target = plan_66.targets.first()
    edit = page_of(plan_66, "row_edit", "chi-tieu", target.pk)
    assert f'"{edit}"' not in text_of(desk.get(page_of(plan_66)))
    for address in (edit, page_of(plan_66, "edit"), page_of(plan_66, "row_new", "nhiem-vu")):
        for response in (desk.get(address), desk.post(address, aimed(plan_66))):
            assert response.status_code == 403
            assert "Kế hoạch đã công bố nên nội dung bị khóa" in text_of(response)
    removed = desk.post(page_of(plan_66, "row_remove", "chi-tieu", target.pk))
    assert (removed.status_code, plan_66.targets.count()) == (403, 5)


@pytest.mark.parametrize("who", ["commune_staff", "leader"])
def test_readers_are_refused_with_the_reason(request, client_of, plan_66, officer, who):
    planning.publish(plan_66, by=officer)
    reader = client_of(request.getfixturevalue(who))
    target, activity = plan_66.targets.get(label="4"), plan_66.activities.first()
    line = plan_66.budget_lines.first()
    assert reader.get(page_of(plan_66)).status_code == 200
    for name, rest in (
        ("edit", []),
        ("publish", []),
        ("unpublish", []),
        ("row_new", ["chi-tieu"]),
        ("row_edit", ["chi-tieu", target.pk]),
        ("row_remove", ["chi-tieu", target.pk]),
        ("figure", [target.pk]),
        ("activity_report", [activity.pk]),
        ("disbursement", [line.pk]),
    ):
        response = reader.post(page_of(plan_66, name, *rest), {"reason": "x"})
        assert response.status_code == 403, name
        assert str(Role.OFFICER.label) in text_of(response)


def test_the_page_leads_who_reads_the_unit_to_its_report(
    plan_66, desk, officer, leader, commune_staff, client_of
):
    planning.publish(plan_66, by=officer)
    report = "/bao-cao/tien-do/?area=047&amp;period=2023"
    assert report in desk.get(page_of(plan_66)).content.decode()
    assert report in client_of(leader).get(page_of(plan_66)).content.decode()
    assert report not in client_of(commune_staff).get(page_of(plan_66)).content.decode()


def test_publishing_says_whether_there_is_a_document_to_download(plan_66, desk):
    page = text_of(desk.post(page_of(plan_66, "publish"), follow=True))
    assert "Kế hoạch đã được công bố, mọi người đều xem được." in page
    assert "chưa đính kèm văn bản" in page


def test_what_narrows_a_count_is_said_once(plan_66, desk):
    page = text_of(desk.get(page_of(plan_66)))
    assert "Chỉ tính: tổ chức kinh tế<" in page
    assert "chỉ tính tổ chức kinh tế" not in page


def test_another_district_finds_nothing(client_of, other_officer, plan_66):
    stranger = client_of(other_officer)
    target = plan_66.targets.first()
    for address in (
        page_of(plan_66),
        page_of(plan_66, "edit"),
        page_of(plan_66, "document"),
        page_of(plan_66, "row_edit", "chi-tieu", target.pk),
        page_of(plan_66, "figure", target.pk),
    ):
        assert stranger.get(address).status_code == 404
    assert "66/KH-UBND" not in text_of(stranger.get(LIST))


def test_a_commune_sees_the_districts_plan_once_it_is_published(client_of, commune_staff, plan_66, officer):
    commune = client_of(commune_staff)
    assert commune.get(page_of(plan_66)).status_code == 404
    planning.publish(plan_66, by=officer)
    assert commune.get(page_of(plan_66)).status_code == 200


def test_a_row_of_another_plan_is_not_found(plan, plan_66, desk):
    target = plan_66.targets.first()
    assert desk.get(page_of(plan, "row_edit", "chi-tieu", target.pk)).status_code == 404
    assert desk.get(page_of(plan, "row_new", "gi-do")).status_code == 404


def test_nobody_signed_out_gets_in(plan_66, visitor):
    assert visitor.get(page_of(plan_66)).status_code == 302


def test_the_second_writer_keeps_the_text_and_is_told(plan, desk, province_officer):
    sent = particulars(version=str(plan.version), title="Tên của huyện")
    planning.change(plan, by=province_officer, version=plan.version, title="Tên của tỉnh")
    response = desk.post(page_of(plan, "edit"), sent)
    shown = text_of(response)
    assert response.status_code == 409
    assert "Cán bộ tỉnh Cao Bằng đã sửa kế hoạch này" in shown
    assert "Tên của huyện" in shown
    again = particulars(version=response.context["form"]["version"].value(), title="Tên của huyện")
    assert desk.post(page_of(plan, "edit"), again).status_code == 302
    assert Plan.objects.get(pk=plan.pk).title == "Tên của huyện"


def test_a_target_sent_twice_is_one(plan, desk):
    sent = aimed(plan)
    assert desk.post(page_of(plan, "row_new", "chi-tieu"), sent).status_code == 302
    assert desk.post(page_of(plan, "row_new", "chi-tieu"), sent).status_code == 409
    assert Target.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": ""}, "Nhập con số hoặc chọn loại “Không nêu con số”."),
        ({"comparator": "none"}, "none"),
        ({"kieu": "khoang", "number_max": "6"}, "Cận trên của khoảng phải lớn hơn cận dưới."),
        ({"deadline": "31/2/2023"}, "31/02/2023"),
        ({"number": "-5"}, "Nhập số không âm."),
        ({"deadline": "31/12/2022"}, "Kế hoạch bắt đầu từ năm 2023"),
        (
            {"kieu": "ty-le", "base": "taking_part", "number": "130"},
            "Tỷ lệ trên tổng mà cổng đếm được là số từ 0 đến 100.",
        ),
    ],
)
def test_a_wrong_target_is_refused_in_words(plan, desk, changes, words):
    response = desk.post(page_of(plan, "row_new", "chi-tieu"), aimed(plan, **changes))
    assert response.status_code == 200
    assert words in text_of(response)
    assert "is violated" not in text_of(response)
    assert Target.objects.count() == 0


def test_fields_nobody_offered_change_nothing(plan, desk):
    desk.post(
        page_of(plan, "edit"),
        particulars(version=str(plan.version), published_at="2023-01-01", area="1", slug="x", document="y"),
    )
    kept = Plan.objects.get(pk=plan.pk)
    assert (kept.published_at, kept.area, kept.slug, kept.document) == (None, plan.area, plan.slug, "")


def test_money_is_typed_with_a_decimal_comma(plan, desk):
    sent = {"version": str(plan.version), "content": "Tập huấn", "source": "local", "planned": "1.045,5"}
    assert desk.post(page_of(plan, "row_new", "kinh-phi"), sent).status_code == 302
    line = BudgetLine.objects.get()
    assert line.planned == Decimal("1045.5")
    assert desk.post(page_of(plan, "disbursement", line.pk), {"disbursed": "522,75"}).status_code == 302
    shown = text_of(desk.get(page_of(plan)))
    assert "1.045,5" in shown
    assert "50,0 %" in shown
    assert desk.post(page_of(plan, "disbursement", line.pk), {"disbursed": "-1"}).status_code == 200


def test_kept_amounts_come_back_as_they_were_typed(plan_66, desk):
    target, line = plan_66.targets.first(), plan_66.budget_lines.get(planned=Decimal("45.5"))
    assert 'value="6"' in text_of(desk.get(page_of(plan_66, "row_edit", "chi-tieu", target.pk)))
    assert 'value="45,5"' in text_of(desk.get(page_of(plan_66, "row_edit", "kinh-phi", line.pk)))


def test_unknown_money_is_a_dash_not_zero(plan, desk):
    sent = {"version": str(plan.version), "content": "Tập huấn", "source": "local", "planned": ""}
    desk.post(page_of(plan, "row_new", "kinh-phi"), sent)
    response = desk.get(page_of(plan))
    assert (response.context["total"].planned_words, response.context["total"].disbursed_words) == ("–", "–")


def test_figures_and_work_are_reported_on_a_published_plan(plan_66, desk, officer):
    planning.publish(plan_66, by=officer)
    target, activity = plan_66.targets.get(label="4"), plan_66.activities.first()
    told = {"as_of": "30/6/2023", "value": "2", "note": "Báo cáo 6 tháng"}
    for _ in range(2):
        assert desk.post(page_of(plan_66, "figure", target.pk), told).status_code == 302
    assert ReportedFigure.objects.get().value == 2
    desk.post(page_of(plan_66, "activity_report", activity.pk), {"state": "done", "result": "Xong"})
    assert Activity.objects.get(pk=activity.pk).state == "done"
    assert "Báo cáo 6 tháng" in text_of(desk.get(page_of(plan_66, "figure", target.pk)))


def test_a_figure_of_tomorrow_or_of_what_is_counted_is_refused(plan_66, desk):
    told = {"as_of": "30/12/2023", "value": "2", "note": "x"}
    response = desk.post(page_of(plan_66, "figure", plan_66.targets.get(label="4").pk), told)
    assert "không được sau ngày hôm nay" in text_of(response)
    counted = plan_66.targets.get(label="1")
    told["as_of"] = "1/6/2023"
    assert desk.post(page_of(plan_66, "figure", counted.pk), told).status_code == 403
    assert ReportedFigure.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"as_of": "31/12/2022"}, "Kế hoạch bắt đầu từ năm 2023"),
        ({"value": "-1"}, "Nhập số không âm."),
    ],
)
def test_a_figure_that_cannot_be_is_refused_in_words(plan_66, desk, changes, words):
    told = {"as_of": "1/6/2023", "value": "2", "note": "Sổ theo dõi", **changes}
    answer = desk.post(page_of(plan_66, "figure", plan_66.targets.get(label="4").pk), told)
    assert words in text_of(answer)
    assert "Sổ theo dõi" in text_of(answer)
    assert ReportedFigure.objects.count() == 0


def test_work_is_not_due_before_the_plan_begins(plan, desk):
    sent = {"version": str(plan.version), "content": "Tập huấn", "deadline": "31/12/2022"}
    assert "Kế hoạch bắt đầu từ năm 2023" in text_of(desk.post(page_of(plan, "row_new", "nhiem-vu"), sent))
    assert Activity.objects.count() == 0


def test_no_more_is_disbursed_than_was_allocated(plan, desk, officer):
    line = planning.set_budget_line(plan, by=officer, content="x", source="province", planned=Decimal(450))
    page = page_of(plan, "disbursement", line.pk)
    answer = desk.post(page, {"allocated": "450", "disbursed": "441000000"})
    assert "Không giải ngân nhiều hơn số đã cấp. Số tiền tính bằng triệu đồng." in text_of(answer)
    assert BudgetLine.objects.get().disbursed is None


def test_the_database_takes_no_amount_that_cannot_be(plan, aim, officer):
    line = planning.set_budget_line(plan, by=officer, content="x", source="province", planned=Decimal(450))
    target = aim("taking_part", 6)
    aim("support", 10)
    told = Target.objects.get(indicator__code="support")
    figure = planning.record_figure(told, as_of=date(2023, 6, 1), value=Decimal(3), note="x", by=officer)
    for row, change in (
        (line, {"allocated": 450, "disbursed": 451}),
        (line, {"planned": -1}),
        (target, {"number": -1}),
        (target, {"base": "still_valid", "number": 101}),
        (figure, {"value": -1}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
    assert type(line).objects.filter(pk=line.pk).update(allocated=450, disbursed=450) == 1


def test_more_than_was_planned_is_kept_and_asked_about(plan, desk, officer):
    line = planning.set_budget_line(plan, by=officer, content="x", source="province", planned=Decimal(450))
    page = page_of(plan, "disbursement", line.pk)
    assert "Kế hoạch: 450 triệu đồng" in text_of(desk.get(page))
    answer = desk.post(page, {"disbursed": "500"}, follow=True)
    assert "Số đã giải ngân lớn hơn kế hoạch: hãy kiểm tra lại số tiền" in text_of(answer)
    assert BudgetLine.objects.get().disbursed == 500
    assert "lớn hơn kế hoạch" not in text_of(desk.post(page, {"disbursed": "450"}, follow=True))


def test_unpublishing_asks_why(plan_66, desk, officer):
    planning.publish(plan_66, by=officer)
    assert desk.post(page_of(plan_66, "unpublish"), {"reason": ""}).status_code == 200
    assert Plan.objects.get().published_at is not None
    assert desk.post(page_of(plan_66, "unpublish"), {"reason": "Sửa chỉ tiêu"}).status_code == 302
    assert Plan.objects.get().published_at is None


def test_a_plan_without_targets_says_why_it_is_not_published(plan, desk):
    response = desk.post(page_of(plan, "publish"), follow=True)
    assert "Kế hoạch chưa có chỉ tiêu" in text_of(response)


def test_a_file_of_another_kind_is_refused_and_none_is_kept(plan, desk, settings):
    sent = particulars(version=str(plan.version)) | {"document": SimpleUploadedFile("a.pdf", b"MZ exe")}
    response = desk.post(page_of(plan, "edit"), sent)
    assert response.status_code == 200
    assert Plan.objects.get().document == ""
    assert not settings.PRIVATE_ROOT.exists() or not list(settings.PRIVATE_ROOT.rglob("*.*"))


def test_names_are_text_never_html(plan, desk, officer):
    planning.change(plan, by=officer, version=plan.version, title="<script>alert(1)</script>")
    for address in (LIST, page_of(plan)):
        assert "<script>alert" not in text_of(desk.get(address))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ke hoach thu nghiem", ["10/KH-UBND"]),
        ("q=66", ["66/KH-UBND"]),
        ("year=2023", ["10/KH-UBND", "66/KH-UBND"]),
        ("year=2024", []),
        ("published=0", ["10/KH-UBND", "66/KH-UBND"]),
        ("published=1", []),
        ("area=999999", []),
    ],
)
def test_the_list_narrows(plan, plan_66, desk, query, found):
    listed = desk.get(f"{LIST}?{query}").context["listed"]
    assert sorted(row.number for row in listed.page) == found


def test_the_list_as_excel(plan, plan_66, desk):
    content = b"".join(desk.get(f"{LIST}?xuat=xlsx").streaming_content)
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert sorted(row[3] for row in sheet.iter_rows(min_row=2, values_only=True)) == [
        "10/KH-UBND",
        "66/KH-UBND",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    plan, desk, officer, district, count, django_assert_num_queries
):
    for number in range(1, count):
        planning.create(
            by=officer,
            area=district,
            number=f"{number}/KH",
            issuing_body="UBND",
            title="Kế hoạch",
            first_year=2023,
            last_year=2023,
        )
    desk.get(LIST)
    with django_assert_num_queries(7):
        desk.get(LIST)


COUNTED = ["taking_part", "new_organisations", "value_chain"]


@pytest.mark.parametrize("codes", [COUNTED[:1], COUNTED[:1] * 3, COUNTED])
def test_the_page_costs_one_statement_for_each_measure_that_its_targets_count(
    plan, aim, desk, officer, codes, django_assert_num_queries
):
    for code in codes:
        aim(code, 6)
        planning.set_activity(plan, by=officer, content="Việc")
        planning.set_budget_line(plan, by=officer, content="Tiền", source="local")
    desk.get(page_of(plan))
    with django_assert_num_queries(16 + len(set(codes))):
        desk.get(page_of(plan))


def test_an_administrator_reads_plans_and_indicators_and_changes_none(client_of, administrator, plan_66):
    desk = client_of(administrator)
    indicator = Indicator.objects.get(code="support")
    for kind, row in (("plan", plan_66), ("indicator", indicator)):
        assert desk.get(f"/quan-tri/plans/{kind}/").status_code == 200
        address = f"/quan-tri/plans/{kind}/{row.pk}/change/"
        assert desk.get(address).status_code == 200
        assert desk.post(address, {"title": "x", "name": "x"}).status_code == 403
