"""Forms 01 and 02 of a dossier under Decision 26/2026, filled in with particulars that nobody bears."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accounts.models import User
from ratings import answering, completeness, filling
from ratings.answering import Given
from ratings.criteria import outline as outlines
from ratings.criteria.outline import Item
from ratings.models import Dossier
from ratings.sections import BUSINESS, GENERAL, PLAN

MARK = "(minh họa)"


def fill_in(dossier: Dossier, *, by: User) -> None:
    """Fill in every section and answer every criterion, through the verbs that the pages use."""
    year = completeness.filing_year(dossier)
    for section, content in _contents(year).items():
        filling.fill(dossier, section, content, by=by)
    _answer(dossier, by=by)


def _contents(year: int) -> dict[str, dict[str, Any]]:
    return {
        GENERAL.key: {
            "papers_held": f"Giấy đăng ký kinh doanh {MARK}",
            "history": f"Ra đời từ nhóm hộ trong xã, nay làm quanh năm {MARK}.",
            "structure": f"Người đứng đầu, kế toán, tổ sản xuất, tổ bán hàng {MARK}.",
            "workers": Decimal(12),
            "workers_local": Decimal(10),
            "workers_female": Decimal(7),
        },
        BUSINESS.key: {
            "has_results": "yes",
            "output_unit": "đơn vị sản phẩm",
            **_figures(year - 2, output=3600, revenue=270, profit=41),
            **_figures(year - 1, output=4200, revenue=315, profit=52),
            "quality": f"Tự công bố chất lượng, kiểm nghiệm hằng năm {MARK}.",
            "market": f"Bán tại chợ, cửa hàng trong tỉnh và qua mạng {MARK}.",
        },
        PLAN.key: {
            "aims": f"Giữ hạng sao và mở rộng thị trường ngoài tỉnh {MARK}.",
            "output_unit": "đơn vị sản phẩm",
            **_figures(year + 1, output=5000, revenue=400, profit=70),
            **_figures(year + 2, output=5600, revenue=460, profit=84),
            "production_plan": f"Thêm thiết bị, ghi chép từng mẻ {MARK}.",
            "market_plan": f"Mở hai điểm bán, tham gia hội chợ tỉnh {MARK}.",
            "resources_plan": f"Vốn tự có và vay ưu đãi 200 triệu đồng {MARK}.",
        },
    }


def _figures(year: int, **figures: int) -> dict[str, Decimal]:
    return {f"{name}_{year}": Decimal(figure) for name, figure in figures.items()}


def _answer(dossier: Dossier, *, by: User) -> None:
    """The best option where a star asks for a minimum, elsewhere the one below it."""
    if dossier.criteria_set is None:
        return
    outline = outlines.outline_of(dossier.criteria_set)
    if outline.cases:
        answering.choose_case(dossier, min(outline.cases), by=by)
    given = {
        code: Given(option=position)
        for code, item in outline.items.items()
        if (position := _option(item, dossier.case))
    }
    for refused in answering.answer_all(dossier, given, by=by).values():
        raise refused


def _option(item: Item, case: int | None) -> int | None:
    """The option's position; None where the dossier's case offers none."""
    offered = sorted(item.offered(case), key=lambda choice: (choice.points, choice.position))
    if not offered:
        return None
    is_floor = any(choice.floor_for for choice in offered)
    return offered[-1 if is_floor or len(offered) == 1 else -2].position
