"""The list of recognised products, and of those whose certificates end in the twelve months ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet

from areas.finding import folding
from ocop_portal.lib.dates import add_months
from ratings import measures
from ratings.models import Dossier, Recognition, RecognitionEvent, RecognitionHolder
from ratings.models.decisions import DatePrecision
from ratings.models.validity import Expiry

from ..counting import Tally, count_column
from ..ground import Ground
from ..tables import SERIAL, Cell, Column, Table
from ..windows import Row, Window

AHEAD_MONTHS = 12
VALID, UNKNOWN, EXPIRED = "Còn hiệu lực", "Chưa rõ thời hạn", "Hết hiệu lực"


def listed(ground: Ground) -> Table:
    """Every product recognised by the period's end, with its last recognition and the rounds before it."""
    rows = measures.RECOGNISED_IN_ALL.rows(ground.selection)
    keys = rows.order_by("area__sort_key", "area__code", "product_name", "pk").values_list("pk", flat=True)
    return Table(
        code="danh-sach",
        title="Danh sách sản phẩm",
        columns=(
            SERIAL,
            Column("san_pham", "Sản phẩm", "text", 34),
            Column("nhom", "Nhóm", "text", 24),
            Column("chu_the", "Chủ thể", "text", 34),
            Column("loai_hinh", "Loại hình", "text", 18),
            Column("xa_khi_cong_nhan", "Xã (khi công nhận)", "text", 18),
            Column("xa_hien_nay", "Xã (hiện nay)", "text", 18),
            Column("dai_dien", "Người đại diện", "text", 22),
            Column("dien_thoai", "Điện thoại", "text", 14),
            Column("sao", "Hạng sao", "integer", 8),
            Column("so_quyet_dinh", "Số quyết định", "text", 18),
            Column("ngay_quyet_dinh", "Ngày quyết định", "date", 13),
            Column("co_quan", "Cơ quan công nhận", "text", 26),
            Column("het_han", "Hết hạn", "date", 13),
            Column("tinh_trang", "Tình trạng", "text", 18),
            Column("lan_truoc", "Các lần trước", "text", 34),
        ),
        rows=Window(list(keys), lambda some: _lines(some, ground)),
        notes=ground.notes(),
    )


def _lines(keys: Sequence[int], ground: Ground) -> Iterator[Row]:
    rows = _full(keys, ground)
    earlier = _earlier_rounds(rows, ground)
    today = {pk: unit.name for pk, unit in folding((row.area for row in rows), ground.today).items()}
    for row in rows:
        yield _line(row, today.get(row.area_id, ""), earlier.get(row.product_id, ()), ground)


def ending_by_month(ground: Ground) -> Table:
    """By month ahead and star, how many certificates end, and for how many a re-evaluation is under way."""
    rows = list(_ending(ground).order_by("pk"))
    columns = (
        *(count_column(f"sao_{n}", f"{n} sao", 9) for n in (3, 4, 5)),
        count_column("sap_het_han", "Cộng", 10),
        count_column("da_nop", "Đã nộp hồ sơ đánh giá lại", 14),
    )
    first = ground.period.end.replace(day=1)
    months = [add_months(first, ahead) for ahead in range(AHEAD_MONTHS + 1)]
    lines: list[tuple[Cell, ...]] = []
    for place, month in enumerate(months, start=1):
        inside = [row for row in rows if row.expiry.replace(day=1) == month]
        by_star = [Tally(_keys(row for row in inside if row.stars == n)) for n in (3, 4, 5)]
        filed = Tally(_keys(row for row in inside if row.is_filed))
        lines.append((place, f"Tháng {month:%m/%Y}", *by_star, Tally(_keys(inside)), filed))
    return Table(
        code="theo-thang",
        title="Theo tháng",
        columns=(SERIAL, Column("thang", "Tháng hết hạn", "text", 18), *columns),
        rows=tuple(lines),
        keys=tuple(f"thang-{month:%Y-%m}" for month in months),
        notes=(*ground.notes(), _unknown_note(ground)),
    )


def ending(ground: Ground) -> Table:
    """The certificates that end in the twelve months after the period, the first to end first."""
    rows = _ending(ground).order_by(F("expiry").asc(), "pk").values_list("pk", "is_filed")
    filed = dict(rows)
    return Table(
        code="danh-sach",
        title="Danh sách",
        columns=(
            SERIAL,
            Column("san_pham", "Sản phẩm", "text", 36),
            Column("chu_the", "Chủ thể", "text", 36),
            Column("xa", "Xã", "text", 20),
            Column("sao", "Hạng sao", "integer", 8),
            Column("so_quyet_dinh", "Số quyết định", "text", 18),
            Column("co_quan", "Cơ quan công nhận", "text", 28),
            Column("het_han", "Hết hạn", "date", 13),
            Column("con_lai", "Còn lại (ngày)", "integer", 10),
            Column("danh_gia_lai", "Hồ sơ đánh giá lại", "text", 20),
        ),
        rows=Window(
            list(filed), lambda keys: [_end(row, filed[row.pk], ground) for row in _full(keys, ground)]
        ),
        notes=ground.notes(),
    )


def _end(row: Any, is_filed: bool, ground: Ground) -> Row:
    return (
        row.product_name,
        _makers(row),
        ground.commune_name(row.area_id) or row.area.name,
        row.stars,
        row.decision.number,
        row.decision.issuing_body,
        row.expiry,
        (row.expiry - ground.period.end).days,
        "Đã nộp" if is_filed else "Chưa nộp",
    )


def _ending(ground: Ground) -> QuerySet[Any]:
    """Valid at the period's end and over within the months ahead; ``is_filed``: a dossier follows it."""
    end = ground.period.end
    filed = Dossier.objects.filter(
        previous=OuterRef("pk"), kind=Dossier.Kind.REEVALUATION, first_submitted_on__lte=end
    )
    rows = measures.STILL_VALID.rows(ground.selection).annotate(expiry=Expiry(on=end))
    return rows.filter(expiry__range=(end, add_months(end, AHEAD_MONTHS))).annotate(is_filed=Exists(filed))


def _unknown_note(ground: Ground) -> str:
    unknown = measures.STILL_VALID.total(ground.selection).unplaced
    return f"{unknown} sản phẩm chưa rõ thời hạn giấy chứng nhận, không nằm trong bảng."


def _keys(rows: Any) -> list[str]:
    return [f"recognition:{row.pk}" for row in rows]


def _full(keys: Sequence[int], ground: Ground) -> list[Any]:
    """The rows of the keys, in their order, with what a line prints; always as many statements."""
    # What many rows share (communes, groups, decisions, kinds) is fetched once and not joined to each.
    holders = RecognitionHolder.objects.select_related("enterprise").prefetch_related(
        "kind", "enterprise__kind"
    )
    rows = (
        Recognition.objects.filter(pk__in=keys)
        .with_validity(ground.period.end)
        .with_ending(ground.period.end)
        .prefetch_related("area", "group", "decision", Prefetch("holders", holders, "known_holders"))
    )
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys]


def _line(row: Any, now: str, earlier: Sequence[str], ground: Ground) -> tuple[Cell, ...]:
    return (
        row.product_name,
        row.group.name,
        _makers(row),
        _joined(_form(holder) for holder in row.known_holders),
        row.area.name,
        now,
        _joined(holder.enterprise.representative for holder in row.known_holders if holder.enterprise),
        _joined(holder.enterprise.phone for holder in row.known_holders if holder.enterprise),
        row.stars,
        row.decision.number,
        _day(row.recognised_on, row.date_precision),
        row.decision.issuing_body,
        row.expiry,
        _condition(row, ground.period.end),
        "; ".join(earlier),
    )


def _makers(row: Any) -> str:
    return _joined(holder.name for holder in row.known_holders)


def _form(holder: RecognitionHolder) -> str:
    """The legal form as it stood; where it was not recorded, that of the organisation now."""
    if holder.kind:
        return holder.kind.name
    return holder.enterprise.kind.name if holder.enterprise else ""


def _joined(words: Any) -> str:
    return "; ".join(dict.fromkeys(word for word in words if word))


def _day(day: date | None, precision: str) -> Cell:
    return f"Năm {day.year}" if day and precision == DatePrecision.YEAR else day


def _condition(row: Any, on: date) -> str:
    if row.ended_by:
        return str(RecognitionEvent.Kind(row.ended_by).label)
    if row.expiry is None:
        return UNKNOWN
    return VALID if row.expiry >= on or (row.valid_to and row.valid_to >= on) else EXPIRED


def _earlier_rounds(rows: Sequence[Any], ground: Ground) -> dict[int, list[str]]:
    """By product, its recognitions before the listed one in words; one statement."""
    listed_ones = {row.pk for row in rows}
    found: dict[int, list[str]] = {}
    before = (
        Recognition.objects.filter(product__in=[row.product_id for row in rows])
        .given_by(ground.period.end)
        .order_by(F("recognised_on").asc(nulls_first=True), "pk")
    )
    for pk, product, stars, day in before.values_list("pk", "product", "stars", "recognised_on"):
        if pk not in listed_ones:
            found.setdefault(product, []).append(f"{stars} sao{f' năm {day.year}' if day else ''}")
    return found
