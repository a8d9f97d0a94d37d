"""Prints a frozen report as an Excel file: the summary as an official annex, the lists as plain sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from areas.maps import MapOf
from areas.models import Area, Signer, UnitProfile
from ocop_portal.lib import clock, dates, text
from ocop_portal.lib.spreadsheet import (
    Block,
    Chart,
    Line,
    Link,
    Page,
    Properties,
    Ratio,
    Row,
    Sheet,
    Style,
    Styled,
    Value,
    letterhead,
    signature,
    write_workbook,
)
from ocop_portal.lib.spreadsheet import Column as SheetColumn

from . import freezing
from .addresses import place_query
from .catalogue import KINDS
from .models import Snapshot
from .tables import TOTALS, Cell, Column, Mark, Report, Table

_TIP = "Xem các dòng được tính vào số này trên cổng"
Leads = defaultdict[str, defaultdict[str, dict[str, str]]]
_TITLED_ROWS = {"behind": Style(color="9a5b00")}


def file_name(code: str, area: Area, period: str, on_map: str = MapOf.THEN) -> str:
    """The name under which people keep the file: ``Bao-cao-tien-do_huyen-trung-khanh_2023.xlsx``.

    One on today's map says so behind the period.
    """
    name = area.name if area.name.startswith(area.kind) else f"{area.kind} {area.name}"
    today = "" if on_map == MapOf.THEN else "_ban-do-hien-nay"
    return f"{KINDS[code].file_stem}_{text.slug(name)}_{period}{today}.xlsx"


def write(snapshot: Snapshot, area: Area, path: Path, *, letter: tuple[str, date] | None = None) -> None:
    """Write the snapshot as an Excel file; equal snapshots and profiles give equal bytes.

    ``letter`` is the number and day of the covering letter, once the report has gone out.
    Raises ``SpreadsheetError`` for what Excel can't hold and ``OSError`` where the disk refuses.
    """
    report = freezing.thaw(snapshot)
    profile = UnitProfile.objects.filter(area=area).first()
    leads = _leads(snapshot, report)
    sheets = [_sheet(table, leads[table.code]) for table in report.tables]
    sheets[0] = _annex(sheets[0], report, area, profile, letter)
    sheets[-1] = replace(sheets[-1], below=_provenance(snapshot))
    properties = Properties(
        title=f"{report.title} – {report.area_name} – {report.period_label}",
        creator=profile.issuing_body if profile else report.area_name,
        created=snapshot.cut_off_at.astimezone(clock.VIET_NAM).replace(tzinfo=None),
        subject=report.code,
        description=f"{snapshot.code} {snapshot.digest}",
    )
    write_workbook(path, sheets, properties=properties)


def _leads(snapshot: Snapshot, report: Report) -> Leads:
    """By table, row and column, where a figure leads: the list of its frozen rows on the portal."""
    page = settings.OCOP_BASE_URL + reverse("reports:sources", args=[snapshot.code])
    leads: Leads = defaultdict(lambda: defaultdict(dict))
    for one in report.sources:
        leads[one.table][one.row][one.column] = f"{page}?{place_query(one.place)}"
    return leads


def _sheet(table: Table, leads: Mapping[str, Mapping[str, str]]) -> Sheet:
    titles = {column.key: column.title for column in table.columns}
    keys = table.keys or ("",) * len(table.rows)
    return Sheet(
        title=table.title,
        columns=[
            _column(column, titles if table.totals else {}, leads.get(TOTALS, {}).get(column.key, ""))
            for column in table.columns
        ],
        rows=[
            _row(table.columns, cells, mark, leads.get(key, {}))
            for (cells, mark), key in zip(table.marked_rows(), keys, strict=True)
        ],
        page=Page(landscape=True),
        fit_heights=len(table.rows) <= 300,
    )


def _column(column: Column, titles: dict[str, str], lead: str) -> SheetColumn:
    """The sheet's column; without ``titles`` (a table without rows) nothing is summed."""
    total: bool | Ratio = column.total == "sum" and bool(titles)
    if titles and column.total.startswith("ratio:"):
        _kind, upper, lower = column.total.split(":")
        total = Ratio(titles[upper], titles[lower])
    return SheetColumn(
        column.title, column.kind, column.width, total, total_url=lead, total_tip=_TIP if lead else ""
    )


def _row(
    columns: tuple[Column, ...], cells: tuple[Cell, ...], mark: Mark, leads: Mapping[str, str]
) -> Row | list[Value]:
    values = [
        _value(column, cell, mark, leads.get(column.key, ""))
        for column, cell in zip(columns, cells, strict=True)
    ]
    return Row(values, _TITLED_ROWS[mark.state]) if mark.state in _TITLED_ROWS else values


def _value(column: Column, cell: Cell, mark: Mark, lead: str) -> Value:
    if column.key == "lien_ket" and isinstance(cell, str):
        return Link(settings.OCOP_BASE_URL + cell, settings.OCOP_BASE_URL + cell)
    if isinstance(cell, str) and column.kind != "text":
        return Styled(cell, Style(horizontal="right" if column.is_number else "center"))
    if lead and column.kind in ("integer", "money") and isinstance(cell, int | Decimal):
        return Link(lead, cell, _TIP)
    if column.kind == "decimal" and cell is not None:
        sign = f'"{mark.sign}"' if mark.sign and column.key == "ke_hoach" else ""
        style = Style(number_format=sign + ("0" if isinstance(cell, int) else "#,##0.0#"))
        return Styled(Link(lead, cell, _TIP) if lead else cell, style)
    return cell


def _annex(
    sheet: Sheet,
    report: Report,
    area: Area,
    profile: UnitProfile | None,
    letter: tuple[str, date] | None,
) -> Sheet:
    """The layout of an annex under Decree 30/2020/NĐ-CP around the summary."""
    suffix = profile.number_suffix if profile else "UBND"
    issuer = profile.issuing_body if profile else f"ỦY BAN NHÂN DÂN {area.name.upper()}"
    superior = profile.superior_body if profile else ""
    place = profile.place if profile else area.short_name
    above = letterhead(
        sheet.columns,
        superior=superior,
        issuer=issuer,
        place_and_date=f"{place}, {dates.in_official_words(report.as_of)}",
        title=[report.title, f"{report.area_name} – {report.period_label}".upper()],
        attached_to=_attached_to(suffix, report, letter),
    )
    last = len(sheet.columns) - 1
    notes = [Line([Block(note, 0, last, Style(italic=True))]) for note in report.tables[0].notes]
    signer = profile.signers.filter(is_default=True).first() if profile else None
    recipients = profile.recipients.splitlines() if profile else []
    signed = signature(
        sheet.columns,
        authority=_authority(signer) if signer else [],
        signer=signer.full_name if signer else "",
        recipients=[f"- {line}" for line in recipients],
    )
    chart = _chart(report)
    return replace(sheet, above=above, below=[*notes, *signed], chart=chart, autofilter=False)


def _chart(report: Report) -> Chart | None:
    """The kind's chart, where its columns hold any number to draw."""
    drawn, first = KINDS[report.code].chart, report.tables[0]
    if drawn is None:
        return None
    cells = (dict(zip((c.title for c in first.columns), row, strict=True)) for row in first.rows)
    if not any(row[drawn.numbers[0]] is not None for row in cells):
        return None
    rows = len(first.rows)  # each needs room to be told from the next
    return Chart(
        drawn.title,
        drawn.names,
        list(drawn.numbers),
        height_cm=max(9.0, 0.55 * rows + 3),
        kind="stacked" if drawn.is_stacked else "bar",
    )


def _attached_to(suffix: str, report: Report, letter: tuple[str, date] | None) -> str:
    """The covering letter that the annex goes with; with room to write while there is none."""
    if letter is None:
        return f"(Kèm theo Báo cáo số      /BC-{suffix} ngày      tháng      năm {report.as_of.year})"
    number, day = letter
    return f"(Kèm theo Báo cáo số {number} {dates.in_official_words(day)})"


def _authority(signer: Signer) -> list[str]:
    """The capital lines of the signature block (article 8 of Decree 30/2020/NĐ-CP)."""
    capacity, head, own = Signer.Capacity(signer.capacity), signer.head_position, signer.own_position
    if capacity == Signer.Capacity.ON_BEHALF:
        return [f"TM. {signer.collective}", head]
    if capacity == Signer.Capacity.FOR_HEAD:
        first = [f"TM. {signer.collective}"] if signer.collective else []
        return [*first, f"KT. {head}", own]
    if capacity == Signer.Capacity.BY_ORDER:
        return [f"TL. {head}", own]
    if capacity == Signer.Capacity.ACTING:
        return [f"Q. {head}"]
    return [own or head]


def _provenance(snapshot: Snapshot) -> list[Line]:
    """What the file was printed from, so that anyone can compare it with the portal."""
    cut_off: datetime = snapshot.cut_off_at.astimezone(clock.VIET_NAM)
    facts = [
        ("Mã báo cáo", snapshot.code),
        ("Mã kiểm tra (SHA-256)", snapshot.digest),
        ("Thời điểm chốt số liệu", f"{cut_off:%d/%m/%Y %H:%M:%S}"),
        ("Kiểm tra báo cáo tại", f"{settings.OCOP_BASE_URL}/kiem-tra-bao-cao/"),
    ]
    bold = Style(bold=True)
    # In cells of their own: below the header of a list nothing is merged, so that it sorts and filters.
    return [Line(), *(Line([Block(name, 1, 1, bold), Block(value, 2, 2)]) for name, value in facts)]
