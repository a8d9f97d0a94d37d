"""What a file's name tells of a paper: a first guess at its kind and its name, for a person to confirm."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final, NamedTuple

from ocop_portal.lib import files, text

from .models import EvidenceKind

Kind = EvidenceKind
_SIGNS: Final[tuple[tuple[EvidenceKind, tuple[str, ...]], ...]] = (
    # What names a paper exactly comes before what only hints at it: a label's test report is a test report.
    (Kind.TEST_REPORT, ("kiem nghiem", "thu nghiem", "phieu phan tich", "test report")),
    (Kind.QUALITY_DECLARATION, ("cong bo", "tu cong bo")),
    (Kind.QUALITY_SYSTEM, ("haccp", "iso", "vietgap", "globalgap", "gmp", "he thong quan ly chat luong")),
    (Kind.PRODUCTION_CONDITIONS, ("attp", "vsattp", "an toan thuc pham", "du dieu kien")),
    (Kind.BUSINESS_REGISTRATION, ("dkkd", "gpkd", "dang ky kinh doanh", "dang ky hop tac xa", "giay phep")),
    (Kind.LABOUR, ("bhxh", "bao hiem", "lao dong", "nguoi lao dong")),
    (Kind.ACCOUNTS, ("tai chinh", "bao cao thue", "xep loai", "quyet toan", "bang can doi")),
    (Kind.INTELLECTUAL_PROPERTY, ("nhan hieu", "so huu tri tue", "shtt", "chi dan dia ly", "kieu dang")),
    (Kind.TRACEABILITY, ("truy xuat", "ma vach", "ma so ma vach", "qr", "gs1", "tem")),
    (Kind.ENVIRONMENT, ("moi truong", "xu ly chat thai", "xu ly nuoc thai", "cong nghe")),
    (Kind.ORIGIN, ("nguon goc", "nguyen lieu", "vung trong", "lien ket")),
    (Kind.STORY, ("cau chuyen",)),
    (Kind.AWARD, ("giai thuong", "giay khen", "bang khen", "danh hieu", "huy chuong")),
    (Kind.SALES, ("hop dong", "hoa don", "tieu thu", "dai ly", "don hang")),
    (Kind.PROMOTION, ("quang cao", "quang ba", "hoi cho", "xuc tien", "truyen thong", "to roi")),
)
GLUED: Final = 7
"""From this many letters on a sign is also found in names without spaces (``GiayKiemNghiem``)."""


class Guess(NamedTuple):
    """``kind`` is empty where the name tells nothing."""

    kind: str
    title: str


def guess(file_name: str) -> Guess:
    """The kind and the name of a paper as its file's name (``2025_kiem-nghiem.pdf``) suggests them."""
    stem = PurePosixPath(files.safe_name(file_name)).stem
    title = text.nfc(stem.replace("_", " ").replace("-", " "))[:200]
    return Guess(_kind(text.search_key(stem)), title[:1].upper() + title[1:] or stem)


def _kind(name: str) -> str:
    spaced, glued = f" {name} ", name.replace(" ", "")
    for kind, signs in _SIGNS:
        for sign in signs:
            joined = sign.replace(" ", "")
            if f" {sign} " in spaced or (len(joined) >= GLUED and joined in glued):
                return kind.value
    return ""
