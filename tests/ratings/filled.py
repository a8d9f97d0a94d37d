"""Dossiers under Decision 26/2026 with their forms filled in, for tests of what comes after."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Role, User
from areas.models import Area
from products.models import ProductGroup
from ratings import completeness, filing, filling
from ratings.models import Answer, Criterion, Dossier, EvidenceUse
from tests import factories

TODAY = date(2026, 11, 23)
"""A Monday: the rules of Decision 26/2026, the communes of today."""

GENERAL = {
    "papers_held": "Giấy chứng nhận đăng ký hợp tác xã số 01, ngày 05/03/2020",
    "history": "Thành lập năm 2020 từ bảy hộ nấu rượu.",
    "structure": "Giám đốc, kế toán, tổ nấu, tổ bán hàng.",
    "workers": Decimal(12),
    "workers_local": Decimal(9),
}
BUSINESS = {
    "has_results": "yes",
    "output_unit": "lít",
    "output_2025": Decimal("4200"),
    "revenue_2025": Decimal("315.5"),
    "profit_2025": Decimal("-12.25"),
    "quality": "Công bố theo quy chuẩn, kiểm nghiệm hằng năm.",
    "market": "Bán tại chợ và cửa hàng trong tỉnh.",
}
PLAN = {
    "aims": "Đạt bốn sao trong ba năm.",
    "output_unit": "lít",
    "output_2027": Decimal("5000"),
    "revenue_2027": Decimal("400"),
    "profit_2027": Decimal("60"),
    "production_plan": "Thêm một nồi nấu.",
    "market_plan": "Mở hai điểm bán.",
    "resources_plan": "Vay 200 triệu đồng.",
}
FORMS: dict[str, dict[str, Any]] = {"thong-tin-chung": GENERAL, "ket-qua": BUSINESS, "phuong-an": PLAN}


def make_clerk(area: Area, username: str = "xa.moi") -> User:
    """Staff of a commune of today."""
    return factories.make_user(username, Role.COMMUNE, area, full_name=f"Cán bộ {area.name}")


def open_draft(area: Area, by: User, *, group: str = "QD26-14", **fields: Any) -> Dossier:
    """An empty draft under Decision 26/2026, rated by the set of the group; its name says nothing else."""
    factories.load_criteria(group)
    maker = factories.make_enterprise(area, phone="0900000123", registered_on=date(2020, 3, 5))
    product = factories.make_product(
        area, maker, name="Rượu ngô Mẫu", group=ProductGroup.objects.get(code=group)
    )
    return filing.open_dossier(product, kind="first", by=by, on=TODAY, **fields)


def answer_criteria(dossier: Dossier, *, leave: tuple[str, ...] = ()) -> None:
    """Choose the best option of every criterion but those left."""
    leaves = Criterion.objects.filter(criteria_set=dossier.criteria_set, is_leaf=True).exclude(code__in=leave)
    Answer.objects.bulk_create(
        Answer(dossier=dossier, criterion=leaf, option=leaf.options.order_by("points", "position").last())
        for leaf in leaves
    )


def attach_evidence(dossier: Dossier, **fields: Any) -> EvidenceUse:
    """Let the dossier use a paper of its organisation's library."""
    known = {
        "kind": "business_registration",
        "title": "Đăng ký hợp tác xã",
        "number": "01/ĐK",
        "file": "evidence/khong-co.pdf",
        "file_name": "dang-ky.pdf",
        "content_type": "application/pdf",
        "size": 1000,
        "sha256": "1" * 64,
    }
    paper = dossier.enterprise.evidence.create(**(known | fields))
    return EvidenceUse.objects.create(dossier=dossier, evidence=paper)


def fill_forms(dossier: Dossier, by: User, *, leave: tuple[str, ...] = ()) -> Dossier:
    """Fill in Forms 01 and 02 but the sections left, answer the criteria and attach a paper."""
    assert completeness.filing_year(dossier) == TODAY.year
    if "dang-ky" not in leave:
        filling.fill(dossier, "dang-ky", {"requested_stars": 3}, by=by)
    for key, content in FORMS.items():
        if key not in leave:
            filling.fill(dossier, key, content, by=by)
    if "tu-danh-gia" not in leave:
        answer_criteria(dossier)
    attach_evidence(dossier)
    return dossier
