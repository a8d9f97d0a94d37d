"""The lists of the progress report: products, organisations, dossiers."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from products.models import Product
from ratings import whereabouts
from ratings.models import Dossier, Recognition, RecognitionEvent
from ratings.models.decisions import DatePrecision

from .progress_facts import Facts, held_by, organisations_of
from .tables import Cell, Column, Table

_SERIAL = Column("tt", "TT", "integer", 6)
IN_FORCE = _("In force")
EXPIRED = _("Expired")
REEVALUATING = _("Under re-evaluation")
UNKNOWN_EXPIRY = _("Validity unknown")


def products(facts: Facts) -> Table:
    """Every product that took part or held a recognition in the period, one row each."""
    recognitions, dossiers = facts.recognition_of(), facts.dossier_of()
    found = {r.product_id: r.product for r in recognitions.values()}
    found |= {d.product_id: d.product for d in dossiers.values()}
    in_order = sorted(found.values(), key=lambda product: (product.sort_key, product.pk))
    return Table(
        code="san-pham",
        title="Sản phẩm",
        columns=(
            _SERIAL,
            Column("ma", "Mã sản phẩm", "text", 18),
            Column("ten", "Tên sản phẩm", "text", 32),
            Column("nhom", "Nhóm", "text", 24),
            Column("chu_the", "Chủ thể", "text", 32),
            Column("xa", "Xã", "text", 18),
            Column("loai", "Loại hồ sơ", "text", 14),
            Column("sao", "Hạng sao", "integer", 9),
            Column("so_qd", "Số quyết định", "text", 18),
            Column("ngay_qd", "Ngày quyết định", "date", 13),
            Column("het_han", "Hết hạn", "date", 13),
            Column("tinh_trang", "Tình trạng", "text", 20),
            Column("chi_tieu", "Tính vào chỉ tiêu", "text", 14),
        ),
        rows=tuple(
            (place, *_product(product, recognitions.get(product.pk), dossiers.get(product.pk), facts))
            for place, product in enumerate(in_order, start=1)
        ),
    )


def _product(
    product: Product, recognition: Recognition | None, dossier: Dossier | None, facts: Facts
) -> tuple[Cell, ...]:
    source = recognition or dossier
    assert source is not None  # noqa: S101 - the product is listed because of one of them
    kind = dossier or recognition
    return (
        product.code,
        recognition.product_name if recognition else product.name,
        str(source.group),
        _makers(recognition, dossier),
        source.area.name,
        str(Recognition.Kind(kind.kind).label) if kind else "",
        recognition.stars if recognition else None,
        recognition.decision.number if recognition else "",
        _decided(recognition),
        recognition.expiry if recognition else None,  # type: ignore[attr-defined]
        condition(recognition, facts) if recognition else _state(dossier),
        ", ".join(facts.labels.get(product.pk, ())),
    )


def _makers(recognition: Recognition | None, dossier: Dossier | None) -> str:
    if recognition and (holders := held_by(recognition)):
        return "; ".join(holder.name for holder in holders)
    return dossier.enterprise.name if dossier else ""


def _decided(recognition: Recognition | None) -> Cell:
    """The day of the decision; with only the year known, the year in words."""
    if recognition is None or recognition.recognised_on is None:
        return None
    if recognition.date_precision == DatePrecision.YEAR:
        return f"Năm {recognition.recognised_on.year}"
    return recognition.recognised_on


def condition(recognition: Recognition, facts: Facts) -> str:
    """How a recognition stands on the period's last day, in words."""
    if recognition.ended_by:  # type: ignore[attr-defined]
        return str(RecognitionEvent.Kind(recognition.ended_by).label)  # type: ignore[attr-defined]
    if recognition.expiry is None:  # type: ignore[attr-defined]
        return str(UNKNOWN_EXPIRY)
    if not is_in_force(recognition, facts):
        return str(EXPIRED)
    expired = recognition.expiry < facts.period.end  # type: ignore[attr-defined]
    return str(REEVALUATING if expired else IN_FORCE)


def is_in_force(recognition: Recognition, facts: Facts) -> bool:
    """Whether the recognition is known to be valid on the period's last day."""
    last = recognition.valid_to  # type: ignore[attr-defined]
    ended = recognition.ended_by  # type: ignore[attr-defined]
    return not ended and last is not None and last >= facts.period.end


def _state(dossier: Dossier | None) -> str:
    return str(Dossier.State(dossier.state_then).label) if dossier else ""  # type: ignore[attr-defined]


def organisations(facts: Facts) -> Table:
    """Every organisation that filed a dossier in the period or held a recognition in it."""
    every, valid = _products_by_organisation(facts)
    in_order = sorted(organisations_of(facts).values(), key=lambda one: (one.sort_key, one.pk))
    return Table(
        code="chu-the",
        title="Chủ thể",
        columns=(
            _SERIAL,
            Column("ten", "Tên chủ thể", "text", 44),
            Column("loai_hinh", "Loại hình", "text", 20),
            Column("xa", "Xã", "text", 20),
            Column("so_san_pham", "Số sản phẩm", "integer", 12),
            Column("con_hieu_luc", "Còn hiệu lực", "integer", 12),
            Column("moi", "Mới tham gia", "text", 12),
        ),
        rows=tuple(
            (
                place,
                one.name,
                one.kind.name,
                one.area.name,
                len(every[one.pk]),
                len(valid[one.pk]),
                "x" if one.pk in facts.newcomers else "",
            )
            for place, one in enumerate(in_order, start=1)
        ),
    )


def _products_by_organisation(facts: Facts) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """By organisation its products of the period, and of these the ones in force on the last day."""
    every: dict[int, set[int]] = defaultdict(set)
    valid: dict[int, set[int]] = defaultdict(set)
    for dossier in facts.dossiers:
        every[dossier.enterprise_id].add(dossier.product_id)
    for recognition in facts.recognitions:
        for holder in held_by(recognition):
            if holder.enterprise_id is None:
                continue
            every[holder.enterprise_id].add(recognition.product_id)
            if is_in_force(recognition, facts):
                valid[holder.enterprise_id].add(recognition.product_id)
    return every, valid


def dossiers(facts: Facts) -> Table:
    """The dossiers of the period: submitted in it, or still open when it began."""
    return Table(
        code="ho-so",
        title="Hồ sơ",
        columns=(
            _SERIAL,
            Column("ma", "Mã hồ sơ", "text", 18),
            Column("san_pham", "Sản phẩm", "text", 32),
            Column("chu_the", "Chủ thể", "text", 32),
            Column("xa", "Xã", "text", 18),
            Column("loai", "Loại hồ sơ", "text", 14),
            Column("ngay_nop", "Ngày nộp", "date", 13),
            Column("trang_thai", "Trạng thái", "text", 20),
            Column("dang_o", "Đang ở", "text", 26),
            Column("han", "Hạn xử lý", "date", 13),
        ),
        rows=tuple(
            (
                place,
                row.code,
                row.product.name,
                row.enterprise.name,
                row.area.name,
                str(Dossier.Kind(row.kind).label),
                row.first_submitted_on,
                _state(row),
                whereabouts.of(row).unit if _still(row) else None,
                row.due_on if _still(row) else None,
            )
            for place, row in enumerate(facts.dossiers, start=1)
        ),
    )


def _still(dossier: Dossier) -> bool:
    """Whether the dossier's state of the period's end is the one it has now, and somebody must act."""
    unchanged = dossier.state_then == dossier.state  # type: ignore[attr-defined]
    return unchanged and dossier.state not in Dossier.CLOSED
