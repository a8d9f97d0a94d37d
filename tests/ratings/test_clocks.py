"""The clock of a dossier: a return stops it, the answer lets it run on; a term ends at midnight."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Post
from areas.models import Holiday, UnitProfile
from ocop_portal.lib import clock
from ratings import checking, workflow
from ratings.clocks import Clock
from ratings.models import DeadlineExtension, Dossier
from ratings.workflow import Refused, Stale
from tests.factories import make_dossier, make_product

from .scored import enter

State = Dossier.State
TET = [date(2024, 2, day) for day in range(8, 15)]


def answers(dossier):
    return {point.pk: "Đã bổ sung" for point in workflow.open_points(dossier)}


@pytest.fixture
def submitted(draft, commune_staff):
    """Submitted on Friday 1/12/2023; the district has ten working days, up to 15/12."""
    workflow.move(draft, State.SUBMITTED, by=commune_staff, on=date(2023, 12, 1))
    return draft


@pytest.fixture
def send_back(officer):
    def send(dossier, on):
        workflow.move(dossier, State.RETURNED, by=officer, on=on, points=["Thiếu phiếu"])
        return dossier

    return send


@pytest.fixture
def come_back(commune_staff):
    def come(dossier, on):
        workflow.move(dossier, State.SUBMITTED, by=commune_staff, on=on, answers=answers(dossier))
        return dossier

    return come


def test_the_checking_units_clock_stands_still_while_the_commune_answers(submitted, send_back, come_back):
    send_back(submitted, date(2023, 12, 6))
    # Seven of ten days are left; meanwhile the commune's fifteen run.
    assert (submitted.paused_days, submitted.due_on) == (7, date(2023, 12, 27))
    come_back(submitted, date(2023, 12, 20))
    assert (submitted.paused_days, submitted.due_on) == (None, date(2023, 12, 29))


def test_a_second_return_stops_what_the_first_one_left(submitted, send_back, come_back):
    send_back(submitted, date(2023, 12, 6))
    come_back(submitted, date(2023, 12, 20))
    send_back(submitted, date(2023, 12, 22))
    assert submitted.paused_days == 5
    come_back(submitted, date(2023, 12, 25))
    assert submitted.due_on == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("returned_on", "left"),
    [
        (date(2023, 12, 1), 10),
        (date(2023, 12, 14), 1),
        (date(2023, 12, 15), 0),
        (date(2023, 12, 16), 0),  # a Saturday: no working day has passed since the term ended
        (date(2023, 12, 20), -3),
    ],
)
def test_how_much_of_the_term_is_left_is_kept_and_how_late_it_was(submitted, send_back, returned_on, left):
    assert send_back(submitted, returned_on).paused_days == left


@pytest.mark.parametrize("returned_on", [date(2023, 12, 15), date(2023, 12, 20)])
def test_a_unit_without_days_left_gets_one_to_read_the_answer(submitted, send_back, come_back, returned_on):
    send_back(submitted, returned_on)
    assert come_back(submitted, date(2023, 12, 22)).due_on == date(2023, 12, 25)


def test_the_days_left_run_on_over_tet(submitted, send_back, come_back):
    Holiday.objects.bulk_create(Holiday(day=day, kind="holiday", name="Tết") for day in TET)
    Holiday.objects.create(day=date(2024, 2, 17), kind="make_up", name="Làm bù")
    send_back(submitted, date(2023, 12, 8))
    assert submitted.paused_days == 5
    # 7/2, then the holidays of 8–14/2, then 15/2, 16/2, the make-up Saturday and Monday 19/2.
    assert come_back(submitted, date(2024, 2, 6)).due_on == date(2024, 2, 19)


def test_without_a_term_nothing_is_stopped_and_a_standard_set_since_begins_anew(
    submitted, send_back, come_back, district
):
    Dossier.objects.update(due_on=None)
    assert send_back(submitted, date(2023, 12, 6)).paused_days is None
    assert come_back(submitted, date(2023, 12, 20)).due_on == date(2024, 1, 3)


def test_a_unit_that_took_over_begins_with_its_own_term(submitted, send_back, commune_staff, settings, world):
    send_back(submitted, date(2025, 6, 27))
    settings.OCOP_TODAY = date(2025, 7, 7)
    Post.objects.create(
        user=commune_staff, role="commune", area=world.new_dam_thuy, starts_on=date(2025, 7, 1)
    )
    UnitProfile.objects.filter(area=world.province).update(check_within_days=3)
    workflow.move(submitted, State.SUBMITTED, by=commune_staff, answers=answers(submitted))
    assert (submitted.level, submitted.due_on) == ("province", date(2025, 7, 10))


def test_withdrawing_a_returned_dossier_stops_every_clock(submitted, send_back, commune_staff):
    send_back(submitted, date(2023, 12, 6))
    workflow.move(submitted, State.WITHDRAWN, by=commune_staff, reason="Ngừng sản xuất")
    assert (submitted.due_on, submitted.paused_days) == (None, None)


def test_from_the_result_the_term_of_signing_runs_through_the_draft_decision(
    submitted, officer, district, make
):
    UnitProfile.objects.update(sign_within_days=5)
    workflow.move(submitted, State.ACCEPTED, by=officer, on=date(2023, 12, 4))
    enter(submitted, "60", by=officer)
    assert (submitted.state, submitted.due_on) == ("scored", date(2023, 12, 12))
    decision = make.make_decision(district, state="prepared", number="", signed_on=None)
    decision.items.create(dossier=submitted, outcome="recognise", stars=3)
    workflow.move(submitted, State.PREPARED, by=officer, on=date(2023, 12, 8))
    assert submitted.due_on == date(2023, 12, 12)
    decision.delete()
    workflow.move(submitted, State.SCORED, by=officer, on=date(2023, 12, 11))
    assert submitted.due_on == date(2023, 12, 12)


# --- late or not: by the business day


@pytest.mark.parametrize(
    ("now", "late"),
    [
        (datetime(2023, 12, 15, 16, 59, tzinfo=clock.VIET_NAM), False),
        (datetime(2023, 12, 15, 17, 0, tzinfo=clock.VIET_NAM), False),
        (datetime(2023, 12, 15, 23, 59, 59, tzinfo=clock.VIET_NAM), False),
        (datetime(2023, 12, 16, 0, 0, tzinfo=clock.VIET_NAM), True),
    ],
)
def test_the_last_day_ends_at_midnight_in_viet_nam(now, late, submitted, settings, monkeypatch):
    settings.OCOP_TODAY = None
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert Clock.on(clock.today()).late(submitted) is late
    assert Dossier.objects.overdue(clock.today()).exists() is late


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2023, 12, 1), "còn 10 ngày làm việc"),
        (date(2023, 12, 14), "còn 1 ngày làm việc"),
        (date(2023, 12, 15), "hạn cuối hôm nay"),
        (date(2023, 12, 17), "quá hạn chưa đến 1 ngày làm việc"),
        (date(2023, 12, 19), "quá hạn 2 ngày làm việc"),
    ],
)
def test_how_long_is_left_in_words(submitted, today, words):
    assert Clock.on(today).left(submitted) == words


# --- extending


def extend(dossier, by, new=date(2023, 12, 22), reason="Chờ phiếu kiểm nghiệm", **fields):
    return checking.extend(dossier, new, reason=reason, by=by, on=date(2023, 12, 14), **fields)


@pytest.mark.parametrize("who", ["officer", "leader"])
def test_the_unit_that_deals_with_it_extends_the_term_with_a_reason(submitted, who, request):
    by = request.getfixturevalue(who)
    made = extend(submitted, by, reason="  Chờ phiếu\n kiểm nghiệm ")
    assert (submitted.due_on, submitted.version) == (date(2023, 12, 22), 3)
    assert (made.old_due_on, made.new_due_on, made.reason, made.on, made.by) == (
        date(2023, 12, 15),
        date(2023, 12, 22),
        "Chờ phiếu\nkiểm nghiệm",
        date(2023, 12, 14),
        by,
    )
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.details) == (
        "dossier.term_extended",
        {"reason": "Chờ phiếu\nkiểm nghiệm", "old": "2023-12-15", "new": "2023-12-22"},
    )


@pytest.mark.parametrize("who", ["commune_staff", "province_officer", "other_officer", "administrator"])
def test_nobody_else_extends_it(submitted, who, request):
    with pytest.raises(Refused):
        extend(submitted, request.getfixturevalue(who))
    submitted.refresh_from_db()
    assert (submitted.due_on, DeadlineExtension.objects.count()) == (date(2023, 12, 15), 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"new": date(2023, 12, 15)},
        {"new": date(2023, 12, 14)},
        {"reason": " \n "},
    ],
)
def test_a_term_goes_only_forward_and_not_without_a_reason(submitted, officer, fields):
    with pytest.raises(Refused):
        extend(submitted, officer, **fields)
    assert DeadlineExtension.objects.count() == 0


def test_a_term_that_is_over_is_not_extended_to_a_day_that_is_over(submitted, officer):
    with pytest.raises(Refused):
        checking.extend(submitted, date(2023, 12, 20), reason="Chờ", by=officer, on=date(2023, 12, 21))
    checking.extend(submitted, date(2023, 12, 21), reason="Chờ", by=officer, on=date(2023, 12, 21))
    assert submitted.due_on == date(2023, 12, 21)


def test_the_unit_that_waits_for_an_answer_gives_the_commune_longer(
    submitted, send_back, officer, commune_staff
):
    send_back(submitted, date(2023, 12, 6))
    with pytest.raises(Refused):
        extend(submitted, commune_staff, new=date(2023, 12, 29))
    extend(submitted, officer, new=date(2023, 12, 29))
    assert (submitted.due_on, submitted.paused_days) == (date(2023, 12, 29), 7)


def test_an_extended_term_is_what_a_return_stops(submitted, officer, send_back):
    extend(submitted, officer)
    assert send_back(submitted, date(2023, 12, 18)).paused_days == 4


@pytest.mark.parametrize("state", ["draft", "at_commune", "recognised", "withdrawn"])
def test_no_term_to_extend(state, world, officer, commune_staff, regulations):
    level = "commune" if state == "at_commune" else "district"
    dossier = make_dossier(make_product(world.dam_thuy), state=state, level=level, due_on=date(2023, 12, 20))
    for by in (officer, commune_staff):
        with pytest.raises(Refused):
            extend(dossier, by)


def test_the_second_of_two_is_told_that_the_term_was_extended(submitted, officer, leader):
    seen = submitted.version
    extend(submitted, officer, version=seen)
    with pytest.raises(Stale, match=r"Cán bộ huyện Trùng Khánh.*gia hạn xử lý"):
        extend(submitted, leader, new=date(2023, 12, 29), version=seen)


def test_an_extension_is_made_on_its_page_and_shown_on_dossier_and_receipt(
    client_of, officer, commune_staff, submitted, settings
):
    settings.OCOP_TODAY = date(2023, 12, 14)
    client, address = client_of(officer), reverse("ratings:dossier_extend", args=[submitted.pk])
    assert "15/12/2023" in client.get(address).content.decode()
    bad = client.post(address, {"version": 2, "new_due_on": "15/12/2023", "reason": "Chờ phiếu"})
    assert (bad.status_code, list(bad.context["form"].errors)) == (200, ["new_due_on"])
    assert "Chờ phiếu" in bad.content.decode()
    done = client.post(address, {"version": 2, "new_due_on": "22/12/23", "reason": "Chờ phiếu"})
    assert done.status_code == 302
    for name in ("dossier", "dossier_receipt", "dossier_check"):
        shown = client_of(commune_staff).get(reverse(f"ratings:{name}", args=[submitted.pk]))
        words = "Gia hạn từ 15/12/2023 đến 22/12/2023 (Cán bộ huyện Trùng Khánh): Chờ phiếu"
        assert words in shown.content.decode(), name
    late = client.post(address, {"version": 2, "new_due_on": "29/12/23", "reason": "Chờ thêm"})
    assert late.status_code == 409
    assert "Chờ thêm" in late.content.decode()
