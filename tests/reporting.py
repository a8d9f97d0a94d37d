"""A small world with every kind of target, and readers of the three prints of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl

from areas.models import Area
from ocop_portal.lib.spreadsheet.official import MOTTO
from plans import loading, planning
from plans.models import Activity, BudgetLine, Indicator, Plan
from ratings.models import RecognitionEvent, ValueChainRecord
from tests.factories import (
    make_decision,
    make_dossier,
    make_enterprise,
    make_kind,
    make_product,
    make_recognition,
)

Rows = list[list[object]]


def make_year(world: Any, officer: Any) -> Plan:
    """The plan and the facts of 2023 in Trùng Khánh: each kind of target, row and gap once at least."""
    loading.load()
    plan = planning.create(
        by=officer,
        area=world.district,
        number="66/KH-UBND",
        signed_on=date(2023, 3, 7),
        issuing_body="UBND huyện Trùng Khánh",
        title="Kế hoạch thử nghiệm năm 2023",
        first_year=2023,
        last_year=2023,
    )
    _targets(plan, officer)
    _money_and_work(plan)
    _facts(world.district, world.dam_thuy, world.chi_vien)
    return plan


def _targets(plan: Plan, officer: Any) -> None:
    wanted = [
        ("1", "taking_part", "ge", 2, {}),
        ("1.1", "new_recognised", "eq", 3, {"stars_min": 3, "stars_max": 3}),
        ("2", "value_chain", "eq", 1, {}),
        ("3", "new_organisations", "gt", 0, {"economic_only": True}),
        ("4", "support", "none", None, {}),
        ("5", "taking_part", "ge", 20, {"number_max": Decimal(25)}),
        ("6", "support", "about", Decimal("2.5"), {}),
    ]
    for label, indicator, comparator, amount, rest in wanted:
        planning.set_target(
            plan,
            by=officer,
            label=label,
            words=f"Chỉ tiêu thử nghiệm số {label}",
            indicator=Indicator.objects.get(code=indicator),
            comparator=comparator,
            number=None if amount is None else Decimal(amount),
            **rest,
        )


def _money_and_work(plan: Plan) -> None:
    for place, (source, planned, disbursed) in enumerate(
        [("local", "60", "30"), ("province", "120.5", None), ("counterpart", None, "12.25")]
    ):
        BudgetLine.objects.create(
            plan=plan,
            position=place,
            content=f"Nội dung chi {place + 1}",
            source=source,
            planned=planned,
            disbursed=disbursed,
        )
    Activity.objects.create(
        plan=plan, content="Tập huấn", deadline=date(2023, 9, 30), state="done", result="Đã mở 2 lớp"
    )
    Activity.objects.create(
        plan=plan, position=1, content="=1+1 không phải công thức", deadline_words="Cả năm"
    )


def _facts(district: Area, dam_thuy: Area, chi_vien: Area) -> None:
    household = make_enterprise(
        chi_vien,
        name="Hộ kinh doanh Thử nghiệm",
        tax_code="012345678901",
        phone="0900000000",
        kind=make_kind("household", "Hộ kinh doanh", economic=False),
    )
    cooperative = make_enterprise(dam_thuy, name="HTX Thử nghiệm Đàm Thuỷ")
    fresh = make_product(dam_thuy, cooperative, name="Miến dong thử nghiệm", code="047-01495-001-2023")
    waiting = make_product(chi_vien, household, name="Hạt dẻ thử nghiệm")
    old = make_product(chi_vien, household, name="Rượu men lá thử nghiệm")
    bees = make_enterprise(dam_thuy, name="Tổ hợp tác Thử nghiệm nuôi ong")
    gone = make_product(dam_thuy, bees, name="Mật ong thử nghiệm")
    dossier = make_dossier(fresh, state="recognised", on=date(2023, 5, 4))
    make_dossier(waiting, state="submitted", on=date(2023, 11, 20), due_on=date(2024, 1, 5))
    decision = make_decision(district, number="1887/QĐ-UBND", signed_on=date(2023, 9, 15))
    make_recognition(fresh, decision, dossier=dossier)
    by_year = make_decision(
        district, number="", signed_on=date(2021, 1, 1), date_precision="year", from_paper=True
    )
    make_recognition(old, by_year, stars=4, expires_on=date(2023, 6, 30))
    undated = make_decision(district, signed_on=None, date_precision="unknown", from_paper=True)
    revoked = make_recognition(gone, undated, stars=3)
    RecognitionEvent.objects.create(recognition=revoked, kind="revoked", on=date(2023, 8, 1))
    ValueChainRecord.objects.create(
        product=fresh, enterprise=cooperative, area=dam_thuy, chain="Miến dong", joined_on=date(2023, 7, 1)
    )


# ---- the three prints


def rows_of_json(content: dict[str, Any]) -> dict[str, Rows]:
    """By table, its titles, rows and totals, numbers as Decimals."""
    read: dict[str, Rows] = {}
    for table in content["tables"]:
        kinds = [column["kind"] for column in table["columns"]]
        rows = [*table["rows"], *([table["totals"]] if table["totals"] else [])]
        read[table["title"]] = [
            [column["title"] for column in table["columns"]],
            *([_plain(kind, cell) for kind, cell in zip(kinds, row, strict=True)] for row in rows),
        ]
    return read


def _plain(kind: str, cell: object) -> object:
    if cell in (None, ""):
        return None
    if kind == "date" and isinstance(cell, str) and cell[:1].isdigit():
        return date.fromisoformat(cell)
    return _number(cell) if kind != "text" else cell


def _number(cell: object) -> object:
    if isinstance(cell, int | float):
        return round(Decimal(str(cell)), 6)
    try:
        return round(Decimal(str(cell)), 6)
    except ArithmeticError:
        return cell


def rows_of_excel(path: Path) -> dict[str, Rows]:
    """The same as a person reads it from the file: from the header row to the last bordered row."""
    book = openpyxl.load_workbook(path, data_only=True)
    read: dict[str, Rows] = {}
    for sheet in book:
        lines = [[_cell(cell.value) for cell in row] for row in sheet.iter_rows() if row[0].border.left.style]
        titles = [str(title) for title in lines[0]]
        read[sheet.title] = [titles, *(_strip_base(line) for line in lines[1:])]
    return read


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.date()
    return _number(value) if isinstance(value, int | float) else (value or None)


def _strip_base(line: list[object]) -> list[object]:
    return [cell.replace("http://127.0.0.1:8000", "") if isinstance(cell, str) else cell for cell in line]


@dataclass
class PageTable:
    name: str
    rows: list[list[str]]


class PageTables(HTMLParser):
    """The report's tables as the page shows them, as text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[PageTable] = []
        self._cell: list[str] | None = None
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs).get("data-table")
        if tag == "table" and named:
            self.tables.append(PageTable(named, []))
            self._open = True
        elif self._open and tag == "tr":
            self.tables[-1].rows.append([])
        elif self._open and tag in {"td", "th"}:
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._open = False
        elif tag in {"td", "th"} and self._cell is not None:
            self.tables[-1].rows[-1].append("".join(self._cell).strip())
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def as_shown(kind: str, cell: object, sign: str = "") -> str:
    """How a value stands on a Vietnamese page."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if not isinstance(cell, Decimal):
        return str(cell)
    text = f"{round(cell, 1):,.1f}" if kind == "percent" else f"{cell.normalize():,f}"
    return sign + text.translate(str.maketrans(",.", ".,"))


HEAD = MOTTO[0]
