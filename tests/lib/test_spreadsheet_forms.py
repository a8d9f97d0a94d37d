"""An office's form comes back as the office made it, with values in; other readers than ours judge it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table
from openpyxl.xml.functions import tostring
from python_calamine import CalamineWorkbook

from ocop_portal.lib.spreadsheet_forms import Data, Form, Value, fill, fold, mistakes
from ocop_portal.lib.spreadsheet_forms.growth import Growth
from ocop_portal.lib.spreadsheet_forms.references import Own, moved_formula, translated
from tests.office_forms import (
    BLOCK,
    FIRST,
    SECOND,
    VOCABULARY,
    data,
    golden,
    parts,
    picture,
    saved,
    shared,
    small,
    with_part,
)
from tests.spreadsheet_tools import (
    disagreements_with_libreoffice,
    find_libreoffice,
    formulas,
    values_by_calamine,
    values_by_openpyxl,
)

COUNTS = [0, 1, 2, 25]


def filled(content: bytes, given: Data) -> bytes:
    form = Form(content, VOCABULARY)
    assert mistakes(form) == []
    return fill(form, given)


def kept(content: bytes, folder: Path, name: str = "bieu.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def resaved(tmp_path_factory) -> bytes:
    """The golden form as LibreOffice saves it: another program's parts, shared texts, shared formulas."""
    folder = tmp_path_factory.mktemp("resaved")
    path, profile = kept(golden(), folder), folder / "profile"
    command = [find_libreoffice(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(path)]
    subprocess.run(command, capture_output=True, timeout=180, check=True)
    shutil.rmtree(profile, ignore_errors=True)
    return (folder / "out" / path.name).read_bytes()


@pytest.fixture(params=["openpyxl", "LibreOffice"])
def form(request) -> bytes:
    return golden() if request.param == "openpyxl" else request.getfixturevalue("resaved")


# ---- values


@pytest.mark.parametrize("count", COUNTS)
def test_the_row_is_printed_once_per_row_of_the_table(form, count, tmp_path):
    out = kept(filled(form, data(count)), tmp_path)
    sheet = openpyxl.load_workbook(out)[FIRST]
    rows = [[sheet.cell(BLOCK + place, column).value for column in (1, 2, 4, 6)] for place in range(count)]
    assert rows == [
        [place, f"Sản phẩm thử nghiệm {place}", datetime(2023, 9, place % 28 + 1), 3 + place % 3]
        for place in range(1, count + 1)
    ]
    total = BLOCK + max(count, 1)
    assert sheet.cell(total, 2).value == "Tổng cộng"
    assert sheet.cell(total + 3, 6).value == "NGƯỜI KÝ"


@pytest.mark.parametrize("count", COUNTS)
def test_two_readers_see_the_same_values(form, count, tmp_path):
    out = kept(filled(form, data(count)), tmp_path)
    one, other = values_by_openpyxl(out), values_by_calamine(out)
    plain = {key: value for key, value in one.items() if not isinstance(value, datetime)}
    assert {key: other.get(key) for key in plain} == plain


def test_single_values_stand_in_cells_and_in_sentences(form):
    book = opened(filled(form, data(2)))
    assert book[FIRST]["A1"].value == "Huyện Trùng Khánh"
    assert book[FIRST]["A3"].value == "DANH SÁCH SẢN PHẨM Năm 2023, lập ngày 29/12/2023"
    assert book[FIRST]["H4"].value == datetime(2023, 12, 29)
    assert book[SECOND]["B3"].value == 3


def test_a_name_without_a_value_leaves_its_cell_empty_in_its_style():
    content = small({"A1": "{{chi_tieu.9.ke_hoach}}", "A2": "Số: {{chi_tieu.9.ke_hoach}}."})
    sheet = opened(filled(content, data(0)))["Biểu"]
    assert (sheet["A1"].value, sheet["A2"].value) == (None, "Số: .")


@pytest.mark.parametrize(
    ("value", "number_format", "found"),
    [
        (Value(date(2023, 9, 15), "date"), "dd/mm/yyyy", datetime(2023, 9, 15)),
        (Value(date(2023, 9, 15), "date"), "General", "15/09/2023"),
        (Value(date(2023, 9, 15), "date"), "@", "15/09/2023"),
        (Value(date(1899, 9, 15), "date"), "dd/mm/yyyy", "15/09/1899"),
        (Value("năm 2021", "date"), "dd/mm/yyyy", "năm 2021"),
        (Value(Decimal("66.7"), "percent"), "0.0", 66.7),
        (Value(Decimal("66.7"), "percent"), "0.0%", 0.667),
        (Value(Decimal("1234.5"), "money"), "#,##0.0", 1234.5),
        (Value(3, "integer"), '[Red]"≥ "0', 3),
        (Value("20–25", "decimal"), "0", "20–25"),
        (Value("=1+1"), "General", "=1+1"),
        (Value("a\x00b\x0bc"), "General", "abc"),
        (Value(""), "General", None),
    ],
)
def test_a_cell_of_one_placeholder_keeps_the_forms_own_number_format(value, number_format, found):
    book = openpyxl.Workbook()
    book.active["B2"] = " {{ky}} "
    book.active["B2"].number_format = number_format
    cell = opened(filled(saved(book), Data({"ky": value}))).active["B2"]
    assert cell.value == (pytest.approx(found) if isinstance(found, float) else found)
    assert cell.number_format == number_format
    assert cell.data_type != "f"


def test_old_macintosh_files_count_their_days_from_1904():
    book = openpyxl.Workbook()
    book.epoch = datetime(1904, 1, 1)
    book.active["A1"] = "{{ngay_lap}}"
    book.active["A1"].number_format = "dd/mm/yyyy"
    assert opened(filled(saved(book), data(0))).active["A1"].value == datetime(2023, 12, 29)


@pytest.mark.parametrize(
    "written",
    [
        "{{san_pham.ten}}",
        "{{ San_Pham.TEN }}",
        "{{sản phẩm . tên}}",
        "{{SAN-PHAM.ten}}",
        "{{sa\u0309n pha\u0302\u0309m.te\u0302n}}",
    ],
)
def test_names_are_read_leniently(written):
    assert fold(written.strip("{}")) == "san_pham.ten"
    sheet = opened(filled(small({"A1": written}), data(2)))["Biểu"]
    assert [sheet["A1"].value, sheet["A2"].value] == ["Sản phẩm thử nghiệm 1", "Sản phẩm thử nghiệm 2"]


def test_words_of_several_looks_keep_them():
    book = openpyxl.Workbook()
    bold = InlineFont(b=True)
    book.active["A1"] = CellRichText("Kỳ: ", TextBlock(bold, "{{k"), TextBlock(bold, "y}}"), " & hết <năm>")
    made = openpyxl.load_workbook(io.BytesIO(filled(saved(book), data(0))), rich_text=True)
    runs = made.active["A1"].value
    assert str(runs) == "Kỳ: Năm 2023 & hết <năm>"
    assert [str(run) for run in runs if isinstance(run, TextBlock) and run.font.b] == ["Năm 2023"]


# ---- everything else stays


def _look(cell) -> tuple:
    names = ("font", "border", "fill", "number_format", "protection", "alignment")
    return tuple(repr(getattr(cell, name)) for name in names)


@pytest.mark.parametrize("count", COUNTS)
def test_every_cell_keeps_its_style(form, count):
    before, after = opened(form)[FIRST], opened(filled(form, data(count)))[FIRST]
    growth = Growth({BLOCK: count})
    for row in range(1, 13):
        for column in range(1, 10):
            for place in range(growth.first(row), growth.last(row) + 1):
                assert _look(after.cell(place, column)) == _look(before.cell(row, column)), (row, column)


@pytest.mark.parametrize("count", COUNTS)
def test_rows_keep_their_heights_and_columns_theirs(form, count):
    before, after = opened(form)[FIRST], opened(filled(form, data(count)))[FIRST]
    for place in range(max(count, 1)):
        assert after.row_dimensions[BLOCK + place].height == before.row_dimensions[BLOCK].height == 25.5
    assert after.row_dimensions[3].height == 42
    assert after.column_dimensions["I"].hidden
    assert after.column_dimensions["B"].width == before.column_dimensions["B"].width


def test_a_height_that_excel_fitted_to_other_words_is_fitted_anew():
    content = with_part(
        small({"A1": "{{ky}}", "A2": "x"}),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<row r="1"', b'<row r="1" ht="60"').replace(
            b'<row r="2"', b'<row r="2" ht="33"'
        ),
    )
    sheet = opened(filled(content, data(0)))["Biểu"]
    assert (sheet.row_dimensions[1].height, sheet.row_dimensions[2].height) == (None, 33)


@pytest.mark.parametrize(
    ("name", "wraps", "width", "taller"),
    [
        ("Miến dong", True, 30, False),
        ("Sản phẩm có tên rất dài " * 4, True, 30, True),
        ("Sản phẩm có tên rất dài " * 4, False, 30, False),
        ("Sản phẩm có tên rất dài " * 4, True, 120, False),
    ],
)
def test_a_row_without_a_fixed_height_has_room_for_its_words(name, wraps, width, taller):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "{{san_pham.ten}}"
    sheet["A1"].alignment = Alignment(wrap_text=wraps)
    sheet["A1"].font = Font(name="Times New Roman", size=14)
    sheet.merge_cells("A1:B1")
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = width / 2
    made = opened(filled(saved(book), Data({}, {"san_pham": [{"ten": Value("Ngắn")}, {"ten": Value(name)}]})))
    heights = [made.active.row_dimensions[row].height for row in (1, 2)]
    assert heights[0] is None
    assert (heights[1] is not None and heights[1] > 60) is taller


def test_what_excel_knew_of_the_old_value_goes_with_it():
    content = with_part(
        small({"A1": "{{ky}}"}),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'r="A1"', b'r="A1" vm="1"'),
    )
    assert b"vm=" not in parts(filled(content, data(0)))["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize("count", COUNTS)
def test_merged_cells_move_and_repeat(form, count):
    sheet = opened(filled(form, data(count)))[FIRST]
    rows = max(count, 1)
    copies = {f"B{BLOCK + place}:C{BLOCK + place}" for place in range(rows)}
    assert {str(area) for area in sheet.merged_cells.ranges} == {
        *("A1:C1", "A3:I3", "B6:C6", f"F{11 + rows}:I{11 + rows}"),
        *copies,
    }


@pytest.mark.parametrize("count", COUNTS)
def test_the_print_settings_stay_and_the_print_area_grows(form, count):
    before, after = opened(form)[FIRST], opened(filled(form, data(count)))[FIRST]
    for part in ("page_setup", "page_margins", "print_options"):
        assert dict(getattr(after, part)) == dict(getattr(before, part))
    assert tostring(after.HeaderFooter.to_tree()) == tostring(before.HeaderFooter.to_tree())
    assert (after.oddHeader.center.text, after.oddFooter.right.text) == ("Mật", "Trang &P/&N")
    assert after.sheet_properties.pageSetUpPr.fitToPage
    assert after.print_title_rows.replace("$", "") == "6:6"
    assert after.print_area.replace("$", "").endswith(f"A1:I{11 + max(count, 1)}")
    assert after.freeze_panes == before.freeze_panes  # LibreOffice drops it, so its form has none


@pytest.mark.parametrize("count", COUNTS)
def test_rules_and_checks_cover_every_copy(form, count):
    sheet = opened(filled(form, data(count)))[FIRST]
    last = BLOCK + max(count, 1) - 1
    (rules,) = [str(rule.sqref) for rule in sheet.conditional_formatting]
    (checks,) = [str(check.sqref) for check in sheet.data_validations.dataValidation]
    assert rules == f"A{BLOCK}:I{last}"
    assert checks == (f"F{BLOCK}:F{last}" if last > BLOCK else f"F{BLOCK}")


@pytest.mark.parametrize("count", COUNTS)
def test_pictures_and_notes_stay_beside_what_they_belong_to(form, count):
    before, after = opened(form)[FIRST], opened(filled(form, data(count)))[FIRST]
    by = max(count, 1) - 1
    places = [(image.anchor._from.col, image.anchor._from.row) for image in after._images]
    assert sorted(places) == sorted(
        (image.anchor._from.col, image.anchor._from.row + (by if image.anchor._from.row > BLOCK else 0))
        for image in before._images
    )
    assert {cell.coordinate for row in after.iter_rows() for cell in row if cell.comment} == {
        "F6",
        f"F{9 + by}",
    }


def test_pictures_and_styles_are_the_same_bytes():
    before, after = parts(golden()), parts(filled(golden(), data(7)))
    changed = {name for name in before if before[name] != after.get(name)}
    assert {name for name in before if name.startswith("xl/media/")} & changed == set()
    assert picture() in after.values()
    assert changed <= {
        "xl/workbook.xml",
        *(
            name
            for name in before
            if re.match(r"xl/(worksheets/sheet|drawings/drawing|comments|drawings/comm)", name)
        ),
        *(name for name in before if "vmlDrawing" in name or name.startswith("xl/comments")),
    }


def test_a_form_of_single_values_changes_nothing_but_their_cells():
    content = small({"A1": "{{ky}}", "A2": "Giữ nguyên", "B7": 5})
    before, after = parts(content), parts(filled(content, data(0)))
    assert {name for name in before if before[name] != after[name]} == {
        "xl/worksheets/sheet1.xml",
    }  # openpyxl asks for computing already
    untouched = before["xl/worksheets/sheet1.xml"].partition(b'<row r="2"')[2]
    assert after["xl/worksheets/sheet1.xml"].endswith(untouched)


def test_extensions_nobody_here_knows_survive():
    unknown = (
        b'<extLst><ext uri="{X}" xmlns:zz="urn:zz"><zz:a b="1&#10;2"/><!-- giu --></ext></extLst></worksheet>'
    )
    content = with_part(
        small({"A1": "{{san_pham.ten}}"}),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</worksheet>", unknown),
    )
    assert parts(filled(content, data(3)))["xl/worksheets/sheet1.xml"].endswith(unknown)


def test_prefixed_markup_of_other_programs_is_filled():
    def prefixed(xml: bytes) -> bytes:
        xml = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", xml)
        return xml.replace(b"xmlns=", b"xmlns:x=")

    content = with_part(
        small({"A1": "{{san_pham.ten}}", "A2": "Hết", "B2": "=COUNTA(A1:A1)"}),
        "xl/worksheets/sheet1.xml",
        prefixed,
    )
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(filled(content, data(2)))).get_sheet_by_index(0).to_python()
    )
    assert [row[0] for row in rows] == ["Sản phẩm thử nghiệm 1", "Sản phẩm thử nghiệm 2", "Hết"]
    assert rows[2][1] == 2


def test_equal_data_give_an_equal_file():
    form = golden()  # once: whoever makes a form writes the time into it
    assert filled(form, data(5)) == filled(form, data(5))


# ---- formulas


@pytest.mark.parametrize("count", COUNTS)
def test_formulas_follow_the_rows(form, count, tmp_path):
    found = formulas(kept(filled(form, data(count)), tmp_path))
    last, total = BLOCK + max(count, 1) - 1, BLOCK + max(count, 1)
    plain = {key: text.replace("$", "") for key, text in found.items()}
    assert plain[FIRST, f"F{total}"] == f"=SUM(F{BLOCK}:F{last})"
    assert plain[FIRST, f"H{total}"] == f"=IF(F{total}=0,0,ROUND(G{total}/F{total},2))"
    assert plain[SECOND, "B1"] == f"=SUM('{FIRST}'!F{BLOCK}:F{last})"
    assert plain[SECOND, "B2"] == f"='{FIRST}'!F{total + 3}"
    assert plain[SECOND, "B6"] == "=SUM(B4:B5)"
    assert count or (FIRST, f"G{BLOCK}") not in plain  # an empty row computes nothing
    for row in range(BLOCK, BLOCK + count):
        assert plain[FIRST, f"G{row}"] == f"=F{row}*10"
        assert plain[FIRST, f"H{row}"] == f"=SUM(F{BLOCK}:F{row})"
        assert plain[FIRST, f"I{row}"] == f"=F{row}/SUM(F{BLOCK}:F{last})"
    assert opened(filled(form, data(count))).defined_names["TongSao"].attr_text.endswith(f"!$F${total}")


@pytest.mark.parametrize("count", [0, 1, 6])
def test_libreoffice_computes_what_stands_beside_the_formulas(form, count, tmp_path):
    find_libreoffice()
    out = kept(filled(form, data(count)), tmp_path)
    cached = values_by_openpyxl(out)
    assert cached[FIRST, f"F{BLOCK + max(count, 1)}"] == sum(3 + place % 3 for place in range(1, count + 1))
    wrong = [row for row in disagreements_with_libreoffice(out, tmp_path) if row[2] is not None]
    assert wrong == []


def test_excel_is_asked_to_compute_and_its_old_order_is_dropped():
    content = with_part(
        golden(), "xl/calcChain.xml", lambda _xml: b'<calcChain xmlns="urn:x"><c r="F9" i="1"/></calcChain>'
    )
    content = with_part(
        content,
        "[Content_Types].xml",
        lambda xml: xml.replace(
            b"</Types>", b'<Override PartName="/xl/calcChain.xml" ContentType="a/b"/></Types>'
        ),
    )
    found = parts(filled(content, data(2)))
    assert "xl/calcChain.xml" not in found
    assert b"calcChain" not in found["[Content_Types].xml"]
    assert b'fullCalcOnLoad="1"' in found["xl/workbook.xml"]


GROWTHS = {"s": Growth({8: 5, 20: 2}), "tờ 2": Growth({3: 4})}


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("SUM(F8:F8)", "SUM(F8:F12)"),
        ("SUM(F8)", "SUM(F8:F12)"),
        ("SUM(F8,G8)*F8", "SUM(F8:F12,G8:G12)*F8"),
        ("SUM($F$7:$F$9)", "SUM($F$7:$F$13)"),
        ("F9+F25", "F13+F30"),
        ("SUBTOTAL(9,F8)", "SUBTOTAL(9,F8:F12)"),
        ("SUM(F:F)+SUM($1:$8)", "SUM(F:F)+SUM($1:$12)"),
        ('"F9"&F9', '"F9"&F13'),
        ("LOG10(F9)+ABC_F9+F9x", "LOG10(F13)+ABC_F9+F9x"),
        ("Bang[F9]+[1]S!F9", "Bang[F9]+[1]S!F9"),
        ("'Tờ 2'!B3+SUM('tờ 2'!B3:B3)+'Khác'!B9", "'Tờ 2'!B3+SUM('tờ 2'!B3:B6)+'Khác'!B9"),
        ("IF(F8>0,F9,1E5)", "IF(F8>0,F13,1E5)"),
        ("SUM(F9:F1048576)", "SUM(F13:F1048576)"),
    ],
)
def test_references_from_outside_a_repeating_row(formula, moved):
    assert moved_formula(formula, GROWTHS, home="s") == moved


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("F8*2", "F10*2"),
        ("A7+1", "A9+1"),
        ("F$8", "F$8"),
        ("SUM(F$8:F8)", "SUM(F$8:F10)"),
        ("F8/SUM(F$8:F$8)", "F10/SUM(F$8:F$12)"),
        ("SUM(C8:E8)", "SUM(C10:E10)"),
        ("SUM(F8)", "SUM(F10)"),
        ("F8/F$9", "F10/F$13"),
        ("F8/F9", "F10/F13"),
        ("F8*A2", "F10*A2"),
        ("SUM('Tờ 2'!B3:B3)", "SUM('Tờ 2'!B3:B6)"),
    ],
)
def test_references_in_the_third_copy_of_a_repeating_row(formula, moved):
    assert moved_formula(formula, GROWTHS, home="s", own=Own(8, 2)) == moved


def test_a_shared_formula_is_written_out():
    assert translated("A1+$B$1+'S 1'!C2", 2, 1) == "B3+$B$1+'S 1'!D4"
    xml = (
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>{{san_pham.ten}}</t></is></c></row>'
        b'<row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="0">B2*2</f><v>0</v></c>'
        b'<c r="B2"><v>4</v></c></row>'
        b'<row r="3"><c r="A3"><f t="shared" si="0"/><v>0</v></c><c r="B3"><v>5</v></c></row>'
    )
    content = with_part(
        small({"A1": 1}),
        "xl/worksheets/sheet1.xml",
        lambda old: re.sub(
            rb"<sheetData>.*</sheetData>", lambda _m: b"<sheetData>" + xml + b"</sheetData>", old, flags=re.S
        ),
    )
    out = filled(content, data(3))
    sheet = opened(out)["Biểu"]
    assert [sheet["A4"].value, sheet["A5"].value] == ["=B4*2", "=B5*2"]
    values = openpyxl.load_workbook(io.BytesIO(out), data_only=True)["Biểu"]
    assert [values["A4"].value, values["A5"].value] == [8, 10]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=A1+A2*2^2-50%", 12.5),
        ("=-A1", -1),
        ('=IF(A1>2,"có","không")', "không"),
        ("=A1/A9", "#DIV/0!"),
        ("=IFERROR(A1/A9,0)", 0),
        ("=AVERAGE(A1:A3)", 2),
        ("=COUNTA(A1:A9)", 3),
        ("=MAX(A1:A9)-MIN(A1:A9)", 2),
        ("=ROUND(A3/A2,2)", 0.67),
        ("=A1=1", True),
        ('="Kỳ "&A1', "Kỳ 1"),
        ("=VLOOKUP(1,A1:A3,1)", None),
        ("=C5", None),
        ("=TODAY()", None),
    ],
)
def test_a_value_stands_beside_a_formula_only_where_it_is_right(formula, value):
    content = small({"A1": 1, "A2": 3, "A3": 2, "B1": "{{ky}}", "C5": formula})
    found = openpyxl.load_workbook(io.BytesIO(filled(content, data(0))), data_only=True)["Biểu"]["C5"].value
    assert found == (pytest.approx(value) if isinstance(value, float) else value)


# ---- any number of rows


@settings(max_examples=60)
@given(
    counts=st.lists(st.integers(0, 12), min_size=1, max_size=4),
    gaps=st.lists(st.integers(1, 4), min_size=4, max_size=4),
)
def test_everything_below_stays_in_order_whatever_repeats_how_often(counts, gaps):
    book = openpyxl.Workbook()
    sheet, row, blocks = book.active, 1, {}
    for place, count in enumerate(counts):
        for gap in range(gaps[place]):
            sheet.cell(row, 1, f"giữ {place}.{gap}")
            row += 1
        table = "chu_the" if place % 2 else "san_pham"
        sheet.cell(row, 1, f"{{{{{table}.ten}}}}")
        sheet.cell(row, 2, 1)
        blocks[row] = (table, count)
        row += 1
        sheet.cell(row, 1, f"=SUM(B{row - 1}:B{row - 1})")
        row += 1
    sheet.cell(row, 1, "cuối")
    counted = {"san_pham": counts[0], "chu_the": counts[1] if len(counts) > 1 else 0}
    rows = {table: [{"ten": Value(f"{table} {n}")} for n in range(count)] for table, count in counted.items()}
    made = openpyxl.load_workbook(io.BytesIO(filled(saved(book), Data({}, rows))), data_only=True).active
    expected: list[object] = []
    for place in range(len(counts)):
        expected += [f"giữ {place}.{gap}" for gap in range(gaps[place])]
        table = "chu_the" if place % 2 else "san_pham"
        expected += [record["ten"].value for record in rows[table]] or [None]
        expected.append(max(counted[table], 1))
    expected.append("cuối")
    assert [made.cell(number, 1).value for number in range(1, made.max_row + 1)] == expected


# ---- mistakes


def found_in(content: bytes) -> list[tuple[str, str]]:
    return [(mistake.cell, mistake.words) for mistake in mistakes(Form(content, VOCABULARY))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{san_pham.tenn}}", "Có phải ý ông/bà là {{san_pham.ten}}"),
        ("{{san_pham.ten_san_pham}}", "{{san_pham.ten}}"),
        ("{{xyz}}", "Xem danh sách ký hiệu"),
        ("{{san_pham.khong_co}}", "Xem danh sách ký hiệu"),
        ("{{ky", "Ngoặc ở “{{ky” chưa đủ"),
        ("{{ky}", "chưa đủ"),
        ("ky}}", "chưa đủ"),
        ("{{}}", "chưa đủ"),
        ("{{chi_tieu.1.1.sai}}", "Không có ký hiệu {{chi_tieu.1.1.sai}}"),
        ('="Kỳ {{ky}}"', "Ký hiệu trong công thức không được điền"),
    ],
)
def test_a_mistake_is_told_with_its_cell_and_what_to_do(text, words):
    ((cell, told),) = found_in(small({"A1": "{{ky}}", "C4": text}))
    assert cell == "C4"
    assert words in told


def test_every_mistake_is_told_at_once():
    content = small({"A1": "{{a_b_c}}", "B2": "{{ky", "A5": "{{san_pham.ten}}", "B5": "{{chu_the.ten}}"})
    assert [cell for cell, _words in found_in(content)] == ["A1", "B2", "B5"]


def test_a_form_without_placeholders_is_no_form():
    assert "không có gì để điền" in found_in(small({"A1": "x"}))[0][1]


def test_two_rows_of_one_table_below_each_other_are_refused():
    ((cell, words),) = found_in(small({"A5": "{{san_pham.ten}}", "A6": "{{san_pham.sao}}"}))
    assert (cell, "Chỉ một dòng được lặp" in words) == ("A6", True)


def _merged(sheet) -> None:
    sheet.merge_cells("B5:B6")


def _table(sheet) -> None:
    for place, title in enumerate(("Một", "Hai"), start=2):
        sheet.cell(4, place, title)
    sheet.add_table(Table(displayName="Bang", ref="B4:C6"))


def _titles(sheet) -> None:
    sheet["B9"] = "{{ky}}"
    sheet.add_table(Table(displayName="Bang", ref="B9:B11"))


def _header(sheet) -> None:
    sheet.oddFooter.left.text = "{{ky}}"


def _note(sheet) -> None:
    from openpyxl.comments import Comment

    sheet["B5"].comment = Comment("{{ky}}", "x")


def _many_sheets(sheet) -> None:
    sheet.parent.create_sheet("T2")
    sheet["B9"] = "=SUM(Sheet:T2!A1)"


@pytest.mark.parametrize(
    ("spoil", "cell", "words"),
    [
        (_merged, "B5", "Vùng ô gộp B5:B6 trùm qua dòng lặp"),
        (_table, "B4", "bảng Excel (Table) B4:C6"),
        (_titles, "B9", "Tiêu đề cột của bảng Excel"),
        (_header, "", "chân trang"),
        (_note, "", "ghi chú không được điền"),
        (_many_sheets, "B9", "nhiều trang tính"),
    ],
)
def test_what_cannot_follow_a_repeating_row_is_refused(spoil, cell, words):
    book = openpyxl.Workbook()
    book.active["A5"] = "{{san_pham.ten}}"
    spoil(book.active)
    ((where, told),) = found_in(saved(book))
    assert where == cell
    assert words in told


def test_tables_above_and_below_a_repeating_row_move():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (1, 8):
        sheet.cell(row, 1, f"Cột {row}")
        sheet.cell(row + 1, 1, row)
        sheet.add_table(Table(displayName=f"Bang{row}", ref=f"A{row}:A{row + 1}"))
    sheet["A5"] = "{{san_pham.ten}}"
    sheet["C1"].font = Font(bold=True)
    made = opened(filled(saved(book), data(4))).active
    assert {table.ref for table in made.tables.values()} == {"A1:A2", "A11:A12"}


def test_charts_show_every_copy():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A5"], sheet["B5"] = "{{san_pham.ten}}", "{{san_pham.sao}}"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=5, max_row=5))
    sheet.add_chart(chart, "D7")
    found = parts(filled(saved(book), data(4)))
    (drawn,) = [xml for name, xml in found.items() if name.startswith("xl/charts/chart")]
    assert b"'Sheet'!$B$5:$B$8" in drawn
    anchor = re.search(rb"<(?:xdr:)?from>.*?<(?:xdr:)?row>(\d+)<", found["xl/drawings/drawing1.xml"], re.S)
    assert anchor and int(anchor[1]) == 6 + 3


def test_rules_of_newer_excels_follow_too():
    newer = (
        b'<extLst><ext uri="{78C0D931}" xmlns:x14="urn:x14" xmlns:xm="urn:xm"><x14:conditionalFormattings>'
        b'<x14:conditionalFormatting><x14:cfRule type="expression"><xm:f>$A$5+$A9</xm:f></x14:cfRule>'
        b"<xm:sqref>A5 A9:B9</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>"
        b"</ext></extLst>"
    )
    content = with_part(
        small({"A5": "{{san_pham.ten}}"}),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</worksheet>", newer + b"</worksheet>"),
    )
    xml = parts(filled(content, data(3)))["xl/worksheets/sheet1.xml"]
    assert b"<xm:f>$A$5+$A11</xm:f>" in xml
    assert b"<xm:sqref>A5:A7 A11:B11</xm:sqref>" in xml


def test_a_page_break_below_stays_below():
    book = openpyxl.Workbook()
    book.active["A5"], book.active["A9"] = "{{san_pham.ten}}", "sau"
    book.active.row_breaks.append(Break(id=8))
    made = opened(filled(saved(book), data(3))).active
    assert [one.id for one in made.row_breaks.brk] == [10]


def test_texts_shared_by_cells_are_left_to_the_others():
    """Excel keeps a text once however many cells show it; only the cells with names are written anew."""
    content = shared({"A1": "{{ky}}", "B1": "{{ky}}", "C1": "Giữ", "A2": "Giữ"})
    before, after = parts(content), parts(filled(content, data(0)))
    assert before["xl/sharedStrings.xml"] == after["xl/sharedStrings.xml"]
    sheet = opened(filled(content, data(0))).active
    assert [sheet[cell].value for cell in ("A1", "B1", "C1", "A2")] == ["Năm 2023", "Năm 2023", "Giữ", "Giữ"]


@pytest.mark.parametrize("count", [0, 1, 6])
def test_the_boxes_of_notes_move_with_their_cells(form, count):
    """The box of the note at F9 (row 8, counted from 0) and the row it hangs at."""
    by = max(count, 1) - 1

    def rows(content: bytes) -> tuple[list[int], list[int]]:
        (vml,) = [xml.decode() for name, xml in parts(content).items() if name.endswith(".vml")]
        anchors = re.findall(r"<\w+:Anchor>([^<]*)<", vml)
        heights = [int(numbers.split(",")[6]) - int(numbers.split(",")[2]) for numbers in anchors]
        return sorted(int(row) for row in re.findall(r"<\w+:Row>\s*(\d+)", vml)), heights

    before, after = rows(form), rows(filled(form, data(count)))
    assert before[0] == [5, 8]
    assert after[0] == [5, 8 + by]
    assert after[1] == before[1]


def test_a_placeholder_typed_in_bold_stays_bold():
    book = openpyxl.Workbook()
    book.active["A1"] = CellRichText(TextBlock(InlineFont(b=True), "{{ky}}"))
    made = openpyxl.load_workbook(io.BytesIO(filled(saved(book), data(0))), rich_text=True).active["A1"].value
    assert [(str(run), run.font.b) for run in made] == [("Năm 2023", True)]


def test_a_cell_takes_no_more_text_than_excel_holds():
    content = small({"A1": "{{ky}}", "A2": "x {{ky}} {{ky}} y"})
    sheet = opened(filled(content, Data({"ky": Value("ă" * 30_000)}))).active
    assert len(sheet["A1"].value) == 30_000
    assert 30_000 < len(sheet["A2"].value) <= 32_767
    assert sheet["A2"].value.endswith(" y")


def test_a_signed_form_is_refused():
    content = with_part(small({"A1": "{{ky}}"}), "_xmlsignatures/sig1.xml", lambda _old: b"<Signature/>")
    ((cell, words),) = found_in(content)
    assert (cell, "chữ ký số" in words) == ("", True)


def test_a_pivot_table_beside_a_repeating_row_is_refused():
    relation = (
        b'<Relationships xmlns="urn:r"><Relationship Id="rId9" Target="../pivotTables/pivotTable1.xml" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/pivotTable"/></Relationships>'
    )
    name = "xl/worksheets/_rels/sheet1.xml.rels"
    ((_cell, words),) = found_in(with_part(small({"A1": "{{san_pham.ten}}"}), name, lambda _old: relation))
    assert "PivotTable" in words
    assert found_in(with_part(small({"A1": "{{ky}}"}), name, lambda _old: relation)) == []


def test_a_formula_over_a_range_across_a_repeating_row_is_refused():
    book = openpyxl.Workbook()
    book.active["A5"] = "{{san_pham.ten}}"
    book.active["C4"] = ArrayFormula("C4:C6", "=A4:A6")
    book.active["D7"] = ArrayFormula("D7:D8", "=A7:A8")
    book.active["E9"] = DataTableFormula("E9:E10", dt2D=False, r1="A1")
    assert [(cell, words[:22]) for cell, words in found_in(saved(book))] == [
        ("C4", "Công thức mảng trên vù"),
        ("E9", "Công thức mảng trên vù"),
    ]


def test_a_row_of_formulas_keeps_the_height_it_had():
    content = with_part(
        small({"A1": "{{san_pham.ten}}", "A2": "=COUNTA(A1:A1)"}),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<row r="2"', b'<row r="2" ht="33"'),
    )
    assert opened(filled(content, data(3)))["Biểu"].row_dimensions[4].height == 33


def test_a_small_chart_in_a_repeating_row_is_refused():
    chart = (
        b'<extLst><ext uri="{1}" xmlns:x14="urn:x14" xmlns:xm="urn:xm"><x14:sparklineGroups>'
        b"<x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>Sheet!A5:B5</xm:f><xm:sqref>C5</xm:sqref></x14:sparkline>"
        b"</x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst></worksheet>"
    )
    content = with_part(
        small({"A5": "{{san_pham.ten}}"}),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</worksheet>", chart),
    )
    ((cell, words),) = found_in(content)
    assert (cell, "không được lặp lại" in words) == ("C5", True)


def test_a_workbook_that_never_computed_is_asked_to_in_the_schemas_order():
    content = with_part(golden(), "xl/workbook.xml", lambda xml: re.sub(rb"<calcPr[^>]*/>", b"", xml))
    assert b"calcPr" not in parts(content)["xl/workbook.xml"]
    xml = parts(filled(content, data(2)))["xl/workbook.xml"]
    assert re.search(rb'</definedNames><calcPr fullCalcOnLoad="1"/>', xml)


# ---- text that looks like a formula

BAITS = ['=HYPERLINK("http://x","y")', "+1", "-2", "@SUM(A1)", "\t=1+1"]


def baits(count: int) -> Data:
    """The golden form's data, every name of a product a text that looks like a formula."""
    given = data(count)
    rows = given.rows["san_pham"]
    named = [{**row, "ten": Value(BAITS[place % len(BAITS)])} for place, row in enumerate(rows)]
    return Data(given.single, {**given.rows, "san_pham": named})


def styles_of(content: bytes) -> tuple[int, list[str]]:
    """How many styles of cells the part says it has, and those that it has."""
    xml = parts(content)["xl/styles.xml"].decode()
    found = re.search(r'<cellXfs[^>]*count="(\d+)"[^>]*>(.*?)</cellXfs>', xml, re.DOTALL)
    assert found
    return int(found[1]), re.findall(r"<xf\b[^>]*?(?:/>|>.*?</xf>)", found[2], re.DOTALL)


def test_text_that_looks_like_a_formula_stays_text_when_edited_in_the_forms_own_style(form):
    before, content = opened(form)[FIRST], filled(form, baits(25))
    after = opened(content)[FIRST]
    for place in range(25):
        cell = after.cell(BLOCK + place, 2)
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
        assert str(cell.value).strip() == BAITS[place % len(BAITS)].strip()
        assert _look(cell) == _look(before.cell(BLOCK, 2))
        assert not after.cell(BLOCK + place, 4).quotePrefix, "a day is none"
    (was, old), (count, styles) = styles_of(form), styles_of(content)
    assert count == len(styles) == was + 1, "one copy of one style, however often it is used"
    assert styles[:was] == old
    fewest = styles_of(filled(form, data(25)))
    assert fewest == (was, old), "without such a text nothing is added"


def test_a_form_with_such_texts_opens_in_libreoffice_and_a_second_reader(form, tmp_path):
    out = kept(filled(form, baits(5)), tmp_path)
    assert disagreements_with_libreoffice(out, tmp_path) == []
    rows = CalamineWorkbook.from_path(out).get_sheet_by_name(FIRST).to_python(skip_empty_area=False)
    assert [str(row[1]).strip() for row in rows[BLOCK - 1 : BLOCK + 4]] == [bait.strip() for bait in BAITS]


def test_each_style_of_such_a_text_is_copied_once_and_a_marked_one_is_used_as_it_is():
    book = openpyxl.Workbook()
    sheet = book.active
    for address, bold in (("A1", True), ("A2", True), ("A3", False)):
        sheet[address] = "{{ky}}"
        sheet[address].font = Font(bold=bold)
    sheet["A4"], sheet["A5"], sheet["A6"] = "{{ky}}", "Kỳ {{ky}}", "{{ky}} của {{don_vi}}"
    sheet["A4"].quotePrefix = True
    content = saved(book)
    made = filled(content, Data({"ky": Value("=1+1"), "don_vi": Value("huyện")}, {}))
    after = opened(made).active
    assert [bool(after[f"A{row}"].quotePrefix) for row in range(1, 7)] == [
        True,
        True,
        True,
        True,
        False,
        True,
    ]
    assert [after[f"A{row}"].font.bold for row in (1, 2, 3)] == [True, True, False]
    assert styles_of(made)[0] == styles_of(content)[0] + 3, "the bold one, the light one, that of A6"


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", xml).replace(b"xmlns=", b"xmlns:x="),
        lambda xml: xml.replace(b"<cellXfs", b"<!-- <cellXfs><xf/> --><cellXfs"),
        lambda xml: re.sub(rb"(<cellXfs[^>]*>)", rb'\1<!-- <xf fontId="9"/> -->', xml),
        lambda xml: re.sub(rb' quotePrefix="\d"', b"", xml),
    ],
)
def test_styles_as_other_programs_write_them_take_the_copy(change):
    content = with_part(small({"A1": "{{ky}}", "A2": "Giữ"}), "xl/styles.xml", change)
    made = filled(content, Data({"ky": Value("=1+1")}, {}))
    cell = opened(made)["Biểu"]["A1"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
    assert not opened(made)["Biểu"]["A2"].quotePrefix


def test_a_form_without_styles_or_with_as_many_as_fit_gets_the_text_all_the_same(monkeypatch):
    given = Data({"ky": Value("=1+1")}, {})
    content = small({"A1": "{{ky}}"})
    without = with_part(content, "xl/styles.xml", lambda _xml: b"<styleSheet/>")
    assert re.search(
        rb'<c r="A1" t="inlineStr"><is>', parts(filled(without, given))["xl/worksheets/sheet1.xml"]
    )
    monkeypatch.setattr("ocop_portal.lib.spreadsheet_forms.styles.MOST", styles_of(content)[0])
    made = filled(content, given)
    assert opened(made)["Biểu"]["A1"].value == "=1+1"
    assert styles_of(made) == styles_of(content)
