"""The self-assessment in a real browser on a phone: saved while it is filled in, and nothing is ever lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from ratings import answering
from ratings.models import Answer, Dossier
from tests.browser.test_journey import CHROMIUM, PHONE, Visit, chromium  # noqa: F401 - a fixture
from tests.factories import PASSWORD, make_user
from tests.ratings.answered import make_rated

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the browser tests don't run"),
]
LOST = "Mất kết nối – nội dung được giữ trên máy này, sẽ tự lưu lại"


@pytest.fixture
def staff(world, settings):
    settings.OCOP_TODAY = date(2026, 6, 15)
    return make_user("xa.moi", "commune", world.new_dam_thuy, full_name="Cán bộ xã Đàm Thủy")


@pytest.fixture
def dossier(world, staff) -> Dossier:
    return make_rated(world.new_dam_thuy)


class Filling(Visit):
    """A person on the page of the whole sheet."""

    def __init__(self, chromium: Any, server: Any, dossier: Dossier, **options: Any) -> None:  # noqa: F811
        super().__init__(chromium, server, **options)
        self.address = reverse("ratings:self_assessment", args=[dossier.pk])
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.sign_in("xa.moi")
        self.go("ratings:self_assessment", dossier.pk)

    def choose(self, code: str, option: int) -> None:
        self.page.click(f'[name="o-{code}"][value="{option}"]')

    def note(self, code: str, text: str) -> None:
        more = self.page.locator(f'[id="c-{code}"] details.criterion__more')
        if more.get_attribute("open") is None:
            more.locator("> summary").click()
        self.page.fill(f'[id="n-{code}"]', text)

    def waits_for(self, words: str, code: str = "1.1") -> None:
        self.page.wait_for_selector(f'[id="c-{code}"] [data-autosave-status]:has-text("{words}")')

    def kept(self) -> list[str]:
        return self.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))")


def answers(dossier: Dossier) -> dict[str, tuple[int | None, str]]:
    rows = Answer.objects.filter(dossier=dossier).select_related("criterion", "option")
    return {a.criterion.code: (a.option.position if a.option else None, a.note) for a in rows}


def test_a_choice_is_saved_and_the_score_follows(chromium, live_server, dossier):  # noqa: F811
    visit = Filling(chromium, live_server, dossier)
    page = visit.page
    assert page.locator(".score__body").is_hidden()
    visit.choose("1.1", 3)
    visit.waits_for("Đã lưu")
    assert "3,00 điểm" in page.locator("[data-score-line]").inner_text()
    assert page.locator("[data-autosave-live]").inner_text() == "Tổng 3,00 điểm, 1 sao."
    assert page.locator('[name="o-5.2"]').first.is_disabled()
    visit.choose("5.1", 2)
    visit.waits_for("Đã lưu", "5.1")
    assert page.locator('[name="o-5.2"]').first.is_enabled()
    page.click(".score__line")
    assert "46,00 điểm" in page.locator("ul.score__gap").inner_text()
    page.click("ul.score__gap a >> nth=0")
    assert page.locator(".score__body").is_hidden()
    assert page.evaluate("location.hash") == "#c-2.2"
    page.focus('[name="o-1.2"][value="1"]')
    page.keyboard.press("ArrowDown")
    visit.waits_for("Đã lưu", "1.2")
    assert answers(dossier) == {"1.1": (3, ""), "5.1": (2, ""), "1.2": (2, "")}
    assert (visit.kept(), visit.complaints) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_note_typed_without_connection_outlives_a_reload(chromium, live_server, dossier):  # noqa: F811
    visit = Filling(chromium, live_server, dossier)
    visit.choose("1.1", 2)
    visit.waits_for("Đã lưu")
    visit.page.context.set_offline(True)
    visit.note("1.1", "Vùng trồng ở xóm Bản Giốc")
    visit.waits_for(LOST)
    assert (answers(dossier), len(visit.kept())) == ({"1.1": (2, "")}, 1)
    visit.page.goto("about:blank")
    visit.page.context.set_offline(False)
    visit.go("ratings:self_assessment", dossier.pk)
    visit.waits_for("Đã lưu")
    assert visit.page.input_value('[id="n-1.1"]') == "Vùng trồng ở xóm Bản Giốc"
    assert answers(dossier) == {"1.1": (2, "Vùng trồng ở xóm Bản Giốc")}
    assert visit.kept() == []


def test_what_was_typed_is_sent_as_soon_as_the_connection_is_back(chromium, live_server, dossier):  # noqa: F811
    visit = Filling(chromium, live_server, dossier)
    visit.page.context.set_offline(True)
    visit.choose("1.1", 3)
    visit.note("1.2", "Sổ ghi chép")
    visit.waits_for(LOST)
    visit.page.context.set_offline(False)
    visit.waits_for("Đã lưu")
    visit.waits_for("Đã lưu", "1.2")
    assert answers(dossier) == {"1.1": (3, ""), "1.2": (None, "Sổ ghi chép")}


def test_an_answer_that_got_lost_on_the_way_back_is_no_conflict(chromium, live_server, dossier):  # noqa: F811
    visit = Filling(chromium, live_server, dossier)

    def arrives_but_the_answer_is_lost(route: Any) -> None:
        route.fetch()
        route.abort()

    visit.page.route("**/1.1/luu/", arrives_but_the_answer_is_lost, times=1)
    visit.note("1.1", "Một")
    visit.waits_for(LOST)
    assert answers(dossier) == {"1.1": (None, "Một")}
    visit.note("1.1", "Một, hai")
    visit.waits_for("Đã lưu")
    assert answers(dossier) == {"1.1": (None, "Một, hai")}


def test_after_an_expired_session_signing_in_saves_what_was_typed(chromium, live_server, dossier):  # noqa: F811
    visit = Filling(chromium, live_server, dossier)
    page = visit.page
    page.context.clear_cookies(name="sessionid")
    visit.note("1.1", "Gõ khi phiên đã hết")
    visit.waits_for("Phiên làm việc đã hết")
    page.click('[id="c-1.1"] [data-autosave-status] a', delay=300)  # as long as a person holds the button
    page.fill("[name=username]", "xa.moi")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**" + visit.address)
    visit.waits_for("Đã lưu")
    assert answers(dossier) == {"1.1": (None, "Gõ khi phiên đã hết")}


@pytest.mark.parametrize(
    ("button", "left"), [("Lưu nội dung của tôi", "Của tôi"), ("Dùng nội dung đang lưu", "Của bạn")]
)
def test_two_people_in_one_criterion_see_both_texts_and_choose(
    chromium,  # noqa: F811
    live_server,
    dossier,
    world,
    button,
    left,
):
    visit = Filling(chromium, live_server, dossier)
    other = make_user("xa.khac", "commune", world.new_dam_thuy, full_name="Đồng nghiệp")
    answering.answer(dossier, "1.1", by=other, option=1, note="Của bạn")
    visit.note("1.1", "Của tôi")
    box = visit.page.locator(".autosave-conflict")
    box.wait_for()
    assert "Đồng nghiệp đã sửa tiêu chí này lúc" in box.inner_text()
    assert box.locator("blockquote").all_inner_texts() == ["Của tôi", "Của bạn"]
    # What only the other person touched is taken over without a question.
    assert visit.page.locator('[name="o-1.1"][value="1"]').is_checked()
    box.get_by_text(button).click()
    visit.waits_for("Đã lưu")
    assert visit.kept() == []
    assert visit.page.input_value('[id="n-1.1"]') == left
    assert answers(dossier) == {"1.1": (1, left)}


def test_signing_out_forgets_what_was_not_saved(chromium, live_server, dossier):  # noqa: F811
    visit = Filling(chromium, live_server, dossier)
    visit.page.route("**/luu/", lambda route: route.abort())
    visit.note("1.1", "Riêng tư")
    visit.waits_for(LOST)
    visit.page.click("form[data-forget-drafts] button")
    visit.page.wait_for_url(live_server.url + "/")
    assert visit.kept() == []


def test_the_button_saves_once_more_and_shows_the_score(chromium, live_server, dossier):  # noqa: F811
    visit = Filling(chromium, live_server, dossier)
    visit.choose("1.1", 3)
    visit.note("1.2", "Chưa kịp tự lưu")
    visit.page.click(".assessment__main > .actions .btn-primary")
    visit.page.wait_for_selector(".message--success")
    assert "Tổng 3,00 điểm, 1 sao." in visit.page.locator(".message--success").inner_text()
    assert answers(dossier) == {"1.1": (3, ""), "1.2": (None, "Chưa kịp tự lưu")}
    assert visit.kept() == []


def test_a_form_that_comes_back_waits_for_the_persons_decision(chromium, live_server, dossier, world):  # noqa: F811
    visit = Filling(chromium, live_server, dossier)
    page = visit.page
    page.route("**/luu/", lambda route: route.abort())
    visit.note("1.1", "Của tôi")
    visit.waits_for(LOST)
    other = make_user("xa.khac", "commune", world.new_dam_thuy, full_name="Đồng nghiệp")
    answering.answer(dossier, "1.1", by=other, note="Của bạn")
    page.unroute("**/luu/")
    page.click(".assessment__main > .actions .btn-primary")
    page.wait_for_selector(".error-summary")
    assert page.locator('[id="c-1.1"] .callout blockquote').inner_text() == "Của bạn"
    assert page.input_value('[id="n-1.1"]') == "Của tôi"
    visit.go("ratings:self_assessment", dossier.pk)
    assert page.locator(".autosave-conflict blockquote").all_inner_texts() == ["Của tôi", "Của bạn"]
    assert answers(dossier) == {"1.1": (None, "Của bạn")}
    page.click("text=Lưu nội dung của tôi")
    visit.waits_for("Đã lưu")
    assert answers(dossier) == {"1.1": (None, "Của tôi")}


def test_group_by_group_without_javascript(chromium, live_server, dossier):  # noqa: F811
    visit = Visit(chromium, live_server, java_script_enabled=False)
    page = visit.page
    page.goto(live_server.url + reverse("accounts:sign_in"))
    page.fill("[name=username]", "xa.moi")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.goto(live_server.url + reverse("ratings:self_assessment_group", args=[dossier.pk, "1"]))
    page.check('[name="o-1.1"][value="3"]')
    page.click('[id="c-1.1"] summary')
    page.fill('[name="n-1.1"]', "Vùng trồng")
    page.click("text=Lưu và tiếp tục")
    page.wait_for_url("**" + reverse("ratings:self_assessment_group", args=[dossier.pk, "2"]))
    page.check('[name="o-2.2"][value="3"]')
    page.click("text=Lưu, về toàn bộ tiêu chí")
    page.wait_for_url("**" + reverse("ratings:self_assessment", args=[dossier.pk]))
    shown = page.inner_text("main")
    assert "Đã lưu. Tổng 5,00 điểm, 1 sao." in shown
    assert "Còn thiếu để đạt 3 sao" in shown
    assert "45,00 điểm" in shown
    assert answers(dossier) == {"1.1": (3, "Vùng trồng"), "2.2": (3, "")}
