"""Sessions of a council: agenda, invitation, attendance with its quorum, opened and closed."""

from __future__ import annotations

from datetime import date, time
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from accounts.models import AuditEntry
from ratings import agenda, convening, inviting, planning_rounds, seating
from ratings.models import AgendaItem, Attendance, Council, SampleReceipt, Session
from ratings.workflow import Refused, Stale
from tests.factories import make_decision, make_recognition, make_regulation
from tests.ratings.sittings import (
    TODAY,
    asked,
    come,
    items,
    make_accepted,
    make_account,
    make_council,
    make_session,
    seats,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autumn_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def council(world, province_officer) -> Council:
    return make_council(world.province, by=province_officer, members=4)


@pytest.fixture
def dossiers(world):
    return [make_accepted(world.new_dam_thuy, name=name) for name in ("Bánh khảo", "Hạt dẻ", "Thạch đen")]


@pytest.fixture
def session(council, dossiers, province_officer) -> Session:
    return make_session(council, *dossiers[:2], by=province_officer)


def named(session: Session) -> list[tuple[int, str]]:
    return [(item.position, item.dossier.product.name) for item in items(session)]


# --- planning


def test_the_page_plans_a_session(client_of, council, province_officer):
    typed = {"kind": "meeting", "on": "15/12/2026", "begins_at": "8h30", "place": "Hội trường tầng 2"}
    answer = client_of(province_officer).post(f"/hoi-dong/hd/{council.pk}/phien/moi/", typed)
    made = Session.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/hoi-dong/phien/{made.pk}/")
    assert (made.on, made.begins_at, made.place) == (date(2026, 12, 15), time(8, 30), "Hội trường tầng 2")


def test_an_hour_that_is_none_is_said(client_of, council, province_officer):
    typed = {"kind": "meeting", "on": "15/12/2026", "begins_at": "sáng"}
    answer = client_of(province_officer).post(f"/hoi-dong/hd/{council.pk}/phien/moi/", typed)
    assert "Viết giờ theo dạng 08:00." in answer.content.decode()


def test_no_session_before_the_council_exists(council, province_officer):
    with pytest.raises(Refused, match="chưa thành lập"):
        convening.plan(council, on=date(2026, 5, 1), by=province_officer)


def test_the_round_must_be_the_councils_own(world, council, province_officer):
    days = {"submit_before": date(2026, 7, 30), "done_before": date(2026, 9, 30)}
    centre = planning_rounds.open_round(world.province, "central", 2026, 1, by=province_officer, **days)
    with pytest.raises(Refused, match="không thuộc đơn vị và cấp"):
        convening.plan(council, on=TODAY, by=province_officer, round=centre)


def test_the_secretary_plans_too_and_other_members_do_not(council):
    chair, secretary, member, _other = (seat.user for seat in seats(council))
    assert convening.plan(council, on=TODAY, by=secretary).state == "planned"
    for person in (chair, member):
        with pytest.raises(PermissionDenied):
            convening.plan(council, on=TODAY, by=person)


def test_a_new_day_voids_what_members_without_a_seat_on_it_had(world, council, session, province_officer):
    late = make_account(world.province, "hoidong.muon", "Thành viên mới")
    seating.seat(council, late, "member", starts_on=TODAY, by=province_officer)
    come(session, *seats(council), by=province_officer)
    convening.change(session, by=province_officer, on=date(2026, 11, 20))
    left = Attendance.objects.filter(session=session).values_list("member__user__full_name", flat=True)
    assert set(left) == {seat.user.full_name for seat in seats(council)} - {"Thành viên mới"}


def test_the_second_of_two_who_change_a_session_is_told(session, province_officer):
    version = session.version
    convening.change(session, by=province_officer, version=version, place="A")
    with pytest.raises(Stale):
        convening.change(session, by=province_officer, version=version, place="B")


# --- agenda


def test_the_dossiers_of_the_round_are_offered_first(world, council, dossiers, province_officer):
    round_two = planning_rounds.open_round(world.province, "province", 2026, 2, by=province_officer)
    planning_rounds.assign(round_two, [dossiers[2]], by=province_officer)
    session = make_session(council, by=province_officer, round=round_two)
    offered = [row.product.name for row in agenda.candidates(session)]
    assert offered == ["Thạch đen", "Bánh khảo", "Hạt dẻ"]


def test_only_accepted_dossiers_of_the_level_are_taken(world, council, session, province_officer):
    submitted = make_accepted(world.new_dam_thuy, state="submitted")
    at_centre = make_accepted(world.new_dam_thuy, state="forwarded", level="central")
    for dossier in (submitted, at_centre):
        with pytest.raises(Refused, match="đã tiếp nhận ở cấp này"):
            agenda.put_on_agenda(session, [dossier], by=province_officer)


def test_a_dossier_lies_before_one_session_at_a_time(council, session, dossiers, province_officer):
    other = make_session(council, by=province_officer)
    with pytest.raises(Refused, match="chưa thuộc phiên họp nào khác"):
        agenda.put_on_agenda(other, [dossiers[0]], by=province_officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgendaItem.objects.create(session=other, dossier=dossiers[0], position=1)


def test_the_agenda_is_reordered_and_stays_at_its_ends(session, dossiers, province_officer):
    agenda.put_on_agenda(session, [dossiers[2]], by=province_officer)
    assert named(session) == [(1, "Bánh khảo"), (2, "Hạt dẻ"), (3, "Thạch đen")]
    agenda.shift(items(session)[2], -1, by=province_officer)
    assert named(session) == [(1, "Bánh khảo"), (2, "Thạch đen"), (3, "Hạt dẻ")]
    agenda.shift(items(session)[0], -1, by=province_officer)
    agenda.shift(items(session)[2], 1, by=province_officer)
    assert named(session) == [(1, "Bánh khảo"), (2, "Thạch đen"), (3, "Hạt dẻ")]
    agenda.take_off_agenda(items(session)[0], by=province_officer)
    assert named(session) == [(1, "Thạch đen"), (2, "Hạt dẻ")]


def test_the_pages_choose_move_and_take_off(client_of, session, dossiers, province_officer):
    browser, address = client_of(province_officer), f"/hoi-dong/phien/{session.pk}/"
    assert browser.post(f"{address}chuong-trinh/", {"ho_so": [dossiers[2].pk]}).status_code == 302
    browser.post(f"/hoi-dong/muc/{items(session)[2].pk}/chuyen/", {"huong": "len"})
    assert named(session) == [(1, "Bánh khảo"), (2, "Thạch đen"), (3, "Hạt dẻ")]
    browser.post(f"/hoi-dong/muc/{items(session)[0].pk}/bo/")
    assert named(session) == [(1, "Thạch đen"), (2, "Hạt dẻ")]
    assert "Thạch đen" in browser.get(address).content.decode()


def test_a_dossier_not_offered_is_no_choice(client_of, world, session, province_officer):
    submitted = make_accepted(world.new_dam_thuy, state="submitted")
    answer = client_of(province_officer).post(
        f"/hoi-dong/phien/{session.pk}/chuong-trinh/", {"ho_so": [submitted.pk]}
    )
    assert (answer.status_code, len(items(session))) == (200, 2)


def reevaluation(world, **fields):
    former = make_accepted(world.new_dam_thuy, **fields)
    recognition = make_recognition(former.product, make_decision(world.province))
    former.kind, former.previous = "reevaluation", recognition
    former.changes = "Không đổi"
    former.save()
    return former


def test_opinions_in_writing_are_for_reevaluations(world, council, dossiers, province_officer):
    written = make_session(council, by=province_officer, kind="written")
    with pytest.raises(Refused, match="chỉ hồ sơ đánh giá lại"):
        agenda.put_on_agenda(written, [dossiers[0]], by=province_officer)
    again = reevaluation(world)
    agenda.put_on_agenda(written, [again], by=province_officer)
    assert [item.dossier for item in items(written)] == [again]


def test_opinions_in_writing_need_a_regulation_that_provides_for_them(world):
    again = reevaluation(world)
    assert agenda.takes_written_opinion(again)
    again.regulation.settings = {}
    assert not agenda.takes_written_opinion(again)


def test_samples_are_counted_against_the_regulation(session, dossiers):
    for count in (2, 1):
        SampleReceipt.objects.create(dossier=dossiers[0], received_on=TODAY, count=count)
    counted = agenda.samples_of(items(session))
    assert [counted[item.pk] for item in items(session)] == [(3, 5), (0, 5)]


def test_what_needs_no_samples_is_not_short_of_them(world, council, province_officer):
    older = make_accepted(world.new_dam_thuy)
    older.regulation, older.criteria_set = make_regulation(), None
    older.save()
    session = make_session(council, older, by=province_officer)
    assert agenda.samples_of(items(session)) == {items(session)[0].pk: (0, 0)}


# --- invitation


def test_the_invitation_is_made_from_the_facts(session, province_officer):
    convening.change(session, by=province_officer, begins_at=time(8, 0), place="Hội trường tầng 2")
    session.refresh_from_db()
    words = inviting.invitation_of(session)
    for said in ("08:00 ngày 23/11/2026", "Hội trường tầng 2", "1. Bánh khảo", "2. Hạt dẻ", "2 sản phẩm"):
        assert said in words


def test_an_edited_invitation_stands_until_it_is_emptied(client_of, session, province_officer):
    browser, address = client_of(province_officer), f"/hoi-dong/phien/{session.pk}/giay-moi/"
    typed = {"invitation": "Kính mời dự họp", "version": session.version}
    browser.post(address, typed)
    session.refresh_from_db()
    assert inviting.invitation_of(session) == "Kính mời dự họp"
    browser.post(address, {"invitation": "", "version": session.version})
    session.refresh_from_db()
    assert inviting.invitation_of(session).startswith("GIẤY MỜI HỌP")


def test_the_list_of_those_invited_is_a_file(client_of, session, province_officer):
    file = client_of(province_officer).get(f"/hoi-dong/phien/{session.pk}/giay-moi/?xuat=xlsx")
    sheet = load_workbook(BytesIO(b"".join(file.streaming_content))).active
    names = [row[1].value for row in sheet.iter_rows()]
    assert [name for name in names if name and name != "Họ và tên"][-4:] == [
        seat.user.full_name for seat in seats(session.council)
    ]


def test_members_read_the_invitation_and_do_not_edit_it(client_of, session):
    browser, address = client_of(seats(session.council)[2].user), f"/hoi-dong/phien/{session.pk}/giay-moi/"
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"invitation": "Khác", "version": session.version}).status_code == 403


# --- attendance, opening, closing


def test_three_of_four_with_the_chair_are_a_quorum(session, province_officer):
    chair, secretary, first, second = seats(session.council)
    for there, met in [
        ([chair, secretary], False),
        ([chair, secretary, first], True),
        ([secretary, first, second], False),
        ([chair, secretary, first, second], True),
    ]:
        come(session, *there, by=province_officer)
        assert convening.quorum_of(session).met is met


def test_the_advisory_team_does_not_count(world, session, province_officer):
    adviser = make_account(world.province, "tuvan", "Tổ tư vấn")
    seat = seating.seat(session.council, adviser, "adviser", starts_on=TODAY, by=province_officer)
    chair, secretary, *_others = seats(session.council)
    come(session, chair, secretary, seat, by=province_officer)
    found = convening.quorum_of(session)
    assert (found.base, found.counted, found.met) == (4, 2, False)


def test_the_page_notes_who_came(client_of, session, province_officer):
    browser, address = client_of(province_officer), f"/hoi-dong/phien/{session.pk}/diem-danh/"
    there = {f"co_mat_{seat.pk}": "on" for seat in seats(session.council)[:3]}
    absent = {f"ghi_chu_{seats(session.council)[3].pk}": "Đi công tác"}
    answer = browser.post(address, {**there, **absent, "version": session.version}, follow=True)
    assert "đủ số thành viên để họp" in answer.content.decode()
    rows = session.attendances.order_by("member__place").values_list("present", "note")
    assert list(rows) == [(True, ""), (True, ""), (True, ""), (False, "Đi công tác")]
    stale = browser.post(address, {**there, "version": session.version})
    assert stale.status_code == 409


def test_who_has_no_seat_on_the_day_is_not_noted(world, session, province_officer):
    late = make_account(world.province, "hoidong.muon", "Thành viên mới")
    seat = seating.seat(session.council, late, "member", starts_on=date(2026, 12, 1), by=province_officer)
    with pytest.raises(Refused, match="Chỉ điểm danh"):
        convening.note_attendance(session, {seat.pk: (True, "")}, by=province_officer)


@pytest.mark.parametrize(
    ("empty", "day", "present", "reason"),
    [
        (True, TODAY, 4, "Chương trình họp chưa có hồ sơ."),
        (False, date(2026, 11, 24), 4, "Phiên họp diễn ra ngày 24/11/2026."),
        (False, TODAY, 2, "Cần thêm 1 thành viên."),
    ],
)
def test_what_keeps_a_session_from_opening_is_said(
    council, dossiers, province_officer, client_of, empty, day, present, reason
):
    session = make_session(council, *([] if empty else dossiers), by=province_officer, on=day)
    come(session, *seats(council)[:present], by=province_officer)
    assert convening.lacking(session) == [reason]
    answer = client_of(province_officer).post(f"/hoi-dong/phien/{session.pk}/mo/")
    assert (answer.status_code, reason in answer.content.decode()) == (403, True)


def test_a_session_opens_once_and_its_agenda_then_stands(session, dossiers, province_officer):
    come(session, *seats(session.council), by=province_officer)
    convening.open_session(session, by=province_officer)
    convening.open_session(session, by=province_officer)
    assert AuditEntry.objects.filter(act="session.opened").count() == 1
    session.refresh_from_db()
    acts = [
        lambda: agenda.put_on_agenda(session, [dossiers[2]], by=province_officer),
        lambda: agenda.take_off_agenda(items(session)[0], by=province_officer),
        lambda: agenda.shift(items(session)[0], 1, by=province_officer),
        lambda: convening.change(session, by=province_officer, on=date(2026, 11, 24)),
        lambda: convening.drop(session, by=province_officer),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert named(session) == [(1, "Bánh khảo"), (2, "Hạt dẻ")]


def test_a_written_opinion_opens_without_anybody_present(world, council, province_officer):
    written = make_session(council, reevaluation(world), by=province_officer, kind="written")
    assert convening.open_session(written, by=province_officer).state == "open"


def opened(session: Session, by) -> Session:
    come(session, *seats(session.council), by=by)
    return convening.open_session(session, by=by)


def test_a_postponed_dossier_can_go_before_another_session(council, session, dossiers, province_officer):
    with pytest.raises(Refused, match="Đã lên lịch"):
        agenda.postpone(items(session)[0], reason="Thiếu mẫu", by=province_officer)
    opened(session, province_officer)
    with pytest.raises(Refused):
        agenda.postpone(items(session)[0], reason=" ", by=province_officer)
    agenda.postpone(items(session)[0], reason="Thiếu mẫu", by=province_officer)
    other = make_session(council, dossiers[0], by=province_officer)
    assert named(other) == [(1, "Bánh khảo")]
    assert [(item.state, item.conclusion) for item in items(session)] == [
        ("postponed", "Thiếu mẫu"),
        ("waiting", ""),
    ]


def test_a_session_closes_when_everything_is_settled_and_postpones_the_rest(session, province_officer):
    opened(session, province_officer)
    AgendaItem.objects.filter(pk=items(session)[0].pk).update(state="scoring")
    with pytest.raises(Refused, match=items(session)[0].dossier.code):
        convening.close_session(session, by=province_officer)
    AgendaItem.objects.filter(pk=items(session)[0].pk).update(state="agreed")
    convening.close_session(session, by=province_officer)
    convening.close_session(session, by=province_officer)
    assert [item.state for item in items(session)] == ["agreed", "postponed"]
    assert AuditEntry.objects.filter(act="session.closed").count() == 1
    with pytest.raises(Refused):
        come(session, by=province_officer)


def test_a_planned_session_is_given_up_and_lets_its_dossiers_go(
    client_of, council, session, dossiers, province_officer
):
    answer = client_of(province_officer).post(f"/hoi-dong/phien/{session.pk}/bo/")
    assert (answer.status_code, Session.objects.exists()) == (302, False)
    assert make_session(council, dossiers[0], by=province_officer).items.count() == 1


def test_a_session_of_another_unit_is_not_found(client_of, session, officer, commune_staff, council_member):
    for person in (officer, commune_staff, council_member):
        assert client_of(person).get(f"/hoi-dong/phien/{session.pk}/").status_code == 404


def test_members_run_nothing(client_of, session):
    browser = client_of(seats(session.council)[2].user)
    item = items(session)[0]
    acts = [
        f"phien/{session.pk}/{name}/" for name in ("sua", "bo", "diem-danh", "chuong-trinh", "mo", "dong")
    ]
    acts += [f"muc/{item.pk}/{name}/" for name in ("bo", "chuyen", "hoan")]
    assert {browser.post(f"/hoi-dong/{act}", {"x": "1"}).status_code for act in acts} == {403}
    assert named(session) == [(1, "Bánh khảo"), (2, "Hạt dẻ")]


def test_a_member_finds_the_sessions_to_come_in_his_work(client_of, world, session, province_officer):
    other = make_council(world.province, by=province_officer, name="Hội đồng khác")
    elsewhere = make_session(other, by=province_officer)
    browser, work = client_of(seats(session.council)[2].user), "/viec-cua-toi/"
    shown = browser.get(work).content.decode()
    own = [f"/hoi-dong/phien/{each.pk}/" in shown for each in (session, elsewhere)]
    assert own == [True, False]
    opened(session, province_officer)
    convening.close_session(session, by=province_officer)
    assert f"/hoi-dong/phien/{session.pk}/" not in browser.get(work).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_a_members_work_asks_the_database_as_much_for_three_sessions(
    client_of, council, province_officer, number
):
    for _each in range(number):
        make_session(council, by=province_officer)
    assert asked(client_of(seats(council)[2].user), "/viec-cua-toi/") == 7


@pytest.mark.parametrize("number", [1, 3])
def test_no_row_asks_the_database_for_more(client_of, world, council, dossiers, province_officer, number):
    session = make_session(council, *dossiers[:number], by=province_officer)
    for _each in range(number):
        make_accepted(world.new_dam_thuy)
    come(session, *seats(council), by=province_officer)
    officers, members = client_of(province_officer), client_of(seats(council)[2].user)
    tails = ["", "chuong-trinh/", "giay-moi/", "diem-danh/"]
    found = [asked(officers, f"/hoi-dong/phien/{session.pk}/{tail}") for tail in tails]
    assert (found, asked(members, f"/hoi-dong/phien/{session.pk}/")) == ([20, 8, 9, 9], 17)
