"""Dossiers under way at the period's end: by state and the star asked for, and one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import F

from ratings import whereabouts
from ratings.models import Dossier

from ..counting import Tally, count_column
from ..ground import Ground
from ..progress_facts import dossiers_by_key
from ..tables import SERIAL, Cell, Column, Table
from ..windows import Row, Window

_STARS = (3, 4, 5)


def by_state(ground: Ground) -> Table:
    """By state, in the order of a dossier's way; "late" speaks of those that still stand in that state."""
    rows = ground.once(_under_way)
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
    rows = {row.pk: row for row in ground.once(_under_way)}
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
        rows=Window(list(rows), lambda keys: _lines([rows[key] for key in keys], ground)),
        notes=ground.notes(),
    )


class UnderWay(NamedTuple):
    """A dossier under way at the period's end, and how it stands now."""

    pk: int
    requested_stars: int | None
    state_then: str
    state: str
    due_on: date | None


def _under_way(ground: Ground) -> list[UnderWay]:
    """Dossiers submitted by the period's end and not closed then, by the state their history tells."""
    end = ground.period.end
    rows = (
        Dossier.objects.within(ground.territory)
        .filter(first_submitted_on__lte=end)
        .with_state_then(end)
        .exclude(state_then__in=[Dossier.State.DRAFT, *Dossier.CLOSED])
        .order_by(F("due_on").asc(nulls_last=True), "first_submitted_on", "pk")
    )
    return [UnderWay(*row) for row in rows.values_list(*UnderWay._fields)]


def _lines(rows: Sequence[UnderWay], ground: Ground) -> Iterator[Row]:
    found = dossiers_by_key((row.pk for row in rows), ground.period)
    for row in rows:
        dossier = found[row.pk]
        yield (
            dossier.code,
            dossier.product.name,
            dossier.enterprise.name,
            ground.commune_name(dossier.area_id) or dossier.area.name,
            dossier.get_kind_display(),
            row.requested_stars,
            dossier.first_submitted_on,
            str(Dossier.State(row.state_then).label),
            whereabouts.of(dossier).unit if _still(row) else None,
            row.due_on if _still(row) else None,
        )


def _keys(rows: Iterable[UnderWay]) -> list[str]:
    return [f"dossier:{row.pk}" for row in rows]


def _still(row: UnderWay) -> bool:
    return row.state_then == row.state


def _is_late(row: UnderWay, ground: Ground) -> bool:
    return _still(row) and row.due_on is not None and row.due_on < min(ground.period.end, ground.today)
