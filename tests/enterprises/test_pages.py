"""Commune staff enter and change organisations; everybody else in the area reads; nobody else sees them."""

import csv
import io
import unicodedata
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry, Role
from enterprises.models import Enterprise
from tests.factories import make_enterprise, make_kind, make_product, make_user

pytestmark = pytest.mark.django_db
LIST, CREATE = "/chu-the/", "/chu-the/them/"
CITIZEN = "004087001234"


def typed(world, **changes):
    fields = {
        "name": "Hợp tác xã Bản Giốc",
        "kind": make_kind().pk,
        "area": world.dam_thuy.pk,
        "tax_code": "4800123456",
        "form_token": str(uuid4()),
        "representative": "Bế Thử Nghiệm",
        "registered_on": "5/3/23",
    }
    return {**fields, **changes}


def errors_of(response) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


def shown(response) -> list[list[str]]:
    return [[cell.words for cell in row] for row in response.context["listed"].rows]


@pytest.fixture
def staff(commune_staff, client_of):
    return client_of(commune_staff)


def test_from_entering_to_the_files(world, staff):
    entered = staff.post(CREATE, typed(world), follow=True)
    made = Enterprise.objects.get()
    assert entered.redirect_chain == [(f"/chu-the/{made.pk}/", 302)]
    assert [made.name, made.tax_code, made.area, str(made.registered_on)] == [
        "Hợp tác xã Bản Giốc",
        "4800123456",
        world.dam_thuy,
        "2023-03-05",
    ]
    change = typed(world, name="HTX Bản Giốc", version=made.version)
    assert staff.post(f"/chu-the/{made.pk}/sua/", change).status_code == 302
    listed = staff.get(LIST)
    assert shown(listed) == [
        ["HTX Bản Giốc", "Hợp tác xã", "Xã Đàm Thuỷ", "4800123456", "Bế Thử Nghiệm", "0"]
    ]
    rows = csv_rows(staff.get(LIST, {"xuat": "csv"}))
    assert rows[1:] == [
        ["1", "HTX Bản Giốc", "Hợp tác xã", "Xã Đàm Thuỷ", "4800123456", "Bế Thử Nghiệm", "05/03/2023", "0"]
    ]
    acts = AuditEntry.objects.filter(object_type="enterprises.enterprise").order_by("pk")
    assert [(entry.act, entry.details) for entry in acts] == [
        ("enterprise.registered", {}),
        ("enterprise.changed", {"changes": {"name": ["Hợp tác xã Bản Giốc", "HTX Bản Giốc"]}}),
    ]


def test_nobody_is_registered_in_the_future(world, staff):
    answer = staff.post(CREATE, typed(world, registered_on="30/12/2023"))
    assert errors_of(answer) == {"registered_on": ["Ngày đăng ký không được sau ngày hôm nay."]}
    assert Enterprise.objects.count() == 0


def csv_rows(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def excel_rows(response) -> list[list[object]]:
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("4800 123 456", "4800123456"),
        ("0123456789-001", "0123456789001"),
        (" 004087001234 ", CITIZEN),
        ("4800.123.456", "4800123456"),
    ],
)
def test_a_tax_code_may_be_written_with_spaces_and_dashes(world, staff, written, kept):
    staff.post(CREATE, typed(world, tax_code=written))
    assert Enterprise.objects.get().tax_code == kept


@pytest.mark.parametrize("written", ["480012345", "48001234567", "48001234AB", "01234567890123"])
def test_another_tax_code_is_refused(world, staff, written):
    refused = staff.post(CREATE, typed(world, tax_code=written))
    assert list(errors_of(refused)) == ["tax_code"]
    assert Enterprise.objects.count() == 0


def test_no_tax_code_needs_a_reason(world, staff):
    refused = staff.post(CREATE, typed(world, tax_code=""))
    assert list(errors_of(refused)) == ["no_tax_code_reason"]
    staff.post(CREATE, typed(world, tax_code="", no_tax_code_reason="Tổ hợp tác chưa đăng ký"))
    assert Enterprise.objects.get().no_tax_code_reason == "Tổ hợp tác chưa đăng ký"


def test_a_taken_tax_code_names_its_holder_only_to_who_may_see_it(world, staff):
    make_enterprise(world.dam_thuy, name="Nhà mình", tax_code="4800000001")
    make_enterprise(world.chi_vien, name="Nhà bên", tax_code="4800000002")
    own = errors_of(staff.post(CREATE, typed(world, tax_code="4800000001")))["tax_code"]
    assert ["Nhà mình" in own[0], "Xã Đàm Thuỷ" in own[0]] == [True, True]
    other = staff.post(CREATE, typed(world, tax_code="4800000002"))
    assert list(errors_of(other)) == ["tax_code"]
    assert "Nhà bên" not in other.content.decode()


def test_a_citizens_number_is_whole_on_the_form_only(world, staff):
    household = make_enterprise(world.dam_thuy, tax_code=CITIZEN)
    pages = [staff.get(LIST), staff.get(household.get_absolute_url())]
    assert [CITIZEN in page.content.decode() for page in pages] == [False, False]
    assert ["004******234" in page.content.decode() for page in pages] == [True, True]
    assert csv_rows(staff.get(LIST, {"xuat": "csv"}))[1][4] == "004******234"
    assert excel_rows(staff.get(LIST, {"xuat": "xlsx"}))[1][4] == "004******234"
    assert CITIZEN in staff.get(f"{household.get_absolute_url()}sua/").content.decode()


def test_a_citizens_number_is_found_whole_and_not_digit_by_digit(world, staff):
    make_enterprise(world.dam_thuy, name="Hộ A", tax_code=CITIZEN)
    make_enterprise(world.dam_thuy, name="HTX B", tax_code="0040870012")
    found = [[row[0] for row in shown(staff.get(LIST, {"q": q}))] for q in ["0040870", CITIZEN, "0040 8700"]]
    assert found == [["HTX B"], ["Hộ A"], ["HTX B"]]


def test_the_history_hides_what_is_personal(world, staff):
    private = {"tax_code": CITIZEN, "phone": "0912345678", "representative_sex": "male", "address": ""}
    household = make_enterprise(world.dam_thuy, **private)
    typed_now = typed(
        world,
        name=household.name,
        tax_code="004087009999",
        phone="0987654321",
        representative_sex="female",
        registered_on="",
        version=1,
    )
    staff.post(f"{household.get_absolute_url()}sua/", typed_now)
    assert AuditEntry.objects.get(act="enterprise.changed").details == {
        "changes": {
            "tax_code": ["004******234", "004******999"],
            "phone": ["09******78", "09******21"],
            "representative_sex": ["***", "***"],
        }
    }


def test_pressing_twice_enters_one_organisation(world, staff):
    fields = typed(world)
    first, second = staff.post(CREATE, fields), staff.post(CREATE, fields)
    made = Enterprise.objects.get()
    assert [first.url, second.url] == [made.get_absolute_url()] * 2
    assert AuditEntry.objects.filter(act="enterprise.registered").count() == 1


def test_another_persons_token_opens_nothing(world, staff, client_of, neighbour):
    fields = typed(world)
    staff.post(CREATE, fields)
    refused = client_of(neighbour).post(CREATE, {**fields, "area": world.chi_vien.pk})
    assert list(errors_of(refused)) == ["tax_code"]


def test_the_second_of_two_editors_is_told_and_keeps_the_text(world, staff, client_of, officer):
    enterprise = make_enterprise(world.dam_thuy, name="Tên cũ", tax_code="4800000001", registered_on=None)
    address = f"{enterprise.get_absolute_url()}sua/"
    mine = typed(world, name="Tên của tôi", tax_code="4800000001", registered_on="", version=1)
    client_of(officer).post(address, {**mine, "name": "Tên của huyện"})
    late = staff.post(address, mine)
    page = late.content.decode()
    assert late.status_code == 409
    told = ["Cán bộ huyện Trùng Khánh", "Tên của huyện", "Tên của tôi"]
    assert [words in page for words in told] == [True, True, True]
    assert Enterprise.objects.get().name == "Tên của huyện"
    again = staff.post(address, {**mine, "version": late.context["form"]["version"].value()})
    assert [again.status_code, Enterprise.objects.get().name] == [302, "Tên của tôi"]


def test_the_same_change_sent_twice_is_one(world, staff):
    enterprise = make_enterprise(world.dam_thuy, tax_code="4800000001")
    change = typed(world, tax_code="4800000001", version=1)
    sent = [staff.post(f"{enterprise.get_absolute_url()}sua/", change).status_code for _ in range(2)]
    assert sent == [302, 302]
    assert [Enterprise.objects.get().version, AuditEntry.objects.count()] == [2, 1]


def test_the_neighbour_meets_nothing(world, client_of, neighbour):
    enterprise = make_enterprise(world.dam_thuy, name="Tên cũ")
    client, address = client_of(neighbour), enterprise.get_absolute_url()
    change = typed(world, version=1)
    answers = [client.get(address), client.get(f"{address}sua/"), client.post(f"{address}sua/", change)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert shown(client.get(LIST)) == []
    assert Enterprise.objects.get().name == "Tên cũ"


def test_leaders_read_and_change_nothing(world, client_of, leader):
    enterprise = make_enterprise(world.dam_thuy)
    client, address = client_of(leader), enterprise.get_absolute_url()
    answers = [client.get(address), client.get(f"{address}sua/"), client.get(CREATE), client.post(CREATE)]
    assert [answer.status_code for answer in answers] == [200, 403, 403, 403]
    assert "/sua/" not in answers[0].content.decode()


def test_council_members_and_visitors_get_no_list(world, client_of, council_member, visitor):
    enterprise = make_enterprise(world.dam_thuy)
    assert client_of(council_member).get(enterprise.get_absolute_url()).status_code == 404
    for address in [LIST, CREATE, enterprise.get_absolute_url()]:
        assert visitor.get(address).url.startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("elsewhere", ["chi_vien", "new_dam_thuy", "district"])
def test_a_forged_area_is_refused(world, staff, elsewhere):
    refused = staff.post(CREATE, typed(world, area=getattr(world, elsewhere).pk))
    assert list(errors_of(refused)) == ["area"]
    assert Enterprise.objects.count() == 0


def test_fields_that_the_form_does_not_have_are_ignored(world, staff, commune_staff, officer):
    staff.post(CREATE, typed(world, version=99, created_by=officer.pk, name_norm="x", sort_key="x"))
    made = Enterprise.objects.get()
    assert [made.version, made.created_by, made.name_norm] == [1, commune_staff, "hop tac xa ban gioc"]


def test_a_district_officer_chooses_among_the_districts_communes(world, client_of, officer):
    field = client_of(officer).get(CREATE).context["form"].fields["area"]
    assert [area.name for area in field.queryset] == ["Xã Chí Viễn", "Xã Đàm Thuỷ", "Thị trấn Trà Lĩnh"]


def test_a_pasted_decomposed_name_is_kept_composed_and_found(world, staff):
    staff.post(CREATE, typed(world, name=unicodedata.normalize("NFD", "  Hợp tác xã\u00a0Đàm  Thuỷ ")))
    assert Enterprise.objects.get().name == "Hợp tác xã Đàm Thuỷ"
    assert [len(shown(staff.get(LIST, {"q": q}))) for q in ["dam thuy", "ĐÀM THỦY", "chí viễn"]] == [1, 1, 0]


def test_html_in_names_is_words(world, staff):
    enterprise = make_enterprise(world.dam_thuy, name="<script>alert(1)</script>")
    for address in [LIST, enterprise.get_absolute_url(), f"{enterprise.get_absolute_url()}sua/"]:
        page = staff.get(address).content.decode()
        assert ["<script>alert" in page, "&lt;script&gt;alert" in page] == [False, True]


def test_hostile_text_stays_text_in_the_files(world, staff):
    make_enterprise(world.dam_thuy, name='=HYPERLINK("http://x","y")', representative="+84\u0007")
    row = csv_rows(staff.get(LIST, {"xuat": "csv"}))[1]
    assert [row[1], row[5]] == ['\'=HYPERLINK("http://x","y")', "'+84"]
    book = load_workbook(io.BytesIO(b"".join(staff.get(LIST, {"xuat": "xlsx"}).streaming_content)))
    cell = book.active["B2"]
    assert [cell.value, cell.data_type, cell.quotePrefix] == ['=HYPERLINK("http://x","y")', "s", True]


def test_the_files_hold_the_filtered_list_in_its_order(world, client_of, officer):
    household = make_kind("household", "Hộ kinh doanh", economic=False)
    for name, area, kind in [
        ("Ánh Dương", world.dam_thuy, household),
        ("Bình Minh", world.chi_vien, household),
        ("An Khang", world.dam_thuy, household),
        ("Đông A", world.dam_thuy, make_kind()),
    ]:
        make_enterprise(area, name=name, kind=kind)
    client = client_of(officer)
    asked = {"loai": "household", "sort": "-name"}
    page = shown(client.get(LIST, asked))
    assert [row[0] for row in page] == ["Bình Minh", "Ánh Dương", "An Khang"]
    csv_file = csv_rows(client.get(LIST, {**asked, "xuat": "csv"}))
    excel_file = client.get(LIST, {**asked, "xuat": "xlsx"})
    excel = excel_rows(excel_file)
    assert csv_file[0] == excel[0]
    assert [row[1:6] for row in csv_file[1:]] == [row[:5] for row in page]
    assert 'filename="Chu-the-2023-12-29.xlsx"' in excel_file["Content-Disposition"]
    assert [[str(value) for value in row[1:6]] for row in excel[1:]] == [row[:5] for row in page]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["An", "Bảo", "Chi"]),
        ({"kinh_te": "co"}, ["Bảo"]),
        ({"kinh_te": "khong"}, ["An", "Chi"]),
        ({"xa": "01501@2024"}, ["Chi"]),
        ({"xa": "99999"}, []),
        ({"loai": "unknown"}, []),
        ({"q": "b"}, ["Bảo"]),
        ({"q": "?!"}, []),
        ({"sort": "nonsense"}, ["An", "Bảo", "Chi"]),
        ({"sort": "-products"}, ["Chi", "An", "Bảo"]),
        ({"page": "99"}, ["An", "Bảo", "Chi"]),
    ],
)
def test_searching_filtering_and_sorting(world, client_of, officer, asked, names):
    household = make_kind("household", "Hộ kinh doanh", economic=False)
    make_enterprise(world.dam_thuy, name="An", kind=household)
    make_enterprise(world.dam_thuy, name="Bảo")
    make_product(world.chi_vien, make_enterprise(world.chi_vien, name="Chi", kind=household))
    assert [row[0] for row in shown(client_of(officer).get(LIST, asked))] == names


def test_pages_of_twenty_five(world, staff):
    for number in range(26):
        make_enterprise(world.dam_thuy, name=f"HTX {number:02}")
    assert [len(shown(staff.get(LIST, {"page": page}))) for page in [1, 2]] == [25, 1]


def test_an_empty_list_says_what_to_do_next(world, staff):
    assert f'href="{CREATE}"' in staff.get(LIST).content.decode().split('class="empty"')[1]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_the_same_queries_however_long(world, staff, rows, django_assert_num_queries):
    for _ in range(rows):
        make_product(world.dam_thuy, make_enterprise(world.dam_thuy))
    staff.get(LIST)
    with django_assert_num_queries(8):
        staff.get(LIST)


def test_after_the_merger_the_successor_looks_after_the_old_communes_records(world, client_of, settings):

    enterprise = make_enterprise(world.chi_vien, tax_code="4800000001", registered_on=None)
    settings.OCOP_TODAY = date(2025, 9, 1)
    client = client_of(make_user("xa.damthuy.2026", Role.COMMUNE, world.new_dam_thuy))
    form = client.get(f"{enterprise.get_absolute_url()}sua/").context["form"]
    assert [area.pk for area in form.fields["area"].queryset] == [world.chi_vien.pk, world.new_dam_thuy.pk]
    moved = typed(world, area=world.new_dam_thuy.pk, tax_code="4800000001", version=1)
    assert client.post(f"{enterprise.get_absolute_url()}sua/", moved).status_code == 302
    assert Enterprise.objects.get().area == world.new_dam_thuy


def test_a_post_in_an_ended_commune_reads_its_years_and_changes_nothing(world, staff, settings):
    enterprise = make_enterprise(world.dam_thuy)
    settings.OCOP_TODAY = date(2025, 9, 1)
    answers = [staff.get(enterprise.get_absolute_url()), staff.get(f"{enterprise.get_absolute_url()}sua/")]
    assert [answer.status_code for answer in answers] == [200, 403]
