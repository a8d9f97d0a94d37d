"""The autumn of the province's council, through HTTP alone: from the round to the certificate.

The five members score on their own pages. What a commune and an officer did before stands in
``test_year_2026.py``; here the dossiers are accepted.
"""

from __future__ import annotations

import random
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from ocop_portal.demonstration.choosing import choices
from ratings import voting
from ratings.criteria import reading
from ratings.measures import MEASURES
from ratings.models import (
    AgendaItem,
    Council,
    Decision,
    Dossier,
    Inspection,
    KnockoutMotion,
    Objection,
    Recognition,
    Result,
    Round,
    ScoreSheet,
    Session,
)
from tests.enterprises.papers import pdf
from tests.factories import make_enterprise, make_user
from tests.ratings.sittings import make_accepted

SITS, SIGNS = date(2026, 11, 23), date(2026, 11, 25)
SEATS = ("chair", "member", "member", "member", "secretary")
SIGNED = {"number": "1880/QĐ-UBND", "signed_on": "25/11/2026", "signer_name": "Bế Ký Thử"}


class Room:
    """The people's browsers, and what they press."""

    def __init__(self, officer: Client, leader: Client, members: list[Client]) -> None:
        self.officer, self.leader, self.members = officer, leader, members
        self.dice = random.Random(1)

    def press(self, browser: Client, page: str, /, *arguments: object, **typed: object) -> None:
        """Send a form; it must be taken."""
        answer = browser.post(reverse(page, args=arguments), typed)
        form = answer.context and answer.context.get("form")
        assert answer.status_code == 302, (page, answer.status_code, form and form.errors)

    def act(self, item: AgendaItem, act: str, **typed: object) -> None:
        """An act of the secretary on a dossier of the agenda."""
        version = AgendaItem.objects.get(pk=item.pk).version
        self.press(self.officer, "ratings:council_act", item.pk, act, version=version, **typed)

    def score(self, item: AgendaItem, points: tuple[int, ...], held: int) -> None:
        """Each member fills in the page of the own sheet and hands it in; nobody sees another's before."""
        last = item.passes.order_by("number").last()
        sheets = list(last.sheets.select_related("member__user").order_by("member__place", "member"))
        assert len(sheets) == len(points)
        for number, (sheet, total) in enumerate(zip(sheets, points, strict=True)):
            browser = self.of(sheet)
            self._stays_blind(browser, sheets, sheet)
            rules = reading.rules_of(item.dossier.criteria_set)
            chosen = choices(rules, item.dossier.case, points=total, held=held, dice=self.dice)
            typed = {f"o-{code}": str(position) for code, position in chosen.items()}
            typed |= {f"v-{code}": "0" for code in chosen}
            self.press(browser, "ratings:sheet", sheet.pk, then="close", **typed)
            self.press(browser, "ratings:sheet_close", sheet.pk, opinion=f"Ý kiến {number}")
        self.act(item, "chot-luot")

    def of(self, sheet: ScoreSheet) -> Client:
        """The browser of the sheet's member."""
        username = sheet.member.user.username
        return self.members[int(username.rpartition(".")[2]) - 1]

    def _stays_blind(self, browser: Client, sheets: list[ScoreSheet], own: ScoreSheet) -> None:
        for other in sheets:
            if other.pk != own.pk:
                assert browser.get(reverse("ratings:sheet", args=[other.pk])).status_code == 404


@pytest.fixture
def room(world, province_officer, province_leader, client_of, settings) -> Room:
    settings.OCOP_TODAY = SITS
    members = [
        make_user(f"hoidong.{n}", Role.COUNCIL, world.province, full_name=f"Thành viên {n}")
        for n in range(1, 6)
    ]
    return Room(
        client_of(province_officer), client_of(province_leader), [client_of(each) for each in members]
    )


@pytest.fixture
def dossiers(world) -> dict[str, Dossier]:
    """Four accepted dossiers of wine under Decision 26/2026."""
    names = ("Rượu năm sao", "Rượu ba sao", "Rượu hai sao", "Rượu bị loại")
    return {
        name: make_accepted(world.new_dam_thuy, maker=make_enterprise(world.new_dam_thuy), name=name)
        for name in names
    }


def convene(room: Room, dossiers: dict[str, Dossier]) -> dict[str, AgendaItem]:
    """Round, council of five, session, agenda, attendance, declarations; the session is opened."""
    days = {"dossiers_a_day": "12", "invite_days": "5", "sum_days": "3", "sign_days": "5"}
    room.press(room.officer, "ratings:round_new", level="province", year="2026", number="2", **days)
    round_two = Round.objects.get()
    everything = [dossier.pk for dossier in dossiers.values()]
    room.press(room.officer, "ratings:round_dossiers", round_two.pk, ho_so=everything)
    room.press(
        room.officer,
        "ratings:council_new",
        level="province",
        name="Hội đồng 2026",
        decision_number="12/QĐ-UBND",
        decision_on="01/06/2026",
        starts_on="01/06/2026",
        quorum_percent="75",
        chair_required="on",
        spread_points="10",
        floor_by="mean",
    )
    council = Council.objects.get()
    for number, seat in enumerate(SEATS, 1):
        member = User.objects.get(username=f"hoidong.{number}")
        typed = {"user": member.pk, "seat": seat, "starts_on": "01/06/2026", "position": "Ủy viên"}
        room.press(room.officer, "ratings:council_seat", council.pk, **typed)
    planned = {"kind": "meeting", "on": "23/11/2026", "begins_at": "8h00", "place": "Hội trường"}
    room.press(room.officer, "ratings:session_new", council.pk, round=round_two.pk, **planned)
    session = Session.objects.get()
    room.press(room.officer, "ratings:session_agenda", session.pk, ho_so=everything)
    items = {item.dossier.product.name: item for item in session.items.select_related("dossier__product")}
    for number, browser in enumerate(room.members, 1):
        declare(room, browser, session, items, interested=number == 4)
    there = {f"co_mat_{seat.pk}": "on" for seat in council.members.all()}
    session.refresh_from_db()
    room.press(room.officer, "ratings:session_attendance", session.pk, version=session.version, **there)
    room.press(room.officer, "ratings:session_open", session.pk)
    return items


def declare(
    room: Room, browser: Client, session: Session, items: dict[str, AgendaItem], *, interested: bool
) -> None:
    """The fourth member holds shares of the maker of the three-star wine."""
    typed = {f"khai_{item.pk}": "khong" for item in items.values()}
    if interested:
        typed |= {f"khai_{items['Rượu ba sao'].pk}": "co", f"ly_do_{items['Rượu ba sao'].pk}": "Góp vốn"}
    room.press(browser, "ratings:session_declare", session.pk, **typed)


def test_the_councils_autumn(room, dossiers, visitor, settings, world):
    items = convene(room, dossiers)
    for name, item in items.items():
        shown = room.members[3].get(reverse("ratings:item_dossier", args=[item.pk]))
        assert shown.status_code == (403 if name == "Rượu ba sao" else 200)  # recused: does not even read

    five, three = items["Rượu năm sao"], items["Rượu ba sao"]
    room.act(five, "bat-dau")
    room.score(five, (92, 94, 91, 93, 92), 5)
    room.act(five, "thong-nhat", conclusion="Trình Trung ương")

    room.act(three, "bat-dau")
    room.score(three, (63, 51, 66, 62), 3)  # four sheets, more than ten points apart
    assert room.officer.post(reverse("ratings:council_act", args=[three.pk, "thong-nhat"])).status_code in {
        403,
        409,
    }
    room.act(three, "thao-luan", discussion="Thống nhất cách chấm nguyên liệu")
    room.act(three, "cham-lai", reason="Chênh lệch quá 10 điểm")
    room.score(three, (62, 60, 64, 61), 3)
    room.act(three, "thong-nhat")
    assert [each.sheets.count() for each in three.passes.order_by("number")] == [4, 4]

    two = items["Rượu hai sao"]
    room.act(two, "bat-dau")
    room.score(two, (80, 81, 80, 82, 80), 2)  # the points of four stars, a floor of three unmet
    room.act(two, "thong-nhat")

    out = items["Rượu bị loại"]
    room.act(out, "bat-dau")
    room.score(out, (58, 57, 59, 58, 60), 3)
    code = next(iter_codes(room, out))
    room.press(room.members[1], "ratings:knockout_move", out.pk, code=code, finding="Vượt giới hạn cho phép")
    motion = KnockoutMotion.objects.get()
    for number, browser in enumerate(room.members):
        vote = "yes" if number != 1 else "no"
        room.press(browser, "ratings:knockout_vote", out.pk, motion.pk, vote=vote)
    room.press(room.officer, "ratings:knockout_count", out.pk, motion.pk)
    room.act(out, "thong-nhat")

    granted = {row.dossier.product.name: (row.granted, str(row.total)) for row in Result.objects.all()}
    assert granted == {
        "Rượu năm sao": (5, "92.40"),
        "Rượu ba sao": (3, "61.75"),
        "Rượu hai sao": (2, "80.60"),
        "Rượu bị loại": (None, "58.40"),
    }
    decide(room, settings)
    states = {each.product.name: each.state for each in Dossier.objects.select_related("product")}
    assert states == {
        "Rượu năm sao": "forwarded",
        "Rượu ba sao": "recognised",
        "Rượu hai sao": "not_recognised",
        "Rượu bị loại": "not_recognised",
    }
    objected(room, items["Rượu hai sao"].dossier)
    reevaluated_in_writing(room, world, settings)
    recognition = Recognition.objects.get(product__name="Rượu ba sao")
    check = visitor.get(reverse("public:certificate", args=[recognition.certificate_code]))
    assert "Rượu ba sao" in check.content.decode()
    assert "1880/QĐ-UBND" in check.content.decode()
    fallen_back(room, dossiers["Rượu năm sao"])
    assert told_of(room) == {"newly_recognised": (2, 2), "potential_five": (1, 1), "still_valid": (2, 2)}
    inspected_and_revoked(room, recognition)
    assert told_of(room)["still_valid"] == (1, 1)
    page = visitor.get(reverse("public:certificate", args=[recognition.certificate_code])).content.decode()
    assert "thu hồi" in page
    assert "1890/QĐ-UBND" in page


def iter_codes(room: Room, item: AgendaItem):
    """The knock-outs that the page of the dossier offers."""
    return iter(
        voting.knockouts_of(AgendaItem.objects.select_related("dossier__criteria_set").get(pk=item.pk))
    )


def decide(room: Room, settings) -> None:
    """The session is closed, its minutes are fetched; a decision over all four, signed by the leader."""
    session = Session.objects.get()
    room.press(room.officer, "ratings:session_close", session.pk)
    for kind in ("pdf", "xlsx"):
        papers = room.officer.get(reverse("ratings:session_paper", args=[session.pk, "bien-ban", kind]))
        assert papers.status_code == 200
        assert papers["Content-Disposition"].startswith("attachment")
        assert len(papers.getvalue()) > 1000
    settings.OCOP_TODAY = SIGNS
    form = room.officer.get(reverse("ratings:decision_new")).context["form"]
    typed: dict[str, object] = {"title": "Công nhận đợt 2 năm 2026"}
    for case in form.cases:
        # Five stars are the centre's to recognise: forwarded. The others by their usual outcome.
        forward = [choice for choice in case.choices if choice.outcome == "forward"]
        usual = forward[0] if forward else case.choices[0]
        typed[f"take_{case.dossier.pk}"] = "on"
        typed[f"outcome_{case.dossier.pk}"] = f"{usual.outcome}:{usual.stars or ''}"
    room.press(room.officer, "ratings:decision_new", **typed)
    decision = Decision.objects.get()
    assert room.officer.post(reverse("ratings:decision_sign", args=[decision.pk]), SIGNED).status_code == 403
    room.press(room.leader, "ratings:decision_sign", decision.pk, **SIGNED)


def objected(room: Room, dossier: Dossier) -> None:
    """The maker objects to the decision; the officer answers that it stands."""
    new = {"received_on": "25/11/2026", "words": "Đề nghị xem lại tiêu chí 1.2"}
    room.press(room.officer, "ratings:objection_new", dossier.pk, **new)
    objection = Objection.objects.get()
    stands = {"outcome": "upheld", "words": "Giữ nguyên kết quả", "answered_on": "25/11/2026"}
    room.press(room.officer, "ratings:objection_answer", objection.pk, number="15/UBND", version=1, **stands)
    objection.refresh_from_db()
    assert objection.outcome == "upheld"


def reevaluated_in_writing(room: Room, world, settings) -> None:
    """A re-evaluation is asked about in writing; the opinions come to one star, and the result is agreed."""
    settings.OCOP_TODAY = SITS
    maker = make_enterprise(world.new_dam_thuy)
    dossier = make_accepted(world.new_dam_thuy, maker=maker, name="Rượu đánh giá lại", kind="reevaluation")
    council = Council.objects.get()
    room.press(room.officer, "ratings:session_new", council.pk, kind="written", on="23/11/2026")
    session = Session.objects.get(kind="written")
    room.press(room.officer, "ratings:session_agenda", session.pk, ho_so=[dossier.pk])
    item = session.items.get()
    for browser in room.members:
        room.press(browser, "ratings:session_declare", session.pk, **{f"khai_{item.pk}": "khong"})
    room.press(room.officer, "ratings:session_open", session.pk)
    room.act(item, "bat-dau")
    room.score(item, (61, 62, 63, 61, 62), 3)
    room.act(item, "thong-nhat")
    assert Result.objects.get(dossier=dossier).granted == 3
    settings.OCOP_TODAY = SIGNS


def inspected_and_revoked(room: Room, recognition: Recognition) -> None:
    """First extended by a decision; then an inspection finds the mark misused, and it is revoked."""
    extended = {"kind": "extended", "new_expires_on": "31/03/2030", "title": "Gia hạn"}
    room.press(room.officer, "ratings:recognition_act", recognition.pk, **extended)
    sign(room, "1885/QĐ-UBND")
    room.press(room.officer, "ratings:inspection_new", recognition.pk, planned_on="25/11/2026")
    inspection = Inspection.objects.get()
    lines = list(inspection.lines.all())
    found = {f"line_{line.pk}": "1" for line in lines} | {f"line_{lines[0].pk}": "0"}
    found |= {f"note_{lines[0].pk}": "Nhãn in 5 sao", "done_on": "25/11/2026", "words": "Dùng sai nhãn"}
    found |= {"finding": "to_revoke", "ground": "misuse_of_mark", "version": "1"}
    room.press(room.officer, "ratings:inspection_record", inspection.pk, **found)
    revoked = {"kind": "revoked", "ground": "misuse_of_mark", "found_on": "25/11/2026", "title": "Thu hồi"}
    room.press(room.officer, "ratings:recognition_act", recognition.pk, **revoked)
    sign(room, "1890/QĐ-UBND")
    kinds = recognition.events.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["extended", "revoked"]


def sign(room: Room, number: str) -> None:
    """The leader signs what is prepared."""
    decision = Decision.objects.get(state="prepared")
    room.press(room.leader, "ratings:decision_sign", decision.pk, **(SIGNED | {"number": number}))


def fallen_back(room: Room, dossier: Dossier) -> None:
    """The centre finds less than 90: its result is entered with the file, and the province recognises 4★."""
    dossier.refresh_from_db()
    typed = {"part_a": "39", "part_b": "24", "part_c": "25", "assessed_on": "25/11/2026"}
    typed |= {"version": dossier.version, "council": "Hội đồng OCOP Trung ương", "upload": pdf(1, "tw.pdf")}
    room.press(room.officer, "ratings:dossier_result", dossier.pk, **typed)
    prepared = {
        f"take_{dossier.pk}": "on",
        f"outcome_{dossier.pk}": "recognise:4",
        "title": "Công nhận 4 sao",
    }
    room.press(room.officer, "ratings:decision_new", **prepared)
    sign(room, "1883/QĐ-UBND")
    assert Recognition.objects.get(dossier=dossier).stars == 4


def told_of(room: Room) -> dict[str, tuple[int, int]]:
    """The figures of the year that the leader reads, in the period and cumulative."""
    address = reverse("reports:api_report", args=["tien-do"])
    answer = room.leader.get(address, {"area": "04", "period": "2026"})
    rows = next(table for table in answer.json()["tables"] if table["code"] == "tong-hop")["rows"]
    names = {str(MEASURES[code].name): code for code in ("newly_recognised", "potential_five", "still_valid")}
    return {names[row[1]]: (row[4], row[5]) for row in rows if row[1] in names}
