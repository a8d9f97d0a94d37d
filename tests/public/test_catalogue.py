"""The catalogue: who is in it, how it is searched, and what it never shows."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from ratings.models import Recognition, RecognitionEvent
from tests.factories import make_enterprise, make_group, make_kind, make_product

CATALOGUE = "/san-pham/"


def names(client, query: str = "") -> list[str]:
    """The products that page and API list for a query: both always the same."""
    page = [entry.product.name for entry in client.get(CATALOGUE + query).context["entries"]]
    api = [row["name"] for row in client.get("/api/san-pham/" + query).json()["results"]]
    assert page == api
    return page


def end(recognition: Recognition, kind: str, on: date) -> None:
    RecognitionEvent.objects.create(recognition=recognition, kind=kind, on=on)


def test_only_products_that_hold_or_held_a_recognition_are_shown(visitor, recognise, world):
    recognise("Mật ong")
    recognise("Hạt dẻ cũ", signed_on=date(2019, 5, 1))
    make_product(world.dam_thuy, name="Chưa công nhận")
    assert names(visitor) == ["Hạt dẻ cũ", "Mật ong"]
    rows = {row["name"]: row for row in visitor.get("/api/san-pham/").json()["results"]}
    assert (rows["Mật ong"]["state"], rows["Mật ong"]["stars"]) == ("in_force", 3)
    assert (rows["Hạt dẻ cũ"]["state"], rows["Hạt dẻ cũ"]["stars"]) == ("expired", None)


def test_a_product_recognised_tomorrow_is_not_there_today(visitor, recognise):
    recognise(signed_on=date(2023, 12, 30))
    assert names(visitor) == []


@pytest.mark.parametrize(
    "typed",
    ["ruou ngo", "Rượu ngô", unicodedata.normalize("NFD", "Rượu ngô"), "RƯỢU  NGÔ", "ngo ruou", "Đàm Thủy"],
)
def test_search_takes_any_spelling_of_product_or_producer(visitor, recognise, world, typed):
    maker = make_enterprise(world.dam_thuy, name="Hợp tác xã Đàm Thuỷ")
    recognise(product=make_product(world.dam_thuy, maker, name="Rượu ngô Bản Giốc"))
    recognise("Mật ong", area=world.chi_vien)
    assert names(visitor, f"?q={typed}") == ["Rượu ngô Bản Giốc"]


def test_stars_are_those_in_force(visitor, recognise):
    recognise("Ba sao", 3)
    recognise("Bốn sao", 4)
    recognise("Năm sao đã hết hạn", 5, signed_on=date(2020, 1, 1))
    first = recognise("Nâng hạng", 3, signed_on=date(2022, 1, 1))
    recognise(stars=4, product=first.product, kind="upgrade")
    end(first, "superseded", date(2023, 10, 1))
    assert names(visitor, "?sao=4") == ["Bốn sao", "Nâng hạng"]
    assert names(visitor, "?sao=3&sao=4") == ["Ba sao", "Bốn sao", "Nâng hạng"]
    assert names(visitor, "?sao=5") == []


def test_groups_are_sectors_groups_or_sets(visitor, recognise):
    drink = make_group("QD26-14", "Rượu trắng", "II")
    food = make_group("QD26-01", "Rau, củ, quả", "I")
    recognise("Rượu", group=drink)
    recognise("Rau", group=food)
    assert names(visitor, "?nhom=II") == ["Rượu"]
    assert names(visitor, "?nhom=ii") == ["Rượu"]
    assert names(visitor, "?nhom=II.1") == ["Rượu"]
    assert names(visitor, "?nhom=QD26-01") == ["Rau"]


def test_communes_are_those_of_the_day_or_of_a_year(visitor, recognise, world, settings):
    recognise("Của Đàm Thuỷ", area=world.dam_thuy)
    recognise("Của Chí Viễn", area=world.chi_vien)
    recognise("Của Trà Lĩnh", area=world.tra_linh)
    assert names(visitor, "?xa=01501") == ["Của Chí Viễn"]
    settings.OCOP_TODAY = date(2026, 11, 23)
    assert names(visitor, "?xa=01501") == ["Của Chí Viễn", "Của Đàm Thuỷ"]
    assert names(visitor, "?xa=01501@2023") == ["Của Chí Viễn"]
    assert names(visitor, "?xa=01495") == []


@pytest.mark.parametrize("query", ["?sao=9", "?sao=x", "?nhom=XX", "?xa=99999", "?xa=01501@nam", "?q=!!!"])
def test_an_unknown_value_gives_an_empty_result(visitor, recognise, query):
    recognise()
    assert names(visitor, query) == []
    assert "Không có sản phẩm phù hợp" in visitor.get(CATALOGUE + query).content.decode()


def test_filters_narrow_together(visitor, recognise):
    recognise("Rượu ngô", 3)
    recognise("Rượu gạo", 4)
    assert names(visitor, "?q=ruou&sao=4") == ["Rượu gạo"]


def test_orders(visitor, recognise):
    recognise("A", 3, signed_on=date(2023, 1, 1))
    recognise("Ă", 4, signed_on=date(2023, 3, 1))
    recognise("Â", 3, signed_on=date(2023, 2, 1))
    assert names(visitor) == ["A", "Ă", "Â"]
    assert names(visitor, "?sort=moi") == ["Ă", "Â", "A"]
    assert names(visitor, "?sort=sao") == ["Ă", "A", "Â"]
    assert names(visitor, "?sort=rubbish") == ["A", "Ă", "Â"]


def test_pages(visitor, recognise):
    for number in range(25):
        recognise(f"Sản phẩm {number:02}")
    page = visitor.get(CATALOGUE + "?q=san+pham&page=2")
    assert [entry.product.name for entry in page.context["entries"]] == ["Sản phẩm 24"]
    assert "25 sản phẩm" in page.content.decode()
    assert visitor.get("/api/san-pham/").json()["count"] == 25


def test_the_interface_says_everything_public_of_a_product(visitor, recognise, world):
    maker = make_enterprise(world.dam_thuy, name="HTX Bản Giốc")
    product = make_product(world.dam_thuy, maker, name="Rượu ngô")
    recognition = recognise(product=product)
    answer = visitor.get("/api/san-pham/").json()
    assert {key: answer[key] for key in ("as_of", "count", "page", "pages", "errors")} == {
        "as_of": "2023-12-29",
        "count": 1,
        "page": 1,
        "pages": 1,
        "errors": {},
    }
    assert answer["results"] == [
        {
            "slug": "ruou-ngo",
            "name": "Rượu ngô",
            "code": None,
            "url": "http://127.0.0.1:8000/san-pham/ruou-ngo/",
            "stars": 3,
            "state": "in_force",
            "last_stars": 3,
            "recognised_on": "2023-10-01",
            "recognised_in": 2023,
            "valid_until": "2026-10-01",
            "decision": recognition.decision.number,
            "issuing_body": "UBND huyện Trùng Khánh",
            "group": {"code": "QD26-14", "name": "Rượu trắng"},
            "commune": {"code": "01495", "name": "Xã Đàm Thuỷ"},
            "producers": ["HTX Bản Giốc"],
        }
    ]


@trying(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    values=st.fixed_dictionaries(
        {name: st.text(max_size=30) for name in ("q", "sao", "nhom", "xa", "sort", "page")}
    )
)
def test_whatever_is_asked_gets_a_page(visitor, world, values):
    assert visitor.get(CATALOGUE, values).status_code == 200
    assert visitor.get("/api/san-pham/", values).status_code == 200
    assert visitor.get("/tra-cuu/", {"ma": values["q"]}).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [(CATALOGUE, 9), ("/api/san-pham/", 7)])
def test_no_row_asks_the_database_for_more(
    visitor, recognise, django_assert_num_queries, number, path, queries
):
    for place in range(number):
        recognise(f"Sản phẩm {place}")
    with django_assert_num_queries(queries):
        visitor.get(path)


def test_a_name_with_markup_is_only_text(visitor, recognise, world):
    maker = make_enterprise(world.dam_thuy, name="HTX <script>alert(1)</script>", kind=make_kind())
    product = make_product(world.dam_thuy, maker, name="<img src=x onerror=alert(2)>", story="<b>đậm</b>")
    recognition = recognise(product=product)
    for path in [
        "/",
        CATALOGUE,
        f"{CATALOGUE}{product.slug}/",
        f"/chung-nhan/{recognition.certificate_code}/",
        f"{CATALOGUE}?q=%22%3E%3Cscript%3Ealert(3)%3C/script%3E",
        "/chung-nhan/%3Cscript%3Ealert(4)/",
        "/tra-cuu/?ma=%3Cscript%3Ealert(5)",
    ]:
        text = visitor.get(path).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<b>đậm" not in text
