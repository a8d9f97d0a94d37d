"""Reports by the calendar: one turn a period, told to posts by a link, with the permission of the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Notice, Post, Role
from ocop_portal.lib import periods
from reports import compiling, scheduling, tasks
from reports.models import Run, Schedule, ScheduledRun
from reports.scheduling import Recipient

LIST = "/bao-cao/lich/"


@pytest.fixture
def made(world, officer, year) -> Schedule:
    """Each month, five days after its end, for the district's leader; made on 29/12/2023."""
    return scheduling.make(
        "tien-do",
        world.district,
        every="month",
        days_after=5,
        recipients=[Recipient(Role.LEADER, world.district)],
        by=officer,
    )


def compile_all() -> None:
    for run in Run.objects.active():
        compiling.compile_run(run.pk)
    tasks.sweep()


def notices(kind: str) -> list[tuple[str, str, str]]:
    return list(Notice.objects.filter(kind=kind).values_list("role", "area__code", "url"))


def test_a_schedule_is_made_on_the_page_and_shows_what_it_will_do(world, officer, client_of):
    client = client_of(officer)
    typed = {
        "report": "tien-do",
        "every": "quarter",
        "days_after": "10",
        "recipients": [f"leader:{world.district.pk}", f"officer:{world.province.pk}"],
    }
    answer = client.post(f"{LIST}moi/", typed, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(f"{LIST}{Schedule.objects.get().pk}/", 302)]
    assert "Hằng quý" in page
    assert "Lãnh đạo – Huyện Trùng Khánh" in page
    assert "Lượt đầu tiên chưa tới" in page
    assert "Lượt tới</dt><dd>10/01/2024: Quý IV năm 2023</dd>" in page
    assert f"{LIST}{Schedule.objects.get().pk}/" in client.get(LIST).content.decode()


def test_what_is_wrong_is_said_and_what_was_typed_stays(world, officer, client_of):
    typed = {"report": "tien-do", "every": "month", "days_after": "99"}
    page = client_of(officer).post(f"{LIST}moi/", typed).content.decode()
    assert "Có 2 lỗi cần sửa" in page
    assert 'value="99"' in page
    assert Schedule.objects.count() == 0


def test_a_second_equal_schedule_is_refused(made, world, officer, client_of):
    typed = {
        "report": "tien-do",
        "every": "month",
        "days_after": "7",
        "recipients": [f"leader:{world.district.pk}"],
    }
    page = client_of(officer).post(f"{LIST}moi/", typed).content.decode()
    assert "đã có lịch lập báo cáo này" in page
    assert Schedule.objects.count() == 1


def test_a_post_that_does_not_read_the_unit_is_no_recipient(world, officer, client_of):
    typed = {
        "report": "tien-do",
        "every": "month",
        "days_after": "7",
        "recipients": [f"leader:{world.other_district.pk}"],
    }
    assert client_of(officer).post(f"{LIST}moi/", typed).status_code == 200
    assert Schedule.objects.count() == 0


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2024, 1, 4), None),  # December's turn is on the 5th
        (date(2024, 1, 5), "2023-12"),
        (date(2024, 2, 4), "2023-12"),
        (date(2024, 3, 5), "2024-02"),
    ],
)
def test_the_turn_comes_some_days_after_the_period(made, day, period):
    due = scheduling.due_period(made, day)
    assert (due.code if due else None) == period


@given(
    every=st.sampled_from(Schedule.Every.values),
    days_after=st.integers(1, 60),
    day=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_the_period_due_is_the_latest_that_ended_so_many_days_ago(every, days_after, day):
    schedule = Schedule(every=every, days_after=days_after, starts_on=date(2019, 1, 1))
    due = scheduling.due_period(schedule, day)
    assert due is not None
    assert (day - due.end).days >= days_after
    following = periods.parse(scheduling._ENDINGS[every](due.end + timedelta(days=1)))
    assert following.previous() == due
    assert (day - following.end).days < days_after
    assert scheduling.next_turn(schedule, day) == (following, following.end + timedelta(days=days_after))


def test_a_turn_is_taken_once_whatever_the_beat_does(made, settings):
    settings.OCOP_TODAY = date(2024, 1, 5)
    assert [scheduling.take_turns(date(2024, 1, 5)) for _ in range(3)] == [1, 0, 0]
    run = Run.objects.get()
    assert (run.report, run.period, run.area, run.requested_by) == (
        "tien-do",
        "2023-12",
        made.area,
        made.created_by,
    )


def test_after_a_standstill_the_latest_period_is_compiled_only(made, settings):
    settings.OCOP_TODAY = date(2024, 4, 20)
    assert scheduling.take_turns(date(2024, 4, 20)) == 1
    assert Run.objects.get().period == "2024-03"


def test_the_post_is_told_once_with_a_link_and_no_file(made, world, leader, client_of, settings):
    settings.OCOP_TODAY = date(2024, 1, 5)
    scheduling.take_turns(date(2024, 1, 5))
    tasks.sweep()
    assert notices("report.ready") == []  # nothing is ready yet
    compile_all()
    tasks.sweep()
    run = Run.objects.get()
    assert notices("report.ready") == [("leader", "047", f"/bao-cao/luot/{run.pk}/")]
    assert client_of(leader).get(f"/bao-cao/luot/{run.pk}/").status_code == 200


def test_the_heirs_of_an_ended_unit_are_told_in_its_place(made, world, province_leader, officer, settings):
    """The district ended on 30/6/2025: its officer's post reads its years and sets nothing going."""
    settings.OCOP_TODAY = date(2025, 7, 5)
    assert scheduling.take_turns(date(2025, 7, 5)) == 0
    turn = ScheduledRun.objects.get()
    assert (turn.run, turn.period) == (None, "2025-06")
    assert "Cán bộ" in turn.refused


def test_permission_is_asked_again_at_each_turn(made, officer, settings):
    Post.objects.filter(user=officer).update(ends_on=date(2023, 12, 31))
    settings.OCOP_TODAY = date(2024, 1, 5)
    assert scheduling.take_turns(date(2024, 1, 5)) == 0
    assert Run.objects.count() == 0
    assert Schedule.objects.get().failures == 1


def test_repeated_failure_switches_it_off_and_says_why(made, world, officer, client_of, settings):
    for month in (1, 2, 3):
        day = settings.OCOP_TODAY = date(2024, month, 5)
        scheduling.take_turns(day)
        Run.objects.active().update(
            state="failed",
            error="Đĩa của máy chủ đã đầy.",
            error_code="DISK-FULL",
            finished_at=timezone.now(),
        )
        tasks.sweep()
    made.refresh_from_db()
    assert (made.is_active, made.failures, made.off_reason) == (False, 3, "Đĩa của máy chủ đã đầy.")
    assert notices("report.schedule_off") == [("officer", "047", f"{LIST}{made.pk}/")]
    assert scheduling.take_turns(date(2024, 4, 5)) == 0
    page = client_of(officer).get(f"{LIST}{made.pk}/").content.decode()
    assert "Đĩa của máy chủ đã đầy." in page


def test_a_report_that_succeeds_forgets_the_failures(made, settings):
    Schedule.objects.update(failures=2)
    settings.OCOP_TODAY = date(2024, 1, 5)
    scheduling.take_turns(date(2024, 1, 5))
    compile_all()
    assert Schedule.objects.get().failures == 0


def test_switched_off_and_on_again(made, officer, client_of, settings):
    client = client_of(officer)
    client.post(f"{LIST}{made.pk}/tat/")
    settings.OCOP_TODAY = date(2024, 1, 5)
    assert scheduling.take_turns(date(2024, 1, 5)) == 0
    client.post(f"{LIST}{made.pk}/bat/")
    assert scheduling.take_turns(date(2024, 1, 5)) == 1  # its turn is on the very day


def test_deleting_keeps_the_reports(made, officer, client_of, settings):
    settings.OCOP_TODAY = date(2024, 1, 5)
    scheduling.take_turns(date(2024, 1, 5))
    client_of(officer).post(f"{LIST}{made.pk}/xoa/")
    assert (Schedule.objects.count(), ScheduledRun.objects.count(), Run.objects.count()) == (0, 0, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_the_same_number_of_times(
    rows, world, officer, client_of, django_assert_num_queries
):
    for every in ("month", "quarter", "year")[:rows]:
        Schedule.objects.create(
            report="tien-do", area=world.district, every=every, starts_on=date(2023, 1, 1), created_by=officer
        )
    client = client_of(officer)
    with django_assert_num_queries(6):
        client.get(LIST)


def test_the_unit_that_is_scheduled_stands_in_the_field(world, officer, client_of):
    page = client_of(officer).get(f"{LIST}moi/").content.decode()
    assert f'<option value="{world.district.pk}" selected>Huyện Trùng Khánh</option>' in page
