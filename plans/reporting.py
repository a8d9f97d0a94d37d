"""The communes' monthly reports: written, sent, returned; their figures accepted or refused one by one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import noticing
from accounts.auditing import record
from accounts.models import Role, User
from accounts.rules import Verdict, needs
from areas import finding
from areas.models import Area
from ocop_portal.lib import clock, files
from ocop_portal.lib.files import Upload

from . import months, planning
from .documents import keeping
from .models import Activity, ActivityUpdate, MonthlyReport, Plan, ReportedFigure, Target
from .planning import Refused, Stale

State = MonthlyReport.State


@dataclass(frozen=True)
class Told:
    """A figure as the commune tells it; ``upload`` replaces the file that shows it."""

    value: Decimal
    note: str
    upload: Upload | None = None


@dataclass(frozen=True)
class Content:
    """What a report says: by activity what was done, by target the figure, a note, or nothing at all."""

    nothing: bool
    note: str
    results: Mapping[Activity, str]
    figures: Mapping[Target, Told]


def may_report(user: User, plan: Plan, area: Area, month: date) -> Verdict:
    """Whether the person may write the commune's report on the month."""
    if plan.published_at is None or not plan.asks_reports:
        return Verdict(False, _("This plan asks the communes for no monthly report."))
    if month not in months.months_of(plan, month.year, clock.today()):
        return Verdict(False, _("This month is not reported on."))
    if not months.communes(plan, month).filter(pk=area.pk).exists():
        return Verdict(False, _("This unit does not report on the plan."))
    return needs(user, [Role.COMMUNE], area)


def find(plan: Plan, area: Area, month: date) -> MonthlyReport | None:
    """The commune's report on the month, or None where it is missing."""
    return MonthlyReport.objects.filter(plan=plan, area=area, month=month).first()


def save(
    plan: Plan, area: Area, month: date, content: Content, *, by: User, version: int, send: bool = False
) -> MonthlyReport:
    """Keep what was written; with ``send`` the report goes to the officer and is closed.

    ``version`` is that of the report the person saw, 0 for none. Raises ``ValidationError`` for a report
    that says both something and nothing, or is sent without either; ``Stale`` where a colleague was first;
    ``Refused`` once it is sent.
    """
    may_report(by, plan, area, month).require()
    with ExitStack() as kept, transaction.atomic():
        stored = {
            target: kept.enter_context(keeping(told.upload)) for target, told in content.figures.items()
        }
        report = _open(plan, area, month, version)
        is_new = report.pk is None
        report.nothing, report.note = content.nothing, content.note
        _check(content, send)
        if send:
            report.state, report.return_reason = State.SENT, ""
            report.sent_on, report.sent_by = clock.today(), by
        report.version += 1
        report.save()
        if not is_new:
            report.updates.all().delete()
        _write_results(report, content)
        old = {} if is_new else {figure.target_id: figure for figure in report.figures.all()}
        _write_figures(report, content, old, stored, by)
        if send:
            _settle(report)
            record("plan.month_reported", plan, by=by, commune=area.code, month=report.month_code)
    return report


def _open(plan: Plan, area: Area, month: date, version: int) -> MonthlyReport:
    """The report, locked, if it may still be written and is as the person saw it; or a new one to save."""
    Plan.objects.select_for_update().get(pk=plan.pk)  # two colleagues who begin at once make one report
    report = MonthlyReport.objects.select_for_update().filter(plan=plan, area=area, month=month).first()
    if report is None:
        return MonthlyReport(plan=plan, area=area, month=month)
    if report.state == State.SENT:
        raise Refused(_("The report is sent. Ask the programme officer to return it if it must change."))
    if report.version != version:
        raise Stale(_("A colleague changed this report in the meantime. Your text is kept: save again."))
    return report


def _check(content: Content, send: bool) -> None:
    says = bool(content.note or content.results or content.figures)
    if content.nothing and (content.results or content.figures):
        raise ValidationError(
            {"nothing": _("The report says that there is nothing to report, and reports something.")}
        )
    if send and not says and not content.nothing:
        raise ValidationError(
            {"nothing": _("Report what was done, or tick that there is nothing to report this month.")}
        )


def _write_results(report: MonthlyReport, content: Content) -> None:
    ActivityUpdate.objects.bulk_create(
        ActivityUpdate(report=report, activity=activity, result=result)
        for activity, result in content.results.items()
    )


def _write_figures(
    report: MonthlyReport,
    content: Content,
    old: dict[int, ReportedFigure],
    stored: Mapping[Target, Mapping[str, Any]],
    by: User,
) -> None:
    """Those told before, ``old``, keep their file unless a new one came; what is told no more goes with its.

    ``old`` is by target, ``stored`` the files that came now.
    """
    sent = report.state == State.SENT
    for target, told in content.figures.items():
        figure = old.pop(target.pk, None) or ReportedFigure(report=report, target=target, area=report.area)
        if stored[target] and figure.document:
            transaction.on_commit(lambda name=figure.document: files.delete(name))  # type: ignore[misc]
        for name, value in stored[target].items():
            setattr(figure, name, value)
        if (figure.value, figure.note) != (told.value, told.note) or stored[target]:
            figure.state = ReportedFigure.State.DRAFT  # what was judged is another figure now
        figure.value, figure.note, figure.as_of = told.value, told.note, months.last_day(report.month)
        figure.entered_by = by
        if figure.state != ReportedFigure.State.ACCEPTED or figure.pk is None:
            figure.state = ReportedFigure.State.PENDING if sent else ReportedFigure.State.DRAFT
            figure.refusal = ""
        figure.save()
    for figure in old.values():
        if figure.document:
            transaction.on_commit(lambda name=figure.document: files.delete(name))  # type: ignore[misc]
        figure.delete()


@transaction.atomic
def return_report(report: MonthlyReport, *, reason: str, by: User) -> MonthlyReport:
    """Give a sent report back to the commune, with the reason; figures accepted already stay accepted."""
    planning.may_write(by, report.plan.area).require()
    locked = (
        MonthlyReport.objects.select_for_update(of=["self"]).select_related("plan", "area").get(pk=report.pk)
    )
    if locked.state != State.SENT:
        raise Refused(_("Only a report that was sent can be returned."))
    locked.state, locked.return_reason = State.RETURNED, reason
    locked.version += 1
    locked.save()
    record("plan.month_returned", locked.plan, by=by, commune=locked.area.code, month=locked.month_code)
    _tell_commune(locked, "plan.month_returned", f"{_key(locked)}returned:{locked.version}", by=by)
    return locked


@transaction.atomic
def judge(figure: ReportedFigure, *, accept: bool, refusal: str = "", by: User) -> ReportedFigure:
    """Accept a commune's figure, which then counts, or refuse it with the reason; once.

    Raises ``Refused`` where a colleague has judged it meanwhile, or it was taken back.
    """
    planning.may_write(by, figure.target.plan.area).require()
    locked = (
        ReportedFigure.objects.select_for_update(of=["self"])
        .select_related("target__plan", "report__area", "report__plan", "judged_by")
        .get(pk=figure.pk)
    )
    if locked.state != ReportedFigure.State.PENDING:
        raise Refused(_judged_already(locked))
    if not accept and not refusal:
        raise ValidationError({"refusal": _("Say why the figure is refused.")})
    locked.state = ReportedFigure.State.ACCEPTED if accept else ReportedFigure.State.REFUSED
    locked.refusal, locked.judged_by, locked.judged_at = refusal, by, timezone.now()
    locked.save()
    verb = "accepted" if accept else "refused"
    record(
        f"plan.figure_{verb}", locked.target.plan, by=by, target=str(locked.target), value=str(locked.value)
    )
    if not accept and locked.report:
        _tell_commune(locked.report, "plan.figure_refused", f"{_key(locked.report)}figure:{locked.pk}", by=by)
    return locked


def _judged_already(figure: ReportedFigure) -> str:
    if figure.judged_by is None or figure.judged_at is None:
        return _("This figure does not wait to be accepted.")
    when = f"{timezone.localtime(figure.judged_at):%H:%M %d/%m/%Y}"
    words = _("%(who)s has judged this figure at %(when)s: %(state)s.")
    return words % {"who": figure.judged_by, "when": when, "state": figure.get_state_display()}


def _key(report: MonthlyReport) -> str:
    return f"plan:{report.plan_id}:{report.area_id}:{report.month_code}:"


def facts(report_of: Plan, area: Area, month: date) -> dict[str, str]:
    """What the notices about a commune's report say."""
    return {"plan": report_of.number or report_of.title, "month": f"{month:%m/%Y}", "commune": area.name}


def address(plan: Plan, area: Area, month: date) -> str:
    """The page of a commune's report on a month."""
    return reverse("plans:monthly", args=[plan.pk, f"{month:%Y-%m}", area.pk])


def _tell_commune(report: MonthlyReport, kind: str, key: str, *, by: User) -> None:
    for unit in finding.heirs(report.area, clock.today()):
        noticing.tell(
            Role.COMMUNE,
            unit,
            kind=kind,
            key=key,
            facts=facts(report.plan, report.area, report.month),
            url=address(report.plan, report.area, report.month),
            by=by,
        )


def _settle(report: MonthlyReport) -> None:
    """What reminded of the report or asked for its completion is done with."""
    noticing.settle(_key(report))
