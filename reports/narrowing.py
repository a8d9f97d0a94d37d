"""Tables narrowed on a page by what one of their columns says, totals included.

A report itself is whole: it is compiled, frozen and digested without any of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import compress
from urllib.parse import urlencode

from django import forms
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ratings.models import FundingSource

from .asking import Unanswerable
from .tables import TOTALS, Report, Table, with_totals

Choices = tuple[tuple[str, str | Promise], ...]


@dataclass(frozen=True)
class Narrow:
    """A column of a table by which a page narrows it; its key is the parameter too.

    ``choices`` are the values of the parameter with what the column's cells say.
    """

    key: str
    label: str | Promise
    choices: Choices

    def words(self, value: str) -> str:
        """What the cells of the value say, in the reports' language. Raises :class:`Unanswerable`."""
        if value not in dict(self.choices):
            words = _("There is no “%(value)s” among the choices of “%(label)s”. Choose one from the list.")
            raise Unanswerable(400, words % {"value": value[:40], "label": self.label})
        with translation.override("vi"):
            return str(dict(self.choices)[value])


BY_SOURCE = Narrow("nguon", gettext_lazy("Funding source"), tuple(FundingSource.choices))


@dataclass(frozen=True)
class Wanted:
    """What a page asks of its tables: of those that can be narrowed, by table the value of the parameter."""

    by: Mapping[str, Narrow]
    values: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.values)

    def of(self, report: Report) -> Report:
        """The report with the tables narrowed; a sum that was narrowed leads nowhere."""
        tables = tuple(self._table(table) for table in report.tables)
        sums = {(table, TOTALS) for table in self.values}
        places = frozenset(place for place in report.places if place[:2] not in sums)
        return replace(report, tables=tables, places=places) if self else report

    def form(self, table: str) -> forms.Form | None:
        """The choice above a table that can be narrowed."""
        return NarrowForm(self.by[table], self.values.get(table, "")) if table in self.by else None

    def query(self, table: str) -> str:
        """The part of an address that narrows the table as this page does."""
        return urlencode({self.by[table].key: self.values[table]}) if table in self.values else ""

    def _table(self, table: Table) -> Table:
        value = self.values.get(table.code)
        return narrowed(table, self.by[table.code], value) if value else table


def wanted(by: Mapping[str, Narrow], asked: Mapping[str, str]) -> Wanted:
    """What an address asks. Raises :class:`Unanswerable` for a value that is none of the choices."""
    values = {table: value for table, narrow in by.items() if (value := asked.get(narrow.key, ""))}
    for table, value in values.items():
        by[table].words(value)
    return Wanted(by, values)


def narrowed(table: Table, narrow: Narrow, value: str) -> Table:
    """The rows whose column says so, with their own numbers and marks, and what they add up to."""
    place = next(place for place, column in enumerate(table.columns) if column.key == narrow.key)
    words = narrow.words(value)
    kept = [row[place] == words for row in table.rows]
    fresh = replace(
        table,
        rows=tuple(compress(table.rows, kept)),
        keys=tuple(compress(table.keys, kept)),
        marks=tuple(compress(table.marks, kept)),
        totals=(),
    )
    return with_totals(fresh)


class NarrowForm(forms.Form):
    """GET form above a table: one choice, or everything."""

    def __init__(self, narrow: Narrow, value: str) -> None:
        super().__init__(initial={narrow.key: value}, auto_id=f"id_{narrow.key}_%s")
        choices = [("", _("All")), *narrow.choices]
        self.fields[narrow.key] = forms.ChoiceField(label=str(narrow.label), required=False, choices=choices)
