"""The pages of the self-assessment and the address that saves while a person types."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from ratings import answering
from ratings.models import Answer, Dossier
from tests.factories import PASSWORD, make_dossier, make_product, make_user
from tests.ratings.answered import answer_everything, make_rated, make_returned, prove_everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_june_2026(settings):
    settings.OCOP_TODAY = date(2026, 6, 15)


@pytest.fixture
def staff(world):
    return make_user("xa.damthuy.2026", "commune", world.new_dam_thuy, full_name="Cán bộ xã Đàm Thủy")


@pytest.fixture
def colleague(world):
    return make_user("xa.damthuy.2", "commune", world.new_dam_thuy, full_name="Đồng nghiệp")


@pytest.fixture
def dossier(world):
    return make_rated(world.new_dam_thuy)


@pytest.fixture
def browser(client_of, staff):
    return client_of(staff)


def page(dossier: Dossier, group: str = "") -> str:
    if group:
        return reverse("ratings:self_assessment_group", args=[dossier.pk, group])
    return reverse("ratings:self_assessment", args=[dossier.pk])


def save(browser: Client, dossier: Dossier, code: str = "1.1", **said: object):
    url = reverse("ratings:answer_save", args=[dossier.pk, code])
    return browser.post(url, said, headers={"Accept": "application/json"})


class TestSavingWhileAPersonTypes:
    def test_answers_with_what_the_page_prints(self, browser, dossier):
        answer = save(browser, dossier, option="3", version="0")
        told = answer.json()
        html = {name: told.pop(name) for name in ("panel", "line")}
        hours, minutes = map(int, told.pop("saved_at").split(":"))
        assert (answer.status_code, hours < 24, minutes < 60) == (200, True, True)
        assert " ".join(told.pop("groups").values()) == "1/7 0/4 0/5 0/3 0/2 0/4 0/1 0/1 0/1 0/1 0/1 0/1"
        assert told == {
            "version": 1,
            "answered": 1,
            "of": 31,
            "parts": {"A": "3,00", "B": "0,00", "C": "0,00"},
            "total": "3,00",
            "stars": 1,
            "words": "Tổng 3,00 điểm, 1 sao.",
            "gap": {
                "target": 3,
                "points": "47,00",
                "floors": ["2.2", "2.3", "3.5", "4.1", "5.3", "9", "10"],
            },
            "unscored": {"5.2": "Chỉ chấm khi tiêu chí 5.1 được trên 0 điểm."},
        }
        shown = browser.get(page(dossier)).content.decode()
        assert html["panel"].strip() in shown
        assert html["line"].strip() in shown

    def test_keeps_the_note_alone(self, browser, dossier):
        save(browser, dossier, option="3", version="0")
        assert save(browser, dossier, note="Xóm Bản Giốc", version="1").json()["version"] == 2
        answer = Answer.objects.get()
        assert (answer.option.position, answer.note) == (3, "Xóm Bản Giốc")

    def test_computes_the_star_itself(self, browser, dossier):
        forged = {"total": "100", "stars": "5", "points": "40", "state": "recognised", "by": "999"}
        told = save(browser, dossier, option="1", version="0", **forged).json()
        assert (told["total"], told["stars"]) == ("1,00", 1)
        dossier.refresh_from_db()
        assert dossier.state == Dossier.State.DRAFT
        assert list(Answer.objects.values_list("dossier", flat=True)) == [dossier.pk]

    def test_sent_twice_counts_once(self, browser, dossier):
        said = {"option": "2", "note": "Một", "version": "0"}
        answers = [save(browser, dossier, **said) for _time in range(2)]
        assert [(a.status_code, a.json()["version"]) for a in answers] == [(200, 1), (200, 1)]

    def test_tells_the_second_person_what_stands(self, browser, dossier, client_of, colleague):
        save(client_of(colleague), dossier, option="1", note="Của đồng nghiệp", version="0")
        answer = save(browser, dossier, option="3", note="Của tôi", version="0")
        told = answer.json()
        assert told.pop("message").startswith("Đồng nghiệp đã sửa tiêu chí này lúc ")
        assert (answer.status_code, told) == (
            409,
            {"version": 1, "theirs": {"option": "1", "note": "Của đồng nghiệp"}},
        )
        assert save(browser, dossier, option="3", version="1").json()["version"] == 2

    def test_without_a_version_overwrites_nobody(self, browser, dossier, client_of, colleague):
        save(client_of(colleague), dossier, option="1", version="0")
        for version in ({}, {"version": ""}, {"version": "x"}):
            assert save(browser, dossier, option="3", **version).status_code == 409

    def test_tells_why_it_refuses(self, browser, dossier):
        for option in ("9", "1' OR 1=1", "-1"):
            answer = save(browser, dossier, option=option, version="0")
            assert (answer.status_code, answer.json()) == (
                403,
                {"message": "Tiêu chí 1.1 không có mức này."},
            )

    def test_after_the_submission_saves_nothing(self, browser, world):
        dossier = make_rated(world.new_dam_thuy, state="submitted")
        answer = save(browser, dossier, option="1", version="0")
        assert (answer.status_code, Answer.objects.count()) == (403, 0)
        assert answer.json()["message"].startswith("Chỉ sửa được hồ sơ khi còn là bản nháp")

    def test_after_a_return_saves_what_was_returned(self, browser, world, staff):
        dossier = make_returned(world.new_dam_thuy, "criterion:1.1", by=staff)
        codes = {
            code: save(browser, dossier, code, option="1", version="0").status_code for code in ("1.1", "1.2")
        }
        assert codes == {"1.1": 200, "1.2": 403}

    def test_out_of_ones_area_finds_nothing(self, client_of, dossier, world):
        neighbour = client_of(make_user("xa.tralinh", "commune", world.new_tra_linh))
        answer = save(neighbour, dossier, option="1", version="0")
        assert (answer.status_code, answer.json(), Answer.objects.count()) == (
            404,
            {"message": "Không còn tìm thấy nội dung này."},
            0,
        )

    def test_who_only_reads_is_told_so(self, client_of, dossier, world):
        leader = client_of(make_user("lanhdao.caobang", "leader", world.province))
        answer = save(leader, dossier, option="1", version="0")
        assert (answer.status_code, list(answer.json()), Answer.objects.count()) == (403, ["message"], 0)

    def test_of_a_criterion_that_is_none_finds_nothing(self, browser, dossier):
        assert save(browser, dossier, "77", option="1").status_code == 404

    def test_in_an_expired_session_tells_where_to_sign_in(self, browser, dossier):
        browser.session.flush()
        answer = save(browser, dossier, option="1", version="0")
        told = {"message": "Phiên làm việc đã hết. Hãy đăng nhập lại; nội dung đã nhập được giữ."}
        assert (answer.status_code, answer.json()) == (401, told | {"sign_in": "/dang-nhap/"})

    def test_under_another_name_saves_nothing(self, client_of, dossier, staff, colleague):
        answer = save(client_of(colleague), dossier, option="1", version="0", user=staff.pk)
        assert (answer.status_code, Answer.objects.count()) == (401, 0)
        assert (
            save(client_of(colleague), dossier, option="1", version="0", user=colleague.pk).status_code == 200
        )

    def test_from_a_page_whose_token_is_stale_asks_to_load_it_again(self, dossier, staff):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        answer = save(browser, dossier, option="1", version="0")
        assert (answer.status_code, answer.json()["reload"], Answer.objects.count()) == (403, True, 0)

    def test_goes_on_with_the_token_of_a_new_sign_in(self, dossier, staff):
        browser = Client(enforce_csrf_checks=True)
        browser.get(reverse("accounts:sign_in"))
        typed = {"username": staff.username, "password": PASSWORD}
        browser.post(
            reverse("accounts:sign_in"), typed | {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
        )
        url = reverse("ratings:answer_save", args=[dossier.pk, "1.1"])
        token = {"X-CSRFToken": browser.cookies["csrftoken"].value, "Accept": "application/json"}
        assert browser.post(url, {"option": "1", "version": "0"}, headers=token).status_code == 200

    def test_is_a_post(self, browser, dossier):
        assert browser.get(reverse("ratings:answer_save", args=[dossier.pk, "1.1"])).status_code == 405


class TestThePageWithoutScripts:
    def test_saves_all_and_tells_total_star_and_gap(self, browser, dossier):
        typed = {"o-1.1": "3", "n-1.1": "Ghi chú", "v-1.1": "0", "o-5.1": "2", "v-5.1": "0", "stars": "5"}
        answer = browser.post(page(dossier), typed, follow=True)
        assert answer.redirect_chain == [(page(dossier), 302)]
        shown = answer.content.decode()
        assert "Đã lưu. Tổng 4,00 điểm, 1 sao." in shown
        assert "Còn thiếu để đạt 3 sao" in shown
        assert "46,00 điểm" in shown
        assert f'<a href="{page(dossier)}#c-2.2">2.2 Đóng gói, bao bì</a>: từ 2 điểm' in shown
        assert answering.sheet_of(dossier) == {"1.1": 3, "5.1": 2}

    def test_one_group_goes_on_to_the_next(self, browser, dossier):
        answer = browser.post(page(dossier, "1"), {"o-1.2": "2", "v-1.2": "0", "o-2.1": "2", "then": "next"})
        assert (answer.status_code, answer["Location"]) == (302, page(dossier, "2"))
        assert answering.sheet_of(dossier) == {"1.2": 2}
        answer = browser.post(page(dossier, "1"), {"then": "all"})
        assert answer["Location"] == page(dossier)
        last = answer = browser.post(page(dossier, "12"), {"then": "next"})
        assert last["Location"] == page(dossier)

    def test_keeps_what_another_person_was_faster_to_change(self, browser, dossier, colleague):
        answering.answer(dossier, "1.1", by=colleague, option=1, note="Của đồng nghiệp")
        typed = {"o-1.1": "3", "n-1.1": "Của tôi", "v-1.1": "0", "o-1.2": "2", "v-1.2": "0"}
        answer = browser.post(page(dossier), typed)
        shown = answer.content.decode()
        assert answer.status_code == 409
        assert "Có 1 lỗi cần sửa" in shown
        assert '<a href="#c-1.1">1.1 Nguồn gốc sản phẩm: Đồng nghiệp đã sửa tiêu chí này lúc ' in shown
        assert "<blockquote>Của đồng nghiệp</blockquote>" in shown
        assert ">Của tôi</textarea>" in shown
        assert 'name="v-1.1" value="1"' in shown
        assert answering.sheet_of(dossier) == {"1.1": 1, "1.2": 2}
        assert browser.post(page(dossier), typed | {"v-1.1": "1"}).status_code == 302
        assert answering.sheet_of(dossier) == {"1.1": 3, "1.2": 2}

    def test_tells_what_was_refused_beside_the_criterion(self, browser, dossier):
        answer = browser.post(page(dossier, "1"), {"o-1.1": "9", "n-1.1": "Giữ lại", "v-1.1": "0"})
        assert answer.status_code == 200
        assert (
            '<a href="#c-1.1">1.1 Nguồn gốc sản phẩm: Tiêu chí 1.1 không có mức này.'
            in answer.content.decode()
        )
        assert ">Giữ lại</textarea>" in answer.content.decode()

    def test_after_the_submission_is_refused_with_the_reason(self, browser, world):
        dossier = make_rated(world.new_dam_thuy, state="submitted")
        for address in (page(dossier), page(dossier, "1")):
            answer = browser.post(address, {"o-1.1": "1"})
            assert (answer.status_code, Answer.objects.count()) == (403, 0)
            assert "Chỉ sửa được hồ sơ khi còn là bản nháp" in answer.content.decode()

    def test_chooses_the_case(self, browser, world, staff):
        tour = make_rated(world.new_dam_thuy, "QD26-26")
        shown = browser.get(page(tour)).content.decode()
        assert "Hãy chọn trường hợp đánh giá trước" in shown
        assert 'name="o-8"' not in shown
        case = reverse("ratings:self_assessment_case", args=[tour.pk])
        browser.post(case, {"case": "1", "version": tour.version})
        tour.refresh_from_db()
        answering.answer(tour, "8", by=staff, option=2)
        answer = browser.post(case, {"case": "2", "version": tour.version}, follow=True)
        assert "1 mức đã chọn của trường hợp kia được bỏ, ghi chú vẫn giữ" in answer.content.decode()
        assert browser.post(case, {"case": "1", "version": "1"}).status_code == 409
        assert browser.post(case, {"case": "3"}).status_code == 403


class TestReading:
    def test_what_was_submitted_is_shown_and_cannot_be_typed_in(self, client_of, dossier, staff, world):
        answering.answer(dossier, "1.1", by=staff, option=3, note="Xóm <b>Bản Giốc</b>")
        Dossier.objects.update(
            state="submitted", regulation=dossier.criteria_set.regulation, first_submitted_on="2026-06-10"
        )
        leader = client_of(make_user("lanhdao.caobang", "leader", world.province))
        shown = leader.get(page(dossier)).content.decode()
        assert "Trồng tại xã 75–100%" in shown
        assert "Xóm &lt;b&gt;Bản Giốc&lt;/b&gt;" in shown
        assert [tag for tag in ("<textarea", 'type="radio"', "data-autosave=") if tag in shown] == []

    def test_a_return_shows_what_to_mend_where_it_is_to_be_mended(self, browser, world, staff):
        dossier = make_returned(world.new_dam_thuy, "criterion:1.1", by=staff)
        shown = browser.get(page(dossier)).content.decode()
        assert "Cần sửa criterion:1.1" in shown
        assert (shown.count("data-autosave="), shown.count("<textarea")) == (1, 1)

    def test_a_dossier_without_a_criteria_set_says_so(self, browser, world):
        dossier = make_dossier(make_product(world.new_dam_thuy))
        for address in (page(dossier), page(dossier, "1")):
            assert "Hồ sơ này chưa có bộ tiêu chí" in browser.get(address).content.decode()

    def test_a_group_that_is_none_is_not_found(self, browser, dossier):
        assert browser.get(page(dossier, "77")).status_code == 404

    def test_a_closed_precondition_is_told_and_its_options_are_closed(self, browser, dossier, staff):
        closed = 'name="o-5.2" value="1" data-autosave-field="option" disabled>'
        assert closed in browser.get(page(dossier, "5")).content.decode()
        answering.answer(dossier, "5.1", by=staff, option=2)
        assert closed not in browser.get(page(dossier, "5")).content.decode()


@pytest.mark.parametrize("code", ["QD26-01", "QD26-26"])
def test_a_page_asks_the_database_as_often_for_a_full_sheet_as_for_an_empty_one(
    browser, world, staff, code, django_assert_num_queries
):
    dossier = make_rated(world.new_dam_thuy, code, case=1 if code == "QD26-26" else None)
    browser.get(page(dossier))  # the set, which never changes, is read once
    with django_assert_num_queries(9):
        browser.get(page(dossier))
    answer_everything(dossier, by=staff)
    prove_everything(dossier, by=staff)
    with django_assert_num_queries(9):
        browser.get(page(dossier))
    with django_assert_num_queries(9):
        browser.get(page(dossier, "1"))


def test_what_is_doubtful_in_the_text_is_told_to_administrators_alone(client_of, browser, dossier, world):
    administrator = make_user("quantri.tinh", "administrator", world.province)
    doubted = dossier.criteria_set.criteria.exclude(doubt="").first()
    for client, told in ((browser, False), (client_of(administrator), True)):
        assert (doubted.doubt in unescape(client.get(page(dossier)).content.decode())) is told
