"""Lists that people search, sort, page through and take away: one list of columns prints page, Excel and CSV.

    class EnterpriseFilter(FilterForm):                      # a GET form; it has ``q`` already
        kind = ModelChoiceField(EnterpriseKind.objects, required=False, label=_("Kind"))

        def narrow(self, queryset, chosen):                  # called with the cleaned data of a valid form
            ...

    LISTING = Listing(
        title=_("Organisations"),
        columns=(
            ListColumn("name", _("Name"), "name", sort="sort_key", link=lambda row: row.get_absolute_url()),
            ListColumn("state", _("State"), "get_state_display", tone=lambda row: row.tone),
            ListColumn("points", _("Points"), "points", kind="decimal", sort="points"),
        ),
        order="name",                                        # or "-key": the sorting nobody asked for
    )

    def enterprise_list(request):
        rows = Enterprise.objects.visible_to(request.user).select_related("kind", "area")
        return LISTING.respond(request, EnterpriseFilter(request.GET), rows, "enterprises/list.html")

The template says ``{% include "components/listing.html" with empty_title=… empty_text=… %}`` where the table
goes (with ``empty_url`` and ``empty_action`` for a button); ``listed`` is in its context and ``listed.form``
is the filter. ``?sort=key`` and ``?sort=-key`` sort, ``?page=2`` turns pages, ``?xuat=xlsx`` and
``?xuat=csv`` give the whole filtered list as a file. What a person may see is decided by ``rows``, what of it
by the columns' values, so page and files can't differ.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Generic, NamedTuple, TypeVar

from django.conf import settings
from django.core.paginator import Page
from django.db.models import Model, QuerySet
from django.forms import fields
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import clock, files, forms, paging, text
from .spreadsheet import Column, Kind, Properties, Sheet, Value, csv_lines, write_workbook

Row = TypeVar("Row", bound=Model)
XLSX = files.KINDS["xlsx"].content_type
NUMBERS: set[Kind] = {"integer", "decimal", "money", "percent"}
CHUNK = 2000


class FilterForm(forms.FilterForm):
    """A list's filter with a search of names; the columns of its :class:`Listing` say how it sorts."""

    q = fields.CharField(label=_("Search"), required=False, max_length=200)

    def narrow(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """Return the rows that fit the cleaned values: a list with more fields says here what they mean."""
        return queryset.filter(text.matches("name_norm", chosen["q"]))


@dataclass(frozen=True)
class ListColumn(Generic[Row]):
    """One column: ``value`` is a path of attributes (``"kind.name"``; methods are called) or a function.

    ``sort`` names the database fields to sort by; ``link`` gives the address behind the cell; ``tone`` makes
    the cell a status tag; ``show`` gives other safe HTML for the page; ``note`` a second, smaller line on
    the page. ``kind`` and ``width`` are those of the file's column. ``in_file`` and ``on_page`` leave it out.
    """

    key: str
    title: str | Promise
    value: str | Callable[[Row], Value]
    kind: Kind = "text"
    width: float = 16
    sort: str | Sequence[str] = ()
    link: Callable[[Row], str] | None = None
    tone: Callable[[Row], str] | None = None
    show: Callable[[Row], str] | None = None
    note: Callable[[Row], str] | None = None
    in_file: bool = True
    on_page: bool = True

    @property
    def sortable(self) -> bool:
        """Whether the heading sorts."""
        return bool(self.sort)

    @property
    def is_number(self) -> bool:
        """Whether the values stand on the right."""
        return self.kind in NUMBERS

    def of(self, row: Row) -> Value:
        """The row's value, as the files carry it."""
        if callable(self.value):
            return self.value(row)
        found: Any = row
        for name in self.value.split("."):
            found = getattr(found, name, None)
            found = found() if callable(found) else found
        if isinstance(found, datetime) and timezone.is_aware(found):
            return timezone.make_naive(found)
        return str(found) if isinstance(found, Promise | Model) else found

    def cell(self, row: Row) -> Cell:
        """The row's value, as the page prints it."""
        return Cell(
            column=self,
            words=words(self.of(row)),
            url=self.link(row) if self.link else "",
            tone=self.tone(row) if self.tone else "",
            html=self.show(row) if self.show else "",
            note=self.note(row) if self.note else "",
        )


class Cell(NamedTuple):
    """What the page prints in one place of the table."""

    column: ListColumn[Any]
    words: str
    url: str
    tone: str
    html: str
    note: str


def words(value: Value) -> str:
    """A value as the page prints it: dates dd/mm/yyyy, numbers in the reader's language, nothing a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(formats.localize(value))


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """A listing in answer to one request; templates read it as ``listed``."""

    form: forms.FilterForm
    page: Page[Row]
    columns: Sequence[ListColumn[Row]]

    @property
    def rows(self) -> Iterator[list[Cell]]:
        """The cells of the page, row by row."""
        return ([column.cell(row) for column in self.columns] for row in self.page.object_list)

    @property
    def filtered(self) -> bool:
        """Whether the list is narrowed, so that an empty one means that nothing fits."""
        return self.form.is_filtered


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """One list of the portal: its title, its columns, its own order, its rows a page."""

    title: str | Promise
    columns: Sequence[ListColumn[Row]]
    order: str
    per_page: int = 25

    def respond(
        self,
        request: HttpRequest,
        form: forms.FilterForm,
        rows: QuerySet[Row],
        template: str,
        context: Mapping[str, Any] | None = None,
    ) -> HttpResponseBase:
        """The page of the list, or the file that ``?xuat=`` asks for."""
        found = self.sorted(form.filter(rows), request.GET.get("sort", ""))
        make = {"xlsx": self.excel, "csv": self.csv}.get(request.GET.get("xuat", ""))
        if make:
            return make(found)
        page = paging.page_of(found, request, self.per_page)
        listed = Listed(form, page, [column for column in self.columns if column.on_page])
        return render(request, template, {**(context or {}), "listed": listed})

    def sorted(self, rows: QuerySet[Row], asked: str = "") -> QuerySet[Row]:
        """The rows in the order asked for, else in the list's own; ties in the order of entry."""
        sorts = {column.key: column.sort for column in self.columns if column.sortable}
        key = asked if asked.removeprefix("-") in sorts else self.order
        chosen = sorts[key.removeprefix("-")]
        names = [chosen] if isinstance(chosen, str) else chosen
        sign = "-" if key.startswith("-") else ""
        return rows.order_by(*(f"{sign}{name}" for name in names), "pk")

    def excel(self, rows: QuerySet[Row]) -> HttpResponseBase:
        """All rows as an Excel file."""
        columns = [Column(gettext("No."), "integer", width=6)]
        columns += [Column(str(column.title), column.kind, width=column.width) for column in self._filed]
        title = str(self.title)
        made = Properties(title, str(settings.OCOP_AGENCY), datetime.combine(clock.today(), time()))
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        write_workbook(file, [Sheet(title[:31], columns, self._values(rows))], properties=made)
        file.seek(0)
        return files.attachment(file, self._file_name("xlsx"), XLSX)

    def csv(self, rows: QuerySet[Row]) -> HttpResponseBase:
        """All rows as CSV."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        file.writelines(csv_lines([gettext("No."), *self._titles], self._values(rows)))
        file.seek(0)
        return files.attachment(file, self._file_name("csv"), "text/csv; charset=utf-8")

    @property
    def _titles(self) -> list[str]:
        return [str(column.title) for column in self._filed]

    @property
    def _filed(self) -> list[ListColumn[Row]]:
        return [column for column in self.columns if column.in_file]

    def _values(self, rows: QuerySet[Row]) -> Iterable[list[Value]]:
        columns = self._filed
        for number, row in enumerate(rows.iterator(chunk_size=CHUNK), 1):
            yield [number, *(column.of(row) for column in columns)]

    def _file_name(self, extension: str) -> str:
        return f"{self.title} {clock.today():%Y-%m-%d}.{extension}"


__all__ = ["Cell", "FilterForm", "ListColumn", "Listed", "Listing", "words"]
