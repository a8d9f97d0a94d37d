"""The minutes of a session and the members' sheets as PDF, to be signed; from frozen results alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

from reportlab.platypus import Flowable

from ocop_portal.lib import paper

from ..models import Result
from . import council_words as words

Record = dict[str, Any]
TO_SIGN = "(Ký, ghi rõ họ tên)"


def write_minutes(file: IO[bytes], results: Sequence[Result]) -> None:
    """The minutes of a session."""
    records = words.records_of(results)
    first = records[0]
    digests = ", ".join(result.digest[:12] for result in results)
    properties = paper.Properties("Biên bản họp hội đồng", first["council"]["name"], code=digests[:120])
    paper.write(file, list(_minutes(records, words.numbered(results))), properties)


def write_sheets(file: IO[bytes], result: Result, only: int | None = None) -> None:
    """The members' sheets of the last pass in the form of the annex, each on pages of its own."""
    [record] = words.records_of([result])
    story: list[Flowable] = []
    for sheet in record["passes"][-1]["sheets"]:
        if only is None or sheet["sheet"] == only:
            story += [*([paper.new_page()] if story else []), *_sheet(record, sheet)]
    code = f"{record['dossier']['code']} · {result.digest[:16]}"
    properties = paper.Properties("Phiếu chấm điểm", record["council"]["name"], code=code)
    paper.write(file, story, properties)


def _minutes(records: Sequence[Record], numbered: Sequence[str]) -> Iterator[Flowable]:
    yield from _head(records[0])
    yield from paper.title("BIÊN BẢN", "Đánh giá, phân hạng sản phẩm OCOP")
    yield from paper.heading("I. Thời gian, thành phần")
    for line in [*words.session_lines(records), *words.attendance_lines(records), *numbered]:
        yield paper.paragraph(line)
    yield from paper.heading("II. Nội dung, kết quả từng sản phẩm")
    for number, record in enumerate(records, 1):
        yield from _dossier(number, record)
    yield from paper.heading("III. Tổng hợp kết quả")
    yield paper.table(
        ("TT", "Sản phẩm", "A", "B", "C", "Tổng", "Kết quả"),
        [_row(number, record) for number, record in enumerate(records, 1)],
        (0.8, 5, 1.3, 1.3, 1.3, 1.5, 3),
        numbers=(2, 3, 4, 5),
    )
    yield paper.space()
    yield paper.signatures([("THƯ KÝ", TO_SIGN), ("CHỦ TỊCH HỘI ĐỒNG", TO_SIGN)])


def _dossier(number: int, record: Record) -> Iterator[Flowable]:
    told, quorum = record["dossier"], record["quorum"]
    yield from paper.heading(f"{number}. {told['product']} ({told['code']})", 2)
    holders = "; ".join(told["holders"])
    yield paper.paragraph(
        f"Chủ thể: {holders}; {told['commune']}. Bộ tiêu chí: {record['rules']['name']} "
        f"({record['rules']['code']}). Tham gia chấm: {quorum['counted']} thành viên "
        f"(tối thiểu {quorum['needed']})."
    )
    if record["recused"]:
        yield paper.paragraph(f"Không tham gia chấm do có lợi ích liên quan: {words.recused(record)}.")
    for each in record["passes"]:
        yield paper.paragraph(_pass(each))
        if each["sheets"]:
            rows = [
                [s["member"], *(words.points(s["parts"][p]) for p in "ABC"), words.points(s["total"])]
                for s in each["sheets"]
            ]
            head = ("Thành viên", "Phần A", "Phần B", "Phần C", "Tổng điểm")
            yield paper.table(head, rows, (5, 1.5, 1.5, 1.5, 1.8), numbers=(1, 2, 3, 4))
            yield paper.space(2)
    for label, text in (("Thảo luận", record["discussion"]), ("Kết luận", record["conclusion"])):
        if text:
            yield paper.paragraph(f"{label}: {text}")
    for line in words.motion_lines(record):
        yield paper.paragraph(line)
    score = record["score"]
    yield paper.paragraph(
        f"Kết quả: {words.points(score['total'])} điểm; sao theo điểm: {score['band']}; "
        f"sao theo mức tối thiểu: {score['held']}; {words.outcome(record)}."
    )


def _pass(each: Record) -> str:
    spread = f" Chênh lệch {words.points(each['spread'])} điểm." if each["spread"] is not None else ""
    reason = f" Lý do chấm lại: {each['reason']}." if each["reason"] else ""
    missing = f" Không có phiếu của: {'; '.join(each['missing'])}." if each["missing"] else ""
    return f"Lượt chấm {each['number']}: {len(each['sheets'])} phiếu.{reason}{spread}{missing}"


def _row(number: int, record: Record) -> list[str]:
    score = record["score"]
    parts = [words.points(score["parts"][part]) for part in "ABC"]
    total = words.points(score["total"])
    return [str(number), record["dossier"]["product"], *parts, total, words.outcome(record)]


def _sheet(record: Record, sheet: Record) -> Iterator[Flowable]:
    yield from _head(record)
    yield from paper.title("PHIẾU CHẤM ĐIỂM SẢN PHẨM OCOP", record["rules"]["name"])
    yield paper.facts(
        [
            ("Sản phẩm", record["dossier"]["product"]),
            ("Chủ thể", "; ".join(record["dossier"]["holders"])),
            ("Mã hồ sơ", record["dossier"]["code"]),
            ("Thành viên hội đồng", sheet["member"]),
            ("Chức vụ", sheet["position"]),
        ]
    )
    rows = [
        [
            asked["code"],
            f"{asked['title']}\n{words.choice(asked, sheet)}",
            asked["most"].replace(".", ","),
            sheet["points"].get(asked["code"], "0").replace(".", ","),
        ]
        for asked in record["criteria"]
    ]
    yield paper.space(2)
    head = ("Mục", "Tiêu chí và mức chọn", "Tối đa", "Điểm")
    yield paper.table(head, rows, (1.1, 9, 1.4, 1.4), numbers=(2, 3))
    yield paper.space(2)
    for line in words.sheet_lines(sheet):
        yield paper.paragraph(line)
    yield paper.signatures([("", ""), (sheet["seat"].upper(), TO_SIGN)])


def _head(record: Record) -> list[Flowable]:
    council = record["council"]
    place = f"{council['place_name']}, {words.day(record['session']['on'])}"
    return paper.letterhead([council["issuer"], council["name"].upper()], place)
