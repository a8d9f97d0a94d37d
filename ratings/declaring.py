"""Interests: who declares which, who therefore takes no part in scoring a dossier, and what is left.

A member with an interest stays in every list, shown as not taking part; the base of the quorum falls by him
and the minutes name him. He may not read the dossier either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Post, Role, User
from areas.models import Coverage
from enterprises.models import Enterprise
from ocop_portal.lib import text
from products.models import Making

from . import seating, statute
from .models import AgendaItem, Attendance, Council, CouncilMember, Declaration, Interest, Session
from .statute import Quorum
from .workflow import Refused

ENTERERS = (Role.OFFICER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Recusal:
    """A member who takes no part in scoring a dossier, and the interest that is why."""

    member: CouncilMember
    reason: str


@dataclass(frozen=True)
class Standing:
    """Who may score one dossier: the members seated on the day, the recused, what is not declared yet."""

    item: AgendaItem
    members: list[CouncilMember]
    recusals: list[Recusal]
    declared: dict[int, Declaration]
    present: frozenset[int] = field(default_factory=frozenset)

    @property
    def entitled(self) -> list[CouncilMember]:
        """The scoring seats without an interest in the dossier."""
        out = {recusal.member.pk for recusal in self.recusals}
        return [member for member in self.members if member.scores and member.pk not in out]

    @property
    def missing(self) -> list[CouncilMember]:
        """Those who still must declare before a sheet opens: at a meeting, of those who came."""
        written = self.item.session.kind == Session.Kind.WRITTEN
        there = [member for member in self.entitled if written or member.pk in self.present]
        return [member for member in there if member.pk not in self.declared]

    @property
    def quorum(self) -> Quorum:
        """The quorum for this dossier: the base is the scoring seats of the day less the recused.

        The chair must be at the session; one recused from this dossier satisfies the statute by being there.
        Asked in writing, everybody entitled counts as there.
        """
        council = self.item.session.council
        seats = [member for member in self.members if member.scores]
        written = self.item.session.kind == Session.Kind.WRITTEN
        there = [member for member in self.entitled if written or member.pk in self.present]
        return statute.quorum(
            len(seats),
            len(there),
            recused=len(seats) - len(self.entitled),
            percent=council.quorum_percent,
            chair_required=council.chair_required,
            chair_present=written or _chaired(self.members, self.present),
        )


def _chaired(members: Iterable[CouncilMember], present: frozenset[int]) -> bool:
    return any(member.seat == CouncilMember.Seat.CHAIR and member.pk in present for member in members)


def standings(session: Session, items: Iterable[AgendaItem], on: date | None = None) -> list[Standing]:
    """Who may score each of the items on the day (the session's); five statements, however many they are."""
    rows = list(items)
    seated = session.council.members.seated(on or session.on).select_related("user")
    members = list(seated.order_by("place", "pk"))
    known = {member.pk for member in members}
    declared: dict[int, dict[int, Declaration]] = {}
    for declaration in Declaration.objects.filter(item__in=rows):
        if declaration.member_id in known:
            declared.setdefault(declaration.item_id, {})[declaration.member_id] = declaration
    links = _links(rows, members)
    came = Attendance.objects.filter(session=session, present=True).values_list("member_id", flat=True)
    present = frozenset(came)
    made = []
    for row in rows:
        row.session = session
        own = declared.get(row.pk, {})
        made.append(Standing(row, members, _recusals(row, members, own, links), own, present))
    return made


def _recusals(
    item: AgendaItem,
    members: list[CouncilMember],
    declared: dict[int, Declaration],
    links: dict[tuple[int, int], str],
) -> list[Recusal]:
    found = []
    for member in members:
        said = declared.get(member.pk)
        reason = links.get((item.pk, member.user_id)) or (said.reason if said and said.has_interest else "")
        if reason:
            found.append(Recusal(member, reason))
    return found


def _links(items: list[AgendaItem], members: list[CouncilMember]) -> dict[tuple[int, int], str]:
    """Item and account → the lasting interest in one of the organisations that make the product."""
    people = {member.user_id for member in members}
    products = {item.dossier.product_id: item for item in items}
    makers: dict[int, set[int]] = {item.pk: {item.dossier.enterprise_id} for item in items}
    rows = Making.objects.filter(product__in=products).values_list("product_id", "enterprise_id")
    for product, enterprise in rows:
        makers[products[product].pk].add(enterprise)
    interests = Interest.objects.filter(user__in=people).values_list("user_id", "enterprise_id", "reason")
    found = {}
    for user, enterprise, reason in interests:
        for item, organisations in makers.items():
            if enterprise in organisations:
                found[(item, user)] = reason
    return found


def standing(item: AgendaItem, on: date | None = None) -> Standing:
    """Who may score the dossier on the day (the session's)."""
    return standings(item.session, [item], on)[0]


def entitled(item: AgendaItem, on: date | None = None) -> list[CouncilMember]:
    """The members who may score the dossier on the day: scoring seats, none with an interest in it."""
    return standing(item, on).entitled


def recused(item: AgendaItem, on: date | None = None) -> list[Recusal]:
    """The members who take no part in scoring the dossier, each with his interest."""
    return standing(item, on).recusals


def same_name(item: AgendaItem, member: CouncilMember) -> bool:
    """Whether the organisation's representative is called as the member: a question to him, no verdict."""
    key = text.search_key(item.dossier.enterprise.representative)
    return bool(key) and key == text.search_key(member.user.full_name)


def may_declare(item: AgendaItem, member: CouncilMember, by: User) -> rules.Verdict:
    """Whether ``by`` may enter the member's declaration: himself, or from paper who runs the session."""
    if by.pk == member.user_id and seating.seats_of(by, item.session.council).filter(pk=member.pk).exists():
        return rules.ALLOWED
    return seating.may_run(by, item.session.council)


@transaction.atomic
def declare(
    item: AgendaItem, member: CouncilMember, *, has_interest: bool, by: User, reason: str = ""
) -> Declaration:
    """Keep what the member declares of his interest in the dossier, until its first sheet opens.

    Declaring again replaces what was declared. Raises ``Refused`` once sheets are open, after the session,
    for somebody without a seat on its day, and for an interest that isn't named.
    """
    may_declare(item, member, by).require()
    kept = (
        AgendaItem.objects.select_for_update(of=("self",))
        .select_related("session__council__area")
        .get(pk=item.pk)
    )
    if member.council_id != kept.session.council_id or not member.held_on(kept.session.on):
        raise Refused(
            _("%(name)s has no seat in the council on the day of the session.") % {"name": member.user}
        )
    if kept.session.state == Session.State.CLOSED:
        raise Refused(_("The session is closed."))
    if kept.state != AgendaItem.State.WAITING:
        raise Refused(_("Sheets of this dossier are open already; what was declared stands."))
    words = text.nfc(reason) if has_interest else ""
    if has_interest and not words:
        raise Refused(_("Say which interest it is."))
    facts = {
        "has_interest": has_interest,
        "reason": words,
        "entered_by": None if by.pk == member.user_id else by,
    }
    before = Declaration.objects.filter(item=kept, member=member).first()
    made, _new = Declaration.objects.update_or_create(item=kept, member=member, defaults=facts)
    if before is None or (before.has_interest, before.reason) != (has_interest, words):
        area = kept.session.council.area
        said = {"member": str(member.user), "has_interest": has_interest, "reason": words}
        auditing.record("interest.declared", kept, by=by, area=area, **said)
    return made


def own_seat(item_or_session: AgendaItem | Session, user: User) -> CouncilMember | None:
    """The seat by which the person takes part in the session, by his posts of today."""
    session = item_or_session.session if isinstance(item_or_session, AgendaItem) else item_or_session
    seat = seating.seats_of(user, session.council).select_related("user").first()
    return seat if seat and seat.held_on(session.on) else None


def may_read(item: AgendaItem, user: User) -> rules.Verdict:
    """Whether the person reads the dossier by way of the council: its members, none with an interest.

    Who reads the council by his post reads it too, unless he sits in it and is recused.
    """
    seat = own_seat(item, user)
    if seat is None:
        if Council.objects.visible_to(user).filter(pk=item.session.council_id).exists():
            return rules.ALLOWED
        return rules.Verdict(False, _("Only members of the council read its dossiers."))
    for recusal in recused(item):
        if recusal.member.pk == seat.pk:
            return rules.Verdict(
                False,
                _("You take no part in assessing this dossier because of an interest: %(reason)s.")
                % {"reason": recusal.reason},
            )
    return rules.ALLOWED


def people_of(by: User) -> QuerySet[User]:
    """The accounts with a council post in the areas for which the person enters interests."""
    posts = Post.objects.of(by).working().filter(role__in=ENTERERS)
    over = Coverage.objects.filter(unit__in=posts.values("area")).values("covered")
    sitting = Post.objects.current().filter(role=Role.COUNCIL, area__in=over)
    return User.objects.filter(pk__in=sitting.values("user")).order_by("full_name", "pk")


def interests_of(by: User) -> QuerySet[Interest]:
    """The lasting interests of these people."""
    rows = Interest.objects.filter(user__in=people_of(by))
    return rows.select_related("user", "enterprise", "entered_by").order_by("user__full_name", "pk")


def may_enter(user: User) -> rules.Verdict:
    """Whether the person keeps the list of interests: officers and administrators."""
    return rules.needs(user, list(ENTERERS))


@transaction.atomic
def link(user: User, enterprise: Enterprise, *, reason: str, by: User) -> Interest:
    """Keep that the person has a lasting interest in the organisation: he never scores a dossier of it.

    Doing it twice keeps one. Raises ``Refused`` for a person or an organisation outside one's area and
    without the interest's name.
    """
    may_enter(by).require()
    if not people_of(by).filter(pk=user.pk).exists():
        raise Refused(_("This person holds no council post in your area."))
    if not Enterprise.objects.visible_to(by).filter(pk=enterprise.pk).exists():
        raise Refused(_("This organisation is outside your area."))
    words = text.nfc(reason)
    if not words:
        raise Refused(_("Say which interest it is."))
    made, new = Interest.objects.get_or_create(
        user=user, enterprise=enterprise, defaults={"reason": words, "entered_by": by}
    )
    if new:
        auditing.record("interest.linked", enterprise, by=by, person=str(user), reason=words)
    return made


@transaction.atomic
def unlink(interest: Interest, *, by: User) -> None:
    """Take the interest off the list: the person declares for each dossier again. Twice does it once."""
    may_enter(by).require()
    found = interests_of(by).filter(pk=interest.pk).first()
    if found is None:
        return
    auditing.record("interest.unlinked", found.enterprise, by=by, person=str(found.user), reason=found.reason)
    Interest.objects.filter(pk=found.pk).delete()
