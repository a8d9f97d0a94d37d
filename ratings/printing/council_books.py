"""The council's papers as Excel files, printed from frozen results alone: the words are the record's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

from ocop_portal.lib.spreadsheet import (
    Block,
    Column,
    Line,
    Page,
    Properties,
    Sheet,
    Style,
    Value,
    letterhead,
    signature,
    write_workbook,
)

from ..models import Result
from . import council_words as words

Record = dict[str, Any]
PORTRAIT = Page(landscape=False)


def write_minutes(file: IO[bytes], results: Sequence[Result]) -> None:
    """The minutes of a session: who came, who was recused, every pass, the discussion, the results."""
    records = words.records_of(results)
    columns = [
        Column("TT", "integer", 6),
        Column("Sản phẩm", width=28),
        Column("Chủ thể", width=26),
        Column("Xã", width=16),
        Column("Lượt chấm", "integer", 9),
        Column("Chênh lệch (điểm)", "decimal", 11),
        Column("Phần A", "decimal", 10),
        Column("Phần B", "decimal", 10),
        Column("Phần C", "decimal", 10),
        Column("Tổng điểm", "decimal", 10),
        Column("Kết quả", width=20),
        Column("Không tham gia chấm", width=26),
        Column("Thảo luận, kết luận", width=40),
    ]
    first = records[0]
    notes = [*words.session_lines(records), *words.attendance_lines(records)]
    main = Sheet(
        "Biên bản",
        columns,
        [_minutes_row(number, record) for number, record in enumerate(records, 1)],
        above=[*_head(columns, first, ["BIÊN BẢN", words.MEETING]), *_lines(columns, notes)],
        below=signature(columns, authority=["THƯ KÝ", "CHỦ TỊCH HỘI ĐỒNG"], signer=""),
        autofilter=False,
        fit_heights=True,
    )
    _write(file, [main, _passes(records)], "Biên bản họp hội đồng", first)


def write_summary(file: IO[bytes], results: Sequence[Result]) -> None:
    """The summary of results: one row a dossier with the three means, the total and the star."""
    records = words.records_of(results)
    columns = [
        Column("TT", "integer", 6),
        Column("Mã hồ sơ", width=18),
        Column("Sản phẩm", width=30),
        Column("Chủ thể", width=30),
        Column("Xã", width=18),
        Column("Số phiếu", "integer", 9),
        Column("Phần A", "decimal", 10),
        Column("Phần B", "decimal", 10),
        Column("Phần C", "decimal", 10),
        Column("Tổng điểm", "decimal", 10),
        Column("Sao theo điểm", "integer", 9),
        Column("Sao theo mức tối thiểu", "integer", 11),
        Column("Kết quả", width=20),
    ]
    sheet = Sheet(
        "Tổng hợp kết quả",
        columns,
        [_summary_row(number, record) for number, record in enumerate(records, 1)],
        above=_head(columns, records[0], ["BẢNG TỔNG HỢP KẾT QUẢ", words.MEETING]),
        below=signature(columns, authority=["CHỦ TỊCH HỘI ĐỒNG"], signer=""),
        fit_heights=True,
    )
    _write(file, [sheet], "Tổng hợp kết quả đánh giá", records[0])


def write_draft_decision(file: IO[bytes], results: Sequence[Result]) -> None:
    """The annex of the draft decision: the products to be recognised with their stars, holders, communes."""
    records = [record for record in words.records_of(results) if words.certified(record)]
    columns = [
        Column("TT", "integer", 6),
        Column("Sản phẩm", width=34),
        Column("Chủ thể", width=40),
        Column("Xã", width=22),
        Column("Tổng điểm", "decimal", 11),
        Column("Hạng sao", "integer", 10),
    ]
    body = [
        [number, r["dossier"]["product"], "; ".join(r["dossier"]["holders"]), r["dossier"]["commune"],
         Decimal(r["score"]["total"]), r["score"]["granted"]]
        for number, r in enumerate(records, 1)
    ]  # fmt: skip
    first = words.records_of(results)[0]
    suffix, year = first["council"]["number_suffix"], first["agreed_on"][:4]
    attached = f"(Kèm theo Quyết định số      /QĐ-{suffix} ngày      tháng      năm {year})"
    sheet = Sheet(
        "Dự thảo quyết định",
        columns,
        body,
        above=_head(columns, first, ["DANH SÁCH SẢN PHẨM OCOP ĐƯỢC CÔNG NHẬN", "(DỰ THẢO)"], attached),
        below=signature(columns, authority=["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], signer=""),
        fit_heights=True,
    )
    _write(file, [sheet], "Dự thảo quyết định công nhận", first)


def write_sheets(file: IO[bytes], result: Result, only: int | None = None) -> None:
    """The members' sheets of the last pass in the form of the annex, one a sheet of the workbook."""
    [record] = words.records_of([result])
    sheets = [
        _member_sheet(record, sheet, number)
        for number, sheet in enumerate(record["passes"][-1]["sheets"], 1)
        if only is None or sheet["sheet"] == only
    ]
    _write(file, sheets, f"Phiếu chấm {record['dossier']['code']}", record)


def _member_sheet(record: Record, sheet: Record, number: int) -> Sheet:
    columns = [
        Column("Mục", width=8),
        Column("Tiêu chí", width=34),
        Column("Điểm tối đa", "decimal", 9),
        Column("Mức chọn", width=44),
        Column("Điểm", "decimal", 9),
        Column("Ghi chú", width=20),
    ]
    rows: list[list[Value]] = []
    for asked in record["criteria"]:
        chosen, points = words.choice(asked, sheet), Decimal(sheet["points"].get(asked["code"], "0"))
        note = sheet["notes"].get(asked["code"], "")
        rows.append([asked["code"], asked["title"], Decimal(asked["most"]), chosen, points, note])
    below = _lines(columns, words.sheet_lines(sheet))
    return Sheet(
        f"Phiếu {number}",
        columns,
        rows,
        above=_head(columns, record, ["PHIẾU CHẤM ĐIỂM SẢN PHẨM OCOP", record["dossier"]["product"].upper()]),
        below=[*below, *signature(columns, authority=[sheet["seat"].upper()], signer=sheet["member"])],
        page=PORTRAIT,
        autofilter=False,
        fit_heights=True,
    )


def _passes(records: Sequence[Record]) -> Sheet:
    """Each pass of each dossier with the totals of its members; the former passes are kept."""
    columns = [
        Column("Mã hồ sơ", width=18),
        Column("Sản phẩm", width=30),
        Column("Lượt", "integer", 7),
        Column("Lý do chấm lại", width=36),
        Column("Thành viên", width=26),
        Column("Phần A", "decimal", 10),
        Column("Phần B", "decimal", 10),
        Column("Phần C", "decimal", 10),
        Column("Tổng điểm", "decimal", 10),
    ]
    rows: list[list[Value]] = [
        [
            record["dossier"]["code"],
            record["dossier"]["product"],
            each["number"],
            each["reason"],
            sheet["member"],
            *(Decimal(sheet["parts"][part]) for part in "ABC"),
            Decimal(sheet["total"]),
        ]
        for record in records
        for each in record["passes"]
        for sheet in each["sheets"]
    ]
    return Sheet("Các lượt chấm", columns, rows)


def _minutes_row(number: int, record: Record) -> list[Value]:
    last = record["passes"][-1]
    said = [record["discussion"], record["conclusion"], *words.motion_lines(record)]
    return [
        number,
        record["dossier"]["product"],
        "; ".join(record["dossier"]["holders"]),
        record["dossier"]["commune"],
        len(record["passes"]),
        Decimal(last["spread"]) if last["spread"] is not None else None,
        *(Decimal(record["score"]["parts"][part]) for part in "ABC"),
        Decimal(record["score"]["total"]),
        words.outcome(record),
        words.recused(record),
        "\n".join(filter(None, said)),
    ]


def _summary_row(number: int, record: Record) -> list[Value]:
    score = record["score"]
    return [
        number,
        record["dossier"]["code"],
        record["dossier"]["product"],
        "; ".join(record["dossier"]["holders"]),
        record["dossier"]["commune"],
        len(record["passes"][-1]["sheets"]),
        *(Decimal(score["parts"][part]) for part in "ABC"),
        Decimal(score["total"]),
        score["band"],
        score["held"],
        words.outcome(record),
    ]


def _head(columns: Sequence[Column], record: Record, title: list[str], attached: str = "") -> list[Line]:
    council = record["council"]
    return letterhead(
        columns,
        superior=council["issuer"],
        issuer=council["name"].upper(),
        place_and_date=f"{council['place_name']}, {words.day(record['session']['on'])}",
        title=title,
        attached_to=attached,
    )


def _lines(columns: Sequence[Column], texts: Sequence[str]) -> list[Line]:
    last = len(columns) - 1
    return [Line([Block(each, 0, last, Style(horizontal="left", wrap=True))]) for each in texts]


def _write(file: IO[bytes], sheets: Sequence[Sheet], title: str, record: Record) -> None:
    on = date.fromisoformat(record["agreed_on"])
    properties = Properties(title, record["council"]["name"], created=datetime.combine(on, time()))
    write_workbook(file, sheets, properties=properties)
