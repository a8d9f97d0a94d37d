"""Reminders of terms and papers: whom, when, once; and what becomes of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts import notice_words, noticing
from accounts.models import Notice
from areas.models import Holiday
from ratings import reminding, tasks
from ratings.models import Dossier, EvidenceUse
from tests.factories import make_dossier, make_evidence, make_product

FRIDAY = date(2023, 12, 29)


@pytest.fixture
def dossier(world):
    """A dossier in the state, of Đàm Thuỷ, due on the day."""

    def make(state="submitted", due_on=FRIDAY, level="district", area=None):
        return make_dossier(make_product(area or world.dam_thuy), state=state, due_on=due_on, level=level)

    return make


def told(kind="deadline") -> list[tuple[str, str, str]]:
    rows = Notice.objects.open().filter(kind__startswith=kind).select_related("area").order_by("pk")
    return [(row.kind.removeprefix("deadline."), row.role, str(row.area)) for row in rows]


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (date(2023, 12, 28), "missed"),
        (date(2023, 12, 29), "approaching"),  # the day itself still counts
        (date(2023, 12, 30), "approaching"),
        (date(2024, 1, 2), "approaching"),  # two working days after Friday
        (date(2024, 1, 3), None),
        (None, None),
    ],
)
def test_a_term_is_told_two_working_days_before_and_once_it_is_missed(dossier, due_on, expected):
    dossier(due_on=due_on)
    assert reminding.remind(FRIDAY) == (1 if expected else 0)
    assert told() == ([(expected, "officer", "Huyện Trùng Khánh")] if expected else [])


def test_holidays_make_the_warning_earlier(dossier):
    Holiday.objects.create(day=date(2024, 1, 1), kind="holiday", name="Tết Dương lịch")
    dossier(due_on=date(2024, 1, 3))
    assert reminding.remind(FRIDAY) == 1


@pytest.mark.parametrize(
    ("state", "level", "expected"),
    [
        ("draft", "", ("commune", "Xã Đàm Thuỷ")),
        ("at_commune", "commune", ("commune", "Xã Đàm Thuỷ")),
        ("returned", "district", ("commune", "Xã Đàm Thuỷ")),
        ("submitted", "district", ("officer", "Huyện Trùng Khánh")),
        ("submitted", "province", ("officer", "Cao Bằng")),
        ("accepted", "district", ("officer", "Huyện Trùng Khánh")),
        ("forwarded", "central", ("officer", "Cao Bằng")),
        ("scored", "district", ("officer", "Huyện Trùng Khánh")),
        ("prepared", "district", ("leader", "Huyện Trùng Khánh")),
    ],
)
def test_the_post_that_has_to_act_is_told(dossier, state, level, expected):
    dossier(state, level=level)
    reminding.remind(FRIDAY)
    assert told() == [("approaching", *expected)]


@pytest.mark.parametrize("state", [*Dossier.CLOSED])
def test_nobody_is_told_of_a_closed_dossier(dossier, state):
    dossier(state, due_on=date(2023, 12, 1))
    assert reminding.remind(FRIDAY) == 0


def test_an_ended_district_leaves_its_terms_to_the_province_and_a_commune_to_its_successor(dossier):
    dossier("submitted", due_on=date(2025, 7, 1))
    dossier("returned", due_on=date(2025, 7, 1))
    reminding.remind(date(2025, 7, 1))
    assert told() == [
        ("approaching", "officer", "Cao Bằng"),
        ("approaching", "commune", "Xã Đàm Thủy"),
    ]


def test_what_the_district_was_told_is_not_told_to_the_province_again(dossier, officer, province_officer):
    dossier("submitted", due_on=date(2025, 6, 30))
    assert reminding.remind(date(2025, 6, 30)) == 1
    assert reminding.remind(date(2025, 7, 1)) == 1  # missed, since then the province's
    assert reminding.remind(date(2025, 7, 2)) == 0
    assert noticing.for_user(province_officer, date(2025, 7, 2)).open().count() == 1


def test_twice_tells_once(dossier):
    dossier()
    assert [reminding.remind(FRIDAY) for _each in range(3)] == [1, 0, 0]
    assert Notice.objects.count() == 1


def test_missed_takes_the_place_of_approaching(dossier):
    made = dossier()
    reminding.remind(FRIDAY)
    assert reminding.remind(FRIDAY + timedelta(days=1)) == 1
    assert told() == [("missed", "officer", "Huyện Trùng Khánh")]
    notice = Notice.objects.open().get()
    assert notice_words.title_of(notice) == f"Hồ sơ {made.code} đã quá hạn: hạn là 29/12/2023"
    assert (notice.due_on, notice.asks, notice.url) == (FRIDAY, True, f"/ho-so/{made.pk}/")


def test_an_extended_term_ends_the_old_reminder_and_brings_a_new_one_in_its_time(dossier):
    made = dossier(due_on=date(2023, 12, 28))
    reminding.remind(FRIDAY)
    Dossier.objects.filter(pk=made.pk).update(due_on=date(2024, 1, 12))
    assert (reminding.remind(FRIDAY), told()) == (0, [])
    assert reminding.remind(date(2024, 1, 10)) == 1
    assert list(Notice.objects.order_by("pk").values_list("key", flat=True)) == [
        f"dossier:{made.pk}:due:2023-12-28:missed",
        f"dossier:{made.pk}:due:2024-01-12:approaching",
    ]


def test_a_dossier_that_moved_on_is_not_reminded_of(dossier):
    made = dossier()
    reminding.remind(FRIDAY)
    Dossier.objects.filter(pk=made.pk).update(state="recognised")
    assert (reminding.remind(FRIDAY), told()) == (0, [])


def test_the_beats_task_reminds_of_the_business_day(dossier):
    dossier()
    tasks.remind()
    tasks.remind()
    assert told() == [("approaching", "officer", "Huyện Trùng Khánh")]


@pytest.mark.parametrize("count", [1, 3])
def test_no_dossier_and_no_paper_costs_a_statement_of_its_own(
    dossier, paper, count, django_assert_num_queries
):
    for _each in range(count):
        dossier()
        paper(expires_on=FRIDAY)
    # savepoint, two to settle, calendar, terms, papers, what is known, what is new, with two savepoints
    with django_assert_num_queries(11):
        assert reminding.remind(FRIDAY) == 2 * count


@pytest.fixture
def paper(dossier):
    """A paper that an open dossier uses; it ends on the day."""

    def make(expires_on, state="submitted", of=None, **fields):
        of = of or dossier(state, due_on=None)
        evidence = make_evidence(
            of.enterprise,
            kind="production_conditions",
            title="Giấy chứng nhận",
            number="12/ATTP",
            expires_on=expires_on,
            **fields,
        )
        EvidenceUse.objects.create(dossier=of, evidence=evidence)
        return evidence

    return make


@pytest.mark.parametrize(
    ("expires_on", "expected"),
    [
        (FRIDAY - timedelta(days=1), 0),
        (FRIDAY, 1),
        (FRIDAY + timedelta(days=30), 1),
        (FRIDAY + timedelta(days=31), 0),
        (None, 0),
    ],
)
def test_a_paper_that_ends_within_a_month_is_told_to_the_commune(paper, expires_on, expected):
    evidence = paper(expires_on)
    assert reminding.remind(FRIDAY) == expected
    assert told("evidence") == [("evidence.expiring", "commune", "Xã Đàm Thuỷ")] * expected
    for notice in Notice.objects.all():
        code = evidence.uses.get().dossier.code
        assert notice_words.title_of(notice) == (
            f"Minh chứng của hồ sơ {code} chỉ còn hiệu lực đến {expires_on:%d/%m/%Y}"
        )
        assert notice_words.body_of(notice).startswith("Giấy chứng nhận 12/ATTP — ")


def test_a_paper_used_for_several_criteria_is_told_once_for_each_dossier(paper, dossier):
    evidence = paper(FRIDAY)
    first = evidence.uses.get().dossier
    other = dossier("draft", due_on=None)
    EvidenceUse.objects.create(dossier=other, evidence=evidence)
    assert [reminding.remind(FRIDAY), reminding.remind(FRIDAY)] == [2, 0]
    assert {row.facts["dossier"] for row in Notice.objects.all()} == {first.pk, other.pk}


def test_papers_of_closed_dossiers_and_removed_ones_are_not_told(paper):
    paper(FRIDAY, "recognised")
    paper(FRIDAY, "withdrawn")
    paper(FRIDAY, removed_at="2023-12-01T00:00:00+07:00")
    assert reminding.remind(FRIDAY) == 0


def test_a_paper_that_was_replaced_is_told_no_longer(paper):
    old = paper(FRIDAY)
    reminding.remind(FRIDAY)
    paper(date(2026, 1, 1), of=old.uses.get().dossier, replaces=old)
    assert (reminding.remind(FRIDAY), told("evidence")) == (0, [])


def test_a_paper_that_has_ended_stays_told_while_the_dossier_is_open(paper):
    evidence = paper(FRIDAY)
    reminding.remind(FRIDAY)
    assert reminding.remind(FRIDAY + timedelta(days=5)) == 0
    assert len(told("evidence")) == 1
    Dossier.objects.update(state="withdrawn")
    reminding.remind(FRIDAY)
    assert (told("evidence"), evidence.uses.count()) == ([], 1)
