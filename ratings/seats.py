"""Who sits at the council's table: whose seats stand, who may see a session, run it, and score a dossier."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import Post, Role, User
from accounts.rules import Verdict
from areas.models import Coverage
from ocop_portal.lib import clock
from products.models import Making

from .models import AgendaItem, Attendance, Council, CouncilMember, Declaration, Interest, Session

# A seat counts only while its holder holds one of these posts over the council's unit.
SEATED = (Role.COUNCIL, Role.OFFICER, Role.LEADER)


@dataclass(frozen=True)
class Quorum:
    """How many members must take part, how many do, and why that is not enough (empty where it is)."""

    needed: int
    counted: int
    reason: str = ""

    @property
    def met(self) -> bool:
        """Whether the council may act."""
        return not self.reason


def quorum(base: int, counted: int, *, percent: int, chair_missing: bool = False) -> Quorum:
    """The quorum of ``base`` members entitled to score, of whom ``counted`` take part.

    At least ``percent`` of the base, rounded up to a whole member. ``chair_missing``: the statute asks for
    the chair, who is not there; a chair who is recused in one dossier is still there.
    """
    needed = max(1, ceil(base * percent / 100))
    reason = ""
    if counted < needed:
        reason = _("The quorum is not met: %(counted)s of at least %(needed)s members.") % {
            "counted": counted,
            "needed": needed,
        }
    elif chair_missing:
        reason = _("The statute asks for the chair, who is not present.")
    return Quorum(needed, counted, reason)


def seats_of(user: User, on: date | None = None) -> QuerySet[CouncilMember]:
    """The seats that the person holds on the day, in councils of units over which he still has a post."""
    day = on or clock.today()
    posts = Post.objects.of(user, on).working(on).filter(role__in=SEATED)
    areas = Coverage.objects.filter(unit__in=posts.values("area")).values("covered")
    return _standing(CouncilMember.objects.filter(user=user, council__area__in=areas), day)


def items_in_sight(user: User) -> QuerySet[AgendaItem]:
    """Items before councils in which the person sits, and before those of the units that he reads."""
    return AgendaItem.objects.filter(_councils_of(user, "session__council"))


def sessions_in_sight(user: User) -> QuerySet[Session]:
    """Sessions of councils in which the person sits, and of those of the units that he reads."""
    return Session.objects.filter(_councils_of(user, "council"))


def may_run(council: Council, user: User) -> Verdict:
    """Whether the person runs the council's sessions: its secretary, or an officer of its unit."""
    if seats_of(user).filter(council=council, seat=CouncilMember.Seat.SECRETARY).exists():
        return rules.ALLOWED
    if rules.holds(user, [Role.OFFICER], council.area):
        return rules.ALLOWED
    return Verdict(False, _("Only the council's secretary or an officer of its unit may do this."))


def scoring_seats(council: Council, on: date) -> list[CouncilMember]:
    """The seats with a vote on the day (chair, secretary, members), in the order of the list."""
    rows = CouncilMember.objects.filter(council=council, seat__in=CouncilMember.SCORING)
    return list(_standing(rows, on).select_related("user").order_by("place", "pk"))


def recusals(items: Collection[AgendaItem]) -> dict[int, dict[int, str]]:
    """For each item the members who don't score it, each with the interest: declared, or known of a maker.

    Three statements, however many the items.
    """
    found: dict[int, dict[int, str]] = {item.pk: {} for item in items}
    declared = Declaration.objects.filter(item__in=found, has_interest=True)
    for item_pk, member, reason in declared.values_list("item", "member", "reason"):
        found[item_pk][member] = reason
    makers: dict[int, set[int]] = {item.dossier.product_id: set() for item in items}
    for product, maker in Making.objects.filter(product__in=makers).values_list("product", "enterprise"):
        makers[product].add(maker)
    councils = {item.session.council_id for item in items}
    linked = Interest.objects.filter(user__seats__council__in=councils)
    for maker, member, reason in linked.values_list("enterprise", "user__seats", "reason"):
        for item in items:
            if maker == item.dossier.enterprise_id or maker in makers[item.dossier.product_id]:
                found[item.pk].setdefault(member, reason)
    return found


def recused(item: AgendaItem) -> dict[int, str]:
    """As :func:`recusals`, for one item."""
    return recusals([item])[item.pk]


def entitled(item: AgendaItem, on: date | None = None) -> list[CouncilMember]:
    """The members who score the dossier: seats with a vote on the day of the session, but the recused."""
    masked = recused(item)
    seats = scoring_seats(item.session.council, on or item.session.on)
    return [seat for seat in seats if seat.pk not in masked]


def undeclared(item: AgendaItem, members: Iterable[CouncilMember]) -> list[CouncilMember]:
    """Those of the members who have not yet declared whether they have an interest in the dossier."""
    said = set(Declaration.objects.filter(item=item).values_list("member", flat=True))
    return [member for member in members if member.pk not in said]


def present(session: Session) -> set[int]:
    """The members who came to the session."""
    return set(Attendance.objects.filter(session=session, present=True).values_list("member", flat=True))


def quorum_of(
    session: Session, seats: Collection[CouncilMember], masked: Collection[int], here: Collection[int]
) -> Quorum:
    """The quorum for one dossier: ``seats`` with a vote, ``masked`` those recused, ``here`` who take part."""
    council = session.council
    base = [seat.pk for seat in seats if seat.pk not in masked]
    chairs = {seat.pk for seat in seats if seat.seat == CouncilMember.Seat.CHAIR}
    masked_chair = session.kind == Session.Kind.WRITTEN and bool(chairs & set(masked))
    missing = council.chair_required and not masked_chair and not chairs & set(here)
    counted = len(set(base) & set(here))
    return quorum(len(base), counted, percent=council.quorum_percent, chair_missing=missing)


def _councils_of(user: User, path: str) -> Q:
    by_area = Q(**{f"{path}__in": Council.objects.visible_to(user)})
    return by_area | Q(**{f"{path}__in": seats_of(user).values("council")})


def _standing(rows: QuerySet[CouncilMember], on: date) -> QuerySet[CouncilMember]:
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)
