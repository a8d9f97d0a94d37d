"""A product's page and the check of its certificate."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from products.models import ProductPhoto
from ratings.models import Recognition, RecognitionEvent
from tests.factories import make_decision, make_enterprise, make_product


def page_of(client, recognition: Recognition) -> str:
    return client.get(f"/san-pham/{recognition.product.slug}/").content.decode()


def certificate_of(client, recognition: Recognition) -> str:
    return client.get(f"/chung-nhan/{recognition.certificate_code}/").content.decode()


def test_the_page_tells_star_decision_producers_and_term(visitor, recognise, world):
    makers = [
        make_enterprise(world.dam_thuy, name=name) for name in ("HTX Bản Giốc", "Hộ kinh doanh Thác Bạc")
    ]
    product = make_product(world.dam_thuy, *makers, name="Rượu ngô", story="Nấu từ ngô nương.")
    recognition = recognise(product=product)
    text = page_of(visitor, recognition)
    for said in (
        "3 sao",
        "Còn hiệu lực",
        recognition.decision.number,
        "01/10/2023",
        "01/10/2026",
        "HTX Bản Giốc; Hộ kinh doanh Thác Bạc",
        "Nấu từ ngô nương.",
        "UBND huyện Trùng Khánh",
    ):
        assert said in text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/san-pham/ruou-ngo/">' in text


def test_a_product_without_recognition_has_no_public_page(visitor, world):
    product = make_product(world.dam_thuy)
    assert visitor.get(f"/san-pham/{product.slug}/").status_code == 404


def test_commune_then_and_now(visitor, recognise, settings):
    recognition = recognise()
    assert "Xã Đàm Thủy" not in page_of(visitor, recognition)
    settings.OCOP_TODAY = date(2026, 3, 1)
    text = page_of(visitor, recognition)
    assert "Xã Đàm Thuỷ" in text
    assert "Xã Đàm Thủy" in text


def test_what_an_ended_district_issued_stays_valid(visitor, recognise, settings, world):
    recognition = recognise(decision=make_decision(world.district, issuing_area=world.district))
    settings.OCOP_TODAY = date(2026, 3, 1)
    text = certificate_of(visitor, recognition)
    assert "Còn hiệu lực" in text
    assert "nay không còn; giấy chứng nhận vẫn giữ nguyên giá trị" in text


@pytest.mark.parametrize(
    ("event", "label", "words"),
    [
        ("revoked", "Thu hồi", "Bị thu hồi từ ngày 01/12/2023."),
        ("struck_off", "Đưa ra khỏi danh sách", "Đưa ra khỏi danh sách từ ngày 01/12/2023."),
        ("superseded", "Được thay bằng", "Được thay bằng công nhận sau từ ngày 01/12/2023."),
    ],
)
def test_how_a_recognition_ended_is_said_in_plain_words(visitor, recognise, event, label, words):
    recognition = recognise()
    RecognitionEvent.objects.create(recognition=recognition, kind=event, on=date(2023, 12, 1))
    for text in (page_of(visitor, recognition), certificate_of(visitor, recognition)):
        assert label in text
        assert words in text


def test_a_term_is_over_the_day_after_it_and_may_be_extended(visitor, recognise, settings):
    recognition = recognise(expires_on=date(2023, 12, 29))
    assert "Còn hiệu lực" in certificate_of(visitor, recognition)
    settings.OCOP_TODAY = date(2023, 12, 30)
    assert "Hết hiệu lực" in certificate_of(visitor, recognition)
    RecognitionEvent.objects.create(
        recognition=recognition, kind="extended", on=date(2023, 12, 30), new_expires_on=date(2024, 6, 30)
    )
    text = certificate_of(visitor, recognition)
    assert "Còn hiệu lực" in text
    assert "30/06/2024" in text


def test_papers_that_do_not_say_all(visitor, recognise):
    recognition = recognise(
        recognised_on=date(2021, 1, 1), date_precision="year", expires_on=None, certificate_code="ABCDE12345"
    )
    text = certificate_of(visitor, recognition)
    assert "Chưa rõ hiệu lực" in text
    assert "01/01/2021" not in text
    assert "2021" in text


@pytest.mark.parametrize("typed", ["AB1DE12345", "ab1de12345", "ab1de-12345", " AB1DE 12345 ", "abIde-l2345"])
def test_a_certificate_is_found_however_its_code_is_typed(visitor, recognise, typed):
    recognise(certificate_code="AB1DE12345")
    assert visitor.get(f"/chung-nhan/{typed}/").status_code == 200
    answer = visitor.get("/chung-nhan/", {"ma": typed})
    assert (answer.status_code, answer["Location"]) == (302, "/chung-nhan/AB1DE12345/")


def test_an_unknown_code_gets_a_page_that_says_so(visitor, world):
    answer = visitor.get("/chung-nhan/ZZZZZZZZZZ/")
    assert answer.status_code == 404
    assert "Không có giấy chứng nhận nào mang mã này" in answer.content.decode()


def test_the_certificate_names_holder_and_product_as_they_stood(visitor, recognise):
    recognition = recognise("Rượu ngô")
    recognition.product.name = "Rượu ngô mới"
    recognition.product.save()
    maker = recognition.product.makings.get().enterprise
    then, maker.name = maker.name, "Tên mới"
    maker.save()
    text = certificate_of(visitor, recognition)
    assert then in text
    assert "Rượu ngô mới" not in text
    assert "Tên mới" not in text


def test_a_photo_is_public_with_its_products_recognition(visitor, recognise, world):
    def photo_of(product) -> ProductPhoto:
        drawn = BytesIO()
        Image.new("RGB", (6, 4), "green").save(drawn, "PNG")
        image = ContentFile(drawn.getvalue(), "chai.png")
        return ProductPhoto.objects.create(product=product, caption="Chai rượu <b>", image=image)

    recognition = recognise()
    shown, hidden = photo_of(recognition.product), photo_of(make_product(world.dam_thuy))
    answer = visitor.get(f"/tep/san-pham/{shown.pk}")
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert visitor.get(f"/tep/san-pham/{hidden.pk}").status_code == 404
    assert f'src="/tep/san-pham/{shown.pk}" alt="Chai rượu &lt;b&gt;"' in page_of(visitor, recognition)
    shown.image.delete(save=False)
    assert visitor.get(f"/tep/san-pham/{shown.pk}").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_no_row_asks_the_database_for_more(visitor, recognise, django_assert_num_queries, number):
    recognition = recognise(signed_on=date(2023, 11, 1))
    for month in range(1, number):
        recognise(product=recognition.product, signed_on=date(2020, month, 1))
    with django_assert_num_queries(10 if number > 1 else 9):
        page_of(visitor, recognition)
