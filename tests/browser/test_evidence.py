"""Several photos sent from a browser: made smaller, one by one, with another try for the one that failed."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image

from enterprises.models import Evidence
from ratings.models import EvidenceUse
from tests.browser.test_journey import CHROMIUM, Visit, chromium  # noqa: F401 - a fixture
from tests.factories import load_criteria, make_dossier, make_enterprise, make_evidence, make_product

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the browser tests don't run"),
]


@pytest.fixture
def maker(world: Any) -> Any:
    return make_enterprise(world.dam_thuy)


def photo(folder: Path, name: str, size: tuple[int, int]) -> Path:
    """A photo that does not compress to nothing: noise in large grains."""
    grain = Image.frombytes("RGB", (64, 48), os.urandom(64 * 48 * 3))
    path = folder / name
    grain.resize(size).save(path, "JPEG", quality=90)
    return path


def states(page: Any) -> list[str]:
    return page.eval_on_selector_all(".uploads__file", "rows => rows.map(row => row.dataset.state)")


def kept(paper: Evidence) -> Image.Image:
    return Image.open(io.BytesIO((Path(settings.PRIVATE_ROOT) / paper.file).read_bytes()))


def test_photos_are_made_smaller_and_the_one_that_failed_is_tried_again(
    chromium,  # noqa: F811
    live_server,
    maker,
    commune_staff,
    tmp_path,
):
    visit = Visit(chromium, live_server)
    visit.sign_in("xa.damthuy")
    visit.go("enterprises:evidence_new", maker.pk)
    page, sent = visit.page, []

    def first_one_fails(route: Any) -> None:
        sent.append(len(route.request.post_data_buffer or b""))
        route.abort() if len(sent) == 1 else route.continue_()

    page.route("**/minh-chung/tai-len/", first_one_fails)
    large = photo(tmp_path, "Phieu kiem nghiem.jpg", (4000, 3000))
    small = photo(tmp_path, "IMG_2.jpg", (800, 600))
    page.set_input_files("#uploads-files", [large, small])
    page.wait_for_selector(".uploads__file[data-state=done]")
    assert states(page) == ["failed", "done"]
    assert [paper.title for paper in Evidence.objects.all()] == ["IMG 2"]
    page.click(".uploads__file[data-state=failed] button:has-text('Thử lại')")
    page.wait_for_selector(".uploads__file:first-child[data-state=done]")
    assert page.inner_text(".uploads__summary") == "Đã nhập 2/2 tệp"
    paper = Evidence.objects.get(kind="test_report")
    assert (paper.title, paper.unconfirmed, kept(paper).size) == ("Phieu kiem nghiem", True, (2000, 1500))
    assert kept(Evidence.objects.get(kind="")).size == (800, 600)
    assert max(sent) < large.stat().st_size / 2, "the large photo went over the network as it was"
    page.click(".uploads__next a")
    page.wait_for_selector("tbody tr")
    assert page.locator("tbody tr").count() == 2
    assert [text for text in visit.complaints if "ERR_FAILED" not in text] == []


def test_the_plain_form_sends_a_smaller_photo_too(
    chromium,  # noqa: F811
    live_server,
    maker,
    commune_staff,
    tmp_path,
):
    visit = Visit(chromium, live_server)
    visit.sign_in("xa.damthuy")
    visit.go("enterprises:evidence_new", maker.pk)
    page = visit.page
    page.set_input_files("[name=upload]", photo(tmp_path, "anh.jpg", (2600, 1300)))
    width = "async () => (await createImageBitmap(document.querySelector('[name=upload]').files[0])).width"
    for _try in range(100):
        if page.evaluate(width) == 2000:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(width) == 2000
    page.select_option("[name=kind]", "award")
    page.fill("[name=title]", "Giấy khen")
    page.click("form[data-shrink] .btn-primary")
    page.wait_for_url("**/minh-chung/")
    assert kept(Evidence.objects.get()).size == (2000, 1000)
    assert visit.complaints == []


def test_a_file_that_is_refused_says_why_and_the_others_go_on(
    chromium,  # noqa: F811
    live_server,
    maker,
    commune_staff,
    tmp_path,
):
    bad, good = tmp_path / "giay.php.pdf", tmp_path / "giay.pdf"
    for path in (bad, good):
        path.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    visit = Visit(chromium, live_server)
    visit.sign_in("xa.damthuy")
    visit.go("enterprises:evidence_new", maker.pk)
    visit.page.set_input_files("#uploads-files", [bad, good])
    visit.page.wait_for_selector(".uploads__file[data-state=done]")
    assert states(visit.page) == ["failed", "done"]
    assert "giay.php.pdf" in visit.page.inner_text(".uploads__file[data-state=failed] .uploads__says")


def test_evidence_is_attached_and_taken_off_without_leaving_the_page(
    chromium,  # noqa: F811
    live_server,
    world,
    maker,
    commune_staff,
):
    criteria_set = load_criteria("QD26-14")[0]
    product = make_product(world.dam_thuy, maker, group=criteria_set.group)
    dossier = make_dossier(product, criteria_set=criteria_set)
    paper = make_evidence(maker)
    visit = Visit(chromium, live_server)
    visit.sign_in("xa.damthuy")
    visit.go("ratings:dossier_evidence", dossier.pk)
    page = visit.page
    block = page.locator("[id='minh-chung-1.2']")
    block.locator("summary").click()
    block.locator("input[type=checkbox]").check()
    block.locator("button:has-text('Gắn giấy tờ')").click()
    page.wait_for_selector("[id='minh-chung-1.2'] .files")
    assert page.url.endswith(reverse("ratings:dossier_evidence", args=[dossier.pk]))
    use = EvidenceUse.objects.get()
    assert (use.criterion.code, use.evidence) == ("1.2", paper)
    assert page.inner_text(".evidence__says") == "Đã gắn minh chứng."
    block.locator("button:has-text('Bỏ')").click()
    page.wait_for_selector("[id='minh-chung-1.2'] .files", state="detached")
    assert EvidenceUse.objects.count() == 0
    assert visit.complaints == []


def test_who_was_signed_out_signs_in_elsewhere_and_tries_again(
    chromium,  # noqa: F811
    live_server,
    maker,
    commune_staff,
    tmp_path,
):
    visit = Visit(chromium, live_server)
    visit.sign_in("xa.damthuy")
    visit.go("enterprises:evidence_new", maker.pk)
    page = visit.page
    page.context.clear_cookies()
    page.set_input_files("#uploads-files", photo(tmp_path, "IMG_1.jpg", (800, 600)))
    page.wait_for_selector(".uploads__file[data-state=failed]")
    assert "Phiên đăng nhập đã hết" in page.inner_text(".uploads__says")
    visit.page = page.context.new_page()
    visit.sign_in("xa.damthuy")
    page.click(".uploads__file button:has-text('Thử lại')")
    page.wait_for_selector(".uploads__file[data-state=done]")
    assert Evidence.objects.count() == 1
