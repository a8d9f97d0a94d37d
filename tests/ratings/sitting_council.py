"""A council of the province in session, and a small criteria set whose points reach every edge."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Role, User
from areas.models import Area
from ratings import loading, marking, sitting, tallying
from ratings.models import (
    AgendaItem,
    Attendance,
    Council,
    CouncilMember,
    CriteriaSet,
    Criterion,
    Declaration,
    Dossier,
    Regulation,
    ScoreSheet,
    Session,
)
from tests.factories import make_dossier, make_group, make_product, make_user

_numbers = itertools.count(1)
TODAY = date(2026, 6, 15)
# Criterion → points of its options in the order of their positions; floors of the last: 3★ 3, 4★ 4, 5★ 5.
EDGES: dict[str, tuple[str, list[str]]] = {
    "1": ("A", ["0", "20", "29.99", "30", "30.01", "40"]),
    "2": ("B", ["0", "10", "25"]),
    "3": ("C", ["0", "15", "20", "30"]),
    "4": ("C", ["0", "3", "4", "5"]),
}
BEST = {"1": 6, "2": 3, "3": 4, "4": 4}
"""100 points, all floors met."""


def make_edges() -> CriteriaSet:
    """A published set of four criteria under Decision 26/2026."""
    if found := CriteriaSet.objects.filter(code__startswith="EDGES").first():
        return found
    loading.load_regulations((loading.DATA / "regulations.yaml").read_bytes())
    number = next(_numbers)
    made = CriteriaSet.objects.create(
        code=f"EDGES-{number}",
        name="Bộ tiêu chí thử nghiệm",
        digest=f"{number:064x}",
        regulation=Regulation.objects.get(code="QD26-2026"),
        group=make_group(),
        knockout="Sản phẩm có chất cấm.",
    )
    parts = {}
    for place, (part, points) in enumerate({"A": 40, "B": 25, "C": 35}.items()):
        parts[part] = Criterion.objects.create(
            criteria_set=made, part=part, code=part, position=100 * place, depth=0, max_points=points
        )
    for code, (part, options) in EDGES.items():
        leaf = Criterion.objects.create(
            criteria_set=made,
            parent=parts[part],
            part=part,
            code=code,
            title=f"Tiêu chí {code}",
            position=parts[part].position + int(code),
            depth=1,
            is_leaf=True,
            max_points=Decimal(options[-1]),
        )
        for position, each in enumerate(options, 1):
            floor = position + 1 if code == "4" and position > 1 else None
            leaf.options.create(
                position=position, points=Decimal(each), label=f"Mức {position}", floor_for=floor
            )
    CriteriaSet.objects.filter(pk=made.pk).update(state="published", published_on=date(2026, 5, 22))
    made.refresh_from_db()
    return made


def make_accepted(area: Area, criteria_set: CriteriaSet | None = None, **fields: Any) -> Dossier:
    """A dossier of the area's product that the province accepted."""
    rating = criteria_set or make_edges()
    facts: dict[str, Any] = {"state": "accepted", "level": "province", "on": date(2026, 6, 1)}
    product = make_product(area, group=rating.group)
    return make_dossier(product, criteria_set=rating, regulation=rating.regulation, **(facts | fields))


def make_council(area: Area, members: int = 3, **fields: Any) -> Council:
    """A council of the unit: the chair, the secretary, members; each with an account and a post."""
    facts = {"name": "Hội đồng OCOP", "level": "province", "starts_on": date(2026, 1, 1)}
    council = Council.objects.create(area=area, **(facts | fields))
    kinds = ["chair", "secretary", *["member"] * members]
    for place, seat in enumerate(kinds[:members], 1):
        add_member(council, seat, place)
    return council


def add_member(council: Council, seat: str = "member", place: int = 9) -> CouncilMember:
    number = next(_numbers)
    user = make_user(f"uyvien.{number}", Role.COUNCIL, council.area, full_name=f"Ủy viên {number}")
    return CouncilMember.objects.create(
        council=council, user=user, seat=seat, place=place, starts_on=date(2026, 1, 1)
    )


def make_session(council: Council, **fields: Any) -> Session:
    """A session of today that is open, everybody present."""
    session = Session.objects.create(council=council, **({"on": TODAY, "state": "open"} | fields))
    for member in council.members.exclude(seat="adviser"):
        Attendance.objects.create(session=session, member=member, present=True)
    return session


def make_item(session: Session, dossier: Dossier, *, recused: CouncilMember | None = None) -> AgendaItem:
    """The dossier on the agenda; everybody has declared, ``recused`` an interest."""
    item = AgendaItem.objects.create(session=session, dossier=dossier, position=session.items.count() + 1)
    for member in session.council.members.exclude(seat="adviser"):
        interest = member == recused
        Declaration.objects.create(
            item=item, member=member, has_interest=interest, reason="Cổ đông" if interest else ""
        )
    return item


def sheets_of(item: AgendaItem) -> list[ScoreSheet]:
    """The sheets of the last pass, in the order of the list."""
    last = item.passes.order_by("number").last()
    return list(last.sheets.select_related("member__user").order_by("member__place")) if last else []


def fill(sheet: ScoreSheet, choices: dict[str, int] = BEST, *, hand_in: bool = True) -> ScoreSheet:
    """The member fills in his sheet and hands it in, by the verbs."""
    by = sheet.member.user
    for code, position in choices.items():
        marking.choose(sheet, code, by=by, option=position)
    return marking.close(sheet, by=by) if hand_in else sheet


def score_all(item: AgendaItem, *filled: dict[str, int], by: User) -> AgendaItem:
    """Each member hands in what is given for him, in the order of the list; the pass is finished."""
    if not item.passes.exists():
        sitting.begin(item, by=by)
    for sheet, choices in zip(sheets_of(item), filled, strict=True):
        fill(sheet, choices)
    done = sitting.finish_pass(item, by=by)
    item.refresh_from_db()
    return done


def tally_of(item: AgendaItem) -> tallying.Tally:
    fresh = AgendaItem.objects.select_related(*tallying.RELATED).get(pk=item.pk)
    return tallying.of(fresh)
