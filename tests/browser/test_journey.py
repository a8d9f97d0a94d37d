"""The portal in a real browser: on a phone, by keyboard, and without JavaScript."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from areas.models import Area
from ratings.models import Dossier
from reports.models import Template
from tests import office_forms
from tests.factories import (
    PASSWORD,
    make_decision,
    make_dossier,
    make_product,
    make_recognition,
    make_regulation,
)

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PHONE = {"width": 360, "height": 740}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the browser tests don't run"),
]


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright's loop makes Django believe that the test is asynchronous; it is not.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
        # Inside the driver's loop Django keeps a connection of its own, which nobody else would close.
        connections.close_all()


class Visit:
    """One person's browser; what it complained of and what it asked of others is kept."""

    def __init__(self, chromium: Any, server: Any, **options: Any) -> None:
        self.url = server.url
        self.page = chromium.new_context(viewport=PHONE, **options).new_page()
        self.page.set_default_timeout(10_000)
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:")):
            self.complaints.append(f"asked {request.url}")

    def go(self, name: str, *args: object, query: str = "") -> None:
        response = self.page.goto(self.url + reverse(name, args=args) + query)
        assert response.status == 200, name
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{name} is {wide} px wide on a phone"

    def sign_in(self, username: str) -> None:
        """By keyboard alone."""
        self.go("accounts:sign_in")
        self.page.focus("[name=username]")
        self.page.keyboard.type(username)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**" + reverse("desk:my_work"))


@pytest.fixture
def holdings(world: Any) -> Any:
    """What pages show: a recognised product, and a product whose dossier is not yet filed."""
    make_regulation()
    recognised = make_product(
        world.dam_thuy, name="Gạo nếp có tên rất dài để thử màn hình hẹp của điện thoại"
    )
    make_dossier(recognised, state="recognised")
    world.recognition = make_recognition(recognised, make_decision(world.district))
    world.product = make_product(world.dam_thuy)
    world.product.makings.get().enterprise.__class__.objects.update(address="Xóm Mẫu")
    return world


def test_no_page_of_the_public_is_too_wide_or_asks_others(chromium, live_server, holdings):
    visit = Visit(chromium, live_server)
    for name in ["home", "catalogue", "certificates", "plans", "news", "figures", "lookup"]:
        visit.go(f"public:{name}")
    visit.go("public:product", holdings.recognition.product.slug)
    visit.go("public:certificate", holdings.recognition.certificate_code)
    assert visit.complaints == []


def test_on_a_phone_figures_share_a_line_and_the_header_keeps_off_the_edge(chromium, live_server, holdings):
    visit = Visit(chromium, live_server)
    visit.go("public:figures")
    rows = visit.page.evaluate(
        "() => [...document.querySelectorAll('.chart tbody tr')].map(row =>"
        " new Set([...row.querySelectorAll('.number')].map(one => one.getBoundingClientRect().top)).size)"
    )
    assert rows
    assert set(rows) == {1}
    assert visit.page.evaluate("document.querySelector('.brand__text').getBoundingClientRect().top") >= 4


def test_the_menu_of_a_phone_closes_with_escape_and_gives_the_focus_back(chromium, live_server, holdings):
    visit = Visit(chromium, live_server)
    visit.go("public:home")
    menu, first = visit.page.locator("[data-nav-toggle]"), visit.page.locator(".site-nav a").first
    menu.focus()
    visit.page.keyboard.press("Enter")
    assert (menu.get_attribute("aria-expanded"), first.is_visible()) == ("true", True)
    first.focus()
    visit.page.keyboard.press("Escape")
    assert (menu.get_attribute("aria-expanded"), first.is_visible()) == ("false", False)
    assert menu.evaluate("button => button === document.activeElement")


def test_no_page_of_the_staff_is_too_wide_or_asks_others(chromium, live_server, holdings, officer):
    visit = Visit(chromium, live_server)
    visit.sign_in("huyen.trungkhanh")
    for name in ["enterprises:list", "enterprises:create", "products:list", "products:create", "plans:list"]:
        visit.go(name)
    for name in ["dossiers", "decisions", "decision_new", "recognitions", "recognition_new", "rounds"]:
        visit.go(f"ratings:{name}")
    visit.go("reports:dashboard", query="?area=047&period=2023")
    visit.go("reports:report", "tien-do", query="?area=047&period=2023")
    visit.go("reports:report", "san-pham-theo-dia-ban", query="?area=047&period=2023")
    visit.go("reports:catalogue", query="?area=047&period=2023")
    visit.go("reports:dictionary")
    visit.go("reports:mine")
    visit.go("desk:articles")
    assert visit.complaints == []


def test_an_officer_uploads_a_form_mends_it_and_takes_it_away_filled(
    chromium, live_server, holdings, officer, tmp_path
):
    visit = Visit(chromium, live_server)
    visit.sign_in("huyen.trungkhanh")
    for name in ["templates", "placeholders", "template_new"]:
        visit.go(f"reports:{name}")
    wrong, right = tmp_path / "sai.xlsx", tmp_path / "dung.xlsx"
    wrong.write_bytes(office_forms.small({**office_forms.SIMPLE, "D9": "{{don_vy}}"}))
    right.write_bytes(office_forms.small(office_forms.SIMPLE))
    visit.page.fill("[name=name]", "Biểu 01 của huyện")
    visit.page.set_input_files("[name=file]", wrong)
    visit.page.click("main form .btn-primary")
    assert visit.page.evaluate("document.activeElement.closest('.error-summary') !== null")
    assert "D9" in visit.page.locator("main table").inner_text()
    assert visit.page.input_value("[name=name]") == "Biểu 01 của huyện"
    visit.page.set_input_files("[name=file]", right)
    visit.page.click("main form .btn-primary")
    assert visit.page.locator("h1").inner_text() == "Biểu 01 của huyện"
    with visit.page.expect_download() as taken:
        visit.page.click("text=Điền và tải về")
    assert taken.value.suggested_filename == "Bieu-01-cua-huyen_huyen-trung-khanh_2023.xlsx"
    visit.go("reports:template", Template.objects.get().pk)
    assert visit.complaints == []


def test_errors_are_summed_up_with_focus_and_lead_to_the_field(
    chromium, live_server, holdings, commune_staff
):
    visit = Visit(chromium, live_server)
    visit.sign_in("xa.damthuy")
    visit.go("enterprises:create")
    visit.page.fill("[name=name]", "Hợp tác xã Thử")
    visit.page.fill("[name=tax_code]", "12345")
    visit.page.click("main form .btn-primary")
    summary = visit.page.locator(".error-summary")
    assert "lỗi cần sửa" in summary.inner_text()
    assert visit.page.evaluate("document.activeElement.closest('.error-summary') !== null")
    assert visit.page.input_value("[name=name]") == "Hợp tác xã Thử"


def test_a_dossier_is_filed_on_a_phone_without_javascript(
    chromium, live_server, holdings, commune_staff, tmp_path: Path
):
    paper = tmp_path / "phieu.pdf"
    paper.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    visit = Visit(chromium, live_server, java_script_enabled=False)
    page = visit.page
    page.goto(live_server.url + reverse("accounts:sign_in"))
    page.fill("[name=username]", "xa.damthuy")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.goto(live_server.url + reverse("ratings:dossier_new") + f"?san-pham={holdings.product.pk}")
    page.check("[name=kind][value=first]")
    page.select_option("[name=requested_stars]", "3")
    page.click("main form .btn-primary")
    dossier = Dossier.objects.get(product=holdings.product)
    page.goto(live_server.url + reverse("ratings:dossier_papers", args=[dossier.pk]))
    page.select_option("[name=kind]", "registration_form")
    page.fill("[name=title]", "Phiếu đăng ký")
    page.set_input_files("[name=upload]", paper)
    page.click("main form .btn-primary")
    page.goto(live_server.url + reverse("ratings:dossier_submit", args=[dossier.pk]))
    page.check("[name=pledged]")
    page.click("main form .btn-primary")
    dossier.refresh_from_db()
    assert dossier.state == Dossier.State.SUBMITTED
    assert dossier.receipt_code in page.content()
    assert Area.objects.get(pk=dossier.area_id) == holdings.dam_thuy
