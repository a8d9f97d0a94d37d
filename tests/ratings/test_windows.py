"""The window of a re-evaluation: 180 to 120 days before expiry, by the law of the day, edges included."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ratings import clocks, conditions, filing, renewing, windows, workflow
from ratings.models import Dossier, RecognitionEvent, Regulation
from ratings.workflow import Refused
from tests.factories import make_decision, make_dossier, make_recognition
from tests.ratings import scenes
from tests.ratings.scenes import page, text_of

pytestmark = pytest.mark.django_db
EXPIRY = date(2027, 6, 30)
SETTINGS = {
    "reevaluation": {"submit_not_earlier_than_days": 180, "submit_not_later_than_days": 120},
    "extension_max_days": 180,
}


def before(days: int) -> date:
    return EXPIRY - timedelta(days=days)


@pytest.fixture
def scene(world, settings):
    scenes.begin(settings)
    return scenes.staff_of(world.new_dam_thuy)


@pytest.fixture
def recognition(world, scene):
    product = scenes.product_of(world.new_dam_thuy)
    return make_recognition(product, make_decision(world.province), expires_on=EXPIRY)


def ready(recognition, staff) -> Dossier:
    """A re-evaluation with everything but its time."""
    dossier = renewing.renew(recognition, "reevaluation", by=staff, on=date(2026, 11, 23))
    filing.change(dossier, by=staff, changes="Thêm vùng nguyên liệu.", pledged=True)
    scenes.paper(dossier)
    return scenes.complete(dossier)


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (181, "early"),
        (180, "open"),
        (121, "open"),
        (120, "open"),
        (119, "late"),
        (0, "late"),
        (-1, "late"),
        (-180, "late"),
        (-181, "over"),
    ],
)
def test_the_edges_of_the_window(days, stage):
    assert windows.window(SETTINGS, EXPIRY).stage(before(days)) == stage


def test_without_an_extension_the_expiry_day_is_the_last():
    rule = {"reevaluation": SETTINGS["reevaluation"]}
    assert [windows.window(rule, EXPIRY).stage(before(days)) for days in (0, -1)] == ["late", "over"]


def test_an_expiry_on_29_february_counts_days_not_months():
    found = windows.window(SETTINGS, date(2028, 2, 29))
    assert (found.first, found.last, found.end) == (date(2027, 9, 2), date(2027, 11, 1), date(2028, 8, 27))


@pytest.mark.parametrize(("settings_", "expiry"), [({}, EXPIRY), (SETTINGS, None)])
def test_no_window_where_the_law_or_the_paper_says_nothing(settings_, expiry):
    assert windows.window(settings_, expiry) is None


@pytest.mark.parametrize(
    ("days", "late_since"),
    [(180, None), (120, None), (119, before(119)), (0, before(119)), (-180, before(119))],
)
def test_a_submission_within_the_window_is_in_time_and_after_it_marked_late(
    recognition, scene, days, late_since
):
    dossier = ready(recognition, scene)
    workflow.move(dossier, "at_commune", by=scene, on=before(days))
    assert (dossier.state, dossier.late_since) == ("at_commune", late_since)


@pytest.mark.parametrize(("days", "told"), [(181, "01/01/2027"), (-181, "27/12/2027")])
def test_too_early_and_too_late_are_refused_with_the_day(recognition, scene, days, told):
    dossier = ready(recognition, scene)
    with pytest.raises(Refused, match=told):
        workflow.move(dossier, "at_commune", by=scene, on=before(days))
    dossier.refresh_from_db()
    assert (dossier.state, dossier.first_submitted_on, dossier.steps.count()) == ("draft", None, 0)


def test_an_extension_moves_the_window(recognition, scene, world):
    RecognitionEvent.objects.create(
        recognition=recognition,
        kind="extended",
        on=date(2026, 11, 1),
        new_expires_on=EXPIRY + timedelta(days=30),
        decision=make_decision(world.province),
    )
    assert windows.window_of(recognition, scenes.TODAY).first == before(150)
    assert windows.window_of(recognition, date(2026, 10, 31)).first == before(180)  # not known then


def test_other_kinds_and_older_laws_have_no_window(recognition, scene, world):
    upgrade = renewing.renew(recognition, "upgrade", by=scene)
    assert windows.of_dossier(upgrade, scenes.TODAY) is None
    assert windows.window_of(recognition, date(2026, 5, 21)) is None
    assert windows.window_of(recognition, date(2019, 1, 1)) is None
    assert conditions.within_window(upgrade) is None


def test_a_returned_one_is_held_to_the_day_of_its_first_submission(recognition, scene):
    dossier = ready(recognition, scene)
    workflow.move(dossier, "at_commune", by=scene, on=before(120))
    workflow.move(dossier, "returned", by=scene, on=before(100), points=["Thiếu"])
    answers = {point.pk: "Đã bổ sung" for point in workflow.open_points(dossier)}
    workflow.move(dossier, "at_commune", by=scene, on=before(-300), answers=answers)
    assert (dossier.state, dossier.late_since) == ("at_commune", None)


def test_a_certificate_that_is_over_opens_no_reevaluation(recognition, scene, settings):
    settings.OCOP_TODAY = before(-181)
    with pytest.raises(Refused, match="27/12/2027"):
        renewing.renew(recognition, "reevaluation", by=scene)
    assert renewing.renew(recognition, "upgrade", by=scene).kind == "upgrade"


def test_the_pages_print_the_window_and_how_it_is_read(recognition, scene, client_of, settings):
    dossier, browser = ready(recognition, scene), client_of(scene)
    for address in (
        page("recognition", recognition.pk),
        page("dossier", dossier.pk),
        page("dossier_submit", dossier.pk),
        recognition.product.get_absolute_url(),
    ):
        shown = text_of(browser.get(address))
        assert "từ ngày 01/01/2027 đến hết ngày 02/03/2027" in shown, address
        assert "Cách hiểu" in shown
    assert "Từ nay đến đó có thể chuẩn bị bản nháp." in text_of(
        browser.get(page("dossier_submit", dossier.pk))
    )
    settings.OCOP_TODAY = before(119)
    shown = text_of(browser.get(page("dossier_submit", dossier.pk)))
    assert "vẫn được nhận đến hết ngày 27/12/2027 và ghi là nộp muộn" in shown
    sent = browser.post(page("dossier_submit", dossier.pk), {"version": dossier.version, "pledged": "on"})
    assert sent.headers["Location"] == page("dossier_receipt", dossier.pk)
    assert "Nộp muộn" in text_of(browser.get(page("dossier", dossier.pk)))


# --- decided within 45 days


@pytest.mark.parametrize(
    ("kind", "due"),
    [("reevaluation", date(2027, 1, 7)), ("upgrade", date(2027, 1, 4)), ("first", date(2027, 1, 4))],
)
def test_a_reevaluation_is_decided_within_calendar_days(world, scene, kind, due):
    """45 calendar days of the law for a re-evaluation, 30 working days of the province for the others."""
    product = scenes.product_of(world.new_dam_thuy)
    law = Regulation.objects.get(code="QD26-2026")
    dossier = make_dossier(product, state="accepted", regulation=law, level="province", kind=kind)
    assert clocks.due_on(dossier, clocks.DECISION_TERM, scenes.TODAY) == due


def test_accepting_a_reevaluation_starts_the_clock_of_the_law(recognition, scene, province_officer, settings):
    dossier = ready(recognition, scene)
    settings.OCOP_TODAY = before(150)
    filing.submit(dossier, by=scene)
    scenes.proposed(dossier, scene)
    settings.OCOP_TODAY = before(140)
    scenes.accepted(dossier, province_officer)
    assert dossier.due_on == before(140 - 45)


def test_an_older_law_leaves_the_term_to_the_unit(world, scene):
    dossier = make_dossier(
        scenes.product_of(world.dam_thuy), state="accepted", level="province", kind="reevaluation"
    )
    assert clocks.due_on(dossier, clocks.DECISION_TERM, date(2023, 12, 1)) == date(2024, 1, 12)
