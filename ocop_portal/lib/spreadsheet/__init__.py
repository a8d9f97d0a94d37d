"""Excel files that people keep: styled by openpyxl, filled by a stream, right before they are recalculated.

    from ocop_portal.lib.spreadsheet import Column, Properties, Ratio, Sheet, write_workbook

    budget = Sheet(
        title="Kinh phí",
        columns=[
            Column("TT", "integer", width=6),
            Column("Nội dung", width=40),
            Column("Kế hoạch (triệu đồng)", "money", width=14, total=True),
            Column("Đã giải ngân (triệu đồng)", "money", width=14, total=True),
            Column("Tỷ lệ (%)", "percent", width=10,
                   total=Ratio("Đã giải ngân (triệu đồng)", "Kế hoạch (triệu đồng)")),
        ],
        rows=((number, line.content, line.planned, line.spent, line.share) for number, line in lines),
    )
    write_workbook(path, [budget], properties=Properties("Báo cáo tiến độ", "UBND huyện", created=day))

A value in a row is ``None``, ``str``, ``bool``, ``int``, ``Decimal``, ``float``, ``date``, a ``datetime``
without time zone, ``Formula(text, cached)``, ``Link(url, value, tip)`` or ``Styled(value, Style(...))``.
``letterhead`` and ``signature`` give the lines of an official annex; ``csv_lines`` prints the rows
as CSV, ``table_csv`` and ``table_json`` any table with columns, rows and totals.
"""

from .csv_out import csv_lines
from .description import (
    Block,
    Chart,
    ChartKind,
    Column,
    Formula,
    Kind,
    Line,
    Link,
    Page,
    Properties,
    Ratio,
    Row,
    Sheet,
    SpreadsheetError,
    Style,
    Styled,
    Value,
    Written,
)
from .official import letterhead, signature
from .table_out import Tabular, table_csv, table_json
from .writing import write_workbook

__all__ = [
    "Block",
    "Chart",
    "ChartKind",
    "Column",
    "Formula",
    "Kind",
    "Line",
    "Link",
    "Page",
    "Properties",
    "Ratio",
    "Row",
    "Sheet",
    "SpreadsheetError",
    "Style",
    "Styled",
    "Tabular",
    "Value",
    "Written",
    "csv_lines",
    "letterhead",
    "signature",
    "table_csv",
    "table_json",
    "write_workbook",
]
