"""Organisations by area and by legal form: taking part, new, with recognised and with valid products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from enterprises.models import EnterpriseKind
from ratings import measures
from ratings.models import Dossier, RecognitionHolder

from ..counting import Thing, Things, count_column, counted, counted_by_commune, needed
from ..ground import Ground
from ..tables import Column, Table

_COMMUNE = Column("ten", "Xã, thị trấn", "text", 28)


def by_area(ground: Ground) -> Table:
    """By commune of the map, each organisation once: in that of its last recognition or dossier."""
    columns = ground.once(_columns)
    return counted_by_commune("theo-dia-ban", "Theo địa bàn", _COMMUNE, ground, columns, _unlinked(columns))


def by_kind(ground: Ground) -> Table:
    """By legal form, as it stood when the product was recognised; only forms that occur."""
    columns = ground.once(_columns)
    kinds = [
        (f"loai-{kind.code}", kind.name)
        for kind in EnterpriseKind.objects.all()
        if needed(columns, _kind_of, f"loai-{kind.code}")
    ]
    if needed(columns, _kind_of, _kind_of(Thing(0, "", 0))):
        kinds.append((_kind_of(Thing(0, "", 0)), "Chưa nhập chủ thể"))
    heading = Column("ten", "Loại hình", "text", 28)
    notes = (*ground.notes(), *_unlinked(columns))
    return counted("theo-loai-hinh", "Theo loại hình", heading, kinds, columns, _kind_of, notes)


def valid_by_area_and_kind(ground: Ground) -> Table:
    """Commune by legal form: organisations that hold a product still valid at the period's end."""
    valid = ground.once(_valid)
    columns = [
        Things(count_column(f"loai_{kind.code}", kind.name, 13), of_kind)
        for kind in EnterpriseKind.objects.all()
        if (of_kind := [one for one in valid if one.kind == kind.code])
    ]
    columns.append(Things(count_column("con_hieu_luc", "Cộng"), valid))
    return counted_by_commune("dia-ban-loai-hinh", "Địa bàn và loại hình", _COMMUNE, ground, columns)


def _valid(ground: Ground) -> list[Thing]:
    return _holders(measures.STILL_VALID.rows(ground.selection))


def _columns(ground: Ground) -> list[Things]:
    chosen = ground.selection
    valid, rows = ground.once(_valid), measures.STILL_VALID.rows(chosen)
    forms = set(EnterpriseKind.objects.filter(is_economic_organisation=True).values_list("code", flat=True))
    return [
        Things(count_column("tham_gia", "Tham gia"), _filing(measures.TAKING_PART.rows(chosen))),
        Things(count_column("moi", "Mới tham gia"), _filing(measures.NEW_ORGANISATIONS.rows(chosen))),
        Things(
            count_column("luy_ke", "Có sản phẩm đã công nhận"),
            _holders(measures.RECOGNISED_IN_ALL.rows(chosen)),
        ),
        Things(count_column("con_hieu_luc", "Có sản phẩm còn hiệu lực"), valid, _nameless(rows)),
        Things(
            count_column("kinh_te", "trong đó tổ chức kinh tế"), [one for one in valid if one.kind in forms]
        ),
    ]


def _filing(rows: QuerySet[Dossier]) -> list[Thing]:
    """The organisations that file these dossiers, each in the commune of its last one."""
    listed = rows.order_by("-first_submitted_on", "-pk")
    return _once(listed.values_list("enterprise_id", "area_id", "enterprise__kind__code"))


def _holders(rows: QuerySet[Any]) -> list[Thing]:
    """The organisations that hold these recognitions, each in the commune of its last one."""
    wanted = rows.order_by().values("pk")
    held = RecognitionHolder.objects.filter(recognition__in=wanted, enterprise__isnull=False)
    form = Coalesce("kind__code", "enterprise__kind__code")
    ordered = held.order_by(F("recognition__recognised_on").desc(nulls_last=True), "-recognition", "pk")
    return _once(ordered.annotate(form=form).values_list("enterprise_id", "recognition__area_id", "form"))


def _once(rows: QuerySet[Any, Any]) -> list[Thing]:
    found: dict[int, Thing] = {}
    for pk, area, form in rows:
        found.setdefault(pk, Thing(pk, f"enterprise:{pk}", area, kind=form))
    return list(found.values())


def _nameless(rows: QuerySet[Any]) -> list[Thing]:
    """Valid recognitions of which no organisation is entered: told apart, since whose they are is unknown."""
    named = RecognitionHolder.objects.filter(enterprise__isnull=False).values("recognition")
    found = rows.exclude(pk__in=named).order_by("pk").values_list("pk", "area_id")
    return [Thing(pk, f"recognition:{pk}", area, kind="") for pk, area in found]


def _unlinked(columns: Sequence[Things]) -> tuple[str, ...]:
    return tuple(
        f"{one.column.title}: {len(one.unplaced)} công nhận chưa nhập chủ thể, không tính vào số này."
        for one in columns
        if one.unplaced
    )


def _kind_of(one: Thing) -> str:
    return f"loai-{one.kind}"
