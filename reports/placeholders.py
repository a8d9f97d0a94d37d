"""The names that an office writes into its form, and what they stand for in a report.

They come out of the report's tables: ``{{san_pham.ten}}`` is the column ``ten`` of the table ``san-pham``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings

from accounts.models import User
from areas.models import Area, UnitProfile
from ocop_portal.lib import clock, dates, periods
from ocop_portal.lib.spreadsheet_forms import Data, Value, Vocabulary, fold

from . import rules
from .catalogue import KINDS, compile_report
from .tables import Cell, Column, Report, Table

SINGLE = {
    "don_vi": "Tên đơn vị của báo cáo",
    "ma_don_vi": "Mã đơn vị hành chính",
    "cap_tren": "Cơ quan cấp trên (dòng đầu bên trái)",
    "co_quan": "Cơ quan ban hành",
    "dia_danh": "Địa danh ghi trước ngày tháng",
    "ten_bao_cao": "Tên báo cáo",
    "ky": "Kỳ báo cáo bằng chữ",
    "ma_ky": "Mã kỳ báo cáo (2023-Q1)",
    "nam": "Năm của kỳ báo cáo",
    "tu_ngay": "Ngày đầu kỳ",
    "den_ngay": "Ngày cuối kỳ",
    "ngay_lap": "Ngày lập báo cáo",
    "ngay_lap_bang_chu": "Ngày lập viết theo thể thức văn bản: ngày 05 tháng 02 năm 2023",
    "nguoi_ky": "Họ tên người ký",
    "chuc_vu_ky": "Chức vụ người ký",
    "ma_kiem_tra": "Mã kiểm tra số liệu (SHA-256)",
}
TARGETS = "chi_tieu"
"""Begins the names of single targets, ``{{chi_tieu.1.1.luy_ke}}``: label, then column of the summary."""

_SUMMARY = "tong-hop"


def report_to_learn_from(code: str, user: User) -> Report | None:
    """The report over the person's smallest unit this year: its tables name the placeholders.

    Long lists are not read: only what their columns are called is looked at. None for a person whose posts
    read no report. Raises KeyError for a code that names no report.
    """
    readable = rules.readable_areas(user).values("pk")
    smallest = Area.objects.in_force(clock.today()).filter(pk__in=readable).order_by("level", "pk")
    area = smallest.first() or rules.own_area(user)
    if area is None:
        return None
    every = tuple(table for table, _name in KINDS[code].tabs)
    return compile_report(code, area, periods.for_year(clock.today().year), only=every)


def vocabulary(report: Report) -> Vocabulary:
    """Every name that may be written into a form of this report."""
    single = dict(SINGLE)
    for table in report.tables:
        code = fold(table.code)
        single[f"{code}.so_dong"] = f"{table.title}: số dòng"
        for column in table.columns:
            if column.total:
                single[f"{code}.tong.{fold(column.key)}"] = f"{table.title}: tổng cộng {column.title}"
    rows = {fold(table.code): {fold(c.key): c.title for c in table.columns} for table in report.tables}
    return Vocabulary(single, rows, {TARGETS: rows[fold(_SUMMARY)]} if _summary(report) else {})


def data(report: Report, area: Area) -> Data:
    """What the names stand for in this report on this unit."""
    single = _general(report, area)
    for table in report.tables:
        code = fold(table.code)
        single[f"{code}.so_dong"] = Value(len(table.rows), "integer")
        for column, cell in zip(table.columns, table.totals, strict=False):
            single[f"{code}.tong.{fold(column.key)}"] = _value(column, cell)
    single |= dict(_targets(report))
    rows = {
        fold(table.code): [
            {fold(c.key): _value(c, cell) for c, cell in zip(table.columns, row, strict=True)}
            for row in table.rows
        ]
        for table in report.tables
    }
    return Data(single, rows)


class Listed(NamedTuple):
    """A table's placeholders for the page that lists them: of its rows, and of its totals."""

    table: Table
    code: str
    rows: list[tuple[str, str]]
    single: list[tuple[str, str]]


def listed(report: Report) -> list[Listed]:
    """Every table's placeholders with what they stand for, and under the summary its targets'."""
    words = vocabulary(report)
    found = []
    for table in report.tables:
        code = fold(table.code)
        rows = [(f"{code}.{column}", title) for column, title in words.rows[code].items()]
        single = [(name, said) for name, said in words.single.items() if name.startswith(f"{code}.")]
        found.append(Listed(table, code, rows, single))
    return found


def _general(report: Report, area: Area) -> dict[str, Value]:
    period = periods.parse(report.period)
    profile = UnitProfile.objects.filter(area=area).first()
    signer = profile.signers.filter(is_default=True).first() if profile else None
    position = (signer.own_position or signer.head_position) if signer else None
    return {
        "don_vi": Value(report.area_name),
        "ma_don_vi": Value(report.area_code),
        "cap_tren": Value(profile.superior_body if profile else None),
        "co_quan": Value(profile.issuing_body if profile else f"ỦY BAN NHÂN DÂN {area.name.upper()}"),
        "dia_danh": Value(profile.place if profile else area.short_name),
        "ten_bao_cao": Value(report.title),
        "ky": Value(report.period_label),
        "ma_ky": Value(report.period),
        "nam": Value(str(period.year)),
        "tu_ngay": Value(period.start, "date"),
        "den_ngay": Value(period.end, "date"),
        "ngay_lap": Value(report.as_of, "date"),
        "ngay_lap_bang_chu": Value(dates.in_official_words(report.as_of)),
        "nguoi_ky": Value(signer.full_name if signer else None),
        "chuc_vu_ky": Value(position),
        "ma_kiem_tra": Value(report.digest()),
    }


def _summary(report: Report) -> Table | None:
    return next((table for table in report.tables if table.code == _SUMMARY), None)


def _targets(report: Report) -> Iterator[tuple[str, Value]]:
    """Each cell of the summary by its target's label; of two targets with one label the first."""
    table = _summary(report)
    seen: set[str] = set()
    for row in table.rows if table else ():
        label = fold(str(row[0]).strip(". "))
        if table is None or not label or label in seen:
            continue
        seen.add(label)
        for column, cell in zip(table.columns, row, strict=True):
            yield f"{TARGETS}.{label}.{fold(column.key)}", _value(column, cell)


def _value(column: Column, cell: Cell) -> Value:
    if column.key == "lien_ket" and isinstance(cell, str):
        return Value(f"{settings.OCOP_BASE_URL}{cell}")
    return Value(cell, column.kind)
