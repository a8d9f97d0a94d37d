"""The evidence library of each organisation: small papers of every kind, as untidy as real ones."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from accounts.models import User
from enterprises import keeping
from enterprises.models import Enterprise, Evidence, EvidenceKind
from ratings import evidencing
from ratings.criteria import outline as outlines
from ratings.models import Dossier
from ratings.questioning.expected import PROVED_BY

from . import papers

Kind = EvidenceKind


class Sort(NamedTuple):
    """A sort of paper: who gives it, how its number reads, from when to when it holds."""

    title: str
    issuer: str = ""
    number: str = ""
    issued: date | None = None
    expires: date | None = None


PAPERS: dict[Kind, Sort] = {
    Kind.BUSINESS_REGISTRATION: Sort(
        "Giấy đăng ký kinh doanh", "Phòng Tài chính – Kế hoạch", "{n}/ĐKKD", date(2022, 3, 15)
    ),
    Kind.PRODUCTION_CONDITIONS: Sort(
        "Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm",
        "Sở Nông nghiệp và Môi trường",
        "{n}/2025/NNMT-CB",
        date(2025, 8, 20),
        date(2028, 8, 19),
    ),
    Kind.ORIGIN: Sort(
        "Hợp đồng liên kết vùng nguyên liệu", "", "{n}/HĐLK", date(2025, 1, 10), date(2027, 12, 31)
    ),
    Kind.ENVIRONMENT: Sort("Đăng ký môi trường", "UBND xã", "{n}/ĐKMT", date(2025, 9, 5)),
    Kind.LABOUR: Sort(
        "Danh sách lao động đóng bảo hiểm xã hội", "Bảo hiểm xã hội cơ sở", "", date(2026, 7, 1)
    ),
    Kind.ACCOUNTS: Sort("Báo cáo tài chính năm 2024, 2025", "", "", date(2026, 3, 30)),
    Kind.INTELLECTUAL_PROPERTY: Sort(
        "Giấy chứng nhận đăng ký nhãn hiệu",
        "Cục Sở hữu trí tuệ",
        "4-00{n}-000",
        date(2024, 6, 12),
        date(2034, 6, 11),
    ),
    Kind.SALES: Sort("Hợp đồng đại lý, hóa đơn bán hàng năm 2025", "", "{n}/HĐMB", date(2025, 12, 15)),
    Kind.PROMOTION: Sort(
        "Ảnh gian hàng hội chợ, bài giới thiệu", "Trung tâm Xúc tiến", "", date(2026, 4, 28)
    ),
    Kind.STORY: Sort("Câu chuyện sản phẩm", "", "", date(2026, 5, 4)),
    Kind.QUALITY_DECLARATION: Sort("Bản tự công bố sản phẩm", "", "{n}/TCB/2025", date(2025, 10, 2)),
    Kind.TEST_REPORT: Sort(
        "Phiếu kết quả kiểm nghiệm",
        "Trung tâm Kiểm nghiệm Minh Họa",
        "KN.26.{n}",
        date(2026, 4, 9),
        date(2027, 4, 8),
    ),
    Kind.TRACEABILITY: Sort(
        "Tem truy xuất nguồn gốc", "Hệ thống truy xuất tỉnh", "TX{n}", date(2026, 2, 3), date(2028, 2, 2)
    ),
    Kind.QUALITY_SYSTEM: Sort(
        "Giấy chứng nhận HACCP",
        "Tổ chức chứng nhận Minh Họa",
        "HACCP-{n}",
        date(2025, 7, 1),
        date(2028, 6, 30),
    ),
    Kind.AWARD: Sort(
        "Giấy chứng nhận sản phẩm công nghiệp nông thôn tiêu biểu", "UBND tỉnh", "{n}", date(2025, 11, 6)
    ),
}
EXPIRED = (date(2025, 9, 15), date(2026, 9, 14))
EXPIRING = (date(2025, 12, 21), date(2026, 12, 20))
REPLACED = (date(2023, 6, 1), date(2026, 5, 31))
MOST_A_CRITERION = 2
NO_PAPERS: Mapping[str, Any] = {}


def stock(
    enterprise: Enterprise, *, by: User, dice: random.Random, but: Mapping[str, Any] = NO_PAPERS
) -> None:
    """Fill a library; ``but`` says which kinds are missing, expired, expiring, replaced or hardly described.

    ``photo``: a file whose particulars nobody has entered; ``shared``: a contract that another has too.
    """
    for kind, sort in PAPERS.items():
        if kind in but.get("missing", ()):
            continue
        if kind in but.get("replaced", ()):
            old = _keep(enterprise, kind, _dated(sort, REPLACED), by=by, dice=dice)
            _keep(enterprise, kind, sort, by=by, dice=dice, replaces=old)
            continue
        dated = EXPIRED if kind in but.get("expired", ()) else EXPIRING
        if dated is EXPIRED or kind in but.get("expiring", ()):
            sort = _dated(sort, dated)
        if kind in but.get("blank", ()):
            sort = Sort(sort.title)
        _keep(enterprise, kind, sort, by=by, dice=dice)
    if but.get("photo"):
        keeping.keep(enterprise, papers.pdf(f"IMG_2031 {enterprise.name}", "IMG_2031"), by=by)
    if but.get("shared"):
        upload = papers.pdf("Hợp đồng thu mua chung")
        title = "Hợp đồng thu mua với thương lái"
        keeping.keep(enterprise, upload, by=by, kind=Kind.SALES, title=title)


def _dated(sort: Sort, days: tuple[date, date]) -> Sort:
    issued, expires = days
    return sort._replace(issued=issued, expires=expires)


def _keep(
    enterprise: Enterprise,
    kind: Kind,
    sort: Sort,
    *,
    by: User,
    dice: random.Random,
    replaces: Evidence | None = None,
) -> Evidence:
    number = sort.number.format(n=dice.randint(100, 999))
    return keeping.keep(
        enterprise,
        papers.pdf(f"{sort.title} {number} {enterprise.name} {sort.issued}", sort.title),
        by=by,
        replaces=replaces,
        kind=kind,
        title=sort.title,
        number=number,
        issuer=sort.issuer,
        issued_on=sort.issued,
        expires_on=sort.expires,
        note="Minh họa",
    )


def prove(dossier: Dossier, *, by: User) -> None:
    """Let each paper of the makers' libraries prove the criteria that want its kind; some prove none."""
    library = list(evidencing.library_of(dossier, by))
    if dossier.criteria_set is None:
        evidencing.use_all(dossier, library[:3], by=by)
        return
    pairs: list[tuple[Evidence, str | None]] = [
        (paper, None) for paper in library if paper.kind == Kind.BUSINESS_REGISTRATION
    ]
    for code, item in outlines.outline_of(dossier.criteria_set).items.items():
        wanted = PROVED_BY.get(item.title, set())
        fitting = [paper for paper in library if paper.kind in wanted]
        pairs += [(paper, code) for paper in fitting[:MOST_A_CRITERION]]
    evidencing.use_each(dossier, pairs, by=by)


def prove_more(dossier: Dossier, codes: Iterable[str], *, by: User) -> None:
    """Add the photos of promotion to criteria that a return opened."""
    library = [paper for paper in evidencing.library_of(dossier, by) if paper.kind == Kind.PROMOTION]
    for code in codes:
        evidencing.use_all(dossier, library, code, by=by)
