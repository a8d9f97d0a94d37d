"""Native charts from a sheet's own columns, with the values they show now kept inside the chart.

The cached values let a viewer that computes nothing (a phone, a mail preview) draw the chart.
"""

from collections.abc import Callable, Sequence
from typing import Any

from openpyxl.chart import BarChart, DoughnutChart, LineChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from .description import Chart, ChartKind, Sheet, SpreadsheetError, Value
from .text import clean
from .totals import number_in

MOST_POINTS = 500
"""Rows a chart can show so that a person can still read it."""


def chart_columns(sheet: Sheet) -> list[int]:
    """Return the indexes of the columns a sheet's chart draws: its categories', then its values'."""
    if sheet.chart is None:
        return []
    return [sheet.position(title) for title in (sheet.chart.categories, *sheet.chart.values)]


def new_chart(page: Worksheet, sheet: Sheet) -> Any:
    """Put the sheet's chart on ``page``, still empty; None when it wants none."""
    wanted = sheet.chart
    if wanted is None:
        return None
    chart = _MAKERS[wanted.kind]()
    chart.title = wanted.title
    chart.title.overlay = False
    chart.height, chart.width = wanted.height_cm, wanted.width_cm
    chart.legend.position = "b"
    if wanted.kind != "doughnut":
        chart.x_axis.delete = chart.y_axis.delete = False
    page.add_chart(chart, "A1")
    return chart


def fill(chart: Any, sheet: Sheet, page: Worksheet, rows: Sequence[Sequence[Value]]) -> None:
    """Draw ``rows`` (category and values of each data row) into ``chart``."""
    wanted = sheet.chart
    if wanted is None:
        return
    if len(rows) > MOST_POINTS:
        raise SpreadsheetError(
            f"Sheet {sheet.title!r}: a chart shows up to {MOST_POINTS} rows, not {len(rows)}"
        )
    columns = chart_columns(sheet)
    drawn = columns[1:2] if wanted.kind == "doughnut" else columns[1:]
    for order, column in enumerate(drawn):
        series = Series(idx=order, order=order)
        series.tx = SeriesLabel(
            strRef=_text_reference(page, column, sheet.header_row, [wanted.values[order]])
        )
        series.cat = AxDataSource(
            strRef=_text_reference(page, columns[0], sheet.first_data_row, [row[0] for row in rows])
        )
        series.val = NumDataSource(numRef=_numbers(page, sheet, column, [row[order + 1] for row in rows]))
        _colour(series, wanted, order, len(rows))
        chart.series.append(series)


def _range(page: Worksheet, column: int, first: int, count: int) -> str:
    letter = get_column_letter(column + 1)
    last = "" if count == 1 else f":${letter}${first + count - 1}"
    return f"{quote_sheetname(page.title)}!${letter}${first}{last}"


def _text_reference(page: Worksheet, column: int, first: int, values: Sequence[Value]) -> StrRef:
    shown = [(index, clean(str(value))) for index, value in enumerate(values) if value is not None]
    cache = StrData(ptCount=len(values), pt=[StrVal(idx=index, v=text) for index, text in shown])
    return StrRef(f=_range(page, column, first, max(1, len(values))), strCache=cache)


def _numbers(page: Worksheet, sheet: Sheet, column: int, values: Sequence[Value]) -> NumRef:
    shown = [(index, number_in(value)) for index, value in enumerate(values)]
    points = [NumVal(idx=index, v=str(number)) for index, number in shown if number is not None]
    cache = NumData(formatCode="General", ptCount=len(values), pt=points)
    return NumRef(f=_range(page, column, sheet.first_data_row, max(1, len(values))), numCache=cache)


def _colour(series: Series, wanted: Chart, order: int, points: int) -> None:
    colours = wanted.colours
    if wanted.kind == "doughnut":
        for index in range(points):
            part = DataPoint(idx=index)
            part.graphicalProperties.solidFill = colours[index % len(colours)]
            series.dPt.append(part)
        return
    colour = colours[order % len(colours)]
    if wanted.kind == "line":
        series.graphicalProperties.line.solidFill = colour
        series.smooth = False
    else:
        series.graphicalProperties.solidFill = colour


def _bars() -> BarChart:
    chart = BarChart()
    chart.type = "bar"
    chart.x_axis.scaling.orientation = "maxMin"  # first row on top
    return chart


def _stacked() -> BarChart:
    chart = _bars()
    chart.grouping = "stacked"
    chart.overlap = 100
    return chart


_MAKERS: dict[ChartKind, Callable[[], Any]] = {
    "bar": _bars,
    "column": BarChart,
    "stacked": _stacked,
    "line": LineChart,
    "doughnut": DoughnutChart,
}
