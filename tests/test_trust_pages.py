"""What every page keeps: its content policy, words as words, silence about persons, the day in Viet Nam."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from ocop_portal import health
from ocop_portal.lib.measures import Selection
from public.models import Article
from ratings import workflow
from ratings.measures import MEASURES
from ratings.models import Recognition
from tests import reporting
from tests.factories import (
    PASSWORD,
    make_decision,
    make_dossier,
    make_enterprise,
    make_product,
    make_recognition,
)

pytestmark = pytest.mark.django_db
MARKUP = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://example.org")'
PERSON = {
    "tax_code": "004999000011",
    "phone": "0912345678",
    "email": "nguoi.dai.dien@example.vn",
    "representative_ethnicity": "Lô Lô",
    "representative_sex": "female",
}
SECRETS = ("004999000011", "0912345678", "nguoi.dai.dien@", "Lô Lô")


@pytest.fixture
def records(world, officer):
    """A household of Đàm Thuỷ with names made to harm, its product, dossier, decision, recognition."""
    household = make_enterprise(world.dam_thuy, name=f"Hộ {MARKUP}", address=MARKUP, **PERSON)
    product = make_product(world.dam_thuy, household, name=f"Miến {MARKUP}", story=MARKUP, summary=MARKUP)
    dossier = make_dossier(product, state="submitted", presentation=MARKUP, on=date(2023, 11, 1))
    decision = make_decision(world.district, title=MARKUP, number=MARKUP[:50])
    recognition = make_recognition(product, decision, stars=3, note=MARKUP)
    reporting.make_year(world, officer)
    Article.objects.create(
        title=MARKUP,
        body=f"<p>Chữ</p>{MARKUP}<script>alert(1)</script><a href='javascript:x'>x</a>",
        area=world.district,
        news_date=date(2023, 3, 5),
        published_at=timezone.now(),
    )
    return {
        "enterprises:detail": [household.pk],
        "products:detail": [product.pk],
        "ratings:dossier": [dossier.pk],
        "ratings:dossier_receipt": [],
        "ratings:decision": [decision.pk],
        "ratings:recognition": [recognition.pk],
        "public:product": [product.slug],
        "public:certificate": [recognition.certificate_code],
        "public:article": [Article.objects.get().slug],
    }


LISTS = [
    *("/", "/san-pham/", "/tin-tuc/", "/thong-ke/", "/chu-the/", "/quan-ly/san-pham/", "/ho-so/"),
    *("/quyet-dinh/", "/quyet-dinh/cong-nhan/", "/bao-cao/", "/bao-cao/tien-do/?period=2023"),
    *("/viec-cua-toi/", "/hoi-dong/", "/quan-ly/tin-tuc/"),
]


def pages_of(records: dict[str, list[object]]) -> list[str]:
    return [*LISTS, *(reverse(name, args=args) for name, args in records.items() if args)]


def test_words_are_words_on_every_page_and_no_page_lets_a_script_in(records, client_of, officer):
    browser = client_of(officer)
    for page in pages_of(records):
        answer = browser.get(page)
        body = answer.content.decode()
        assert answer.status_code == 200, page
        assert "<img src=x" not in body, page
        assert "<script>" not in body and "javascript:" not in body, page
        policy = answer["Content-Security-Policy"]
        assert ("default-src 'none'" in policy, "script-src 'self'" in policy) == (True, True), page
        assert "unsafe" not in policy, page
        assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff"), page


def test_a_reason_with_markup_is_read_as_written(records, client_of, officer, commune_staff):
    dossier = records["ratings:dossier"][0]
    page = reverse("ratings:dossier_return", args=[dossier])
    form = client_of(officer).get(page).context["form"]
    typed = {"version": form["version"].value(), "points": MARKUP}
    assert client_of(officer).post(page, typed).status_code == 302
    for name in ("ratings:dossier", "ratings:dossier_submit"):
        body = client_of(commune_staff).get(reverse(name, args=[dossier])).content.decode()
        assert ("<img src=x" in body, "&lt;img src=x" in body) == (False, True), name


def test_no_list_page_file_or_answer_tells_of_a_person(records, client_of, officer, visitor, leader):
    def told(body: str) -> list[str]:
        return [secret for secret in SECRETS if secret in body]

    for page in LISTS:
        assert told(client_of(officer).get(page).content.decode()) == [], page
    for listing in ("/chu-the/", "/quan-ly/san-pham/", "/ho-so/", "/quyet-dinh/cong-nhan/"):
        csv = client_of(officer).get(listing, {"xuat": "csv"}).getvalue().decode()
        assert (told(csv), told(cells_of(client_of(officer), listing))) == ([], []), listing
    answers = [visitor.get("/api/san-pham/"), client_of(leader).get("/api/bao-cao/tien-do/?period=2023")]
    public = [reverse(name, args=records[name]) for name in records if name.startswith("public:")]
    for answer in [*answers, *(visitor.get(page) for page in public)]:
        assert told(answer.content.decode()) == []
    # The page of the organisation itself is for the area's staff; the citizen's number is masked there too.
    page = client_of(officer).get(reverse("enterprises:detail", args=records["enterprises:detail"]))
    assert told(page.content.decode()) == ["0912345678", "nguoi.dai.dien@", "Lô Lô"]
    assert "004******011" in page.content.decode()


def cells_of(browser, listing: str) -> str:
    book = openpyxl.load_workbook(BytesIO(browser.get(listing, {"xuat": "xlsx"}).getvalue()))
    return str([cell.value for sheet in book for row in sheet.iter_rows() for cell in row])


def test_the_trail_and_its_pages_keep_no_full_number(world, client_of, officer, administrator):
    household = make_enterprise(world.dam_thuy, name="Hộ Mẫu", **PERSON)
    page = reverse("enterprises:edit", args=[household.pk])
    form = client_of(officer).get(page).context["form"]
    kept = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    typed = kept | {"tax_code": "004999000099", "phone": "0987654321", "representative_ethnicity": "Cờ Lao"}
    assert client_of(officer).post(page, typed).status_code == 302
    trail = json.dumps(list(AuditEntry.objects.values_list("details", flat=True)), ensure_ascii=False)
    entry = reverse("admin:accounts_auditentry_change", args=[AuditEntry.objects.latest("pk").pk])
    shown = client_of(administrator).get(entry).content.decode()
    history = client_of(officer).get(household.get_absolute_url()).content.decode().split("Lịch sử")[1]
    for number in ("004999000011", "004999000099", "0912345678", "0987654321", "Lô Lô", "Cờ Lao"):
        assert [number in text for text in (trail, shown, history)] == [False] * 3, number


def test_a_formula_typed_anywhere_is_text_in_every_file(world, client_of, officer, leader):
    household = make_enterprise(world.dam_thuy, name=FORMULA, representative="+84")
    product = make_product(world.dam_thuy, household, name="@SUM(1)", code="-1+1")
    make_dossier(product, state="submitted", on=date(2023, 11, 1))
    decision = make_decision(world.district, number="+1/QĐ", title=FORMULA, issuing_body="=1")
    make_recognition(product, decision)
    browser = client_of(officer)
    for listing in ("/chu-the/", "/quan-ly/san-pham/", "/ho-so/", "/quyet-dinh/", "/quyet-dinh/cong-nhan/"):
        book = openpyxl.load_workbook(BytesIO(browser.get(listing, {"xuat": "xlsx"}).getvalue()))
        assert [
            c.value for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"
        ] == []
        csv = browser.get(listing, {"xuat": "csv"}).getvalue().decode("utf-8-sig")
        fields = [field.strip('"') for line in csv.splitlines() for field in line.split(",")]
        assert [field for field in fields if field[:1] in set("=+-@\t") and field] == [], listing


# --- the day in Viet Nam


def test_at_midnight_in_viet_nam_the_day_of_an_act_turns(world, officer, client_of, settings, monkeypatch):
    settings.OCOP_TODAY = None
    settings.SESSION_COOKIE_AGE = 10**9
    days = {}
    for hour, minute in [(16, 59), (17, 0)]:
        dossier = make_dossier(make_product(world.dam_thuy), state="submitted", on=date(2023, 12, 1))
        now = datetime(2023, 12, 31, hour, minute, 30, tzinfo=UTC)
        with monkeypatch.context() as moment:
            moment.setattr(timezone, "now", lambda now=now: now)
            workflow.move(dossier, "accepted", by=officer)
        days[hour] = dossier.steps.get().on
    assert days == {16: date(2023, 12, 31), 17: date(2024, 1, 1)}


@pytest.mark.parametrize("code", ["taking_part", "newly_recognised"])
def test_the_last_day_of_a_period_counts_and_the_first_of_the_next_does_not(world, code):
    for day in (date(2023, 2, 28), date(2023, 3, 1), date(2023, 12, 31), date(2024, 1, 1)):
        product = make_product(world.dam_thuy)
        dossier = make_dossier(product, state="recognised", on=day)
        make_recognition(product, make_decision(world.district, signed_on=day), dossier=dossier, kind="first")

    def total(first: date, last: date) -> int:
        return MEASURES[code].total(Selection(world.district, first, last)).value

    assert total(date(2023, 2, 1), date(2023, 2, 28)) == 1
    assert total(date(2023, 3, 1), date(2023, 3, 31)) == 1
    assert total(date(2023, 1, 1), date(2023, 12, 31)) == 3
    assert total(date(2024, 1, 1), date(2024, 12, 31)) == 1


def test_the_last_day_of_a_certificate_is_valid_to_its_end(world, visitor, settings, monkeypatch):
    recognition = make_recognition(
        make_product(world.dam_thuy), make_decision(world.district), expires_on=date(2027, 2, 28)
    )
    settings.OCOP_TODAY = None
    for hour, minute, valid in [(16, 59, True), (17, 0, False)]:
        now = datetime(2027, 2, 28, hour, minute, tzinfo=UTC)
        with monkeypatch.context() as moment:
            moment.setattr(timezone, "now", lambda now=now: now)
            found = visitor.get("/api/san-pham/").json()
            page = visitor.get(f"/chung-nhan/{recognition.certificate_code}/").content.decode()
        assert [row["stars"] for row in found["results"]] == [3 if valid else None]
        assert ("Còn hiệu lực" in page) == valid
    assert Recognition.objects.count() == 1


# --- when something is away


def test_without_a_database_a_page_in_vietnamese_says_so(visitor, monkeypatch, caplog):
    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("the database system is starting up")

    with monkeypatch.context() as moment, caplog.at_level(logging.ERROR):
        moment.setattr("public.figures.headline", away)
        answer = visitor.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert 'lang="vi"' in answer.content.decode()
    assert visitor.get("/").status_code == 200
    assert visitor.get("/healthz").content == b"ok"


def test_readiness_names_what_is_missing(visitor, monkeypatch):
    def away() -> bool:
        raise OperationalError("no")

    monkeypatch.setattr(health, "CHECKS", {"database": away, "broker": lambda: True, "worker": lambda: False})
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": False, "broker": True, "worker": False})


def test_nothing_that_opens_an_account_stands_in_the_log(visitor, officer, caplog, client_of):
    with caplog.at_level(logging.DEBUG):
        visitor.post("/dang-nhap/", {"username": officer.username, "password": PASSWORD})
        visitor.post("/dang-nhap/", {"username": officer.username, "password": "sai-mat-khau"})
        session = visitor.cookies["sessionid"].value
        visitor.get("/khong-co/")
        visitor.post("/ho-so/moi/")
    said = "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert [secret in said for secret in (PASSWORD, "sai-mat-khau", session)] == [False] * 3
