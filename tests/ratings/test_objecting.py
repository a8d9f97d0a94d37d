"""Objections: who enters one, its term, its answer, where it is seen, and how a product is rated again."""

from __future__ import annotations

import html
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ratings import objecting
from ratings.models import DecisionItem, Objection
from ratings.workflow import Refused
from tests.enterprises.papers import pdf
from tests.factories import make_decision, make_dossier, make_product

TODAY = date(2023, 12, 29)
RECEIVED = date(2023, 12, 11)
NEW = {"received_on": "11/12/2023", "words": "Đề nghị xem lại điểm phần A"}
ANSWER = {
    "outcome": "upheld",
    "words": "Hội đồng chấm đúng quy định",
    "answered_on": "22/12/2023",
    "number": "15/UBND",
}
FACTS = {"outcome": "upheld", "words": "Giữ nguyên", "answered_on": TODAY, "number": "15/UBND"}


@pytest.fixture
def decided(regulations, district, commune):
    """A dossier that a decision of the district of 08/12/2023 did not recognise."""

    def make(**fields):
        dossier = make_dossier(make_product(commune, **fields), state="not_recognised")
        decision = make_decision(district, signed_on=date(2023, 12, 8), number=f"{dossier.pk}/QĐ-UBND")
        DecisionItem.objects.create(decision=decision, dossier=dossier, outcome="not_recognise")
        return dossier

    return make


@pytest.fixture
def received(decided, officer):
    def make(on=RECEIVED, **fields):
        return objecting.receive(decided(**fields), words="Xem lại", received_on=on, by=officer)

    return make


def text_of(response) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        (date(2023, 11, 6), date(2023, 12, 4)),  # the 20th working day
        (date(2023, 12, 11), date(2024, 1, 8)),
    ],
)
def test_the_answer_is_due_after_twenty_working_days(world, received_on, due_on):
    assert objecting.due(received_on) == due_on


def test_holidays_do_not_carry_the_term_past_thirty_days(world, monkeypatch):
    monkeypatch.setattr(objecting.working_time, "due", lambda start, days: date(2024, 2, 20))
    assert objecting.due(date(2024, 1, 2)) == date(2024, 2, 1)


def test_from_the_dossier_to_the_answer_through_the_pages(
    decided, client_of, officer, commune_staff, neighbour
):
    dossier = decided()
    browser = client_of(officer)
    address = f"/ho-so/{dossier.pk}/kien-nghi/"
    assert address in text_of(browser.get(f"/ho-so/{dossier.pk}/"))
    assert address not in text_of(client_of(commune_staff).get(f"/ho-so/{dossier.pk}/"))
    early = browser.post(address, NEW | {"received_on": "7/12/2023"})
    assert "Ngày nhận kiến nghị phải từ ngày quyết định đến hôm nay." in text_of(early)
    assert NEW["words"] in text_of(early)
    assert browser.post(address, NEW).status_code == 302
    objection = Objection.objects.get()
    assert (objection.due_on, objection.decision.number) == (date(2024, 1, 8), f"{dossier.pk}/QĐ-UBND")
    page = f"/quyet-dinh/kien-nghi/{objection.pk}/"
    assert "hạn trả lời ngày 08/01/2024" in text_of(browser.get(f"/ho-so/{dossier.pk}/"))
    assert "Kiến nghị cần trả lời" in text_of(browser.get("/viec-cua-toi/"))
    no_number = browser.post(f"{page}tra-loi/", ANSWER | {"version": 1, "number": ""})
    assert "Nhập số văn bản trả lời." in text_of(no_number)
    done = browser.post(f"{page}tra-loi/", ANSWER | {"version": 1, "upload": pdf(3, "tra-loi.pdf")})
    assert done["Location"] == page
    shown = text_of(client_of(commune_staff).get(page))
    assert [words in shown for words in ("Giữ nguyên quyết định", ANSWER["words"], "15/UBND")] == [True] * 3
    file = client_of(commune_staff).get(f"{page}tep/")
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert client_of(neighbour).get(page).status_code == 404
    late = browser.post(f"{page}tra-loi/", ANSWER | {"version": 1, "words": "Trả lời khác"})
    assert late.status_code == 409
    assert "Trả lời khác" in text_of(late)
    assert "Kiến nghị cần trả lời" not in text_of(browser.get("/viec-cua-toi/"))


def test_one_objection_at_a_time(received, officer):
    first = received()
    with pytest.raises(Refused, match="đang có một kiến nghị"):
        objecting.receive(first.dossier, words="Nữa", received_on=RECEIVED, by=officer)
    objecting.answer(first, by=officer, **(FACTS | {"outcome": "withdrawn", "number": ""}))
    objecting.receive(first.dossier, words="Nữa", received_on=RECEIVED, by=officer)
    assert Objection.objects.count() == 2


def test_nothing_is_objected_to_before_a_decision(regulations, product, officer):
    dossier = make_dossier(product, state="scored")
    with pytest.raises(PermissionDenied, match="chưa có quyết định"):
        objecting.receive(dossier, words="Xem lại", received_on=RECEIVED, by=officer)


def test_only_the_unit_that_decided_answers(received, other_officer, commune_staff, leader):
    objection = received()
    for person in (other_officer, commune_staff, leader):
        with pytest.raises(PermissionDenied):
            objecting.answer(objection, by=person, **FACTS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": " "},
        {"number": ""},
        {"outcome": "lost"},
        {"answered_on": date(2023, 12, 10)},
        {"answered_on": date(2023, 12, 30)},
        {"outcome": "rated_again"},
    ],
)
def test_an_incomplete_answer_is_refused(received, officer, wrong):
    objection = received()
    with pytest.raises(Refused):
        objecting.answer(objection, by=officer, **(FACTS | wrong))
    assert Objection.objects.get().outcome == ""


def test_a_product_is_rated_again_by_a_new_dossier(received, officer, client_of):
    objection = received()
    page = f"/quyet-dinh/kien-nghi/{objection.pk}/"
    exit_named = f"/ho-so/moi/?san-pham={objection.dossier.product_id}"
    assert exit_named in text_of(client_of(officer).get(page))
    again = make_dossier(objection.dossier.product, state="draft")
    objecting.answer(objection, by=officer, **(FACTS | {"outcome": "rated_again"}))
    assert objection.outcome == "rated_again"
    assert f"Hồ sơ mới của sản phẩm: {again.code}" in text_of(client_of(officer).get(page))


def test_the_list_tells_what_is_late(received, officer, client_of, settings):
    received(name="Rượu ngô")
    objecting.answer(received(name="Hạt dẻ"), by=officer, **FACTS)
    settings.OCOP_TODAY = date(2024, 1, 9)
    browser = client_of(officer)
    late = text_of(browser.get("/quyet-dinh/kien-nghi/?tinh_trang=qua-han"))
    assert [name in late for name in ("Rượu ngô", "Hạt dẻ", "Quá hạn")] == [True, False, True]
    stands = text_of(browser.get("/quyet-dinh/kien-nghi/?tinh_trang=upheld"))
    assert [name in stands for name in ("Rượu ngô", "Hạt dẻ")] == [False, True]
    file = browser.get("/quyet-dinh/kien-nghi/?xuat=csv")
    told = b"".join(file.streaming_content).decode("utf-8-sig")
    assert [name in told for name in ("Rượu ngô", "Hạt dẻ")] == [True, True]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_much_for_three_objections_as_for_one(received, client_of, officer, number):
    for _each in range(number):
        received()
    browser = client_of(officer)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get("/quyet-dinh/kien-nghi/").status_code == 200
    assert len(queries) == 5
