"""The council's room in a real browser: a sheet on a tablet, the live table, a phone."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.urls import reverse

from ratings import sitting
from ratings.models import AgendaItem, SheetChoice
from tests.browser.test_journey import CHROMIUM, Visit, chromium  # noqa: F401 - a fixture
from tests.factories import make_evidence
from tests.ratings.sitting_council import (
    BEST,
    TODAY,
    fill,
    make_accepted,
    make_council,
    make_item,
    make_session,
    sheets_of,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the browser tests don't run"),
]
TABLET = {"width": 820, "height": 1180}
SHOTS = os.environ.get("COUNCIL_SHOTS")


@pytest.fixture
def item(world, settings, province_officer) -> AgendaItem:
    settings.OCOP_TODAY = TODAY
    dossier = make_accepted(world.new_dam_thuy)
    leaf = dossier.criteria_set.criteria.get(code="1")
    dossier.evidence_uses.create(evidence=make_evidence(dossier.enterprise), criterion=leaf)
    made = make_item(make_session(make_council(world.province)), dossier)
    sitting.begin(made, by=province_officer)
    return made


def visit_of(chromium: Any, server: Any, username: str, viewport: dict[str, int]) -> Visit:  # noqa: F811
    visit = Visit(chromium, server)
    visit.page.on("dialog", lambda dialog: dialog.accept())
    visit.sign_in(username)
    visit.page.set_viewport_size(viewport)
    return visit


def look(visit: Visit, name: str, *args: object) -> None:
    assert visit.page.goto(visit.url + reverse(name, args=args)).status == 200


def shoot(visit: Visit, name: str) -> None:
    if SHOTS:
        visit.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_a_member_fills_in_his_sheet_and_hands_it_in(chromium, live_server, item):  # noqa: F811
    sheet = sheets_of(item)[0]
    visit = visit_of(chromium, live_server, sheet.member.user.username, TABLET)
    page = visit.page
    look(visit, "ratings:my_sheets")
    shoot(visit, "my_sheets")
    page.click(f"text={item.dossier.product.name}")
    options = page.locator(".option").all()
    assert [o for o in options if o.bounding_box()["height"] < 44] == []
    for code, position in BEST.items():
        page.click(f'[name="o-{code}"][value="{position}"]')
        page.wait_for_selector(f'[id="c-{code}"] [data-autosave-status]:has-text("Đã lưu")')
    assert "100,00 điểm" in page.locator("[data-score-line]").inner_text()
    assert page.locator(".assessment__nav [data-answered]").text_content() == "4/4"
    assert page.locator(".proof").count() == 1
    shoot(visit, "sheet")
    page.click("text=Kiểm tra và nộp phiếu")
    page.fill("#opinion", "Sản phẩm tốt")
    shoot(visit, "sheet_close")
    page.click("button:has-text('Nộp phiếu')")
    page.wait_for_url(f"**{reverse('ratings:council_item', args=[item.pk])}")
    shoot(visit, "item_member")
    assert sorted(SheetChoice.objects.values_list("criterion__code", "option__position")) == sorted(
        BEST.items()
    )
    assert (visit.complaints, page.evaluate("document.documentElement.scrollWidth")) == ([], 820)


def test_the_table_follows_by_itself(chromium, live_server, item, province_officer):  # noqa: F811
    visit = visit_of(chromium, live_server, province_officer.username, {"width": 1366, "height": 768})
    look(visit, "ratings:live_table", item.session_id)
    first, second, third = sheets_of(item)
    assert "100,00" not in visit.page.locator("[data-live]").inner_text()
    fill(first)
    fill(second)
    fill(third, BEST | {"1": 3})
    visit.page.wait_for_selector("[data-live]:has-text('10,01')", timeout=9000)
    assert "Vượt mức cho phép" in visit.page.locator("[data-live]").inner_text()
    beyond = "() => { const e = document.querySelector('.table-wrap'); return e.scrollWidth - e.clientWidth }"
    assert visit.page.evaluate(beyond) == 0, "stars and quorum are in sight without scrolling"
    shoot(visit, "live_table")
    look(visit, "ratings:council_item", item.pk)
    shoot(visit, "item_officer")
    visit.page.click("text=Chốt lượt chấm")
    visit.page.wait_for_selector("text=hồ sơ cần thảo luận")
    shoot(visit, "item_discussion")
    visit.page.set_viewport_size({"width": 360, "height": 700})
    assert (visit.complaints, visit.page.evaluate("document.documentElement.scrollWidth")) == ([], 360)
