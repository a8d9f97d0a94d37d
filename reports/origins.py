"""The last sheet of a report: per figure its definition, count, what could not be placed, and its link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .addresses import report_address
from .ground import Ground
from .tables import SERIAL, TOTALS, Cell, Column, Source, Table
from .terms import Term, of_column


def table(
    code: str, ground: Ground, tables: Sequence[Table], sources: Sequence[Source], terms: Mapping[str, Term]
) -> Table:
    """The sources of every counted column, as totals over the rows; lists tell how many rows they have."""
    by_place = {(one.table, one.row, one.column): one for one in sources}
    rows: list[tuple[Cell, ...]] = []
    for one in tables:
        address = report_address(code, ground, one.code)
        if not one.keys:
            rows.append((one.title, "Danh sách: số dòng", len(one.rows), 0, ground.period.end, address))
            continue
        rows += _of_table(one, by_place, dict(terms), ground, address)
    return sheet(rows)


def sheet(rows: Sequence[tuple[Cell, ...]]) -> Table:
    """The sheet of these lines: figure, definition, count, not placed, day, link."""
    return Table(
        code="nguon-so-lieu",
        title="Nguồn số liệu",
        columns=(
            SERIAL,
            Column("so_lieu", "Số liệu", "text", 44),
            Column("cach_tinh", "Cách tính", "text", 60),
            Column("ket_qua", "Kết quả", "decimal", 11),
            Column("chua_ro", "Chưa xác định được thời điểm", "integer", 14),
            Column("den_ngay", "Tính đến ngày", "date", 13),
            Column("lien_ket", "Liên kết", "text", 40),
        ),
        rows=tuple((place, *row) for place, row in enumerate(rows, start=1)),
    )


def _of_table(
    one: Table,
    by_place: Mapping[tuple[str, str, str], Source],
    terms: dict[str, Term],
    ground: Ground,
    address: str,
) -> list[tuple[Cell, ...]]:
    found: list[tuple[Cell, ...]] = []
    for column, total in zip(one.columns, one.totals, strict=False):
        source = by_place.get((one.code, TOTALS, column.key))
        if source is None:
            continue
        term = of_column(terms, column.key)
        name, how = f"{one.title}: {column.title}", f"{term.name} ({term.unit}). {term.definition}"
        found.append((name, how, total, len(source.unplaced), ground.period.end, address))
    return found
