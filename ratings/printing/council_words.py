"""The words of the council's papers, out of the records of its results; numbers as the minutes print them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format

from ocop_portal.lib import dates

from ..models import Result, Session

Record = dict[str, Any]
MEETING = "ĐÁNH GIÁ, PHÂN HẠNG SẢN PHẨM OCOP"
DECIDED = "Về việc công nhận kết quả đánh giá, phân hạng sản phẩm OCOP"


def records_of(results: Sequence[Result]) -> list[Record]:
    """The frozen records, in the order given."""
    return [result.frozen for result in results if result.frozen]


def recognised(record: Record) -> bool:
    """Whether the council's own level recognises the star by its decision."""
    return record["onward"]["recognised_by"] == record["council"]["level"]


def onward(record: Record) -> bool:
    """Whether the star is recognised by a level above, to which the dossier goes."""
    return not recognised(record) and record["onward"]["recognised_by"] is not None


def articles(record: Record, products: int) -> list[list[str]]:
    """The articles of the draft decision, to be completed by the officer who prepares it."""
    council = record["council"]
    on = day(record["session"]["on"])
    return [
        ["Căn cứ", f"Biên bản của {council['name']} {on} và kết quả chấm điểm kèm theo;"],
        ["Điều 1", f"Công nhận {products} sản phẩm OCOP theo danh sách kèm theo Quyết định này."],
        ["Điều 2", "Giấy chứng nhận có thời hạn theo quy định, tính từ ngày ban hành Quyết định này."],
        [
            "Điều 3",
            "Quyết định có hiệu lực từ ngày ký. Các đơn vị, chủ thể liên quan thi hành.",
        ],
    ]


def outcome(record: Record) -> str:
    """The star, or the knock-out that ended the assessment."""
    score = record["score"]
    if score["granted"] is None:
        return "Dừng đánh giá: " + "; ".join(score["knockouts"])
    return "Tiềm năng 5 sao" if score["granted"] == 5 else f"{score['granted']} sao"


def recused(record: Record) -> str:
    """Who did not score the dossier, with the interest."""
    return "; ".join(f"{each['name']} ({each['reason']})" for each in record["recused"])


def motion_lines(record: Record) -> list[str]:
    """What was put to the vote, with the votes."""
    return [
        f"Biểu quyết điều kiện loại “{each['words']}”: {each['in_favour']} đồng ý, "
        f"{each['against']} không đồng ý – {'thông qua' if each['carried'] else 'không thông qua'}."
        for each in record["motions"]
    ]


def session_lines(records: Sequence[Record]) -> list[str]:
    """Day, kind and place of the session, and what the statute asks."""
    first = records[0]
    session, council = first["session"], first["council"]
    kind = "Lấy ý kiến bằng văn bản" if session["kind"] == Session.Kind.WRITTEN else "Họp"
    place = f", tại {session['place']}" if session["place"] else ""
    return [
        f"{kind} {day(session['on'])}{place}. Hội đồng: {council['name']}.",
        f"Quy chế: số thành viên tối thiểu {council['quorum_percent']}%; tổng điểm của các thành viên "
        f"chênh lệch không quá {points(council['spread_points'])} điểm.",
    ]


def numbered(results: Sequence[Result]) -> list[str]:
    """The number of the minutes and what the secretary noted for them, where they were given."""
    item = results[0].agenda_item
    if item is None:
        return []
    session = item.session
    number = [f"Số biên bản: {session.minutes_number}."] if session.minutes_number else []
    return [*number, *session.minutes_note.splitlines()]


def attendance_lines(records: Sequence[Record]) -> list[str]:
    """Who came and who did not, as it stood when the last result was agreed."""
    latest = max(records, key=lambda record: record["agreed_on"])["attendance"]
    here = "; ".join(f"{each['name']} ({each['seat']})" for each in latest["present"])
    away = "; ".join(f"{each['name']} ({each['seat']})" for each in latest["absent"])
    return [f"Có mặt: {here or '–'}.", f"Vắng mặt: {away or 'không'}."]


def sheet_lines(sheet: Record) -> list[str]:
    """What stands below a member's sheet: parts, total, opinion."""
    parts = ", ".join(f"phần {part}: {points(sheet['parts'][part])}" for part in "ABC")
    lines = [f"Tổng điểm: {points(sheet['total'])} ({parts})."]
    return [*lines, f"Ý kiến: {sheet['opinion']}"] if sheet["opinion"] else lines


def choice(asked: Record, sheet: Record) -> str:
    """The words of the option that a sheet chose for a criterion."""
    position = sheet["choices"].get(asked["code"])
    return asked["options"].get(str(position), "") if position else "–"


def points(value: str) -> str:
    """Points with the two places that the minutes print."""
    return number_format(Decimal(value), 2)


def day(iso: str) -> str:
    """A day of the record as official papers write it."""
    return dates.in_official_words(date.fromisoformat(iso))
