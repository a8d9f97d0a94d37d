"""Forms 01 and 02 of a dossier under Decision 26/2026, filled in with particulars that nobody bears."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import User
from ratings import answering, completeness, filling
from ratings.answering import Given
from ratings.criteria import outline as outlines
from ratings.criteria import reading
from ratings.models import CriteriaSet, Dossier
from ratings.sections import BUSINESS, GENERAL, PLAN

from .choosing import choices

MARK = "(minh họa)"


@dataclass(frozen=True)
class Aim:
    """What the self-assessment comes to: its points, the star it is held at, the criteria left open."""

    points: int
    held: int
    leave: Collection[str] = ()


def fill_in(dossier: Dossier, aim: Aim, *, by: User, dice: random.Random) -> None:
    """Fill in every section and answer the criteria, through the verbs that the pages use."""
    year = completeness.filing_year(dossier)
    for section, content in _contents(year, dice).items():
        filling.fill(dossier, section, content, by=by)
    _answer(dossier, aim, by=by, dice=dice)


def begin(dossier: Dossier, *, by: User) -> None:
    """Write the first two lines of a draft."""
    filling.fill_fields(dossier, GENERAL.key, {"history": f"Nhóm hộ trồng lúa nương {MARK}."}, by=by)


def mend(dossier: Dossier, codes: Collection[str], *, by: User) -> None:
    """Do what a return asked for: the best option for the criteria, money for the plan of the market."""
    offered = outlines.outline_of(required(dossier)).items
    given = {
        code: Given(
            option=max(offered[code].offered(dossier.case), key=lambda c: (c.points, c.position)).position,
            note=f"Đã thay bao bì và bổ sung ảnh chụp {MARK}.",
        )
        for code in codes
    }
    _give(dossier, given, by=by)
    words = {"market_plan": f"Mở hai điểm bán, kinh phí 120 triệu đồng {MARK}."}
    filling.fill_fields(dossier, PLAN.key, words, by=by)


def required(dossier: Dossier) -> CriteriaSet:
    """The set that rates the dossier; a demonstration without one tells an impossible story."""
    if dossier.criteria_set is None:
        raise ValueError(f"no criteria set rates {dossier}")
    return dossier.criteria_set


def _contents(year: int, dice: random.Random) -> dict[str, dict[str, Any]]:
    sold = dice.randint(30, 90) * 100
    revenue = Decimal(dice.randint(1800, 5200)) / 10
    workers = dice.randint(8, 24)
    return {
        GENERAL.key: {
            "papers_held": f"Giấy đăng ký kinh doanh {MARK}",
            "history": f"Ra đời từ nhóm hộ trong xã, nay làm quanh năm {MARK}.",
            "structure": f"Người đứng đầu, kế toán, tổ sản xuất, tổ bán hàng {MARK}.",
            "workers": Decimal(workers),
            "workers_local": Decimal(workers - 2),
            "workers_female": Decimal(workers // 2),
        },
        BUSINESS.key: {
            "has_results": "yes",
            "output_unit": "đơn vị sản phẩm",
            **_figures(year - 2, output=sold, revenue=revenue, profit=revenue / 8),
            **_figures(year - 1, output=sold + 450, revenue=revenue + 38, profit=revenue / 7),
            "quality": f"Tự công bố chất lượng, kiểm nghiệm hằng năm {MARK}.",
            "market": f"Bán tại chợ, cửa hàng trong tỉnh và qua mạng {MARK}.",
        },
        PLAN.key: {
            "aims": f"Giữ hạng sao và mở rộng thị trường ngoài tỉnh {MARK}.",
            "output_unit": "đơn vị sản phẩm",
            **_figures(year + 1, output=sold + 900, revenue=revenue + 95, profit=revenue / 6),
            **_figures(year + 2, output=sold + 1500, revenue=revenue + 160, profit=revenue / 5),
            "production_plan": f"Thêm thiết bị, ghi chép từng mẻ {MARK}.",
            "market_plan": f"Mở hai điểm bán, tham gia hội chợ tỉnh {MARK}.",
            "resources_plan": f"Vốn tự có và vay ưu đãi 200 triệu đồng {MARK}.",
        },
    }


def _figures(year: int, **figures: int | Decimal) -> dict[str, Decimal]:
    """Figures of a year; money is in millions of đồng, to a tenth."""
    return {f"{name}_{year}": round(Decimal(figure), 1) for name, figure in figures.items()}


def _answer(dossier: Dossier, aim: Aim, *, by: User, dice: random.Random) -> None:
    rules = reading.rules_of(required(dossier))
    if rules.cases and dossier.case is None:
        answering.choose_case(dossier, min(rules.cases), by=by)
    chosen = choices(rules, dossier.case, points=aim.points, held=aim.held, dice=dice)
    given = {code: Given(option=position) for code, position in chosen.items() if code not in aim.leave}
    _give(dossier, given, by=by)


def _give(dossier: Dossier, given: dict[str, Given], *, by: User) -> None:
    for refused in answering.answer_all(dossier, given, by=by).values():
        raise refused
