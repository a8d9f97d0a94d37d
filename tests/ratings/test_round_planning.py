"""A round counted back from its last day, and how each dossier stands towards it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from areas.working_time import Calendar
from ratings.round_planning import Candidate, Outlook, Terms, capacity, council_days, forecast, steps

PLAIN = Calendar(frozenset(), frozenset())
TERMS = Terms(
    submit_before=date(2026, 10, 30),
    done_before=date(2026, 12, 30),
    commune=15,
    check=10,
    invite=5,
    sum=3,
    sign=5,
    dossiers_a_day=12,
)


def days_of(plan) -> list[date]:
    return [
        plan.submit_by,
        plan.propose_by,
        plan.accept_by,
        plan.first_day,
        plan.last_day,
        plan.result_by,
        plan.sign_by,
    ]


def test_the_last_days_are_counted_back_in_working_days():
    assert days_of(steps(TERMS, 30, PLAIN)) == [
        date(2026, 10, 9),  # 15 working days before
        date(2026, 10, 30),  # the law's day, earlier than what checking needs
        date(2026, 12, 9),
        date(2026, 12, 16),
        date(2026, 12, 18),  # 30 dossiers, 12 a day: three days
        date(2026, 12, 23),
        date(2026, 12, 30),
    ]


def test_a_holiday_pushes_the_days_before_it_and_a_make_up_saturday_gives_one_back():
    holiday = Calendar(frozenset({date(2026, 12, 24)}), frozenset())
    both = Calendar(frozenset({date(2026, 12, 24)}), frozenset({date(2026, 12, 26)}))
    plain = steps(TERMS, 12, PLAIN)
    assert steps(TERMS, 12, holiday).result_by == date(2026, 12, 22)
    assert (plain.result_by, steps(TERMS, 12, both).result_by) == (date(2026, 12, 23), date(2026, 12, 23))


def test_a_round_that_ends_on_a_sunday_ends_with_the_friday():
    ends = Terms(**{**vars(TERMS), "done_before": date(2026, 12, 27), "sign": 0})
    assert steps(ends, 1, PLAIN).sign_by == date(2026, 12, 25)


def test_many_dossiers_make_the_communes_propose_before_the_laws_day():
    plan = steps(TERMS, 600, PLAIN)
    assert plan.council_days == 50
    assert plan.propose_by < TERMS.submit_before


def test_without_a_commune_there_is_no_day_to_submit_to_it():
    centre = Terms(**{**vars(TERMS), "commune": None})
    assert steps(centre, 1, PLAIN).submit_by is None


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(0, 300),
    st.integers(0, 30),
    st.sets(st.dates(date(2025, 6, 1), date(2027, 12, 31)), max_size=30),
)
def test_whoever_starts_on_the_last_day_of_a_step_ends_in_time(end, dossiers, days, holidays):
    calendar = Calendar(frozenset(holidays), frozenset())
    terms = Terms(**{**vars(TERMS), "done_before": end, "submit_before": end, "check": days})
    plan = steps(terms, dossiers, calendar)
    found = days_of(plan)
    assert found == sorted(found)
    assert calendar.due(plan.result_by, terms.sign) <= plan.sign_by <= end
    assert calendar.due(plan.propose_by, terms.check) <= plan.accept_by
    assert calendar.due(plan.submit_by, terms.commune) <= plan.propose_by
    assert calendar.left(plan.first_day, plan.last_day) == max(plan.council_days - 1, 0)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 40))
def test_a_day_later_is_too_late(end, days):
    start = PLAIN.latest_start(end, days)
    assert PLAIN.due(start, days) <= end
    later = PLAIN.due(start, 1)
    assert PLAIN.due(later, days) > end


@pytest.mark.parametrize(("dossiers", "days"), [(0, 0), (1, 1), (12, 1), (13, 2), (24, 2), (25, 3)])
def test_the_council_sits_so_many_days(dossiers, days):
    assert council_days(dossiers, 12) == days


def test_capacity_counts_days_once_and_only_dossiers_still_to_be_scored():
    states = ["accepted", "submitted", "scored", "recognised", "withdrawn"] + ["accepted"] * 11
    days = [date(2026, 12, 15), date(2026, 12, 15)]
    found = capacity(states, days, 12)
    assert (found.dossiers, found.needed, found.planned, found.lacking) == (13, 2, 1, 1)
    assert capacity(["accepted"], days, 12).lacking == 0


PLAN = steps(TERMS, 12, PLAIN)


def stands(state: str, today: date, **facts) -> tuple[Outlook, date | None]:
    given = {"level": "province", "since": date(2026, 9, 1)} | facts
    found = forecast(Candidate(state=state, **given), PLAN, today, PLAIN)
    return found.outlook, found.by


@pytest.mark.parametrize(
    ("today", "outlook"),
    [
        (date(2026, 9, 1), Outlook.FINE),
        (date(2026, 10, 2), Outlook.FINE),
        (date(2026, 10, 5), Outlook.RISK),
        (date(2026, 10, 9), Outlook.RISK),
        (date(2026, 10, 10), Outlook.MISS),
    ],
)
def test_a_draft_must_leave_the_commune_its_fifteen_days(today, outlook):
    assert PLAN.submit_by == date(2026, 10, 9)
    assert stands("draft", today, level="") == (outlook, PLAN.submit_by)


def test_a_dossier_with_the_commune_is_to_be_proposed_in_time():
    assert stands("at_commune", date(2026, 10, 1)) == (Outlook.FINE, PLAN.propose_by)
    assert stands("at_commune", date(2026, 11, 2)) == (Outlook.MISS, PLAN.propose_by)
    late_term = stands("at_commune", date(2026, 10, 1), due_on=date(2026, 11, 3))
    assert late_term == (Outlook.RISK, PLAN.propose_by)


def test_a_dossier_being_checked_is_at_risk_where_it_came_late_or_its_term_ends_late():
    assert stands("submitted", date(2026, 11, 2)) == (Outlook.FINE, PLAN.accept_by)
    assert stands("submitted", date(2026, 11, 3), since=date(2026, 11, 2)) == (Outlook.RISK, PLAN.propose_by)
    assert stands("submitted", date(2026, 11, 2), due_on=date(2026, 12, 20)) == (Outlook.RISK, PLAN.accept_by)
    assert stands("submitted", date(2026, 12, 20)) == (Outlook.MISS, PLAN.accept_by)


def test_a_returned_dossier_is_at_risk_until_it_is_back():
    assert stands("returned", date(2026, 9, 2)) == (Outlook.RISK, PLAN.accept_by)
    assert stands("returned", date(2026, 12, 20)) == (Outlook.MISS, PLAN.accept_by)
    assert stands("returned", date(2026, 9, 2), level="commune") == (Outlook.FINE, PLAN.submit_by)


def test_an_accepted_dossier_needs_a_session_in_time():
    assert stands("accepted", date(2026, 12, 1)) == (Outlook.FINE, PLAN.last_day)
    assert stands("accepted", date(2026, 12, 12)) == (Outlook.RISK, PLAN.last_day)
    assert stands("accepted", date(2026, 12, 28)) == (Outlook.MISS, PLAN.last_day)
    on_time, too_late = PLAN.last_day, date(2026, 12, 28)
    assert stands("accepted", date(2026, 12, 12), sits_on=on_time) == (Outlook.FINE, on_time)
    assert stands("accepted", date(2026, 12, 12), sits_on=too_late) == (Outlook.MISS, PLAN.last_day)


def test_a_scored_dossier_waits_for_the_signature_and_a_closed_one_for_nothing():
    assert stands("scored", date(2026, 12, 1)) == (Outlook.FINE, PLAN.sign_by)
    assert stands("prepared", date(2026, 12, 31)) == (Outlook.MISS, PLAN.sign_by)
    assert stands("recognised", date(2027, 1, 15)) == (Outlook.DONE, None)
    assert stands("withdrawn", date(2027, 1, 15)) == (Outlook.DONE, None)
