"""Submitting a dossier with forms: only whole, only what was read, once; and the receipt for it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from ratings import conditions, filing, filling, freezing, proposing, workflow
from ratings.models import Answer, Dossier, DossierStep, Submission
from ratings.workflow import Refused, Stale
from tests.ratings import filled
from tests.ratings.filled import TODAY, fill_forms, make_clerk, open_draft
from tests.ratings.test_dossiers import page, text_of

State = Dossier.State


@pytest.fixture(autouse=True)
def autumn_of_2026(settings):
    settings.OCOP_TODAY = TODAY
    settings.OCOP_BASE_URL = "https://ocop.example.vn"


@pytest.fixture
def clerk(world):
    return make_clerk(world.new_dam_thuy)


@pytest.fixture
def ready(world, clerk) -> Dossier:
    """A dossier with all that a submission under Decision 26/2026 needs, but the pledge."""
    return fill_forms(open_draft(world.new_dam_thuy, clerk), clerk)


@pytest.fixture
def browser(client_of, clerk):
    return client_of(clerk)


def sent(browser, dossier: Dossier, **more: str):
    """The page as the browser sends it back: what it read, and the pledge."""
    context = browser.get(page("dossier_submit", dossier)).context
    form = {"version": context["form"]["version"].value(), "seen": context["seen"], "pledged": "on"}
    return form | more


# --- only whole


def test_a_whole_dossier_goes_to_the_commune_with_its_term(ready, clerk):
    step = filing.submit(ready, by=clerk)
    assert (ready.state, ready.level, step.to_state) == (State.AT_COMMUNE, "commune", State.AT_COMMUNE)
    assert ready.due_on == date(2026, 12, 14)  # fifteen working days; no holidays are loaded here
    assert ready.submissions.get().content["particulars"]["representative"] == "Bế Thử Nghiệm"


@pytest.mark.parametrize(
    ("spoil", "condition"),
    [
        (lambda d: d.sections.filter(section="thong-tin-chung").delete(), "sections_filled_in"),
        (lambda d: d.sections.filter(section="ket-qua").delete(), "sections_filled_in"),
        (lambda d: d.sections.filter(section="phuong-an").update(content={}), "sections_filled_in"),
        (lambda d: Dossier.objects.filter(pk=d.pk).update(requested_stars=None), "sections_filled_in"),
        (lambda d: d.answers.filter(criterion__code="1.1").delete(), "criteria_answered"),
        (lambda d: d.answers.filter(criterion__code="1.1").update(option=None), "criteria_answered"),
        (lambda d: d.evidence_uses.all().delete(), "papers_attached"),
        (lambda d: d.enterprise.evidence.update(removed_at="2026-11-01T00:00:00Z"), "papers_attached"),
        (lambda d: type(d.enterprise).objects.update(address=""), "organisation_complete"),
        (lambda d: Dossier.objects.filter(pk=d.pk).update(kind="upgrade"), "change_explained"),
    ],
)
def test_what_lacks_something_is_not_submitted(ready, clerk, browser, spoil, condition):
    spoil(ready)
    ready = Dossier.objects.get(pk=ready.pk)
    assert getattr(conditions, condition)(ready) is not None
    with pytest.raises(Refused):
        filing.submit(ready, by=clerk)
    shown = browser.get(page("dossier_submit", ready))
    assert len(shown.context["missing"]) >= 1
    assert "<form" not in text_of(shown).split("<main")[1]
    answer = browser.post(page("dossier_submit", ready), {"version": "1", "pledged": "on"})
    assert answer.status_code in {403, 409}
    ready.refresh_from_db()
    assert (ready.state, ready.pledged, DossierStep.objects.count()) == (State.DRAFT, False, 0)


def test_a_paper_serves_where_no_evidence_is_used(ready, clerk, with_paper):
    ready.evidence_uses.all().delete()
    with_paper(ready)
    filing.submit(ready, by=clerk)
    assert ready.state == State.AT_COMMUNE


def test_that_no_option_fits_is_an_answer_too(ready, clerk):
    ready.answers.filter(criterion__code="1.1").update(option=None, none_fits=True)
    filing.submit(ready, by=clerk)
    assert ready.submissions.get().content["answers"]["1.1"]["option"] is None


def test_without_the_pledge_nothing_is_submitted(ready, browser):
    form = sent(browser, ready)
    del form["pledged"]
    answer = browser.post(page("dossier_submit", ready), form)
    assert (answer.status_code, DossierStep.objects.count()) == (200, 0)
    assert "1 lỗi cần sửa" in text_of(answer)


def test_what_is_missing_leads_to_where_it_is_mended(ready, browser):
    ready.sections.filter(section="ket-qua").delete()
    Answer.objects.filter(dossier=ready, criterion__code__in=["1.1", "2.1"]).delete()
    ready.evidence_uses.all().delete()
    type(ready.enterprise).objects.update(address="")
    missing = browser.get(page("dossier_submit", ready)).context["missing"]
    assert [one["url"] for one in missing] == [
        reverse("enterprises:edit", args=[ready.enterprise_id]),
        reverse("ratings:dossier_section", args=[ready.pk, "ket-qua"]),
        reverse("ratings:self_assessment", args=[ready.pk]),
        reverse("ratings:dossier_evidence", args=[ready.pk]),
    ]
    assert str(missing[2]["text"]) == "Tiêu chí chưa trả lời: 1.1, 2.1."


# --- checking the answers


def test_the_page_shows_all_that_is_submitted(ready, browser):
    filled.attach_evidence(ready, title="Kiểm nghiệm", expires_on=date(2026, 11, 22), sha256="2" * 64)
    filled.attach_evidence(ready, title="An toàn", expires_on=date(2026, 11, 23), sha256="3" * 64)
    response = browser.get(page("dossier_submit", ready))
    shown, context = text_of(response), response.context
    for words in ("315,5", "-12,25", filled.PLAN["aims"], filled.GENERAL["history"], "Rượu ngô Mẫu"):
        assert words in shown
    assert [one["section"].key for one in context["readings"]] == [
        "dang-ky",
        "thong-tin-chung",
        "ket-qua",
        "phuong-an",
    ]
    assert [(one["title"].split()[0], one["mark"]) for one in context["evidence"]] == [
        ("An", "Sắp hết hạn"),
        ("Kiểm", "Hết hiệu lực"),
        ("Đăng", ""),
    ]
    own = context["own"]
    assert own["total"] == sum(part["points"] for part in own["parts"])
    assert (own["total"], own["stars"]) == (Decimal("100.00"), 5)
    assert own["next"] is None


def test_the_page_says_what_the_next_star_still_asks_for(ready, browser):
    for answer in ready.answers.exclude(criterion__code__startswith="1."):
        answer.option = answer.criterion.options.order_by("points", "position").first()
        answer.save()
    own = browser.get(page("dossier_submit", ready)).context["own"]
    assert own["next"]["star"] == "3 sao"
    assert own["next"]["words"][0].startswith("Thêm ")
    assert any("Tiêu chí 2.2" in words for words in own["next"]["words"])


# --- only what was read


def test_the_pledge_holds_for_what_was_read(ready, clerk, browser):
    form = sent(browser, ready)
    filling.fill_fields(ready, "phuong-an", {"aims": "Đã đổi"}, by=clerk)
    answer = browser.post(page("dossier_submit", ready), form)
    assert (answer.status_code, DossierStep.objects.count()) == (409, 0)
    assert form["seen"] not in text_of(answer)
    ready.refresh_from_db()
    assert (ready.state, ready.pledged) == (State.DRAFT, False)
    assert browser.post(page("dossier_submit", ready), sent(browser, ready)).status_code == 302


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.answers.filter(criterion__code="1.1").update(note="Khác"),
        lambda d: d.evidence_uses.all().delete(),
        lambda d: type(d.enterprise).objects.update(phone="0900000777"),
        lambda d: Dossier.objects.filter(pk=d.pk).update(presentation="Khác"),
    ],
)
def test_whatever_changes_between_reading_and_sending_is_noticed(ready, clerk, with_paper, change):
    with_paper(ready)
    seen = freezing.pledged_digest(ready)
    change(ready)
    with pytest.raises(Stale):
        filing.submit(Dossier.objects.get(pk=ready.pk), by=clerk, seen=seen)
    assert DossierStep.objects.count() == 0


def test_what_was_read_is_what_is_frozen(ready, browser):
    form = sent(browser, ready)
    browser.post(page("dossier_submit", ready), form)
    assert Submission.objects.get().digest == form["seen"]


# --- once


def test_pressed_twice_and_from_two_tabs_it_is_submitted_once(ready, browser):
    one, two = sent(browser, ready), sent(browser, ready)
    places = [
        browser.post(page("dossier_submit", ready), form).headers["Location"] for form in (one, one, two)
    ]
    assert places == [page("dossier_receipt", ready)] * 3
    assert (DossierStep.objects.count(), Submission.objects.count()) == (1, 1)
    receipts = {browser.get(place).content for place in places}
    codes = {re.findall(rb'panel__code">(\w+)<', content)[0].decode() for content in receipts}
    assert codes == {ready.receipt_code}


def test_a_colleague_who_is_late_is_told_who_submitted(ready, browser, client_of, world):
    colleague = client_of(make_clerk(world.new_dam_thuy, "xa.moi.2"))
    form = sent(colleague, ready)
    browser.post(page("dossier_submit", ready), sent(browser, ready))
    answer = colleague.post(page("dossier_submit", ready), form)
    assert (answer.status_code, DossierStep.objects.count()) == (409, 1)
    assert "Cán bộ Xã Đàm Thủy" in text_of(answer)


def test_a_resubmission_answers_every_point_and_is_frozen_beside_the_first(ready, browser, clerk):
    browser.post(page("dossier_submit", ready), sent(browser, ready))
    ready.refresh_from_db()
    workflow.move(ready, State.RETURNED, by=clerk, points=["Thiếu doanh thu"])
    ready.return_points.update(target="section:ket-qua")
    filling.fill_fields(ready, "ket-qua", {"revenue_2024": Decimal(300)}, by=clerk)
    form = sent(browser, ready)
    assert browser.post(page("dossier_submit", ready), form).status_code == 200  # a point has no answer yet
    point = ready.return_points.get()
    answered = form | {f"answer_{point.pk}": "Đã bổ sung"}
    assert browser.post(page("dossier_submit", ready), answered).status_code == 302
    first, second = Submission.objects.order_by("number")
    assert "revenue_2024" not in first.content["sections"]["ket-qua"]
    assert second.content["sections"]["ket-qua"]["revenue_2024"] == "300"
    point.refresh_from_db()
    assert point.answer == "Đã bổ sung"


def test_another_commune_finds_neither_the_page_nor_the_receipt(ready, browser, client_of, world):
    stranger = client_of(make_clerk(world.new_tra_linh, "xa.tralinh"))
    form = sent(browser, ready)
    assert stranger.get(page("dossier_submit", ready)).status_code == 404
    assert stranger.post(page("dossier_submit", ready), form).status_code == 404
    browser.post(page("dossier_submit", ready), form)
    assert stranger.get(page("dossier_receipt", ready)).status_code == 404


# --- the receipt


@pytest.fixture
def submitted(ready, clerk) -> Dossier:
    filing.submit(ready, by=clerk)
    return ready


def test_the_receipt_says_where_the_dossier_is_and_until_when(submitted, browser):
    response = browser.get(page("dossier_receipt", submitted))
    shown = text_of(response)
    digest = submitted.submissions.get().digest
    address = f"https://ocop.example.vn/tra-cuu/?ma={submitted.receipt_code}"
    for words in (submitted.code, "Xã Đàm Thủy", "14/12/2026 (15 ngày làm việc)", digest, address):
        assert words in shown
    copied = response.context["to_copy"]
    assert copied.splitlines()[-1] == address
    assert submitted.receipt_code in copied
    assert "14/12/2026" in copied


def test_the_qr_code_is_drawn_on_the_page_without_style_or_script(submitted, browser):
    response = browser.get(page("dossier_receipt", submitted))
    drawn = re.search(r'<svg[^>]*class="qr".*?</svg>', response.content.decode(), re.DOTALL).group()
    assert "style" not in drawn
    assert 'viewBox="0 0 ' in drawn
    assert response.context["qr"] in response.content.decode()
    from ocop_portal.lib.svg import qr

    title = "Mã QR để tra cứu hồ sơ"
    looked_up = f"https://ocop.example.vn/tra-cuu/?ma={submitted.receipt_code}"
    assert response.context["qr"] == qr(looked_up, title)
    assert qr("https://ocop.example.vn/", title) != response.context["qr"]


def test_the_address_of_the_receipt_finds_the_dossier(submitted, browser, visitor):
    address = browser.get(page("dossier_receipt", submitted)).context["address"]
    found = visitor.get(address.removeprefix("https://ocop.example.vn"))
    assert "Rượu ngô Mẫu" in text_of(found)


def test_the_receipt_keeps_the_hour_of_the_submission_when_the_dossier_goes_on(
    submitted, browser, clerk, settings
):
    settings.OCOP_TODAY = date(2026, 11, 25)
    words = dict.fromkeys(proposing.MATTERS, "Của địa phương")
    proposing.assess(submitted, by=clerk, proposes=True, **words)
    workflow.move(submitted, State.SUBMITTED, by=clerk)
    context = browser.get(page("dossier_receipt", submitted)).context
    assert (context["step"].to_state, context["step"].on) == (State.AT_COMMUNE, TODAY)
    assert context["where"].unit == "Tỉnh Cao Bằng" or context["where"].unit == "Cao Bằng"
    assert context["days"] == 10


def test_there_is_no_receipt_before_the_submission(ready, browser):
    assert browser.get(page("dossier_receipt", ready)).status_code == 404


def test_checking_and_receipt_cost_the_same_however_much_is_submitted(
    ready, browser, clerk, with_paper, django_assert_num_queries
):
    browser.get(page("dossier_submit", ready))
    for title in ("Một", "Hai", "Ba"):
        with_paper(ready)
        filled.attach_evidence(ready, title=title, sha256=title)
        with django_assert_num_queries(27):
            assert browser.get(page("dossier_submit", ready)).status_code == 200
    filing.submit(ready, by=clerk)
    with django_assert_num_queries(9):
        assert browser.get(page("dossier_receipt", ready)).status_code == 200
