"""The records behind figures, looked up by their keys: what each is called, whose it is, where it stands.

A key is the model's name and the row's number (``recognition:12``). A new kind of record is a line in
``_TOLD``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import Model
from django.urls import reverse

from areas.models import Area
from enterprises.models import Enterprise
from plans.counting import told_in
from plans.models import Activity, BudgetLine, ReportedFigure
from ratings.models import DecisionItem, Dossier, Recognition, RecognitionHolder, ValueChainRecord

from .tables import Record


class Told(NamedTuple):
    """How rows of a model are told: what is fetched along, and the record of a row."""

    model: type[Model]
    related: tuple[str, ...]
    many: tuple[str, ...]
    tell: Callable[[Any], Record]


def of_keys(keys: Iterable[str]) -> dict[str, Record]:
    """The records with these keys, in the order given; what no longer exists is left out.

    One statement a model, and one for the holders of recognitions. Raises KeyError for a kind of record that
    nothing tells of.
    """
    wanted = list(dict.fromkeys(keys))
    by_model: dict[str, list[int]] = defaultdict(list)
    for key in wanted:
        model, _colon, pk = key.partition(":")
        by_model[model].append(int(pk))
    found: dict[str, Record] = {}
    for model, pks in by_model.items():
        told = _TOLD[model]
        rows = told.model._default_manager.filter(pk__in=pks).select_related(*told.related)
        for row in rows.prefetch_related(*told.many):
            record = told.tell(row)
            found[record.key] = record
    return {key: found[key] for key in wanted if key in found}


def _dossier(row: Dossier) -> Record:
    return Record(
        key=f"dossier:{row.pk}",
        name=row.product.name,
        maker=row.enterprise.name,
        commune=row.area.name,
        day=row.first_submitted_on,
        said=f"Hồ sơ {row.code}, {row.get_kind_display()}",
        path=reverse("ratings:dossier", args=[row.pk]),
    )


def _recognition(row: Recognition) -> Record:
    return Record(
        key=f"recognition:{row.pk}",
        name=row.product_name,
        maker="; ".join(holder.name for holder in row.holders.all()),
        commune=row.area.name,
        day=row.recognised_on,
        said=f"{row.stars} sao, Quyết định {row.decision.number or 'không rõ số'}",
        path=reverse("ratings:recognition", args=[row.pk]),
    )


def _holder(row: RecognitionHolder) -> Record:
    recognition = row.recognition
    paper = recognition.decision.number or "không rõ số"
    return Record(
        key=f"recognitionholder:{row.pk}",
        name=row.name,
        maker=row.name,
        commune=recognition.area.name,
        day=recognition.recognised_on,
        said=f"{recognition.product_name}: {recognition.stars} sao, Quyết định {paper}",
        path=reverse("ratings:recognition", args=[recognition.pk]),
    )


def _item(row: DecisionItem) -> Record:
    return Record(
        key=f"decisionitem:{row.pk}",
        name=row.dossier.product.name,
        maker=row.dossier.enterprise.name,
        commune=row.dossier.area.name,
        day=row.decision.signed_on,
        said=f"Quyết định {row.decision.number}: {row.get_outcome_display()}",
        path=reverse("ratings:decision", args=[row.decision_id]),
    )


def _chain(row: ValueChainRecord) -> Record:
    return Record(
        key=f"valuechainrecord:{row.pk}",
        name=row.product.name,
        maker=row.enterprise.name if row.enterprise else "",
        commune=row.area.name,
        day=row.joined_on,
        said=row.chain,
        path=reverse("products:detail", args=[row.product_id]),
    )


def _enterprise(row: Enterprise) -> Record:
    return Record(
        key=f"enterprise:{row.pk}",
        name=row.name,
        commune=row.area.name,
        said=row.kind.name,
        path=reverse("enterprises:detail", args=[row.pk]),
    )


def _activity(row: Activity) -> Record:
    return Record(
        key=f"activity:{row.pk}",
        name=row.content,
        maker=row.unit_responsible,
        commune=row.plan.area.name,
        day=row.deadline,
        said=str(row.get_state_display()),
        path=reverse("plans:detail", args=[row.plan_id]),
    )


def _told_figure(row: ReportedFigure) -> Record:
    target = row.target
    amount = f"{row.value.normalize():f} {told_in(target)}"
    return Record(
        key=f"reportedfigure:{row.pk}",
        name=target.words,
        maker=row.area.name if row.area else target.plan.area.name,
        commune=row.area.name if row.area else "",
        day=row.as_of,
        said=f"Báo cáo {amount}. {row.note}".strip(),
        path=reverse("plans:figures", args=[target.plan_id]),
    )


def _money(row: BudgetLine) -> Record:
    amounts = (("kế hoạch", row.planned), ("đã cấp", row.allocated), ("đã giải ngân", row.disbursed))
    said = [f"{name} {value.normalize():f}" for name, value in amounts if value is not None]
    return Record(
        key=f"budgetline:{row.pk}",
        name=row.content,
        maker=str(row.get_source_display()),
        commune=row.plan.area.name,
        said=f"Triệu đồng: {', '.join(said) or 'chưa có số'}",
        path=reverse("plans:detail", args=[row.plan_id]),
    )


def _unit(row: Area) -> Record:
    return Record(key=f"area:{row.pk}", name=row.name)


_TOLD: dict[str, Told] = {
    "area": Told(Area, (), (), _unit),
    "dossier": Told(Dossier, ("product", "enterprise", "area"), (), _dossier),
    "recognition": Told(Recognition, ("area", "decision"), ("holders",), _recognition),
    "recognitionholder": Told(RecognitionHolder, ("recognition__area", "recognition__decision"), (), _holder),
    "decisionitem": Told(
        DecisionItem, ("decision", "dossier__product", "dossier__enterprise", "dossier__area"), (), _item
    ),
    "valuechainrecord": Told(ValueChainRecord, ("product", "enterprise", "area"), (), _chain),
    "enterprise": Told(Enterprise, ("area", "kind"), (), _enterprise),
    "reportedfigure": Told(
        ReportedFigure, ("area", "target__plan__area", "target__indicator"), (), _told_figure
    ),
    "activity": Told(Activity, ("plan__area",), (), _activity),
    "budgetline": Told(BudgetLine, ("plan__area",), (), _money),
}
