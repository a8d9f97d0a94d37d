"""Commune staff enter and change products with their organisations and variants; nobody outside sees them."""

import csv
import io
import unicodedata
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from products import registering
from products.models import Product
from tests.factories import make_enterprise, make_group, make_product

pytestmark = pytest.mark.django_db
LIST, CREATE = "/quan-ly/san-pham/", "/quan-ly/san-pham/them/"


def typed(world, lead, **changes):
    fields = {
        "name": "Rượu ngô Bản Giốc",
        "group": make_group().pk,
        "area": world.dam_thuy.pk,
        "lead": lead.pk,
        "variants": "20°\n30°\n\n 20° ",
        "story": "Nấu từ ngô bản địa.",
        "form_token": str(uuid4()),
    }
    return {**fields, **changes}


def shown(response) -> list[list[str]]:
    return [[cell.words for cell in row] for row in response.context["listed"].rows]


def csv_rows(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def names_of(product) -> tuple[list[str], list[str]]:
    return [maker.name for maker in product.makers], [variant.name for variant in product.variants.all()]


@pytest.fixture
def staff(commune_staff, client_of):
    return client_of(commune_staff)


@pytest.fixture
def lead(world):
    return make_enterprise(world.dam_thuy, name="HTX Đứng Tên")


@pytest.fixture
def other(world):
    return make_enterprise(world.dam_thuy, name="HTX Cùng Làm")


def test_from_entering_to_the_files(world, staff, lead, other):
    entered = staff.post(CREATE, typed(world, lead, others=[other.pk, lead.pk]))
    made = Product.objects.get()
    assert entered.url == f"/quan-ly/san-pham/{made.pk}/"
    assert names_of(made) == (["HTX Đứng Tên", "HTX Cùng Làm"], ["20°", "30°"])
    page = staff.get(made.get_absolute_url()).content.decode()
    assert [words in page for words in ["HTX Cùng Làm", "30°", "Nấu từ ngô bản địa."]] == [True, True, True]
    row = [
        "Rượu ngô Bản Giốc",
        "–",
        "Đồ uống có cồn – Rượu trắng",
        "HTX Đứng Tên; HTX Cùng Làm",
        "Xã Đàm Thuỷ",
    ]
    assert shown(staff.get(LIST)) == [row]
    assert csv_rows(staff.get(LIST, {"xuat": "csv"}))[1:] == [["1", row[0], "", *row[2:]]]
    book = load_workbook(io.BytesIO(b"".join(staff.get(LIST, {"xuat": "xlsx"}).streaming_content)))
    assert list(book.active.iter_rows(min_row=2, values_only=True)) == [(1, row[0], None, *row[2:])]


def test_a_change_is_told_with_old_and_new(world, staff, lead, other):
    staff.post(CREATE, typed(world, lead))
    made = Product.objects.get()
    change = typed(world, other, others=[lead.pk], variants="30°\n40°", version=1)
    assert staff.post(f"{made.get_absolute_url()}sua/", change).status_code == 302
    assert names_of(Product.objects.get()) == (["HTX Cùng Làm", "HTX Đứng Tên"], ["30°", "40°"])
    assert AuditEntry.objects.get(act="product.changed").details == {
        "changes": {
            "enterprises": ["HTX Đứng Tên", "HTX Cùng Làm, HTX Đứng Tên"],
            "variants": ["20°, 30°", "30°, 40°"],
        }
    }
    assert "HTX Đứng Tên → HTX Cùng Làm, HTX Đứng Tên" in staff.get(made.get_absolute_url()).content.decode()
    assert staff.post(f"{made.get_absolute_url()}sua/", change).status_code == 302
    assert AuditEntry.objects.filter(act="product.changed").count() == 1


def test_the_second_of_two_editors_is_told_and_keeps_the_text(world, staff, client_of, officer, lead):
    product = make_product(world.dam_thuy, lead, name="Tên cũ")
    address = f"{product.get_absolute_url()}sua/"
    client_of(officer).post(address, typed(world, lead, name="Tên của huyện", version=1))
    late = staff.post(address, typed(world, lead, name="Tên của tôi", version=1))
    page = late.content.decode()
    assert late.status_code == 409
    told = ["Cán bộ huyện Trùng Khánh", "Tên của huyện", "Tên của tôi"]
    assert [words in page for words in told] == [True, True, True]
    assert names_of(Product.objects.get(name="Tên của huyện"))[1] == ["20°", "30°"]
    again = typed(world, lead, name="Tên của tôi", version=late.context["form"]["version"].value())
    assert [staff.post(address, again).status_code, Product.objects.get().name] == [302, "Tên của tôi"]


def test_pressing_twice_enters_one_product(world, staff, lead):
    fields = typed(world, lead)
    sent = [staff.post(CREATE, fields).url for _ in range(2)]
    assert sent == [Product.objects.get().get_absolute_url()] * 2
    assert AuditEntry.objects.filter(act="product.registered").count() == 1


def test_a_product_of_the_same_organisation_and_name_is_not_entered_beside_it(world, staff, lead, other):
    staff.post(CREATE, typed(world, lead))
    again = staff.post(CREATE, typed(world, lead, name="RƯỢU NGÔ  bản giốc"))
    assert "HTX Đứng Tên đã có sản phẩm mang tên này." in again.content.decode()
    assert "Nấu từ ngô bản địa." in again.content.decode()
    assert Product.objects.count() == 1
    assert staff.post(CREATE, typed(world, lead, name="Rượu ngọ Bản Giốc")).status_code == 302
    assert staff.post(CREATE, typed(world, other)).status_code == 302


def test_one_form_token_is_one_product_for_the_verb_too(world, commune_staff, lead):
    fields = {"name": "Rượu", "group": make_group(), "area": world.dam_thuy, "form_token": uuid4()}
    made = [registering.register(enterprises=[lead], lead=lead, by=commune_staff, **fields) for _ in range(2)]
    assert [made[0], made[1]] == [Product.objects.get()] * 2


def test_the_neighbour_meets_nothing(world, client_of, neighbour, lead):
    product = make_product(world.dam_thuy, lead, name="Tên cũ")
    client, address = client_of(neighbour), product.get_absolute_url()
    change = typed(world, lead, version=1)
    answers = [
        client.get(address),
        client.get(f"{address}sua/"),
        client.post(f"{address}sua/", change),
        client.post(f"{address}anh/"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert [shown(client.get(LIST)), Product.objects.get().name] == [[], "Tên cũ"]


def test_leaders_read_and_change_nothing(world, client_of, leader, lead):
    address = make_product(world.dam_thuy, lead).get_absolute_url()
    client = client_of(leader)
    answers = [client.get(address), client.get(f"{address}sua/"), client.post(f"{address}anh/")]
    answers += [client.get(CREATE), client.post(CREATE, typed(world, lead))]
    assert [answer.status_code for answer in answers] == [200, 403, 403, 403, 403]
    assert ["Cán bộ cấp xã" in answer.content.decode() for answer in answers[1:]] == [True] * 4
    assert [words in answers[0].content.decode() for words in ["/sua/", "/anh/", "san-pham="]] == [False] * 3
    assert Product.objects.count() == 1


def test_visitors_are_asked_to_sign_in(world, visitor, lead):
    address = make_product(world.dam_thuy, lead).get_absolute_url()
    for page in [LIST, CREATE, address, f"{address}sua/"]:
        assert visitor.get(page).url.startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("elsewhere", ["chi_vien", "new_dam_thuy", "district"])
def test_an_area_outside_the_post_or_of_another_day_is_refused(world, staff, lead, elsewhere):
    refused = staff.post(CREATE, typed(world, lead, area=getattr(world, elsewhere).pk))
    assert [list(refused.context["form"].errors), Product.objects.count()] == [["area"], 0]


@pytest.mark.parametrize("elsewhere", ["chi_vien", "new_dam_thuy", "district"])
def test_the_verb_refuses_what_the_form_does_not_offer(world, commune_staff, lead, elsewhere):
    where = {"name": "Rượu", "group": make_group(), "area": getattr(world, elsewhere)}
    with pytest.raises(PermissionDenied):
        registering.register(enterprises=[lead], lead=lead, by=commune_staff, **where)
    assert Product.objects.count() == 0


def test_the_verb_refuses_an_organisation_out_of_sight(world, commune_staff, lead):
    stranger = make_enterprise(world.chi_vien)
    where = {"name": "Rượu", "group": make_group(), "area": world.dam_thuy}
    with pytest.raises(PermissionDenied):
        registering.register(enterprises=[lead, stranger], lead=lead, by=commune_staff, **where)
    assert Product.objects.count() == 0


def test_only_a_subgroup_is_rated(world, staff, lead):
    sector = make_group().parent.parent
    refused = staff.post(CREATE, typed(world, lead, group=sector.pk))
    assert list(refused.context["form"].errors) == ["group"]


def test_a_product_leads_to_its_dossier(world, staff, lead):
    product = make_product(world.dam_thuy, lead)
    link = f"{reverse('ratings:dossier_new')}?san-pham={product.pk}"
    assert f'href="{link}"' in staff.get(product.get_absolute_url()).content.decode()
    assert staff.get(link).context["product"] == product


def test_an_organisation_out_of_sight_cannot_be_chosen(world, staff, lead):
    stranger = make_enterprise(world.chi_vien)
    wrong = [typed(world, stranger), typed(world, lead, others=[stranger.pk])]
    fields = [list(staff.post(CREATE, each).context["form"].errors) for each in wrong]
    assert [fields, Product.objects.count()] == [[["lead"], ["others"]], 0]


def test_a_partner_from_next_door_stays_when_the_own_side_changes_the_name(world, staff, lead):
    partner = make_enterprise(world.chi_vien, name="HTX Nhà Bên")
    product = make_product(world.dam_thuy, lead, partner)
    page = staff.get(product.get_absolute_url()).content.decode()
    assert ["HTX Nhà Bên" in page, partner.get_absolute_url() in page] == [True, False]
    change = typed(world, lead, others=[partner.pk], version=1)
    assert staff.post(f"{product.get_absolute_url()}sua/", change).status_code == 302
    assert names_of(Product.objects.get())[0] == ["HTX Đứng Tên", "HTX Nhà Bên"]


def test_what_the_form_does_not_have_is_ignored_and_a_forged_area_refused(
    world, staff, lead, commune_staff, officer
):
    staff.post(CREATE, typed(world, lead, slug="forged", version=9, stars=5, created_by=officer.pk))
    made = Product.objects.get()
    assert [made.slug, made.version, made.created_by] == ["ruou-ngo-ban-gioc", 1, commune_staff]
    forged = staff.post(CREATE, typed(world, lead, area=world.chi_vien.pk))
    assert list(forged.context["form"].errors) == ["area"]


def test_a_code_belongs_to_one_product(world, staff, lead):
    make_product(world.dam_thuy, lead, code="04-047-01495-01-2023")
    refused = staff.post(CREATE, typed(world, lead, code="04-047-01495-01-2023"))
    assert [refused.status_code, Product.objects.count()] == [200, 1]
    assert "Sản phẩm khác đã có mã này." in refused.content.decode()


def test_a_variant_of_too_many_letters_is_refused(world, staff, lead):
    refused = staff.post(CREATE, typed(world, lead, variants="x" * 151))
    assert [list(refused.context["form"].errors), Product.objects.count()] == [["variants"], 0]


def test_a_pasted_decomposed_name_is_kept_composed_and_html_is_words(world, staff, lead):
    staff.post(CREATE, typed(world, lead, name=unicodedata.normalize("NFD", "Rượu <b>Đàm Thuỷ</b>")))
    made = Product.objects.get()
    assert made.name == "Rượu <b>Đàm Thuỷ</b>"
    assert [len(shown(staff.get(LIST, {"q": q}))) for q in ["dam thuy", "ĐÀM THỦY", "chí viễn"]] == [1, 1, 0]
    for address in [LIST, made.get_absolute_url(), f"{made.get_absolute_url()}sua/"]:
        page = staff.get(address).content.decode()
        assert ["<b>Đàm" in page, "&lt;b&gt;Đàm Thuỷ" in page] == [False, True]


def test_hostile_names_stay_text_in_the_files(world, staff, lead):
    make_product(world.dam_thuy, lead, name="@SUM(A1)")
    assert csv_rows(staff.get(LIST, {"xuat": "csv"}))[1][1] == "'@SUM(A1)"
    book = load_workbook(io.BytesIO(b"".join(staff.get(LIST, {"xuat": "xlsx"}).streaming_content)))
    assert [book.active["B2"].value, book.active["B2"].quotePrefix] == ["@SUM(A1)", True]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["Bánh", "Rượu"]),
        ({"nhom": "I"}, ["Bánh"]),
        ({"nhom": "QD26-14"}, ["Rượu"]),
        ({"nhom": "VII"}, []),
        ({"xa": "01501@2024"}, ["Bánh"]),
        ({"q": "nha ben"}, ["Bánh"]),
        ({"q": "RUOU"}, ["Rượu"]),
        ({"q": "SP-7"}, ["Rượu"]),
        ({"chu_the": "x"}, []),
        ({"sort": "-name"}, ["Rượu", "Bánh"]),
    ],
)
def test_searching_filtering_and_sorting(world, client_of, officer, lead, asked, names):
    make_product(world.dam_thuy, lead, name="Rượu", code="SP-7")
    cakes = make_group("QD26-05", "Đồ ăn nhanh", sector="I")
    make_product(
        world.chi_vien, make_enterprise(world.chi_vien, name="HTX Nhà Bên"), name="Bánh", group=cakes
    )
    assert [row[0] for row in shown(client_of(officer).get(LIST, asked))] == names


def test_the_products_of_one_organisation(world, staff, lead, other):
    make_product(world.dam_thuy, lead, name="A")
    make_product(world.dam_thuy, other, lead, name="B")
    make_product(world.dam_thuy, other, name="C")
    assert [row[0] for row in shown(staff.get(LIST, {"chu_the": lead.pk}))] == ["A", "B"]
    page = staff.get(lead.get_absolute_url())
    assert [product.name for product in page.context["products"]] == ["A", "B"]
    preset = staff.get(CREATE, {"chu_the": lead.pk}).context["form"]
    assert str(preset["lead"].value()) == str(lead.pk)


def test_the_files_hold_the_filtered_list_in_its_order(world, client_of, officer, lead):
    honey = make_group("QD26-04", "Mật ong", sector="I")
    for name, area in [("Ánh", world.dam_thuy), ("Bình", world.chi_vien), ("An", world.dam_thuy)]:
        make_product(area, lead, name=name, group=honey)
    make_product(world.dam_thuy, lead, name="Đông")
    client, asked = client_of(officer), {"nhom": "I", "sort": "-name"}
    page = shown(client.get(LIST, asked))
    assert [row[0] for row in page] == ["Bình", "Ánh", "An"]
    filed = csv_rows(client.get(LIST, {**asked, "xuat": "csv"}))
    book = load_workbook(io.BytesIO(b"".join(client.get(LIST, {**asked, "xuat": "xlsx"}).streaming_content)))
    excel = list(book.active.iter_rows(values_only=True))
    assert list(excel[0]) == filed[0]
    for rows in (filed[1:], excel[1:]):
        assert [[row[1], *row[3:]] for row in rows] == [[row[0], *row[2:]] for row in page]


def test_pages_of_twenty_five(world, staff, lead):
    for number in range(26):
        make_product(world.dam_thuy, lead, name=f"Rượu {number:02}")
    assert [len(shown(staff.get(LIST, {"page": page}))) for page in [1, 2]] == [25, 1]


def test_an_empty_list_says_what_to_do_next(staff):
    assert f'href="{CREATE}"' in staff.get(LIST).content.decode().split('class="empty"')[1]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_the_same_queries_however_long(
    world, staff, lead, other, rows, django_assert_num_queries
):
    for _ in range(rows):
        make_product(world.dam_thuy, lead, other)
    with django_assert_num_queries(10):
        staff.get(LIST)
