"""Every state of a dossier has an owner, a next action, a clock and an exit; a closed one has none of them.

Walked under a regulation whose districts rate (2023) and under one whose communes assess first (2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from accounts.models import Role
from areas.models import Area
from ratings import levels, whereabouts, workflow
from ratings.models import Dossier, Regulation
from ratings.moves import MOVES
from tests.factories import make_dossier, make_product, make_user

State = Dossier.State
OPEN = [state for state in State if state not in Dossier.CLOSED]


@dataclass
class Year:
    """A day, the regulation filed under on it, the commune, and who sits at which level."""

    today: date
    regulation: Regulation
    commune: Area
    first: str
    people: dict[tuple[str, Role], Any]


@pytest.fixture(params=[2023, 2026])
def year(request, world, regulations, settings) -> Year:
    """29/12/2023 in Trùng Khánh, or 15/6/2026 in the Đàm Thủy of today."""
    old = request.param == 2023
    settings.OCOP_TODAY = today = date(2023, 12, 29) if old else date(2026, 6, 15)
    commune = world.dam_thuy if old else world.new_dam_thuy
    units = {"commune": commune, "district": world.district, "province": world.province}
    people = {
        (level, role): make_user(f"{level}.{role.value}", role, unit)
        for level, unit in units.items()
        for role in (Role.COMMUNE, Role.OFFICER, Role.LEADER)
        if (level == "commune") == (role == Role.COMMUNE)
    }
    regulation = Regulation.objects.filing_on(today)
    return Year(today, regulation, commune, "district" if old else "province", people)


def level_in(state: State, year: Year) -> str:
    """The level that deals with a dossier in the state, where the way there is the usual one."""
    if state == State.DRAFT:
        return ""
    if state == State.AT_COMMUNE:
        return "commune"
    return "central" if state == State.FORWARDED and year.first == "province" else year.first


def test_both_kinds_of_regulation_are_walked(year):
    words = year.regulation.authorities.filter(assesses="words").exists()
    assert (year.regulation.code, words) == {
        2023: ("QD148-2023", False),
        2026: ("QD26-2026", True),
    }[year.today.year]


def put(state: State, year: Year, **fields: Any) -> Dossier:
    facts = {} if state == State.DRAFT else {"regulation": year.regulation}
    level = level_in(state, year)
    return make_dossier(make_product(year.commune), state=state, on=year.today, level=level, **facts | fields)


def owner_of(state: State, year: Year) -> list[Any]:
    """Whoever of the cast holds a post in the unit that must act."""
    if whereabouts.OWNER[state].who == "commune":
        return [year.people["commune", Role.COMMUNE]]
    level = levels.ENTERED_BY.get(level_in(state, year), level_in(state, year))
    return [year.people[level, Role.OFFICER], year.people[level, Role.LEADER]]


def exits(dossier: Dossier, people: list[Any]) -> set[str]:
    """Where the people may bring the dossier onward, once what the move needs is there."""
    found = set()
    for row in MOVES:
        for by in people:
            try:
                workflow.require(dossier, row.target, by=by)
            except workflow.Refused:
                continue
            found.add(row.target.value) if row.source == dossier.state and row.onward else None
    return found


@pytest.mark.parametrize("state", OPEN)
def test_an_open_state_has_owner_action_clock_and_exit(state, year):
    if state == State.AT_COMMUNE and not year.regulation.authorities.filter(level="commune").exists():
        assert not levels.goes_to_commune(put(State.DRAFT, year), year.today)
        return
    dossier = put(state, year)
    where = whereabouts.of(dossier)
    if level_in(state, year) == "central":
        assert where.unit == "Trung ương"
    else:
        assert Area.objects.in_force(year.today).filter(name=where.unit).count() == 1
    assert where.action
    assert exits(dossier, owner_of(state, year))
    assert whereabouts.why_no_term(dossier)


@pytest.mark.parametrize("state", [state for state in OPEN if state != State.DRAFT])
def test_a_term_that_runs_needs_no_excuse(state, year):
    dossier = put(state, year, due_on=year.today)
    assert whereabouts.why_no_term(dossier) == ""


@pytest.mark.parametrize("state", Dossier.CLOSED)
def test_a_closed_state_has_nothing_left_to_do(state, year):
    dossier = put(state, year)
    assert whereabouts.of(dossier).unit == ""
    assert [row.target for row in MOVES if row.source == state] == []
    assert exits(dossier, list(year.people.values())) == set()
    assert whereabouts.why_no_term(dossier) == ""


def test_each_move_onward_starts_a_clock_or_lets_one_run(year):
    """But for the moves that close a dossier, and what the centre answers by itself."""
    closing = {row.target for row in MOVES} & set(Dossier.CLOSED)
    without = {(row.source.value, row.target.value) for row in MOVES if not row.clock}
    assert without == {(row.source.value, row.target.value) for row in MOVES if row.target in closing}


@pytest.mark.parametrize("state", ["submitted", "accepted", "scored", "prepared", "forwarded", "returned"])
def test_what_an_ended_district_left_has_an_owner_and_an_exit(state, world, regulations, settings):
    settings.OCOP_TODAY = date(2026, 6, 15)
    dossier = make_dossier(make_product(world.dam_thuy), state=state, level="district")
    clerk = make_user("xa", Role.COMMUNE, world.new_dam_thuy)
    office = [make_user(f"tinh.{role}", role, world.province) for role in (Role.OFFICER, Role.LEADER)]
    commune = whereabouts.OWNER[state].who == "commune"
    assert whereabouts.of(dossier).unit == ("Xã Đàm Thủy" if commune else "Cao Bằng")
    assert exits(dossier, [clerk] if commune else office)
    assert whereabouts.why_no_term(dossier)
