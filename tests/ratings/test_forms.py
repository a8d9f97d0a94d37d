"""The pages of Forms 01 and 02: lenient to type into, one section a page, nothing lost, nothing forged."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from ratings import filing, filling, workflow
from ratings.models import Dossier, SectionContent
from ratings.sections import BY_KEY
from tests.factories import make_product
from tests.ratings import filled
from tests.ratings.filled import TODAY, fill_forms, make_clerk, open_draft
from tests.ratings.test_dossiers import page, text_of

SAVED = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def autumn_of_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def clerk(world):
    return make_clerk(world.new_dam_thuy)


@pytest.fixture
def draft(world, clerk) -> Dossier:
    return open_draft(world.new_dam_thuy, clerk)


@pytest.fixture
def browser(client_of, clerk):
    return client_of(clerk)


def section(dossier: Dossier, key: str) -> str:
    return reverse("ratings:dossier_section", args=[dossier.pk, key])


def saving(dossier: Dossier, key: str) -> str:
    return reverse("ratings:dossier_section_save", args=[dossier.pk, key])


def kept(dossier: Dossier, key: str) -> dict[str, str]:
    row = dossier.sections.filter(section=key).first()
    return row.content if row else {}


def typed(content: dict[str, object]) -> dict[str, str]:
    """The answers as a person in Viet Nam types them."""
    return {
        name: str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)
        for name, value in content.items()
    }


# --- typing


@pytest.mark.parametrize(
    ("name", "written", "is_kept"),
    [
        ("revenue_2025", "1.234,5", "1234.5"),
        ("revenue_2025", " 1 234,50 ", "1234.5"),
        ("revenue_2025", "1.234", "1234"),
        ("profit_2025", "−12,25", "-12.25"),
        ("points_of_sale_2025", "1.200", "1200"),
        ("produced_since", "5/3/20", "2020-03-05"),
        ("produced_since", "05.03.2020", "2020-03-05"),
        ("market", "Cho\u031b\u0323 xa\u0303", "Chợ xã"),
        ("output_unit", "  li\u0301t ", "lít"),
    ],
)
def test_what_people_type_is_understood(draft, browser, name, written, is_kept):
    assert browser.post(section(draft, "ket-qua"), {name: written}).status_code == 302
    assert kept(draft, "ket-qua") == {name: is_kept}
    assert browser.get(section(draft, "ket-qua")).context["form"].initial[name] is not None


def test_a_number_is_shown_as_it_is_typed_and_reads_the_same_again(draft, browser):
    browser.post(section(draft, "ket-qua"), {"revenue_2025": "1.234,5"})
    shown = browser.get(section(draft, "ket-qua")).context["form"]["revenue_2025"]
    value = shown.field.widget.format_value(shown.value())
    assert value in {"1234,5", "1.234,5"}
    browser.post(section(draft, "ket-qua"), {"revenue_2025": value, "version": "1"})
    assert kept(draft, "ket-qua") == {"revenue_2025": "1234.5"}


@pytest.mark.parametrize(
    ("key", "name", "written"),
    [
        ("ket-qua", "revenue_2025", "nhiều"),
        ("ket-qua", "good_share_2025", "101"),
        ("ket-qua", "produced_since", "31/02/2020"),
        ("ket-qua", "has_results", "maybe"),
        ("thong-tin-chung", "workers", "12,5"),
        ("thong-tin-chung", "workers", "-1"),
        ("thong-tin-chung", "history", "x" * 4001),
        ("dang-ky", "requested_stars", "6"),
    ],
)
def test_what_cannot_be_is_told_at_the_field_and_nothing_typed_is_lost(draft, browser, key, name, written):
    good = {"ket-qua": "market", "thong-tin-chung": "structure", "dang-ky": "presentation"}[key]
    response = browser.post(section(draft, key), {"kind": "first", name: written, good: "Câu đã gõ"})
    shown = text_of(response)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [name]
    assert "1 lỗi cần sửa" in shown
    assert f'href="#id_{name}' in shown
    assert "Câu đã gõ" in shown
    assert not SectionContent.objects.exists()
    draft.refresh_from_db()
    assert draft.presentation == ""


def test_more_women_than_workers_is_an_error_of_the_page(draft, browser):
    answers = {"workers": "9", "workers_local": "9", "workers_female": "10"}
    response = browser.post(section(draft, "thong-tin-chung"), answers)
    assert list(response.context["form"].errors) == ["workers_female"]
    assert kept(draft, "thong-tin-chung") == {}


def test_a_draft_may_have_gaps(draft, browser):
    for key in ("dang-ky", "thong-tin-chung", "ket-qua", "phuong-an"):
        assert browser.post(section(draft, key), {"kind": "first"}).status_code == 302


def test_extra_fields_change_nothing(draft, browser, world):
    extra = {
        "state": "recognised",
        "stars": "5",
        "area": world.new_tra_linh.pk,
        "pledged": "on",
        "criteria_set": "",
        "revenue_2019": "1",
        "section": "phuong-an",
        "code": "X",
    }
    before = Dossier.objects.values().get()
    browser.post(section(draft, "phuong-an"), {"aims": "Bốn sao"} | extra)
    browser.post(saving(draft, "phuong-an"), {"market_plan": "Chợ", "version": "1"} | extra)
    assert kept(draft, "phuong-an") == {"aims": "Bốn sao", "market_plan": "Chợ"}
    assert SectionContent.objects.count() == 1
    browser.post(section(draft, "dang-ky"), {"kind": "first", "requested_stars": "4"} | extra)
    after = Dossier.objects.values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"requested_stars", "contact_name", "contact_phone", "version", "updated_at"} - {
        "contact_name",
        "contact_phone",
    }


# --- the page


def test_form_01_prints_what_is_known_and_asks_only_the_rest(draft, browser):
    shown = text_of(browser.get(section(draft, "dang-ky")))
    maker = draft.enterprise
    for fact in (maker.name, maker.representative, maker.address, maker.phone, "Rượu ngô Mẫu"):
        assert fact in shown
    assert "Đồ uống – Đồ uống có cồn – Rượu trắng (QD26-14)" in shown
    form = browser.get(section(draft, "dang-ky")).context["form"]
    assert list(form.fields) == [
        "kind",
        "requested_stars",
        "presentation",
        "contact_name",
        "contact_phone",
        "version",
    ]
    assert form["contact_name"].value() == maker.representative


def test_what_is_personal_stands_only_on_the_page_of_who_fills_it_in(
    draft, client_of, clerk, province_leader
):
    type(draft.enterprise).objects.update(representative_sex="female", representative_ethnicity="Tày")
    assert "Tày" in text_of(client_of(clerk).get(section(draft, "thong-tin-chung")))
    response = client_of(province_leader).get(section(draft, "thong-tin-chung"))
    assert response.status_code == 200
    assert "Tày" not in text_of(response)
    assert "<form" not in text_of(response).split("<main")[1]


def test_a_household_number_is_masked_in_form_01(draft, browser):
    type(draft.enterprise).objects.update(tax_code="004990000123")
    shown = text_of(browser.get(section(draft, "dang-ky")))
    assert "004990000123" not in shown
    assert draft.enterprise.__class__.objects.get().public_tax_code in shown


def test_saving_goes_on_to_the_next_section_or_back_to_the_list(draft, browser):
    def after(key, **more):
        return browser.post(section(draft, key), {"kind": "first"} | more).headers["Location"]

    assert after("dang-ky", version="1") == page("dossier", draft)
    on = {"continue": "1"}
    assert after("dang-ky", **on) == section(draft, "thong-tin-chung")
    assert after("thong-tin-chung", **on) == section(draft, "ket-qua")
    assert after("ket-qua", **on) == reverse("ratings:self_assessment", args=[draft.pk])
    assert after("phuong-an", **on) == page("dossier_submit", draft)


def test_who_fills_in_but_does_not_submit_ends_at_the_list(draft, client_of, province_officer):
    answer = client_of(province_officer).post(section(draft, "phuong-an"), {"continue": "1"})
    assert answer.headers["Location"] == page("dossier", draft)


def test_in_a_returned_dossier_saving_goes_on_to_the_next_open_place(draft, browser, clerk):
    filing.submit(fill_forms(draft, clerk), by=clerk)
    workflow.move(draft, Dossier.State.RETURNED, by=clerk, points=["Sửa kết quả", "Sửa phương án"])
    for point, key in zip(draft.return_points.order_by("position"), ("ket-qua", "phuong-an"), strict=True):
        point.target = f"section:{key}"
        point.save()
    shown = text_of(browser.get(section(draft, "ket-qua")))
    assert "Sửa kết quả" in shown
    assert "Sửa phương án" not in shown
    answers = typed(filled.BUSINESS) | {"continue": "1", "version": "1"}
    assert browser.post(section(draft, "ket-qua"), answers).headers["Location"] == section(draft, "phuong-an")
    closed = browser.get(section(draft, "thong-tin-chung"))
    assert (closed.status_code, "form" in closed.context) == (200, False)
    assert browser.post(section(draft, "thong-tin-chung"), {"history": "Khác"}).status_code == 403
    assert kept(draft, "thong-tin-chung")["history"] == filled.GENERAL["history"]


def test_a_submitted_dossier_is_only_read(draft, browser, clerk):
    filing.submit(fill_forms(draft, clerk), by=clerk)
    shown = browser.get(section(draft, "ket-qua"))
    assert (shown.status_code, "form" in shown.context) == (200, False)
    assert "315,5" in text_of(shown)
    assert browser.post(section(draft, "ket-qua"), {"market": "Khác"}).status_code == 403
    assert browser.post(saving(draft, "ket-qua"), {"market": "Khác"}).status_code == 403
    assert kept(draft, "ket-qua")["market"] == filled.BUSINESS["market"]


@pytest.mark.parametrize("key", ["dang-ky", "ket-qua"])
def test_another_commune_finds_nothing(draft, client_of, world, key):
    stranger = client_of(make_clerk(world.new_tra_linh, "xa.tralinh"))
    assert stranger.get(section(draft, key)).status_code == 404
    assert stranger.post(section(draft, key), {"market": "Khác"}).status_code == 404
    assert stranger.post(saving(draft, key), {"market": "Khác", "requested_stars": "5"}).status_code == 404
    assert not SectionContent.objects.exists()
    draft.refresh_from_db()
    assert draft.version == 1


def test_who_may_only_read_saves_nothing(draft, client_of, province_leader):
    reader = client_of(province_leader)
    assert reader.post(section(draft, "ket-qua"), {"market": "Khác"}).status_code == 403
    assert reader.post(saving(draft, "ket-qua"), {"market": "Khác"}).status_code == 403
    assert not SectionContent.objects.exists()


@pytest.mark.parametrize("key", ["tu-danh-gia", "khac", "dang_ky"])
def test_there_is_no_page_for_what_is_no_section(draft, browser, key):
    assert browser.get(section(draft, key)).status_code == 404
    assert browser.post(saving(draft, key), {}).status_code == 404


def test_a_dossier_without_forms_has_no_such_pages(regulations, commune_staff, client_of, world, settings):
    settings.OCOP_TODAY = date(2023, 11, 20)
    old = filing.open_dossier(make_product(world.dam_thuy), kind="first", by=commune_staff)
    for key in BY_KEY:
        assert client_of(commune_staff).get(section(old, key)).status_code == 404


def test_the_later_of_two_keeps_the_text_and_may_save_it_again(draft, browser, province_officer):
    seen = browser.get(section(draft, "phuong-an")).context["form"]["version"].value()
    filling.fill(draft, "phuong-an", {"aims": "Của tỉnh"}, by=province_officer)
    mine = {"aims": "Của xã", "version": seen}
    response = browser.post(section(draft, "phuong-an"), mine)
    shown = text_of(response)
    assert response.status_code == 409
    assert "Cán bộ tỉnh Cao Bằng" in shown
    assert "Của xã" in shown
    assert kept(draft, "phuong-an") == {"aims": "Của tỉnh"}
    again = mine | {"version": response.context["form"]["version"].value()}
    assert browser.post(section(draft, "phuong-an"), again).status_code == 302
    assert kept(draft, "phuong-an") == {"aims": "Của xã"}


def test_a_form_that_names_no_version_overwrites_nothing(draft, browser):
    filling.fill(draft, "phuong-an", {"aims": "Của tỉnh"}, by=draft.created_by)
    assert browser.post(section(draft, "phuong-an"), {"aims": "Của xã"}).status_code == 409
    assert browser.post(saving(draft, "phuong-an"), {"aims": "Của xã"}).status_code == 409
    assert kept(draft, "phuong-an") == {"aims": "Của tỉnh"}


def test_form_01_is_kept_from_a_late_writer_too(draft, browser, province_officer):
    filing.change(draft, by=province_officer, contact_name="Người của tỉnh")
    mine = {"kind": "first", "contact_name": "Người của xã", "version": "1"}
    response = browser.post(section(draft, "dang-ky"), mine)
    assert response.status_code == 409
    assert "Người của xã" in text_of(response)
    draft.refresh_from_db()
    assert draft.contact_name == "Người của tỉnh"


# --- saving while one types


def test_a_field_is_saved_while_one_types(draft, browser):
    first = browser.post(saving(draft, "ket-qua"), {"revenue_2025": "1.234,5", "version": "0"}, headers=SAVED)
    told = json.loads(first.content)
    assert (first.status_code, told["version"], len(told["saved_at"])) == (200, 1, 5)
    browser.post(saving(draft, "ket-qua"), {"market": "Chợ", "version": "1"})
    assert kept(draft, "ket-qua") == {"revenue_2025": "1234.5", "market": "Chợ"}
    stars = browser.post(saving(draft, "dang-ky"), {"requested_stars": "4", "version": "1"})
    draft.refresh_from_db()
    assert (stars.json()["version"], draft.requested_stars, draft.contact_name) == (2, 4, "")


def test_what_cannot_be_saved_is_told_with_its_field(draft, browser):
    answer = browser.post(saving(draft, "ket-qua"), {"revenue_2025": "nhiều", "version": "0"})
    told = answer.json()
    assert (answer.status_code, list(told["errors"])) == (422, ["revenue_2025"])
    assert told["message"].startswith("Doanh thu, năm 2025")
    assert kept(draft, "ket-qua") == {}


def test_while_typing_too_the_later_of_two_is_told_what_stands(draft, browser, province_officer):
    filling.fill(
        draft, "ket-qua", {"revenue_2025": Decimal("99.5"), "has_results": "yes"}, by=province_officer
    )
    mine = {"revenue_2025": "1", "has_results": "no", "version": "0"}
    answer = browser.post(saving(draft, "ket-qua"), mine)
    told = answer.json()
    assert (answer.status_code, told["version"]) == (409, 1)
    assert told["theirs"] == {"has_results": "yes", "revenue_2025": "99,5"}
    assert "Cán bộ tỉnh Cao Bằng" in told["message"]
    assert kept(draft, "ket-qua") == {"revenue_2025": "99.5", "has_results": "yes"}


def test_a_request_that_was_sent_again_is_not_late(draft, browser):
    sent = {"market": "Chợ", "version": "0"}
    versions = [browser.post(saving(draft, "ket-qua"), sent).json()["version"] for _time in range(2)]
    assert versions == [1, 1]


def test_an_expired_session_is_told_to_the_script(draft, visitor):
    answer = visitor.post(saving(draft, "ket-qua"), {"market": "Chợ", "version": "0"}, headers=SAVED)
    assert (answer.status_code, answer.json()["sign_in"]) == (401, "/dang-nhap/")
    assert kept(draft, "ket-qua") == {}


# --- the list of tasks


def tasks(browser, dossier) -> dict[str, tuple[str, str]]:
    rows = browser.get(page("dossier", dossier)).context["tasks"]
    return {str(row["label"]): (str(row["status"]), row["url"]) for row in rows}


def test_the_dossier_is_a_list_of_tasks_in_the_order_of_the_forms(draft, browser, clerk):
    listed = tasks(browser, draft)
    assert list(listed) == [
        "Sản phẩm và chủ thể",
        "Mẫu 01. Đăng ký",
        "Mẫu 02-I. Thông tin chung về chủ thể",
        "Mẫu 02-II. Kết quả thực hiện phương án kinh doanh",
        "Mẫu 02-III. Tự đánh giá theo tiêu chí",
        "Minh chứng",
        "Mẫu 02-IV. Kế hoạch sản xuất, kinh doanh",
        "Giấy tờ khác",
        "Cam kết, kiểm tra và nộp",
        "Mẫu 03. Đánh giá của xã",
    ]
    assert [state for state, _url in listed.values()] == [
        "Hoàn thành",
        *["Chưa làm"] * 4,
        "Chưa có",
        "Chưa làm",
        "Chưa có",
        "Chưa thể",
        "Sau khi nộp",
    ]
    assert listed["Mẫu 01. Đăng ký"][1] == section(draft, "dang-ky")
    fill_forms(draft, clerk)
    assert [state for state, _url in tasks(browser, draft).values()] == [
        *["Hoàn thành"] * 5,
        "1 giấy tờ",
        "Hoàn thành",
        "Chưa có",
        "Sẵn sàng",
        "Sau khi nộp",
    ]


def test_the_list_counts_the_criteria_answered(draft, browser):
    filled.answer_criteria(draft, leave=("1.1", "9"))
    assert "Đã trả lời 27/29 tiêu chí" in text_of(browser.get(page("dossier", draft)))


def test_a_returned_dossier_begins_with_the_reasons_and_their_places(draft, browser, clerk):
    filing.submit(fill_forms(draft, clerk), by=clerk)
    words = ["Thiếu doanh thu", "Sai tiêu chí", "Xem lại toàn bộ"]
    workflow.move(draft, Dossier.State.RETURNED, by=clerk, points=words)
    one, two, _whole = draft.return_points.order_by("position")
    for point, target in [(one, "section:ket-qua"), (two, "criterion:1.1")]:
        point.target = target
        point.save()
    points = browser.get(page("dossier", draft)).context["points"]
    assert [(point["text"], point["url"]) for point in points] == [
        ("Thiếu doanh thu", section(draft, "ket-qua")),
        ("Sai tiêu chí", reverse("ratings:self_assessment", args=[draft.pk]) + "#c-1.1"),
        ("Xem lại toàn bộ", ""),
    ]
    assert tasks(browser, draft)["Mẫu 02-II. Kết quả thực hiện phương án kinh doanh"][0] == "Cần sửa"


def test_who_only_reads_is_shown_the_way_to_each_form(draft, client_of, province_leader, clerk):
    reader = client_of(province_leader)
    context = reader.get(page("dossier", draft)).context
    assert "tasks" not in context
    forms = [
        *(section(draft, key) for key in ("dang-ky", "thong-tin-chung", "ket-qua")),
        page("self_assessment", draft),
        section(draft, "phuong-an"),
        page("dossier_evidence", draft),
    ]
    assert [row["url"] for row in context["sections"]] == [*forms, ""]  # Form 03 comes after submission
    filing.submit(fill_forms(draft, clerk), by=clerk)
    rows = reader.get(page("dossier", draft)).context["sections"]
    assert [row["url"] for row in rows] == [
        page("dossier_check", draft),
        *forms,
        page("dossier_commune", draft),
    ]
    assert rows[-1]["status"] == "Chưa đề nghị"


def test_the_registration_has_one_page(draft, browser):
    assert browser.get(page("dossier_edit", draft)).url == section(draft, "dang-ky")


def test_the_pages_cost_the_same_however_much_is_filled_in(
    draft, browser, clerk, django_assert_num_queries, with_paper
):
    def ask(of_a_section: int, of_the_list: int) -> None:
        for address, count in [
            (section(draft, "ket-qua"), of_a_section),
            (page("dossier", draft), of_the_list),
        ]:
            with django_assert_num_queries(count):
                assert browser.get(address).status_code == 200

    browser.get(page("dossier", draft))  # the criteria set is read once
    ask(9, 33)
    fill_forms(draft, clerk)
    for title in ("Một", "Hai", "Ba"):
        with_paper(draft)
        filled.attach_evidence(draft, title=title, sha256=title)
        ask(9, 32)  # where a paper is attached, nobody asks whether evidence is
