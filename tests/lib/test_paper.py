"""Papers as PDF: Vietnamese text that can be read back, pages that count themselves, files joined behind."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from ocop_portal.lib import paper

PROPERTIES = paper.Properties("Phiếu thử", "UBND xã Thử Nghiệm", code="HS-01501-2026-001")


def story(rows: int = 3):
    return [
        *paper.letterhead(
            ["ỦY BAN NHÂN DÂN", "XÃ ĐÀM THỦY"], "Đàm Thủy, ngày 23 tháng 11 năm 2026", "Mẫu số 01"
        ),
        *paper.title("PHIẾU ĐĂNG KÝ", "Sản phẩm OCOP"),
        *paper.heading("I. Chủ thể"),
        paper.facts(
            [("Tên chủ thể", "HTX <b>Thử</b> & Nghiệm"), ("Người đại diện", None), ("Điện thoại", "")]
        ),
        paper.boxes([("Lần đầu", True), ("Nâng hạng", False)]),
        paper.table(["TT", "Tiêu chí"], [[str(n), "Nguồn gốc ý tưởng"] for n in range(rows)], [1, 9]),
        paper.signatures([("ĐẠI DIỆN CHỦ THỂ", "(Ký, ghi rõ họ tên)")]),
    ]


def written(*args) -> tuple[bytes, int]:
    file = BytesIO()
    pages = paper.write(file, story(*args), PROPERTIES)
    return file.getvalue(), pages


def read(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def pdf(pages: int = 1, password: str = "") -> BytesIO:
    writer = PdfWriter()
    for _number in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    file = BytesIO()
    writer.write(file)
    return file


def picture(width: int, height: int) -> BytesIO:
    drawn = BytesIO()
    Image.new("RGB", (width, height), "green").save(drawn, "JPEG")
    return drawn


def part(file: BytesIO, content_type: str = "application/pdf", title: str = "Giấy") -> paper.Part:
    return paper.Part(title, content_type, file)


def test_vietnamese_and_markup_come_out_as_typed():
    text = read(written()[0])[0]
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "XÃ ĐÀM THỦY",
        "HTX <b>Thử</b> & Nghiệm",
        "Mẫu số 01",
    ):
        assert words in text


def test_pages_count_themselves_and_carry_the_code():
    content, pages = written(200)
    texts = read(content)
    assert len(texts) == pages > 2
    for number, text in enumerate(texts, start=1):
        assert f"{number}/{pages}" in text
        assert "HS-01501-2026-001" in text


def test_the_head_of_a_long_table_stands_on_each_of_its_pages():
    assert all("Tiêu chí" in text for text in read(written(200)[0]))


def test_equal_papers_are_equal_bytes():
    assert written()[0] == written()[0]


def test_files_are_joined_in_order_with_an_outline():
    target = BytesIO()
    parts = [
        part(pdf(2), title="Một"),
        part(picture(300, 100), "image/jpeg", "Ảnh ngang"),
        part(pdf(1), title="Ba"),
    ]
    joined = paper.join(parts, target, title="Hồ sơ")
    assert joined == paper.Joined(4, (1, 3, 4))
    reader = PdfReader(target)
    assert [(item.title, reader.get_destination_page_number(item) + 1) for item in reader.outline] == [
        ("Một", 1),
        ("Ảnh ngang", 3),
        ("Ba", 4),
    ]
    sheet = reader.pages[2].mediabox
    assert sheet.width > sheet.height  # a wide picture lies across the sheet


@pytest.mark.parametrize(
    ("file", "content_type", "reason"),
    [
        (pdf(1, "khoa"), "application/pdf", "locked"),
        (BytesIO(b"%PDF-1.7 dut giua chung"), "application/pdf", "damaged"),
        (BytesIO(b"\xff\xd8\xffhong"), "image/jpeg", "damaged"),
        (BytesIO(b"PK"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "kind"),
    ],
)
def test_what_cannot_stand_in_a_pdf_says_why(file, content_type, reason):
    with pytest.raises(paper.Unjoinable, match=f"^{reason}$"):
        paper.pages_of(part(file, content_type))
