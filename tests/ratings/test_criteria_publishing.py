"""The life of a criteria set: draft, published and no longer changed, retired."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, connections, transaction

from accounts.models import AuditEntry
from ratings.criteria import publishing
from ratings.criteria.loading import load_drafts
from ratings.criteria.reading import rules_of
from ratings.models import CriteriaSet, Criterion, CriterionOption
from ratings.workflow import Refused
from tests.factories import load_criteria, make_criteria_set, make_group
from tests.ratings.criteria_files import at, changed

WATER = "QD26-16"
REFUSED = "a published criteria set does not change"


@pytest.fixture
def water(db) -> CriteriaSet:
    return load_criteria(WATER)[0]


@pytest.fixture
def correction(water, administrator) -> CriteriaSet:
    """A draft that corrects the published set: another title, one point moved."""

    def correct(found):
        found.update(code="QD26-16-DC1", corrects=WATER)
        at(found, "6.3")["options"][1]["p"] = 1

    load_drafts(changed(WATER, correct), by=administrator)
    return CriteriaSet.objects.get(code="QD26-16-DC1")


@pytest.fixture
def kept(water):
    """A session that keeps published sets as the portal's own does."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ocop.testing_reset = 'off'")


def states() -> dict[str, tuple[str, date | None, date | None]]:
    rows = CriteriaSet.objects.values_list("code", "state", "published_on", "retired_on")
    return {code: rest for code, *rest in rows}


def test_a_correction_takes_over_on_its_day_and_the_old_set_is_retired(water, correction, administrator):
    day = date(2026, 11, 1)
    published_before = water.published_on
    publishing.publish(correction, by=administrator, on=day)
    assert states() == {
        WATER: ["retired", published_before, day],
        "QD26-16-DC1": ["published", day, None],
    }
    assert CriteriaSet.objects.rating(water.group, water.regulation) == correction
    acts = AuditEntry.objects.filter(actor=administrator, act__startswith="criteria_set").order_by("pk")
    assert [(each.act, each.object_id, each.details) for each in acts] == [
        (
            "criteria_set.loaded",
            str(correction.pk),
            {"digest": correction.digest, "file_digest": acts[0].details["file_digest"]},
        ),
        ("criteria_set.retired", str(water.pk), {"replaced_by": "QD26-16-DC1"}),
        ("criteria_set.published", str(correction.pk), {"digest": correction.digest, "replaces": WATER}),
    ]


def test_what_a_dossier_is_rated_by_already_stays_readable(water, correction, administrator):
    publishing.publish(correction, by=administrator)
    old = CriteriaSet.objects.get(code=WATER)
    assert [o.points for o in rules_of(old).criterion("6.3").options] == [0, 2, 4]
    new = CriteriaSet.objects.get(code="QD26-16-DC1")
    assert [o.points for o in rules_of(new).criterion("6.3").options] == [0, 1, 4]


def test_a_set_is_retired_without_a_successor(water, administrator):
    publishing.retire(water, by=administrator, on=date(2026, 12, 1))
    assert states()[WATER][0::2] == ["retired", date(2026, 12, 1)]
    assert CriteriaSet.objects.rating(water.group, water.regulation) is None


def test_nobody_but_an_administrator_publishes_or_retires(water, correction, officer, leader):
    for person in (officer, leader):
        with pytest.raises(Refused, match="Quản trị"):
            publishing.publish(correction, by=person)
        with pytest.raises(Refused, match="Quản trị"):
            publishing.retire(water, by=person)
    assert [state for state, *_ in states().values()] == ["published", "draft"]


def test_the_way_leads_forwards_only(water, correction, administrator):
    for act, subject in [
        (publishing.publish, water),
        (publishing.retire, correction),
    ]:
        with pytest.raises(Refused):
            act(subject, by=administrator)
    publishing.publish(correction, by=administrator)
    with pytest.raises(Refused, match="Chỉ công bố được bản nháp"):
        publishing.publish(correction, by=administrator)
    with pytest.raises(Refused, match="Chỉ bộ đang áp dụng"):
        publishing.retire(water, by=administrator)


def test_a_draft_that_does_not_hold_in_the_database_is_not_published(water, correction, administrator):
    correction.criteria.filter(code="6.3").update(max_points=3)
    with pytest.raises(Refused, match=r"QD26-16-DC1, 6: Tổng điểm các mục bên dưới là 14, không phải 15\."):
        publishing.publish(correction, by=administrator)
    assert states()[WATER][0] == "published"


def test_two_published_sets_of_a_group_never_coexist(water, correction):
    with pytest.raises(IntegrityError, match="criteria_set_one_published_a_group"), transaction.atomic():
        CriteriaSet.objects.filter(pk=correction.pk).update(state="published", published_on=date(2026, 11, 1))


CHANGES = [
    "UPDATE ratings_criteriaset SET name = 'x' WHERE code = 'QD26-16'",
    "UPDATE ratings_criteriaset SET state = 'draft', published_on = NULL WHERE code = 'QD26-16'",
    "UPDATE ratings_criteriaset SET state = 'retired', retired_on = '2026-11-01', name = 'x'",
    "UPDATE ratings_criteriaset SET published_on = '2020-01-01' WHERE code = 'QD26-16'",
    "DELETE FROM ratings_criteriaset WHERE code = 'QD26-16'",
    "UPDATE ratings_criterion SET max_points = 0 WHERE code = '6.3'",
    "UPDATE ratings_criterion SET doubt = '' WHERE code = '1.4'",
    "DELETE FROM ratings_criterion WHERE code = '6.3'",
    "INSERT INTO ratings_criterion (criteria_set_id, part, code, title, position, depth, is_leaf, max_points,"
    " requirement, evidence, knockout, cases, options_implied, doubt)"
    " SELECT id, 'A', '99', '', 999, 1, false, 0, '', '', '', '{}', false, '' FROM ratings_criteriaset",
    "UPDATE ratings_criterionoption SET points = points + 1",
    "UPDATE ratings_criterionoption SET floor_for = NULL WHERE floor_for = 3",
    "DELETE FROM ratings_criterionoption WHERE position = 1",
    "INSERT INTO ratings_criterionoption (criterion_id, position, points, label)"
    " SELECT id, 99, 0, '' FROM ratings_criterion WHERE code = '6.3'",
]


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.parametrize("state", ["published", "retired"])
def test_the_database_keeps_a_set_that_is_no_draft(kept, water, statement, state):
    if state == "retired":
        publishing.retire(water, by=None)
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["criteriaset", "criterion", "criterionoption"])
def test_the_tables_are_not_emptied(kept, table):
    with (
        pytest.raises(IntegrityError, match="criteria sets are kept"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE ratings_{table} CASCADE")


def test_a_retired_set_does_not_come_back(kept, water):
    publishing.retire(water, by=None)
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        CriteriaSet.objects.filter(pk=water.pk).update(state="published", retired_on=None)


def test_rows_are_not_moved_from_a_draft_into_a_published_set(kept, water, correction):
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        Criterion.objects.filter(criteria_set=correction, code="6.3").update(criteria_set=water, code="6.9")
    mine, theirs = (Criterion.objects.get(criteria_set=each, code="6.3") for each in (correction, water))
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        CriterionOption.objects.filter(criterion=mine).update(criterion=theirs, position=9)


def test_a_draft_is_replaced_and_published_under_the_same_guard(kept, water, correction, administrator):
    load_drafts(
        changed(WATER, lambda found: found.update(code="QD26-16-DC1", corrects=WATER)), by=administrator
    )
    publishing.publish(CriteriaSet.objects.get(code="QD26-16-DC1"), by=administrator)
    assert [state for state, *_ in states().values()] == ["retired", "published"]


@pytest.mark.django_db(transaction=True)
def test_two_drafts_published_at_once_leave_one_published_set(administrator):
    drafts = [make_criteria_set(f"BTC-{n}", published=False, group=make_group()) for n in (1, 2)]
    ready, failed = threading.Barrier(2), []

    def publish(draft: CriteriaSet) -> None:
        try:
            ready.wait()
            publishing.publish(draft, by=administrator)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=publish, args=[draft]) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(state for state, *_ in states().values()) == ["published", "retired"]
