"""Decisions: what may be decided, who prepares, who signs, and what follows from a signature."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEntry, Role
from products.models import ProductVariant
from ratings import deciding, outcomes
from ratings.deciding import ItemDraft
from ratings.models import Decision, DecisionItem, Dossier, Recognition, Regulation
from ratings.outcomes import Choice
from ratings.workflow import Refused
from tests.factories import make_decision, make_enterprise, make_product, make_recognition, make_user
from tests.ratings.scored import enter, make_scored

SIGNED_ON = date(2023, 12, 20)
PREPARED_ON = date(2023, 12, 11)
RECOGNISE, BOTH = Choice("recognise", 3), Choice("recognise_and_forward", 3)
FORWARD, REFUSE = Choice("forward"), Choice("not_recognise")


@pytest.fixture
def scored(regulations, officer):
    def make(product, total="62", **fields):
        return make_scored(product, total, by=officer, **fields)

    return make


@pytest.fixture
def prepare(officer, district):
    def call(*items, by=None, area=None, **fields):
        drafts = [ItemDraft(*item) for item in items]
        return deciding.prepare(
            area=area or district, items=drafts, by=by or officer, on=fields.pop("on", PREPARED_ON), **fields
        )

    return call


@pytest.fixture
def sign(leader):
    def call(decision, by=None, number="1887/QĐ-UBND", signed_on=SIGNED_ON, **fields):
        return deciding.sign(
            decision, number=number, signed_on=signed_on, signer_name="Bế Ký Thử", by=by or leader, **fields
        )

    return call


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("29.99", [REFUSE]),
        ("49.99", [REFUSE]),
        ("50", [RECOGNISE, REFUSE]),
        ("69.99", [RECOGNISE, REFUSE]),
        ("70", [BOTH, FORWARD, REFUSE]),
        ("93", [BOTH, FORWARD, REFUSE]),
    ],
)
def test_a_district_recognises_three_stars_and_forwards_from_seventy(scored, product, total, expected):
    assert outcomes.choices(scored(product, total), PREPARED_ON) == expected


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("65", [REFUSE]),
        ("75", [Choice("recognise", 4), REFUSE]),
        ("90", [Choice("recognise_and_forward", 4), FORWARD, REFUSE]),
    ],
)
def test_a_province_decides_what_a_district_forwarded(
    scored, prepare, sign, product, province_officer, total, expected
):
    dossier = scored(product, "75")
    sign(prepare((dossier, "forward")))
    dossier.refresh_from_db()
    assert (dossier.state, dossier.level) == ("forwarded", "province")
    enter(dossier, total, by=province_officer, level="province", on=date(2023, 12, 27))
    assert outcomes.choices(dossier) == expected


def test_what_the_centre_finds_below_five_stars_the_province_recognises(
    world, scored, prepare, sign, product, province_officer, province_leader
):
    dossier = scored(product, "92")
    sign(prepare((dossier, "forward")))
    dossier.refresh_from_db()
    enter(dossier, "91", by=province_officer, level="province", on=date(2023, 12, 22))
    forwarding = prepare(
        (dossier, "forward"), area=world.province, by=province_officer, on=date(2023, 12, 22)
    )
    sign(forwarding, by=province_leader, signed_on=date(2023, 12, 22))
    dossier.refresh_from_db()
    assert (dossier.state, dossier.level) == ("forwarded", "central")
    enter(dossier, "88", by=province_officer, level="central", on=date(2023, 12, 28))
    assert outcomes.choices(dossier) == [Choice("recognise", 4), REFUSE]
    dossier.results.filter(level="central").update(part_a=40, part_b=25, part_c=30, total=95, stars=5)
    assert outcomes.choices(dossier) == [Choice("recognise", 5), Choice("recognise", 4), REFUSE]
    with pytest.raises(Refused):
        prepare((dossier, "recognise", 5), area=world.province, by=province_officer, on=date(2023, 12, 28))
    body = "Bộ Nông nghiệp và Phát triển nông thôn"
    decision = prepare(
        (dossier, "recognise", 5),
        area=world.province,
        by=province_officer,
        on=date(2023, 12, 28),
        issuing_body=body,
    )
    assert (decision.issuing_body, decision.issuing_area) == (body, None)


def test_three_stars_now_and_four_asked_for_in_one_decision(scored, prepare, sign, product):
    dossier = scored(product, "75.5", requested_stars=4)
    sign(prepare((dossier, "recognise_and_forward", 3)))
    dossier.refresh_from_db()
    assert (dossier.state, dossier.level, dossier.requested_stars) == ("forwarded", "province", 4)
    recognition = Recognition.objects.get()
    assert (recognition.stars, recognition.kind, recognition.dossier) == (3, "first", dossier)


def test_signing_recognises_with_the_names_of_the_day(scored, prepare, sign, commune, district, leader):
    first, second = make_enterprise(commune, name="HTX Một"), make_enterprise(commune, name="Công ty Hai")
    product = make_product(commune, first, second, name="Mật ong bạc hà")
    for position, name in enumerate(["20°N", "30°N", "40°N"]):
        ProductVariant.objects.create(product=product, name=name, position=position)
    decision = sign(prepare((scored(product), "recognise", 3), title="Công nhận đợt 2"))
    first.name, product.name = "HTX Một đổi tên", "Mật ong"
    first.save()
    product.save()
    recognition = Recognition.objects.get()
    assert recognition.product_name == "Mật ong bạc hà"
    assert recognition.variants == ["20°N", "30°N", "40°N"]
    assert [(h.name, h.enterprise, h.kind) for h in recognition.holders.all()] == [
        ("HTX Một", first, first.kind),
        ("Công ty Hai", second, second.kind),
    ]
    assert (recognition.recognised_on, recognition.expires_on) == (SIGNED_ON, date(2026, 12, 20))
    assert (recognition.date_precision, recognition.area, recognition.group) == (
        "day",
        commune,
        product.group,
    )
    assert (decision.state, decision.number, decision.signed_by) == ("signed", "1887/QĐ-UBND", leader)
    assert (decision.issuing_area, decision.issuing_body) == (
        district,
        "Ủy ban nhân dân huyện Trùng Khánh",
    )
    assert Dossier.objects.get().state == "recognised"
    assert AuditEntry.objects.filter(act="decision.signed").count() == 1


def test_one_decision_names_two_products_of_the_same_name(scored, prepare, sign, commune):
    one, other = make_product(commune, name="Rượu ngô"), make_product(commune, name="Rượu ngô")
    sign(prepare((scored(one), "recognise", 3), (scored(other, "40"), "not_recognise")))
    assert [(r.product, r.product_name) for r in Recognition.objects.all()] == [(one, "Rượu ngô")]
    assert Dossier.objects.get(product=other).state == "not_recognised"


def test_a_star_may_go_down_and_the_older_recognition_is_superseded(scored, prepare, sign, district, product):
    old = make_recognition(product, make_decision(district, signed_on=date(2021, 6, 1)), stars=4)
    unknown = make_recognition(
        product, make_decision(district), recognised_on=None, date_precision="unknown", expires_on=None
    )
    gone = make_recognition(
        product, make_decision(district, signed_on=date(2019, 6, 1)), expires_on=date(2022, 6, 1)
    )
    decision = sign(prepare((scored(product, kind="reevaluation"), "recognise", 3)))
    new = decision.recognitions.get()
    assert (new.stars, new.kind) == (3, "reevaluation")
    for earlier in (old, unknown):
        event = earlier.events.get()
        assert (event.kind, event.on, event.decision) == ("superseded", SIGNED_ON, decision)
    assert gone.events.count() == 0
    assert list(Recognition.objects.in_force(SIGNED_ON)) == [new]
    assert list(Recognition.objects.in_force(date(2023, 12, 19))) == [old]


@pytest.mark.parametrize("choice", [("recognise", 4), ("recognise", 3), ("forward", 3), ("recognise", None)])
def test_an_outcome_that_the_regulation_does_not_give_is_refused(scored, prepare, product, choice):
    with pytest.raises(Refused):
        prepare((scored(product, "75"), *choice))
    assert Decision.objects.count() == 0


def test_the_desk_of_a_unit_asks_as_much_for_three_dossiers_as_for_one(
    scored, commune, district, django_assert_num_queries
):
    for wanted in (1, 3):
        while Dossier.objects.count() < wanted:
            scored(make_product(commune))
        with django_assert_num_queries(6):
            assert [case.choices for case in outcomes.scored_in(district)] == [[RECOGNISE, REFUSE]] * wanted


def test_nothing_to_decide_is_no_decision(prepare, regulations):
    with pytest.raises(Refused):
        prepare()


def test_a_dossier_stands_in_one_prepared_decision_only(scored, prepare, product):
    dossier = scored(product)
    prepare((dossier, "recognise", 3))
    with pytest.raises(Refused):
        prepare((Dossier.objects.get(), "recognise", 3))
    assert (Decision.objects.count(), DecisionItem.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "who", ["commune_staff", "leader", "other_officer", "council_member", "administrator"]
)
def test_only_an_officer_of_the_unit_prepares(scored, prepare, product, who, request):
    with pytest.raises(PermissionDenied):
        prepare((scored(product), "recognise", 3), by=request.getfixturevalue(who))


def test_the_province_does_not_decide_for_the_district(scored, prepare, product, world, province_officer):
    dossier = scored(product)
    with pytest.raises(Refused):
        prepare((dossier, "recognise", 3), area=world.province, by=province_officer)
    with pytest.raises(Refused):
        prepare((dossier, "recognise", 3), by=province_officer)


@pytest.mark.parametrize("who", ["commune_staff", "officer", "council_member", "administrator"])
def test_only_a_leader_signs(scored, prepare, sign, product, who, request):
    decision = prepare((scored(product), "recognise", 3))
    with pytest.raises(PermissionDenied):
        sign(decision, by=request.getfixturevalue(who))
    assert Recognition.objects.count() == 0


def test_the_leader_of_the_province_does_not_sign_for_the_district(
    scored, prepare, sign, product, province_leader
):
    decision = prepare((scored(product), "recognise", 3))
    with pytest.raises(PermissionDenied, match="Trùng Khánh"):
        sign(decision, by=province_leader)
    assert Decision.objects.get().state == "prepared"


@pytest.mark.parametrize("day", [date(2023, 12, 30), date(2023, 12, 4), date(2023, 10, 31)])
def test_a_day_to_come_or_before_the_result_is_refused(scored, prepare, sign, product, day):
    decision = prepare((scored(product), "recognise", 3))
    with pytest.raises(Refused):
        sign(decision, signed_on=day)
    assert Decision.objects.get().state == "prepared"


@pytest.mark.parametrize("day", [date(2023, 12, 29), date(2023, 12, 5)])
def test_a_paper_signed_before_it_was_entered_here_is_taken_with_its_day(scored, prepare, sign, product, day):
    sign(prepare((scored(product), "recognise", 3)), signed_on=day)
    assert Recognition.objects.get().recognised_on == day


def test_a_decision_has_a_number(scored, prepare, sign, product):
    decision = prepare((scored(product), "recognise", 3))
    with pytest.raises(Refused):
        sign(decision, number="  ")


def test_signing_again_has_no_further_effect(scored, prepare, sign, product):
    decision = prepare((scored(product), "recognise", 3))
    stale = Decision.objects.get()
    sign(decision)
    again = sign(stale)
    assert (again, again.state) == (decision, "signed")
    assert Recognition.objects.count() == 1
    assert AuditEntry.objects.filter(act="decision.signed").count() == 1


def test_the_second_of_two_leaders_is_told_who_was_first(scored, prepare, sign, product, district):
    decision = prepare((scored(product), "recognise", 3))
    deputy = make_user("pho.trungkhanh", Role.LEADER, district)
    stale = Decision.objects.get()
    sign(decision)
    with pytest.raises(deciding.SignedOtherwise, match="Lãnh đạo huyện Trùng Khánh"):
        sign(stale, by=deputy, number="1888/QĐ-UBND")
    assert Decision.objects.get().number == "1887/QĐ-UBND"


def test_a_dropped_decision_gives_its_dossiers_back(scored, prepare, product, officer):
    dossier = scored(product)
    deciding.drop(prepare((dossier, "recognise", 3)), by=officer, on=PREPARED_ON)
    dossier.refresh_from_db()
    assert (dossier.state, Decision.objects.count()) == ("scored", 0)
    prepare((dossier, "recognise", 3))
    assert DecisionItem.objects.count() == 1


def test_a_signed_decision_is_not_dropped(scored, prepare, sign, product, officer, leader):
    decision = sign(prepare((scored(product), "recognise", 3)))
    with pytest.raises(Refused):
        deciding.drop(decision, by=officer)
    with pytest.raises(PermissionDenied):
        deciding.drop(decision, by=leader)


def test_the_database_keeps_a_signed_decision(scored, prepare, sign, product):
    decision = sign(prepare((scored(product), "recognise", 3)))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ocop.testing_reset = 'off'")
    for act in (
        lambda: Decision.objects.filter(pk=decision.pk).update(number="1/QĐ-UBND"),
        lambda: DecisionItem.objects.update(stars=5),
        lambda: DecisionItem.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_what_can_no_longer_be_decided_is_only_closed(scored, prepare, sign, product, commune):
    older = Regulation.objects.get(code="QD1048-2019")
    older.decide_first_until = date(2023, 12, 15)
    older.save()
    late = prepare((scored(product, regulation=older), "forward"))
    with pytest.raises(Refused, match="15/12/2023"):
        sign(late)
    sign(late, signed_on=date(2023, 12, 15))
    sign(prepare((scored(make_product(commune), regulation=older), "not_recognise")), number="2/QĐ-UBND")
    assert sorted(Dossier.objects.values_list("state", flat=True)) == ["forwarded", "not_recognised"]
