"""What outside checks rely on: the report's file to the last column, the parameters, the names."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest

from ocop_portal.lib import broker, periods
from products.models import ProductGroup
from reports import compiling, requesting
from tests import reporting
from tests.factories import make_decision, make_enterprise, make_product, make_recognition
from tests.spreadsheet_tools import formulas

pytestmark = pytest.mark.django_db
COLUMNS = {
    "Tổng hợp": "TT, Chỉ tiêu, Đơn vị tính, Kế hoạch năm, Thực hiện trong kỳ, Lũy kế, Tỷ lệ (%), Ghi chú",
    "Sản phẩm": "TT, Mã sản phẩm, Tên sản phẩm, Nhóm, Chủ thể, Xã, Loại hồ sơ, Hạng sao, Số quyết định, "
    "Ngày quyết định, Hết hạn, Tình trạng, Tính vào chỉ tiêu",
    "Chủ thể": "TT, Tên chủ thể, Loại hình, Xã, Số sản phẩm, Còn hiệu lực, Mới tham gia",
    "Hồ sơ": "TT, Mã hồ sơ, Sản phẩm, Chủ thể, Xã, Loại hồ sơ, Ngày nộp, Trạng thái, Đang ở, Hạn xử lý",
    "Nhiệm vụ": "TT, Nội dung, Đơn vị thực hiện, Thời hạn, Kết quả, Trạng thái",
    "Kinh phí": "TT, Nội dung, Nguồn, Kế hoạch (triệu đồng), Đã giải ngân (triệu đồng), Tỷ lệ (%)",
    "Nguồn số liệu": "TT, Số liệu, Cách tính, Kết quả, Chưa xác định được thời điểm, Tính đến ngày, Liên kết",
}
DATA_SHEETS = list(COLUMNS)[1:]
DAYS = {"Ngày quyết định", "Hết hạn", "Ngày nộp", "Hạn xử lý", "Thời hạn", "Tính đến ngày"}
NUMBERS = {"Hạng sao", "Số sản phẩm", "Còn hiệu lực", "Kế hoạch (triệu đồng)", "Đã giải ngân (triệu đồng)"}


class Silent:
    """A broker that takes every message and tells nobody."""

    def connection_for_write(self, **options: object) -> BytesIO:
        return BytesIO()

    def send_task(self, *arguments: object, **options: object) -> None:
        return None


@pytest.fixture
def done(world, officer, leader, client_of, monkeypatch, settings):
    """The report of the year as the leader downloads it."""
    settings.OCOP_BASE_URL = "https://ocop.example.vn"
    monkeypatch.setattr(broker, "current_app", Silent())
    reporting.make_year(world, officer)
    run = requesting.request("tien-do", world.district, periods.parse("2023"), by=leader)
    compiling.compile_run(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def path(done, leader, client_of, tmp_path):
    answer = client_of(leader).get(f"/bao-cao/luot/{done.pk}/tai-ve/")
    assert answer["Cache-Control"] == "private, no-store"
    name = re.fullmatch(
        r"attachment; filename=\"([^\"]+)\"; filename\*=UTF-8''(\S+)", answer["Content-Disposition"]
    )
    assert name and set(name.groups()) == {"Bao-cao-tien-do_huyen-trung-khanh_2023.xlsx"}
    kept = tmp_path / name[1]
    kept.write_bytes(b"".join(answer.streaming_content))
    return kept


def header_row(sheet) -> int:
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == "TT")


def titles(sheet) -> list[str]:
    return [cell.value for cell in sheet[header_row(sheet)]]


def test_the_file_has_the_contracts_sheets_and_columns(path):
    book = openpyxl.load_workbook(path)
    assert {sheet.title: ", ".join(titles(sheet)) for sheet in book} == COLUMNS
    assert [header_row(book[name]) for name in DATA_SHEETS] == [1] * len(DATA_SHEETS)


def test_below_the_header_of_a_list_nothing_is_merged_and_values_are_real(path):
    book = openpyxl.load_workbook(path, data_only=True)
    assert [name for name in DATA_SHEETS if book[name].merged_cells.ranges] == []
    seen = set()
    for name in DATA_SHEETS:
        columns = titles(book[name])
        for row in book[name].iter_rows(min_row=2):
            if row[0].border.left.style is None:
                break  # what stands under the list: the sources' digest
            for title, cell in zip(columns, row, strict=True):
                if title in DAYS and isinstance(cell.value, datetime):
                    assert cell.number_format == "dd/mm/yyyy"
                    seen.add(title)
                if title in NUMBERS and cell.value is not None:
                    assert isinstance(cell.value, int | float), (name, title, cell.value)
                    seen.add(title)
    assert seen == DAYS | NUMBERS


def test_the_plans_number_is_a_number_behind_its_sign(path):
    sheet = openpyxl.load_workbook(path, data_only=True)["Tổng hợp"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=header_row(sheet) + 1)}
    shown = {label: (rows[label][3].value, rows[label][3].number_format) for label in ("1", "1.1", "3", "6")}
    assert shown == {
        "1": (2, '"≥ "0'),
        "1.1": (3, "0"),
        "3": (0, '"> "0'),
        "6": (2.5, '"≈ "#,##0.0#'),
    }
    assert (rows["4"][3].value, rows["4"][6].value) == (None, None)
    assert rows["5"][3].value == "20–25"
    percent = rows["1"][6]
    assert percent.value == rows["1"][5].value / rows["1"][3].value * 100
    assert percent.number_format == "0.0"
    assert rows["5"][6].value == rows["5"][5].value / 20 * 100


def test_totals_are_formulas_with_their_values_beside_them(path):
    written = formulas(path)
    assert {sheet for sheet, _cell in written} == {"Kinh phí"}
    cached = openpyxl.load_workbook(path, data_only=True)["Kinh phí"]
    values = {text.split("(")[0]: cached[cell].value for (_sheet, cell), text in written.items()}
    assert None not in values.values()
    assert sum(text.startswith("=S") for text in written.values()) == 2


def test_the_sources_give_links_and_the_digest(path, done):
    sheet = openpyxl.load_workbook(path, data_only=True)["Nguồn số liệu"]
    links = [cell.value for cell in sheet["G"][1:] if cell.value]
    assert links
    assert all(
        link.startswith("https://ocop.example.vn/bao-cao/tien-do/?area=047&period=2023") for link in links
    )
    below = {row[1].value: row[2].value for row in sheet.iter_rows(min_row=len(links) + 2)}
    assert below["Mã kiểm tra (SHA-256)"] == done.snapshot.digest
    assert re.fullmatch(r"[0-9a-f]{64}", done.snapshot.digest)
    assert {"Mã báo cáo", "Thời điểm chốt số liệu"} <= set(below)


# --- parameters


@pytest.mark.parametrize(
    "period", ["2023", "2023-H1", "2023-H2", "2023-9T", "2023-Q1", "2023-03", "2023-01-05_2023-03-04"]
)
def test_every_form_of_a_period_is_taken_everywhere(world, leader, client_of, period):
    browser, asked = client_of(leader), {"area": "047", "period": period}
    pages = ["/bao-cao/", "/bao-cao/tien-do/", "/api/bao-cao/tien-do/"]
    assert [browser.get(page, asked).status_code for page in pages] == [200, 200, 200]
    assert browser.get("/api/bao-cao/tien-do/", asked).json()["period"] == period


@pytest.mark.parametrize(
    ("area", "period", "name"),
    [
        ("01501", "2023", "Xã Chí Viễn"),
        ("01501", "2025", "Xã Đàm Thủy"),
        ("01501", "2025-H1", "Xã Chí Viễn"),
        ("01501", "2025-07", "Xã Đàm Thủy"),
        ("01501@2023", "2025", "Xã Chí Viễn"),
        ("01495", "2025", "Xã Đàm Thuỷ"),
        ("047", "2025", "Huyện Trùng Khánh"),
    ],
)
def test_a_code_is_the_unit_of_the_periods_last_day(world, province_leader, client_of, area, period, name):
    answer = client_of(province_leader).get("/api/bao-cao/tien-do/", {"area": area, "period": period})
    assert answer.json()["area_name"] == name


def test_a_code_that_is_over_before_the_period_names_nothing(world, province_leader, client_of):
    asked = {"area": "047", "period": "2026"}
    assert client_of(province_leader).get("/api/bao-cao/tien-do/", asked).status_code == 404


@pytest.fixture
def catalogue(world):
    """Three stars in Chí Viễn of then, four in Đàm Thuỷ of then: one commune since."""
    for area, stars, name in [(world.chi_vien, 3, "Hạt dẻ"), (world.dam_thuy, 4, "Miến dong")]:
        product = make_product(area, make_enterprise(area), name=name)
        make_recognition(product, make_decision(world.district), stars=stars)
    assert ProductGroup.objects.filter(code="QD26-14").exists()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", {"Hạt dẻ", "Miến dong"}),
        ("q=mien", {"Miến dong"}),
        ("sao=3", {"Hạt dẻ"}),
        ("sao=3&sao=4", {"Hạt dẻ", "Miến dong"}),
        ("sao=5", set()),
        ("sao=6", set()),
        ("nhom=II", {"Hạt dẻ", "Miến dong"}),
        ("nhom=QD26-14", {"Hạt dẻ", "Miến dong"}),
        ("nhom=I", set()),
        ("nhom=khong-co", set()),
        ("xa=01501", {"Hạt dẻ", "Miến dong"}),
        ("xa=01501@2023", {"Hạt dẻ"}),
        ("xa=01495@2023", {"Miến dong"}),
        ("xa=99999", set()),
        ("xa=01501@khi-nao", set()),
    ],
)
def test_the_catalogue_answers_each_parameter(catalogue, visitor, settings, asked, names):
    settings.OCOP_TODAY = datetime(2026, 1, 15).date()
    found = visitor.get(f"/api/san-pham/?{asked}")
    assert {row["name"] for row in found.json()["results"]} == names
    page = visitor.get(f"/san-pham/?{asked}").content.decode()
    assert {name for name in ("Hạt dẻ", "Miến dong") if f">{name}<" in page} == names


def test_a_certificates_code_is_taken_however_it_is_typed(world, visitor):
    product = make_product(world.dam_thuy, name="Miến dong")
    make_recognition(product, make_decision(world.district), certificate_code="7K3M9XQ2TB")
    for typed in ("7K3M9XQ2TB", "7k3m9xq2tb", "7K3M9-XQ2TB", "7k3m9%20xq2tb", "%207K3M9XQ2TB"):
        answer = visitor.get(f"/chung-nhan/{typed}/")
        assert (answer.status_code, "Miến dong" in answer.content.decode()) == (200, True), typed
    unknown = visitor.get("/chung-nhan/0000000000/")
    assert (unknown.status_code, "0000000000" in unknown.content.decode()) == (404, True)
