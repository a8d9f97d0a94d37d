"""Tables of the progress report that follow the plan: its targets, work, money, and the figures' sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from ocop_portal.lib.measures import Counts
from ocop_portal.lib.periods import for_year
from plans import progress as plan_progress
from plans.models import Target
from plans.progress import State, TargetProgress
from ratings.measures import MEASURES

from . import sources
from .addresses import report_address
from .kinds.work import ACTIVITY_COLUMNS, activity_cells
from .origins import sheet
from .progress_facts import Facts
from .tables import SERIAL, Cell, Column, Mark, Table, number

_NUMBER = Column("tt", "TT", "text", 6)
_SIGNS = {
    Target.Comparator.AT_LEAST: "≥ ",
    Target.Comparator.MORE_THAN: "> ",
    Target.Comparator.ABOUT: "≈ ",
    Target.Comparator.NEARLY: "≲ ",
    Target.Comparator.LESS_THAN: "< ",
}
_NO_PLAN = "Đơn vị chưa có kế hoạch của kỳ này trên hệ thống; bảng chỉ nêu kết quả thực hiện."


def summary(facts: Facts) -> Table:
    """Progress against plan; without a plan, what the portal counts by itself."""
    rows, marks = _by_target(facts) if facts.plan else _by_measure(facts)
    keys = (
        [sources.key_of_target(one.target.pk) for one in facts.progress]
        if facts.plan
        else [sources.key_of_measure(code) for code in MEASURES]
    )
    plan = facts.plan
    said = f"So với {plan.title} (số {plan.number})." if plan and plan.number else plan and plan.title
    return Table(
        code="tong-hop",
        title="Tổng hợp",
        columns=(
            _NUMBER,
            Column("chi_tieu", "Chỉ tiêu", "text", 46),
            Column("don_vi", "Đơn vị tính", "text", 13),
            Column("ke_hoach", "Kế hoạch năm", "decimal", 12),
            Column("thuc_hien", "Thực hiện trong kỳ", "decimal", 12),
            Column("luy_ke", "Lũy kế", "decimal", 10),
            Column("ty_le", "Tỷ lệ (%)", "percent", 10),
            Column("ghi_chu", "Ghi chú", "text", 30),
        ),
        rows=tuple(rows),
        marks=tuple(marks),
        keys=tuple(keys),
        notes=(said or _NO_PLAN, *facts.ground.notes()),
    )


def _by_target(facts: Facts) -> tuple[list[tuple[Cell, ...]], list[Mark]]:
    rows: list[tuple[Cell, ...]] = []
    marks = []
    for place, one in enumerate(facts.progress, start=1):
        rows.append(
            (
                one.target.label or str(place),
                one.target.words,
                one.unit,
                _planned(one),
                number(one.done),
                number(one.cumulative),
                number(one.percent),
                "; ".join(_remarks(one)),
            )
        )
        sign = _SIGNS.get(Target.Comparator(one.comparator), "")
        marks.append(Mark(one.depth, sign, one.state.value, str(one.state_label)))
    return rows, marks


def _planned(one: TargetProgress) -> Cell:
    """The plan's number; a range as text."""
    low, high = number(one.planned), number(one.planned_max)
    return low if high is None else f"{low}–{high}".replace(".", ",")


def _remarks(one: TargetProgress) -> list[str]:
    remarks = [] if one.state == State.NOT_MEASURABLE else [str(one.state_label)]
    if one.unplaced:
        remarks.append(f"{one.unplaced} chưa xác định được thời điểm")
    if one.figures.said:
        remarks.append(one.figures.said.rstrip("."))
    if one.target.percent_of:
        remarks.append(f"tính trên {one.target.percent_of}")
    return [*remarks, one.target.note] if one.target.note else remarks


def _by_measure(facts: Facts) -> tuple[list[tuple[Cell, ...]], list[Mark]]:
    rows: list[tuple[Cell, ...]] = []
    selection = facts.ground.selection
    year = selection.since(for_year(facts.period.year).start)
    counts = Counts()
    counts.expect(((measure, selection) for measure in MEASURES.values()), perhaps=False)
    counts.expect((measure, year) for measure in MEASURES.values())
    for place, measure in enumerate(MEASURES.values(), start=1):
        done, whole = counts.value(measure, selection), counts.total(measure, year)
        remark = f"{whole.unplaced} chưa xác định được thời điểm" if whole.unplaced else ""
        name, unit = str(measure.name), str(measure.unit)
        rows.append((str(place), name, unit, None, done, whole.value, None, remark))
    return rows, [Mark()] * len(rows)


def activities(facts: Facts) -> Table:
    """The plan's work: who does it, until when, and what came of it."""
    found = facts.plan.activities.all() if facts.plan else ()
    return Table(
        code="nhiem-vu",
        title="Nhiệm vụ",
        columns=(
            SERIAL,
            *ACTIVITY_COLUMNS,
        ),
        rows=tuple((place, *activity_cells(one)) for place, one in enumerate(found, start=1)),
    )


def budget(facts: Facts) -> Table:
    """The plan's money by content and source, in million đồng."""
    found = facts.plan.budget_lines.all() if facts.plan else ()
    return Table(
        code="kinh-phi",
        title="Kinh phí",
        columns=(
            SERIAL,
            Column("noi_dung", "Nội dung", "text", 48),
            Column("nguon", "Nguồn", "text", 30),
            Column("ke_hoach", "Kế hoạch (triệu đồng)", "money", 15, "sum"),
            Column("giai_ngan", "Đã giải ngân (triệu đồng)", "money", 15, "sum"),
            Column("ty_le", "Tỷ lệ (%)", "percent", 11, "ratio:giai_ngan:ke_hoach"),
        ),
        rows=tuple(
            (
                place,
                one.content,
                one.get_source_display(),
                number(one.planned),
                number(one.disbursed),
                _share(one.disbursed, one.planned),
            )
            for place, one in enumerate(found, start=1)
        ),
    )


def _share(part: Decimal | None, whole: Decimal | None) -> Cell:
    return number(part * 100 / whole) if part is not None and whole else None


def origins(facts: Facts) -> Table:
    """Per figure how it is counted, what could not be placed, up to which day, and where its rows are."""
    rows = [*_target_sources(facts), *_list_sources(facts)]
    return sheet(rows)


def _target_sources(facts: Facts) -> list[tuple[Cell, ...]]:
    if not facts.plan:
        return []
    rows: list[tuple[Cell, ...]] = []
    for one in facts.progress:
        how = plan_progress.how(one.target)
        name = f"{one.target.label} {one.target.words}".strip()
        rows.append(
            (name, how, number(one.cumulative), one.unplaced, facts.period.end, _link(facts, "tong-hop"))
        )
    return rows


def _list_sources(facts: Facts) -> list[tuple[Cell, ...]]:
    lists: Sequence[tuple[str, str, str, Callable[[], int]]] = (
        (
            "Sản phẩm trong kỳ",
            "Sản phẩm có hồ sơ nộp lần đầu trong kỳ hoặc được công nhận và còn hiệu lực ít nhất một ngày.",
            "san-pham",
            lambda: len(facts.recognition_of.keys() | facts.dossier_of.keys()),
        ),
        (
            "Hồ sơ trong kỳ",
            "Hồ sơ nộp trong kỳ và hồ sơ nộp trước nhưng chưa kết thúc khi kỳ bắt đầu; không kể bản nháp.",
            "ho-so",
            lambda: len(facts.dossiers),
        ),
    )
    end = facts.period.end
    return [(name, how, count(), 0, end, _link(facts, anchor)) for name, how, anchor, count in lists]


def _link(facts: Facts, anchor: str) -> str:
    return report_address("tien-do", facts.ground, anchor)
