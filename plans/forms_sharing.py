"""The grid in which a target is broken down: a row a commune or period, a column a period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ocop_portal.lib.forms import DecimalField, NormalisedForm

from .breaking_down import Cell, Shape, balance, communes, periods_of
from .models import Breakdown, Target
from .wording import figure_words, plain


@dataclass(frozen=True)
class Line:
    """A row of the grid with its fields and their sum."""

    name: str
    fields: list[forms.BoundField]
    total: str


class GridForm(NormalisedForm):
    """The numbers of a breakdown; an empty field is no share, 0 is one."""

    def __init__(
        self, *args: Any, target: Target, shape: Shape, kept: Breakdown | None, **kwargs: Any
    ) -> None:
        self.target, self.shape = target, shape
        self.rows, self.columns = _axes(target, shape)
        super().__init__(*args, **kwargs)
        version = forms.IntegerField(widget=forms.HiddenInput, initial=kept.version if kept else 0)
        self.fields["version"] = version
        self.fields["theo"] = forms.CharField(widget=forms.HiddenInput, initial=shape.code)
        known = {Cell(one.area_id, one.period): one.number for one in kept.shares.all()} if kept else {}
        for row, row_name in self.rows:
            for column, column_name in self.columns:
                cell = _cell(row, column)
                label = f"{row_name}, {column_name}" if column else row_name
                self.fields[_name(cell)] = _field(label, known.get(cell))

    @property
    def numbers(self) -> dict[Cell, Decimal]:
        """The shares that were entered, as ``break_down`` takes them."""
        values = getattr(self, "cleaned_data", None) or {
            name: self.fields[name].initial for name in self.fields
        }
        cells = (_cell(row, column) for row, _row in self.rows for column, _column in self.columns)
        return {cell: number for cell in cells if (number := values.get(_name(cell))) is not None}

    def refresh(self: Any, kept: Breakdown | None) -> None:
        """After a colleague's change: what was typed stays, and saving again means it."""
        self.data = self.data.copy()
        self.data["version"] = str(kept.version if kept else 0)

    def lines(self) -> list[Line]:
        """The grid's rows."""
        numbers = self.numbers
        return [
            Line(
                row_name,
                [self[_name(_cell(row, column))] for column, _column in self.columns],
                _sum(numbers[cell] for column, _c in self.columns if (cell := _cell(row, column)) in numbers),
            )
            for row, row_name in self.rows
        ]

    def totals(self) -> list[str]:
        """The sum of each column."""
        numbers = self.numbers
        return [
            _sum(numbers[cell] for row, _row in self.rows if (cell := _cell(row, column)) in numbers)
            for column, _column in self.columns
        ]

    def balance(self) -> Any:
        """What is entered, beside the target's number."""
        return balance(self.target, sum(self.numbers.values(), Decimal(0)))


def _axes(
    target: Target, shape: Shape
) -> tuple[list[tuple[int | str, str]], list[tuple[str, str | Promise]]]:
    """The rows and columns, each with its key and heading; a single column has no key."""
    spans = [(period.code, period.label) for period in periods_of(target.plan, shape.span)]
    single: list[tuple[str, str | Promise]] = [("", gettext_lazy("Allotted"))]
    if not shape.by_area:
        return [*spans], single
    places: list[tuple[int | str, str]] = [(area.pk, area.name) for area in communes(target)]
    return places, [*spans] or single


def _cell(row: int | str, column: str) -> Cell:
    return Cell(row, column) if isinstance(row, int) else Cell(None, row)


def _name(cell: Cell) -> str:
    return f"c{cell.area or 0}_{cell.period}"


def _field(label: str, number: Decimal | None) -> DecimalField:
    initial = None if number is None else plain(number)
    field = DecimalField(
        label=label, required=False, min_value=0, max_digits=14, decimal_places=2, initial=initial
    )
    field.widget.attrs |= {"class": "form-control number", "aria-label": label}
    return field


def _sum(numbers: Iterable[Decimal]) -> str:
    return figure_words(sum(numbers, Decimal(0)))
