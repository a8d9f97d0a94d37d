"""What the figures of the progress report count: for each target the records, one for each thing counted.

Asked for when a report is frozen; a page that only shows figures does not read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from ocop_portal.lib.measures import Measure, Selection
from ocop_portal.lib.periods import for_year
from plans import progress as plan_progress
from ratings.measures import MEASURES
from ratings.models import DecisionItem, Dossier, Recognition, RecognitionHolder, ValueChainRecord

from .progress_facts import Facts
from .tables import Record, Source

SUMMARY, DONE, CUMULATIVE = "tong-hop", "thuc_hien", "luy_ke"
Found = tuple[list[Source], dict[str, Record]]


def gather(facts: Facts) -> Found:
    """The sources of the summary's figures, and their records by key."""
    sources: list[Source] = []
    records: dict[str, Record] = {}
    for row, column, measure, selection in _asked(facts):
        counts = _one_each(measure, measure.rows(selection), records)
        unplaced = _one_each(measure, measure.unplaced_rows(selection), records) if measure.unplaced else ()
        sources.append(Source(SUMMARY, row, column, counts, unplaced))
    return sources, records


def key_of_target(pk: int) -> str:
    """The key of a target's row in the summary."""
    return f"chi-tieu-{pk}"


def key_of_measure(code: str) -> str:
    """The key of a measure's row in the summary of a unit without a plan."""
    return f"so-do-{code}"


def _asked(facts: Facts) -> Iterable[tuple[str, str, Measure, Selection]]:
    """Row, column, measure and selection of each figure that the portal counts."""
    if facts.plan is None:
        selection = Selection(facts.area, facts.period.start, facts.period.end)
        year = selection.since(for_year(facts.period.year).start)
        for measure in MEASURES.values():
            yield key_of_measure(measure.code), DONE, measure, selection
            yield key_of_measure(measure.code), CUMULATIVE, measure, year
        return
    for one in facts.progress:
        for column, counted in zip(
            (DONE, CUMULATIVE), plan_progress.counted(one.target, facts.period), strict=False
        ):
            yield key_of_target(one.target.pk), column, *counted


def _one_each(measure: Measure, rows: QuerySet[Any], records: dict[str, Record]) -> tuple[str, ...]:
    """The keys of the first row of each thing that the measure counts; their records are noted."""
    told = _TOLD[rows.model]
    related = rows.select_related(*told[0]).order_by("pk")
    counted: dict[Any, Any] = {}
    for row in related:
        counted.setdefault(_value(row, measure.counts), row)
    keys = []
    for row in counted.values():
        record = told[1](row)
        records.setdefault(record.key, record)
        keys.append(record.key)
    return tuple(keys)


def _value(row: Any, path: str) -> Any:
    """The key of what is counted: ``product`` of a row, ``dossier__product`` by way of its dossier."""
    *way, last = path.split("__")
    for name in way:
        row = getattr(row, name)
    return getattr(row, last if last == "pk" else f"{last}_id")


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


_TOLD: dict[type, tuple[tuple[str, ...], Callable[[Any], Record]]] = {
    Dossier: (("product", "enterprise", "area"), _dossier),
    Recognition: (("area", "decision"), _recognition),
    RecognitionHolder: (("recognition__area", "recognition__decision"), _holder),
    DecisionItem: (("decision", "dossier__product", "dossier__enterprise", "dossier__area"), _item),
    ValueChainRecord: (("product", "enterprise", "area"), _chain),
}
