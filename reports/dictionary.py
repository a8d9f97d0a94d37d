"""The dictionary page: every measure of the portal and every counted column of the reports, defined."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plans import progress as plan_progress
from plans.models import Target
from ratings.measures import MEASURES

from .catalogue import KINDS
from .tables import Place
from .terms import Term, of_column


class Group(NamedTuple):
    """Terms under a heading; ``code`` names it in addresses."""

    code: str
    name: str | Promise
    terms: list[Term]


def groups() -> list[Group]:
    """The measures that targets count by, then the figures of each report that defines its own."""
    measured = [Term(one.name, one.unit, one.definition) for one in MEASURES.values()]
    own = [Group(kind.code, kind.name, _apart(kind.terms)) for kind in KINDS.values() if kind.terms]
    return [Group("so-do", _("Measures of the programme"), measured), *own]


def of_place(code: str, place: Place) -> Term | None:
    """What the figure at a place of a report means; None where nothing is there."""
    _table, row, column = place
    if terms := KINDS[code].terms:
        return of_column(terms, column)
    kind, _dash, key = row.rpartition("-")
    if kind == "so-do":
        measure = MEASURES.get(key)
        return Term(measure.name, measure.unit, measure.definition) if measure else None
    target = Target.objects.filter(pk=int(key)).select_related("indicator").first()
    if target is None:
        return None
    found = plan_progress.measure_of(target)
    name, unit = (found.name, found.unit) if found else (target.indicator.name, target.counted_in)
    return Term(name, unit, plan_progress.how(target))


def _apart(terms: dict[str, Term]) -> list[Term]:
    """Each term once: several columns may share one."""
    return list({str(term.name): term for term in terms.values()}.values())
