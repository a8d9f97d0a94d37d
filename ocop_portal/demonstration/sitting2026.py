"""The province's council of five at work in November 2026, what was decided on it, and what came after.

On 18/11 it meets over five products and is asked in writing about a sixth; on 20/11 the province decides; on
23/11 a session is open with sheets that are still to be handed in.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from accounts.models import User
from ratings import (
    agenda,
    agreeing,
    amending,
    convening,
    deciding,
    declaring,
    inspecting,
    marking,
    objecting,
    outcomes,
    sitting,
    voting,
)
from ratings.amending import ActDraft
from ratings.criteria import reading
from ratings.deciding import ItemDraft
from ratings.inspecting import Checked, Outcome
from ratings.models import (
    AgendaItem,
    Council,
    CouncilMember,
    DecisionAct,
    DecisionItem,
    Dossier,
    Inspection,
    Objection,
    Recognition,
    Round,
    ScoreSheet,
    Session,
)
from ratings.models.recognitions import RevocationGround
from ratings.outcomes import Choice

from .choosing import choices
from .days import on
from .people import unit

PLANNED, SAT, DECIDED, TODAY = date(2026, 11, 16), date(2026, 11, 18), date(2026, 11, 20), date(2026, 11, 23)
HALL = "Hội trường tầng 2 (minh họa)"
SIGNER = "Lãnh đạo tỉnh Mẫu"


@dataclass(frozen=True)
class Scored:
    """How a product fares: by pass, what each sheet comes to (points) and the star its floors hold it at."""

    product: str
    held: int
    passes: tuple[tuple[int, ...], ...]
    discussion: str = ""
    knocked_out: str = ""
    conclusion: str = "Hội đồng nhất trí với kết quả (minh họa)."


# In the order of the agenda. The member in the fourth place has an interest in the jelly: four sheets.
MEETING = (
    Scored(
        "Chè xanh Quang Hán Thử", 5, ((92, 94, 91, 93, 92),), conclusion="Đề nghị cấp Trung ương đánh giá."
    ),
    Scored(
        "Chè búp non Quang Hán Thử",
        3,
        ((63, 52, 66, 62, 64), (62, 60, 64, 61, 63)),
        discussion="Thống nhất lại cách chấm tiêu chí về tổ chức sản xuất (minh họa).",
    ),
    Scored("Thạch đen Trà Lĩnh Thử", 3, ((78, 77, 79, 78),)),
    Scored("Lạp sườn hun khói Thử", 2, ((80, 81, 80, 82, 80),)),
    Scored(
        "Rượu men lá Đình Phong Thử",
        3,
        ((58, 57, 59, 58, 60),),
        knocked_out="Kết quả kiểm nghiệm vượt giới hạn cho phép (minh họa).",
        conclusion="Không phân hạng (minh họa).",
    ),
)
WRITTEN = Scored("Vịt quay 7 vị Thử", 3, ((62, 63, 61, 62, 64),))
SENT_UP = MEETING[0].product
# With the letter Ð (U+00D0), as its maker types it: another product than the one with Đ (U+0110).
UNDER_WAY = "Rượu ngô Ðình Phong Thử"
INTEREST, INTERESTED = "Thạch đen Trà Lĩnh Thử", "hoidong.4"
EXTENDED, REVOKED, OBJECTED = "Bánh khảo Trà Lĩnh Thử", "Tương ớt Trà Lĩnh Thử", "Lạp sườn hun khói Thử"


class Room:
    """What the acts share: who runs the session, the council, the round, the dice."""

    def __init__(self, council: Council, round: Round, officer: User) -> None:
        self.council, self.round, self.officer = council, round, officer
        self.dice = random.Random(council.pk)  # noqa: S311 - particulars of a demonstration
        self.secretary = User.objects.get(username="hoidong.5")

    def dossiers(self, names: Iterable[str]) -> list[Dossier]:
        """The open dossiers of the products, in their order."""
        rows = {row.product.name: row for row in Dossier.objects.open().select_related("product")}
        return [rows[name] for name in names]

    def plan(self, day: date, names: Iterable[str], kind: str = Session.Kind.MEETING) -> Session:
        """A session with these dossiers on its agenda."""
        facts = {"begins_at": time(8), "place": HALL} if kind == Session.Kind.MEETING else {}
        session = convening.plan(self.council, on=day, kind=kind, round=self.round, by=self.officer, **facts)
        for dossier in self.dossiers(names):
            agenda.put_on_agenda(session, [dossier], by=self.officer)
        return session

    def open(self, session: Session) -> list[AgendaItem]:
        """Everybody comes and declares; the session is opened. Gives its items in their order."""
        members = convening.members_of(session)
        if session.kind == Session.Kind.MEETING:
            convening.note_attendance(session, {each.pk: (True, "") for each in members}, by=self.secretary)
        rows = session.items.select_related(
            "session__council__area", "dossier__enterprise", "dossier__product"
        )
        items = list(rows.order_by("position"))
        for item in items:
            for member in members:
                if member.scores:
                    _declare(item, member)
        convening.open_session(session, by=self.secretary)
        return items


def play(council: Council, round: Round, officer: User) -> None:
    """The sessions, the decisions, what came after, and the session of today."""
    room = Room(council, round, officer)
    with on(PLANNED):
        meeting = room.plan(SAT, [one.product for one in MEETING])
        written = room.plan(SAT, [WRITTEN.product], Session.Kind.WRITTEN)
        inspection = _plan_inspection(room)
    with on(SAT):
        for session, scored in ((meeting, MEETING), (written, (WRITTEN,))):
            for item, one in zip(room.open(session), scored, strict=True):
                _score(room, item, one)
            convening.change(session, minutes_number=f"{session.pk:02}/BB-HĐ", by=room.secretary)
            convening.close_session(session, by=room.secretary)
        _find(room, inspection)
    with on(DECIDED):
        _decide(room)
        _decide_over_certificates(room, inspection)
    with on(TODAY):
        _object(room)
        _leave_open(room)


def _declare(item: AgendaItem, member: CouncilMember) -> None:
    interested = item.dossier.product.name == INTEREST and member.user.username == INTERESTED
    reason = "Có vốn góp tại công ty (minh họa)" if interested else ""
    declaring.declare(item, member, has_interest=interested, reason=reason, by=member.user)


def _score(room: Room, item: AgendaItem, one: Scored) -> None:
    """Each pass in turn; then the vote, where something was found; then the agreed result."""
    for number, points in enumerate(one.passes, start=1):
        if number == 1:
            sitting.begin(item, by=room.secretary)
        else:
            sitting.discuss(item, one.discussion, by=room.secretary)
            sitting.score_again(item, "Chênh lệch quá 10 điểm (minh họa).", by=room.secretary)
        for sheet, total in zip(_sheets(item), points, strict=True):
            _fill(room, sheet, item.dossier, total, one.held)
        sitting.finish_pass(item, by=room.secretary)
    if one.knocked_out:
        _knock_out(room, item, one.knocked_out)
    agreeing.agree(item, conclusion=one.conclusion, by=room.officer)


def _sheets(item: AgendaItem) -> list[ScoreSheet]:
    last = item.passes.order_by("number").last()
    assert last is not None  # noqa: S101 - a pass was opened just before
    return list(last.sheets.select_related("member__user").order_by("member__place", "member"))


def _fill(room: Room, sheet: ScoreSheet, dossier: Dossier, points: int, held: int) -> None:
    assert dossier.criteria_set is not None  # noqa: S101 - under 26/2026 there is one
    rules = reading.rules_of(dossier.criteria_set)
    chosen: Mapping[str, int] = choices(rules, dossier.case, points=points, held=held, dice=room.dice)
    marking.fill(sheet, chosen, by=sheet.member.user)
    marking.close(sheet, by=sheet.member.user)


def _knock_out(room: Room, item: AgendaItem, finding: str) -> None:
    code = next(iter(voting.knockouts_of(item)))
    voters = voting.voters_of(item)
    motion = voting.move_knockout(item, code, finding, by=voters[1].user)
    for member in voters:
        voting.vote(motion, member.user.username != "hoidong.2", by=member.user)
    voting.count_votes(motion, by=room.secretary)


def _decide(room: Room) -> None:
    """One decision over all that was scored on 18/11, the potential 5★ forwarded; the leader signs."""
    scored = [one.product for one in (*MEETING, WRITTEN)]
    drafts = []
    for dossier in room.dossiers(scored):
        # What the centre is to decide is forwarded; 3 or 4 stars are recognised once it finds less than 90.
        usual = outcomes.choices(dossier)[0]
        if dossier.product.name == SENT_UP:
            usual = Choice(DecisionItem.Outcome.FORWARD)
        drafts.append(ItemDraft(dossier, usual.outcome, usual.stars))
    decision = deciding.prepare(
        area=unit("04", DECIDED),
        items=drafts,
        title="Quyết định công nhận sản phẩm OCOP đợt 2 năm 2026 (minh họa)",
        by=room.officer,
    )
    _sign(decision, "1876/QĐ-UBND")


def _decide_over_certificates(room: Room, inspection: Inspection) -> None:
    """One more decision: a certificate extended, another revoked."""
    acts = {
        EXTENDED: ActDraft(
            DecisionAct.Kind.EXTENDED,
            new_expires_on=date(2027, 3, 31),
            note="Hoàn thiện hồ sơ đánh giá lại (minh họa).",
        ),
        REVOKED: ActDraft(
            DecisionAct.Kind.REVOKED,
            ground=inspection.ground,
            found_on=inspection.done_on,
            note="Theo biên bản kiểm tra ngày 18/11/2026 (minh họa).",
        ),
    }
    decision = None
    for name, act in acts.items():
        decision = amending.propose(
            _recognition(name),
            act,
            decision=decision,
            title="Quyết định gia hạn, thu hồi công nhận sản phẩm OCOP (minh họa)",
            by=room.officer,
        )
    _sign(decision, "1877/QĐ-UBND")


def _sign(decision: Any, number: str) -> None:
    leader = User.objects.get(username="lanhdao.caobang")
    deciding.sign(decision, number=number, signed_on=DECIDED, signer_name=SIGNER, by=leader)


def _recognition(name: str) -> Recognition:
    return Recognition.objects.get(product__name=name)


def _plan_inspection(room: Room) -> Inspection:
    return inspecting.plan(
        _recognition(REVOKED), planned_on=SAT, reason="Kiểm tra theo phản ánh (minh họa)", by=room.officer
    )


def _find(room: Room, inspection: Inspection) -> None:
    """The inspection finds that the product is not made any more: a proposal to revoke."""
    lines = list(inspection.lines.order_by("pk"))
    checked = {line.pk: Checked(line != lines[-1], "") for line in lines}
    outcome = Outcome(
        Inspection.Finding.TO_REVOKE,
        words="Cơ sở đã ngừng sản xuất từ tháng 6/2026 (minh họa).",
        ground=RevocationGround.PRODUCTION_STOPPED,
    )
    inspecting.record(inspection, outcome, done_on=SAT, lines=checked, by=room.officer)
    inspection.refresh_from_db()


def _object(room: Room) -> None:
    """The maker of the sausages objects; the term of the answer runs."""
    dossier = Dossier.objects.get(product__name=OBJECTED)
    words = "Đề nghị xem lại tiêu chí về nguồn nguyên liệu (minh họa)."
    made: Objection = objecting.receive(dossier, words=words, received_on=TODAY, by=room.officer)
    made.refresh_from_db()


def _leave_open(room: Room) -> None:
    """Today the council sits: two sheets are in, the others wait for their members."""
    session = room.plan(TODAY, [UNDER_WAY])
    (item,) = room.open(session)
    sitting.begin(item, by=room.secretary)
    for sheet, points in zip(_sheets(item)[:2], (55, 57), strict=True):
        _fill(room, sheet, item.dossier, points, 3)
