"""A page shows the beginning of a long table and says how much more the report's file has."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from reports.tables import Column, Table
from reports.templatetags.report_tables import SHOWN
from tests.reporting import PageTables


def shown(rows: int) -> str:
    columns = (Column("tt", "TT", "integer"), Column("ten", "Tên"))
    table = Table("san-pham", "Sản phẩm", columns, tuple((n, f"Sản phẩm {n}") for n in range(1, rows + 1)))
    return render_to_string("reports/table.html", {"table": table})


@pytest.mark.parametrize("rows", [1, SHOWN - 1, SHOWN])
def test_a_table_that_fits_is_shown_whole(rows):
    page = shown(rows)
    assert len(PageTables(page).tables[0].rows) == rows + 1
    assert "dòng đầu" not in page


def test_of_a_longer_one_the_page_names_what_it_leaves_out():
    page = shown(SHOWN + 30)
    rows = PageTables(page).tables[0].rows
    assert len(rows) == SHOWN + 1
    assert rows[-1][1] == f"Sản phẩm {SHOWN}"
    assert f"Trang hiện {SHOWN} dòng đầu, còn 30 dòng" in page
