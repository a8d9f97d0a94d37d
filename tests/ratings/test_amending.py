"""Decisions over recognitions: extend, revoke, strike off, correct; what anyone reads then."""

from __future__ import annotations

import html
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts import notice_words
from accounts.models import Notice
from ocop_portal.lib import periods
from ocop_portal.lib.measures import Selection
from public import measures as public_measures
from public.catalogue import entries, recognised
from ratings import amending, certificates, deciding
from ratings.amending import ActDraft
from ratings.measures import MEASURES
from ratings.models import (
    Decision,
    DecisionAct,
    Dossier,
    DossierStep,
    Recognition,
    RecognitionEvent,
    Regulation,
)
from ratings.printing import certificate as paper
from ratings.workflow import Refused
from reports import progress_lists
from reports.ground import ground
from reports.progress_facts import gather
from tests.factories import make_decision, make_dossier, make_product, make_recognition, make_user

TODAY = date(2026, 11, 23)
FOUND = date(2026, 11, 10)
GROUNDS = [
    ("dishonest_papers", "giấy tờ trong hồ sơ không trung thực"),
    ("criteria_no_longer_met", "sản phẩm không còn đáp ứng tiêu chí của hạng sao"),
    (
        "breach_of_law",
        "vi phạm pháp luật về chất lượng, an toàn thực phẩm, môi trường, sở hữu trí tuệ hoặc nhãn hàng hóa",
    ),
    ("misuse_of_mark", "sử dụng sai nhãn hiệu OCOP"),
    ("production_stopped", "sản phẩm không còn được sản xuất"),
    ("other", "lý do khác nêu trong quyết định"),
]


@pytest.fixture(autouse=True)
def this_year(settings, regulations):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def given(world):
    """A recognition of the province, valid to 31/12/2026 unless told otherwise."""

    def make(stars=4, name="Rượu ngô men lá", **fields) -> Recognition:
        decision = make_decision(world.province, number="12/QĐ-UBND", signed_on=date(2023, 12, 31))
        product = make_product(world.new_dam_thuy, name=name)
        facts = {"recognised_on": date(2023, 12, 31), "expires_on": date(2026, 12, 31)} | fields
        return make_recognition(product, decision, stars, **facts)

    return make


@pytest.fixture
def sign(province_leader):
    def call(decision, on=TODAY, number="90/QĐ-UBND"):
        return deciding.sign(
            decision, number=number, signed_on=on, signer_name="Bế Ký Thử", by=province_leader
        )

    return call


def text_of(response) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def revoking(ground="misuse_of_mark", found_on=FOUND, **fields) -> ActDraft:
    return ActDraft("revoked", ground=ground, found_on=found_on, **fields)


def check(browser, recognition: Recognition) -> str:
    return text_of(browser.get(f"/chung-nhan/{recognition.certificate_code}/"))


def test_one_paper_does_several_things_and_only_the_signature_does_them(given, province_officer, sign):
    revoked, extended, struck, corrected = (given(name=name) for name in ("Một", "Hai", "Ba", "Bốn"))
    decision = amending.propose(revoked, revoking(), by=province_officer, title="Xử lý đợt 1")
    for recognition, draft in (
        (extended, ActDraft("extended", new_expires_on=date(2027, 3, 1))),
        (struck, ActDraft("struck_off")),
        (corrected, ActDraft("corrected", corrects="product_name", wrong="Bốn", right="Bốn mùa")),
    ):
        amending.propose(recognition, draft, decision=decision, by=province_officer)
    assert RecognitionEvent.objects.count() == 0
    sign(decision)
    rows = RecognitionEvent.objects.order_by("pk").values_list("recognition", "kind", "on", "decision")
    assert list(rows) == [
        (revoked.pk, "revoked", TODAY, decision.pk),
        (extended.pk, "extended", TODAY, decision.pk),
        (struck.pk, "struck_off", TODAY, decision.pk),
        (corrected.pk, "corrected", TODAY, decision.pk),
    ]
    assert set(Recognition.objects.in_force(date(2027, 1, 1))) == {extended}
    assert set(Recognition.objects.in_force(TODAY)) == {extended, corrected}
    assert Decision.objects.with_size().get(pk=decision.pk).size == 4


def test_the_unit_that_recognises_the_star_decides(given, world, officer, province_officer):
    assert [amending.unit_for(given(stars=n, name=str(n))) for n in (3, 4, 5)] == [
        world.province,
        world.province,
        None,
    ]
    with pytest.raises(PermissionDenied, match="nhập văn bản"):
        amending.propose(given(stars=5, name="Năm"), revoking(), by=province_officer)
    with pytest.raises(PermissionDenied):
        amending.propose(given(name="Khác"), revoking(), by=officer)
    assert Decision.objects.filter(state="prepared").count() == 0


def test_the_district_revokes_its_three_stars_while_it_stands(
    settings, world, district, officer, province_officer
):
    settings.OCOP_TODAY = date(2023, 12, 29)
    regulation = Regulation.objects.get(code="QD148-2023")
    decision = make_decision(district, signed_on=date(2023, 6, 1))
    three, four = (
        make_recognition(
            make_product(world.dam_thuy),
            decision,
            stars,
            regulation=regulation,
            recognised_on=date(2023, 6, 1),
        )
        for stars in (3, 4)
    )
    assert [amending.unit_for(three), amending.unit_for(four)] == [district, world.province]
    amending.propose(three, revoking(found_on=date(2023, 12, 1)), by=officer)
    with pytest.raises(PermissionDenied):
        amending.propose(three, ActDraft("struck_off"), by=province_officer)


@pytest.mark.parametrize(
    "draft",
    [
        ActDraft("revoked", found_on=FOUND),
        ActDraft("revoked", ground="other"),
        revoking(found_on=date(2026, 11, 24)),
        revoking(ground="rumour"),
        ActDraft("corrected", corrects="holder"),
        ActDraft("superseded"),
        ActDraft("extended"),
        ActDraft("extended", new_expires_on=date(2026, 12, 31)),
        ActDraft("extended", new_expires_on=date(2027, 6, 30)),
    ],
)
def test_what_lacks_its_reason_or_goes_too_far_is_refused(given, province_officer, draft):
    with pytest.raises(Refused):
        amending.propose(given(), draft, by=province_officer)
    assert DecisionAct.objects.count() == 0


def test_an_extension_reaches_to_the_180th_day_after_the_first_expiry(given, province_officer, sign):
    recognition = given()
    draft = ActDraft("extended", new_expires_on=date(2027, 6, 29))
    sign(amending.propose(recognition, draft, by=province_officer))
    assert certificates.valid_until(recognition, TODAY) == date(2027, 6, 29)
    again = ActDraft("extended", new_expires_on=date(2027, 6, 30))
    with pytest.raises(Refused, match="29/06/2027"):
        amending.propose(recognition, again, by=province_officer)


def test_after_expiry_it_is_extended_only_while_its_re_evaluation_is_open(given, province_officer):
    recognition = given(expires_on=date(2026, 10, 1))
    draft = ActDraft("extended", new_expires_on=date(2027, 1, 1))
    with pytest.raises(Refused, match="01/10/2026"):
        amending.propose(recognition, draft, by=province_officer)
    _reevaluate(recognition)
    amending.propose(recognition, draft, by=province_officer)


def test_the_leader_is_told_of_certificates_not_of_dossiers(given, province_officer):
    amending.propose(given(), revoking(), by=province_officer)
    notice = Notice.objects.get(kind="decision.acts_to_sign")
    assert notice_words.title_of(notice) == "Quyết định về giấy chứng nhận đang chờ ký"


def test_what_has_ended_meanwhile_is_not_decided_again(given, province_officer, sign):
    recognition = given()
    first = amending.propose(recognition, revoking(), by=province_officer)
    second = amending.propose(recognition, ActDraft("struck_off"), by=province_officer)
    sign(first)
    with pytest.raises(Refused):
        sign(second, number="91/QĐ-UBND")
    assert recognition.events.count() == 1
    third = amending.propose(
        recognition, ActDraft("corrected", corrects="other", right="Đúng"), by=province_officer
    )
    sign(third, number="92/QĐ-UBND")
    assert recognition.events.count() == 2


def test_a_signed_decision_takes_and_loses_no_act(given, province_officer, sign):
    decision = sign(amending.propose(given(), revoking(), by=province_officer))
    act = decision.acts.get()
    with pytest.raises(Refused):
        amending.propose(given(name="Hai"), revoking(), decision=decision, by=province_officer)
    with pytest.raises(Refused):
        amending.take_out(act, by=province_officer)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ocop.testing_reset = 'off'")
    for change in (lambda: DecisionAct.objects.update(note="x"), act.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_decision_that_decides_nothing_is_not_signed(given, province_officer, sign):
    decision = amending.propose(given(), revoking(), by=province_officer)
    amending.take_out(decision.acts.get(), by=province_officer)
    with pytest.raises(Refused):
        sign(decision)


@pytest.mark.parametrize(("found_on", "late"), [(date(2026, 11, 8), False), (date(2026, 11, 7), True)])
def test_a_late_revocation_is_marked_and_goes_on(given, province_officer, client_of, sign, found_on, late):
    decision = amending.propose(given(), revoking(found_on=found_on), by=province_officer)
    shown = text_of(client_of(province_officer).get(f"/quyet-dinh/{decision.pk}/"))
    assert f"hạn quyết định ngày {found_on.day + 15}/11/2026" in shown
    assert ("Quá hạn" in shown) == late
    sign(decision)
    assert RecognitionEvent.objects.get().ground == "misuse_of_mark"


def test_from_the_recognition_to_the_signed_revocation_through_the_pages(
    given, client_of, province_officer, province_leader, commune_staff, visitor
):
    recognition = given()
    address = f"/quyet-dinh/cong-nhan/{recognition.pk}/de-xuat/"
    browser = client_of(province_officer)
    assert address in text_of(browser.get(f"/quyet-dinh/cong-nhan/{recognition.pk}/"))
    offered = text_of(browser.get(f"{address}?viec=revoked&can-cu=breach_of_law&ngay=10/11/2026"))
    assert 'value="10/11/2026"' in offered
    assert '<option value="breach_of_law" selected>' in offered
    wrong = browser.post(address, {"kind": "revoked", "note": "Theo biên bản kiểm tra"})
    shown = text_of(wrong)
    assert wrong.status_code == 200
    assert "Có 2 lỗi cần sửa" in shown
    assert "Chọn căn cứ thu hồi." in shown
    assert "Theo biên bản kiểm tra" in shown
    sent = {"kind": "revoked", "ground": "breach_of_law", "found_on": "10/11/2026", "title": "Thu hồi"}
    made = browser.post(address, sent)
    decision = Decision.objects.get(state="prepared")
    assert made["Location"] == f"/quyet-dinh/{decision.pk}/"
    signing = {"number": "90/QĐ-UBND", "signed_on": "23/11/2026", "signer_name": "Bế Ký Thử"}
    assert client_of(province_leader).post(f"/quyet-dinh/{decision.pk}/ky/", signing).status_code == 302
    assert (
        "Bị thu hồi từ ngày 23/11/2026 (Quyết định số 90/QĐ-UBND), vì: vi phạm pháp luật về chất lượng"
        in check(visitor, recognition)
    )


def test_an_act_is_taken_out_on_the_page(given, client_of, province_officer, officer):
    decision = amending.propose(given(), revoking(), by=province_officer)
    address = f"/quyet-dinh/{decision.pk}/su-viec/{decision.acts.get().pk}/bo/"
    assert client_of(officer).post(address).status_code == 404
    assert client_of(province_officer).post(address).status_code == 302
    assert decision.acts.count() == 0


# --- what anyone reads


def test_an_event_from_paper_keeps_its_ground_and_only_what_belongs_to_it(
    given, client_of, province_officer, visitor
):
    recognition = given(stars=5)
    sent = {
        "kind": "revoked",
        "on": "01/11/2026",
        "ground": "production_stopped",
        "right": "không thuộc việc thu hồi",
        "decision_number": "77/QĐ-BNNMT",
        "signed_on": "01/11/2026",
        "issuing_body": "Bộ Nông nghiệp và Môi trường",
    }
    address = f"/quyet-dinh/cong-nhan/{recognition.pk}/su-viec/"
    assert client_of(province_officer).post(address, sent).status_code == 302
    event = recognition.events.get()
    assert (event.ground, event.right) == ("production_stopped", "")
    assert "vì: sản phẩm không còn được sản xuất." in check(visitor, recognition)


def test_the_commune_sees_the_signed_decision_over_its_product(
    given, client_of, province_officer, world, sign
):
    decision = amending.propose(given(), revoking(), by=province_officer)
    staff = make_user("xa.damthuy.2026", "commune", world.new_dam_thuy)
    address = f"/quyet-dinh/{decision.pk}/"
    assert client_of(staff).get(address).status_code == 404
    sign(decision)
    assert client_of(staff).get(address).status_code == 200


@pytest.mark.parametrize(("ground", "words"), GROUNDS)
def test_the_ground_of_a_revocation_in_plain_words(given, province_officer, sign, visitor, ground, words):
    recognition = given()
    sign(amending.propose(recognition, revoking(ground), by=province_officer))
    assert f"Bị thu hồi từ ngày 23/11/2026 (Quyết định số 90/QĐ-UBND), vì: {words}." in check(
        visitor, recognition
    )


def _reevaluate(recognition: Recognition, **fields) -> Dossier:
    regulation = Regulation.objects.get(code="QD26-2026")
    return make_dossier(
        recognition.product,
        kind="reevaluation",
        previous=recognition,
        regulation=regulation,
        level="province",
        state="accepted",
        on=date(2026, 9, 20),
        **fields,
    )


@pytest.mark.parametrize(
    ("expires_on", "sentence"),
    [
        (date(2026, 11, 23), "Còn hiệu lực đến hết ngày 23/11/2026."),
        (date(2026, 11, 22), "Hết hiệu lực: có hiệu lực đến hết ngày 22/11/2026."),
        (None, "Chưa bị thu hồi; giấy tờ đã nhập không ghi thời hạn hiệu lực."),
    ],
)
def test_valid_expired_and_unknown_are_said_as_they_are(given, visitor, expires_on, sentence):
    assert sentence in check(visitor, given(expires_on=expires_on))


def test_a_late_re_evaluation_keeps_it_valid_until_decided_at_most_180_days(given, visitor, settings):
    recognition = given(expires_on=date(2026, 10, 1))
    dossier = _reevaluate(recognition)
    said = (
        "Đang đánh giá lại: hết hạn ngày 01/10/2026, vẫn còn hiệu lực đến khi có kết quả đánh giá lại,"
        " chậm nhất đến hết ngày 30/03/2027."
    )
    expired = "Hết hiệu lực: có hiệu lực đến hết ngày 01/10/2026."
    assert said in check(visitor, recognition)
    settings.OCOP_TODAY = date(2027, 3, 30)
    assert said in check(visitor, recognition)
    settings.OCOP_TODAY = date(2027, 3, 31)
    assert expired in check(visitor, recognition)
    settings.OCOP_TODAY = TODAY
    for state in ("not_recognised", "draft"):
        Dossier.objects.filter(pk=dossier.pk).update(state=state)
        assert expired in check(visitor, recognition)


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2026, 9, 30), True),  # not expired yet
        (date(2026, 10, 2), True),  # kept by the re-evaluation
        (date(2027, 3, 30), True),  # the last of the 180 days
        (date(2027, 3, 31), False),
    ],
)
def test_check_catalogue_lists_and_figures_agree_on_what_is_valid(given, visitor, settings, day, valid):
    recognition = given(expires_on=date(2026, 10, 1))
    _reevaluate(recognition)
    settings.OCOP_TODAY = day
    said = check(visitor, recognition)
    assert ("Còn hiệu lực" in said or "Đang đánh giá lại" in said) == valid
    assert Recognition.objects.in_force(day).filter(pk=recognition.pk).exists() == valid
    counted = Selection(recognition.area, day.replace(month=1, day=1), day)
    assert MEASURES["still_valid"].total(counted).value == int(valid)
    assert [entry.stars_now for entry in entries(recognised(day), day)] == [
        recognition.stars if valid else None
    ]
    assert public_measures.in_force(day).total == int(valid)
    facts = gather(ground(recognition.area, periods.between(day.replace(day=1), day)))
    rows = {row["ten"]: row["tinh_trang"] for row in progress_lists.products(facts).records()}
    expected = "Còn hiệu lực" if day < date(2026, 10, 1) else "Đang đánh giá lại"
    assert rows.get(recognition.product_name, "Hết hiệu lực") == (expected if valid else "Hết hiệu lực")


def test_a_past_day_reads_the_same_after_the_re_evaluation_was_decided(given):
    """What was valid in November stays valid in November, whatever December decides."""
    recognition = given(expires_on=date(2026, 10, 1))
    dossier = _reevaluate(recognition)
    for state, day in (("submitted", date(2026, 9, 20)), ("not_recognised", date(2026, 12, 5))):
        DossierStep.objects.create(dossier=dossier, to_state=state, on=day, by_name="Thử")
    Dossier.objects.filter(pk=dossier.pk).update(state="not_recognised", state_since=date(2026, 12, 5))
    valid = [
        Recognition.objects.in_force(day).filter(pk=recognition.pk).exists()
        for day in (date(2026, 11, 20), date(2026, 12, 4), date(2026, 12, 5))
    ]
    assert valid == [True, True, False]


def test_a_correction_says_what_was_wrong_and_how_it_reads(given, province_officer, sign, visitor):
    recognition = given()
    draft = ActDraft("corrected", corrects="holder", wrong="HTX Đoài", right="HTX Đoài Dương")
    sign(amending.propose(recognition, draft, by=province_officer))
    words = (
        "Đính chính ngày 23/11/2026 (Quyết định số 90/QĐ-UBND):"
        " tên chủ thể “HTX Đoài” nay đọc là “HTX Đoài Dương”"
    )
    assert words in check(visitor, recognition)
    with translation.override("vi"):
        assert words in list(paper._said(recognition, TODAY))


def test_an_extension_and_an_issuer_that_is_gone_are_notes(given, province_officer, sign, visitor, district):
    recognition = given()
    Decision.objects.filter(pk=recognition.decision_id).update(issuing_area=None)
    decision = make_decision(district, number="5/QĐ-UBND", signed_on=date(2024, 1, 1))
    old = make_recognition(
        make_product(recognition.area, name="Hạt dẻ"),
        decision,
        recognised_on=date(2024, 1, 1),
        expires_on=date(2027, 1, 1),
    )
    draft = ActDraft("extended", new_expires_on=date(2027, 3, 1))
    sign(amending.propose(recognition, draft, by=province_officer))
    shown = check(visitor, recognition)
    assert "Còn hiệu lực đến hết ngày 01/03/2027." in shown
    assert "Gia hạn đến ngày 01/03/2027 (Quyết định số 90/QĐ-UBND)" in shown
    assert "là đơn vị cấp, nay không còn; giấy chứng nhận vẫn giữ nguyên giá trị." in check(visitor, old)


def test_the_check_page_has_a_qr_code_and_names_no_person(given, province_officer, sign, visitor):
    recognition = given()
    sign(amending.propose(recognition, revoking(note="Bà Nông Thị Thử báo"), by=province_officer))
    shown = check(visitor, recognition)
    assert 'class="qr"' in shown
    assert [name in shown for name in ("Nông Thị Thử", "Bế Ký Thử", str(province_officer))] == [False] * 3


@pytest.mark.parametrize("number", [1, 3])
def test_a_decision_asks_as_much_for_three_acts_as_for_one(given, province_officer, client_of, number):
    decision = None
    for place in range(number):
        decision = amending.propose(
            given(name=f"Sản phẩm {place}"), ActDraft("struck_off"), decision=decision, by=province_officer
        )
    browser = client_of(province_officer)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(f"/quyet-dinh/{decision.pk}/").status_code == 200
    assert len(queries) == 11
