"""The report that docs/extending.md shows is a whole report: its text is run as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ocop_portal.lib import periods
from reports import catalogue
from reports.catalogue import KINDS, Kind, compile_report
from reports.ground import ground

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"


@pytest.fixture
def shown(monkeypatch) -> Kind:
    section = PAGE.read_text(encoding="utf-8").split("\n## A report\n")[1]
    block = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert block
    names: dict[str, Any] = {}
    exec(compile(block[1], str(PAGE), "exec"), names)
    kind: Kind = names["KIND"]
    monkeypatch.setitem(KINDS, kind.code, kind)
    return kind


def test_the_report_of_the_page_counts_and_leads_to_its_rows(year, world, shown):
    assert catalogue.title_of(shown.code, world.district).startswith("Products in value chains")
    report = compile_report(shown.code, world.district, periods.parse("2023"), tells=True)
    table = report.table("theo-dia-ban")
    by_commune = {row[1]: row[2] for row in table.rows}
    assert by_commune == {"Thị trấn Trà Lĩnh": 0, "Xã Chí Viễn": 0, "Xã Đàm Thuỷ": 1}
    row = table.keys[[line[1] for line in table.rows].index("Xã Đàm Thuỷ")]
    source = report.source(table.code, row, "chuoi")
    assert source
    assert [report.records[key].name for key in source.counts] == ["Miến dong thử nghiệm"]
    assert shown.source(ground(world.district, periods.parse("2023")), source.place) == source
    origins = report.table("nguon-so-lieu").records()
    assert [one["ket_qua"] for one in origins] == [1]
