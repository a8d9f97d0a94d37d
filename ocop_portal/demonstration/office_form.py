"""A form that the province asks its communes for, with placeholders, so that there is one to fill."""

from __future__ import annotations

import tempfile
from datetime import datetime, time

from django.core.files.base import ContentFile

from accounts.models import User
from ocop_portal.lib import clock, files
from ocop_portal.lib.spreadsheet import Column, Properties, Sheet, letterhead, signature, write_workbook
from reports import templating
from reports.models import Template

from .people import DAY_2026, unit

NAME = "Biểu 02 – Danh mục sản phẩm OCOP (minh họa)"
_COLUMNS = [
    (Column("TT", "integer", 6), "{{san_pham.tt}}"),
    (Column("Sản phẩm", width=34), "{{san_pham.ten}}"),
    (Column("Chủ thể", width=34), "{{san_pham.chu_the}}"),
    (Column("Xã", width=18), "{{san_pham.xa}}"),
    (Column("Hạng sao", "integer", 9), "{{san_pham.sao}}"),
    (Column("Quyết định", width=18), "{{san_pham.so_qd}}"),
    (Column("Hết hạn", "date", 13), "{{san_pham.het_han}}"),
    (Column("Tình trạng", width=20), "{{san_pham.tinh_trang}}"),
]


def play(officer: User) -> Template:
    """Upload the province's form for the progress report."""
    upload = files.inspect(ContentFile(_written(), "bieu-02.xlsx"), kinds=files.SPREADSHEETS)
    note = "Biểu mẫu minh họa: các xã điền bằng số liệu của mình."
    return templating.upload(unit("04", DAY_2026), "tien-do", NAME, upload, by=officer, note=note)


def _written() -> bytes:
    columns = [column for column, _name in _COLUMNS]
    sheet = Sheet(
        title="Biểu 02",
        columns=columns,
        rows=[[name for _column, name in _COLUMNS]],
        above=letterhead(
            columns,
            superior="{{cap_tren}}",
            issuer="{{co_quan}}",
            place_and_date="{{dia_danh}}, {{ngay_lap_bang_chu}}",
            title=["DANH MỤC SẢN PHẨM OCOP", "{{don_vi}} – {{ky}}: {{san_pham.so_dong}} sản phẩm"],
        ),
        below=signature(columns, authority=["{{chuc_vu_ky}}"], signer="{{nguoi_ky}}"),
        autofilter=False,
    )
    made = Properties("Biểu 02", "Dữ liệu minh họa", datetime.combine(clock.today(), time()))
    with tempfile.TemporaryFile() as file:
        write_workbook(file, [sheet], properties=made)
        file.seek(0)
        return file.read()
