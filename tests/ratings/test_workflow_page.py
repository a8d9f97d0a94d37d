"""``docs/quy-trinh-ho-so.md`` says exactly what the table of moves says."""

from __future__ import annotations

from pathlib import Path

from django.utils import translation

from areas.models import UnitProfile
from ratings import clocks
from ratings.models import Dossier
from ratings.moves import MOVES, Door, Move
from ratings.whereabouts import OWNER

PAGE = Path(__file__).resolve().parents[2] / "docs" / "quy-trinh-ho-so.md"
DOORS = {
    Door.DOSSIER: "trang hồ sơ",
    Door.COMMUNE: "trang đánh giá của xã",
    Door.RESULT: "trang nhập kết quả",
    Door.DECISION: "trang quyết định",
    Door.REFILING: "trang nộp lại",
}
WHEN = {
    "always": "–",
    "goes_to_commune": "quy định có cấp xã đánh giá bằng lời",
    "assessed_by_an_ended_level": "chỉ có kết quả của cấp đã kết thúc hoạt động",
    "too_late_to_decide": "đã quá ngày quyết định của quy định đã áp dụng",
    "goes_past_commune": "quy định không có cấp xã đánh giá, hoặc cấp trên đã trả lại",
}
WHO = {"commune": "xã", "level": "cấp đang xử lý", "": "–"}


def asked(row: Move) -> str:
    texts = {
        "lý do": row.asks_reason,
        "các nội dung cần bổ sung": row.asks_points,
        "trả lời từng nội dung": row.asks_answers,
    }
    return ", ".join(name for name, wanted in texts.items() if wanted) or "–"


def term(name: str) -> str:
    if name == clocks.COMMUNE_TERM:
        return "thời hạn của xã theo quy định"
    if name == clocks.RUNS_ON:
        return "thời hạn đang tính chạy tiếp"
    return str(UnitProfile._meta.get_field(name).verbose_name) if name else "–"


def line(row: Move) -> str:
    roles = ", ".join(str(role.label) for role in row.roles)
    return "| {} |".format(
        " | ".join(
            [
                str(row.source.label),
                str(row.target.label),
                str(row.label),
                WHEN[row.applies.__name__],
                f"{roles}{' (cấp đang xử lý)' if row.at_level else ''}",
                ", ".join(f"`{need.__name__}`" for need in row.needs) or "–",
                asked(row),
                term(row.clock),
                DOORS[row.door],
            ]
        )
    )


def owners() -> list[str]:
    return [f"| {state.label} | {WHO[OWNER[state].who]} | {OWNER[state].action} |" for state in Dossier.State]


def test_the_page_is_the_table():
    with translation.override("vi"):
        expected = [*(line(row) for row in MOVES), *owners()]
    shown = [text for text in PAGE.read_text(encoding="utf-8").splitlines() if text.startswith("| ")]
    heads = [text for text in shown if text.startswith(("| Từ |", "| Trạng thái |"))]
    assert [text for text in shown if text not in heads] == expected
