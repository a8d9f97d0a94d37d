"""Dossiers under way at the period's end: by state and the star asked for, and one by one."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from ratings import whereabouts
from ratings.models import Dossier, DossierStep

from ..counting import Tally, count_column
from ..ground import Ground
from ..tables import SERIAL, Cell, Column, Table

_STARS = (3, 4, 5)


def by_state(ground: Ground) -> Table:
    """By state, in the order of a dossier's way; "late" speaks of those that still stand in that state."""
    rows = _under_way(ground)
    columns = (
        *(count_column(f"mong_muon_{n}", f"Đề nghị {n} sao", 11) for n in _STARS),
        count_column("mong_muon_khac", "Đề nghị khác", 11),
        count_column("dang_xu_ly", "Cộng", 9),
        count_column("qua_han", "Quá hạn", 9),
    )
    states = [state for state in Dossier.State if any(row.state_then == state for row in rows)]
    lines: list[tuple[Cell, ...]] = []
    for place, state in enumerate(states, start=1):
        inside = [row for row in rows if row.state_then == state]
        by_star = [Tally(_keys(row for row in inside if row.requested_stars == n)) for n in _STARS]
        other = Tally(_keys(row for row in inside if row.requested_stars not in _STARS))
        late = Tally(_keys(row for row in inside if _is_late(row, ground)))
        lines.append((place, str(state.label), *by_star, other, Tally(_keys(inside)), late))
    return Table(
        code="theo-trang-thai",
        title="Theo trạng thái",
        columns=(SERIAL, Column("trang_thai", "Trạng thái", "text", 30), *columns),
        rows=tuple(lines),
        keys=tuple(f"trang-thai-{state.value}" for state in states),
        notes=(*ground.notes(), "Không kể hồ sơ đang soạn, chưa nộp."),
    )


def listed(ground: Ground) -> Table:
    """The dossiers, the first due first."""
    rows = _under_way(ground)
    return Table(
        code="danh-sach",
        title="Danh sách hồ sơ",
        columns=(
            SERIAL,
            Column("ma", "Mã hồ sơ", "text", 20),
            Column("san_pham", "Sản phẩm", "text", 34),
            Column("chu_the", "Chủ thể", "text", 34),
            Column("xa", "Xã", "text", 18),
            Column("loai", "Loại hồ sơ", "text", 14),
            Column("sao", "Hạng đề nghị", "integer", 9),
            Column("ngay_nop", "Ngày nộp", "date", 13),
            Column("trang_thai", "Trạng thái", "text", 22),
            Column("dang_o", "Đang ở", "text", 28),
            Column("han", "Hạn xử lý", "date", 13),
        ),
        rows=tuple(
            (
                place,
                row.code,
                row.product.name,
                row.enterprise.name,
                ground.commune_name(row.area_id) or row.area.name,
                row.get_kind_display(),
                row.requested_stars,
                row.first_submitted_on,
                str(Dossier.State(row.state_then).label),
                whereabouts.of(row).unit if _still(row) else None,
                row.due_on if _still(row) else None,
            )
            for place, row in enumerate(rows, start=1)
        ),
        notes=ground.notes(),
    )


def _under_way(ground: Ground) -> list[Any]:
    """Dossiers submitted by the period's end and not closed then, by the state their history tells."""
    end = ground.period.end
    steps = DossierStep.objects.filter(dossier=OuterRef("pk"), on__lte=end).order_by("-pk")
    rows = whereabouts.with_holder(Dossier.objects.within(ground.territory))
    return list(
        rows.filter(first_submitted_on__lte=end)
        .annotate(state_then=Coalesce(Subquery(steps.values("to_state")[:1]), F("state")))
        .exclude(state_then__in=[Dossier.State.DRAFT, *Dossier.CLOSED])
        .select_related("area", "enterprise", "product")
        .order_by(F("due_on").asc(nulls_last=True), "first_submitted_on", "pk")
    )


def _keys(rows: Any) -> list[str]:
    return [f"dossier:{row.pk}" for row in rows]


def _still(row: Any) -> bool:
    return bool(row.state_then == row.state)


def _is_late(row: Any, ground: Ground) -> bool:
    return _still(row) and row.due_on is not None and row.due_on < min(ground.period.end, ground.today)
