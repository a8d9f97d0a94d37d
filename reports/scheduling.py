"""Reports by the calendar: making a schedule, taking its turns, telling the posts that asked for them.

A turn is taken once for each period, whatever the beat does; after a time of standstill the latest period
is compiled, not each one that was missed. The permission of the schedule's owner is asked at each turn, and
the posts that no longer read the unit are not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import auditing, noticing
from accounts.models import Role, User
from accounts.rules import Verdict, needs
from areas import finding
from areas.models import Area
from ocop_portal.lib import clock, periods
from ocop_portal.lib.periods import Period

from . import requesting
from .catalogue import KINDS
from .models import Run, Schedule, ScheduledRun, ScheduleRecipient

MAKERS = (Role.OFFICER, Role.LEADER)
READERS = (Role.LEADER, Role.OFFICER, Role.COMMUNE)
FAILURES = 3
_ENDINGS = {
    Schedule.Every.MONTH: lambda day: f"{day.year}-{day.month:02}",
    Schedule.Every.QUARTER: lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    Schedule.Every.YEAR: lambda day: str(day.year),
}


class Recipient(NamedTuple):
    """A role in a unit."""

    role: Role
    area: Area

    @property
    def key(self) -> str:
        """How a form's choice names it."""
        return f"{self.role}:{self.area.pk}"


def may_make(user: User, area: Area) -> Verdict:
    """Programme officers and leaders over the unit may have its reports compiled by the calendar."""
    return needs(user, MAKERS, area)


def choosable(area: Area) -> list[Recipient]:
    """The posts that may be told of a report on the unit: those of the existing units that cover it."""
    units = Area.objects.covering(area).in_force(clock.today()).order_by("-level", "sort_key", "code")
    roles = {"commune": (Role.COMMUNE, Role.LEADER)}
    return [
        Recipient(role, unit) for unit in units for role in roles.get(unit.level, (Role.LEADER, Role.OFFICER))
    ]


@transaction.atomic
def make(
    report: str,
    area: Area,
    *,
    every: str,
    days_after: int,
    recipients: Sequence[Recipient],
    by: User,
    on_map: str = "then",
) -> Schedule:
    """Have the report compiled from the next period on.

    Raises ``PermissionDenied`` outside the person's posts, ``ValidationError`` for a second equal schedule
    or a post that does not read the unit.
    """
    may_make(by, area).require()
    KINDS[report]
    allowed = {recipient.key for recipient in choosable(area)}
    if not recipients or any(recipient.key not in allowed for recipient in recipients):
        raise ValidationError({"recipients": _("Choose posts that read the reports of this unit.")})
    try:
        with transaction.atomic():
            schedule = Schedule.objects.create(
                report=report,
                area=area,
                on_map=on_map,
                every=every,
                days_after=days_after,
                starts_on=clock.today(),
                created_by=by,
            )
    except IntegrityError as error:
        raise ValidationError(
            {"every": _("You have a schedule for this report already: change or delete that one.")}
        ) from error
    ScheduleRecipient.objects.bulk_create(
        ScheduleRecipient(schedule=schedule, role=one.role, area=one.area) for one in recipients
    )
    auditing.record("schedule.made", schedule, by=by, area=area, report=report, every=every)
    return schedule


@transaction.atomic
def switch(schedule: Schedule, *, on: bool, by: User) -> Schedule:
    """Switch a schedule on (its failures forgotten) or off."""
    locked = _changeable(schedule, by)
    locked.is_active, locked.failures, locked.off_reason = on, 0, ""
    if on:
        locked.created_by, locked.starts_on = by, clock.today()
    try:
        with transaction.atomic():
            locked.save()
    except IntegrityError as error:
        words = _("You have a schedule for this report already: change or delete that one.")
        raise PermissionDenied(words) from error
    auditing.record("schedule.switched", locked, by=by, area=locked.area, on=on)
    return locked


@transaction.atomic
def delete(schedule: Schedule, *, by: User) -> None:
    """Take a schedule away; the reports it had compiled stay."""
    locked = _changeable(schedule, by)
    auditing.record("schedule.deleted", locked, by=by, area=locked.area, report=locked.report)
    locked.delete()


def _changeable(schedule: Schedule, by: User) -> Schedule:
    locked = Schedule.objects.select_for_update().get(pk=schedule.pk)
    may_make(by, locked.area).require()
    return locked


def due_period(schedule: Schedule, on: date) -> Period | None:
    """The latest whole period whose turn has come by the day; None while the first is still to come."""
    spelled = _ENDINGS[Schedule.Every(schedule.every)]
    reached = on - timedelta(days=schedule.days_after)
    period = periods.parse(spelled(reached))
    if period.end > reached:
        period = period.previous()
    return period if _turn_of(schedule, period) >= schedule.starts_on else None


class Turn(NamedTuple):
    """A period that will be compiled, and the day on which it is."""

    period: Period
    on: date


def next_turn(schedule: Schedule, on: date) -> Turn:
    """The first turn after the day, as long as the schedule stays switched on."""
    period = periods.parse(_ENDINGS[Schedule.Every(schedule.every)](on))
    while _turn_of(schedule, period.previous()) > on:
        period = period.previous()
    return Turn(period, _turn_of(schedule, period))


def _turn_of(schedule: Schedule, period: Period) -> date:
    return period.end + timedelta(days=schedule.days_after)


def take_turns(on: date) -> int:
    """Ask for every report whose turn has come; returns how many. As often as the beat likes."""
    taken = 0
    for schedule in Schedule.objects.filter(is_active=True).select_related("area", "created_by"):
        period = due_period(schedule, on)
        if period and not schedule.turns.filter(period=period.code).exists():
            taken += _take(schedule, period)
    return taken


def _take(schedule: Schedule, period: Period) -> bool:
    """One turn, at most once: the row of the period is made in the transaction that asks for the run."""
    try:
        with transaction.atomic(), translation.override("vi"):
            turn = ScheduledRun.objects.create(schedule=schedule, period=period.code)
            try:
                turn.run = _ask(schedule, period)
            except PermissionDenied as refused:
                turn.refused = str(refused)
            turn.save(update_fields=["run", "refused"])
            if turn.refused:
                _failed(schedule, turn.refused)
            return turn.run is not None
    except IntegrityError:
        return False  # another worker took this turn


def _ask(schedule: Schedule, period: Period) -> Run:
    may_make(schedule.created_by, schedule.area).require()
    with transaction.atomic():
        return requesting.request(
            schedule.report, schedule.area, period, on_map=schedule.on_map, by=schedule.created_by
        )


def tell_of_finished() -> int:
    """Tell the recipients of each turn whose run is over; returns how many turns were told of."""
    waiting = ScheduledRun.objects.filter(run__isnull=False, told_at__isnull=True)
    over = waiting.exclude(run__state__in=Run.ACTIVE).values_list("pk", flat=True)
    return sum(_tell(pk) for pk in over)


@transaction.atomic
def _tell(pk: int) -> bool:
    turn = (
        ScheduledRun.objects.select_for_update(of=["self"], skip_locked=True)
        .select_related("schedule__area", "schedule__created_by", "run")
        .filter(pk=pk, told_at__isnull=True)
        .first()
    )
    if turn is None or turn.run is None:
        return False
    if turn.run.state == Run.State.DONE:
        _ready(turn, turn.run)
        Schedule.objects.filter(pk=turn.schedule_id).update(failures=0)
    else:
        _failed(turn.schedule, turn.run.error or str(turn.run.get_state_display()))
    turn.told_at = timezone.now()
    turn.save(update_fields=["told_at"])
    return True


def _ready(turn: ScheduledRun, run: Run) -> None:
    """A notice with the link alone, to the recipients that read the unit today; whoever left is no matter."""
    schedule = turn.schedule
    allowed = {recipient.key for recipient in choosable(schedule.area)}
    with translation.override("vi"):
        facts = {
            "report": str(KINDS[run.report].name),
            "unit": schedule.area.name,
            "period": run.period_label,
        }
    for recipient in schedule.recipients.select_related("area"):
        role = Role(recipient.role)
        for unit in finding.heirs(recipient.area, clock.today()):
            if Recipient(role, unit).key in allowed:
                key = f"report:{turn.pk}:ready"
                noticing.tell(
                    role,
                    unit,
                    kind="report.ready",
                    key=key,
                    facts=facts,
                    url=reverse("reports:run", args=[run.pk]),
                )


def _failed(schedule: Schedule, reason: str) -> None:
    """Count a failure; after ``FAILURES`` in a row the schedule switches itself off and says so."""
    locked = Schedule.objects.select_for_update().select_related("area").get(pk=schedule.pk)
    locked.failures += 1
    if locked.failures >= FAILURES:
        locked.is_active, locked.off_reason = False, reason
        _tell_of_end(locked)
    locked.save()


def _tell_of_end(schedule: Schedule) -> None:
    for unit in finding.heirs(schedule.area, clock.today()):
        noticing.tell(
            Role.OFFICER,
            unit,
            kind="report.schedule_off",
            key=f"schedule:{schedule.pk}:off:{schedule.turns.count()}",
            facts={
                "report": str(KINDS[schedule.report].name),
                "unit": schedule.area.name,
                "reason": schedule.off_reason,
            },
            url=reverse("reports:schedule", args=[schedule.pk]),
        )
