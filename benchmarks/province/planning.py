"""Plans of every year with targets of every kind, their work and money, and the communes' monthly reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from areas.models import Area, Level
from ocop_portal.lib import text
from ocop_portal.lib.dates import add_months
from plans.models import (
    Activity,
    ActivityUpdate,
    BudgetLine,
    Indicator,
    MonthlyReport,
    Plan,
    ReportedFigure,
    Target,
)
from ratings.models import FundingSource

from .ground import LAST_OF_DISTRICTS, Ground, write
from .size import Size

_PLANNING = ("047", "040", "049", "053")
_COMMUNES = 6
_REPORTED_FROM = 2025
# Indicator, share of the unit's products, and what narrows it.
_TARGETS: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("taking_part", 0.2, {}),
    ("new_recognised", 0.1, {}),
    ("new_recognised", 0.07, {"stars_min": 3, "stars_max": 3}),
    ("new_recognised", 0.03, {"stars_min": 4, "stars_max": 4, "level": "province"}),
    ("upgraded", 0.02, {}),
    ("reevaluated", 0.03, {"comparator": "gt"}),
    ("recognised_in_all", 0.6, {"is_cumulative": True}),
    ("new_recognised", 0.5, {"is_cumulative": True}),
    ("still_valid", 0.4, {"is_cumulative": True, "economic_only": True}),
    ("potential_five", 0.002, {"comparator": "about"}),
    ("new_organisations", 0.05, {"economic_only": True}),
    ("value_chain", 0.03, {"funding_source": "national_programmes"}),
    ("value_chain", 0.04, {"number_max": Decimal(900)}),
    ("taking_part", 0.1, {"group": True}),
    ("support", 0.01, {}),
    ("sales_points", 0.004, {"comparator": "eq"}),
    ("training_classes", 0.003, {}),
    ("training_people", 0.1, {}),
    ("training_coverage", 0.03, {"percent_of": "cán bộ thuộc diện"}),
    ("e_commerce", 0.2, {}),
    ("craft_villages", 0.002, {"comparator": "lt"}),
    ("tourism_models", 0.003, {}),
    ("budget", 0.01, {}),
    ("other", 0, {"comparator": "none"}),
)
_WORK = (
    "Tuyên truyền, nâng cao nhận thức về Chương trình",
    "Tập huấn cho cán bộ và chủ thể",
    "Tư vấn, hỗ trợ hoàn thiện hồ sơ",
    "Hỗ trợ bao bì, nhãn mác, truy xuất nguồn gốc",
    "Tổ chức đánh giá, phân hạng sản phẩm",
    "Xúc tiến thương mại, kết nối cung cầu",
    "Đưa sản phẩm lên sàn thương mại điện tử",
    "Kiểm tra, giám sát sau công nhận",
)


def plan_all(size: Size, ground: Ground, rng: Random) -> None:
    """A plan a year for the province, for four districts while they stood and six communes since."""
    wanted = [(unit, year) for year in size.years for unit in _units(ground, year)]
    plans = write(_plan(unit, year, ground) for unit, year in wanted)
    shares = [_share(unit) for unit, _year in wanted]
    indicators = {one.code: one for one in Indicator.objects.all()}
    targets = write(
        target
        for plan, share in zip(plans, shares, strict=True)
        for target in _targets(plan, round(size.products * share), indicators, ground)
    )
    work = write(activity for plan in plans for activity in _activities(plan, rng, size.last_day))
    write(line for plan in plans for line in _money(plan, rng, size.last_day))
    _report(plans, targets, work, ground, rng, size)


def _units(ground: Ground, year: int) -> list[Area]:
    districts = [one for one in ground.districts if one.code in _PLANNING]
    below = districts if year <= LAST_OF_DISTRICTS.year else ground.communes[:_COMMUNES]
    return [ground.province, *below]


def _share(unit: Area) -> float:
    return {Level.PROVINCE: 1.0, Level.DISTRICT: 0.1}.get(Level(unit.level), 0.02)


def _plan(unit: Area, year: int, ground: Ground) -> Plan:
    title = f"Kế hoạch thực hiện Chương trình OCOP {unit.name} năm {year}"
    number = f"{unit.pk % 90 + 5}/KH-UBND"
    return Plan(
        number=number,
        signed_on=date(year, 2, 15),
        issuing_body=f"Ủy ban nhân dân {unit.name}",
        area=unit,
        title=title,
        slug=f"{text.slug(title)[:150]}-{unit.pk}-{year}",
        first_year=year,
        last_year=year,
        signer_name="Hà Thị Mẫu",
        published_at=datetime(year, 2, 16, 1, tzinfo=UTC),
        published_by=ground.officer,
        name_norm=text.search_key(f"{number} {title}"),
        created_by=ground.officer,
    )


def _targets(plan: Plan, products: int, indicators: dict[str, Indicator], ground: Ground) -> Iterator[Target]:
    named = {code for code, _share, _narrowed in _TARGETS}
    rest: list[tuple[str, float, dict[str, Any]]] = [
        (code, 0.05, {}) for code, one in indicators.items() if one.measure and code not in named
    ]
    for place, (code, share, narrowed) in enumerate([*_TARGETS, *rest], start=1):
        facts = dict(narrowed)
        group = ground.groups[14] if facts.pop("group", False) else None
        comparator = facts.pop("comparator", Target.Comparator.AT_LEAST)
        number = None if comparator == "none" else Decimal(max(round(products * share), 1))
        yield Target(
            plan=plan,
            position=place,
            label=str(place),
            words=f"Chỉ tiêu {place}: {indicators[code].name}",
            indicator=indicators[code],
            comparator=comparator,
            number=number,
            group=group,
            **facts,
        )


def _activities(plan: Plan, rng: Random, last_day: date) -> Iterator[Activity]:
    for place, content in enumerate(_WORK):
        over = plan.last_year < last_day.year
        state = rng.choice(["done", "done", "stopped"]) if over else rng.choice(Activity.State.values)
        yield Activity(
            plan=plan,
            position=place,
            content=content,
            unit_responsible="Văn phòng Điều phối; UBND các xã",
            deadline=date(plan.first_year, rng.randint(3, 12), 28) if place % 3 else None,
            deadline_words="" if place % 3 else "Thường xuyên",
            state=state,
            result="Đã thực hiện theo kế hoạch" if state == "done" else "",
        )


def _money(plan: Plan, rng: Random, last_day: date) -> Iterator[BudgetLine]:
    for place, content in enumerate(_WORK[:6]):
        planned = Decimal(rng.randint(20, 900))
        spent = rng.uniform(0.7, 0.9) if plan.last_year < last_day.year else rng.uniform(0, 0.8)
        yield BudgetLine(
            plan=plan,
            position=place,
            content=content,
            source=FundingSource.values[place % len(FundingSource.values)],
            planned=planned if place != 5 else None,
            allocated=planned * Decimal("0.9"),
            disbursed=round(planned * Decimal(spent), 3) if place != 4 else None,
        )


def _report(
    plans: list[Plan], targets: list[Target], work: list[Activity], ground: Ground, rng: Random, size: Size
) -> None:
    """What the communes tell each month on the province's plans; one in twelve reports is missing."""
    told = [p for p in plans if p.area_id == ground.province.pk and p.first_year >= _REPORTED_FROM]
    by_hand = {p.pk: [t for t in targets if t.plan_id == p.pk and not t.indicator.measure] for p in told}
    works = {p.pk: [a for a in work if a.plan_id == p.pk] for p in told}
    reports = write(report for plan in told for report in _reports(plan, ground, rng, size.last_day))
    telling = [one for one in reports if not one.nothing]
    write(
        ActivityUpdate(report=one, activity=activity, result=f"Tháng {one.month.month}: đã thực hiện tại xã")
        for one in telling
        for activity in rng.sample(works[one.plan_id], 2)
    )
    write(_figure(one, target, rng) for one in telling for target in rng.sample(by_hand[one.plan_id], 2))
    write(
        ReportedFigure(
            target=target,
            as_of=date(plan.first_year, 6, 30),
            value=target.number or 1,
            note="Tổng hợp của Văn phòng Điều phối",
            entered_by=ground.officer,
        )
        for plan in told
        for target in by_hand[plan.pk][:4]
    )


def _reports(plan: Plan, ground: Ground, rng: Random, last_day: date) -> Iterator[MonthlyReport]:
    then, now = [place.then for place in ground.places], ground.communes
    month = date(plan.first_year, 1, 1)
    while month.year == plan.first_year and add_months(month, 1) <= last_day:
        for area in then if month <= LAST_OF_DISTRICTS else now:
            if rng.random() > 1 / 12:
                yield _monthly(plan, area, month, ground, rng, add_months(month, 1))
        month = add_months(month, 1)


def _monthly(plan: Plan, area: Area, month: date, ground: Ground, rng: Random, due: date) -> MonthlyReport:
    drawn = rng.random()
    state = "sent" if drawn < 0.93 else "returned" if drawn < 0.96 else "draft"
    sent = state != "draft"
    return MonthlyReport(
        plan=plan,
        area=area,
        month=month,
        state=state,
        nothing=rng.random() < 0.2,
        return_reason="Bổ sung nguồn của số liệu" if state == "returned" else "",
        sent_on=due + timedelta(days=rng.randint(0, 9)) if sent else None,
        sent_by=ground.clerk(area) if sent else None,
    )


def _figure(report: MonthlyReport, target: Target, rng: Random) -> ReportedFigure:
    drawn = rng.random()
    state = "accepted" if drawn < 0.85 else "pending" if drawn < 0.95 else "refused"
    if report.state == "draft":
        state = "draft"
    return ReportedFigure(
        target=target,
        area=report.area,
        report=report,
        as_of=add_months(report.month, 1) - timedelta(days=1),
        value=Decimal(rng.randint(0, 40)),
        note="Báo cáo tháng của xã",
        state=state,
        refusal="Số liệu trùng với tháng trước" if state == "refused" else "",
        entered_by=report.sent_by,
    )
