"""Each frozen figure leads to exactly the rows it counts: on the portal, and from the cell in Excel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from ocop_portal.lib import periods
from plans import planning
from plans import progress as plan_progress
from plans.models import Indicator, Target
from products.models import Product
from reports import compiling, freezing
from reports.models import Run, Snapshot
from tests.factories import make_decision, make_dossier, make_product, make_recognition

PAGE = "/bao-cao/ban-chot/{}/nguon/"


def compiled(run: Run) -> Run:
    compiling.compile_run(run.pk)
    return Run.objects.select_related("snapshot", "area").get(pk=run.pk)


@pytest.fixture
def done(year, ask) -> Run:
    return compiled(ask())


@pytest.mark.parametrize("with_plan", [True, False])
@pytest.mark.parametrize("period", ["2023", "2023-Q4", "2023-9T"])
def test_every_counted_figure_has_as_many_rows_as_it_says(year, ask, period, with_plan):
    if not with_plan:
        Target.objects.all().delete()
        year.delete()
    report = freezing.thaw(compiled(ask(period)).snapshot)
    summary = report.table("tong-hop")
    rows = dict(zip(summary.keys, summary.records(), strict=True))
    assert report.sources
    for source in report.sources:
        assert len(source.counts) == rows[source.row][source.column], source
        assert len(set(source.counts)) == len(source.counts)
        assert {*source.counts, *source.unplaced} <= report.records.keys()


def test_shares_units_and_named_products_lead_to_the_records_that_they_count(year, ask, officer, world):
    def aim(label, indicator, number, **fields):
        chosen = Indicator.objects.get(code=indicator)
        return planning.set_target(
            year, by=officer, label=label, words=label, indicator=chosen, number=number, **fields
        )

    of_stars = aim("7", "still_valid", 1, base="still_valid", unit="%", stars_min=3, stars_max=3)
    of_makers = aim("8", "organisations_valid", 50, base="organisations_valid", unit="%")
    each = aim("9", "taking_part", 1, per_unit="commune", units=[world.dam_thuy])
    named = aim("10", "taking_part", 1, products=[Product.objects.get(name="Miến dong thử nghiệm")])
    money = aim("11", "budget", 1, money="planned", unit="triệu đồng")
    report = freezing.thaw(compiled(ask("2023")).snapshot)
    counts = {one.row: one.counts for one in report.sources if one.column == "luy_ke"}
    progress = {one.target: one for one in plan_progress.progress(year, periods.parse("2023"))}
    for target in (of_stars, of_makers, each, named):
        measure, selection = plan_progress.counted(target, periods.parse("2023"))[1]
        assert len(counts[f"chi-tieu-{target.pk}"]) == measure.total(selection).value > 0
    assert len(counts[f"chi-tieu-{named.pk}"]) == progress[named].cumulative == 1
    assert progress[of_makers].cumulative == 100
    assert all(key.startswith("budgetline:") for key in counts[f"chi-tieu-{money.pk}"])
    rows = {row["tt"]: row for row in report.table("tong-hop").records()}
    assert (rows["9"]["don_vi"], rows["9"]["ke_hoach"], rows["9"]["luy_ke"]) == ("xã", 1, 1)
    assert (rows["11"]["luy_ke"], rows["11"]["thuc_hien"]) == (180.5, None)
    assert "1/1 xã đạt con số này" in rows["9"]["ghi_chu"]


def test_a_figure_told_by_hand_and_money_lead_to_what_was_entered(year, ask, officer, leader, client_of):
    told = year.targets.get(label="6")
    for day, value in ((date(2023, 5, 31), "1"), (date(2023, 10, 31), "2.5")):
        planning.record_figure(told, as_of=day, value=Decimal(value), note="Biên bản bàn giao", by=officer)
    money = planning.set_target(
        year,
        by=officer,
        label="7",
        words="Bố trí kinh phí cho Chương trình",
        indicator=Indicator.objects.get(code="budget"),
        comparator="ge",
        number=Decimal(100),
        unit="triệu đồng",
        money="planned",
    )
    report = freezing.thaw(compiled(ask("2023")).snapshot)
    of_figure = report.source("tong-hop", f"chi-tieu-{told.pk}", "luy_ke")
    assert of_figure
    assert [report.records[key].day for key in of_figure.counts] == [date(2023, 10, 31)]
    assert "2.5" in report.records[of_figure.counts[0]].said
    of_money = report.source("tong-hop", f"chi-tieu-{money.pk}", "luy_ke")
    assert of_money
    assert {report.records[key].name for key in of_money.counts} == {"Nội dung chi 1", "Nội dung chi 2"}
    query = {"area": "047", "period": "2023", "hang": f"chi-tieu-{told.pk}", "cot": "luy_ke"}
    page = client_of(leader).get("/bao-cao/tien-do/nguon/", query)
    assert "Biên bản bàn giao" in page.content.decode()


def test_the_rows_of_a_figure_are_listed(done, year, leader, client_of):
    taking_part = year.targets.get(label="1")
    query = {"hang": f"chi-tieu-{taking_part.pk}", "cot": "luy_ke"}
    page = client_of(leader).get(PAGE.format(done.snapshot.code), query).content.decode()
    assert "Miến dong thử nghiệm" in page
    assert "Hạt dẻ thử nghiệm" in page
    assert "Rượu men lá thử nghiệm" not in page  # recognised before, took no part this year


def test_the_frozen_rows_stay_whatever_happens_since(done, year, leader, client_of, world):
    make_dossier(make_product(world.dam_thuy, name="Chè nộp sau"), state="submitted")
    taking_part = year.targets.get(label="1")
    query = {"hang": f"chi-tieu-{taking_part.pk}", "cot": "luy_ke"}
    page = client_of(leader).get(PAGE.format(done.snapshot.code), query).content.decode()
    assert "Chè nộp sau" not in page


def test_the_cell_in_excel_is_a_number_and_leads_to_its_rows(done, leader, client_of, settings):
    book = openpyxl.load_workbook(Path(settings.REPORTS_ROOT) / done.file)
    cells = [cell for row in book["Tổng hợp"].iter_rows() for cell in row if cell.hyperlink]
    report = freezing.thaw(done.snapshot)
    assert len(cells) == len(report.sources)
    client = client_of(leader)
    for cell in cells:
        assert isinstance(cell.value, int)
        found = urlsplit(cell.hyperlink.target)
        asked = {name: values[0] for name, values in parse_qs(found.query).items()}
        assert f"{found.scheme}://{found.netloc}" == settings.OCOP_BASE_URL
        answer = client.get(found.path, asked)
        assert answer.context["count"] == cell.value


def test_a_place_without_such_a_figure_is_not_found(done, leader, client_of):
    page = PAGE.format(done.snapshot.code)
    for query in ({}, {"hang": "chi-tieu-0", "cot": "luy_ke"}, {"hang": "x", "cot": "ghi_chu"}):
        assert client_of(leader).get(page, query).status_code == 404


def test_others_do_not_find_the_rows(done, year, other_officer, commune_staff, client_of):
    query = {"hang": f"chi-tieu-{year.targets.get(label='1').pk}", "cot": "luy_ke"}
    for person in (other_officer, commune_staff):
        assert client_of(person).get(PAGE.format(done.snapshot.code), query).status_code == 404


def test_equal_figures_of_other_rows_are_another_snapshot(done, ask, year):
    """One dossier goes, one comes: the same numbers, and each snapshot keeps its own rows."""
    before = freezing.thaw(done.snapshot)
    key = next(key for source in before.sources for key in source.counts if key.startswith("dossier:"))
    swapped = {**before.records, key: before.records[key].__class__(key, "Tên khác")}
    other = before.__class__(**{**before.__dict__, "records": swapped})
    again = freezing.freeze(other, done.snapshot.cut_off_at)
    assert (again.digest, again.code == done.snapshot.code) == (done.snapshot.digest, False)
    assert again.code.startswith(done.snapshot.code)
    assert freezing.thaw(again).records[key].name == "Tên khác"
    assert freezing.freeze(other, done.snapshot.cut_off_at) == again
    assert Snapshot.objects.count() == 2


def test_a_late_recognition_restates_the_figure_and_says_so(done, ask, world, leader, client_of):
    product = make_product(world.dam_thuy, name="Chè muộn")
    make_recognition(product, make_decision(world.district, number="2001/QĐ-UBND"))
    second = compiled(ask())
    page = client_of(leader).get("/bao-cao/so-sanh/", {"truoc": done.pk, "sau": second.pk}).content.decode()
    assert "Bổ sung muộn" in page
    assert "Được đưa vào hệ thống sau khi số liệu trước đã chốt" in page
