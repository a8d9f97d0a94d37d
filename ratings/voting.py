"""Knock-outs put to the vote: a member moves that one applies, the members present vote, the chair counts."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from ocop_portal.lib import text

from . import sitting
from .criteria import outline as outlines
from .models import AgendaItem, CouncilMember, KnockoutMotion, KnockoutVote, Session
from .workflow import Refused

WHOLE = ""


def knockouts_of(item: AgendaItem) -> dict[str, str]:
    """The knock-outs that may be moved: words by the criterion's or group's number (``""``: of the set)."""
    criteria_set = item.dossier.criteria_set
    if criteria_set is None:
        return {}
    outline = outlines.outline_of(criteria_set)
    found = {WHOLE: outline.knockout} if outline.knockout else {}
    for group in outline.groups:
        if group.knockout:
            found[group.code] = group.knockout
        found |= {each.code: each.knockout for each in group.items if each.knockout}
    return found


@transaction.atomic
def move_knockout(item: AgendaItem, code: str, finding: str, *, by: User) -> KnockoutMotion:
    """Move that the knock-out of that number applies; ``finding`` says what was found.

    Moving the same again while it is open gives the motion that there is. Raises ``Refused`` for an unknown
    one, without a finding, outside the scoring; ``PermissionDenied`` for who doesn't score the dossier.
    """
    fresh = _before_the_council(item)
    member = _voter(fresh, by)
    words, found = knockouts_of(fresh).get(code), text.nfc_lines(finding)
    if words is None:
        raise Refused(_("The criteria set has no such knock-out."))
    if not found:
        raise Refused(_("Say what was found."))
    open_one = fresh.motions.filter(words=words, closed_at__isnull=True).first()
    if open_one:
        return open_one
    criteria = fresh.dossier.criteria_set.criteria if fresh.dossier.criteria_set else None
    motion = KnockoutMotion.objects.create(
        item=fresh,
        criterion=criteria.filter(code=code).first() if criteria and code else None,
        words=words,
        raised_by=member,
        finding=found,
    )
    auditing.record("knockout.moved", motion, by=by, area=fresh.session.council.area, criterion=code)
    return motion


@transaction.atomic
def vote(motion: KnockoutMotion, in_favour: bool, *, by: User) -> KnockoutVote:
    """Vote on an open motion; voting again before the count replaces one's own vote.

    Raises ``Refused`` once it is counted, ``PermissionDenied`` for who doesn't score the dossier.
    """
    # The item before the motion, as the count does: two who wait for each other would wait forever.
    member = _voter(_before_the_council(motion.item), by)
    fresh = _open_motion(motion)
    made, _new = KnockoutVote.objects.update_or_create(
        motion=fresh, member=member, defaults={"in_favour": in_favour}
    )
    return made


@transaction.atomic
def count_votes(motion: KnockoutMotion, *, by: User) -> KnockoutMotion:
    """Count the votes: carried by more than half of the entitled members present, whoever abstains.

    A carried knock-out ends the assessment: the open pass is finished as it is.
    """
    item = sitting.running(motion.item, by=by)
    fresh = _open_motion(motion)
    voters = {member.pk for member in voters_of(item)}
    votes = [each.in_favour for each in fresh.votes.all() if each.member_id in voters]
    if len(votes) < len(voters) and not _decided(votes, len(voters)):
        raise Refused(_("%(done)s of %(of)s members have voted.") % {"done": len(votes), "of": len(voters)})
    fresh.carried = votes.count(True) * 2 > len(voters)
    fresh.closed_at = timezone.now()
    fresh.save()
    if fresh.carried:
        item.passes.filter(closed_at__isnull=True).update(closed_at=fresh.closed_at)
    auditing.record(
        "knockout.counted",
        fresh,
        by=by,
        area=item.session.council.area,
        carried=fresh.carried,
        in_favour=votes.count(True),
        against=votes.count(False),
        of=len(voters),
    )
    return fresh


def voters_of(item: AgendaItem) -> list[CouncilMember]:
    """The members who vote: those entitled to score who are present; for written opinions all of them."""
    return sitting.scorers(item)


def _decided(votes: list[bool], voters: int) -> bool:
    """Whether the votes that are missing can't change the outcome."""
    return votes.count(True) * 2 > voters or votes.count(False) * 2 >= voters


def _before_the_council(item: AgendaItem) -> AgendaItem:
    fresh = sitting.locked(item)
    if fresh.session.state != Session.State.OPEN:
        raise Refused(_("The session is not open."))
    if fresh.state not in (AgendaItem.State.SCORING, AgendaItem.State.DISCUSSION):
        raise Refused(_("Knock-outs are put to the vote while the dossier is being scored."))
    return fresh


def _voter(item: AgendaItem, by: User) -> CouncilMember:
    mine = set(CouncilMember.objects.held_by(by).values_list("pk", flat=True))
    member = next((member for member in voters_of(item) if member.pk in mine), None)
    if member is None:
        raise PermissionDenied(_("Only members who score this dossier and are present may do this."))
    return member


def _open_motion(motion: KnockoutMotion) -> KnockoutMotion:
    fresh = KnockoutMotion.objects.select_for_update(of=("self",)).select_related("item").get(pk=motion.pk)
    if fresh.closed_at is not None:
        raise Refused(_("The votes on this motion are counted already."))
    return fresh
