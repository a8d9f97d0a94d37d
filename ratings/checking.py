"""What whoever checks a dossier keeps beside it: a longer term and why, the samples that came in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Post, Role, User
from ocop_portal.lib import clock, text

from . import levels, telling, workflow
from .models import DeadlineExtension, Dossier, SampleReceipt
from .workflow import Refused

State = Dossier.State
MOST_SAMPLES = 999
Posts = Sequence[Post]


def checkers(dossier: Dossier) -> tuple[Role, ...]:
    """The role that checks the dossier at the level that deals with it: the commune's staff, or officers."""
    return (Role.COMMUNE,) if dossier.level == levels.COMMUNE else (Role.OFFICER,)


def may_check(
    dossier: Dossier, user: User, on: date | None = None, posts: Posts | None = None
) -> rules.Verdict:
    """Whether the person looks after the dossier for the unit that deals with it now.

    ``posts`` are those of ``workflow.posts_at_level``, for who asks several questions at once.
    """
    return _verdict(dossier, user, checkers(dossier), on, posts)


def may_extend(
    dossier: Dossier, user: User, on: date | None = None, posts: Posts | None = None
) -> rules.Verdict:
    """Whether the person may lengthen the term that runs: the unit that set it, by officer or leader.

    While the commune answers a return the term is still the checking unit's, which waits for the answer.
    The commune's own term is the regulation's (Decision 26/2026/QĐ-TTg), so no unit lengthens it.
    """
    if dossier.state == State.AT_COMMUNE:
        return rules.Verdict(False, _("The regulation sets the commune's term; no unit can extend it."))
    if dossier.due_on is None and dossier.state not in Dossier.CLOSED:
        return rules.Verdict(False, _("No term runs for this dossier."))
    return _verdict(dossier, user, (*checkers(dossier), Role.LEADER), on, posts)


def _verdict(
    dossier: Dossier, user: User, roles: Collection[Role], on: date | None, posts: Posts | None
) -> rules.Verdict:
    if dossier.state == State.DRAFT or dossier.state in Dossier.CLOSED:
        return rules.Verdict(False, _("The dossier is not under way."))
    held = workflow.posts_at_level(dossier, user, on or clock.today()) if posts is None else posts
    if any(post.role in roles for post in held):
        return rules.ALLOWED
    names = ", ".join(str(role.label) for role in roles)
    return rules.Verdict(
        False,
        _("Only these posts, at the level that deals with the dossier, may do this: %(roles)s.")
        % {"roles": names},
    )


@transaction.atomic
def extend(
    dossier: Dossier,
    new_due_on: date,
    *,
    reason: str,
    by: User,
    on: date | None = None,
    version: int | None = None,
) -> DeadlineExtension:
    """Lengthen the term that runs, up to and with ``new_due_on``, and keep why.

    Only forward, and to no day that is over. Raises ``Stale`` for an older ``version``, ``Refused`` without
    a reason, without a term, or where ``may_extend`` refuses.
    """
    day = on or clock.today()
    fresh = workflow.locked(dossier, version)
    _require(may_extend(fresh, by, day))
    why, old = text.nfc_lines(reason), fresh.due_on
    if not why:
        raise Refused(_("Say why."))
    if old is None or new_due_on <= old or new_due_on < day:
        raise Refused(_("The new day lies after the present one, and not before today."))
    made = DeadlineExtension.objects.create(
        dossier=fresh, old_due_on=old, new_due_on=new_due_on, reason=why, on=day, by=by
    )
    fresh.due_on = new_due_on
    fresh.version += 1
    fresh.save(update_fields=["due_on", "version", "updated_at"])
    telling.extended(made)
    auditing.record("dossier.term_extended", fresh, by=by, reason=why, old=f"{old}", new=f"{new_due_on}")
    dossier.refresh_from_db()
    return made


def samples_asked(dossier: Dossier) -> int | None:
    """How many samples go along with the dossier by its regulation; None where none are asked for.

    Five under Decision 26/2026/QĐ-TTg, none for tourism.
    """
    return _samples(dossier).get("count") if takes_samples(dossier) else None


def takes_samples(dossier: Dossier) -> bool:
    """Whether samples can come with the dossier: its criteria set says so, without one the regulation."""
    if dossier.criteria_set is not None:
        return dossier.criteria_set.requires_sample
    return dossier.group.code not in _samples(dossier).get("except_sets", [])


def _samples(dossier: Dossier) -> dict[str, Any]:
    found: dict[str, Any] = dossier.regulation.settings.get("samples", {}) if dossier.regulation else {}
    return found


@transaction.atomic
def receive_samples(
    dossier: Dossier,
    *,
    count: int,
    received_on: date,
    condition: str = "",
    by: User,
    on: date | None = None,
) -> SampleReceipt:
    """Write down that samples of the product came in. ``Refused`` for a day to come, for no samples, for a
    set that asks for none, and where ``may_check`` refuses.
    """
    day = on or clock.today()
    fresh = workflow.locked(dossier, None)
    _require(may_check(fresh, by, day))
    if not takes_samples(fresh):
        raise Refused(_("No samples go along with a dossier of this set."))
    if received_on > day:
        raise Refused(_("%(day)s is still to come.") % {"day": f"{received_on:%d/%m/%Y}"})
    if not 0 < count <= MOST_SAMPLES:
        raise Refused(_("The number of samples lies between 1 and %(most)s.") % {"most": MOST_SAMPLES})
    made = SampleReceipt.objects.create(
        dossier=fresh, count=count, received_on=received_on, condition=text.nfc(condition), by=by
    )
    auditing.record("dossier.samples_received", fresh, by=by, count=count, on=received_on.isoformat())
    return made


def _require(verdict: rules.Verdict) -> None:
    if not verdict:
        raise Refused(str(verdict.reason))
