"""The minutes of an inspection: what was checked, the finding, what is to be mended, who signs."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import Flowable

from ocop_portal.lib import paper

from .. import recognising
from ..models import Inspection

DOTS = "……"
SAID = {True: "Đạt", False: "Không đạt", None: ""}


def properties(inspection: Inspection) -> paper.Properties:
    """What the file says of itself."""
    name = inspection.recognition.product_name
    return paper.Properties(title=f"Biên bản kiểm tra {name}", author=str(inspection.area))


def story(inspection: Inspection) -> Iterator[Flowable]:
    """The minutes; what is not written down yet is left to be written by hand."""
    recognition, done = inspection.recognition, inspection.done_on
    body = recognising.body_of(inspection.area).upper()
    dated = (
        f"ngày {done:%d} tháng {done:%m} năm {done.year}" if done else f"ngày {DOTS} tháng {DOTS} năm {DOTS}"
    )
    yield from paper.letterhead([body], f"{inspection.area.short_name}, {dated}")
    yield from paper.title("BIÊN BẢN", "Kiểm tra sản phẩm đã được công nhận đạt sao OCOP")
    holders = "; ".join(holder.name for holder in recognition.holders.all())
    yield paper.facts(
        [
            ("Sản phẩm", f"{recognition.product_name} ({recognition.stars} sao)"),
            ("Chủ thể", holders),
            ("Địa bàn", recognition.area.name),
            ("Theo quyết định", str(recognition.decision)),
            ("Lý do kiểm tra", inspection.reason),
            ("Thành phần đoàn kiểm tra", None),
            ("Đại diện chủ thể", None),
        ]
    )
    yield from paper.heading("1. Nội dung kiểm tra")
    rows = [
        (str(line.position), line.words, SAID[line.conforms], line.note) for line in inspection.lines.all()
    ]
    yield paper.table(("TT", "Nội dung", "Kết quả", "Ghi chú"), rows, (6, 56, 14, 24))
    yield from _conclusion(inspection)
    yield paper.signatures(
        [("ĐẠI DIỆN CHỦ THỂ", "(Ký, ghi rõ họ tên)"), ("ĐẠI DIỆN ĐOÀN KIỂM TRA", "(Ký, ghi rõ họ tên)")]
    )


def _conclusion(inspection: Inspection) -> Iterator[Flowable]:
    """The finding, what is to be mended by when, and the ground on which a revocation is proposed."""
    yield from paper.heading("2. Kết luận")
    found = inspection.finding
    yield paper.boxes([(str(label), found == key) for key, label in Inspection.Finding.choices])
    if found:
        yield paper.paragraph(inspection.words or "–")
    else:
        yield from paper.lines_to_write_on(4)
    if inspection.remedy_due_on:
        yield from paper.heading("3. Nội dung phải khắc phục")
        yield paper.paragraph(inspection.remedy)
        yield paper.paragraph(f"Thời hạn: trước hết ngày {inspection.remedy_due_on:%d/%m/%Y}.")
    if inspection.ground:
        yield paper.paragraph(f"Căn cứ đề nghị thu hồi: {inspection.get_ground_display()}.")
