"""Forms 01 and 03 on paper, blank or as they stand in a dossier (Decision 26/2026/QĐ-TTg, annex)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from reportlab.platypus import Flowable

from areas.models import Area
from ocop_portal.lib import paper

from ..models import CommuneAssessment, Dossier

PLEDGE = "Chủ thể cam kết thông tin, giấy tờ trong hồ sơ là đúng sự thật và chịu trách nhiệm trước pháp luật."
MATTERS = (
    ("origin", "1. Nguồn gốc và nguyên liệu địa phương"),
    ("labour", "2. Lao động địa phương"),
    ("idea", "3. Nguồn gốc ý tưởng"),
    ("identity", "4. Bản sắc, trí tuệ địa phương"),
)
DOTS = "……"
LINES_FOR_A_MATTER = 4
"""With these the signature of a blank Form 03 stands on the same page."""


def registration(dossier: Dossier | None) -> Iterator[Flowable]:
    """Form 01: who registers which product for what, the papers, the pledge, the receipts of both levels."""
    yield from paper.letterhead([maker(dossier)], place_and_date(dossier), "Mẫu số 01")
    yield from paper.title(
        "PHIẾU ĐĂNG KÝ ĐÁNH GIÁ, PHÂN HẠNG SẢN PHẨM OCOP",
        f"Kính gửi: Ủy ban nhân dân {dossier.area.name[:1].lower() + dossier.area.name[1:]}"
        if dossier
        else f"Kính gửi: Ủy ban nhân dân xã {DOTS}",
    )
    yield from paper.heading("I. Chủ thể đăng ký")
    yield paper.facts(_organisation(dossier))
    yield from paper.heading("II. Sản phẩm đăng ký")
    yield paper.facts(_product(dossier))
    yield paper.boxes(
        [(str(label), dossier is not None and dossier.kind == kind) for kind, label in Dossier.Kind.choices]
    )
    yield from paper.heading("III. Cam kết")
    yield paper.paragraph(PLEDGE)
    yield paper.signatures(
        [
            ("TIẾP NHẬN CẤP XÃ", _receipt(dossier, Dossier.State.AT_COMMUNE)),
            ("TIẾP NHẬN CẤP TỈNH", _receipt(dossier, Dossier.State.SUBMITTED)),
            ("ĐẠI DIỆN CHỦ THỂ", "(Ký, ghi rõ họ tên, đóng dấu nếu có)"),
        ]
    )


def assessment(dossier: Dossier | None, commune: Area | None) -> Iterator[Flowable]:
    """Form 03: what the commune says of the four matters, and whether it proposes the product."""
    found = CommuneAssessment.objects.filter(dossier=dossier).first() if dossier else None
    name = commune.name.upper() if commune else f"XÃ {DOTS}"
    yield from paper.letterhead(["ỦY BAN NHÂN DÂN", name], place_and_date(dossier), "Mẫu số 03")
    yield from paper.title("PHIẾU ĐÁNH GIÁ CỦA ỦY BAN NHÂN DÂN CẤP XÃ", "đối với sản phẩm đăng ký OCOP")
    yield paper.facts(
        [
            ("Tên sản phẩm", dossier.product.name if dossier else None),
            ("Chủ thể", dossier.enterprise.name if dossier else None),
            ("Mã hồ sơ", dossier.code if dossier else None),
        ]
    )
    for field, heading in MATTERS:
        yield from paper.heading(heading)
        if dossier is None:
            yield from paper.lines_to_write_on(LINES_FOR_A_MATTER)
        else:
            yield paper.paragraph((getattr(found, field) if found else "") or "–")
    yield from paper.heading("5. Kết luận")
    proposes = found.proposes if found else None
    yield paper.boxes(
        [
            ("Đề nghị cấp tỉnh đánh giá, phân hạng sản phẩm", proposes is True),
            ("Chưa đề nghị; chủ thể cần bổ sung, hoàn thiện", proposes is False),
        ]
    )
    yield paper.signatures([("", ""), ("TM. ỦY BAN NHÂN DÂN", "(Ký tên, đóng dấu)")])


def said(dossier: Dossier) -> list[tuple[str, str]]:
    """What the commune said of the four matters, under the headings of Form 03; nothing before it did."""
    found = CommuneAssessment.objects.filter(dossier=dossier).first()
    return [(heading, getattr(found, field)) for field, heading in MATTERS] if found else []


def maker(dossier: Dossier | None) -> str:
    """Who issues Forms 01 and 02: the organisation; empty on a blank form."""
    return dossier.enterprise.name.upper() if dossier else ""


def place_and_date(dossier: Dossier | None) -> str:
    """The place and the day of the first submission, in the words of official papers."""
    day = dossier.first_submitted_on if dossier else None
    place = dossier.area.short_name if dossier else DOTS
    if day is None:
        return f"{place}, ngày {DOTS} tháng {DOTS} năm {DOTS}"
    return f"{place}, ngày {day:%d} tháng {day:%m} năm {day.year}"


def _organisation(dossier: Dossier | None) -> list[tuple[str, str | None]]:
    labels = [
        ("Tên chủ thể", "name"),
        ("Người đại diện", "representative"),
        ("Chức vụ", "representative_position"),
        ("Địa chỉ", "address"),
        ("Điện thoại", "phone"),
        ("Thư điện tử", "email"),
    ]
    if dossier is None:
        return [(label, None) for label, _name in labels]
    return [(label, getattr(dossier.enterprise, name)) for label, name in labels]


def _product(dossier: Dossier | None) -> list[tuple[str, str | None]]:
    labels = ("Tên sản phẩm", "Nhóm sản phẩm", "Bộ tiêu chí", "Hạng sao đề nghị")
    if dossier is None:
        return [(label, None) for label in labels]
    stars = _("%(stars)s stars") % {"stars": dossier.requested_stars} if dossier.requested_stars else ""
    values = (
        dossier.product.name,
        dossier.group.path,
        str(dossier.criteria_set) if dossier.criteria_set else "",
        stars,
    )
    return list(zip(labels, values, strict=True))


def _receipt(dossier: Dossier | None, state: str) -> str:
    steps = [step for step in dossier.steps.all() if step.to_state == state] if dossier else []
    if not steps or dossier is None:
        return f"Số: {DOTS}\nNgày: {DOTS}/{DOTS}/{DOTS}"
    return f"Số: {dossier.receipt_code}\nNgày: {steps[-1].on:%d/%m/%Y}"
