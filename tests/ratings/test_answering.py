"""The self-assessment: what may be chosen by whom, what two people at once see, what is told in the audit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from ratings import answering, freezing, own_sheets
from ratings.answering import NONE_FITS, Given, StaleAnswer
from ratings.models import Answer
from ratings.workflow import Refused, Stale
from tests.factories import make_dossier, make_product, make_user
from tests.ratings.answered import answer_everything, make_rated, make_returned

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def in_june_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def staff(world):
    return make_user("xa.damthuy.2026", "commune", world.new_dam_thuy, full_name="Cán bộ xã Đàm Thủy")


@pytest.fixture
def colleague(world):
    return make_user("xa.damthuy.2", "commune", world.new_dam_thuy, full_name="Đồng nghiệp")


@pytest.fixture
def dossier(world):
    return make_rated(world.new_dam_thuy)


@pytest.fixture
def tour(world):
    return make_rated(world.new_dam_thuy, "QD26-26")


def acts(dossier) -> list[tuple[str, dict[str, object]]]:
    return list(
        AuditEntry.objects.filter(object_id=str(dossier.pk), object_type="ratings.dossier")
        .order_by("pk")
        .values_list("act", "details")
    )


class TestAnAnswer:
    def test_keeps_option_and_note_and_counts_its_versions(self, dossier, staff):
        first = answering.answer(dossier, "1.1", by=staff, option=2)
        second = answering.answer(dossier, "1.1", by=staff, note="  Vùng trồng\u00a0ở xóm Bản Giốc \r\n")
        assert (first.option.points, first.version) == (Decimal(2), 1)
        assert (second.option.position, second.note, second.version) == (2, "Vùng trồng ở xóm Bản Giốc", 2)
        assert second.updated_by == staff
        assert answering.sheet_of(dossier) == {"1.1": 2}

    def test_scores_as_the_set_says(self, dossier, staff):
        answering.answer(dossier, "1.1", by=staff, option=3)
        answering.answer(dossier, "1.2", by=staff, option=2)
        score = freezing.own_score(dossier)
        assert (score.total, score.parts["A"], score.stars) == (Decimal("4.00"), Decimal("4.00"), 1)

    def test_can_be_taken_back(self, dossier, staff):
        answering.answer(dossier, "1.1", by=staff, option=2, note="Giữ lại")
        taken = answering.answer(dossier, "1.1", by=staff, option=None)
        assert (taken.option, taken.note, answering.sheet_of(dossier)) == (None, "Giữ lại", {})

    def test_that_says_the_same_changes_nothing_whatever_its_version(self, dossier, staff):
        answering.answer(dossier, "1.1", by=staff, option=2, note="Một", version=0)
        again = answering.answer(dossier, "1.1", by=staff, option=2, note="Một", version=0)
        assert (again.version, len(acts(dossier))) == (1, 1)

    def test_nobody_gave_comes_back_unsaved(self, dossier, staff):
        empty = answering.answer(dossier, "1.1", by=staff, note="")
        assert (empty.pk, empty.version, Answer.objects.count()) == (None, 0, 0)

    @pytest.mark.parametrize("option", [4, 99, -1])
    def test_is_one_of_the_options(self, dossier, staff, option):
        with pytest.raises(Refused, match=r"Tiêu chí 1\.1 không có mức này\."):
            answering.answer(dossier, "1.1", by=staff, option=option)

    def test_belongs_to_a_criterion_of_the_set(self, dossier, staff):
        with pytest.raises(Refused, match=r"Bộ tiêu chí không có tiêu chí 99\."):
            answering.answer(dossier, "99", by=staff, option=1)

    def test_has_a_note_of_readable_length(self, dossier, staff):
        answering.answer(dossier, "1.1", by=staff, note="a" * 2000)
        with pytest.raises(Refused, match="tối đa 2000 ký tự"):
            answering.answer(dossier, "1.1", by=staff, note="a" * 2001)

    def test_needs_a_criteria_set(self, world, staff):
        dossier = make_dossier(make_product(world.new_dam_thuy))
        with pytest.raises(Refused, match="Chưa có bộ tiêu chí"):
            answering.answer(dossier, "1.1", by=staff, option=1)
        assert (answering.sheet_of(dossier), answering.progress(dossier)) == ({}, [])


class TestNoOptionFits:
    def test_is_an_answer_of_no_points_where_every_option_gives_some(self, dossier, staff):
        answer = answering.answer(dossier, "1.3", by=staff, option=NONE_FITS)
        assert (answer.none_fits, answer.option, answering.sheet_of(dossier)) == (True, None, {})
        assert answering.progress(dossier)[0].answered == 1
        assert freezing.content_of(dossier)["answers"]["1.3"]["none_fits"]

    def test_is_not_said_where_an_option_gives_none(self, dossier, staff):
        with pytest.raises(Refused, match=r"Tiêu chí 1\.2 không có mức này\."):
            answering.answer(dossier, "1.2", by=staff, option=NONE_FITS)

    def test_and_an_option_exclude_each_other_in_the_database(self, dossier, staff):
        answering.answer(dossier, "1.3", by=staff, option=1)
        with pytest.raises(IntegrityError, match="answer_none_fits_or_option"), transaction.atomic():
            Answer.objects.update(none_fits=True)


class TestAPrecondition:
    def test_keeps_a_criterion_closed_until_it_holds(self, dossier, staff):
        with pytest.raises(Refused, match=r"Chỉ chấm khi tiêu chí 5\.1 được trên 0 điểm\."):
            answering.answer(dossier, "5.2", by=staff, option=2)
        answering.answer(dossier, "5.1", by=staff, option=2)
        assert answering.answer(dossier, "5.2", by=staff, option=2).version == 1

    def test_that_falls_away_keeps_what_was_chosen_without_its_points(self, dossier, staff):
        answering.answer(dossier, "5.1", by=staff, option=2)
        with_story = answering.answer(dossier, "5.2", by=staff, option=2)
        assert with_story.option.points > 0
        answering.answer(dossier, "5.1", by=staff, option=1)
        assert freezing.own_score(dossier).total == 0
        assert answering.sheet_of(dossier)["5.2"] == 2
        answering.answer(dossier, "5.2", by=staff, note="Ghi chú vẫn sửa được")

    def test_leaves_the_criterion_out_of_what_is_to_be_answered(self, dossier, staff):
        before = {p.code: p.of for p in answering.progress(dossier)}["5"]
        answering.answer(dossier, "5.1", by=staff, option=2)
        assert {p.code: p.of for p in answering.progress(dossier)}["5"] == before + 1


class TestTwoPeople:
    def test_the_second_is_told_who_and_when_and_changes_nothing(self, dossier, staff, colleague):
        answering.answer(dossier, "1.1", by=colleague, option=1, version=0)
        with pytest.raises(StaleAnswer, match=r"^Đồng nghiệp đã sửa tiêu chí này lúc \d\d:\d\d ") as stale:
            answering.answer(dossier, "1.1", by=staff, option=3, version=0)
        assert (stale.value.answer.version, stale.value.answer.option.position) == (1, 1)
        assert answering.sheet_of(dossier) == {"1.1": 1}

    def test_do_not_disturb_each_other_in_different_criteria(self, dossier, staff, colleague):
        answering.answer(dossier, "1.1", by=colleague, option=1, version=0)
        answering.answer(dossier, "1.2", by=staff, option=1, version=0)
        assert answering.sheet_of(dossier) == {"1.1": 1, "1.2": 1}

    def test_one_stale_answer_keeps_no_other_from_being_saved(self, dossier, staff, colleague):
        answering.answer(dossier, "1.1", by=colleague, option=1)
        given = {"1.1": Given(3, "Tôi", 0), "1.2": Given(2, "", 0), "1.4": Given(9, "", 0)}
        refused = answering.answer_all(dossier, given, by=staff)
        assert {code: type(problem) for code, problem in refused.items()} == {
            "1.1": StaleAnswer,
            "1.4": Refused,
        }
        assert answering.sheet_of(dossier) == {"1.1": 1, "1.2": 2}

    def test_a_whole_form_opens_what_depends_on_it(self, dossier, staff):
        given = {"5.2": Given(2, "", 0), "5.1": Given(2, "", 0)}
        assert answering.answer_all(dossier, given, by=staff) == {}
        assert answering.sheet_of(dossier) == {"5.1": 2, "5.2": 2}


class TestWhoMayAnswer:
    def test_the_commune_and_the_programmes_officer(self, dossier, staff, world):
        province = make_user("tinh.caobang", "officer", world.province)
        answering.answer(dossier, "1.1", by=staff, option=1)
        assert answering.answer(dossier, "1.1", by=province, option=2).version == 2

    def test_nobody_else(self, dossier, world):
        strangers = [
            make_user("xa.tralinh", "commune", world.new_tra_linh),
            make_user("lanhdao.caobang", "leader", world.province),
            make_user("xa.cu", "commune", world.dam_thuy),
        ]
        for person in strangers:
            with pytest.raises(PermissionDenied):
                answering.answer(dossier, "1.1", by=person, option=1)
            with pytest.raises(PermissionDenied):
                answering.answer_all(dossier, {}, by=person)
        assert Answer.objects.count() == 0

    @pytest.mark.parametrize("state", ["at_commune", "submitted", "accepted", "recognised", "withdrawn"])
    def test_only_a_draft_or_what_was_returned(self, world, staff, state):
        dossier = make_rated(world.new_dam_thuy, state=state)
        with pytest.raises(Refused, match="Chỉ sửa được hồ sơ khi còn là bản nháp"):
            answering.answer(dossier, "1.1", by=staff, option=1)


class TestAReturn:
    def test_opens_the_criteria_it_names_and_no_others(self, world, staff):
        dossier = make_returned(world.new_dam_thuy, "criterion:1.1", "section:ket-qua", by=staff)
        assert answering.answer(dossier, "1.1", by=staff, option=2).version == 1
        with pytest.raises(Refused, match=r"Tiêu chí 1\.2 không thuộc nội dung trả lại"):
            answering.answer(dossier, "1.2", by=staff, option=2)
        with pytest.raises(Refused, match=r"Tiêu chí 1\.2 không thuộc nội dung trả lại"):
            answering.answer(dossier, "1.2", by=staff, note="Chen vào")

    def test_of_the_dossier_as_a_whole_opens_everything(self, world, staff):
        dossier = make_returned(world.new_dam_thuy, "", by=staff)
        assert answering.answer(dossier, "1.2", by=staff, option=2).version == 1


class TestACase:
    def test_decides_which_options_there_are(self, tour, staff):
        with pytest.raises(Refused, match="chọn trường hợp"):
            answering.answer(tour, "8", by=staff, option=1)
        answering.choose_case(tour, 2, by=staff)
        with pytest.raises(Refused, match="Tiêu chí 8 không có mức này"):
            answering.answer(tour, "8", by=staff, option=1)
        assert answering.answer(tour, "8", by=staff, option=4).option.points == 3

    def test_that_changes_takes_back_the_options_of_the_other_and_keeps_notes(self, tour, staff):
        answering.choose_case(tour, 1, by=staff)
        answering.answer(tour, "8", by=staff, option=2, note="Sáu cơ sở")
        answering.answer(tour, "9", by=staff, option=NONE_FITS)
        answering.answer(tour, "1.1", by=staff, option=1)
        assert answering.choose_case(tour, 2, by=staff) == 2
        answers = {a.criterion.code: (a.option, a.note, a.version) for a in tour.answers.all()}
        assert answers["8"] == (None, "Sáu cơ sở", 2)
        assert answering.sheet_of(tour) == {"1.1": 1}
        assert (tour.case, freezing.own_score(tour).total) == (2, Decimal("1.00"))
        assert answering.choose_case(tour, 2, by=staff) == 0
        assert acts(tour)[-1] == ("dossier.case_chosen", {"case": 2, "cleared": 2, "on": "2026-06-15"})

    def test_belongs_to_the_set_and_to_the_version_seen(self, tour, dossier, staff):
        with pytest.raises(Refused, match="không có trường hợp này"):
            answering.choose_case(tour, 3, by=staff)
        with pytest.raises(Refused, match="không có trường hợp này"):
            answering.choose_case(dossier, 1, by=staff)
        seen = tour.version
        answering.choose_case(tour, 1, by=staff)
        with pytest.raises(Stale):
            answering.choose_case(tour, 2, by=staff, version=seen)

    def test_does_not_change_where_one_of_its_criteria_is_locked(self, tour, staff):
        answering.choose_case(tour, 1, by=staff)
        tour.state, tour.regulation = "returned", tour.criteria_set.regulation
        tour.first_submitted_on = TODAY
        tour.save()
        step = tour.steps.create(to_state="returned", on=TODAY, by_name="x")
        for place, code in enumerate(["8", "9"], start=1):
            point = {"position": place, "target": f"criterion:{code}", "text": "x"}
            tour.return_points.create(step=step, **point)
        with pytest.raises(Refused, match="Không đổi được trường hợp"):
            answering.choose_case(tour, 2, by=staff)
        tour.return_points.create(step=step, position=3, target="criterion:15", text="x")
        assert answering.choose_case(tour, 2, by=staff) == 0


class TestTheAudit:
    def test_tells_each_choice_with_what_was_before(self, dossier, staff):
        answering.answer(dossier, "1.1", by=staff, option=1, on=date(2026, 6, 10))
        answering.answer(dossier, "1.1", by=staff, option=3)
        common = {"criterion": "1.1", "none_fits": False}
        assert acts(dossier) == [
            ("dossier.answered", common | {"option": 1, "was": None, "on": "2026-06-10"}),
            ("dossier.answered", common | {"option": 3, "was": 1, "on": "2026-06-15"}),
        ]

    def test_sums_up_a_note_that_is_being_written(self, dossier, staff, colleague):
        for text in ["V", "Vù", "Vùng", "Vùng trồng"]:
            answering.answer(dossier, "1.1", by=staff, note=text)
        answering.answer(dossier, "1.2", by=staff, note="Khác")
        answering.answer(dossier, "1.1", by=colleague, note="Vùng trồng chè")
        told = [(act, details["criterion"]) for act, details in acts(dossier)]
        assert told == [("dossier.note_written", code) for code in ("1.1", "1.2", "1.1")]

    def test_tells_a_note_again_after_an_hour(self, dossier, staff, monkeypatch):
        answering.answer(dossier, "1.1", by=staff, note="Sáng")
        monkeypatch.setattr(answering, "NOTES_SUMMED_UP_FOR", timedelta(0))
        answering.answer(dossier, "1.1", by=staff, note="Chiều")
        assert len(acts(dossier)) == 2


class TestTheWholeSheet:
    @pytest.mark.parametrize(("code", "criteria"), [("QD26-01", 32), ("QD26-26", 32), ("QD26-13", 34)])
    def test_answered_to_the_top_is_of_100_points(self, world, staff, code, criteria):
        dossier = make_rated(world.new_dam_thuy, code, case=1 if code == "QD26-26" else None)
        answer_everything(dossier, by=staff)
        sheet = own_sheets.of(dossier)
        assert (sheet.score().total, sheet.score().stars, sheet.next_star()) == (Decimal(100), 5, None)
        assert sum(group.answered for group in sheet.progress()) == criteria
        assert all(group.done for group in sheet.progress())

    def test_tells_points_and_floors_that_are_missing_for_the_next_star(self, dossier, staff):
        answer_everything(dossier, by=staff)
        answering.answer(dossier, "2.2", by=staff, option=2)
        sheet = own_sheets.of(dossier)
        gap = sheet.next_star()
        assert (sheet.score().total, sheet.score().stars) == (Decimal("98.00"), 2)
        assert (gap.stars, gap.points_missing) == (3, 0)
        assert [(f.criterion, f.reached, f.needed) for f in gap.floors_missing] == [("2.2", 1, 2)]

    def test_keeps_answers_to_another_set_apart(self, dossier, staff, world):
        answering.answer(dossier, "1.1", by=staff, option=1)
        dossier.criteria_set = make_rated(world.new_dam_thuy, "QD26-14").criteria_set
        dossier.save()
        assert answering.sheet_of(dossier) == {}
        assert answering.answer(dossier, "1.1", by=staff, option=2).version == 1
