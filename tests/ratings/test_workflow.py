"""The way of a dossier: only along the table, only by the right post, each step once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import AuditEntry, Post
from areas.models import Holiday
from ratings import levels, resulting, workflow
from ratings.models import Decision, Dossier, DossierStep
from ratings.moves import MOVES, TABLE, Door
from ratings.workflow import Refused, Stale, move
from tests.factories import make_decision, make_dossier, make_product

State = Dossier.State
TODAY = date(2023, 12, 29)
PEOPLE = [
    "commune_staff",
    "neighbour",
    "officer",
    "other_officer",
    "province_officer",
    "council_member",
    "leader",
    "province_leader",
    "administrator",
]
ROLE_AT_DISTRICT = {"commune_staff": "commune", "officer": "officer", "leader": "leader"}


@pytest.fixture
def person(request):
    return request.getfixturevalue


@pytest.fixture
def submitted(draft, commune_staff):
    move(draft, State.SUBMITTED, by=commune_staff, on=date(2023, 12, 1))
    return draft


@pytest.fixture
def accepted(submitted, officer):
    move(submitted, State.ACCEPTED, by=officer, on=date(2023, 12, 4))
    return submitted


PARTS = {"part_a": Decimal("31"), "part_b": Decimal("15.5"), "part_c": Decimal("20.25")}


def enter(dossier, by, level="district", **fields):
    return resulting.enter_result(
        dossier, level=level, assessed_on=date(2023, 12, 20), by=by, **(PARTS | fields)
    )


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", State.values)
def test_the_page_offers_exactly_the_rows_of_the_table(state, who, person, world):
    dossier = make_dossier(make_product(world.dam_thuy), state=state)
    role = ROLE_AT_DISTRICT.get(who)
    rows = [m for m in MOVES if m.source == state and role in m.roles and m.door != Door.DECISION]
    expected = [m for m in rows if m.applies(dossier, TODAY)]
    assert workflow.available(dossier, person(who)) == expected


@pytest.mark.parametrize("target", State.values)
@pytest.mark.parametrize("source", State.values)
def test_a_move_that_is_not_in_the_table_is_refused_to_everybody(source, target, person, world):
    dossier = make_dossier(make_product(world.dam_thuy), state=source)
    row = TABLE.get((source, target))
    for who in PEOPLE:
        if row and ROLE_AT_DISTRICT.get(who) in row.roles and row.applies(dossier, TODAY):
            assert workflow.require(dossier, target, by=person(who))[0] is row
        else:
            with pytest.raises(Refused):
                move(dossier, target, by=person(who), reason="x", points=["x"])
    assert DossierStep.objects.count() == 0
    dossier.refresh_from_db()
    assert (dossier.state, dossier.version) == (source, 1)


def test_the_first_submission_pins_regulation_level_and_term(draft, commune_staff):
    step = move(draft, State.SUBMITTED, by=commune_staff, on=date(2023, 12, 1))
    assert (draft.state, draft.state_since, draft.first_submitted_on) == (
        "submitted",
        date(2023, 12, 1),
        date(2023, 12, 1),
    )
    assert (draft.regulation.code, draft.level) == ("QD148-2023", "district")
    assert draft.due_on == date(2023, 12, 15)  # ten working days of the district's standard
    assert (step.from_state, step.to_state, step.by_name) == (
        "draft",
        "submitted",
        "Cán bộ xã Đàm Thuỷ",
    )
    assert step.by_post.endswith("Xã Đàm Thuỷ")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.actor, entry.area) == ("dossier.submitted", commune_staff, draft.area)


def test_the_term_skips_holidays_and_counts_make_up_days(draft, commune_staff):
    Holiday.objects.create(day=date(2023, 12, 4), kind="holiday", name="Nghỉ thử")
    Holiday.objects.create(day=date(2023, 12, 9), kind="make_up", name="Làm bù thử")
    Holiday.objects.create(day=date(2023, 12, 5), kind="holiday", name="Nghỉ thử")
    move(draft, State.SUBMITTED, by=commune_staff, on=date(2023, 12, 1))
    assert draft.due_on == date(2023, 12, 18)


def test_a_unit_without_a_standard_sets_no_term(draft, commune_staff, district):
    district.profile.delete()
    move(draft, State.SUBMITTED, by=commune_staff)
    assert draft.due_on is None


def test_a_returned_dossier_keeps_its_regulation(submitted, officer, commune_staff, settings, world):
    move(submitted, State.RETURNED, by=officer, on=date(2025, 6, 27), points=["Thiếu phiếu", " ", "Mờ  dấu"])
    points = list(submitted.return_points.all())
    assert [(p.position, p.text) for p in points] == [(1, "Thiếu phiếu"), (2, "Mờ dấu")]
    settings.OCOP_TODAY = date(2025, 7, 7)
    Post.objects.create(
        user=commune_staff, role="commune", area=world.new_dam_thuy, starts_on=date(2025, 7, 1)
    )
    move(submitted, State.SUBMITTED, by=commune_staff, answers={p.pk: "Đã bổ sung" for p in points})
    assert (submitted.regulation.code, submitted.first_submitted_on) == ("QD148-2023", date(2023, 12, 1))
    # The districts ended on 30/6/2025: the province deals with it now.
    assert submitted.level == "province"


def test_every_point_of_a_return_is_answered(submitted, officer, commune_staff):
    move(submitted, State.RETURNED, by=officer, points=["Một", "Hai"])
    one, two = submitted.return_points.all()
    with pytest.raises(Refused, match="Hãy trả lời đủ"):
        move(submitted, State.SUBMITTED, by=commune_staff, answers={one.pk: "Đã sửa", two.pk: "  "})
    assert submitted.steps.count() == 2
    move(submitted, State.SUBMITTED, by=commune_staff, answers={one.pk: "Đã sửa", two.pk: "Đã thêm"})
    assert list(submitted.return_points.values_list("answer", flat=True)) == ["Đã sửa", "Đã thêm"]
    assert workflow.open_points(submitted) == []


def test_a_return_names_what_to_mend_and_a_withdrawal_says_why(submitted, officer, commune_staff):
    with pytest.raises(Refused):
        move(submitted, State.RETURNED, by=officer, points=["  "])
    with pytest.raises(Refused):
        move(submitted, State.WITHDRAWN, by=commune_staff, reason=" ")
    assert submitted.steps.count() == 1
    step = move(submitted, State.WITHDRAWN, by=commune_staff, reason="Chủ thể ngừng\n sản xuất ")
    assert (step.reason, submitted.due_on) == ("Chủ thể ngừng\nsản xuất", None)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: Dossier.objects.filter(pk=d.pk).update(pledged=False),
        lambda d: d.attachments.update(removed_at="2023-12-01T00:00:00Z"),
        lambda d: type(d.enterprise).objects.update(representative=""),
        lambda d: type(d.enterprise).objects.update(address=""),
        lambda d: d.product.makings.all().delete(),
        lambda d: Dossier.objects.filter(pk=d.pk).update(kind="upgrade"),
        lambda d: Dossier.objects.filter(pk=d.pk).update(state_since=date(2023, 12, 30)),
    ],
)
def test_an_incomplete_dossier_is_not_submitted(draft, commune_staff, spoil):
    spoil(draft)
    with pytest.raises(Refused):
        move(draft, State.SUBMITTED, by=commune_staff)
    draft.refresh_from_db()
    assert (draft.state, draft.steps.count()) == ("draft", 0)


def test_a_day_without_regulation_takes_no_submission(draft, commune_staff):
    Dossier.objects.update(state_since=date(2019, 1, 1))
    with pytest.raises(Refused, match="01/02/2019"):
        move(draft, State.SUBMITTED, by=commune_staff, on=date(2019, 2, 1))


def test_the_second_of_two_officers_is_told_who_was_first(submitted, officer, make, district):
    colleague = make.make_user("huyen.2", "officer", district, full_name="Đồng nghiệp")
    seen = submitted.version
    move(submitted, State.ACCEPTED, by=officer, version=seen)
    with pytest.raises(Stale, match=r"Cán bộ huyện Trùng Khánh.*\d\d:\d\d \d\d/\d\d/\d{4}") as told:
        move(submitted, State.RETURNED, by=colleague, version=seen, points=["x"])
    assert str(State.ACCEPTED.label) in str(told.value)
    assert submitted.steps.count() == 2


def test_a_replayed_step_leaves_no_trace(submitted, commune_staff):
    for _press in range(2):
        with pytest.raises(Refused):
            move(submitted, State.SUBMITTED, by=commune_staff)
    assert submitted.steps.count() == 1


def test_the_result_gives_total_and_star(accepted, officer):
    result = enter(accepted, officer, part_c=Decimal("23.495"))
    assert (result.total, result.stars, accepted.state) == (Decimal("70.00"), 4, "scored")


def test_the_officer_of_another_level_enters_nothing(accepted, province_officer, leader):
    for by in (province_officer, leader):
        with pytest.raises(Refused):
            enter(accepted, by)
    assert accepted.results.count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"part_a": Decimal("40.01")},
        {"part_b": Decimal("-1")},
        {"part_c": Decimal("35.001")},
        {"level": "province"},
        {"assessed_on": date(2023, 11, 30)},
        {"assessed_on": date(2023, 12, 30)},
    ],
)
def test_an_impossible_result_is_refused(accepted, officer, fields):
    with pytest.raises(Refused):
        resulting.enter_result(
            accepted,
            **(PARTS | {"level": "district", "assessed_on": date(2023, 12, 20), "by": officer} | fields),
        )
    accepted.refresh_from_db()
    assert (accepted.state, accepted.results.count()) == ("accepted", 0)


def test_a_result_is_not_entered_without_its_form(accepted, officer):
    with pytest.raises(Refused):
        move(accepted, State.SCORED, by=officer)


@pytest.mark.parametrize("to", ["recognised", "not_recognised", "forwarded"])
def test_no_state_of_a_decision_without_the_signed_decision(accepted, officer, leader, district, to):
    enter(accepted, officer)
    with pytest.raises(Refused):
        move(accepted, State.PREPARED, by=officer)
    decision = make_decision(district, state=Decision.State.PREPARED, number="", signed_on=None)
    decision.items.create(dossier=accepted, outcome="recognise_and_forward", stars=3)
    move(accepted, State.PREPARED, by=officer)
    with pytest.raises(Refused):
        move(accepted, to, by=leader)
    with pytest.raises(Refused):
        move(accepted, State.SCORED, by=officer)
    Decision.objects.update(state="signed", number="12/QĐ-UBND", signed_on=date(2023, 12, 28))
    if to != "forwarded":
        with pytest.raises(Refused):
            move(accepted, to, by=leader)


def test_a_forwarded_dossier_is_scored_at_the_next_level(
    accepted, officer, leader, province_officer, district
):
    enter(accepted, officer)
    decision = make_decision(district, state=Decision.State.PREPARED, number="", signed_on=None)
    decision.items.create(dossier=accepted, outcome="forward")
    move(accepted, State.PREPARED, by=officer)
    Decision.objects.update(state="signed", number="12/QĐ-UBND", signed_on=date(2023, 12, 28))
    move(accepted, State.FORWARDED, by=leader)
    assert accepted.level == "province"
    with pytest.raises(Refused):
        enter(accepted, officer, level="province")
    enter(accepted, province_officer, level="province")
    assert list(accepted.results.values_list("level", flat=True)) == ["district", "province"]


def test_a_dropped_decision_gives_the_dossier_back(accepted, officer, district):
    enter(accepted, officer)
    decision = make_decision(district, state=Decision.State.PREPARED, number="", signed_on=None)
    decision.items.create(dossier=accepted, outcome="forward")
    move(accepted, State.PREPARED, by=officer)
    decision.delete()
    move(accepted, State.SCORED, by=officer)
    assert accepted.state == "scored"


def test_the_centre_is_above_the_province(regulations, world):
    dossier = make_dossier(make_product(world.dam_thuy), state="scored", level="province")
    assert levels.next_level(dossier, date(2023, 12, 29)) == "central"
    dossier.level = "central"
    assert levels.next_level(dossier, date(2023, 12, 29)) is None
