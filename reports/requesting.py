"""Asking for a report: equal requests share one run, and nobody may queue more than a few."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from accounts.rules import needs
from accounts.scoping import READING_ROLES
from areas.maps import MapOf
from areas.models import Area
from ocop_portal.lib import clock
from ocop_portal.lib.periods import Period

from . import rules
from .catalogue import KINDS
from .models import Run, RunRequest
from .sending import send

# What makes two requests equal.
SAME = ("report", "area", "period", "on_map", "business_day")


@transaction.atomic
def request(report_code: str, area: Area, period: Period, on_map: str = MapOf.THEN, *, by: User) -> Run:
    """Ask for the report and return its run; an equal one that waits or runs is joined.

    The worker is woken once the transaction is committed; a broker that is down delays the run, no more.
    Raises ``PermissionDenied`` with the reason outside the person's areas or over the limit, KeyError for a
    code that names no report.
    """
    KINDS[report_code]
    if not rules.readable_areas(by).filter(pk=area.pk).exists():
        raise PermissionDenied(_("Your posts do not cover this unit."))
    needs(by, READING_ROLES, area).require()  # a post in an ended unit reads, and sets nothing going
    # A hundred clicks of one person queue up here, so that the limit holds.
    User.objects.select_for_update().get(pk=by.pk)
    run, is_new = _join_or_open(report_code, area, period, on_map, by)
    __, joins = RunRequest.objects.get_or_create(run=run, user=by)
    if joins:
        auditing.record(
            "report.requested",
            run,
            by=by,
            area=area,
            report=report_code,
            period=period.code,
            on_map=on_map,
            joined=not is_new,
        )
    if is_new:
        transaction.on_commit(partial(send, run.pk), robust=True)
    return run


def _join_or_open(code: str, area: Area, period: Period, on_map: str, by: User) -> tuple[Run, bool]:
    wanted = {"report": code, "area": area, "period": period.code, "on_map": on_map}
    same = {**wanted, "business_day": clock.today()}
    for _attempt in range(5):
        found = Run.objects.active().filter(**same).first()
        if found:
            return found, False
        _refuse_over_limit(by)
        try:
            with transaction.atomic():
                return Run.objects.create(requested_by=by, lease_until=timezone.now(), **same), True
        except IntegrityError:
            continue  # another person's equal request was first: join it
    raise PermissionDenied(_("This report is being compiled over and over; try again in a moment."))


def _refuse_over_limit(by: User) -> None:
    limit = settings.REPORT_RUNS_PER_USER
    if Run.objects.active().filter(requests__user=by).count() >= limit:
        raise PermissionDenied(
            _("%(limit)d of your reports are waiting already; ask for more when one is done.")
            % {"limit": limit}
        )


@transaction.atomic
def retry(run: Run, *, by: User) -> Run:
    """Let a failed or cancelled run be compiled anew; where an equal one is active, that one is returned.

    Raises ``PermissionDenied`` when the run is none of these.
    """
    locked = Run.objects.select_for_update().select_related("area").get(pk=run.pk)
    if locked.state not in (Run.State.FAILED, Run.State.CANCELLED):
        raise PermissionDenied(_("Only a report that failed or was cancelled can be compiled again."))
    same = {name: getattr(locked, name) for name in SAME}
    active = Run.objects.active().filter(**same).first()
    if active:
        RunRequest.objects.get_or_create(run=active, user=by)
        return active
    _refuse_over_limit(by)
    locked.state, locked.attempt, locked.percent, locked.step = Run.State.QUEUED, 0, 0, 0
    locked.error = locked.error_code = locked.step_name = ""
    locked.cancelled_by = locked.finished_at = None
    locked.lease_until = timezone.now()
    locked.save()
    RunRequest.objects.get_or_create(run=locked, user=by)
    auditing.record("report.retried", locked, by=by, area=locked.area)
    transaction.on_commit(partial(send, locked.pk), robust=True)
    return locked


@transaction.atomic
def cancel(run: Run, *, by: User) -> Run:
    """Take back the person's request; a run that nobody else asked for ends, whatever a worker is doing.

    The worker notices at its next step and leaves nothing behind. Raises ``PermissionDenied`` for a run that
    is over and for somebody who did not ask for it.
    """
    locked = Run.objects.select_for_update().select_related("area").get(pk=run.pk)
    if locked.state not in Run.ACTIVE:
        raise PermissionDenied(_("This report is no longer being compiled."))
    if not RunRequest.objects.filter(run=locked, user=by).delete()[0]:
        raise PermissionDenied(_("Only those who asked for the report can cancel it."))
    auditing.record("report.cancelled", locked, by=by, area=locked.area)
    if not locked.requests.exists():
        locked.state, locked.token, locked.cancelled_by = Run.State.CANCELLED, None, by
        locked.step_name, locked.finished_at = "", timezone.now()
        locked.save()
        RunRequest.objects.create(run=locked, user=by)  # it stays in the person's history
    return locked
