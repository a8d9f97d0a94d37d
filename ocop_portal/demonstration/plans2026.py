"""The province's plans for 2025 and 2026: how they were divided and revised, and what came of them."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from accounts.models import User
from areas.models import Area
from ocop_portal.lib import files
from plans import breaking_down, planning, revising
from plans.breaking_down import Cell
from plans.importing import plan_from_file
from plans.models import Plan, Revision, Target
from products.models import Product
from ratings import recognising
from ratings.models import FundingSource

from . import months2026, papers, reports2026
from .days import on
from .people import DAY_2026, unit

HERE = Path(__file__).parent
FOLLOWED = HERE / "followed2026.yaml"
BEFORE = HERE / "plan2025.yaml"
THIS = HERE / "plan2026.yaml"
SENT_OUT = 9


def play(seed: int) -> None:
    """Publish both plans and follow them; the report of nine months goes out before and after the judging."""
    officer = User.objects.get(username="tinh.caobang")
    content: dict[str, Any] = yaml.safe_load(FOLLOWED.read_text(encoding="utf-8"))
    plans = {plan.number: plan for plan in (publish(path, officer) for path in (BEFORE, THIS))}
    plan = list(plans.values())[-1]
    break_down(plan, content["breakdowns"], officer)
    revise(plan, content["revisions"], officer)
    join_chain(content["chain"], officer)
    *earlier, latest = content["told"]
    for row in earlier:
        tell(plans[row["plan"]], row, officer)
    dice = random.Random(seed)  # noqa: S311 - particulars of a demonstration
    months = months2026.Months(plan, content, officer, dice)
    first, again = content["published"]
    for number in range(1, months2026.LAST + 1):
        months.send(number)
        if number == SENT_OUT:
            reports2026.send_out(first, officer)
        months.judge(number)
    reports2026.send_out(again, officer)
    reports2026.keep_on(content["schedule"], officer)
    tell(plans[latest["plan"]], latest, officer)


def publish(path: Path, officer: User) -> Plan:
    """Write the file's plan and publish it on the day of its date."""
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    with on(facts["signed_on"]):
        paper = files.inspect(papers.pdf(f"Kế hoạch {facts['number']}"), kinds=frozenset({"pdf"}))
        plan = plan_from_file(path, area=unit("04"), by=officer, document=paper)
        return planning.publish(plan, by=officer)


def break_down(plan: Plan, rows: list[dict[str, Any]], officer: User) -> None:
    """Divide the targets by commune or by quarter."""
    communes = {area.code: area for area in Area.objects.in_force(DAY_2026).filter(level="commune")}
    for row in rows:
        target = _target(plan, row["target"])
        shape = next(one for one in breaking_down.shapes(target) if one.code == row["shape"])
        shares = {
            Cell(communes[key].pk, "") if shape.by_area else Cell(None, key): Decimal(number)
            for key, number in row["shares"].items()
        }
        with on(row["entered"]):
            breaking_down.break_down(target, shape, shares, by=officer, version=0)


def revise(plan: Plan, rows: list[dict[str, Any]], officer: User) -> None:
    """Revise targets by decisions, and correct what was typed wrongly."""
    for row in rows:
        with on(row["entered"]):
            revising.revise(
                _target(plan, row["target"]),
                by=officer,
                kind=row.get("kind", Revision.Kind.DECISION),
                decision=row.get("decision", ""),
                decided_on=row.get("decided_on"),
                reason=row["reason"],
                number=Decimal(row["number"]),
                words=row["words"],
            )


def _target(plan: Plan, label: str) -> Target:
    return plan.targets.select_related("plan__area", "scope", "indicator").get(label=label)


def join_chain(row: dict[str, Any], officer: User) -> None:
    """Record the product that joins a chain with money of the National Target Programmes."""
    product = Product.objects.get(name=row["product"])
    lead = product.makings.select_related("enterprise").get(is_lead=True)
    with on(row["joined"]):
        recognising.record_value_chain(
            product=product,
            enterprise=lead.enterprise,
            chain=row["chain"],
            partner=row["partner"],
            joined_on=row["joined"],
            funding_source=FundingSource.NATIONAL_PROGRAMMES,
            document=row["document"],
            by=officer,
        )


def tell(plan: Plan, row: dict[str, Any], officer: User) -> None:
    """What the officer tells of the work, of the money and of targets that nobody else can count."""
    with on(row["told_on"]):
        for activity, (state, result) in zip(plan.activities.all(), row.get("work", ()), strict=False):
            planning.report_activity(activity, state=state, result=result, by=officer)
        for line, amounts in zip(plan.budget_lines.all(), row.get("money", ()), strict=False):
            allocated, disbursed = (None if amount is None else Decimal(amount) for amount in amounts)
            planning.report_disbursement(line, allocated=allocated, disbursed=disbursed, by=officer)
        for label, as_of, value, note in row.get("figures", ()):
            target = _target(plan, label)
            planning.record_figure(target, as_of=as_of, value=Decimal(value), note=note, by=officer)
