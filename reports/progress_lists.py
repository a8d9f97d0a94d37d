"""The lists of the progress report: products, organisations, dossiers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from ratings import whereabouts
from ratings.models import Dossier, Recognition, RecognitionEvent
from ratings.models.decisions import DatePrecision

from .progress_facts import Facts, Given, recognitions_by_key
from .tables import SERIAL, Cell, Column, Table
from .windows import Row, Window

IN_FORCE = _("In force")
EXPIRED = _("Expired")
REEVALUATING = _("Under re-evaluation")
UNKNOWN_EXPIRY = _("Validity unknown")


def products(facts: Facts) -> Table:
    """Every product that took part or held a recognition in the period, one row each."""
    order = {one.product: one.product_order for one in facts.recognitions}
    order |= {one.product: one.product_order for one in facts.dossiers if one.product in facts.dossier_of}
    in_order = sorted(order, key=lambda product: (order[product], product))
    return Table(
        code="san-pham",
        title="Sản phẩm",
        columns=(
            SERIAL,
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
        rows=Window(in_order, lambda products: _products(products, facts)),
    )


def _products(products: Sequence[int], facts: Facts) -> Iterator[Row]:
    """The lines of some products."""
    given, filed = facts.recognition_of, facts.dossier_of
    recognitions = recognitions_by_key(given[one] for one in products if one in given)
    dossiers = facts.dossiers_by_key(filed[one] for one in products if one in filed)
    labels = facts.labels(products)
    for one in products:
        recognition, dossier = recognitions.get(given.get(one, 0)), dossiers.get(filed.get(one, 0))
        yield _product(recognition, dossier, facts, labels.get(one, ()))


def _product(
    recognition: Recognition | None, dossier: Dossier | None, facts: Facts, labels: Sequence[str]
) -> Row:
    source = recognition or dossier
    assert source is not None  # noqa: S101 - the product is listed because of one of them
    kind = dossier or recognition
    return (
        source.product.code,
        recognition.product_name if recognition else source.product.name,
        str(source.group),
        _makers(recognition, dossier),
        source.area.name,
        str(Recognition.Kind(kind.kind).label) if kind else "",
        recognition.stars if recognition else None,
        recognition.decision.number if recognition else "",
        _decided(recognition),
        facts.given[recognition.pk].expiry if recognition else None,
        condition(facts.given[recognition.pk], facts) if recognition else _state(dossier),
        ", ".join(labels),
    )


def _makers(recognition: Recognition | None, dossier: Dossier | None) -> str:
    if recognition and (holders := recognition.known_holders):  # type: ignore[attr-defined]
        return "; ".join(holder.name for holder in holders)
    return dossier.enterprise.name if dossier else ""


def _decided(recognition: Recognition | None) -> Cell:
    """The day of the decision; with only the year known, the year in words."""
    if recognition is None or recognition.recognised_on is None:
        return None
    if recognition.date_precision == DatePrecision.YEAR:
        return f"Năm {recognition.recognised_on.year}"
    return recognition.recognised_on


def condition(given: Given, facts: Facts) -> str:
    """How a recognition stands on the period's last day, in words."""
    if given.ended_by:
        return str(RecognitionEvent.Kind(given.ended_by).label)
    if given.expiry is None:
        return str(UNKNOWN_EXPIRY)
    if not is_in_force(given, facts):
        return str(EXPIRED)
    return str(REEVALUATING if given.expiry < facts.period.end else IN_FORCE)


def is_in_force(given: Given, facts: Facts) -> bool:
    """Whether a recognition is known to be valid on the period's last day."""
    return not given.ended_by and given.valid_to is not None and given.valid_to >= facts.period.end


def _state(dossier: Dossier | None) -> str:
    return str(Dossier.State(dossier.state_then).label) if dossier else ""  # type: ignore[attr-defined]


def organisations(facts: Facts) -> Table:
    """Every organisation that filed a dossier in the period or held a recognition in it."""
    order = {one.enterprise: one.enterprise_order for one in facts.dossiers}
    order |= {one.enterprise: one.enterprise_order for one in facts.held}
    in_order = sorted(order, key=lambda organisation: (order[organisation], organisation))
    return Table(
        code="chu-the",
        title="Chủ thể",
        columns=(
            SERIAL,
            Column("ten", "Tên chủ thể", "text", 44),
            Column("loai_hinh", "Loại hình", "text", 20),
            Column("xa", "Xã", "text", 20),
            Column("so_san_pham", "Số sản phẩm", "integer", 12),
            Column("con_hieu_luc", "Còn hiệu lực", "integer", 12),
            Column("moi", "Mới tham gia", "text", 12),
        ),
        rows=Window(in_order, lambda organisations: _organisations(organisations, facts)),
    )


def _organisations(organisations: Sequence[int], facts: Facts) -> Iterator[Row]:
    """The lines of some organisations."""
    rows = Enterprise.objects.filter(pk__in=organisations).only("name", "kind", "area")
    found = {row.pk: row for row in rows.prefetch_related("kind", "area")}
    every, valid = _products_by_organisation(facts)
    for one in (found[pk] for pk in organisations):
        is_new = "x" if one.pk in facts.newcomers else ""
        yield one.name, one.kind.name, one.area.name, len(every[one.pk]), len(valid[one.pk]), is_new


def _products_by_organisation(facts: Facts) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """By organisation its products of the period, and of these the ones in force on the last day."""
    every: dict[int, set[int]] = defaultdict(set)
    valid: dict[int, set[int]] = defaultdict(set)
    for dossier in facts.dossiers:
        every[dossier.enterprise].add(dossier.product)
    for held in facts.held:
        recognition = facts.given[held.recognition]
        every[held.enterprise].add(recognition.product)
        if is_in_force(recognition, facts):
            valid[held.enterprise].add(recognition.product)
    return every, valid


def dossiers(facts: Facts) -> Table:
    """The dossiers of the period: submitted in it, or still open when it began."""
    return Table(
        code="ho-so",
        title="Hồ sơ",
        columns=(
            SERIAL,
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
        rows=Window(
            [one.pk for one in facts.dossiers],
            lambda keys: [_dossier(row) for row in _in_order(keys, facts)],
        ),
    )


def _in_order(keys: Sequence[int], facts: Facts) -> list[Dossier]:
    found = facts.dossiers_by_key(keys)
    return [found[key] for key in keys]


def _dossier(row: Dossier) -> Row:
    return (
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


def _still(dossier: Dossier) -> bool:
    """Whether the dossier's state of the period's end is the one it has now, and somebody must act."""
    unchanged = dossier.state_then == dossier.state  # type: ignore[attr-defined]
    return unchanged and dossier.state not in Dossier.CLOSED
