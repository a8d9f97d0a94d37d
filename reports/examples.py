"""A form to begin with: every table of a report as a sheet with its placeholders, in the official layout."""

from __future__ import annotations

import tempfile
from datetime import datetime, time
from typing import IO

from ocop_portal.lib import clock
from ocop_portal.lib.spreadsheet import Column as SheetColumn
from ocop_portal.lib.spreadsheet import Page, Properties, Sheet, letterhead, signature, write_workbook
from ocop_portal.lib.spreadsheet_forms import fold

from .catalogue import KINDS
from .tables import Report, Table


def write(report: Report) -> IO[bytes]:
    """An .xlsx file that fills itself when it is uploaded as it is; the caller closes it."""
    sheets = [_sheet(table, is_first=place == 0) for place, table in enumerate(report.tables)]
    made = Properties(
        f"Biểu mẫu ví dụ – {report.title}", report.area_name, datetime.combine(clock.today(), time())
    )
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_workbook(file, sheets, properties=made)
    file.seek(0)
    return file


def file_name(code: str) -> str:
    """``Bieu-mau-vi-du_Bao-cao-tien-do.xlsx``."""
    return f"Bieu-mau-vi-du_{KINDS[code].file_stem}.xlsx"


def _sheet(table: Table, *, is_first: bool) -> Sheet:
    code = fold(table.code)
    columns = [SheetColumn(c.title, c.kind, c.width, c.total == "sum") for c in table.columns]
    above, below = [], []
    if is_first:
        above = letterhead(
            columns,
            superior="{{cap_tren}}",
            issuer="{{co_quan}}",
            place_and_date="{{dia_danh}}, {{ngay_lap_bang_chu}}",
            title=["{{ten_bao_cao}}", "{{don_vi}} – {{ky}}"],
        )
        below = signature(columns, authority=["{{chuc_vu_ky}}"], signer="{{nguoi_ky}}")
    row = [f"{{{{{code}.{fold(column.key)}}}}}" for column in table.columns]
    return Sheet(
        title=table.title,
        columns=columns,
        rows=[row],
        above=above,
        below=below,
        page=Page(landscape=True),
        autofilter=False,
    )
