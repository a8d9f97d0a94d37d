"""Warnings of what ends: whom, when, once; and what becomes of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts import notice_words
from accounts.models import Notice
from ratings import forewarning, tasks
from ratings.expiry import stages
from ratings.models import EvidenceUse, RecognitionEvent
from tests.factories import make_decision, make_dossier, make_evidence, make_recognition
from tests.ratings import scenes
from tests.ratings.scenes import TODAY

DAYS = stages.Days(TODAY, 180, 120, extension=180)


@pytest.fixture
def rating(world, settings):
    return scenes.begin(settings)


@pytest.fixture
def certificate(world, rating):
    def make(left, area=None, **fields):
        product = scenes.product_of(area or world.new_dam_thuy, name="Rượu ngô")
        decision = make_decision(world.province)
        expires = TODAY + timedelta(days=left)
        return make_recognition(
            product, decision, recognised_on=date(2024, 1, 1), expires_on=expires, **fields
        )

    return make


@pytest.fixture
def paper(world, rating):
    """A paper that a dossier uses; the dossier of a recognition in force unless it is open."""

    def make(left, state="recognised", in_force=True, **fields):
        product = scenes.product_of(world.new_dam_thuy)
        dossier = make_dossier(product, state=state, regulation=rating.regulation, on=date(2026, 6, 1))
        if state == "recognised" and in_force:
            make_recognition(
                product,
                make_decision(world.province),
                dossier=dossier,
                recognised_on=date(2026, 7, 1),
                expires_on=date(2029, 7, 1),
            )
        made = make_evidence(dossier.enterprise, expires_on=TODAY + timedelta(days=left), **fields)
        EvidenceUse.objects.create(dossier=dossier, evidence=made)
        return made

    return make


def told() -> list[tuple[str, str, str]]:
    rows = Notice.objects.open().select_related("area").order_by("pk")
    return [(row.kind, row.role, str(row.area)) for row in rows]


BOTH = [("commune", "Xã Đàm Thủy"), ("officer", "Cao Bằng")]


@pytest.mark.parametrize(
    ("left", "kind"),
    [
        (181, None),
        (180, forewarning.OPENED),
        (151, forewarning.OPENED),
        (150, forewarning.CLOSING),  # the window closes in 30 days
        (120, forewarning.CLOSING),
        (119, None),
        (31, None),
        (30, forewarning.ENDING),
        (8, forewarning.ENDING),
        (7, forewarning.ENDING),
        (0, forewarning.ENDING),
        (-1, None),
    ],
)
def test_the_commune_and_the_officer_are_told_in_each_window(certificate, left, kind):
    certificate(left)
    assert forewarning.forewarn(TODAY) == (2 if kind else 0)
    assert told() == [(kind, *whom) for whom in BOTH if kind]


def test_each_window_is_told_once_and_settles_the_one_before(certificate):
    row = certificate(180)
    passed = {}
    for day in range(181):
        new = forewarning.forewarn(TODAY + timedelta(days=day))
        if new:
            passed[180 - day] = (new, {kind for kind, *_whom in told()})
    assert passed == {
        180: (2, {forewarning.OPENED}),
        150: (2, {forewarning.CLOSING}),
        30: (2, {forewarning.ENDING}),
        7: (2, {forewarning.ENDING}),
    }
    forewarning.forewarn(row.expires_on + timedelta(days=1))
    assert told() == []
    assert Notice.objects.count() == 8


def test_the_beats_task_warns_of_the_business_day_as_often_as_it_likes(certificate):
    certificate(180)
    tasks.remind()
    tasks.remind()
    assert told() == [(forewarning.OPENED, *whom) for whom in BOTH]


def test_what_it_says(certificate):
    row = certificate(180)
    forewarning.forewarn(TODAY)
    notice = Notice.objects.first()
    with translation.override("vi"):
        assert notice_words.title_of(notice) == (
            f"Giấy chứng nhận của Rượu ngô hết hạn ngày {row.expires_on:%d/%m/%Y}: đã đến thời gian nộp "
            f"hồ sơ đánh giá lại, hạn nộp {row.expires_on - timedelta(days=120):%d/%m/%Y}"
        )
        assert notice_words.body_of(notice) == "3★, Xã Đàm Thủy"
    assert (notice.asks, notice.url) == (True, f"/quyet-dinh/cong-nhan/{row.pk}/")
    assert notice.due_on == row.expires_on - timedelta(days=120)


@pytest.mark.parametrize("kind", ["reevaluation", "upgrade"])
def test_a_dossier_that_is_submitted_ends_the_warning_a_draft_does_not(certificate, rating, kind):
    row = certificate(140)
    forewarning.forewarn(TODAY)
    dossier = make_dossier(row.product, kind=kind, previous=row)
    forewarning.forewarn(TODAY)
    assert len(told()) == 2
    dossier.state, dossier.first_submitted_on = "at_commune", TODAY
    dossier.regulation = rating.regulation
    dossier.save()
    forewarning.forewarn(TODAY)
    assert told() == []


def test_a_certificate_that_was_revoked_is_warned_of_no_longer(certificate):
    row = certificate(5)
    forewarning.forewarn(TODAY)
    RecognitionEvent.objects.create(recognition=row, kind="revoked", on=TODAY)
    assert (forewarning.forewarn(TODAY), told()) == (0, [])


def test_an_extended_certificate_is_warned_of_anew_in_its_time(certificate):
    row = certificate(5)
    forewarning.forewarn(TODAY)
    until = TODAY + timedelta(days=90)
    RecognitionEvent.objects.create(recognition=row, kind="extended", on=TODAY, new_expires_on=until)
    assert (forewarning.forewarn(TODAY), told()) == (0, [])
    assert forewarning.forewarn(until - timedelta(days=7)) == 2


def test_while_there_are_districts_their_officer_is_told(world, certificate, settings):
    settings.OCOP_TODAY = date(2023, 12, 29)
    row = certificate(0, area=world.dam_thuy)
    type(row).objects.filter(pk=row.pk).update(recognised_on=date(2021, 1, 1), expires_on=date(2024, 1, 20))
    forewarning.forewarn(date(2023, 12, 29))
    assert told() == [
        (forewarning.ENDING, "commune", "Xã Đàm Thuỷ"),
        (forewarning.ENDING, "officer", "Huyện Trùng Khánh"),
    ]


@pytest.mark.parametrize(("left", "expected"), [(31, 0), (30, 2), (8, 2), (7, 2), (0, 2), (-1, 0)])
def test_a_paper_on_which_a_recognition_rests_is_told_a_month_and_a_week_before(paper, left, expected):
    paper(left, title="Giấy ATTP", number="7")
    assert forewarning.forewarn(TODAY) == expected
    assert told() == [(forewarning.PAPER_ENDING, *whom) for whom in BOTH if expected]
    for notice in Notice.objects.all():
        assert notice_words.body_of(notice).startswith("Giấy ATTP 7 — ")


def test_a_paper_is_told_twice_in_all(paper):
    paper(30)
    new = {day: forewarning.forewarn(TODAY + timedelta(days=day)) for day in range(32)}
    assert {day: number for day, number in new.items() if number} == {0: 2, 23: 2}
    assert told() == []


def test_of_a_paper_of_an_open_dossier_the_commune_hears_through_the_dossier_until_the_last_week(paper):
    paper(20, state="submitted")
    forewarning.forewarn(TODAY)
    assert told() == [(forewarning.PAPER_ENDING, *BOTH[1])]
    forewarning.forewarn(TODAY + timedelta(days=13))
    assert told() == [(forewarning.PAPER_ENDING, *whom) for whom in BOTH]


def test_a_paper_on_which_nothing_rests_is_not_told(paper, world):
    paper(5, in_force=False)
    paper(5, state="withdrawn")
    scenes.evidence(scenes.product_of(world.new_dam_thuy).makings.get().enterprise, expires_on=TODAY)
    assert forewarning.forewarn(TODAY) == 0


def test_a_paper_that_was_replaced_is_told_no_longer(paper):
    old = paper(5)
    forewarning.forewarn(TODAY)
    make_evidence(old.enterprise, replaces=old, expires_on=date(2030, 1, 1))
    assert (forewarning.forewarn(TODAY), told()) == (0, [])


@pytest.mark.parametrize("count", [1, 3])
def test_no_certificate_and_no_paper_costs_a_statement_of_its_own(
    certificate, paper, count, django_assert_num_queries
):
    for _each in range(count):
        certificate(5)
        paper(5)
    # savepoints, the law, certificates, papers, to settle, what is known, what is new
    with django_assert_num_queries(10):
        assert forewarning.forewarn(TODAY) == 4 * count


@given(st.integers(-400, 400))
def test_a_certificate_is_in_one_window_of_warning_at_most_and_it_asks_for_a_day_to_come(left):
    found = forewarning.window_of_warning(TODAY + timedelta(days=left), DAYS)
    assert found is None or found[2] >= TODAY
    assert (found is not None) == (0 <= left <= 30 or 120 <= left <= 180)


@given(st.integers(-400, 400))
def test_without_a_window_in_the_law_there_are_only_the_reminders_before_the_end(left):
    found = forewarning.window_of_warning(TODAY + timedelta(days=left), stages.Days(TODAY))
    assert (found is not None) == (0 <= left <= 30)
