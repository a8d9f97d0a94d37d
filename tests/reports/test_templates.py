"""An office's own form: uploaded once, shared with the units below, filled from any report's figures."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Role
from areas.models import UnitProfile
from ocop_portal.lib import clock, files, periods
from reports import compiling, filling, freezing, placeholders, tables, templating
from reports.catalogue import KINDS, compile_report
from reports.models import Run, Template
from tests import office_forms
from tests.factories import make_user
from tests.office_forms import SIMPLE, make_template, small, uploaded

LIST = "/bao-cao/bieu-mau/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def form(year, world, officer) -> Template:
    return make_template(world.district, officer)


def page(form: Template, act: str = "") -> str:
    return f"{LIST}{form.pk}/{act}"


def sent(content: bytes, file_name: str = "bieu-01.xlsx", **fields) -> dict:
    return {"file": SimpleUploadedFile(file_name, content, XLSX), **fields}


def book_of(answer) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def kept_files() -> list[Path]:
    return [path for path in Path(storages["private"].location).rglob("*") if path.is_file()]


# ---- uploading


def test_an_officer_uploads_a_form_and_reads_what_it_asks_for(year, world, officer, client_of):
    client = client_of(officer)
    fields = {
        "name": "Biểu 01 – Sản phẩm",
        "report": "tien-do",
        "area": world.district.pk,
        "note": "Công văn 12",
    }
    answer = client.post(f"{LIST}moi/", sent(small(SIMPLE), **fields), follow=True)
    form = Template.objects.get()
    assert answer.redirect_chain == [(page(form), 302)]
    html = answer.content.decode()
    assert "Đã nhận Biểu 01 – Sản phẩm" in html
    assert "{{san_pham.ten}}" in html
    assert (form.version, form.is_current, form.tables) == (1, True, ["san_pham"])
    entry = AuditEntry.objects.get(act="template.uploaded")
    assert (entry.area, entry.details["sha256"]) == (world.district, form.file_sha256)
    assert Template.objects.get().uploaded_by == officer


def test_the_empty_form_comes_back_as_it_was_sent(form, officer, client_of):
    answer = client_of(officer).get(page(form, "tai-ve/"))
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == form.file_sha256
    assert openpyxl.load_workbook(io.BytesIO(content))["Biểu"]["A5"].value == "{{san_pham.tt}}"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_form_with_mistakes_is_refused_whole_and_nothing_typed_is_lost(year, world, officer, client_of):
    content = small({"A1": "{{don_vy}}", "B2": "{{ky", "C3": "{{san_pham.ten}}", "D3": "{{ho_so.ma}}"})
    fields = {
        "name": "Biểu còn lỗi",
        "report": "tien-do",
        "area": world.district.pk,
        "note": "Theo Công văn 12",
    }
    answer = client_of(officer).post(f"{LIST}moi/", sent(content, **fields))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Biểu mẫu chưa được nhận: có 3 lỗi." in html
    for cell, words in (("A1", "Có phải ý ông/bà là {{don_vi}}"), ("B2", "chưa đủ"), ("D3", "của hai bảng")):
        row = next(row for row in html.split("<tr>") if f'<span class="code">{cell}</span>' in row)
        assert words in row
    assert 'value="Biểu còn lỗi"' in html
    assert "Theo Công văn 12</textarea>" in html
    assert (Template.objects.count(), kept_files()) == (0, [])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "định dạng cũ hoặc được đặt mật khẩu"),
        ("a.xlsm", small(SIMPLE), "không khớp với nội dung"),
        ("a.xlsx", b"PK\x03\x04 x", "hỏng"),
        ("a.xlsx", b"%PDF-1.7", "Không nhận loại tệp này"),
        (
            "a.xlsx",
            office_forms.with_part(small(SIMPLE), "xl/workbook.xml", lambda _old: b"<!DOCTYPE a><a/>"),
            "hỏng",
        ),
        ("a.xlsx", bytes(1), "Không nhận loại tệp này"),
    ],
)
def test_a_file_that_is_no_form_is_refused_in_words(year, world, officer, client_of, name, content, words):
    fields = {"name": "Biểu", "report": "tien-do", "area": world.district.pk}
    html = client_of(officer).post(f"{LIST}moi/", sent(content, name, **fields)).content.decode()
    assert words in html
    assert (Template.objects.count(), kept_files()) == (0, [])


def test_a_form_larger_than_the_limit_is_refused(year, world, officer, client_of, monkeypatch):
    content = office_forms.with_part(
        small(SIMPLE), "xl/media/a.bin", lambda _old: __import__("os").urandom(6 * 1024**2)
    )
    fields = {"name": "Biểu", "report": "tien-do", "area": world.district.pk}
    assert "lớn hơn" in client_of(officer).post(f"{LIST}moi/", sent(content, **fields)).content.decode()


def test_two_forms_in_use_of_one_name_are_refused_in_words(form, world, officer, client_of):
    fields = {"name": "BIỂU 01  thử nghiệm", "report": "tien-do", "area": world.district.pk}
    html = client_of(officer).post(f"{LIST}moi/", sent(small(SIMPLE), **fields)).content.decode()
    assert "Đơn vị đã có biểu mẫu tên này" in html
    assert (Template.objects.count(), len(kept_files())) == (1, 1)


def test_the_database_refuses_it_too(form):
    with pytest.raises(IntegrityError), transaction.atomic():
        Template.objects.create(
            area=form.area,
            report=form.report,
            name=form.name,
            file="x",
            file_size=1,
            uploaded_by=form.uploaded_by,
        )


def test_a_unit_keeps_a_limited_number(form, world, officer, monkeypatch):
    monkeypatch.setattr(templating, "MOST_TEMPLATES", 1)
    with pytest.raises(ValidationError, match="nhiều nhất 1 biểu mẫu"):
        make_template(world.district, officer, "Biểu 02")


@pytest.mark.parametrize(
    "person", ["leader", "council_member", "other_officer", "administrator", "neighbour"]
)
def test_nobody_else_uploads_for_a_unit(request, year, world, person):
    with pytest.raises(PermissionDenied):
        make_template(world.dam_thuy, request.getfixturevalue(person))


def test_a_report_that_is_none_is_refused(year, world, officer):
    with pytest.raises(ValidationError):
        templating.upload(world.district, "khong-co", "Biểu", uploaded(small(SIMPLE)), by=officer)


# ---- who sees it


def test_units_below_use_the_forms_of_those_above(form, world, officer, commune_staff, neighbour, client_of):
    assert form.name in client_of(commune_staff).get(LIST).content.decode()
    answer = client_of(neighbour).post(page(form, "dien/"), {"area": "01501", "period": "2023"})
    assert book_of(answer)["Biểu"]["A1"].value == world.chi_vien.name
    assert client_of(commune_staff).get(page(form, "thay/")).status_code == 403
    assert client_of(commune_staff).post(page(form, "rut/")).status_code == 403


def test_a_units_form_is_not_seen_beside_it(
    year, world, commune_staff, neighbour, officer, other_officer, client_of
):
    form = make_template(world.dam_thuy, commune_staff)
    assert client_of(officer).get(page(form)).status_code == 200
    for person in (neighbour, other_officer):
        assert client_of(person).get(page(form)).status_code == 404
        assert form.name not in client_of(person).get(LIST).content.decode()


def test_a_form_is_filled_with_figures_within_ones_posts_only(form, commune_staff, client_of):
    client = client_of(commune_staff)
    assert client.post(page(form, "dien/"), {"area": "047", "period": "2023"}).status_code == 404
    assert client.get(page(form), {"area": "047", "period": "2023"}).status_code == 404
    assert client.post(page(form, "dien/"), {"area": "01495", "period": "2023-13"}).status_code == 400
    assert not AuditEntry.objects.filter(act="template.filled").exists()


# ---- filling


def test_the_form_says_what_the_report_says(form, world, leader, client_of):
    answer = client_of(leader).post(page(form, "dien/"), {"area": "047", "period": "2023"})
    assert "Bieu-01-thu-nghiem_huyen-trung-khanh_2023.xlsx" in answer["Content-Disposition"]
    sheet = book_of(answer)["Biểu"]
    report = compile_report("tien-do", world.district, periods.parse("2023"))
    rows = report.table("san-pham").records()
    assert len(rows) == 4
    assert [[sheet.cell(5 + n, column).value for column in (1, 2, 3)] for n in range(4)] == [
        [row["tt"], row["ten"], row["sao"]] for row in rows
    ]
    assert sheet["C9"].value == "=SUM(C5:C8)"
    assert (sheet["A1"].value, sheet["A2"].value) == (world.district.name, "Kỳ báo cáo: Năm 2023")
    target = next(row for row in report.table("tong-hop").records() if row["tt"] == "1.1")
    assert sheet["B11"].value == target["luy_ke"] == 1
    entry = AuditEntry.objects.get(act="template.filled")
    assert (entry.actor, entry.area, entry.details["digest"]) == (leader, world.district, report.digest())


def test_the_page_shows_beforehand_what_would_be_printed(form, leader, client_of):
    html = client_of(leader).get(page(form), {"area": "047", "period": "2023"}).content.decode()
    row = next(row for row in html.split("<tr>") if "{{chi_tieu.1.1.luy_ke}}" in row)
    assert '<td data-label="Các ô">B8</td>' in row
    assert "Lũy kế" in row
    assert "Sản phẩm, 4 dòng" in html


def test_a_compiled_report_fills_it_with_its_frozen_figures(form, ask, world, leader, client_of):
    run = ask()
    compiling.compile_run(run.pk)
    before = Run.objects.get(pk=run.pk).snapshot.digest
    office_forms_name = "Tên mới sau khi chốt"
    world.dam_thuy.products.update(name=office_forms_name)
    client = client_of(leader)
    html = client.get(f"/bao-cao/luot/{run.pk}/").content.decode()
    assert f'<option value="{form.pk}">{form.name} – {world.district}</option>' in html
    answer = client.post(f"/bao-cao/luot/{run.pk}/bieu-mau/", {"template": str(form.pk)})
    names = [cell.value for cell in book_of(answer)["Biểu"]["B"][4:8]]
    assert "Hạt dẻ thử nghiệm" in names
    assert office_forms_name not in names
    assert AuditEntry.objects.get(act="template.filled").details["digest"] == before


def test_figures_that_are_no_longer_kept_fill_nothing(form, ask, leader, client_of):
    run = ask()
    compiling.compile_run(run.pk)
    freezing.path_of(Run.objects.get(pk=run.pk).snapshot).unlink()
    answer = client_of(leader).post(f"/bao-cao/luot/{run.pk}/bieu-mau/", {"template": str(form.pk)})
    assert (answer.status_code, "Không điền được biểu mẫu" in answer.content.decode()) == (409, True)
    assert not AuditEntry.objects.filter(act="template.filled").exists()


@pytest.mark.parametrize("chosen", ["", "x", "0", "9" * 30])
def test_a_form_that_is_not_chosen_is_not_found(form, ask, leader, client_of, chosen):
    run = ask()
    compiling.compile_run(run.pk)
    answer = client_of(leader).post(f"/bao-cao/luot/{run.pk}/bieu-mau/", {"template": chosen})
    assert answer.status_code == 404


def test_a_form_of_another_report_does_not_fit_a_run(form, ask, leader, client_of):
    run = ask()
    compiling.compile_run(run.pk)
    Template.objects.update(report="khac")
    client = client_of(leader)
    assert "id_template" not in client.get(f"/bao-cao/luot/{run.pk}/").content.decode()
    assert client.post(f"/bao-cao/luot/{run.pk}/bieu-mau/", {"template": form.pk}).status_code == 404


def test_a_form_older_than_the_reports_tables_is_told_so_cell_by_cell(form, leader, client_of, monkeypatch):
    known = placeholders.vocabulary

    def changed(report):
        words = known(report)
        return type(words)(words.single, {**words.rows, "san_pham": {"tt": "TT", "ten": "Tên"}}, words.keyed)

    monkeypatch.setattr(placeholders, "vocabulary", changed)
    answer = client_of(leader).post(page(form, "dien/"), {"area": "047", "period": "2023"})
    assert answer.status_code == 409
    assert '<span class="code">C5</span>' in answer.content.decode()


def test_a_form_whose_file_is_gone_says_so(form, leader, client_of):
    storages["private"].delete(form.file)
    client = client_of(leader)
    answer = client.post(page(form, "dien/"), {"area": "047", "period": "2023"})
    assert (answer.status_code, "không còn được lưu" in answer.content.decode()) == (409, True)
    assert client.get(page(form, "tai-ve/")).status_code == 404


def test_every_name_that_is_listed_can_be_filled(year, world):
    report = compile_report("tien-do", world.district, periods.parse("2023"))
    words, given = placeholders.vocabulary(report), placeholders.data(report, world.district)
    totals = {name for name in words.single if ".tong." in name}
    assert totals
    assert set(words.single) <= set(given.single) | totals
    for table, columns in words.rows.items():
        assert all(set(row) == set(columns) for row in given.rows[table])
    assert given.single["kinh_phi.tong.ke_hoach"].value == report.table("kinh-phi").totals[3]


def test_the_head_of_a_paper_comes_from_the_units_profile(year, world):
    UnitProfile.objects.filter(area=world.district).delete()
    profile = UnitProfile.objects.create(
        area=world.district, issuing_body="ỦY BAN NHÂN DÂN", superior_body="TỈNH", place="Trùng Khánh"
    )
    profile.signers.create(full_name="Người Ký Thử", head_position="CHỦ TỊCH", is_default=True)
    report = compile_report("tien-do", world.district, periods.parse("2023-Q1"))
    single = placeholders.data(report, world.district).single
    names = ("co_quan", "cap_tren", "dia_danh", "nguoi_ky", "chuc_vu_ky")
    head = ["ỦY BAN NHÂN DÂN", "TỈNH", "Trùng Khánh", "Người Ký Thử", "CHỦ TỊCH"]
    assert [single[name].value for name in names] == head
    assert (single["tu_ngay"].value, single["den_ngay"].value) == (date(2023, 1, 1), date(2023, 3, 31))
    assert single["ngay_lap"].value == clock.today() == date(2023, 12, 29)
    assert single["ngay_lap_bang_chu"].value == "ngày 29 tháng 12 năm 2023"
    assert (single["nam"].value, single["ky"].value) == ("2023", "Quý I năm 2023")


def test_of_two_targets_with_one_label_the_first_counts():
    columns = (tables.Column("tt", "TT"), tables.Column("luy_ke", "Lũy kế", "decimal"))
    rows = (("II. ", 1), ("", 2), ("ii", 3), ("1.a", 4))
    table = tables.Table("tong-hop", "Tổng hợp", columns, rows)
    report = tables.Report("x", "X", "047", "Huyện", "2023", "Năm 2023", date(2023, 12, 29), (table,))
    found = dict(placeholders._targets(report))
    assert {name: value.value for name, value in found.items() if name.endswith("luy_ke")} == {
        "chi_tieu.ii.luy_ke": 1,
        "chi_tieu.1.a.luy_ke": 4,
    }


def test_names_are_folded_whatever_a_table_calls_its_columns(world):
    columns = (tables.Column("TT", "TT"), tables.Column("Sao-3", "3 sao", "integer", total="sum"))
    table = tables.with_totals(tables.Table("San-Pham-Sao", "Theo sao", columns, (("1", 4), ("2", 5))))
    report = tables.Report("x", "X", "047", "Huyện", "2023", "Năm 2023", date(2023, 12, 29), (table,))
    words, given = placeholders.vocabulary(report), placeholders.data(report, world.district)
    (name,) = words.rows
    assert words.meaning(f"{name}.sao_3") == "3 sao"
    assert [row["sao_3"].value for row in given.rows[name]] == [4, 5]
    assert given.single[f"{name}.tong.sao_3"].value == 9


# ---- versions


def test_a_new_version_takes_the_place_of_the_old_one(form, world, officer, leader, client_of):
    client = client_of(officer)
    answer = client.post(page(form, "thay/"), sent(small({"B2": "{{ky}}"}), note="Bản sửa"), follow=True)
    newer = Template.objects.current().get()
    form.refresh_from_db()
    assert answer.redirect_chain == [(page(newer), 302)]
    assert (newer.version, newer.replaces, newer.name, form.ended_by) == (2, form, form.name, officer)
    assert "phiên bản 1" in answer.content.decode()
    assert "Đang dùng bản mới hơn" in client.get(page(form)).content.decode()
    assert b"".join(client_of(leader).get(page(form, "tai-ve/")).streaming_content)
    assert client_of(leader).post(page(form, "dien/"), {"area": "047", "period": "2023"}).status_code == 403
    assert client.get(page(form, "thay/")).status_code == 403
    assert AuditEntry.objects.filter(act="template.replaced").count() == 1


def test_a_version_with_mistakes_leaves_the_old_one_in_use(form, officer, client_of):
    html = client_of(officer).post(page(form, "thay/"), sent(small({"B2": "{{sai}}"}))).content.decode()
    assert "có 1 lỗi" in html
    assert Template.objects.current().get() == form
    assert len(kept_files()) == 1


def test_who_is_second_to_replace_is_told_and_leaves_nothing(form, officer):
    stale = Template.objects.get(pk=form.pk)
    templating.replace(form, uploaded(small({"B2": "{{ky}}"})), by=officer)
    with pytest.raises(PermissionDenied, match="vừa được người khác"):
        templating.replace(stale, uploaded(small({"B3": "{{ky}}"})), by=officer)
    assert (Template.objects.count(), len(kept_files())) == (2, 2)


def test_a_withdrawn_form_is_read_and_no_longer_filled(form, officer, leader, client_of):
    client = client_of(officer)
    assert client.post(page(form, "rut/")).url == LIST
    assert f">{form.name}</a>" not in client.get(LIST).content.decode()
    assert "Đã rút" in client.get(LIST, {"state": "all"}).content.decode()
    assert client_of(leader).get(page(form)).status_code == 200
    assert client_of(leader).post(page(form, "dien/"), {"area": "047", "period": "2023"}).status_code == 403
    assert client.post(page(form, "rut/")).status_code == 403
    make_template(form.area, officer, form.name)  # the name is free again


# ---- list, names, examples


def test_the_list_is_narrowed_by_words_report_and_unit(form, world, officer, commune_staff, client_of):
    make_template(world.dam_thuy, commune_staff, "Biểu của xã")
    client = client_of(officer)

    def shown(**query) -> set[str]:
        html = client.get(LIST, query).content.decode()
        return {name for name in ("Biểu 01 thử nghiệm", "Biểu của xã") if f">{name}</a>" in html}

    assert shown() == {"Biểu 01 thử nghiệm", "Biểu của xã"}
    assert shown(q="bieu xa") == {"Biểu của xã"}
    assert shown(area=world.district.pk) == {"Biểu 01 thử nghiệm"}
    assert shown(report="tien-do") == {"Biểu 01 thử nghiệm", "Biểu của xã"}
    assert shown(report="la") == set()


@pytest.mark.parametrize(("path", "statements"), [(LIST, 7), ("{form}", 39), ("/bao-cao/luot/{run}/", 11)])
def test_the_number_of_statements_does_not_grow_with_the_forms(
    form, ask, world, officer, leader, client_of, django_assert_num_queries, path, statements
):
    run = ask()
    compiling.compile_run(run.pk)
    address = path.format(form=page(form), run=run.pk)
    client = client_of(leader)
    with django_assert_num_queries(statements):
        client.get(address)
    for place in (2, 3):
        make_template(world.district, officer, f"Biểu 0{place}")
    with django_assert_num_queries(statements):
        client.get(address)


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_placeholder_of_a_report_is_listed_with_its_meaning(year, world, officer, client_of, code):
    answer = client_of(officer).get(f"{LIST}ky-hieu/", {"bao-cao": code})
    html = answer.content.decode()
    words = placeholders.vocabulary(compile_report(code, world.district, periods.parse("2023")))
    for name in words.single:
        assert f"{{{{{name}}}}}" in html
    for table, columns in words.rows.items():
        assert all(f"{{{{{table}.{column}}}}}" in html for column in columns)
    assert client_of(officer).get(f"{LIST}ky-hieu/?bao-cao=la").status_code == 404


@pytest.mark.parametrize("code", sorted(KINDS))
def test_the_example_is_a_form_that_fills_itself(year, world, officer, client_of, code):
    answer = client_of(officer).get(f"{LIST}vi-du/{code}/")
    content = b"".join(answer.streaming_content)
    form = templating.upload(world.district, code, "Ví dụ", uploaded(content), by=officer)
    report = compile_report(code, world.district, periods.parse("2023"))
    book = openpyxl.load_workbook(io.BytesIO(filling.filled(form, report, world.district)))
    assert book.sheetnames == [table.title for table in report.tables]
    for table in report.tables:
        sheet = book[table.title]
        titles = [column.title for column in table.columns]
        head = next(
            row[0].row for row in sheet.iter_rows() if [cell.value for cell in row][: len(titles)] == titles
        )
        for place, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row, start=1):
                if table.columns[column - 1].key != "lien_ket":
                    assert _read(sheet.cell(head + place, column).value) == _read(cell)
    assert "{{" not in str([cell.value for sheet in book for row in sheet.iter_rows() for cell in row])


def _read(value: object) -> object:
    if hasattr(value, "date"):
        return value.date()
    if isinstance(value, str | date) or value is None:
        return value or None
    return pytest.approx(float(value))


def test_a_person_without_a_reading_post_finds_no_names(world, council_member, client_of):
    client = client_of(council_member)
    assert client.get(f"{LIST}ky-hieu/").status_code == 404
    assert client.get(f"{LIST}vi-du/tien-do/").status_code == 404
    assert client.get(f"{LIST}moi/").status_code == 403


def test_the_kinds_of_files_are_taken_by_content(year):
    upload = uploaded(small(SIMPLE))
    assert (upload.kind, upload.content_type) == ("xlsx", files.KINDS["xlsx"].content_type)


def test_somebody_new_sees_what_to_do_first(world, client_of):
    html = client_of(make_user("moi", Role.OFFICER, world.district)).get(LIST).content.decode()
    assert "Chưa có biểu mẫu" in html
    assert f'href="{LIST}moi/"' in html
