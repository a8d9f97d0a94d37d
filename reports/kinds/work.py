"""The work and the money of the plans of a territory's units, by unit, by source and one by one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Case, IntegerField, Value, When

from plans.models import Activity, BudgetLine, Plan
from ratings.models import FundingSource

from ..counting import Amount, Tally, count_column
from ..ground import Ground
from ..tables import SERIAL, Cell, Column, Table, number

_AMOUNTS = (
    ("ke_hoach", "Kế hoạch (triệu đồng)", "planned"),
    ("da_cap", "Đã cấp (triệu đồng)", "allocated"),
    ("giai_ngan", "Đã giải ngân (triệu đồng)", "disbursed"),
)
_MONEY_COLUMNS = (
    *(Column(key, title, "money", 16, "sum") for key, title, _field in _AMOUNTS),
    Column("ty_le", "Tỷ lệ giải ngân (%)", "percent", 12, "ratio:giai_ngan:ke_hoach"),
)
ACTIVITY_COLUMNS = (
    Column("noi_dung", "Nội dung", "text", 50),
    Column("don_vi", "Đơn vị thực hiện", "text", 32),
    Column("thoi_han", "Thời hạn", "date", 13),
    Column("ket_qua", "Kết quả", "text", 36),
    Column("trang_thai", "Trạng thái", "text", 16),
)


def activities_by_unit(ground: Ground) -> Table:
    """How the work of each unit's plan stands: as entered, and what is past its deadline and not done."""
    rows = list(Activity.objects.filter(plan__in=_plans(ground)).select_related("plan__area"))
    states = [(f"nv_{state.value}", str(state.label), _in_state(state)) for state in Activity.State]
    asked = [*states, ("tong_nhiem_vu", "Cộng", _any), ("qua_han_nv", "Quá hạn", _late(ground))]
    units = list({row.plan.area_id: row.plan.area for row in rows}.values())
    lines: list[tuple[Cell, ...]] = []
    for place, unit in enumerate(units, start=1):
        inside = [row for row in rows if row.plan.area_id == unit.pk]
        counts = [Tally(f"activity:{row.pk}" for row in inside if is_it(row)) for *_names, is_it in asked]
        lines.append((place, unit.name, *counts))
    return Table(
        code="theo-don-vi",
        title="Theo đơn vị",
        columns=(
            SERIAL,
            Column("don_vi", "Đơn vị", "text", 34),
            *(count_column(key, title, 12) for key, title, _is_it in asked),
        ),
        rows=tuple(lines),
        keys=tuple(f"don-vi-{unit.pk}" for unit in units),
        notes=_whose(ground),
    )


def activities(ground: Ground) -> Table:
    """Every piece of work: content, who does it, until when, what came of it."""
    rows = Activity.objects.filter(plan__in=_plans(ground)).select_related("plan__area")
    ordered = rows.order_by(_own_first(ground), "plan__area__sort_key", "plan", "position", "pk")
    return Table(
        code="nhiem-vu",
        title="Nhiệm vụ",
        columns=(
            SERIAL,
            Column("ke_hoach_cua", "Kế hoạch của", "text", 24),
            *ACTIVITY_COLUMNS,
        ),
        rows=tuple(
            (place, one.plan.area.name, *activity_cells(one)) for place, one in enumerate(ordered, start=1)
        ),
    )


def activity_cells(one: Activity) -> tuple[Cell, ...]:
    """A piece of work under ``ACTIVITY_COLUMNS``."""
    deadline = one.deadline or one.deadline_words or None
    return one.content, one.unit_responsible, deadline, one.result, str(one.get_state_display())


def money_by_source(ground: Ground) -> Table:
    """By source, in million đồng: planned, allocated, disbursed, and disbursed in per cent of planned."""
    rows = list(BudgetLine.objects.filter(plan__in=_plans(ground)))
    sources = [source for source in FundingSource if any(row.source == source for row in rows)]
    lines: list[tuple[Cell, ...]] = []
    for place, source in enumerate(sources, start=1):
        amounts = [_sum(field, [row for row in rows if row.source == source]) for *_names, field in _AMOUNTS]
        lines.append((place, str(source.label), *amounts, _share(amounts[2], amounts[0])))
    return Table(
        code="theo-nguon",
        title="Theo nguồn",
        columns=(
            SERIAL,
            Column("nguon", "Nguồn vốn", "text", 40),
            *_MONEY_COLUMNS,
        ),
        rows=tuple(lines),
        keys=tuple(f"nguon-{source.value}" for source in sources),
        notes=_whose(ground),
    )


def money(ground: Ground) -> Table:
    """Every line of the budgets, in million đồng; empty is not zero."""
    rows = BudgetLine.objects.filter(plan__in=_plans(ground)).select_related("plan__area")
    ordered = rows.order_by(_own_first(ground), "plan__area__sort_key", "plan", "position", "pk")
    return Table(
        code="noi-dung",
        title="Nội dung chi",
        columns=(
            SERIAL,
            Column("ke_hoach_cua", "Kế hoạch của", "text", 24),
            Column("noi_dung", "Nội dung", "text", 48),
            Column("nguon", "Nguồn vốn", "text", 30),
            *_MONEY_COLUMNS,
        ),
        rows=tuple(
            (
                place,
                one.plan.area.name,
                one.content,
                str(one.get_source_display()),
                *(number(getattr(one, field)) for *_names, field in _AMOUNTS),
                _share(one.disbursed, one.planned),
            )
            for place, one in enumerate(ordered, start=1)
        ),
    )


def _plans(ground: Ground) -> Any:
    """The plans for the period's years of the unit itself and of the units on its ground."""
    own = Plan.objects.filter(area=ground.unit) | Plan.objects.within(ground.territory)
    years = {"first_year__lte": ground.period.end.year, "last_year__gte": ground.period.start.year}
    return own.filter(**years).order_by().values("pk")


def _own_first(ground: Ground) -> Any:
    return Case(When(plan__area=ground.unit, then=Value(0)), default=Value(1), output_field=IntegerField())


def _whose(ground: Ground) -> tuple[str, ...]:
    said = f"Theo kế hoạch của {ground.unit.name} và của các đơn vị trong địa bàn, như đã nhập trên cổng."
    return said, *ground.notes()


def _in_state(state: str) -> Callable[[Activity], bool]:
    return lambda row: row.state == state


def _any(_row: Activity) -> bool:
    return True


def _late(ground: Ground) -> Callable[[Activity], bool]:
    """Not done and past its deadline on the period's last day, or today where that is still ahead."""
    day = min(ground.period.end, ground.today)
    over = {Activity.State.DONE, Activity.State.STOPPED}
    return lambda row: row.state not in over and row.deadline is not None and row.deadline < day


def _sum(field: str, rows: list[BudgetLine]) -> Amount | None:
    """The sum of what is entered; None where nothing is."""
    told = [(row, value) for row in rows if (value := getattr(row, field)) is not None]
    if not told:
        return None
    return Amount(sum((value for _row, value in told), Decimal(0)), (f"budgetline:{r.pk}" for r, _v in told))


def _share(part: Decimal | None, whole: Decimal | None) -> Cell:
    return number(part * 100 / whole) if part is not None and whole else None
