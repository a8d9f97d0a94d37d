"""Councils: statute, seats from day to day, who sees and changes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry, Post, Role
from ratings import convening, seating
from ratings.models import Council
from ratings.workflow import Refused, Stale
from tests.factories import make_user
from tests.ratings.sittings import (
    TODAY,
    asked,
    come,
    end_posts,
    make_accepted,
    make_account,
    make_council,
    make_session,
    seats,
)

pytestmark = pytest.mark.django_db
JUNE, DECEMBER = date(2026, 6, 1), date(2026, 12, 1)


@pytest.fixture(autouse=True)
def autumn_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def council(world, province_officer) -> Council:
    return make_council(world.province, by=province_officer)


@pytest.fixture
def newcomer(world):
    return make_account(world.province, "hoidong.moi", "Người Mới")


def held(council: Council, on: date) -> list[tuple[str, str]]:
    """Who sits on the day, as what."""
    return [(member.user.full_name, member.seat) for member in council.members.seated(on).order_by("pk")]


# --- setting up, statute


def test_a_council_begins_with_the_usual_statute(council):
    usual = (75, True, Decimal(10), "mean")
    assert usual == (
        council.quorum_percent,
        council.chair_required,
        council.spread_points,
        council.floor_by,
    )


def test_the_form_sets_a_council_up(client_of, province_officer, world):
    typed = {
        "level": "province",
        "name": "Hội đồng 2026",
        "decision_number": "12/QĐ-UBND",
        "decision_on": "01/06/2026",
        "starts_on": "01/06/2026",
        "quorum_percent": "80",
        "chair_required": "on",
        "spread_points": "7,5",
        "floor_by": "agreed",
    }
    answer = client_of(province_officer).post("/hoi-dong/hd/moi/", typed)
    made = Council.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/hoi-dong/hd/{made.pk}/")
    assert (made.area, made.quorum_percent, made.spread_points, made.floor_by) == (
        world.province,
        80,
        Decimal("7.5"),
        "agreed",
    )


def test_a_quorum_above_a_hundred_is_said_at_the_field_and_nothing_typed_is_lost(client_of, province_officer):
    typed = {"level": "province", "name": "Hội đồng 2026", "starts_on": "01/06/2026", "quorum_percent": "120"}
    answer = client_of(province_officer).post("/hoi-dong/hd/moi/", typed)
    assert "quorum_percent" in answer.context["form"].errors
    assert "Hội đồng 2026" in answer.content.decode()
    assert not Council.objects.exists()


def test_a_council_of_another_level_is_refused(world, province_officer):
    with pytest.raises(Refused, match="không lập hội đồng ở cấp này"):
        make_council(world.province, by=province_officer, level="district")


def test_a_council_does_not_end_before_it_begins(council, province_officer):
    with pytest.raises(Refused, match="Ngày cuối trước ngày đầu"):
        seating.change(council, by=province_officer, ends_on=date(2026, 5, 1))


def test_a_change_is_kept_with_what_was_before(council, province_officer):
    seating.change(council, by=province_officer, version=1, quorum_percent=66)
    assert AuditEntry.objects.get(act="council.changed").details == {
        "changes": {"quorum_percent": ["75", "66"]}
    }
    with pytest.raises(Stale):
        seating.change(council, by=province_officer, version=1, quorum_percent=70)


def test_the_statute_stands_while_a_session_is_open(world, council, province_officer):
    session = make_session(council, make_accepted(world.new_dam_thuy), by=province_officer)
    come(session, *seats(council), by=province_officer)
    convening.open_session(session, by=province_officer)
    with pytest.raises(Refused, match="đang diễn ra"):
        seating.change(council, by=province_officer, quorum_percent=10)


# --- seats


def test_only_holders_of_a_council_post_over_the_unit_get_a_seat(world, council, province_officer, officer):
    with pytest.raises(Refused, match="Quản trị viên cần giao vị trí này trước"):
        seating.seat(council, officer, "member", starts_on=TODAY, by=province_officer)
    elsewhere = make_account(world.district, "hoidong.huyen", "Thành viên huyện")
    with pytest.raises(Refused, match="Quản trị viên"):
        seating.seat(council, elsewhere, "member", starts_on=TODAY, by=province_officer)


def test_a_person_has_one_seat_at_a_time(council, province_officer):
    member = seats(council)[2]
    with pytest.raises(Refused, match="đã có tên trong hội đồng"):
        seating.seat(council, member.user, "adviser", starts_on=TODAY, by=province_officer)
    seating.end_seat(member, ends_on=TODAY, by=province_officer)
    with pytest.raises(Refused, match="đã có tên trong hội đồng"):
        seating.seat(council, member.user, "adviser", starts_on=TODAY, by=province_officer)
    again = seating.seat(council, member.user, "adviser", starts_on=date(2026, 11, 24), by=province_officer)
    assert (again.seat, again.scores) == ("adviser", False)


def test_a_seat_ends_with_its_last_day(council, province_officer):
    member = seats(council)[2]
    seating.end_seat(member, ends_on=TODAY, by=province_officer)
    assert len(held(council, TODAY)) == 3
    assert len(held(council, date(2026, 11, 24))) == 2
    with pytest.raises(Refused, match="Ngày cuối trước ngày đầu"):
        seating.end_seat(seats(council)[1], ends_on=date(2026, 5, 1), by=province_officer)


def test_there_is_one_chair(council, province_officer, newcomer):
    with pytest.raises(Refused, match="Hãy chọn thay chủ tịch"):
        seating.seat(council, newcomer, "chair", starts_on=DECEMBER, by=province_officer)


def test_the_chair_passes_to_another_on_a_day(council, province_officer, newcomer):
    before = seats(council)[0].user.full_name
    seating.replace_chair(council, newcomer, on=DECEMBER, by=province_officer)
    chairs = [[name for name, seat in held(council, on) if seat == "chair"] for on in (TODAY, DECEMBER)]
    assert chairs == [[before], ["Người Mới"]]


def test_a_member_who_takes_the_chair_leaves_his_seat(council, province_officer):
    secretary = seats(council)[1].user
    seating.replace_chair(council, secretary, on=DECEMBER, by=province_officer)
    assert [seat for name, seat in held(council, DECEMBER) if name == secretary.full_name] == ["chair"]
    with pytest.raises(Refused, match="đang là chủ tịch"):
        seating.replace_chair(council, secretary, on=date(2026, 12, 10), by=province_officer)


def test_no_seat_before_the_council_exists(council, province_officer, newcomer):
    with pytest.raises(Refused, match="chưa thành lập"):
        seating.seat(council, newcomer, "member", starts_on=date(2026, 5, 31), by=province_officer)


def test_the_pages_give_and_end_a_seat(client_of, council, province_officer, newcomer):
    browser, address = client_of(province_officer), f"/hoi-dong/hd/{council.pk}/"
    typed = {"user": newcomer.pk, "seat": "member", "starts_on": "23/11/2026", "position": "Phó Giám đốc Sở"}
    assert browser.post(f"{address}thanh-vien/", typed).status_code == 302
    assert browser.post(f"{address}thanh-vien/", typed).status_code == 200
    made = council.members.get(user=newcomer)
    assert "Phó Giám đốc Sở" in browser.get(address).content.decode()
    browser.post(f"{address}thanh-vien/{made.pk}/thoi/", {"ends_on": "30/11/2026"})
    made.refresh_from_db()
    assert made.ends_on == date(2026, 11, 30)


def test_a_chair_is_replaced_on_the_page(client_of, council, province_officer, newcomer):
    typed = {"user": newcomer.pk, "seat": "chair", "starts_on": "01/12/2026", "replaces": "on"}
    answer = client_of(province_officer).post(f"/hoi-dong/hd/{council.pk}/thanh-vien/", typed)
    assert answer.status_code == 302
    assert ("Người Mới", "chair") in held(council, DECEMBER)


def test_a_seat_of_another_council_is_not_found(client_of, world, council, province_officer):
    other = make_council(world.province, by=province_officer, name="Hội đồng khác")
    stranger = seats(other)[0]
    answer = client_of(province_officer).get(f"/hoi-dong/hd/{council.pk}/thanh-vien/{stranger.pk}/thoi/")
    assert answer.status_code == 404


# --- who sees it


def test_members_read_their_own_council_only(client_of, world, council, province_officer):
    other = make_council(world.province, by=province_officer, name="Hội đồng khác")
    browser = client_of(seats(council)[2].user)
    answers = [browser.get(f"/hoi-dong/hd/{each.pk}/").status_code for each in (council, other)]
    assert answers == [200, 404]
    hub = browser.get("/hoi-dong/").content.decode()
    assert (council.name in hub, "Hội đồng khác" in hub) == (True, False)


def test_a_post_that_ended_or_a_seat_that_ended_closes_the_council_at_once(
    client_of, council, province_officer
):
    first, second = seats(council)[2], seats(council)[1]
    browsers = [client_of(first.user), client_of(second.user)]
    address = f"/hoi-dong/hd/{council.pk}/"
    assert [browser.get(address).status_code for browser in browsers] == [200, 200]
    end_posts(first.user, date(2026, 11, 22))
    seating.end_seat(second, ends_on=date(2026, 11, 22), by=province_officer)
    assert [browser.get(address).status_code for browser in browsers] == [404, 404]


def test_members_change_nothing(client_of, council):
    browser = client_of(seats(council)[0].user)
    address = f"/hoi-dong/hd/{council.pk}/"
    for page in ("sua/", "thanh-vien/"):
        assert browser.post(address + page, {"name": "Khác"}).status_code == 403
    council.refresh_from_db()
    assert council.name == "Hội đồng đánh giá tỉnh"


def test_the_secretary_plans_sessions_but_gives_no_seats(client_of, council):
    browser = client_of(seats(council)[1].user)
    address = f"/hoi-dong/hd/{council.pk}/"
    assert browser.get(f"{address}phien/moi/").status_code == 200
    assert browser.get(f"{address}thanh-vien/").status_code == 403


def test_leaders_read_and_neighbours_find_nothing(client_of, council, province_leader, officer):
    address = f"/hoi-dong/hd/{council.pk}/"
    assert client_of(province_leader).get(address).status_code == 200
    assert client_of(officer).get(address).status_code == 404


def test_who_loses_the_officers_post_sets_nothing_up_any_more(world, province_officer):
    Post.objects.filter(user=province_officer).update(ends_on=date(2026, 11, 22))
    with pytest.raises(PermissionDenied):
        make_council(world.province, by=province_officer)


@pytest.mark.parametrize("number", [1, 3])
def test_no_row_asks_the_database_for_more(client_of, world, province_officer, number):
    council = make_council(world.province, by=province_officer, members=number)
    for _each in range(number):
        make_session(council, by=province_officer)
        make_council(world.province, by=province_officer, members=1, name=f"Hội đồng {_each}")
    browser = client_of(province_officer)
    pages = [f"/hoi-dong/hd/{council.pk}/", "/hoi-dong/"]
    assert [asked(browser, page) for page in pages] == [10, 13]


def test_an_account_that_is_disabled_cannot_be_seated(world, council, province_officer):
    gone = make_user("hoidong.nghi", Role.COUNCIL, world.province, is_active=False)
    with pytest.raises(Refused, match="Quản trị viên"):
        seating.seat(council, gone, "member", starts_on=TODAY, by=province_officer)
