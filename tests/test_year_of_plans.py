"""A year of plans through the pages: written, reported on, compiled, published, restated, superseded."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Notice, Role, User
from ocop_portal.lib import clock
from plans import loading, target_kinds
from plans.counting import Way, way_of
from plans.models import Indicator, Plan, ReportedFigure, Target
from plans.tasks import remind
from products.models import Product
from reports import compiling, freezing
from reports.models import Publication, Run, Snapshot, Template
from tests import reporting
from tests.factories import (
    make_decision,
    make_dossier,
    make_enterprise,
    make_product,
    make_recognition,
    make_user,
)
from tests.office_forms import SIMPLE, small
from tests.rendering import Page
from tests.reporting import PageTables, rows_of_excel, rows_of_json

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ASKED = {"area": "047", "period": "2023", "ban-do": "then"}
PROGRESS, BY_AREA = "tien-do", "san-pham-theo-dia-ban"
LATE = "Chè dây ghi nhận muộn"


class Room:
    """The people of the year, each before a browser, and what they have made so far."""

    plan: Plan
    runs: dict[str, Run]

    def __init__(self, world: Any, client_of: Callable[[User], Client], people: dict[str, User]) -> None:
        silent = make_user("xa.tralinh", Role.COMMUNE, world.tra_linh)
        self.world = world
        self.officer, self.leader = client_of(people["officer"]), client_of(people["leader"])
        self.dam_thuy, self.chi_vien = client_of(people["commune_staff"]), client_of(people["neighbour"])
        self.tra_linh, self.visitor = client_of(silent), Client()

    def page(self, act: str = "") -> str:
        """An address of the plan."""
        return f"/quan-ly/ke-hoach/{self.plan.pk}/{act}"

    def target(self, label: str) -> Target:
        """The plan's target of that label."""
        return self.plan.targets.get(label=label)


@pytest.fixture
def room(world, client_of, officer, leader, commune_staff, neighbour) -> Room:
    """Before the year begins: the portal knows its indicators and what the communes make."""
    loading.load()
    chestnuts = make_product(world.chi_vien, name="Hạt dẻ thử nghiệm")
    noodles = make_product(
        world.dam_thuy, make_enterprise(world.dam_thuy, name="HTX Nà Lại"), name="Miến dong thử nghiệm"
    )
    filed = make_dossier(noodles, state="recognised", on=date(2023, 5, 4))
    make_dossier(chestnuts, state="submitted", on=date(2023, 8, 20), due_on=date(2024, 1, 5))
    decision = make_decision(world.district, number="1887/QĐ-UBND", signed_on=date(2023, 9, 15))
    make_recognition(noodles, decision, dossier=filed, kind="first")
    make_product(world.tra_linh, make_enterprise(world.tra_linh, name="HTX muộn"), name=LATE)
    people = {"officer": officer, "leader": leader, "commune_staff": commune_staff, "neighbour": neighbour}
    return Room(world, client_of, people)


def sent(client: Client, address: str, data: dict[str, Any]) -> str:
    """Send a form and follow it; a form that comes back instead of leading on fails with its words."""
    answer = client.post(address, data, follow=True)
    assert answer.redirect_chain, answer.content.decode()[:6000]
    assert answer.status_code == 200
    return answer.content.decode()


def words_of(client: Client, address: str, query: dict[str, str] | None = None) -> str:
    """A page's text as one line."""
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


def test_a_year_of_plans(room: Room, settings, tmp_path):
    with clock.assumed(date(2023, 3, 7)):
        the_officer_writes_the_plan(room)
        targets_of_every_kind_are_entered(room)
        work_and_money_are_entered_and_the_plan_is_published(room)
    with clock.assumed(date(2023, 12, 3)):
        the_communes_report_november(room)
    with clock.assumed(date(2023, 12, 6)):
        who_is_silent_is_missing_and_reminded(room)
        one_figure_is_accepted_and_one_refused(room)
    only_the_accepted_figure_is_told(room)
    room.runs = {code: asked_and_compiled(room, code) for code in (PROGRESS, BY_AREA)}
    for code, run in room.runs.items():
        page_json_and_excel_agree(room, code, run, tmp_path)
        figures_lead_to_their_rows(room, code, run, tmp_path)
    first = published(room, room.runs[PROGRESS], number="125/BC-UBND")
    assert "Không thay đổi" in the_public_check(room, first)
    a_late_recognition_comes_in(room)
    second = asked_and_compiled(room, PROGRESS)
    what_was_restated_is_told_with_its_cause(room, room.runs[PROGRESS], second)
    the_second_supersedes_the_first(room, first, second)
    the_offices_own_form_says_the_same(room, second)


# ---- the plan


def the_officer_writes_the_plan(room: Room) -> None:
    particulars = {
        "area": room.world.district.pk,
        "form_token": "6a5d3f46-8f0e-4c53-9c25-000000000047",
        "number": "66/KH-UBND",
        "signed_on": "7/3/2023",
        "issuing_body": "UBND huyện Trùng Khánh",
        "title": "Kế hoạch thử nghiệm năm 2023",
        "first_year": "2023",
        "last_year": "2023",
        "asks_reports": "on",
        "document": SimpleUploadedFile("ke-hoach.pdf", PDF),
    }
    sent(room.officer, "/quan-ly/ke-hoach/moi/", particulars)
    room.plan = Plan.objects.get()
    assert (room.plan.number, room.plan.asks_reports, room.plan.published_at) == ("66/KH-UBND", True, None)
    assert room.dam_thuy.get(room.page()).status_code == 404  # a draft is nobody's plan but the office's


TARGETS: list[dict[str, Any]] = [
    {"label": "1", "kieu": "mot-so", "indicator": "taking_part", "comparator": "ge", "number": "2"},
    {"label": "1.1", "kieu": "mot-so", "indicator": "new_recognised", "comparator": "eq", "number": "3"},
    {"label": "2", "kieu": "tong-so", "indicator": "recognised_in_all", "comparator": "ge", "number": "5"},
    {
        "label": "3",
        "kieu": "khoang",
        "indicator": "organisations_taking_part",
        "comparator": "ge",
        "number": "2",
        "number_max": "4",
    },
    {
        "label": "4",
        "kieu": "ty-le",
        "indicator": "still_valid",
        "comparator": "ge",
        "number": "50",
        "base": "still_valid",
        "stars_min": "3",
    },
    {
        "label": "5",
        "kieu": "neu-ten",
        "indicator": "new_recognised",
        "comparator": "eq",
        "number": "",
        "product_names": "Miến dong thử nghiệm",
    },
    {
        "label": "6",
        "kieu": "moi-don-vi",
        "indicator": "taking_part",
        "per_unit": "commune",
        "comparator": "ge",
        "number": "1",
    },
    {
        "label": "7",
        "kieu": "kinh-phi",
        "indicator": "budget",
        "money": "disbursed",
        "comparator": "ge",
        "number": "95",
        "unit": "%",
    },
    {"label": "8", "kieu": "khong-so", "indicator": "support"},
    {"label": "9", "kieu": "bao-tay", "indicator": "training_people", "comparator": "ge", "number": "40"},
    {"label": "10", "kieu": "bao-tay", "indicator": "sales_points", "comparator": "ge", "number": "2"},
]


def targets_of_every_kind_are_entered(room: Room) -> None:
    """The kind first; then the form that asks only what the kind needs."""
    address = room.page("chi-tieu/moi/")
    for row in TARGETS:
        indicator = Indicator.objects.get(code=row["indicator"]).pk
        shown = room.officer.get(address, {"kieu": row["kieu"], "indicator": indicator})
        form = Page(shown.content.decode())
        typed = row | {"indicator": indicator, "words": f"Chỉ tiêu thử nghiệm số {row['label']}"}
        typed |= {
            name: form.named(name)["value"] or "" for name in ("version", "shown_kind", "shown_indicator")
        }
        assert set(row) <= set(shown.context["form"].fields), row
        sent(room.officer, address, typed)
    assert {row["kieu"] for row in TARGETS} == set(target_kinds.KINDS)
    assert room.plan.targets.count() == len(TARGETS)


def work_and_money_are_entered_and_the_plan_is_published(room: Room) -> None:
    for part, typed in (
        ("nhiem-vu", {"content": "Tuyên truyền, tập huấn", "state": "planned"}),
        ("kinh-phi", {"content": "Tập huấn", "source": "local", "planned": "60"}),
        ("kinh-phi", {"content": "Hội chợ", "source": "province", "planned": "120,5"}),
    ):
        version = Page(room.officer.get(room.page(f"{part}/moi/")).content.decode()).named("version")["value"]
        sent(room.officer, room.page(f"{part}/moi/"), typed | {"version": version})
    sent(room.officer, room.page("cong-bo/"), {})
    line = room.plan.budget_lines.get(content="Tập huấn")
    sent(room.officer, room.page(f"kinh-phi/{line.pk}/giai-ngan/"), {"disbursed": "30"})
    read = words_of(room.dam_thuy, room.page())
    assert all(f"Chỉ tiêu thử nghiệm số {row['label']}" in read for row in TARGETS)
    assert "180,5" in read
    refused = room.officer.post(room.page("chi-tieu/moi/"), {})
    assert (refused.status_code, "nội dung bị khóa" in refused.content.decode()) == (403, True)


# ---- the communes' month


def month_of(room: Room, area: Any) -> str:
    return room.page(f"bao-cao-thang/2023-11/{area.pk}/")


def the_communes_report_november(room: Room) -> None:
    people, points = room.target("9"), room.target("10")
    told = {
        "version": 0,
        "send": "1",
        f"activity_{room.plan.activities.get().pk}": "Tổ chức 02 buổi tuyên truyền",
        f"value_{people.pk}": "12",
        f"note_{people.pk}": "Danh sách lớp tập huấn",
        f"file_{people.pk}": SimpleUploadedFile("danh-sach.pdf", PDF, "application/pdf"),
        f"value_{points.pk}": "9",
        f"note_{points.pk}": "Ước",
    }
    assert "Đã gửi báo cáo" in sent(room.dam_thuy, month_of(room, room.world.dam_thuy), told)
    nothing = {"version": 0, "send": "1", "nothing": "on"}
    assert "Đã gửi báo cáo" in sent(room.chi_vien, month_of(room, room.world.chi_vien), nothing)
    assert room.dam_thuy.post(month_of(room, room.world.tra_linh), nothing).status_code == 404
    figure = ReportedFigure.objects.get(target=people)
    file = room.officer.get(room.page(f"so-lieu/{figure.pk}/tep/"))
    assert (b"".join(file.streaming_content), ReportedFigure.objects.count()) == (PDF, 2)


def who_is_silent_is_missing_and_reminded(room: Room) -> None:
    """The term was the fifth: the board names the silent commune; beat and officer remind it alone."""
    board = room.officer.get(room.page("bao-cao-thang/"))
    november = {
        line.commune: cell.state
        for line in board.context["lines"]
        for cell in line.cells
        if cell.code == "2023-11"
    }
    world = room.world
    assert november == {world.dam_thuy: "sent", world.chi_vien: "nothing", world.tra_linh: "missing"}
    assert "Còn thiếu" in board.content.decode()
    remind.run()
    told = Notice.objects.open().filter(kind="plan.month_missed", key__contains="2023-11")
    assert [notice.area for notice in told] == [world.tra_linh]
    assert "Đã nhắc 1 xã" in sent(room.officer, room.page("bao-cao-thang/2023-11/nhac/"), {})
    asked = Notice.objects.open().get(kind="plan.month_asked")
    assert asked.area == world.tra_linh
    assert f"/thong-bao/{asked.pk}/" in words_of(room.tra_linh, "/thong-bao/")
    assert f"/thong-bao/{asked.pk}/" not in words_of(room.chi_vien, "/thong-bao/")


def one_figure_is_accepted_and_one_refused(room: Room) -> None:
    assert "2 số liệu chờ chấp nhận" in words_of(room.officer, room.page())
    accepted, refused = (ReportedFigure.objects.get(target=room.target(label)) for label in ("9", "10"))
    sent(room.officer, room.page(f"so-lieu/{accepted.pk}/"), {"accept": "1"})
    reason = {"refuse": "1", "refusal": "Thiếu biên bản nghiệm thu"}
    sent(room.officer, room.page(f"so-lieu/{refused.pk}/"), reason)
    assert "Thiếu biên bản nghiệm thu" in words_of(room.dam_thuy, month_of(room, room.world.dam_thuy))
    assert room.dam_thuy.post(room.page(f"so-lieu/{refused.pk}/"), {"accept": "1"}).status_code == 403


def only_the_accepted_figure_is_told(room: Room) -> None:
    """12 people of the accepted figure, nothing of the refused 9: on the dashboard as in the report."""
    panel = room.leader.get("/bao-cao/", ASKED).context["figures"].plan
    lines = {line.progress.label: line for line in (*panel.first, *panel.others)}
    assert set(lines) == {row["label"] for row in TARGETS}
    assert (lines["9"].progress.cumulative, lines["10"].progress.cumulative) == (12, None)
    tables = PageTables(words_of(room.leader, f"/bao-cao/{PROGRESS}/", ASKED)).tables
    head, *rows = next(table.rows for table in tables if table.name == "tong-hop")
    found = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert found["9"]["Lũy kế"] == "12"
    assert found["10"]["Lũy kế"] in {"", "–"}
    assert found["1.1"]["Lũy kế"] == "1"


# ---- the reports


def asked_and_compiled(room: Room, code: str) -> Run:
    """The leader asks on the page, the worker compiles, the run's page offers the file."""
    answer = room.leader.post(f"/bao-cao/{code}/lap/", ASKED)
    assert answer.status_code == 302
    run = Run.objects.latest("pk")
    assert (answer["Location"], run.state, run.on_map) == (f"/bao-cao/luot/{run.pk}/", "queued", "then")
    assert room.leader.get(f"/bao-cao/luot/{run.pk}/tai-ve/").status_code == 404
    assert compiling.compile_run(run.pk) == 0
    assert f"/bao-cao/luot/{run.pk}/tai-ve/" in words_of(room.leader, f"/bao-cao/luot/{run.pk}/")
    return Run.objects.select_related("snapshot").get(pk=run.pk)


def snapshot_of(run: Run) -> Snapshot:
    assert run.snapshot is not None
    return run.snapshot


def downloaded(room: Room, run: Run, folder: Path) -> Path:
    answer = room.leader.get(f"/bao-cao/luot/{run.pk}/tai-ve/")
    assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff")
    kept = folder / f"{run.pk}.xlsx"
    kept.write_bytes(b"".join(answer.streaming_content))
    assert kept.stat().st_size == run.file_size
    return kept


def page_json_and_excel_agree(room: Room, code: str, run: Run, folder: Path) -> None:
    content = room.leader.get(f"/api/bao-cao/{code}/", ASKED).json()
    wanted = rows_of_json(content)
    assert content["digest"] == snapshot_of(run).digest
    assert rows_of_excel(downloaded(room, run, folder)) == wanted
    page = room.leader.get(f"/bao-cao/{code}/", ASKED).content.decode()
    shown = {table.name: table.rows for table in PageTables(page).tables}
    for table in content["tables"]:
        if not table["rows"]:
            continue
        kinds = [column["kind"] for column in table["columns"]]
        titles, *rows = wanted[table["title"]]
        told = [
            [reporting.as_shown(kind, cell) for kind, cell in zip(kinds, row, strict=True)] for row in rows
        ]
        for cells, row, mark in zip(told, rows, table["marks"], strict=False):  # a row of totals has no mark
            cells[3] = reporting.as_shown(kinds[3], row[3], mark["sign"])
        assert shown[table["code"]] == [titles, *told], table["title"]


class Links(HTMLParser):
    """The links of a page, as address and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._href = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._href = dict(attrs).get("href") or "" if tag == "a" else self._href

    def handle_endtag(self, tag: str) -> None:
        self._href = "" if tag == "a" else self._href

    def handle_data(self, data: str) -> None:
        if self._href:
            self.found.append((self._href, data))


def rows_behind(client: Client, address: str) -> int:
    """How many rows the page behind a figure tells of."""
    asked = urlsplit(address)
    answer = client.get(asked.path, {name: values[0] for name, values in parse_qs(asked.query).items()})
    assert answer.status_code == 200, address
    return int(answer.context["count"])


def counted(room: Room, address: str, figure: int) -> int:
    """How many rows a figure counts: a share (100 % of one product) leads to those of its upper part."""
    is_share = parse_qs(urlsplit(address).query)["hang"] == [f"chi-tieu-{room.target('4').pk}"]
    assert not is_share or figure == 100
    return 1 if is_share else figure


def is_entered(address: str) -> bool:
    """Whether the figure was told by hand or adds up money: its rows are what was entered, not counted."""
    kind, _dash, pk = parse_qs(urlsplit(address).query)["hang"][0].rpartition("-")
    return kind == "chi-tieu" and way_of(Target.objects.get(pk=pk)) != Way.COUNTED


def figures_lead_to_their_rows(room: Room, code: str, run: Run, folder: Path) -> None:
    """From the page to the rows of now, from the cell in Excel to those that were frozen."""
    links = Links(room.leader.get(f"/bao-cao/{code}/", ASKED).content.decode()).found
    live = [(address, words) for address, words in links if f"/bao-cao/{code}/nguon/" in address]
    assert live
    for address, words in live:
        if is_entered(address):
            assert rows_behind(room.leader, address) > 0, address
            continue
        assert rows_behind(room.leader, address) == counted(room, address, int(words)), address
    book = openpyxl.load_workbook(folder / f"{run.pk}.xlsx", data_only=True)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    frozen = [cell for cell in cells if f"/ban-chot/{snapshot_of(run).code}/" in cell.hyperlink.target]
    assert frozen
    for cell in frozen:
        if is_entered(cell.hyperlink.target):
            assert rows_behind(room.leader, cell.hyperlink.target) > 0, cell.coordinate
            continue
        wanted = counted(room, cell.hyperlink.target, cell.value)
        assert rows_behind(room.leader, cell.hyperlink.target) == wanted, cell.coordinate


# ---- out of the house


def published(room: Room, run: Run, **letter: str) -> Publication:
    typed = {"on": "29/12/2023", **letter}
    assert "Đã phát hành và khóa" in sent(room.leader, f"/bao-cao/luot/{run.pk}/phat-hanh/", typed)
    assert typed["number"] in words_of(room.leader, "/bao-cao/da-phat-hanh/")
    return Publication.objects.get(run=run)


def the_public_check(room: Room, publication: Publication) -> str:
    snapshot = snapshot_of(publication.run)
    asked = {"ma": snapshot.code, "digest": snapshot.digest}
    page = words_of(room.visitor, "/kiem-tra-bao-cao/", asked)
    assert publication.letter_number in page
    return page


def a_late_recognition_comes_in(room: Room) -> None:
    """A decision of November on paper reaches the office after the report went out."""
    typed = {
        "stars": "3",
        "kind": "first",
        "precision": "day",
        "signed_on": "03/11/2023",
        "decision_number": "2001/QĐ-UBND",
        "issuing_body": "UBND huyện Trùng Khánh",
    }
    product = Product.objects.get(name=LATE)
    sent(room.officer, f"/quyet-dinh/cong-nhan/nhap/?san-pham={product.pk}", typed)
    frozen = freezing.thaw(snapshot_of(room.runs[PROGRESS]))
    target = next(row for row in frozen.table("tong-hop").records() if row["tt"] == "1.1")
    assert target["luy_ke"] == 1  # what went out stays as it went


def what_was_restated_is_told_with_its_cause(room: Room, first: Run, second: Run) -> None:
    answer = room.leader.get("/bao-cao/so-sanh/", {"truoc": first.pk, "sau": second.pk})
    words = "Chỉ tiêu thử nghiệm số "
    restated = {
        (one.row.split(",")[0].removeprefix(words), one.column): one for one in answer.context["restated"]
    }
    columns = ("Thực hiện trong kỳ", "Lũy kế")
    assert set(restated) == {(label, column) for label in ("1.1", "2") for column in columns}
    one = restated["1.1", "Lũy kế"]
    assert (one.before, one.after) == (1, 2)
    (moved,) = one.moved
    assert (moved.is_late, moved.record.day) == (True, date(2023, 11, 3))
    assert LATE in moved.record.name
    page = " ".join(answer.content.decode().split())
    assert "Bổ sung muộn" in page
    assert moved.cause in page
    assert moved.cause.startswith("Cán bộ huyện Trùng Khánh, ")
    assert moved.cause.endswith("nhập công nhận bằng giấy")


def the_second_supersedes_the_first(room: Room, first: Publication, second: Run) -> None:
    address = f"/bao-cao/luot/{second.pk}/phat-hanh/"
    without_reason = room.leader.post(address, {"number": "131/BC-UBND", "on": "29/12/2023"})
    assert "Lý do thay thế báo cáo trước" in without_reason.content.decode()
    later = published(room, second, number="131/BC-UBND", reason="Bổ sung 01 sản phẩm")
    assert later.supersedes == first
    page = the_public_check(room, first)
    assert "Đã được thay thế" in page
    assert "131/BC-UBND" in page
    assert "Không thay đổi" in the_public_check(room, later)


def the_offices_own_form_says_the_same(room: Room, run: Run) -> None:
    """The office's form, filled from the frozen report and read back."""
    upload = SimpleUploadedFile("bieu-01.xlsx", small(SIMPLE), XLSX)
    typed = {"name": "Biểu 01", "report": PROGRESS, "area": room.world.district.pk, "file": upload}
    assert "Đã nhận Biểu 01" in sent(room.officer, "/bao-cao/bieu-mau/moi/", typed)
    Product.objects.filter(name=LATE).update(name="Đổi tên sau khi chốt")
    answer = room.leader.post(f"/bao-cao/luot/{run.pk}/bieu-mau/", {"template": Template.objects.get().pk})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))["Biểu"]
    report = freezing.thaw(snapshot_of(run))
    rows = report.table("san-pham").records()
    assert LATE in {row["ten"] for row in rows}
    filled = [[sheet.cell(5 + n, column).value for column in (1, 2, 3)] for n in range(len(rows))]
    assert filled == [[row["tt"], row["ten"], row["sao"]] for row in rows]
    last = 4 + len(rows)
    assert (sheet["A1"].value, sheet["A2"].value) == (room.world.district.name, "Kỳ báo cáo: Năm 2023")
    assert sheet.cell(last + 1, 3).value == f"=SUM(C5:C{last})"
    assert sheet.cell(last + 3, 2).value == 2
