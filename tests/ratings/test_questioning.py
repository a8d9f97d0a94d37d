"""Cross-checks of a dossier: what they ask, what they keep silent about, and what officers found."""

from __future__ import annotations

import importlib
import json
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation

from accounts.models import AuditEntry, Role
from enterprises.models import EnterpriseKind, Evidence
from enterprises.models import EvidenceKind as Kind
from products.models import Product
from ratings import questioning
from ratings.models import (
    Answer,
    Attachment,
    CriteriaSet,
    Dossier,
    EvidenceUse,
    RecognitionEvent,
    Regulation,
    Result,
)
from ratings.workflow import Refused
from tests.factories import (
    load_criteria,
    make_decision,
    make_dossier,
    make_enterprise,
    make_kind,
    make_product,
    make_recognition,
    make_user,
)

FILED, TODAY = date(2026, 9, 1), date(2026, 9, 10)
STORY = "Rượu ngô men lá của bản được nấu từ ngô nếp trồng trên nương đá và men lá hái trong rừng già. " * 2


@pytest.fixture(scope="module", autouse=True)
def white_spirit(django_db_setup, django_db_blocker):
    """The set of white spirit, loaded once: each test's own transaction lies within the module's."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_criteria("QD26-14")
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def in_vietnamese():
    with translation.override("vi"):
        yield


@pytest.fixture
def today(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def maker(world):
    return make_enterprise(world.new_dam_thuy, kind=make_kind("cooperative"))


@pytest.fixture
def dossier(today, world, maker):
    """A first dossier of white spirit, submitted in the province's second round of 2026."""
    rating = CriteriaSet.objects.get(code="QD26-14")
    product = make_product(world.new_dam_thuy, maker, name="Rượu ngô bản", group=rating.group)
    return make_dossier(
        product,
        state="submitted",
        on=FILED,
        regulation=rating.regulation,
        criteria_set=rating,
        level="province",
    )


@pytest.fixture
def province_officer_2026(world):
    return make_user("tinh.hoi", Role.OFFICER, world.province, full_name="Cán bộ tỉnh")


def choose(dossier: Dossier, code: str, position: int) -> None:
    criterion = dossier.criteria_set.criteria.get(code=code)
    Answer.objects.update_or_create(
        dossier=dossier, criterion=criterion, defaults={"option": criterion.options.get(position=position)}
    )


def paper(owner, kind=Kind.TEST_REPORT, sha256="a" * 64, **fields) -> Evidence:
    defaults = {
        "title": "Phiếu kiểm nghiệm",
        "file": "evidence/khong-co.pdf",
        "file_name": "phieu.pdf",
        "content_type": "application/pdf",
        "size": 1000,
    }
    return Evidence.objects.create(enterprise=owner, kind=kind, sha256=sha256, **(defaults | fields))


def use(dossier: Dossier, evidence: Evidence, code: str | None = None) -> Evidence:
    criterion = dossier.criteria_set.criteria.get(code=code) if code else None
    EvidenceUse.objects.create(dossier=dossier, evidence=evidence, criterion=criterion)
    return evidence


def asked(dossier: Dossier, on: date = TODAY) -> list[tuple[str, str]]:
    """The kinds of question with the place they are about."""
    fresh = Dossier.objects.get(pk=dossier.pk)
    return [(q.key.split(":")[0], q.about) for q in questioning.questions_of(fresh, on)]


def words(dossier: Dossier, on: date = TODAY) -> list[str]:
    return [q.words for q in questioning.questions_of(Dossier.objects.get(pk=dossier.pk), on)]


def test_an_empty_dossier_leaves_nothing_to_ask(dossier):
    assert asked(dossier) == []


# Papers.


@pytest.mark.parametrize(
    ("expires", "kind"),
    [
        (date(2026, 9, 9), "expired"),
        # The last day itself is valid, but the round decides by 30/12.
        (TODAY, "expires"),
        (date(2026, 12, 29), "expires"),
        (date(2026, 12, 30), None),
        (None, None),
    ],
)
def test_a_paper_must_hold_until_the_round_decides(dossier, maker, expires, kind):
    use(dossier, paper(maker, expires_on=expires), "9")
    assert asked(dossier) == ([(kind, "criterion:9")] if kind else [])


def test_expired_papers_are_asked_after_in_words(dossier, maker):
    use(dossier, paper(maker, expires_on=date(2026, 9, 1)))
    assert words(dossier) == [
        "Minh chứng “Phiếu kiểm nghiệm” hết hạn ngày 01/09/2026: chủ thể đã có bản mới chưa?"
    ]


@pytest.mark.parametrize(
    ("filed", "fields", "likely"),
    [
        (date(2026, 10, 30), {}, date(2026, 12, 30)),
        (date(2026, 10, 31), {}, date(2027, 6, 30)),
        (date(2026, 9, 1), {"kind": "reevaluation"}, date(2026, 10, 16)),
        # The centre's rounds count from the day on which the dossier was forwarded.
        (
            date(2026, 9, 1),
            {"level": "central", "state": "forwarded", "first_submitted_on": date(2026, 3, 1)},
            date(2027, 3, 30),
        ),
    ],
)
def test_the_likely_day_follows_rounds_and_terms_of_the_regulation(dossier, maker, filed, fields, likely):
    Dossier.objects.filter(pk=dossier.pk).update(
        **({"first_submitted_on": filed, "state_since": filed} | fields)
    )
    report = use(dossier, paper(maker, expires_on=likely), "9")
    assert asked(dossier, filed) == []
    Evidence.objects.filter(pk=report.pk).update(expires_on=likely.replace(day=likely.day - 1))
    assert asked(dossier, filed) == [("expires", "criterion:9")]


def test_under_an_older_regulation_papers_must_hold_until_the_dossier_is_due(today, world, maker):
    old = Regulation.objects.get(code="QD148-2023-A1489")
    product = make_product(world.new_dam_thuy, maker)
    dossier = make_dossier(
        product, state="submitted", on=date(2026, 5, 4), regulation=old, due_on=date(2026, 6, 1)
    )
    use(dossier, paper(maker, expires_on=date(2026, 5, 31)))
    assert asked(dossier, date(2026, 5, 10)) == [("expires", "")]
    assert asked(dossier, date(2026, 6, 5)) == [("expired", "")]


def test_a_replaced_paper_is_asked_after_once_whether_or_not_it_expired(dossier, maker):
    old = use(dossier, paper(maker, expires_on=date(2026, 1, 1)), "9")
    newer = paper(maker, sha256="b" * 64, replaces=old)
    assert asked(dossier) == [("replaced", "criterion:9")]
    newer.removed_at = "2026-09-09T00:00Z"
    newer.save()
    assert asked(dossier) == [("expired", "criterion:9")]


def test_the_same_file_in_a_dossier_of_another_organisation_is_asked_after(dossier, world, maker):
    use(dossier, paper(maker), "9")
    stranger = make_enterprise(world.new_dam_thuy)
    theirs = paper(stranger)
    # In their library alone it was shown to nobody.
    assert asked(dossier) == []
    other = make_dossier(
        make_product(world.new_dam_thuy, stranger),
        regulation=dossier.regulation,
        criteria_set=dossier.criteria_set,
    )
    use(other, theirs)
    (question,) = questioning.questions_of(dossier, TODAY)
    assert (question.about, question.facts["dossiers"]) == ("criterion:9", [other.pk])
    assert stranger.name not in question.words and other.code not in question.words


def test_the_same_file_is_found_among_papers_attached_on_either_side(dossier, world, with_paper):
    with_paper(dossier)
    other = make_dossier(make_product(world.new_dam_thuy), regulation=dossier.regulation)
    theirs = with_paper(other)
    assert asked(dossier) == [("same-file", "")]
    Attachment.objects.filter(pk=theirs.pk).update(removed_at="2026-09-09T00:00Z")
    assert asked(dossier) == []


def test_the_product_s_own_makers_may_share_a_file(dossier, world, maker):
    partner = make_enterprise(world.new_dam_thuy)
    dossier.product.makings.create(enterprise=partner)
    ours = use(dossier, paper(maker))
    other = make_dossier(make_product(world.new_dam_thuy, partner), regulation=dossier.regulation)
    use(other, paper(partner))
    again = make_dossier(make_product(world.new_dam_thuy, maker), regulation=dossier.regulation)
    use(again, ours)
    assert asked(dossier) == []


# Claims.


@pytest.mark.parametrize(
    ("code", "position", "silent"),
    [
        ("3.3", 2, False),  # local labour: a list of workers
        ("4.2", 2, False),  # who sells: no kind of its own, still part B
        ("4.2", 1, True),  # no point claimed
        ("2.2", 3, True),  # packaging is seen on the sample
        ("6.1", 2, True),  # looked at and tasted
        ("3.2", 2, True),  # answered by the record
    ],
)
def test_points_without_a_paper_are_asked_after_where_one_is_wanted(dossier, code, position, silent):
    choose(dossier, code, position)
    assert asked(dossier) == ([] if silent else [("no-paper", f"criterion:{code}")])


def test_a_claim_without_a_paper_is_asked_after_in_words(dossier):
    choose(dossier, "3.3", 2)
    assert words(dossier) == [
        "Tiêu chí 3.3 “Lao động địa phương” tự chấm 2 điểm nhưng chưa có minh chứng: giấy tờ nào chứng minh?"
    ]


def test_a_paper_for_the_criterion_or_of_a_fitting_kind_answers(dossier, maker):
    choose(dossier, "3.3", 2)
    choose(dossier, "4.2", 2)
    use(dossier, paper(maker, Kind.LABOUR))
    assert asked(dossier) == [("no-paper", "criterion:4.2")]
    use(dossier, paper(maker, Kind.PROMOTION, "b" * 64), "4.2")
    assert asked(dossier) == []


def test_a_paper_attached_to_the_dossier_answers_by_its_kind(dossier, with_paper):
    choose(dossier, "3.3", 2)
    Attachment.objects.filter(pk=with_paper(dossier).pk).update(kind=Kind.LABOUR)
    assert asked(dossier) == []


@pytest.mark.parametrize(
    ("code", "position", "kind"),
    [
        ("3.5", 1, Kind.INTELLECTUAL_PROPERTY),
        ("8", 1, Kind.QUALITY_DECLARATION),
        ("9", 2, Kind.QUALITY_SYSTEM),
        ("9", 1, None),
    ],
)
def test_an_option_that_names_a_certificate_wants_a_paper_of_that_kind(dossier, maker, code, position, kind):
    choose(dossier, code, position)
    use(dossier, paper(maker, Kind.AWARD), code)
    assert asked(dossier) == ([("other-paper", f"criterion:{code}")] if kind else [])
    if kind:
        use(dossier, paper(maker, kind, "b" * 64))
        assert asked(dossier) == []


@pytest.mark.parametrize(
    ("kind", "fitting"),
    [
        ("household", {1}),
        ("farm", {1}),
        ("cooperative_group", {1}),
        # A joint-stock company of local capital stands in the highest option.
        ("company", {2, 3}),
        ("cooperative", {3}),
        ("cooperative_union", {3}),
        # Forms that the options do not name.
        ("association", {1, 2, 3}),
        ("branch", {1, 2, 3}),
    ],
)
@pytest.mark.parametrize("position", [1, 2, 3])
def test_the_form_claimed_is_held_against_the_form_recorded(dossier, maker, kind, fitting, position):
    maker.kind = make_kind(kind, kind)
    maker.save()
    choose(dossier, "3.1", position)
    use(dossier, paper(maker, Kind.BUSINESS_REGISTRATION))
    assert asked(dossier) == ([] if position in fitting else [("form", "criterion:3.1")])


def test_the_form_is_asked_after_in_words(dossier, maker):
    maker.kind = EnterpriseKind.objects.create(code="household", name="Hộ kinh doanh")
    maker.save()
    choose(dossier, "3.1", 3)
    use(dossier, paper(maker, Kind.BUSINESS_REGISTRATION))
    assert words(dossier) == [
        "Tiêu chí 3.1 chọn “HTX đúng luật / cổ phần với vốn người địa phương ≥51%”, trong khi chủ thể "
        "được ghi nhận là “Hộ kinh doanh”: thông tin nào đúng?"
    ]


@pytest.mark.parametrize(
    ("sex", "ethnicity", "claims", "asks"),
    [
        ("male", "Kinh", True, True),
        ("male", "kinh", False, False),
        ("female", "", False, True),
        ("female", "Kinh", True, False),
        ("male", "Tày", False, True),
        ("", "Nùng", True, False),
        # The record doesn't say enough.
        ("male", "", True, False),
        ("", "Kinh", True, False),
        ("male", "Không rõ", True, False),
        ("", "", False, False),
    ],
)
def test_the_representative_is_held_against_the_record(dossier, maker, sex, ethnicity, claims, asks):
    maker.representative_sex, maker.representative_ethnicity = sex, ethnicity
    maker.save()
    choose(dossier, "3.2", 2 if claims else 1)
    assert asked(dossier) == ([("representative", "criterion:3.2")] if asks else [])


def test_no_personal_data_stands_in_a_question(dossier, maker):
    maker.representative_sex, maker.representative_ethnicity = "male", "Kinh"
    maker.phone = "0912345678"
    maker.save()
    choose(dossier, "3.2", 2)
    (question,) = questioning.questions_of(Dossier.objects.get(pk=dossier.pk), TODAY)
    assert question.words == (
        "Nội dung về người đại diện ở tiêu chí 3.2 khác với thông tin ghi nhận của chủ thể: bên nào đúng?"
    )
    said = json.dumps([question.key, question.words, dict(question.facts)], ensure_ascii=False)
    for private in ("male", "Nam", "Kinh", maker.phone, maker.representative):
        assert private not in said


# Records.


def test_a_product_recognised_and_in_force_is_asked_after_in_a_first_dossier(dossier, world):
    decision = make_decision(world.new_dam_thuy, signed_on=date(2024, 5, 1))
    recognition = make_recognition(dossier.product, decision)
    assert words(dossier) == [
        "Sản phẩm “Rượu ngô bản” của chủ thể này đang được công nhận 3 sao đến ngày 01/05/2027: hồ sơ có "
        "phải là nâng hạng hoặc đánh giá lại không?"
    ]
    assert asked(dossier, date(2027, 5, 2)) == []
    RecognitionEvent.objects.create(recognition=recognition, kind="revoked", on=date(2026, 9, 2))
    assert asked(dossier) == []


def test_an_upgrade_follows_a_recognition_without_a_question(dossier, world):
    make_recognition(dossier.product, make_decision(world.new_dam_thuy, signed_on=date(2024, 5, 1)))
    Dossier.objects.filter(pk=dossier.pk).update(kind="upgrade")
    assert asked(dossier) == []


@pytest.mark.parametrize(
    ("name", "same_maker", "asks"),
    [
        ("RƯỢU  NGÔ BẢN", True, True),
        ("Rượu ngọ bản", True, False),
        ("Rượu ngô bản", False, False),
        ("Rượu ngô bản 40 độ", True, False),
    ],
)
def test_another_entry_of_the_same_name_and_maker_counts_as_the_product(
    dossier, world, maker, name, same_maker, asks
):
    holder = maker if same_maker else make_enterprise(world.new_dam_thuy)
    twin = make_product(world.new_dam_thuy, holder, name=name)
    make_recognition(twin, make_decision(world.new_dam_thuy, signed_on=date(2024, 5, 1)))
    assert asked(dossier) == ([("recognised", "")] if asks else [])


def result(product: Product, total: str, on: date = date(2026, 3, 1)) -> Result:
    Dossier.objects.filter(product=product, state="draft").delete()
    earlier = make_dossier(product, state="recognised", on=date(2026, 2, 1))
    return Result.objects.create(
        dossier=earlier,
        level="province",
        part_a=Decimal(total),
        part_b=0,
        part_c=0,
        total=Decimal(total),
        stars=1,
        assessed_on=on,
    )


@pytest.mark.parametrize(("last", "asks"), [("1.00", True), ("1.01", False), ("20", False)])
def test_an_own_total_far_above_the_last_result_is_asked_after(dossier, last, asks):
    # 4 + 4 + 3 points, seen on the sample or in the record.
    for code, position in [("1.1", 3), ("2.1", 4), ("3.1", 3)]:
        choose(dossier, code, position)
    assert ("far-above", "") not in asked(dossier)
    result(dossier.product, last)
    assert (("far-above", "") in asked(dossier)) is asks


def test_the_last_result_counts_and_only_once_it_is_there(dossier):
    for code, position in [("1.1", 3), ("2.1", 4), ("3.1", 3)]:
        choose(dossier, code, position)
    result(dossier.product, "1")
    result(dossier.product, "11", on=date(2026, 8, 1))
    assert ("far-above", "") not in asked(dossier)
    assert ("far-above", "") in asked(dossier, date(2026, 7, 31))


def test_a_far_total_is_asked_after_in_words(dossier):
    for code, position in [("1.1", 3), ("2.1", 4), ("3.1", 3)]:
        choose(dossier, code, position)
    result(dossier.product, "0.5")
    assert words(dossier)[-1] == (
        "Tổng điểm tự chấm 11 cao hơn 10,5 điểm so với kết quả gần nhất của hội đồng "
        "(0,5 điểm, ngày 01/03/2026): điều gì đã thay đổi?"
    )


def test_the_same_story_of_another_product_is_asked_after(dossier, world):
    dossier.product.story = STORY
    dossier.product.save()
    assert asked(dossier) == []
    twin = make_product(world.new_dam_thuy, story=STORY.upper().replace(".", " –\n"))
    (question,) = questioning.questions_of(dossier, TODAY)
    assert (
        question.words
        == "Sản phẩm khác có câu chuyện giống hệt: câu chuyện này có phải của riêng sản phẩm không?"
    )
    assert question.facts == {"products": [twin.pk]}
    twin.story = STORY + " Một câu khác."
    twin.save()
    assert asked(dossier) == []


def test_a_story_of_a_sentence_is_nobody_s_own(dossier, world):
    dossier.product.story = "Rượu ngô ngon."
    dossier.product.save()
    make_product(world.new_dam_thuy, story="Rượu ngô ngon.")
    assert asked(dossier) == []


def test_stories_told_before_are_found_too(dossier, world):
    twin = make_product(world.new_dam_thuy, story=STORY)
    kept = twin.story_digest
    Product.objects.update(story_digest="")
    importlib.import_module("products.migrations.0003_find_the_same_story").fill_in(apps, None)
    twin.refresh_from_db()
    assert twin.story_digest == kept != ""


# Settling.


@pytest.fixture
def doubtful(dossier, maker):
    """A dossier with two questions: an expired paper, and points without a paper."""
    use(dossier, paper(maker, expires_on=date(2026, 9, 1)), "9")
    choose(dossier, "3.3", 2)
    return dossier


def keys(questions) -> list[str]:
    return [question.key.split(":")[0] for question in questions]


def test_an_officer_looks_into_a_question_and_it_is_open_no_more(doubtful, province_officer_2026):
    expired = questioning.open_questions(doubtful)[0]
    settled = questioning.settle(doubtful, expired.key, " Đã xem bản mới.\r\n", by=province_officer_2026)
    assert (settled.note, settled.by, settled.on) == ("Đã xem bản mới.", province_officer_2026, TODAY)
    assert keys(questioning.open_questions(doubtful)) == ["no-paper"]
    assert [(a.question.key, a.settled) for a in questioning.looked_into(doubtful)][1] == (
        expired.key,
        settled,
    )
    entry = AuditEntry.objects.get(act="dossier.question_settled")
    assert (entry.actor, entry.details) == (province_officer_2026, {"key": expired.key})


def test_what_changes_is_asked_anew(doubtful, province_officer_2026):
    no_paper = questioning.open_questions(doubtful)[1]
    questioning.settle(doubtful, no_paper.key, "Có danh sách giấy.", by=province_officer_2026)
    choose(doubtful, "3.3", 3)
    assert keys(questioning.open_questions(doubtful)) == ["expired", "no-paper"]


def test_settling_twice_keeps_the_first_and_tells_the_second(doubtful, province_officer_2026, world):
    key = questioning.open_questions(doubtful)[0].key
    first = questioning.settle(doubtful, key, "Đã có bản mới.", by=province_officer_2026)
    assert questioning.settle(doubtful, key, "Đã có bản mới.", by=province_officer_2026) == first
    second = make_user("tinh.khac", Role.OFFICER, world.province)
    with pytest.raises(Refused, match="Cán bộ tỉnh đã xem xét câu hỏi này ngày 10/09/2026"):
        questioning.settle(doubtful, key, "Chưa có.", by=second)
    assert AuditEntry.objects.filter(act="dossier.question_settled").count() == 1


@pytest.mark.parametrize(
    ("key", "note", "reason"),
    [(None, " \n ", "Hãy ghi kết quả"), ("expired:0:2020-01-01", "Đã xem.", "không còn được đặt ra")],
)
def test_a_note_is_needed_and_the_question_must_be_asked(doubtful, province_officer_2026, key, note, reason):
    key = key or questioning.open_questions(doubtful)[0].key
    with pytest.raises(Refused, match=reason):
        questioning.settle(doubtful, key, note, by=province_officer_2026)
    assert doubtful.settled_questions.count() == 0


def test_a_closed_dossier_stays_as_it_is(doubtful, province_officer_2026):
    key = questioning.open_questions(doubtful)[0].key
    Dossier.objects.filter(pk=doubtful.pk).update(state="recognised")
    with pytest.raises(Refused, match="đã kết thúc"):
        questioning.settle(doubtful, key, "Đã xem.", by=province_officer_2026)


def test_only_an_officer_over_the_commune_settles(doubtful, world, other_officer, province_leader):
    key = questioning.open_questions(doubtful)[0].key
    commune = make_user("xa.2026", Role.COMMUNE, world.new_dam_thuy)
    for person in (commune, other_officer, province_leader):
        with pytest.raises(PermissionDenied):
            questioning.settle(doubtful, key, "Đã xem.", by=person)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(
    doubtful, world, maker, province_officer_2026, count, django_assert_num_queries
):
    stranger = make_product(world.new_dam_thuy, story=STORY)
    doubtful.product.story = STORY
    doubtful.product.save()
    for n in range(count):
        shared = f"{n + 1:064d}"
        use(doubtful, paper(maker, Kind.AWARD, shared, expires_on=date(2026, 9, 1)), "3.5")
        other = make_dossier(stranger, regulation=doubtful.regulation, state="withdrawn")
        use(other, paper(stranger.makings.get().enterprise, sha256=shared))
        choose(doubtful, ["3.5", "4.1", "4.3"][n], 2)
        make_recognition(
            doubtful.product,
            make_decision(world.new_dam_thuy, signed_on=date(2024, 5, 1)),
            area=world.new_dam_thuy,
        )
        result(doubtful.product, str(n))
    questioning.questions_of(doubtful, TODAY)  # the rules of a published set are read once
    related = ("enterprise__kind", "product", "regulation", "criteria_set")
    fresh = Dossier.objects.select_related(*related).get(pk=doubtful.pk)
    with django_assert_num_queries(9):
        found = questioning.questions_of(fresh, TODAY)
    assert keys(found).count("expired") == count + 1
    assert keys(found).count("same-file") == count
    assert keys(found).count("recognised") == count
    fresh = Dossier.objects.select_related(*related).get(pk=doubtful.pk)
    with django_assert_num_queries(10):
        questioning.looked_into(fresh, TODAY)
