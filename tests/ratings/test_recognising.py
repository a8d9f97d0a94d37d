"""Recognitions from paper, events, validity on a day, certificates and value chains."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry
from ratings import certificates, recognising
from ratings.models import Decision, Recognition, RecognitionEvent, Regulation, ValueChainRecord
from ratings.recognising import AlreadyEntered, Holder, Paper
from ratings.workflow import Refused
from tests.factories import make_decision, make_enterprise, make_product, make_recognition

BODY = "UBND huyện Trùng Khánh"
DAY = date(2021, 11, 5)


@pytest.fixture
def enter(officer, product, district):
    def call(**fields):
        defaults = {
            "product": product,
            "stars": 3,
            "decision_number": "2100/QĐ-UBND",
            "signed_on": DAY,
            "precision": "day",
            "issuing_body": BODY,
            "issuing_area": district,
            "area": district,
            "by": officer,
        }
        return recognising.record_paper(**(defaults | fields))

    return call


@pytest.fixture
def event(officer):
    def call(recognition, kind, on, **fields):
        paper = Paper(BODY, "77/QĐ-UBND", fields.pop("signed_on", on))
        fields.setdefault("decision", paper)
        return recognising.record_event(recognition, kind=kind, on=on, by=fields.pop("by", officer), **fields)

    return call


def valid(on: date) -> list[Recognition]:
    return list(Recognition.objects.in_force(on))


def test_a_paper_with_everything_known(enter, commune, district, regulations):
    one, two = make_enterprise(commune), make_enterprise(commune)
    regulation = Regulation.objects.get(code="QD1048-2019")
    found = enter(holders=[one, two], regulation=regulation, kind="first", variants=["4 loại mật ong "])
    assert (found.recognised_on, found.expires_on) == (DAY, date(2024, 11, 5))
    assert [(h.name, h.enterprise) for h in found.holders.all()] == [(one.name, one), (two.name, two)]
    assert (found.decision.number, found.decision.from_paper, found.decision.state) == (
        "2100/QĐ-UBND",
        True,
        "signed",
    )
    assert (found.decision.area, found.area, found.variants) == (district, commune, ["4 loại mật ong"])
    assert AuditEntry.objects.filter(act="recognition.entered_from_paper").count() == 1


def test_only_the_year_is_known(enter):
    found = enter(precision="year", signed_on=date(2020, 7, 9), decision_number="")
    assert (found.recognised_on, found.date_precision, found.expires_on) == (date(2020, 1, 1), "year", None)
    assert valid(date(2020, 12, 31)) == []
    assert list(Recognition.objects.of_unknown_validity(date(2020, 12, 31))) == [found]


def test_nothing_but_the_product_is_known(enter):
    found = enter(precision="unknown", signed_on=None, decision_number="", issuing_body="", issuing_area=None)
    assert (found.recognised_on, found.decision.signed_on, found.decision.number) == (None, None, "")
    assert list(found.holders.all()) == []


def test_a_holder_may_be_only_a_name(enter):
    found = enter(holders=["Chùa  Thử Nghiệm", Holder("Chi nhánh A")])
    assert [(h.name, h.enterprise, h.kind) for h in found.holders.all()] == [
        ("Chùa Thử Nghiệm", None, None),
        ("Chi nhánh A", None, None),
    ]


def test_products_under_one_decision_share_it(enter, commune):
    one = enter()
    same_name = make_product(commune, name=one.product_name)
    other = enter(product=same_name, stars=4)
    assert (one.decision, one.product_name) == (other.decision, other.product_name)
    assert enter(
        product=make_product(commune), decision_number="2100/QĐ-UBND", issuing_body="UBND tỉnh"
    ) not in (one.decision.recognitions.all())
    assert enter(product=make_product(commune), decision=one.decision).decision == one.decision


def test_papers_without_a_number_are_not_one_decision(enter, commune):
    one, other = enter(decision_number=""), enter(decision_number="", product=make_product(commune))
    assert one.decision != other.decision


@pytest.mark.parametrize("number", ["2100/QĐ-UBND", ""])
def test_the_same_paper_is_entered_once(enter, number):
    first = enter(decision_number=number)
    with pytest.raises(AlreadyEntered) as refused:
        enter(decision_number=number)
    assert refused.value.recognition == first
    assert (Recognition.objects.count(), Decision.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"signed_on": date(2023, 12, 30)},
        {"signed_on": None},
        {"stars": 6},
        {"stars": 0},
        {"expires_on": date(2021, 11, 4)},
        {"signed_on": date(2024, 5, 1), "precision": "year"},
    ],
)
def test_impossible_papers_are_refused(enter, fields):
    with pytest.raises(Refused):
        enter(**fields)
    assert Decision.objects.count() == 0


def test_a_decision_signed_here_takes_no_recognition_by_hand(enter, district):
    with pytest.raises(Refused):
        enter(decision=make_decision(district))


@pytest.mark.parametrize("who", ["commune_staff", "leader", "other_officer", "administrator"])
def test_only_an_officer_of_the_area_enters_papers(enter, event, product, who, request, officer):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        enter(by=person)
    with pytest.raises(PermissionDenied):
        event(enter(), "revoked", date(2022, 5, 1), by=person)
    with pytest.raises(PermissionDenied):
        recognising.record_value_chain(
            product=product, enterprise=None, chain="A", joined_on=DAY, funding_source="central", by=person
        )


def test_a_later_paper_takes_the_place_of_an_earlier_one_in_whatever_order(enter):
    newer = enter(signed_on=date(2022, 5, 1), decision_number="900/QĐ-UBND", expires_on=date(2025, 5, 1))
    older = enter(expires_on=date(2024, 11, 5))
    newest = enter(signed_on=date(2023, 5, 1), decision_number="5/QĐ-UBND", expires_on=date(2026, 5, 1))
    assert [(e.recognition, e.on, e.decision) for e in RecognitionEvent.objects.order_by("on")] == [
        (older, date(2022, 5, 1), newer.decision),
        (newer, date(2023, 5, 1), newest.decision),
    ]
    assert valid(date(2022, 4, 30)) == [older]
    assert valid(date(2023, 12, 29)) == [newest]


def test_a_year_gives_way_only_to_a_later_year(enter):
    year = enter(precision="year", expires_on=date(2024, 11, 5), decision_number="1/QĐ-UBND")
    enter(signed_on=date(2021, 12, 1), decision_number="2/QĐ-UBND", expires_on=date(2024, 12, 1))
    assert RecognitionEvent.objects.count() == 0
    day = enter(signed_on=date(2022, 1, 1), decision_number="3/QĐ-UBND", expires_on=date(2025, 1, 1))
    assert year.events.get().decision == day.decision


@pytest.mark.parametrize(
    ("signed", "last"),
    [
        (date(2020, 2, 29), date(2023, 2, 28)),
        (date(2021, 2, 28), date(2024, 2, 28)),
        (date(2020, 12, 31), date(2023, 12, 31)),
    ],
)
def test_thirty_six_months_and_the_last_day_is_valid(enter, regulations, signed, last):
    found = enter(signed_on=signed, regulation=Regulation.objects.get(code="QD1048-2019"))
    assert found.expires_on == last
    assert valid(last) == [found]
    assert valid(date.fromordinal(last.toordinal() + 1)) == []
    assert valid(signed) == [found]
    assert valid(date.fromordinal(signed.toordinal() - 1)) == []


def test_an_extension_moves_the_last_day_from_its_own_day_on(enter, event):
    found = enter(expires_on=date(2022, 11, 5))
    event(found, "extended", date(2022, 10, 1), new_expires_on=date(2023, 5, 5))
    assert valid(date(2023, 5, 5)) == [found]
    assert valid(date(2023, 5, 6)) == []
    found.refresh_from_db()
    assert found.expires_on == date(2022, 11, 5)
    assert str(certificates.status(found, date(2022, 9, 1))) == "Còn hiệu lực đến hết ngày 05/11/2022"


@pytest.mark.parametrize("kind", ["revoked", "struck_off"])
def test_what_ends_a_recognition_ends_it_that_day(enter, event, kind):
    found = enter(expires_on=date(2024, 11, 5))
    made = event(found, kind, date(2022, 5, 10))
    assert valid(date(2022, 5, 9)) == [found]
    assert valid(date(2022, 5, 10)) == []
    assert (made.decision.number, made.decision.from_paper) == ("77/QĐ-UBND", True)


def test_a_correction_changes_no_validity_and_may_come_after_the_end(enter, event):
    found = enter(expires_on=date(2024, 11, 5))
    event(found, "corrected", date(2022, 1, 5), note="Tên chủ thể")
    assert valid(date(2023, 12, 29)) == [found]
    event(found, "revoked", date(2022, 5, 10))
    event(found, "corrected", date(2022, 6, 1), note="Tên sản phẩm")
    assert [e.kind for e in found.events.all()] == ["corrected", "revoked", "corrected"]


def test_the_same_event_again_is_the_one_entered(enter, event):
    found = enter()
    assert event(found, "revoked", date(2022, 5, 10)) == event(found, "revoked", date(2022, 5, 10))
    assert found.events.count() == 1


@pytest.mark.parametrize(
    ("kind", "on", "fields"),
    [
        ("superseded", date(2022, 5, 10), {}),
        ("revoked", date(2022, 5, 10), {"decision": None}),
        ("corrected", date(2022, 5, 10), {"decision": None}),
        ("revoked", date(2023, 12, 30), {"signed_on": date(2023, 12, 1)}),
        ("revoked", date(2021, 11, 4), {}),
        ("extended", date(2022, 5, 10), {}),
        ("extended", date(2022, 5, 10), {"new_expires_on": date(2024, 11, 5)}),
        ("extended", date(2022, 5, 10), {"new_expires_on": date(2024, 11, 5), "decision": None}),
    ],
)
def test_impossible_events_are_refused(enter, event, kind, on, fields):
    found = enter(expires_on=date(2024, 11, 5))
    with pytest.raises(Refused):
        event(found, kind, on, **fields)
    assert (found.events.count(), Decision.objects.count()) == (0, 1)


def test_nothing_is_revoked_twice(enter, event):
    found = enter()
    event(found, "revoked", date(2022, 5, 10))
    for kind, fields in [("struck_off", {}), ("extended", {"new_expires_on": date(2026, 1, 1)})]:
        with pytest.raises(Refused, match="10/05/2022"):
            event(found, kind, date(2022, 6, 10), **fields)


# --- certificates


def test_codes_are_ten_characters_that_nobody_misreads(db):
    made = {certificates.new_code() for _ in range(50)}
    assert len(made) == 50
    assert {len(code) for code in made} == {10}
    assert set("".join(made)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@pytest.mark.parametrize(
    "typed", ["K01M2N3P4Q", "k01m2n3p4q", " KO1M2-N3P4-Q ", "kO|".replace("|", "l") + "m2 n3p 4q"]
)
def test_a_certificate_is_found_however_its_code_is_typed(product, district, typed):
    found = make_recognition(product, make_decision(district), certificate_code="K01M2N3P4Q")
    assert certificates.find(typed) == found


@pytest.mark.parametrize("typed", ["", "K01M2N3P4", "K01M2N3P4QQ", "K01M2N3P4U", "ĐĐĐĐĐĐĐĐĐĐ", "K01M2N3P4R"])
def test_what_is_no_code_finds_nothing(product, district, typed):
    make_recognition(product, make_decision(district), certificate_code="K01M2N3P4Q")
    assert certificates.find(typed) is None


def test_the_status_says_what_happened_and_by_which_decision(enter, event):
    found = enter(expires_on=date(2022, 11, 5))
    on = date(2022, 6, 1)
    assert certificates.status(found, date(2021, 11, 4)).key == "not_yet"
    assert certificates.status(found, date(2022, 11, 5)).key == "in_force"
    assert (
        str(certificates.status(found, date(2022, 11, 6)))
        == "Hết hiệu lực: có hiệu lực đến hết ngày 05/11/2022"
    )
    event(found, "extended", date(2022, 5, 1), new_expires_on=date(2023, 5, 1))
    extended = certificates.status(found, on)
    assert (extended.key, str(extended)) == ("in_force", "Còn hiệu lực đến hết ngày 01/05/2023")
    assert extended.notes == ("Gia hạn đến ngày 01/05/2023 (Quyết định số 77/QĐ-UBND)",)
    event(found, "revoked", on)
    assert str(certificates.status(found, on)) == "Bị thu hồi từ ngày 01/06/2022 (Quyết định số 77/QĐ-UBND)"


def test_a_certificate_outlives_the_district_that_issued_it(enter):
    found = enter(expires_on=date(2024, 11, 5))
    assert certificates.status(found, date(2023, 12, 29)).notes == ()
    later = certificates.status(found, date(2025, 7, 1))
    assert later.notes == (
        "Huyện Trùng Khánh là đơn vị cấp, nay không còn; giấy chứng nhận vẫn giữ nguyên giá trị.",
    )


def test_validity_that_no_paper_tells(enter):
    found = enter(precision="unknown", signed_on=None)
    assert certificates.status(found, date(2023, 12, 29)).key == "unknown"


# --- value chains


def test_a_product_joins_a_value_chain_once(product, officer):
    fields = {
        "product": product,
        "enterprise": product.makings.get().enterprise,
        "chain": "Chuỗi lạc  đỏ",
        "joined_on": date(2023, 5, 1),
        "funding_source": "national_programmes",
        "by": officer,
    }
    record = recognising.record_value_chain(**fields)
    assert recognising.record_value_chain(**fields) == record
    assert (record.chain, record.area, record.entered_by) == ("Chuỗi lạc đỏ", product.area, officer)
    assert AuditEntry.objects.filter(act="value_chain.joined").count() == 1


@pytest.mark.parametrize("wrong", ["stranger", "future"])
def test_impossible_value_chains_are_refused(product, commune, officer, wrong):
    enterprise = make_enterprise(commune) if wrong == "stranger" else None
    with pytest.raises(Refused):
        recognising.record_value_chain(
            product=product,
            enterprise=enterprise,
            chain="A",
            joined_on=date(2023, 12, 30) if wrong == "future" else date(2023, 5, 1),
            funding_source="",
            by=officer,
        )
    assert ValueChainRecord.objects.count() == 0
