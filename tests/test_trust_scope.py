"""Who reads what: posts in ended units, borrowed identifiers, questions made to break pages."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Post, Role
from plans.models import Plan
from ratings.models import Dossier
from tests.factories import (
    make_decision,
    make_dossier,
    make_enterprise,
    make_product,
    make_recognition,
    make_user,
)

pytestmark = pytest.mark.django_db
LISTS = ["/chu-the/", "/quan-ly/san-pham/", "/ho-so/", "/quyet-dinh/", "/quan-ly/ke-hoach/"]


@pytest.fixture
def records(world):
    """A record of each kind in Đàm Thuỷ, with its address."""
    enterprise = make_enterprise(world.dam_thuy, name="Tổ hợp tác Bản Giốc")
    product = make_product(world.dam_thuy, enterprise, name="Hạt dẻ Bản Giốc")
    dossier = make_dossier(product, state="submitted")
    decision = make_decision(world.district)
    recognition = make_recognition(product, decision)
    return {
        "enterprises:detail": enterprise.pk,
        "enterprises:edit": enterprise.pk,
        "products:detail": product.pk,
        "products:edit": product.pk,
        "ratings:dossier": dossier.pk,
        "ratings:dossier_return": dossier.pk,
        "ratings:decision": decision.pk,
        "ratings:recognition": recognition.pk,
        "ratings:recognition_event": recognition.pk,
    }


@pytest.mark.parametrize("role", [Role.COMMUNE, Role.OFFICER, Role.LEADER])
def test_a_post_in_an_ended_unit_reads_its_own_years(world, client_of, settings, records, role):
    unit = world.dam_thuy if role == Role.COMMUNE else world.district
    client = client_of(make_user("nguoi.cu", role, unit))
    later = make_product(world.new_dam_thuy, name="Sản phẩm của xã mới")
    settings.OCOP_TODAY = date(2026, 11, 23)
    for name in ["enterprises:detail", "products:detail", "ratings:dossier", "ratings:recognition"]:
        assert client.get(reverse(name, args=[records[name]])).status_code == 200
    assert client.get(reverse("products:detail", args=[later.pk])).status_code == 404
    assert "Bản Giốc" in client.get("/quan-ly/san-pham/").content.decode()
    assert client.get("/bao-cao/tien-do/", {"area": unit.code, "period": "2023"}).status_code == 200


@pytest.mark.parametrize("role", [Role.COMMUNE, Role.OFFICER, Role.LEADER])
def test_a_post_in_an_ended_unit_writes_nothing(world, client_of, settings, records, role):
    unit = world.dam_thuy if role == Role.COMMUNE else world.district
    client = client_of(make_user("nguoi.cu", role, unit))
    settings.OCOP_TODAY = date(2026, 11, 23)
    before = AuditEntry.objects.count()
    written = ["enterprises:edit", "products:edit", "ratings:dossier_return", "ratings:recognition_event"]
    forms = [reverse(name, args=[records[name]]) for name in written]
    forms += [
        "/chu-the/them/",
        "/quan-ly/san-pham/them/",
        f"/ho-so/moi/?san-pham={records['products:detail']}",
    ]
    forms += ["/quyet-dinh/moi/", "/quan-ly/ke-hoach/moi/", "/bao-cao/tien-do/lap/"]
    answers = {
        client.post(form, {"name": "x", "area": "047", "period": "2023"}).status_code for form in forms
    }
    assert answers <= {403, 404, 409}  # 409: told that somebody else was first
    assert AuditEntry.objects.count() == before


def test_whoever_follows_the_ended_unit_reads_its_records(world, client_of, settings, records):
    settings.OCOP_TODAY = date(2026, 11, 23)
    person = make_user("xa.moi")
    Post.objects.create(user=person, role=Role.COMMUNE, area=world.new_dam_thuy, starts_on=date(2025, 7, 1))
    page = reverse("products:detail", args=[records["products:detail"]])
    assert client_of(person).get(page).status_code == 200


ASKED = {
    "/san-pham/": ("q", "sao", "nhom", "xa", "sort", "page"),
    "/api/san-pham/": ("xa",),
    "/chung-nhan/": ("ma",),
    "/tra-cuu/": ("ma",),
    "/chu-the/": ("q", "loai", "xa", "sort", "page", "xuat"),
    "/quan-ly/san-pham/": ("nhom", "chu_the"),
    "/quan-ly/san-pham/them/": ("chu_the",),
    "/quan-ly/ke-hoach/": ("nam",),
    "/ho-so/": ("state", "commune", "due"),
    "/ho-so/moi/": ("q", "san-pham"),
    "/quyet-dinh/": ("q", "nam"),
    "/quyet-dinh/moi/": ("don-vi", "ho-so"),
    "/quyet-dinh/cong-nhan/": ("q", "sao", "xa"),
    "/quyet-dinh/cong-nhan/nhap/": ("q", "san-pham", "quyet-dinh"),
    "/quyet-dinh/chuoi-gia-tri/": ("q", "nguon"),
    "/quyet-dinh/chuoi-gia-tri/nhap/": ("san-pham",),
    "/bao-cao/": ("area", "period"),
    "/api/bao-cao/tien-do/": ("area", "period"),
    "/dang-nhap/": ("next",),
}
# A NUL, more digits than Python reads, a number beyond the column, marks, digits of another script.
HOSTILE = ["\x00", "9" * 5000, "9" * 30, "-1'\"<\\", "٣", "/", "--"]


@pytest.mark.parametrize("page", ASKED)
def test_no_question_breaks_a_page(client_of, officer, page):
    client = client_of(officer)
    answers = {
        (name, value[:12]): client.get(page, {name: value}).status_code
        for name in ASKED[page]
        for value in HOSTILE
    }
    assert {asked: status for asked, status in answers.items() if status not in {200, 302, 400, 404}} == {}


@pytest.mark.parametrize("version", ["9" * 5000, "\x00", "-1", "", "1.5"])
def test_no_version_breaks_a_move(client_of, officer, records, version):
    page = reverse("ratings:dossier_return", args=[records["ratings:dossier"]])
    answer = client_of(officer).post(page, {"version": version, "points": "Thiếu giấy"})
    assert answer.status_code in {200, 409}
    assert Dossier.objects.get().state == "submitted"


@pytest.fixture
def strangers(world):
    """What belongs to Quảng Hòa, and a product of Đàm Thuỷ that a forged form is about."""
    maker = make_enterprise(world.quoc_toan)
    product = make_product(world.quoc_toan, maker)
    recognition = make_recognition(product, make_decision(world.other_district))
    plan = Plan.objects.create(
        area=world.other_district, number="1/KH", title="Kế hoạch", first_year=2023, last_year=2023, slug="kh"
    )
    own = make_product(world.dam_thuy)
    make_recognition(own, make_decision(world.district))
    return {
        "maker": maker.pk,
        "recognition": recognition.pk,
        "plan": plan.pk,
        "own": own.pk,
        "product": product.pk,
    }


PAPER = {"stars": "3", "kind": "unknown", "precision": "unknown"}
CHAIN = {"chain": "Chuỗi", "joined_on": "01/07/2023", "funding_source": ""}
NEWS = {"title": "Tin", "body": "Chữ", "news_date": "05/03/2023"}
FORGED = {
    "a recognition of another product": (
        "/ho-so/moi/?san-pham={own}",
        {"kind": "upgrade", "previous": "{recognition}", "changes": "x", "requested_stars": "4"},
        "previous",
    ),
    "a holder who does not make the product": (
        "/quyet-dinh/cong-nhan/nhap/?san-pham={own}",
        {**PAPER, "holders": "{maker}"},
        "holders",
    ),
    "an issuer that does not cover the product": (
        "/quyet-dinh/cong-nhan/nhap/?san-pham={own}",
        {**PAPER, "issuing_area": "{other}"},
        "issuing_area",
    ),
    "a partner in a chain who does not make the product": (
        "/quyet-dinh/chuoi-gia-tri/nhap/?san-pham={own}",
        {**CHAIN, "enterprise": "{maker}"},
        "enterprise",
    ),
    "news of another district": ("/quan-ly/tin-tuc/moi/", {**NEWS, "area": "{other}"}, "area"),
    "a plan out of sight": ("/quan-ly/tin-tuc/moi/", {**NEWS, "area": "{unit}", "plan": "{plan}"}, "plan"),
    "a plan for another district": (
        "/quan-ly/ke-hoach/moi/",
        {"area": "{other}", "title": "Kế hoạch", "first_year": "2023", "last_year": "2023"},
        "area",
    ),
}


@pytest.mark.parametrize("case", FORGED)
def test_what_a_form_did_not_offer_is_refused_at_its_field(world, client_of, officer, strangers, case):
    keys = {**strangers, "unit": world.district.pk, "other": world.other_district.pk}
    page, typed, field = FORGED[case]
    before = AuditEntry.objects.count()
    data = {name: value.format(**keys) for name, value in typed.items()}
    answer = client_of(officer).post(page.format(**keys), {**data, "form_token": str(uuid4())})
    assert (answer.status_code, field in answer.context["form"].errors) == (200, True)
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    "page",
    [
        "/ho-so/moi/?san-pham={product}",
        "/quyet-dinh/cong-nhan/nhap/?san-pham={product}",
        "/quyet-dinh/chuoi-gia-tri/nhap/?san-pham={product}",
        "/bao-cao/tien-do/lap/?",
    ],
)
def test_a_strangers_product_or_unit_opens_no_form(client_of, officer, strangers, page):
    before = AuditEntry.objects.count()
    sent = {**CHAIN, **PAPER, "kind": "first", "area": "049", "period": "2023"}
    answer = client_of(officer).post(page.format(**strangers), sent)
    assert (answer.status_code, AuditEntry.objects.count()) == (404, before)


def test_council_members_find_nothing_and_write_nothing(client_of, council_member, records):
    browser, before = client_of(council_member), AuditEntry.objects.count()
    for name, pk in records.items():
        page = reverse(name, args=[pk])
        assert (browser.get(page).status_code, browser.post(page, {"version": 1}).status_code) == (
            404,
            404,
        ), name
    for page in LISTS:
        assert "Bản Giốc" not in browser.get(page).content.decode()
        assert "Bản Giốc" not in browser.get(page, {"xuat": "csv"}).getvalue().decode()
    assert browser.get("/api/bao-cao/tien-do/?area=047&period=2023").status_code == 404
    assert AuditEntry.objects.count() == before
