"""Which kinds of paper prove which criterion. Sets number their criteria differently, so titles tell them."""

from __future__ import annotations

from collections.abc import Set

from enterprises.models import EvidenceKind as Kind

from .ground import Claim

ORGANISATION = "Loại hình tổ chức"
REPRESENTATIVE = "Người đại diện là nữ/DTTS/khuyết tật"
PROPERTY = "Sở hữu trí tuệ"
QUALITY = "Đảm bảo chất lượng sản phẩm"
DECLARATIONS = ("Công bố chất lượng sản phẩm", "Công bố sản phẩm", "Công bố chất lượng")
CERTIFIED_SYSTEM = "chứng nhận quản lý chất lượng"

_SOURCES = (
    "Nguồn gốc sản phẩm",
    "Nguồn nguyên liệu",
    "Chứng nhận vùng nguyên liệu",
    "Chứng nhận vùng sản xuất",
    "Liên kết chuỗi",
    "Liên kết sản xuất",
)
PROVED_BY: dict[str, Set[str]] = {
    **{title: {Kind.ORIGIN} for title in _SOURCES},
    "Bảo vệ môi trường khi sản xuất": {Kind.ENVIRONMENT},
    "Công nghệ bền vững": {Kind.ENVIRONMENT},
    ORGANISATION: {Kind.BUSINESS_REGISTRATION},
    "Lao động địa phương": {Kind.LABOUR},
    "Tăng trưởng SXKD": {Kind.ACCOUNTS},
    PROPERTY: {Kind.INTELLECTUAL_PROPERTY},
    "Thị trường phân phối": {Kind.SALES},
    "Quảng bá sản phẩm": {Kind.PROMOTION},
    "Câu chuyện sản phẩm": {Kind.STORY},
    **{title: {Kind.QUALITY_DECLARATION, Kind.TEST_REPORT} for title in DECLARATIONS},
    QUALITY: {Kind.QUALITY_SYSTEM, Kind.PRODUCTION_CONDITIONS},
    "Cơ hội thị trường toàn cầu": {Kind.SALES, Kind.QUALITY_SYSTEM, Kind.AWARD, Kind.PROMOTION},
    "Dinh dưỡng": {Kind.TEST_REPORT},
    "Kiểm tra định kỳ": {Kind.TEST_REPORT},
}
# What a council sees on the sample, its package and its label, or in the product's own story.
SEEN = frozenset(
    {
        "Nguồn gốc ý tưởng",
        "Đóng gói, bao bì",
        "Ghi nhãn hàng hóa",
        "Nhãn song ngữ",
        "Bao bì, ghi nhãn sản phẩm",
        "Phong cách, ghi nhãn sản phẩm",
        "Cấu trúc câu chuyện sản phẩm",
        "Trí tuệ/bản sắc địa phương",
        "Trình bày câu chuyện sản phẩm",
        # The organisation's own particulars answer it.
        REPRESENTATIVE,
    }
)


def asks_for_paper(claim: Claim) -> bool:
    """Whether points in the criterion want a paper; most of part C is tasted and looked at."""
    if claim.points == 0 or claim.title in SEEN:
        return False
    return claim.evidence_asked or claim.title in PROVED_BY or claim.part != "C"


def kind_wanted(claim: Claim) -> Kind | None:
    """The one kind of paper that the option itself names (a trade mark, a certificate), if it names one."""
    if claim.points == 0:
        return None
    if claim.title == PROPERTY:
        return Kind.INTELLECTUAL_PROPERTY
    if claim.title in DECLARATIONS:
        return Kind.QUALITY_DECLARATION
    if claim.title == QUALITY and CERTIFIED_SYSTEM in claim.label:
        return Kind.QUALITY_SYSTEM
    return None
