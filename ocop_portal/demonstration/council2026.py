"""The province's second round of 2026: its council of five, a session to come, an interest that is known."""

from __future__ import annotations

from datetime import date, time

from accounts.models import Role, User
from ratings import agenda, convening, declaring, planning_rounds, seating
from ratings.models import Council, CouncilMember, Round

from . import sitting2026
from .days import on
from .people import account, unit

Seat = CouncilMember.Seat
SET_UP, PLANNED, SITS = date(2026, 8, 3), date(2026, 11, 16), date(2026, 12, 9)
# user name, full name, seat, position; the five sat on the district's council before
MEMBERS = [
    ("hoidong.1", "Thành viên Mẫu Một", Seat.CHAIR, "Phó Giám đốc Sở Nông nghiệp và Môi trường"),
    ("hoidong.2", "Thành viên Mẫu Hai", Seat.MEMBER, "Trưởng phòng Sở Công Thương"),
    ("hoidong.3", "Thành viên Mẫu Ba", Seat.MEMBER, "Trưởng phòng Sở Y tế"),
    ("hoidong.4", "Thành viên Mẫu Bốn", Seat.MEMBER, "Trưởng phòng Sở Khoa học và Công nghệ"),
    ("hoidong.5", "Thành viên Mẫu Năm", Seat.SECRETARY, "Chuyên viên Văn phòng Điều phối"),
    ("tuvan.tinh.1", "Triệu Văn Tư Vấn Mẫu", Seat.ADVISER, "Giảng viên (minh họa)"),
]


def play(officer: User) -> None:
    """Open the round, set up the council, put what is accepted before it."""
    with on(SET_UP):
        opened = planning_rounds.open_round(unit("04", SET_UP), "province", 2026, 2, by=officer)
        council = _council(officer)
    with on(PLANNED):
        _fill(opened, officer)
    sitting2026.play(council, opened, officer)
    with on(PLANNED):
        _convene(opened, council, officer)


def _council(officer: User) -> Council:
    council = seating.set_up(
        unit("04", SET_UP),
        "province",
        name="Hội đồng đánh giá, phân hạng sản phẩm OCOP tỉnh Cao Bằng",
        decision_number="1204/QĐ-UBND",
        decision_on=SET_UP,
        starts_on=SET_UP,
        by=officer,
    )
    for username, full_name, seat, position in MEMBERS:
        member = account(username, full_name, Role.COUNCIL, "04", position, SET_UP)
        seating.seat(council, member, seat, starts_on=SET_UP, position=position, by=officer)
    return council


def _fill(round: Round, officer: User) -> None:
    planning_rounds.assign(round, planning_rounds.candidates(round), by=officer)


def _convene(round: Round, council: Council, officer: User) -> None:
    session = convening.plan(
        council, on=SITS, begins_at=time(8), place="Hội trường tầng 2 (minh họa)", round=round, by=officer
    )
    accepted = [row for row in agenda.candidates(session) if row.round_id == round.pk]
    agenda.put_on_agenda(session, accepted, by=officer)
    linked = council.members.get(user__username="hoidong.4").user
    maker = accepted[0].enterprise
    declaring.link(linked, maker, reason="Người thân của giám đốc (minh họa)", by=officer)
