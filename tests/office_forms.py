"""Forms of offices as tests need them: a golden one with everything Excel has, and small ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import xlsxwriter
from django.core.files.base import ContentFile
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as Picture
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from accounts.models import User
from areas.models import Area
from ocop_portal.lib import files
from ocop_portal.lib.spreadsheet_forms import Data, Value, Vocabulary
from reports import templating
from reports.models import Template

VOCABULARY = Vocabulary(
    single={
        "don_vi": "Đơn vị",
        "ky": "Kỳ báo cáo",
        "ngay_lap": "Ngày lập",
        "san_pham.tong.sao": "Tổng số sao",
    },
    rows={
        "san_pham": {
            "tt": "TT",
            "ten": "Tên sản phẩm",
            "sao": "Hạng sao",
            "ngay_qd": "Ngày quyết định",
            "ty_le": "Tỷ lệ (%)",
        },
        "chu_the": {"ten": "Tên chủ thể", "so": "Số sản phẩm"},
    },
    keyed={"chi_tieu": {"luy_ke": "Lũy kế", "ke_hoach": "Kế hoạch năm"}},
)
SINGLE = {
    "don_vi": Value("Huyện Trùng Khánh"),
    "ky": Value("Năm 2023"),
    "ngay_lap": Value(date(2023, 12, 29), "date"),
    "chi_tieu.1.1.luy_ke": Value(3, "decimal"),
}


def products(count: int) -> list[dict[str, Value]]:
    """``count`` rows of the table of products."""
    return [
        {
            "tt": Value(place, "integer"),
            "ten": Value(f"Sản phẩm thử nghiệm {place}"),
            "sao": Value(3 + place % 3, "integer"),
            "ngay_qd": Value(date(2023, 9, place % 28 + 1), "date"),
            "ty_le": Value(Decimal("66.7"), "percent"),
        }
        for place in range(1, count + 1)
    ]


def data(count: int) -> Data:
    """The data of a report with that many products, and two organisations."""
    makers = [{"ten": Value("HTX Một"), "so": Value(2)}, {"ten": Value("HTX Hai"), "so": Value(1)}]
    return Data(SINGLE, {"san_pham": products(count), "chu_the": makers})


def picture(color: str = "darkgreen") -> bytes:
    """A small PNG."""
    made = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(made, "PNG")
    return made.getvalue()


def saved(book: openpyxl.Workbook) -> bytes:
    """The workbook as a file."""
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def small(cells: dict[str, Any], title: str = "Biểu") -> bytes:
    """A form of one sheet with these cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for address, value in cells.items():
        sheet[address] = value
    return saved(book)


def shared(cells: dict[str, Any]) -> bytes:
    """The same by another program, whose texts stand in a part of their own, as Excel's do."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet("Biểu")
    for address, value in cells.items():
        sheet.write(address, value)
    book.close()
    return made.getvalue()


SIMPLE = {
    "A1": "{{don_vi}}",
    "A2": "Kỳ báo cáo: {{ky}}",
    "A4": "TT",
    "B4": "Sản phẩm",
    "A5": "{{san_pham.tt}}",
    "B5": "{{san_pham.ten}}",
    "C5": "{{san_pham.sao}}",
    "C6": "=SUM(C5:C5)",
    "B8": "{{chi_tieu.1.1.luy_ke}}",
}
"""The cells of a form that the progress report fills."""


def uploaded(content: bytes, name: str = "bieu-01.xlsx") -> files.Upload:
    """The file as the upload field hands it to a verb."""
    return files.inspect(ContentFile(content, name), kinds=files.SPREADSHEETS)


def make_template(area: Area, by: User, name: str = "Biểu 01 thử nghiệm", **fields: Any) -> Template:
    """A form of the unit that the progress report fills."""
    return templating.upload(area, "tien-do", name, uploaded(small(SIMPLE)), by=by, **fields)


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of a file by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The file with one part changed, or a new one."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        found = parts(content)
        for part, old in found.items():
            archive.writestr(part, change(old) if part == name else old)
        if name not in found:
            archive.writestr(name, change(b""))
    return made.getvalue()


FIRST = "Biểu 01"
SECOND = "Tổng hợp"
BLOCK = 8


def golden() -> bytes:
    """A form as offices make them: the row 8 repeats, the totals stand in row 9, signatures below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = FIRST
    _head(sheet)
    _table(sheet)
    _around(sheet)
    _second(book.create_sheet(SECOND))
    book.defined_names["TongSao"] = DefinedName("TongSao", attr_text=f"'{FIRST}'!$F$9")
    return saved(book)


def _head(sheet: Worksheet) -> None:
    sheet["A1"] = "{{ Đơn vị }}"
    sheet["A1"].font = Font(name="Times New Roman", size=13, bold=True)
    sheet.merge_cells("A1:C1")
    sheet["A3"] = "DANH SÁCH SẢN PHẨM {{KY}}, lập ngày {{ngay_lap}}"
    sheet["A3"].alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.merge_cells("A3:I3")
    sheet.row_dimensions[3].height = 42
    sheet["H4"] = "{{ngay_lap}}"
    sheet["H4"].number_format = "dd/mm/yyyy"
    sheet.add_image(Picture(io.BytesIO(picture())), "H1")


def _table(sheet: Worksheet) -> None:
    side = Side(style="thin")
    box = Border(side, side, side, side)
    titles = ["TT", "Tên sản phẩm", "", "Ngày QĐ", "Tỷ lệ", "Sao", "Điểm", "Cộng dồn", "Ẩn"]
    for column, title in enumerate(titles, start=1):
        cell = sheet.cell(6, column, title)
        cell.font, cell.border, cell.fill = Font(bold=True), box, PatternFill("solid", "DDEBF7")
    sheet.merge_cells("B6:C6")
    values = {
        "A": "{{san_pham.tt}}",
        "B": "{{SAN-PHAM . ten}}",
        "D": "{{san_pham.ngay_qd}}",
        "E": "{{san_pham.ty_le}}",
        "F": "{{san_pham.sao}}",
        "G": f"=F{BLOCK}*10",
        "H": f"=SUM(F${BLOCK}:F{BLOCK})",
        "I": f"=F{BLOCK}/SUM(F${BLOCK}:F${BLOCK})",
    }
    for letter, value in values.items():
        cell = sheet[f"{letter}{BLOCK}"]
        cell.value, cell.border = value, box
    sheet[f"C{BLOCK}"].border = box
    sheet.merge_cells(f"B{BLOCK}:C{BLOCK}")
    sheet[f"D{BLOCK}"].number_format = "dd/mm/yyyy"
    sheet[f"E{BLOCK}"].number_format = "0.0%"
    sheet[f"I{BLOCK}"].number_format = "0.00"
    sheet.row_dimensions[BLOCK].height = 25.5
    sheet["B9"] = "Tổng cộng"
    sheet["F9"] = f"=SUM(F{BLOCK}:F{BLOCK})"
    sheet["G9"] = f"=SUM(G{BLOCK}:G{BLOCK})"
    sheet["H9"] = "=IF(F9=0,0,ROUND(G9/F9,2))"
    for letter in "ABCDEFGHI":
        sheet[f"{letter}9"].font, sheet[f"{letter}9"].border = Font(bold=True), box
    sheet["F12"] = "NGƯỜI KÝ"
    sheet.merge_cells("F12:I12")


def _around(sheet: Worksheet) -> None:
    sheet.column_dimensions["I"].hidden = True
    sheet.column_dimensions["B"].width = 31.25
    sheet.freeze_panes = "A7"
    sheet.print_title_rows = "6:6"
    sheet.print_area = "A1:I12"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = 1.18
    sheet.oddHeader.center.text = "Mật"
    sheet.oddFooter.right.text = "Trang &P/&N"
    sheet["F6"].comment = Comment("Số sao theo quyết định", "Phòng Nông nghiệp")
    sheet["F9"].comment = Comment("Cộng cả cột", "Phòng Nông nghiệp")
    rule = FormulaRule(formula=[f"$F{BLOCK}>=4"], fill=PatternFill("solid", bgColor="FFEB9C"))
    sheet.conditional_formatting.add(f"A{BLOCK}:I{BLOCK}", rule)
    allowed = DataValidation(type="whole", operator="between", formula1="1", formula2="5")
    allowed.add(f"F{BLOCK}:F{BLOCK}")
    sheet.add_data_validation(allowed)
    sheet.add_image(Picture(io.BytesIO(picture("navy"))), "B12")


def _second(sheet: Worksheet) -> None:
    sheet["A1"] = "Tổng số sao"
    sheet["B1"] = f"=SUM('{FIRST}'!F{BLOCK}:F{BLOCK})"
    sheet["A2"] = "Chữ ký ở dòng"
    sheet["B2"] = f"='{FIRST}'!F12"
    sheet["A3"] = "Chỉ tiêu 1.1"
    sheet["B3"] = "{{chi_tieu.1.1.luy_ke}}"
    sheet["A4"] = "{{chu_the.ten}}"
    sheet["B4"] = "{{chu_the.so}}"
    sheet["A5"] = "Cộng"
    sheet["B5"] = "=SUM(B4)"
    sheet["B6"] = "=TongSao"
