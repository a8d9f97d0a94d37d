"""Councils, sessions and agenda items for tests, made through the verbs in the autumn of 2026."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Post, Role, User
from areas.models import Area
from enterprises.models import Enterprise
from ratings import agenda, convening, seating
from ratings.models import AgendaItem, Council, CouncilMember, Dossier, Session
from tests.factories import load_criteria, make_dossier, make_enterprise, make_product, make_user

TODAY = date(2026, 11, 23)
NAMES = ("Chủ tịch", "Thư ký", "Ủy viên Một", "Ủy viên Hai", "Ủy viên Ba", "Ủy viên Bốn", "Ủy viên Năm")
SEATS = ("chair", "secretary", *["member"] * 5)


def make_account(area: Area, username: str, full_name: str) -> User:
    """An account with a council post over the unit."""
    return make_user(username, Role.COUNCIL, area, full_name=full_name)


def make_council(area: Area, *, by: User, members: int = 3, level: str = "province", **facts: Any) -> Council:
    """A council with a chair, a secretary and further members, in this order."""
    given = {"name": "Hội đồng đánh giá tỉnh", "starts_on": date(2026, 6, 1)} | facts
    council = seating.set_up(area, level, by=by, **given)
    for number in range(members):
        account = make_account(area, f"hoidong.{council.pk}.{number}", f"{NAMES[number]} {council.pk}")
        seating.seat(council, account, SEATS[number], starts_on=council.starts_on, by=by)
    return council


def seats(council: Council) -> list[CouncilMember]:
    return list(council.members.select_related("user").order_by("place", "pk"))


def make_accepted(area: Area, *, maker: Enterprise | None = None, name: str = "", **fields: Any) -> Dossier:
    """A dossier of Decision 26/2026, accepted by the province."""
    criteria_set = load_criteria("QD26-14")[0] if "criteria_set" not in fields else fields["criteria_set"]
    organisation = maker or make_enterprise(area)
    facts = {"name": name} if name else {}
    product = make_product(area, organisation, group=criteria_set.group, **facts)
    given = {
        "state": "accepted",
        "on": date(2026, 11, 2),
        "level": "province",
        "regulation": criteria_set.regulation,
        "criteria_set": criteria_set,
    }
    return make_dossier(product, **(given | fields))


def make_session(council: Council, *dossiers: Dossier, by: User, on: date = TODAY, **facts: Any) -> Session:
    """A planned session with these dossiers on its agenda."""
    session = convening.plan(council, on=on, by=by, **facts)
    if dossiers:
        agenda.put_on_agenda(session, dossiers, by=by)
    session.refresh_from_db()
    return session


def come(session: Session, *members: CouncilMember, by: User) -> None:
    """Let these members, and nobody else, be at the session."""
    there = {member.pk for member in members}
    everybody = seats(session.council)
    convening.note_attendance(session, {each.pk: (each.pk in there, "") for each in everybody}, by=by)


def items(session: Session) -> list[AgendaItem]:
    rows = session.items.select_related("session__council__area", "dossier__enterprise", "dossier__product")
    return list(rows.order_by("position", "pk"))


def end_posts(user: User, on: date) -> None:
    Post.objects.filter(user=user).update(ends_on=on)


def asked(browser: Client, address: str) -> int:
    """How many statements a page asks of the database."""
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)
