"""Home, plans, figures, look-up: and that nothing public tells of persons."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from areas.models import Area
from ocop_portal.lib.measures import Selection
from ocop_portal.lib.slugs import free
from plans.models import Indicator, Plan, Target
from public.models import Article
from ratings.measures import MEASURES
from ratings.models import Dossier
from tests.factories import make_dossier, make_enterprise, make_kind, make_product, make_user

TODAY = date(2023, 12, 29)


def make_plan(area: Area, *, published: bool = True, **fields) -> Plan:
    title = fields.pop("title", "Thực hiện Chương trình OCOP năm 2023")
    plan = Plan(
        area=area,
        title=title,
        number="66/KH-UBND",
        signed_on=date(2023, 3, 7),
        issuing_body="UBND huyện Trùng Khánh",
        first_year=fields.pop("year", 2023),
        last_year=2030,
        slug=free(Plan, title, "ke-hoach"),
        published_at=timezone.now() if published else None,
        **fields,
    )
    plan.save()
    return plan


def make_article(area: Area, *, published: bool = True, **fields) -> Article:
    title = fields.pop("title", "Hội chợ OCOP")
    when = timezone.now() if published else None
    return Article.objects.create(
        title=title, body="Chữ", area=area, news_date=TODAY, published_at=when, **fields
    )


# --- plans


def test_a_published_plan_shows_its_targets_in_the_plans_words(visitor, district):
    plan = make_plan(district)
    indicator = Indicator.objects.create(code="taking_part", name="Sản phẩm tham gia", unit="sản phẩm")
    whole = Target.objects.create(
        plan=plan, indicator=indicator, label="1", words="Ít nhất 06 sản phẩm tham gia", number=6
    )
    Target.objects.create(
        plan=plan, indicator=indicator, parent=whole, position=1, words="03 sản phẩm đạt 3 sao", number=3
    )
    text = visitor.get(f"/ke-hoach/{plan.slug}/").content.decode()
    assert "Ít nhất 06 sản phẩm tham gia" in text
    assert "03 sản phẩm đạt 3 sao" in text
    assert plan.title in visitor.get("/ke-hoach/").content.decode()


def test_a_plan_that_is_not_published_is_not_there(visitor, district):
    plan = make_plan(district, published=False)
    assert visitor.get(f"/ke-hoach/{plan.slug}/").status_code == 404
    assert visitor.get(f"/ke-hoach/{plan.slug}/tai-ve/").status_code == 404
    assert plan.title not in visitor.get("/ke-hoach/").content.decode()
    assert plan.title not in visitor.get("/").content.decode()


def test_the_document_is_a_download(visitor, district):
    name = storages["private"].save("2023/abc.pdf", ContentFile(b"%PDF-1.7 thu"))
    plan = make_plan(
        district,
        document=name,
        document_name="Kế hoạch 66.pdf",
        document_type="application/pdf",
        document_size=12,
    )
    page = visitor.get(f"/ke-hoach/{plan.slug}/").content.decode()
    assert "Tải về" in page
    assert "(PDF, 12" in page
    answer = visitor.get(f"/ke-hoach/{plan.slug}/tai-ve/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 thu"
    assert answer["Content-Disposition"].startswith('attachment; filename="Ke-hoach-66.pdf"')
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_plan_without_document_offers_none(visitor, district):
    plan = make_plan(district)
    assert "tai-ve" not in visitor.get(f"/ke-hoach/{plan.slug}/").content.decode()
    assert visitor.get(f"/ke-hoach/{plan.slug}/tai-ve/").status_code == 404


# --- figures


def test_the_figures_are_those_of_the_measures(visitor, recognise, world):
    recognise("Một", 3)
    recognise("Hai", 4, area=world.tra_linh)
    recognise("Hết hạn", 3, signed_on=date(2019, 1, 1))
    old = recognise("Năm ngoái", 3, signed_on=date(2022, 6, 1))
    recognise(product=old.product, stars=4, kind="upgrade", signed_on=date(2023, 6, 1))
    values = {str(stat["label"]): stat["value"] for stat in visitor.get("/thong-ke/").context["stats"]}
    year = Selection(world.province, date(2023, 1, 1), TODAY)
    assert values == {
        "Sản phẩm đang được công nhận": MEASURES["still_valid"].total(year).value,
        "3 sao": 1,
        "4 sao": 2,
        "5 sao": 0,
        "Chủ thể có sản phẩm đang được công nhận": 3,
        "Mới được công nhận trong năm 2023": MEASURES["newly_recognised"].total(year).value,
    }
    assert values["Sản phẩm đang được công nhận"] == 3


def test_each_figure_leads_to_as_many_rows(visitor, recognise, world, settings):
    recognise("Một", 3)
    recognise("Hai", 4, area=world.chi_vien)
    recognise("Ba", 3, area=world.tra_linh)
    for day in (TODAY, date(2026, 3, 1)):
        settings.OCOP_TODAY = day
        page = visitor.get("/thong-ke/").context
        bars = [*page["sectors"], *page["communes"]]
        assert sum(sum(bar.values) for bar in page["communes"]) == 3
        for bar in bars:
            if bar.url:
                rows = visitor.get(bar.url.replace("/san-pham/", "/api/san-pham/")).json()
                assert (bar.label, rows["count"]) == (bar.label, sum(bar.values))


# --- look-up by receipt


def test_the_receipt_tells_the_state_who_holds_it_and_until_when(visitor, world):
    product = make_product(world.dam_thuy, name="Rượu ngô")
    make_dossier(product, state="submitted", receipt_code="AB1DE12345", due_on=date(2023, 12, 20))
    text = visitor.get("/tra-cuu/", {"ma": "ab1de-12345"}).content.decode()
    for said in (
        "Rượu ngô",
        "Hồ sơ đã được nhận và đang được kiểm tra.",
        "Huyện Trùng Khánh",
        "20/12/2023",
        "quá hạn",
    ):
        assert said in text


@pytest.mark.parametrize("state", [state for state in Dossier.State.values if state != "draft"])
def test_every_state_has_its_words(visitor, world, state):
    dossier = make_dossier(make_product(world.dam_thuy), state=state)
    answer = visitor.get("/tra-cuu/", {"ma": dossier.receipt_code})
    assert str(answer.context["found"].words) in answer.content.decode()


def test_a_draft_has_no_receipt_and_an_unknown_code_finds_nothing(visitor, world):
    draft = make_dossier(make_product(world.dam_thuy))
    for code in (draft.receipt_code, "ZZZZZZZZZZ"):
        answer = visitor.get("/tra-cuu/", {"ma": code})
        assert answer.context["found"] is None
        assert "Không có hồ sơ nào mang mã tiếp nhận này" in answer.content.decode()


def test_the_page_says_which_of_the_receipts_codes_it_wants(visitor, world):
    page = visitor.get("/tra-cuu/").content.decode()
    assert "Mã tiếp nhận" in page
    assert "không phải mã hồ sơ HS-…" in page


# --- nothing of persons; nothing that grows


def test_no_public_page_tells_of_a_person(visitor, recognise, world):
    maker = make_enterprise(
        world.dam_thuy,
        name="Hộ kinh doanh Thác Bạc",
        kind=make_kind("household", "Hộ kinh doanh", economic=False),
        tax_code="004199012345",
        representative="Nông Thị Bí Mật",
        representative_ethnicity="Tày",
        representative_sex="female",
        phone="0912345678",
        email="bimat@example.vn",
        address="Xóm Kín 7",
    )
    product = make_product(world.dam_thuy, maker, name="Rượu ngô")
    recognition = recognise(product=product)
    dossier = make_dossier(
        product, state="submitted", contact_name="Hoàng Liên Hệ", contact_phone="0987654321"
    )
    article = make_article(world.district, author=make_user("vietbai", full_name="Người Viết Bài"))
    plan = make_plan(world.district)
    for path in [
        "/",
        "/san-pham/",
        f"/san-pham/{product.slug}/",
        "/chung-nhan/",
        f"/chung-nhan/{recognition.certificate_code}/",
        f"/tra-cuu/?ma={dossier.receipt_code}",
        "/ke-hoach/",
        f"/ke-hoach/{plan.slug}/",
        "/tin-tuc/",
        f"/tin-tuc/{article.slug}/",
        "/thong-ke/",
        "/api/san-pham/",
    ]:
        answer = visitor.get(path)
        assert answer.status_code == 200
        text = answer.content.decode()
        for secret in (
            *("004199012345", "Bí Mật", "Tày", "0912345678", "bimat@", "Xóm Kín"),
            *("Hoàng Liên Hệ", "0987654321", "Người Viết Bài"),
        ):
            assert (path, secret in text) == (path, False)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"), [("/", 13), ("/ke-hoach/", 2), ("/tin-tuc/", 2), ("/thong-ke/", 7)]
)
def test_no_row_asks_the_database_for_more(
    visitor, recognise, district, django_assert_num_queries, path, queries, number
):
    for place in range(number):
        recognise(f"Sản phẩm {place}")
        make_plan(district, title=f"Kế hoạch {place}", year=2020 + place)
        make_article(district, title=f"Tin {place}")
    with django_assert_num_queries(queries):
        visitor.get(path)


@pytest.mark.parametrize("path", ["/", "/san-pham/", "/tin-tuc/"])
def test_a_visitor_changes_nothing(visitor, world, path):
    assert visitor.post(path).status_code == 405


def test_news_that_is_not_published_is_not_there(visitor, district):
    article = make_article(district, published=False)
    assert visitor.get(f"/tin-tuc/{article.slug}/").status_code == 404
    assert article.title not in visitor.get("/tin-tuc/").content.decode()
