"""Officers write news: their own area's only, cleaned, with a picture that tells nothing but itself."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import AuditEntry
from public.models import Article

LIST = "/quan-ly/tin-tuc/"


def picture(name: str = "anh.jpg") -> SimpleUploadedFile:
    drawn = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "nhà riêng ở Bản Giốc"
    Image.new("RGB", (40, 30), "green").save(drawn, "JPEG", exif=exif)
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/jpeg")


def typed(area, **fields) -> dict[str, object]:
    return {
        "area": area.pk,
        "title": "Hội chợ OCOP",
        "summary": "Mười gian hàng",
        "body": "Đoạn một.\n\nĐoạn hai.",
        "news_date": "5/3/23",
    } | fields


@pytest.fixture
def browser(client_of, officer):
    return client_of(officer)


@pytest.fixture
def article(officer, district) -> Article:
    return Article.objects.create(
        title="Tin cũ", body="Chữ", area=district, news_date=date(2023, 3, 5), author=officer
    )


def test_an_officer_writes_publishes_and_takes_back(browser, visitor, district):
    answer = browser.post(LIST + "moi/", typed(district))
    article = Article.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{article.pk}/")
    assert (article.title, article.news_date, article.published_at) == (
        "Hội chợ OCOP",
        date(2023, 3, 5),
        None,
    )
    public = f"/tin-tuc/{article.slug}/"
    assert visitor.get(public).status_code == 404
    assert "Hội chợ OCOP" not in visitor.get("/tin-tuc/").content.decode()
    browser.post(f"{LIST}{article.pk}/dang/")
    text = visitor.get(public).content.decode()
    assert "<p>Đoạn một.</p>" in text
    assert "<p>Đoạn hai.</p>" in text
    assert "Hội chợ OCOP" in visitor.get("/tin-tuc/").content.decode()
    assert "Hội chợ OCOP" in visitor.get("/").content.decode()
    browser.post(f"{LIST}{article.pk}/go/")
    assert visitor.get(public).status_code == 404
    acts = (
        AuditEntry.objects.filter(object_type="public.article").order_by("pk").values_list("act", flat=True)
    )
    assert list(acts) == ["article.created", "article.published", "article.unpublished"]


def test_markup_is_cleaned_on_save_and_names_are_text(browser, visitor, district):
    body = '<h2>Mục</h2><p onclick="x()">Chữ <script>alert(1)</script><a href="javascript:x()">nối</a></p>'
    browser.post(LIST + "moi/", typed(district, title="<b>Tin</b>", body=body))
    article = Article.objects.get()
    assert article.body == '<h2>Mục</h2><p>Chữ <a rel="noopener nofollow">nối</a></p>'
    browser.post(f"{LIST}{article.pk}/dang/")
    text = visitor.get(f"/tin-tuc/{article.slug}/").content.decode()
    assert "<h2>Mục</h2>" in text
    assert "<b>Tin</b>" not in text


def test_text_without_markup_comes_back_as_it_was_typed(browser, district):
    browser.post(LIST + "moi/", typed(district, body="Ngô & hạt dẻ"))
    article = Article.objects.get()
    form = browser.get(f"{LIST}{article.pk}/").context["form"]
    assert form.initial["body"] == "Ngô & hạt dẻ"


def test_a_picture_is_drawn_anew_and_shown_once_published(browser, visitor, district):
    browser.post(LIST + "moi/", typed(district, picture=picture()))
    article = Article.objects.get()
    address = f"/tep/tin/{article.pk}"
    assert visitor.get(address).status_code == 404
    browser.post(f"{LIST}{article.pk}/dang/")
    answer = visitor.get(address)
    content = b"".join(answer.streaming_content)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert Image.open(BytesIO(content)).size == (40, 30)
    assert "nhà riêng".encode() not in content
    assert address in visitor.get(f"/tin-tuc/{article.slug}/").content.decode()


def test_a_new_picture_takes_the_place_of_the_old(
    browser, article, district, django_capture_on_commit_callbacks
):
    def save(version: int) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(f"{LIST}{article.pk}/", typed(district, picture=picture(), version=version))
        return Article.objects.get().image.name

    old, new = save(1), save(2)
    storage = Article.objects.get().image.storage
    assert (storage.exists(old), storage.exists(new)) == (False, True)


@pytest.mark.parametrize("name", ["anh.png", "anh.php.jpg"])
def test_a_file_that_is_not_what_it_says_is_refused(browser, district, name):
    answer = browser.post(LIST + "moi/", typed(district, picture=picture(name)))
    assert (answer.status_code, Article.objects.count()) == (200, 0)
    assert list(answer.context["form"].errors) == ["picture"]


def test_a_stale_form_is_told_who_was_first_and_keeps_its_text(browser, article, district):
    browser.post(f"{LIST}{article.pk}/", typed(district, title="Của người trước", version=1))
    answer = browser.post(f"{LIST}{article.pk}/", typed(district, title="Của người sau", version=1))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Cán bộ huyện Trùng Khánh" in text
    assert "Của người sau" in text
    assert Article.objects.get().title == "Của người trước"
    assert answer.context["form"]["version"].value() == "2"


def test_extra_fields_are_ignored(browser, district):
    browser.post(LIST + "moi/", typed(district, slug="x", published_at="2023-01-01", author="999"))
    article = Article.objects.get()
    assert (article.slug, article.published_at) == ("hoi-cho-ocop", None)


@pytest.mark.parametrize("person", ["commune_staff", "leader", "council_member", "administrator"])
def test_others_do_not_write_news(person, request, client_of, article, district):
    client = client_of(request.getfixturevalue(person))
    assert client.get(LIST).status_code == 403
    assert client.get(LIST + "moi/").status_code == 403
    assert client.post(LIST + "moi/", typed(district)).status_code == 403
    assert client.post(f"{LIST}{article.pk}/dang/").status_code in {403, 404}
    article.refresh_from_db()
    assert article.published_at is None


def test_an_officer_of_another_district_does_not_find_it(client_of, other_officer, article, district):
    client = client_of(other_officer)
    assert client.get(f"{LIST}{article.pk}/").status_code == 404
    assert client.post(f"{LIST}{article.pk}/dang/").status_code == 404
    assert article.title not in client.get(LIST).content.decode()
    assert client.post(LIST + "moi/", typed(district)).status_code == 200
    assert Article.objects.count() == 1


def test_a_visitor_is_asked_to_sign_in(visitor, article):
    for path in (LIST, LIST + "moi/", f"{LIST}{article.pk}/"):
        answer = visitor.get(path)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/dang-nhap/")


def test_a_verb_is_no_link(browser, article):
    assert browser.get(f"{LIST}{article.pk}/dang/").status_code == 405


@pytest.mark.parametrize("number", [1, 3])
def test_no_row_asks_the_database_for_more(browser, district, officer, django_assert_num_queries, number):
    for place in range(number):
        Article.objects.create(
            title=f"Tin {place}", body="x", area=district, news_date=date(2023, 1, 1), author=officer
        )
    with django_assert_num_queries(6):
        browser.get(LIST)
