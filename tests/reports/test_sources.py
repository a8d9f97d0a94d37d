"""Each frozen figure leads to exactly the rows it counts: on the portal, and from the cell in Excel."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from ocop_portal.lib import periods
from plans import planning
from plans import progress as plan_progress
from plans.models import Indicator, MonthlyReport, Plan, ReportedFigure, Target
from products.models import Product
from ratings.models import Recognition
from reports import compiling, freezing, requesting
from reports.models import Run, Snapshot
from reports.tables import canonical
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


def test_a_quarter_told_by_hand_leads_to_what_was_told_by_its_end_and_before_it(
    year, ask, officer, leader, client_of
):
    told = year.targets.get(label="6")
    for day, value in ((date(2023, 5, 31), "1"), (date(2023, 8, 31), "2.5")):
        planning.record_figure(told, as_of=day, value=Decimal(value), note="Biên bản bàn giao", by=officer)
    report = freezing.thaw(compiled(ask("2023-Q3")).snapshot)
    row = next(row for row in report.table("tong-hop").records() if row["tt"] == "6")
    assert (row["thuc_hien"], row["luy_ke"]) == (Decimal("1.5"), Decimal("2.5"))
    source = report.source("tong-hop", f"chi-tieu-{told.pk}", "thuc_hien")
    assert source
    assert [report.records[key].day for key in source.counts] == [date(2023, 8, 31), date(2023, 5, 31)]
    query = {"area": "047", "period": "2023-Q3", "hang": f"chi-tieu-{told.pk}", "cot": "thuc_hien"}
    page = client_of(leader).get("/bao-cao/tien-do/nguon/", query).content.decode()
    assert "trừ số đã báo trước kỳ" in page


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


# --- shares, and numbers that each unit is to reach


@pytest.fixture
def aim(year, officer):
    def aim(label, indicator, number, **fields):
        chosen = Indicator.objects.get(code=indicator)
        return planning.set_target(
            year,
            by=officer,
            label=label,
            words=f"Chỉ tiêu {label}",
            indicator=chosen,
            number=number,
            **fields,
        )

    return aim


@pytest.fixture
def parted(year, aim, world):
    """Shares of each sort and numbers for each unit: counted, told, of money, over a part of the place."""
    for place, stars in enumerate((3, 4, 4)):
        product = make_product(world.chi_vien, name=f"Chè thử {place}")
        make_recognition(product, make_decision(world.district, number=f"9{place}/QĐ-UBND"), stars=stars)
    make_dossier(make_product(world.chi_vien, name="Bánh thử"), state="submitted", on=date(2023, 6, 1))
    targets = {
        "of stars": aim("11", "still_valid", 50, base="still_valid", unit="%", stars_min=4),
        "of others": aim("12", "taking_part", 50, base="still_valid", unit="%"),
        "of makers": aim("13", "organisations_valid", 50, base="organisations_taking_part", unit="%"),
        "told": aim("14", "e_commerce", 50, base="still_valid", unit="%"),
        "of money": aim("15", "budget", 90, money="disbursed", unit="%"),
        "each": aim("16", "taking_part", 2, per_unit="commune"),
        "each told": aim("17", "sales_points", 1, per_unit="commune"),
        "each of some": aim("18", "still_valid", 1, per_unit="commune", units=[world.dam_thuy]),
    }
    for label, area, value in (("told", world.dam_thuy, 1), ("each told", world.chi_vien, "2.5")):
        told = {"area": area, "as_of": date(2023, 10, 31), "value": Decimal(value), "state": "accepted"}
        report = MonthlyReport.objects.create(plan=year, area=area, month=date(2023, 10, 1), state="draft")
        ReportedFigure.objects.create(target=targets[label], report=report, note="Biên bản", **told)
    return targets


def cells_behind(run: Run) -> dict[tuple[str, str], Decimal]:
    """What the frozen report prints, by row and column."""
    table = freezing.thaw(run.snapshot).table("tong-hop")
    return {
        (key, column): row[column]
        for key, row in zip(table.keys, table.records(), strict=True)
        for column in ("thuc_hien", "luy_ke")
    }


def links_of(run: Run, settings) -> dict[tuple[str, str], tuple[Any, str]]:
    """By row and column what the cell in Excel says, and where it leads."""
    book = openpyxl.load_workbook(Path(settings.REPORTS_ROOT) / run.file)
    found = {}
    for row in book["Tổng hợp"].iter_rows():
        for cell in row:
            if cell.hyperlink:
                link = urlsplit(cell.hyperlink.target)
                asked = parse_qs(link.query)
                found[asked["hang"][0], asked["cot"][0]] = (cell.value, f"{link.path}?{link.query}")
    return found


def reproduced(behind) -> Decimal:
    """The figure as a reader of the list works it out."""
    if behind.source.units:
        return Decimal(sum(row.line.reaches for row in behind.units))
    if behind.share:
        return round(Decimal(behind.share.part) * 100 / behind.share.whole, 6)
    return Decimal(behind.counted.count)


@pytest.mark.parametrize("period", ["2023", "2023-Q4"])
def test_the_list_behind_a_share_or_a_unit_target_reproduces_the_printed_figure(
    parted, ask, leader, client_of, settings, period
):
    """On the live page, in the frozen snapshot and by the link of the Excel cell: numerator over whole."""
    run = compiled(ask(period))
    client, printed, excel = client_of(leader), cells_behind(run), links_of(run, settings)
    rows = {f"chi-tieu-{target.pk}": name for name, target in parted.items()}
    followed = set()
    for (row, column), figure in printed.items():
        if row not in rows or figure is None:
            continue
        said, link = excel[row, column]
        assert Decimal(str(said)) == figure
        live = {"area": "047", "period": period, "hang": row, "cot": column}
        for answer in (client.get(link), client.get("/bao-cao/tien-do/nguon/", live)):
            assert answer.status_code == 200
            assert reproduced(answer.context["behind"]) == figure, rows[row]
        followed.add((rows[row], column))
    assert {name for name, _column in followed} == set(parted)
    assert len(followed) == 8 + 6, "money and what is told of units are figures in all alone"


def test_on_todays_map_the_communes_of_today_reach_the_number(
    year, aim, world, province_leader, client_of, settings
):
    """What ended communes did is found under those that took them in."""
    target = aim("19", "taking_part", 1, per_unit="commune")
    Plan.objects.filter(pk=year.pk).update(area=world.province)
    settings.OCOP_TODAY = date(2026, 11, 23)
    on_map = {"area": "04", "period": "2023", "ban-do": "now"}
    run = requesting.request("tien-do", world.province, periods.parse("2023"), "now", by=province_leader)
    row = f"chi-tieu-{target.pk}"
    figure = cells_behind(compiled(run))[row, "luy_ke"]
    where = {"hang": row, "cot": "luy_ke"}
    client = client_of(province_leader)
    frozen = client.get(PAGE.format(Run.objects.get(pk=run.pk).snapshot.code), where)
    live = client.get("/bao-cao/tien-do/nguon/", {**on_map, **where})
    for answer in (frozen, live):
        behind = answer.context["behind"]
        assert reproduced(behind) == figure == 1
        numbers = {one.record.name: (one.line.number, len(one.line.counts)) for one in behind.units}
        assert numbers == {"Xã Đàm Thủy": (2, 2), "Xã Trà Lĩnh": (0, 0)}


def test_the_dashboard_leads_to_lists_that_reproduce_its_shares_and_units(parted, leader, client_of):
    client = client_of(leader)
    panel = client.get("/bao-cao/", {"area": "047", "period": "2023"}).context["figures"].plan
    names = {target.pk: name for name, target in parted.items()}
    followed = []
    for line in panel.lines:
        name = names.get(line.progress.target.pk, "")
        if name:
            behind = client.get(line.url).context["behind"]
            assert reproduced(behind) == round(line.progress.cumulative, 6), name
            followed.append(name)
    assert sorted(followed) == sorted(names.values()), "told by hand and of money too"


def test_the_whole_of_a_share_is_listed_with_what_counts_marked(parted, ask, leader, client_of):
    run = compiled(ask("2023"))
    query = {"hang": f"chi-tieu-{parted['of stars'].pk}", "cot": "luy_ke"}
    for address, more in (
        (PAGE.format(run.snapshot.code), {}),
        ("/bao-cao/tien-do/nguon/", {"area": "047", "period": "2023"}),
    ):
        answer = client_of(leader).get(address, {**query, **more})
        behind, page = answer.context["behind"], answer.content.decode()
        assert {one.name for one in behind.counted.rows} == {"Chè thử 1", "Chè thử 2"}
        assert [(one.name, one.key in behind.among) for one in behind.whole.rows] == [
            ("Miến dong thử nghiệm", False),
            ("Chè thử 0", False),
            ("Chè thử 1", True),
            ("Chè thử 2", True),
        ]
        assert "2 trên 4: 50%" in page
        assert page.count(">Được tính</span>") == 2


def test_products_are_marked_among_the_whole_whatever_record_counts_them(parted, ask):
    """A dossier counts, a recognition is of the whole: the product is the same."""
    report = freezing.thaw(compiled(ask("2023")).snapshot)
    share = report.source("tong-hop", f"chi-tieu-{parted['of others'].pk}", "luy_ke").share
    assert [report.records[key].name for key in share.among] == ["Miến dong thử nghiệm"]
    of_makers = report.source("tong-hop", f"chi-tieu-{parted['of makers'].pk}", "luy_ke")
    assert {key.partition(":")[0] for key in of_makers.counts} == {"recognitionholder"}
    assert {key.partition(":")[0] for key in of_makers.share.among} == {"dossier"}


def test_a_share_of_money_lists_the_lines_that_are_planned(parted, ask):
    report = freezing.thaw(compiled(ask("2023")).snapshot)
    source = report.source("tong-hop", f"chi-tieu-{parted['of money'].pk}", "luy_ke")
    assert (source.share.part, source.share.whole) == (Decimal("42.25"), Decimal("180.5"))
    names = {key: report.records[key].name for key in source.every_key()}
    assert {names[key] for key in source.counts} == {"Nội dung chi 1", "Nội dung chi 3"}
    assert {names[key] for key in source.share.keys} == {"Nội dung chi 1", "Nội dung chi 2"}
    assert {names[key] for key in source.share.among} == {"Nội dung chi 1"}


def test_each_unit_is_listed_with_its_number_and_leads_on_to_its_rows(parted, ask, leader, client_of, world):
    run = compiled(ask("2023"))
    query = {"hang": f"chi-tieu-{parted['each'].pk}", "cot": "luy_ke"}
    client = client_of(leader)
    for address, more in (
        (PAGE.format(run.snapshot.code), {}),
        ("/bao-cao/tien-do/nguon/", {"area": "047", "period": "2023"}),
    ):
        answer = client.get(address, {**query, **more})
        rows = {one.record.name: one for one in answer.context["behind"].units}
        assert {name: (one.line.number, one.line.reaches) for name, one in rows.items()} == {
            "Xã Chí Viễn": (2, True),
            "Xã Đàm Thuỷ": (1, False),
            "Thị trấn Trà Lĩnh": (0, False),
        }
        assert "1 trên 3 đơn vị" in answer.content.decode()
        assert "Chưa đạt" in answer.content.decode()
        inside = client.get(f"{address}?{rows['Xã Chí Viễn'].query}")
        names = {one.name for one in inside.context["behind"].counted.rows}
        assert names == {"Hạt dẻ thử nghiệm", "Bánh thử"}
        assert inside.context["count"] == 2
        assert f"?{inside.context['behind'].back}".encode().replace(b"&", b"&amp;") in inside.content
        assert (
            client.get(address, {**query, **more, "don-vi": f"area:{world.quoc_toan.pk}"}).status_code == 404
        )


def test_what_nobody_told_of_a_unit_is_not_nought(parted, ask):
    report = freezing.thaw(compiled(ask("2023")).snapshot)
    units = report.source("tong-hop", f"chi-tieu-{parted['each told'].pk}", "luy_ke").units
    told = {report.records[one.key].name: (one.number, one.reaches, len(one.counts)) for one in units}
    assert told == {
        "Xã Chí Viễn": (Decimal("2.5"), True, 1),
        "Xã Đàm Thuỷ": (None, False, 0),
        "Thị trấn Trà Lĩnh": (None, False, 0),
    }


def test_lists_of_one_page_turn_for_themselves(parted, ask, leader, client_of, world):
    for place in range(101):
        product = make_product(world.chi_vien, name=f"Trà thử {place:03}")
        make_recognition(product, make_decision(world.district, number=f"T{place}"), stars=3)
    run = compiled(ask("2023"))
    query = {"hang": f"chi-tieu-{parted['of stars'].pk}", "cot": "luy_ke", "phan": "ca", "page": "2"}
    behind = client_of(leader).get(PAGE.format(run.snapshot.code), query).context["behind"]
    assert (behind.whole.count, len(behind.whole.rows), len(behind.counted.rows)) == (105, 5, 2)


def test_the_list_behind_a_share_asks_as_much_whatever_it_holds(
    parted, leader, client_of, world, django_assert_num_queries, django_assert_max_num_queries
):
    client = client_of(leader)
    queries = [
        {"area": "047", "period": "2023", "hang": f"chi-tieu-{parted[name].pk}", "cot": "luy_ke"}
        for name in ("of stars", "told", "of money", "each", "each told")
    ]
    before = []
    for query in queries:
        client.get("/bao-cao/tien-do/nguon/", query)
        with django_assert_max_num_queries(40) as asks:
            client.get("/bao-cao/tien-do/nguon/", query)
        before.append(len(asks.captured_queries))
    for place in range(5):
        product = make_product(world.dam_thuy, name=f"Trà thử {place}")
        make_recognition(product, make_decision(world.district, number=f"T{place}"), stars=4)
        make_dossier(product, state="submitted", on=date(2023, 6, 1))
    for query, statements in zip(queries, before, strict=True):
        with django_assert_num_queries(statements):
            client.get("/bao-cao/tien-do/nguon/", query)


def test_a_snapshot_of_before_lists_its_rows_and_keeps_its_digest(parted, ask, leader, client_of):
    """Frozen before shares kept their whole: the file opens, verifies, and shows the rows that it has."""
    run = compiled(ask("2023"))
    kept = run.snapshot
    path = freezing.path_of(kept)
    plain = json.loads(gzip.decompress(path.read_bytes()))
    for source in plain["backing"]["sources"]:
        source.pop("share", None)
        source.pop("units", None)
    packed = gzip.compress(canonical(plain).encode(), freezing.LEVEL, mtime=0)
    path.write_bytes(packed)
    Snapshot.objects.filter(pk=kept.pk).update(rows_sha256=hashlib.sha256(packed).hexdigest())
    old = Snapshot.objects.get(pk=kept.pk)
    assert freezing.thaw(old).digest() == old.digest
    for name, rows in (("of stars", 2), ("each", 3)):
        query = {"hang": f"chi-tieu-{parted[name].pk}", "cot": "luy_ke"}
        answer = client_of(leader).get(PAGE.format(old.code), query)
        assert (answer.status_code, answer.context["count"]) == (200, rows)
    again = compiled(ask("2023", by=leader))
    page = client_of(leader).get("/bao-cao/so-sanh/", {"truoc": run.pk, "sau": again.pk}).content.decode()
    assert "Bổ sung muộn" not in page


def test_figures_that_are_rows_are_frozen_as_they_always_were(done):
    """Equal figures of equal rows stay one snapshot: nothing is written of a share where there is none."""
    told = freezing.thaw(done.snapshot).backing()["sources"]
    assert {tuple(source) for source in told} == {("table", "row", "column", "counts", "unplaced")}


def test_a_share_whose_whole_changed_is_restated(parted, ask, world, leader, client_of):
    run = compiled(ask("2023"))
    product = make_product(world.dam_thuy, name="Chè muộn")
    make_recognition(product, make_decision(world.district, number="2001/QĐ-UBND"), stars=3)
    again = compiled(ask("2023"))
    answer = client_of(leader).get("/bao-cao/so-sanh/", {"truoc": run.pk, "sau": again.pk})
    moved = [
        [each.record.name for each in one.moved] for one in answer.context["restated"] if "11" in one.row
    ]
    assert moved == [["Chè muộn"]] * 2, "in the period and in all"


def test_what_counts_in_a_share_no_more_but_stays_in_its_whole_restates_it(parted, ask, leader, client_of):
    """Four stars that should have been three: the product is still valid, but no part of the share."""
    run = compiled(ask("2023"))
    Recognition.objects.filter(product__name="Chè thử 2").update(stars=3)
    again = compiled(ask("2023"))
    answer = client_of(leader).get("/bao-cao/so-sanh/", {"truoc": run.pk, "sau": again.pk})
    moved = [
        [(each.record.name, each.is_late) for each in one.moved]
        for one in answer.context["restated"]
        if "11" in one.row
    ]
    assert moved == [[("Chè thử 2", False)]] * 2, "in the period and in all"
