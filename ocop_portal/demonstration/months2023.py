"""What two communes of Trùng Khánh reported on Plan 66 month by month, and what the officer did with it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from accounts.models import User
from ocop_portal.lib.dates import add_months
from plans import months, reporting
from plans.models import MonthlyReport, Plan, ReportedFigure
from plans.reporting import Content, Told

from .people import unit
from .year2023 import on

# Account, code of the commune, months that it let pass, months without anything to report.
CLERKS = [
    ("xa.damthuy", "01495", set(), {6}),
    ("xa.chivien", "01501", {7, 10}, {3, 4}),
]
LAST = 11
REASON = "Đề nghị nêu rõ tên tổ chức kinh tế được hỗ trợ (minh họa)."


def play() -> None:
    """March to November; the officer accepts a figure, refuses one, leaves one open, returns a report."""
    plan = Plan.objects.select_related("area").get(number="66/KH-UBND", area__code="047")
    people = {user.username: user for user in User.objects.all()}
    officer = people["huyen.trungkhanh"]
    for number in range(3, LAST + 1):
        for clerk, code, passed, quiet in CLERKS:
            if number not in passed:
                _report(plan, date(2023, number, 1), people[clerk], code, number in quiet)
    figures = {
        (figure.area.code, figure.as_of.month): figure
        for figure in ReportedFigure.objects.pending().filter(target__plan=plan).select_related("area")
    }
    with on(date(2023, 12, 8)):
        reporting.judge(figures["01495", 9], accept=True, by=officer)
        reporting.judge(figures["01501", 9], accept=False, refusal=REASON, by=officer)
        returned = MonthlyReport.objects.get(plan=plan, area__code="01501", month=date(2023, 11, 1))
        reporting.return_report(
            returned, reason="Đề nghị báo cáo kết quả tuyên truyền (minh họa).", by=officer
        )


def _report(plan: Plan, month: date, clerk: User, code: str, is_quiet: bool) -> None:
    sent_on = add_months(month, 1) + timedelta(days=2)
    activities, support = list(plan.activities.all()), plan.targets.get(label="4")
    place = month.month % len(activities)
    with on(sent_on):
        content = Content(
            nothing=is_quiet,
            note="",
            results={} if is_quiet else {activities[place]: "Đã triển khai tại các xóm (minh họa)."},
            figures={support: Told(Decimal(1), "Danh sách của xã (minh họa)")}
            if month.month in {9, LAST} and not is_quiet
            else {},
        )
        area = unit(code, months.last_day(month))
        reporting.save(plan, area, month, content, by=clerk, version=0, send=True)
