"""Products by area, by sector and by star: taking part, new, upgraded, re-evaluated; cumulative; valid."""

from __future__ import annotations

from products.models import ProductGroup
from ratings import measures

from ..counting import Thing, Things, count_column, counted, counted_by_commune, needed, things
from ..ground import Ground
from ..tables import Column, Table

STARS = (3, 4, 5)
_IN_PERIOD = (
    ("tham_gia", "Tham gia", measures.TAKING_PART),
    ("moi", "Công nhận mới", measures.NEWLY_RECOGNISED),
    ("nang_hang", "Nâng hạng", measures.UPGRADED),
    ("danh_gia_lai", "Đánh giá lại", measures.REEVALUATED),
    ("tiem_nang", "Tiềm năng 5 sao", measures.POTENTIAL_FIVE),
)
_RECOGNISED = frozenset({"moi", "nang_hang", "danh_gia_lai"})


def by_area(ground: Ground) -> Table:
    """By commune of the map: the period's columns, the cumulative one, and what is valid by star."""
    columns = (*ground.once(_in_period), *ground.once(_standing))
    heading = Column("dia_ban", "Xã, thị trấn", "text", 26)
    return counted_by_commune("theo-dia-ban", "Theo địa bàn", heading, ground, columns, _unplaced(columns))


def by_sector(ground: Ground) -> Table:
    """The same by sector (ngành) and group of the classification in force; only those with any figure."""
    columns = (*ground.once(_in_period), *ground.once(_standing))
    above = _groups()

    def row_of(one: Thing) -> str:
        return f"nhom-{above[one.group].pk}"

    rows = [
        (f"nhom-{group.pk}", f"{_sector(group)}. {group.name}")
        for group in dict.fromkeys(above.values())
        if needed(columns, row_of, f"nhom-{group.pk}")
    ]
    heading = Column("nhom", "Ngành, nhóm", "text", 44)
    return counted("theo-nganh", "Theo ngành, nhóm", heading, rows, columns, row_of, _unplaced(columns))


def by_star(ground: Ground) -> Table:
    """Recognitions of the period and what stands at its end, by star; lower stars only where they occur."""
    period = [one for one in ground.once(_in_period) if one.column.key in _RECOGNISED]
    columns = (*period, *(one for one in ground.once(_standing) if not one.column.key.startswith("sao_")))

    def row_of(one: Thing) -> str:
        return f"sao-{one.stars}"

    stars = [n for n in (1, 2) if needed(columns, row_of, f"sao-{n}")] + list(STARS)
    rows = [(f"sao-{n}", f"{n} sao") for n in stars]
    heading = Column("hang", "Hạng sao", "text", 16)
    return counted("theo-hang-sao", "Theo hạng sao", heading, rows, columns, row_of, _unplaced(columns))


def _in_period(ground: Ground) -> list[Things]:
    return [
        Things(
            count_column(key, title),
            things(measure, ground.selection),
            things(measure, ground.selection, perhaps=True) if measure.unplaced else (),
        )
        for key, title, measure in _IN_PERIOD
    ]


def _standing(ground: Ground) -> list[Things]:
    """Recognised in all; of these valid, of unknown validity and no longer valid, which add up to it."""
    recognised = things(measures.RECOGNISED_IN_ALL, ground.selection)
    perhaps = things(measures.RECOGNISED_IN_ALL, ground.selection, perhaps=True)
    valid = things(measures.STILL_VALID, ground.selection)
    unknown = things(measures.STILL_VALID, ground.selection, perhaps=True)
    open_ = {one.pk for one in unknown}
    known = [one for one in valid if one.pk not in open_]
    standing = {one.pk for one in known} | open_
    return [
        Things(count_column("luy_ke", "Lũy kế đã công nhận"), recognised, perhaps),
        Things(count_column("con_hieu_luc", "Còn hiệu lực"), known),
        *(Things(count_column(f"sao_{n}", f"trong đó {n} sao", 9), _of(known, n)) for n in STARS),
        Things(count_column("khong_ro_han", "Chưa rõ thời hạn"), unknown),
        Things(count_column("het_hieu_luc", "Hết hiệu lực"), [o for o in recognised if o.pk not in standing]),
    ]


def _of(found: list[Thing], stars: int) -> list[Thing]:
    return [one for one in found if one.stars == stars]


def _unplaced(columns: tuple[Things, ...]) -> tuple[str, ...]:
    """How many no date could place, column by column: counted and named, never dropped."""
    return tuple(
        f"{one.column.title}: {len(one.unplaced)} sản phẩm chưa rõ thời điểm, không tính vào số này."
        for one in columns
        if one.unplaced
    )


def _groups() -> dict[int, ProductGroup]:
    """By the key of any group, the group (nhóm) it lies under, or itself; in the classification's order."""
    every = ProductGroup.objects.select_related("parent__parent").order_by("position", "code")
    return {one.pk: _middle(one) for one in every}


def _middle(group: ProductGroup) -> ProductGroup:
    return group.parent if group.tier == ProductGroup.Tier.SUBGROUP and group.parent else group


def _sector(group: ProductGroup) -> str:
    return group.parent.code if group.parent else group.code
