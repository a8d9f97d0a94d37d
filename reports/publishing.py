"""Sending a compiled report out: under its covering letter it is locked, until a later one takes its place.

The figures are the snapshot's and stay; the Excel file is printed once more, with the letter's number and
day in its place.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import Role, User
from accounts.rules import Verdict, needs
from ocop_portal.lib import clock

from . import keeping
from .models import Publication, Run, Snapshot

SENDERS = (Role.OFFICER, Role.LEADER)


def may_publish(user: User, run: Run) -> Verdict:
    """Whether the person may send this run out: officers and leaders over the unit, once it is compiled."""
    if run.state != Run.State.DONE:
        return Verdict(False, _("Only a report that is compiled can be published."))
    if Publication.objects.filter(run=run).exists():
        return Verdict(False, _("This report is published already."))
    return needs(user, SENDERS, run.area)


def of(run: Run) -> Publication | None:
    """How the run went out, with the one whose place it took and the one that took its own."""
    rows = Publication.objects.select_related("supersedes", "superseded_by", "published_by")
    return rows.filter(run=run).first()


def takes_place_of(run: Run) -> Publication | None:
    """The current publication whose place this run would take."""
    same = {name: getattr(run, name) for name in ("report", "area", "period", "on_map")}
    return Publication.objects.current().filter(**same).first()


def publish(run: Run, *, number: str, on: date, by: User, reason: str = "") -> Publication:
    """Send the run out under the covering letter ``number`` of the day ``on``.

    Raises ``PermissionDenied`` where the run or the person may not, ``ValidationError`` by field for a day
    to come or before the figures, and where a current one is superseded without a reason. ``OSError`` leaves
    everything as it was.
    """
    with transaction.atomic():
        locked = Run.objects.select_for_update(of=["self"]).select_related("area", "snapshot").get(pk=run.pk)
        may_publish(by, locked).require()
        _check(locked, on)
        earlier = takes_place_of(locked)
        if earlier and not reason:
            raise ValidationError({"reason": _("Say why this report takes the place of the earlier one.")})
        if earlier:
            earlier.superseded_at = timezone.now()
            earlier.save(update_fields=["superseded_at"])
        made = Publication.objects.create(
            run=locked,
            letter_number=number,
            letter_on=on,
            supersedes=earlier,
            reason=reason if earlier else "",
            published_by=by,
        )
        auditing.record(
            "report.published",
            locked,
            by=by,
            area=locked.area,
            number=number,
            on=on.isoformat(),
            reason=reason,
        )
        keeping.print_anew(locked)
    return made


def _check(run: Run, on: date) -> None:
    if on > clock.today():
        raise ValidationError({"on": _("The covering letter can't be of a day to come.")})
    if on < run.business_day:
        words = _("The figures are of %(day)s: the covering letter can't be older.")
        raise ValidationError({"on": words % {"day": f"{run.business_day:%d/%m/%Y}"}})


class Standing(NamedTuple):
    """What the public check says of a code and a digest; ``publication`` where it is one of ours."""

    state: str
    publication: Publication | None = None
    later: Publication | None = None


UNKNOWN, CHANGED, UNCHANGED, SUPERSEDED = "unknown", "changed", "unchanged", "superseded"


def check(code: str, digest: str = "") -> Standing:
    """How a report stands that somebody holds in hand: by its code and, where given, its digest.

    Only what was published is known here; a draft is unknown like anything else. Nothing of the content is
    told. A digest that isn't the code's says that the figures are not those that were published.
    """
    snapshot = Snapshot.objects.filter(code=code).first()
    found = Publication.objects.filter(run__snapshot=snapshot).select_related("area").order_by("-pk").first()
    if snapshot is None or found is None:
        return Standing(UNKNOWN)
    if digest and digest != snapshot.digest:
        return Standing(CHANGED)
    later = Publication.objects.filter(supersedes=found).first()
    return Standing(SUPERSEDED, found, later) if found.superseded_at else Standing(UNCHANGED, found)
