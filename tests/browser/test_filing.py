"""A commune files a dossier under Decision 26/2026 in one sitting, on a phone, up to the receipt."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from products.models import Product, ProductGroup
from ratings.criteria.outline import outline_of
from ratings.models import Dossier
from tests.browser.test_journey import CHROMIUM, PHONE, Visit, chromium  # noqa: F401 - a fixture
from tests.factories import PASSWORD, load_criteria, make_enterprise, make_product
from tests.ratings import filled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the browser tests don't run"),
]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SECTIONS = ("dang-ky", "thong-tin-chung", "ket-qua", "phuong-an")


@pytest.fixture
def product(world, settings) -> Product:
    """A product of a commune of today, and somebody of the commune to file for it."""
    settings.OCOP_TODAY = filled.TODAY
    load_criteria("QD26-14")
    filled.make_clerk(world.new_dam_thuy)
    maker = make_enterprise(world.new_dam_thuy, phone="0900000123", registered_on=date(2020, 3, 5))
    return make_product(
        world.new_dam_thuy, maker, name="Rượu ngô Mẫu", group=ProductGroup.objects.get(code="QD26-14")
    )


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    file = tmp_path / "dang-ky.pdf"
    file.write_bytes(PDF)
    return file


class Filing(Visit):
    """A person with a phone who files the dossier of one product."""

    def at(self, name: str, *more: Any) -> str:
        return reverse(f"ratings:{name}", args=[Dossier.objects.get().pk, *more])

    def arrives(self, address: str) -> None:
        """Wait for the page; none is wider than the phone."""
        self.page.wait_for_url(self.url + address)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address

    def fill_in(self, key: str) -> None:
        for name, value in filled.FORMS[key].items():
            if name == "has_results":
                self.page.check(f"[name={name}][value={value}]")
            else:
                self.page.fill(f"[name={name}]", str(value).replace(".", ","))

    def go_on(self) -> None:
        self.page.click("button[name=continue]")


def test_a_dossier_is_filed_in_one_sitting_on_a_phone(chromium, live_server, product, paper):  # noqa: F811
    visit = Filing(chromium, live_server)
    page = visit.page
    visit.sign_in("xa.moi")
    visit.go("ratings:dossier_new", query=f"?san-pham={product.pk}")
    page.click("main form .btn-primary")
    page.wait_for_url("**/ho-so/*/")
    visit.arrives(visit.at("dossier"))
    page.click("text=Mẫu 01. Đăng ký")
    visit.arrives(visit.at("dossier_section", "dang-ky"))
    page.select_option("[name=requested_stars]", "4")
    visit.go_on()
    for key in ("thong-tin-chung", "ket-qua"):
        visit.arrives(visit.at("dossier_section", key))
        visit.fill_in(key)
        visit.go_on()
    visit.arrives(visit.at("self_assessment"))
    _answer_everything(visit)
    visit.go("ratings:dossier", Dossier.objects.get().pk)
    page.click("text=Mẫu 02-IV")
    visit.arrives(visit.at("dossier_section", "phuong-an"))
    visit.fill_in("phuong-an")
    visit.go_on()
    visit.arrives(visit.at("dossier_submit"))
    page.click("text=Chưa đính kèm giấy tờ hoặc minh chứng nào.")
    _attach(visit, paper)
    visit.go("ratings:dossier_submit", Dossier.objects.get().pk)
    page.check("[name=pledged]")
    page.click("main form .btn-primary")
    visit.arrives(visit.at("dossier_receipt"))
    dossier = Dossier.objects.get()
    assert dossier.state == Dossier.State.AT_COMMUNE
    assert dossier.receipt_code in page.inner_text(".panel")
    assert dossier.submissions.get().content["sections"]["ket-qua"]["revenue_2025"] == "315.5"
    assert page.locator("[data-copy]").is_visible()
    assert page.locator("svg.qr").bounding_box()["width"] >= 120
    printed = page.pdf(format="A4")
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") == 1
    assert visit.complaints == []


def _answer_everything(visit: Filing) -> None:
    """Choose the last option of every criterion; a story opens the criterion of its structure."""
    page, dossier = visit.page, Dossier.objects.get()
    for code, item in outline_of(dossier.criteria_set).items.items():
        option = page.locator(f'[name="o-{code}"][value="{item.choices[-1].position}"]')
        option.check()
        page.wait_for_selector(f'[id="c-{code}"] [data-autosave-status]:has-text("Đã lưu")')


def _attach(visit: Filing, paper: Path) -> None:
    visit.go("ratings:dossier_papers", Dossier.objects.get().pk)
    visit.page.select_option("[name=kind]", "business_registration")
    visit.page.set_input_files("[name=upload]", paper)
    visit.page.click("main form .btn-primary")
    visit.page.wait_for_selector(".files li")


def test_a_section_is_saved_while_one_types_and_keeps_what_cannot_be_saved(
    chromium,  # noqa: F811
    live_server,
    world,
    product,
):
    clerk = product.area.posts.get().user
    dossier = filled.filing.open_dossier(product, kind="first", by=clerk, on=filled.TODAY)
    visit = Filing(chromium, live_server)
    page = visit.page
    page.on("dialog", lambda dialog: dialog.accept())
    visit.sign_in("xa.moi")
    visit.go("ratings:dossier_section", dossier.pk, "ket-qua")
    page.fill("[name=revenue_2025]", "1.234,5")
    page.wait_for_selector('[data-autosave-status]:has-text("Đã lưu")')
    assert dossier.sections.get().content == {"revenue_2025": "1234.5"}
    page.fill("[name=profit_2025]", "nhiều")
    page.wait_for_selector('[data-autosave-status]:has-text("Lợi nhuận, năm 2025")')
    visit.go("ratings:dossier", dossier.pk)
    visit.go("ratings:dossier_section", dossier.pk, "ket-qua")
    assert page.input_value("[name=profit_2025]") == "nhiều"
    page.fill("[name=profit_2025]", "-12,25")
    page.wait_for_selector('[data-autosave-status]:has-text("Đã lưu")')
    assert dossier.sections.get().content == {"revenue_2025": "1234.5", "profit_2025": "-12.25"}
    page.click("text=Lưu và về danh sách")
    visit.arrives(visit.at("dossier"))
    assert dossier.sections.get().version == 2


SLOW = """
    const send = window.fetch;
    const late = answer => new Promise(told => setTimeout(() => told(answer), 2000));
    window.fetch = (...asked) => send(...asked).then(late);
"""


def test_what_is_mended_while_the_refusal_is_on_its_way_is_saved(chromium, live_server, product):  # noqa: F811
    clerk = product.area.posts.get().user
    dossier = filled.filing.open_dossier(product, kind="first", by=clerk, on=filled.TODAY)
    visit = Filing(chromium, live_server)
    page = visit.page
    page.add_init_script(SLOW)
    visit.sign_in("xa.moi")
    visit.go("ratings:dossier_section", dossier.pk, "ket-qua")
    with page.expect_request("**/luu/"):
        page.fill("[name=profit_2025]", "nhiều")
    page.fill("[name=profit_2025]", "-12,25")
    page.wait_for_selector('[data-autosave-status]:has-text("Đã lưu")')
    assert dossier.sections.get().content == {"profit_2025": "-12.25"}


def test_every_section_is_filled_in_without_javascript(chromium, live_server, product):  # noqa: F811
    clerk = product.area.posts.get().user
    dossier = filled.filing.open_dossier(product, kind="first", by=clerk, on=filled.TODAY)
    visit = Filing(chromium, live_server, java_script_enabled=False)
    page = visit.page
    page.goto(live_server.url + reverse("accounts:sign_in"))
    page.fill("[name=username]", "xa.moi")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    for key in SECTIONS:
        page.goto(visit.url + visit.at("dossier_section", key))
        if key == "dang-ky":
            page.select_option("[name=requested_stars]", "3")
        else:
            visit.fill_in(key)
        page.click("text=Lưu và về danh sách")
    kept = dict(dossier.sections.values_list("section", "content"))
    assert {key: sorted(content) for key, content in kept.items()} == {
        key: sorted(content) for key, content in filled.FORMS.items()
    }
    dossier.refresh_from_db()
    assert dossier.requested_stars == 3
