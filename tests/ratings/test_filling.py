"""Filling in the forms of Decision 26/2026: what is kept, what is refused, what is left to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from ratings import completeness, conditions, filing, filling, workflow
from ratings.filling import NEVER_SAVED, StaleSection, Status, fill, fill_fields, state_of
from ratings.models import Dossier, ReturnPoint, SectionContent
from ratings.sections import BY_KEY, CRITERIA, SECTIONS
from ratings.workflow import Refused, Stale
from tests.ratings import filled
from tests.ratings.filled import TODAY, answer_criteria, fill_forms, make_clerk, open_draft

KEYS = [section.key for section in SECTIONS]


@pytest.fixture(autouse=True)
def autumn_of_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def clerk(world):
    return make_clerk(world.new_dam_thuy)


@pytest.fixture
def draft(world, clerk) -> Dossier:
    return open_draft(world.new_dam_thuy, clerk)


def kept(dossier: Dossier, key: str) -> dict[str, str]:
    return dossier.sections.get(section=key).content


def statuses(dossier: Dossier) -> dict[str, str]:
    return {state.section.key: state.status.value for state in state_of(dossier)}


def returned(dossier: Dossier, clerk, *targets: str) -> list[ReturnPoint]:
    """The filled dossier, submitted and returned by the commune with one point for each place."""
    filing.submit(fill_forms(dossier, clerk), by=clerk)
    words = [f"Sửa {place or 'cả hồ sơ'}" for place in targets]
    workflow.move(dossier, Dossier.State.RETURNED, by=clerk, points=words)
    points = list(dossier.return_points.order_by("position"))
    for point, target in zip(points, targets, strict=True):
        point.target = target
        point.save()
    return points


# --- what is kept


def test_an_answer_is_kept_in_one_spelling(draft, clerk):
    fill(
        draft,
        "ket-qua",
        {
            "revenue_2025": Decimal("1234.50"),
            "profit_2025": Decimal("-3"),
            "points_of_sale_2025": Decimal("2E+1"),
            "produced_since": date(2020, 3, 5),
            "has_results": "yes",
            "market": "Chợ  Trùng\u200b Khánh\r\n\r\nCửa hàng ",
            "difficulties": "   ",
        },
        by=clerk,
    )
    assert kept(draft, "ket-qua") == {
        "revenue_2025": "1234.5",
        "profit_2025": "-3",
        "points_of_sale_2025": "20",
        "produced_since": "2020-03-05",
        "has_results": "yes",
        "market": "Chợ Trùng Khánh\n\nCửa hàng",
    }


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("thong-tin-chung", "workers", Decimal("1.5")),
        ("thong-tin-chung", "workers", Decimal("-1")),
        ("thong-tin-chung", "workers", Decimal("100001")),
        ("thong-tin-chung", "history", "x" * 4001),
        ("ket-qua", "good_share_2025", Decimal("100.01")),
        ("ket-qua", "revenue_2025", Decimal("0.001")),
        ("ket-qua", "revenue_2025", "nhiều"),
        ("ket-qua", "revenue_2025", Decimal("-0.01")),
        ("ket-qua", "has_results", "maybe"),
        ("ket-qua", "produced_since", "5/3"),
        ("phuong-an", "output_unit", "x" * 201),
    ],
)
def test_an_impossible_answer_is_refused_also_past_the_form(draft, clerk, key, name, value):
    with pytest.raises(Refused):
        fill(draft, key, {name: value}, by=clerk)
    assert not SectionContent.objects.exists()


def test_a_field_that_no_question_has_is_a_mistake_of_the_caller(draft, clerk):
    for key, name in [("ket-qua", "stars"), ("ket-qua", "revenue_2019"), ("dang-ky", "state")]:
        with pytest.raises(TypeError, match=name):
            fill(draft, key, {name: "x"}, by=clerk)


def test_a_whole_section_replaces_and_a_field_keeps_the_others(draft, clerk):
    fill(draft, "phuong-an", {"aims": "Bốn sao", "market_plan": "Chợ"}, by=clerk)
    fill_fields(draft, "phuong-an", {"aims": "Năm sao"}, by=clerk)
    assert kept(draft, "phuong-an") == {"aims": "Năm sao", "market_plan": "Chợ"}
    fill_fields(draft, "phuong-an", {"aims": ""}, by=clerk)
    assert kept(draft, "phuong-an") == {"market_plan": "Chợ"}
    fill(draft, "phuong-an", {"aims": "Ba sao"}, by=clerk)
    assert kept(draft, "phuong-an") == {"aims": "Ba sao"}


def test_form_01_is_kept_in_the_dossier_itself(draft, clerk):
    before = draft.version
    saved = fill(draft, "dang-ky", {"requested_stars": 4, "contact_name": " Bế  Thử "}, by=clerk)
    draft.refresh_from_db()
    assert (draft.requested_stars, draft.contact_name) == (4, "Bế Thử")
    assert saved.version == draft.version == before + 1
    assert not SectionContent.objects.exists()
    with pytest.raises(Stale):
        fill_fields(draft, "dang-ky", {"requested_stars": 5}, by=clerk, version=before)


# --- versions


def test_each_section_has_a_version_of_its_own(draft, clerk):
    first = fill(draft, "phuong-an", {"aims": "Bốn sao"}, by=clerk, version=NEVER_SAVED)
    assert first.version == 1
    assert fill(draft, "ket-qua", {"market": "Chợ"}, by=clerk, version=NEVER_SAVED).version == 1
    assert fill(draft, "phuong-an", {"aims": "Năm sao"}, by=clerk, version=1).version == 2
    draft.refresh_from_db()
    assert draft.version == 1


def test_the_later_of_two_is_told_who_was_first_and_what_stands(draft, clerk, province_officer):
    fill(draft, "phuong-an", {"aims": "Bốn sao"}, by=province_officer, version=NEVER_SAVED)
    with pytest.raises(StaleSection, match=r"Cán bộ tỉnh Cao Bằng.*\d\d:\d\d") as told:
        fill(draft, "phuong-an", {"aims": "Năm sao"}, by=clerk, version=NEVER_SAVED)
    assert (told.value.saved.version, told.value.theirs) == (1, {"aims": "Bốn sao"})
    with pytest.raises(StaleSection):
        fill_fields(draft, "phuong-an", {"aims": "Năm sao"}, by=clerk, version=NEVER_SAVED)
    assert kept(draft, "phuong-an") == {"aims": "Bốn sao"}


def test_the_same_again_changes_nothing_whatever_version_it_saw(draft, clerk):
    for _press in range(2):
        saved = fill(draft, "phuong-an", {"aims": "Bốn sao"}, by=clerk, version=NEVER_SAVED)
        assert saved.version == 1
    assert AuditEntry.objects.filter(act="dossier.section_filled").count() == 1
    assert fill(draft, "ket-qua", {"market": " "}, by=clerk).version == NEVER_SAVED
    assert not SectionContent.objects.filter(section="ket-qua").exists()


def test_the_trail_names_the_fields_and_never_what_they_say(draft, clerk):
    fill(draft, "phuong-an", {"aims": "Bốn sao", "market_plan": "Chợ"}, by=clerk)
    fill_fields(draft, "phuong-an", {"aims": "Năm sao"}, by=clerk)
    entries = AuditEntry.objects.filter(act="dossier.section_filled").order_by("pk")
    assert [(e.actor, e.area, e.details) for e in entries] == [
        (clerk, draft.area, {"section": "phuong-an", "fields": ["aims", "market_plan"]}),
        (clerk, draft.area, {"section": "phuong-an", "fields": ["aims"]}),
    ]


def test_typing_in_one_field_is_one_entry_an_hour_and_a_whole_form_always_one(draft, clerk, province_officer):
    def entries() -> int:
        return AuditEntry.objects.filter(act="dossier.section_filled").count()

    for words in ("Bốn", "Bốn sao", "Bốn sao trong ba năm"):
        fill_fields(draft, "phuong-an", {"aims": words}, by=clerk)
    assert entries() == 1
    fill_fields(draft, "phuong-an", {"market_plan": "Chợ"}, by=clerk)
    fill_fields(draft, "phuong-an", {"aims": "Ba sao"}, by=province_officer)
    assert entries() == 3
    fill(draft, "phuong-an", {"aims": "Năm sao", "market_plan": "Chợ"}, by=clerk)
    fill(draft, "phuong-an", {"aims": "Bốn sao", "market_plan": "Chợ"}, by=clerk)
    assert entries() == 5


# --- who, and when


def test_only_who_may_fill_in_the_dossier_fills_in_a_section(draft, world, province_leader, administrator):
    neighbour = make_clerk(world.new_tra_linh, "xa.tralinh")
    for person in (neighbour, province_leader, administrator):
        for key in ("dang-ky", "ket-qua"):
            with pytest.raises(PermissionDenied):
                fill(draft, key, {}, by=person)
    assert not SectionContent.objects.exists()


def test_nothing_is_filled_in_after_submission(draft, clerk):
    filing.submit(fill_forms(draft, clerk), by=clerk)
    before = kept(draft, "phuong-an")
    for key, data in [("phuong-an", {"aims": "Khác"}), ("dang-ky", {"requested_stars": 5})]:
        with pytest.raises(Refused):
            fill(draft, key, data, by=clerk)
        with pytest.raises(Refused):
            fill_fields(draft, key, data, by=clerk)
    draft.refresh_from_db()
    assert (kept(draft, "phuong-an"), draft.requested_stars) == (before, 3)


def test_a_return_opens_the_places_it_names_and_no_other(draft, clerk):
    returned(draft, clerk, "section:ket-qua", "criterion:1.1")
    fill_fields(draft, "ket-qua", {"market": "Đã bổ sung"}, by=clerk)
    assert kept(draft, "ket-qua")["market"] == "Đã bổ sung"
    for key, data in [
        ("phuong-an", {"aims": "Khác"}),
        ("thong-tin-chung", {"history": "Khác"}),
        ("dang-ky", {"requested_stars": 5}),
    ]:
        with pytest.raises(Refused):
            fill_fields(draft, key, data, by=clerk)
    assert statuses(draft) == {
        "dang-ky": "locked",
        "thong-tin-chung": "locked",
        "ket-qua": "returned",
        "tu-danh-gia": "returned",
        "phuong-an": "locked",
    }


def test_a_return_of_the_whole_opens_everything(draft, clerk):
    returned(draft, clerk, "")
    for key, data in [("phuong-an", {"aims": "Khác"}), ("dang-ky", {"requested_stars": 5})]:
        fill_fields(draft, key, data, by=clerk)
    assert set(statuses(draft).values()) == {"done"}


def test_a_return_of_the_self_assessment_opens_every_criterion(draft, clerk):
    returned(draft, clerk, "section:tu-danh-gia")
    assert filling.unlocking.of(draft).criterion("1.1")
    assert not filling.unlocking.of(draft).section("ket-qua")


def test_a_paper_of_the_submission_stays_unless_form_01_is_returned(draft, clerk, with_paper):
    old = with_paper(draft)
    points = returned(draft, clerk, "criterion:1.1")
    new = with_paper(draft)
    filing.remove_attachment(new, by=clerk)
    with pytest.raises(Refused):
        filing.remove_attachment(old, by=clerk)
    points[0].target = "section:dang-ky"
    points[0].save()
    filing.remove_attachment(old, by=clerk)
    assert not draft.attachments.filter(removed_at__isnull=True).exists()


# --- what is left to do


def test_an_empty_draft_has_nothing_begun(draft):
    assert statuses(draft) == dict.fromkeys(KEYS, "not_started")


def test_a_section_goes_from_begun_to_done(draft, clerk):
    fill(draft, "thong-tin-chung", {"history": "Từ năm 2020"}, by=clerk)
    state = next(state for state in state_of(draft) if state.section.key == "thong-tin-chung")
    assert (state.status, len(state.lacks)) == (Status.IN_PROGRESS, 4)
    fill_forms(draft, clerk)
    assert statuses(draft) == dict.fromkeys(KEYS, "done")


@pytest.mark.parametrize(
    ("key", "name"),
    [(key, name) for key, content in filled.FORMS.items() for name in content],
)
def test_each_answer_that_is_asked_for_is_needed(draft, clerk, key, name):
    content = {other: value for other, value in filled.FORMS[key].items() if other != name}
    fill(draft, key, content, by=clerk)
    lacking = completeness.lacks(draft, BY_KEY[key], kept(draft, key))
    # Without knowing whether it was ever sold, nothing is known of what the results need.
    assert len(lacking) == 1
    assert statuses(draft)[key] == "in_progress"


def test_a_product_that_was_never_sold_needs_no_figures(draft, clerk):
    answers = {"has_results": "no", "quality": "Đang thử nghiệm", "market": "Chưa bán"}
    fill(draft, "ket-qua", answers, by=clerk)
    assert statuses(draft)["ket-qua"] == "done"


def test_parts_greater_than_their_whole_are_not_done(draft, clerk):
    fill(draft, "thong-tin-chung", filled.GENERAL | {"workers_female": Decimal(13)}, by=clerk)
    assert statuses(draft)["thong-tin-chung"] == "in_progress"
    fill_fields(draft, "thong-tin-chung", {"workers": Decimal(13)}, by=clerk)
    assert statuses(draft)["thong-tin-chung"] == "done"


def test_form_01_needs_a_star_and_somebody_to_call(draft, clerk):
    assert statuses(draft)["dang-ky"] == "not_started"
    fill(draft, "dang-ky", {"requested_stars": 3}, by=clerk)
    assert statuses(draft)["dang-ky"] == "done"
    type(draft.enterprise).objects.update(phone="")
    draft = Dossier.objects.get(pk=draft.pk)
    assert statuses(draft)["dang-ky"] == "in_progress"
    fill(draft, "dang-ky", {"contact_phone": "0900000999"}, by=clerk)
    assert statuses(draft)["dang-ky"] == "done"
    fill(draft, "dang-ky", {"kind": "upgrade"}, by=clerk)
    assert statuses(draft)["dang-ky"] == "in_progress"


def test_years_are_counted_from_the_year_of_the_first_submission(draft, clerk, settings):
    settings.OCOP_TODAY = date(2027, 1, 4)
    fill(draft, "ket-qua", filled.BUSINESS | {"revenue_2026": Decimal(1)}, by=clerk)
    assert statuses(draft)["ket-qua"] == "in_progress"  # the last year is 2026 by now
    settings.OCOP_TODAY = TODAY
    filing.submit(fill_forms(draft, clerk), by=clerk)
    settings.OCOP_TODAY = date(2027, 1, 4)
    workflow.move(draft, Dossier.State.RETURNED, by=clerk, points=["Sửa"])
    assert statuses(draft) == dict.fromkeys(KEYS, "done")


def test_the_self_assessment_counts_the_criteria_that_apply(draft):
    assert completeness.criteria_answered(draft).of == 28  # 5.2 is scored only where 5.1 has points
    answer_criteria(draft, leave=("1.1", "9"))
    found = completeness.criteria_answered(draft)
    assert (found.answered, found.of, found.unanswered) == (27, 29, ("1.1", "9"))
    state = next(state for state in state_of(draft) if state.section == CRITERIA)
    assert (state.status, state.answered) == (Status.IN_PROGRESS, found)


def test_a_criterion_whose_precondition_does_not_hold_needs_no_answer(draft):
    answer_criteria(draft, leave=("5.2",))
    assert completeness.criteria_answered(draft).unanswered == ("5.2",)
    story = draft.answers.get(criterion__code="5.1")
    story.option = story.criterion.options.get(points=0)
    story.save()
    assert completeness.criteria_answered(draft).is_complete


def test_where_a_set_has_cases_one_is_chosen(world, clerk):
    tourism = open_draft(world.new_dam_thuy, clerk, group="QD26-26")
    assert completeness.criteria_answered(tourism).case_missing
    assert "trường hợp" in str(conditions.criteria_answered(tourism))
    tourism.case = 1
    assert not completeness.criteria_answered(tourism).case_missing


def test_the_state_of_all_sections_costs_the_same_however_much_is_filled_in(draft, clerk):
    state_of(draft)  # the criteria set is read once

    def statements() -> int:
        found = Dossier.objects.select_related("criteria_set", "enterprise", "previous").get(pk=draft.pk)
        with CaptureQueriesContext(connection) as asked:
            state_of(found)
        return len(asked)

    assert statements() == 2
    fill_forms(draft, clerk)
    assert statements() == 2
    filing.submit(draft, by=clerk)
    workflow.move(draft, Dossier.State.RETURNED, by=clerk, points=["Một", "Hai", "Ba"])
    assert statements() == 4


# --- dossiers without such forms


def test_an_older_regulation_has_no_forms(regulations, commune_staff, make, world, settings):
    settings.OCOP_TODAY = date(2023, 11, 20)
    old = filing.open_dossier(make.make_product(world.dam_thuy), kind="first", by=commune_staff)
    assert state_of(old) == []
    assert conditions.sections_filled_in(old) is None
    assert conditions.criteria_answered(old) is None
    with pytest.raises(Refused):
        fill(old, "ket-qua", {"market": "Chợ"}, by=commune_staff)


def test_a_draft_from_before_the_forms_shows_them_once_they_are_in_force(world, clerk, settings, make):
    make.load_criteria("QD26-14")
    settings.OCOP_TODAY = date(2026, 5, 21)
    old = filing.open_dossier(make.make_product(world.new_dam_thuy), kind="first", by=clerk)
    assert old.criteria_set is None
    settings.OCOP_TODAY = date(2026, 5, 22)
    assert len(state_of(filling.follow_the_rules_of_today(old))) == 5
    old = Dossier.objects.get(pk=old.pk)
    fill(old, "phuong-an", {"aims": "Bốn sao"}, by=clerk)
    old.refresh_from_db()
    assert old.criteria_set.code == "QD26-14"
