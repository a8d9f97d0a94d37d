"""Who is told when a dossier moves, a term is extended, a decision waits."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from accounts import notice_words, noticing
from accounts.models import Notice, Role
from ratings import deciding, filing, proposing, telling, workflow
from ratings.deciding import ItemDraft
from ratings.models import DeadlineExtension, Dossier
from ratings.workflow import move
from tests.factories import make_product, make_user
from tests.ratings.scored import enter, make_scored

State = Dossier.State
SIGNED_ON = date(2023, 12, 20)


def told() -> list[tuple[str, str, str, str]]:
    """The open notices: kind, role, unit, day by which to act."""
    rows = Notice.objects.open().select_related("area").order_by("pk")
    return [(row.kind, row.role, str(row.area), str(row.due_on or "")) for row in rows]


@pytest.fixture
def submitted(draft, commune_staff):
    move(draft, State.SUBMITTED, by=commune_staff, on=date(2023, 12, 1))
    return draft


@pytest.fixture
def accepted(submitted, officer):
    move(submitted, State.ACCEPTED, by=officer, on=date(2023, 12, 4))
    return submitted


@pytest.fixture
def decide(officer, leader, district):
    """Prepare and sign a decision over one dossier."""

    def decide(dossier, outcome, stars=None, area=None, by=None, signer=None, **fields):
        items = [ItemDraft(dossier, outcome, stars)]
        made = deciding.prepare(
            area=area or district, items=items, by=by or officer, on=date(2023, 12, 11), **fields
        )
        return deciding.sign(
            made, number="1/QĐ-UBND", signed_on=SIGNED_ON, signer_name="Ký Thử", by=signer or leader
        )

    return decide


def test_a_submission_is_told_to_the_officer_of_the_unit_that_checks(submitted):
    assert told() == [("dossier.submitted", "officer", "Huyện Trùng Khánh", "2023-12-15")]
    assert Notice.objects.get().url == f"/ho-so/{submitted.pk}/"


def test_a_return_is_told_to_the_commune_and_the_officers_notice_is_settled(submitted, officer):
    move(submitted, State.RETURNED, by=officer, points=["x"], on=date(2023, 12, 4))
    assert told() == [("dossier.returned", "commune", "Xã Đàm Thuỷ", "2023-12-25")]
    assert Notice.objects.count() == 2


def test_an_answer_is_told_to_the_officer_as_such(submitted, officer, commune_staff):
    move(submitted, State.RETURNED, by=officer, points=["x"], on=date(2023, 12, 4))
    answers = {point.pk: "đã sửa" for point in workflow.open_points(submitted)}
    move(submitted, State.SUBMITTED, by=commune_staff, answers=answers, on=date(2023, 12, 5))
    assert [row[:3] for row in told()] == [("dossier.answered", "officer", "Huyện Trùng Khánh")]


def test_acceptance_is_told_to_the_commune(accepted):
    # News carries no day: the term that runs now is the officers'.
    assert told() == [("dossier.accepted", "commune", "Xã Đàm Thuỷ", "")]


def test_a_result_tells_nobody_new(accepted, officer):
    enter(accepted, "62", by=officer)
    assert told() == []


def test_a_decision_that_waits_is_told_to_the_units_leaders_once(regulations, commune, district, officer):
    dossiers = [make_scored(make_product(commune), "62", by=officer) for _each in range(3)]
    items = [ItemDraft(dossier, "recognise", 3) for dossier in dossiers]
    made = deciding.prepare(
        area=district, items=items, by=officer, on=date(2023, 12, 11), title="Công nhận đợt 2"
    )
    assert told() == [("decision.to_sign", "leader", "Huyện Trùng Khánh", "")]
    notice = Notice.objects.open().get()
    assert notice_words.title_of(notice) == "Quyết định về 3 hồ sơ đang chờ ký"
    assert (notice_words.body_of(notice), notice.url) == ("Công nhận đợt 2", f"/quyet-dinh/{made.pk}/")
    deciding.drop(made, by=officer)
    assert told() == []


@pytest.mark.parametrize(
    ("total", "outcome", "stars", "kinds"),
    [
        ("62", "recognise", 3, ["dossier.recognised"]),
        ("40", "not_recognise", None, ["dossier.not_recognised"]),
        ("75", "forward", None, ["dossier.forwarded", "dossier.received"]),
        ("75", "recognise_and_forward", 3, ["dossier.forwarded", "dossier.received"]),
    ],
)
def test_what_was_decided_is_told_to_the_commune_and_what_was_forwarded_to_the_level_above(
    regulations, product, officer, decide, total, outcome, stars, kinds
):
    decide(make_scored(product, total, by=officer), outcome, stars)
    where = {"dossier.received": ("officer", "Cao Bằng")}
    assert [row[:3] for row in told()] == [
        (kind, *where.get(kind, ("commune", "Xã Đàm Thuỷ"))) for kind in kinds
    ]


def test_what_goes_to_the_centre_is_told_to_the_province_which_enters_what_the_centre_sends(
    regulations, product, officer, province_officer, province_leader, decide, world
):
    dossier = make_scored(product, "93", by=officer)
    decide(dossier, "forward")
    enter(dossier, "93", by=province_officer, level="province", on=date(2023, 12, 20))
    made = deciding.prepare(
        area=world.province,
        items=[ItemDraft(dossier, "forward")],
        by=province_officer,
        on=date(2023, 12, 21),
    )
    deciding.sign(made, number="2", signed_on=date(2023, 12, 22), signer_name="Ký", by=province_leader)
    assert [row[:3] for row in told()] == [
        ("dossier.forwarded", "commune", "Xã Đàm Thuỷ"),
        ("dossier.received", "officer", "Cao Bằng"),
    ]


@pytest.mark.parametrize("state", ["submitted", "accepted", "returned"])
def test_a_withdrawal_is_told_to_the_unit_that_held_the_dossier(submitted, officer, commune_staff, state):
    if state != "submitted":
        points = ["x"] if state == "returned" else []
        move(submitted, state, by=officer, points=points, on=date(2023, 12, 4))
    move(submitted, State.WITHDRAWN, by=commune_staff, reason="Ngừng sản xuất", on=date(2023, 12, 5))
    assert [row[:3] for row in told()] == [("dossier.withdrawn", "officer", "Huyện Trùng Khánh")]
    assert "Ngừng" not in str(Notice.objects.open().get().facts)


def test_a_withdrawn_draft_tells_nobody(draft, commune_staff):
    move(draft, State.WITHDRAWN, by=commune_staff, reason="x", on=date(2023, 12, 1))
    assert Notice.objects.count() == 0


@pytest.fixture
def of_2026(settings, regulations, world, with_paper):
    """A dossier of the communes of today with its commune, and the person who filed it."""
    settings.OCOP_TODAY = date(2026, 9, 1)
    clerk = make_user("xa.damthuy.2026", Role.COMMUNE, world.new_dam_thuy)
    dossier = filing.open_dossier(make_product(world.new_dam_thuy), kind="first", by=clerk)
    with_paper(dossier)
    filing.submit(dossier, by=clerk)
    return dossier, clerk


def test_under_the_new_regulation_the_commune_is_told_to_assess_within_its_term(of_2026):
    assert told() == [("dossier.at_commune", "commune", "Xã Đàm Thủy", "2026-09-22")]


def test_a_proposal_is_told_to_the_province(of_2026):
    dossier, clerk = of_2026
    matters = dict.fromkeys(proposing.MATTERS, "Có (minh họa)")
    proposing.assess(dossier, by=clerk, proposes=True, **matters)
    move(dossier, State.SUBMITTED, by=clerk)
    assert [row[:3] for row in told()] == [("dossier.proposed", "officer", "Cao Bằng")]


def test_a_withdrawal_from_the_commune_itself_tells_nobody(of_2026):
    dossier, clerk = of_2026
    move(dossier, State.WITHDRAWN, by=clerk, reason="x")
    assert told() == []


def test_who_acted_has_read_what_the_own_post_is_told_and_the_colleague_has_not(of_2026, world):
    _dossier, clerk = of_2026
    colleague = make_user("xa.damthuy.khac", Role.COMMUNE, world.new_dam_thuy)
    unread = [noticing.for_user(user).unread_by(user).count() for user in (clerk, colleague)]
    assert unread == [0, 1]


def test_an_act_of_another_post_leaves_no_reading(submitted, officer, commune_staff):
    move(submitted, State.RETURNED, by=officer, points=["x"], on=date(2023, 12, 4))
    assert noticing.for_user(commune_staff).unread_by(commune_staff).count() == 1


def test_a_refused_move_tells_nobody_and_settles_nothing(submitted, neighbour):
    before = told()
    with pytest.raises(workflow.Refused):
        move(submitted, State.WITHDRAWN, by=neighbour, reason="x")
    assert told() == before


def test_a_move_that_is_rolled_back_tells_nobody(submitted, officer, django_capture_on_commit_callbacks):
    before = told()
    with (
        django_capture_on_commit_callbacks() as callbacks,
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        move(submitted, State.ACCEPTED, by=officer)
        raise RuntimeError
    assert (told(), callbacks) == (before, [])


def test_a_neighbouring_commune_reads_nothing_of_it(accepted, neighbour, commune_staff, other_officer):
    counts = [noticing.for_user(user).count() for user in (commune_staff, neighbour, other_officer)]
    assert counts == [1, 0, 0]


def test_an_extended_term_is_told_to_the_commune_and_the_officers_notice_has_the_new_day(submitted, officer):
    noticing.tell(
        Role.OFFICER,
        submitted.area.parent,
        kind="deadline.approaching",
        key=f"dossier:{submitted.pk}:due:2023-12-15:approaching",
        facts={},
        url="/",
    )
    submitted.due_on = date(2023, 12, 22)
    submitted.save()
    extension = DeadlineExtension.objects.create(
        dossier=submitted,
        old_due_on=date(2023, 12, 15),
        new_due_on=date(2023, 12, 22),
        reason="Chờ phiếu kiểm nghiệm",
        on=date(2023, 12, 14),
        by=officer,
    )
    telling.extended(extension)
    assert told() == [
        ("dossier.submitted", "officer", "Huyện Trùng Khánh", "2023-12-22"),
        ("dossier.extended", "commune", "Xã Đàm Thuỷ", ""),
    ]
    notice = Notice.objects.open().get(kind="dossier.extended")
    words = notice_words.title_of(notice)
    assert words == f"Thời hạn của hồ sơ {submitted.code} được gia hạn đến 22/12/2023"


def test_without_a_unit_at_the_level_nobody_is_told_and_the_dossier_moves(draft, commune_staff, monkeypatch):
    monkeypatch.setattr(telling, "_unit_at_level", lambda dossier, on: None)
    move(draft, State.SUBMITTED, by=commune_staff)
    assert (Notice.objects.count(), draft.state) == (0, "submitted")
