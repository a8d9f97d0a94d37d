"""What the communes of today reported on the province's plan month by month, and how it was judged."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Role, User
from areas.models import Area
from ocop_portal.lib import files, text
from ocop_portal.lib.dates import add_months
from plans import reporting
from plans.models import MonthlyReport, Plan, ReportedFigure
from plans.reporting import Content, Told

from . import papers
from .days import on
from .people import DAY_2026, account

LAST = 11
TODAY = date(2026, 11, 23)
SENT_AFTER, JUDGED_AFTER = timedelta(days=3), timedelta(days=11)
FAMILIES, GIVEN = (
    ("Nông", "Bế", "Hoàng", "Đàm", "Lương", "Triệu"),
    ("Văn Mẫu", "Thị Mẫu", "Văn Thử", "Thị Thử"),
)
TITLE = "Chuyên viên Phòng Kinh tế xã"


class Months:
    """The months of the plan: the communes with their rows, who reports for them, what they have to say."""

    def __init__(self, plan: Plan, content: dict[str, Any], officer: User, dice: random.Random) -> None:
        self.plan, self.content, self.officer, self.dice = plan, content, officer, dice
        self.work = list(plan.activities.all())
        self.targets = {target.label: target for target in plan.targets.all()}
        self.rows: dict[str, dict[str, Any]] = {row["commune"]: row for row in content["communes"]}
        communes = Area.objects.in_force(DAY_2026).filter(code__in=self.rows, level="commune")
        self.communes = {area.code: area for area in communes.order_by("code")}
        self.clerks = {code: self._clerk(area) for code, area in self.communes.items()}

    def _clerk(self, commune: Area) -> User:
        """The commune's staff, such as ``xa.damthuy.2026``."""
        kind, *name = text.search_key(commune.name).split()
        full_name = f"{self.dice.choice(FAMILIES)} {self.dice.choice(GIVEN)}"
        return account(f"{kind}.{''.join(name)}.2026", full_name, Role.COMMUNE, commune.code, TITLE, DAY_2026)

    def send(self, number: int) -> None:
        """Let the communes report on the month; a few have written and not sent."""
        month = date(2026, number, 1)
        with on(min(add_months(month, 1) + SENT_AFTER, TODAY)):
            for code, row in self.rows.items():
                is_draft = number in row.get("draft", ())
                if is_draft or (number < LAST and number not in row.get("passed", ())):
                    said = self._said(number, row)
                    area, clerk = self.communes[code], self.clerks[code]
                    reporting.save(self.plan, area, month, said, by=clerk, version=0, send=not is_draft)

    def _said(self, number: int, row: dict[str, Any]) -> Content:
        if number in row.get("nothing", ()):
            return Content(True, "", {}, {})
        places = self.dice.sample(sorted(self.content["said"]), self.dice.randint(1, 2))
        told = row.get("told", {}).get(number, {})
        return Content(
            nothing=False,
            note=self.dice.choice(self.content["difficulties"]) if self.dice.random() < 1 / 8 else "",
            results={self.work[at - 1]: self.dice.choice(self.content["said"][at]) for at in sorted(places)},
            figures={self.targets[label]: self._told(label, one) for label, one in told.items()},
        )

    def _told(self, label: str, told: int | dict[str, Any]) -> Told:
        facts: dict[str, Any] = told if isinstance(told, dict) else {"value": told}
        paper = facts.get("file")
        upload = files.inspect(papers.pdf(paper), kinds=files.PAPERS) if paper else None
        return Told(Decimal(facts["value"]), self.content["sources"][label], upload)

    def judge(self, number: int) -> None:
        """The officer accepts the month's figures, refuses some, leaves some; and returns reports."""
        month = date(2026, number, 1)
        pending = ReportedFigure.objects.pending().filter(report__plan=self.plan, report__month=month)
        with on(min(add_months(month, 1) + JUDGED_AFTER, TODAY)):
            for figure in pending.select_related("target__plan__area", "area"):
                assert figure.area is not None  # noqa: S101 - a commune reported it
                told = self.rows[figure.area.code]["told"][number][figure.target.label]
                facts = told if isinstance(told, dict) else {}
                if not facts.get("waits"):
                    refusal = facts.get("refused", "")
                    reporting.judge(figure, accept=not refusal, refusal=refusal, by=self.officer)
            for code, row in self.rows.items():
                if reason := row.get("returned", {}).get(number):
                    report = MonthlyReport.objects.get(plan=self.plan, area=self.communes[code], month=month)
                    reporting.return_report(report, reason=reason, by=self.officer)
