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
from ocop_portal.lib.spreadsheet.official import halves

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
    notes = [
        *words.session_lines(records),
        *words.attendance_lines(records),
        *words.numbered(results),
    ]
    main = Sheet(
        "Biên bản",
        columns,
        [_minutes_row(number, record) for number, record in enumerate(records, 1)],
        above=[*_head(columns, first, ["BIÊN BẢN", words.MEETING]), *_lines(columns, notes)],
        below=_two_signers(columns, "THƯ KÝ", "CHỦ TỊCH HỘI ĐỒNG"),
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
    """The draft decision, its annex (products to be recognised with stars, holders, communes), and what a
    higher level recognises.
    """
    records = words.records_of(results)
    own = [record for record in records if words.recognised(record)]
    above = [record for record in records if words.onward(record)]
    first = records[0]
    columns = [Column("Điều", width=10), Column("Nội dung", width=110)]
    text = Sheet(
        "Quyết định",
        columns,
        words.articles(first, len(own)),
        above=_head(columns, first, ["QUYẾT ĐỊNH", words.DECIDED, "(DỰ THẢO)"], by_unit=True),
        below=signature(columns, authority=["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], signer=""),
        autofilter=False,
        fit_heights=True,
    )
    suffix, year = first["council"]["number_suffix"], first["agreed_on"][:4]
    attached = f"(Kèm theo Quyết định số      /QĐ-{suffix} ngày      tháng      năm {year})"
    annex = _products("Danh sách", "DANH SÁCH SẢN PHẨM ĐƯỢC CÔNG NHẬN", own, first, attached)
    sheets = [text, annex]
    if above:
        sheets.append(_products("Trình cấp trên", "SẢN PHẨM ĐỀ NGHỊ CẤP TRÊN CÔNG NHẬN", above, first))
    _write(file, sheets, "Dự thảo quyết định công nhận", first)


def _products(name: str, title: str, records: Sequence[Record], first: Record, attached: str = "") -> Sheet:
    columns = [
        Column("TT", "integer", 6),
        Column("Sản phẩm", width=34),
        Column("Chủ thể", width=40),
        Column("Xã", width=22),
        Column("Tổng điểm", "decimal", 11),
        Column("Hạng sao", "integer", 10),
    ]
    rows: list[list[Value]] = [
        [
            number,
            record["dossier"]["product"],
            "; ".join(record["dossier"]["holders"]),
            record["dossier"]["commune"],
            Decimal(record["score"]["total"]),
            record["score"]["granted"],
        ]
        for number, record in enumerate(records, 1)
    ]
    return Sheet(
        name,
        columns,
        rows,
        above=_head(columns, first, [title, "(DỰ THẢO)"], attached, by_unit=True),
        below=signature(columns, authority=["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], signer=""),
        fit_heights=True,
    )


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


def _head(
    columns: Sequence[Column],
    record: Record,
    title: list[str],
    attached: str = "",
    *,
    by_unit: bool = False,
) -> list[Line]:
    """The letterhead of the council, or of the unit that decides."""
    council = record["council"]
    return letterhead(
        columns,
        superior=council["superior"] if by_unit else council["issuer"],
        issuer=council["issuer"] if by_unit else council["name"].upper(),
        place_and_date=f"{council['place_name']}, {words.day(record['session']['on'])}",
        title=title,
        attached_to=attached,
    )


def _two_signers(columns: Sequence[Column], left: str, right: str) -> list[Line]:
    """Who signs on the left and on the right; room to sign below."""
    first, second = halves(columns)
    bold = Style(horizontal="center", size=13, bold=True)
    blocks = [Block(left, 0, first, bold), Block(right, second, len(columns) - 1, bold)]
    return [Line(height=12), Line(blocks), *[Line(height=20)] * 3]


def _lines(columns: Sequence[Column], texts: Sequence[str]) -> list[Line]:
    last = len(columns) - 1
    return [Line([Block(each, 0, last, Style(horizontal="left", wrap=True))]) for each in texts]


def _write(file: IO[bytes], sheets: Sequence[Sheet], title: str, record: Record) -> None:
    on = date.fromisoformat(record["agreed_on"])
    properties = Properties(title, record["council"]["name"], created=datetime.combine(on, time()))
    write_workbook(file, sheets, properties=properties)
