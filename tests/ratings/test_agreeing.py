"""The agreed result: the star of points and floors, frozen and locked; opinions in writing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from ratings import agreeing, freezing, levels, outcomes, resulting, sitting
from ratings.models import AgendaItem, Dossier, Result, Session
from ratings.workflow import Refused
from tests.ratings.sitting_council import (
    BEST,
    TODAY,
    fill,
    make_accepted,
    make_council,
    make_item,
    make_session,
    score_all,
    sheets_of,
    tally_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_june_2026(settings):
    settings.OCOP_TODAY = TODAY


def agreed(item, *filled, by) -> Result:
    score_all(item, *filled, by=by)
    return agreeing.agree(item, by=by)


class TestTheStar:
    @pytest.mark.parametrize(
        ("choices", "total", "band", "held", "granted"),
        [
            (BEST, "100.00", 5, 5, 5),
            # 80 points, the three-star floor unmet.
            ({"1": 6, "2": 3, "3": 2, "4": 1}, "80.00", 4, 2, 2),
            # Four stars by the points, the four-star floor unmet.
            ({"1": 6, "2": 3, "3": 2, "4": 2}, "83.00", 4, 3, 3),
            ({"1": 6, "2": 3, "3": 2, "4": 4}, "85.00", 4, 5, 4),
            ({"1": 1, "2": 1, "3": 1, "4": 1}, "0.00", 1, 2, 1),
        ],
    )
    def test_is_the_lower_of_points_and_floors(
        self, sitting_item, province_officer, choices, total, band, held, granted
    ):
        result = agreed(sitting_item, choices, choices, choices, by=province_officer)
        assert (str(result.total), result.stars, result.held, result.granted) == (total, band, held, granted)

    def test_parts_are_means_as_printed(self, sitting_item, province_officer):
        low = BEST | {"1": 5}
        result = agreed(sitting_item, BEST, BEST, low, by=province_officer)
        # (40 + 40 + 30.01) / 3 = 36.67 as printed; the total is the sum of what is printed.
        assert [str(p) for p in (result.part_a, result.part_b, result.part_c)] == ["36.67", "25.00", "35.00"]
        assert str(result.total) == "96.67"

    def test_a_floor_is_met_by_the_mean(self, sitting_item, province_officer):
        short = BEST | {"4": 3}
        result = agreed(sitting_item, BEST, BEST, short, by=province_officer)
        assert (str(result.total), result.stars, result.held, result.granted) == ("99.67", 5, 4, 4)

    def test_or_by_the_agreed_choice_where_the_statute_says_so(self, sitting_item, council, province_officer):
        council.floor_by = "agreed"
        council.save()
        score_all(sitting_item, BEST, BEST, BEST | {"4": 3}, by=province_officer)
        with pytest.raises(Refused, match="tiêu chí: 4"):
            agreeing.agree(sitting_item, by=province_officer)
        with pytest.raises(Refused, match="Tiêu chí 4 không có mức này"):
            agreeing.agree_choices(sitting_item, {"4": 9}, by=province_officer)
        agreeing.agree_choices(sitting_item, {"4": 4}, by=province_officer)
        result = agreeing.agree(sitting_item, by=province_officer)
        assert (str(result.total), result.held, result.granted) == ("99.67", 5, 5)
        assert result.frozen["agreed_choices"] == {"4": 4}

    def test_without_the_recused_member_s_sheet(self, world, council, province_officer):
        council.quorum_percent = 50
        council.save()
        item = make_item(
            make_session(council), make_accepted(world.new_dam_thuy), recused=council.members.last()
        )
        result = agreed(item, BEST, BEST | {"1": 5}, by=province_officer)
        assert str(result.part_a) == "35.01"
        assert result.frozen["recused"] == [{"name": str(council.members.last().user), "reason": "Cổ đông"}]
        assert len(result.frozen["passes"][0]["sheets"]) == 2

    def test_of_five_makes_a_potential_five_star_product(self, sitting_item, province_officer):
        agreed(sitting_item, BEST, BEST, BEST, by=province_officer)
        dossier = Dossier.objects.get(pk=sitting_item.dossier_id)
        assert dossier.state == "scored"
        assert levels.next_level(dossier, TODAY) == "central"
        assert outcomes.Choice("forward") in outcomes.choices(dossier)


class TestAgreeing:
    @pytest.fixture
    def finished(self, sitting_item, province_officer):
        score_all(sitting_item, BEST, BEST, BEST, by=province_officer)
        return sitting_item

    def test_without_a_sheet_is_refused(self, sitting_item, province_officer):
        with pytest.raises(Refused, match="chốt lượt chấm trước"):
            agreeing.agree(sitting_item, by=province_officer)
        sitting.begin(sitting_item, by=province_officer)
        with pytest.raises(Refused, match="chốt lượt chấm trước"):
            agreeing.agree(sitting_item, by=province_officer)
        assert Result.objects.count() == 0

    def test_waits_for_the_discussion_of_a_spread(self, sitting_item, province_officer):
        score_all(sitting_item, BEST, BEST, BEST | {"1": 3}, by=province_officer)
        sitting.discuss(sitting_item, "Đã thảo luận", by=province_officer)
        with pytest.raises(Refused, match="chênh lệch quá mức"):
            agreeing.agree(sitting_item, by=province_officer)

    def test_takes_the_last_pass(self, sitting_item, province_officer):
        low = BEST | {"1": 1}
        score_all(sitting_item, low, low, BEST, by=province_officer)
        sitting.discuss(sitting_item, "Đã thảo luận", by=province_officer)
        sitting.score_again(sitting_item, "Chênh lệch", by=province_officer)
        result = agreed(sitting_item, BEST, BEST, BEST, by=province_officer)
        assert str(result.total) == "100.00"
        assert [(p["number"], p["total"], p["spread"]) for p in result.frozen["passes"]] == [
            (1, "73.33", "40.00"),
            (2, "100.00", "0.00"),
        ]

    def test_twice_gives_the_same_result(self, finished, province_officer):
        first, second = (agreeing.agree(finished, by=province_officer) for _time in range(2))
        assert (first, Result.objects.count()) == (second, 1)
        assert Dossier.objects.get(pk=finished.dossier_id).steps.count() == 1

    def test_moves_the_dossier_by_the_workflow(self, finished, province_officer):
        agreeing.agree(finished, by=province_officer, conclusion="Đề nghị công nhận")
        step = Dossier.objects.get(pk=finished.dossier_id).steps.get()
        assert (step.from_state, step.to_state, step.by) == ("accepted", "scored", province_officer)
        finished.refresh_from_db()
        assert (finished.state, finished.conclusion) == ("agreed", "Đề nghị công nhận")

    def test_is_refused_in_a_closed_session(self, finished, province_officer):
        Session.objects.update(state="closed")
        with pytest.raises(Refused, match="Phiên họp chưa mở hoặc đã đóng"):
            agreeing.agree(finished, by=province_officer)

    def test_is_for_who_runs_the_session(self, finished, council, province_leader):
        for user in (council.members.last().user, province_leader):
            with pytest.raises(PermissionDenied):
                agreeing.agree(finished, by=user)

    def test_on_the_page(self, finished, client_of, province_officer):
        browser = client_of(province_officer)
        url = reverse("ratings:council_act", args=[finished.pk, "thong-nhat"])
        assert browser.post(url, {"version": "1"}).status_code == 409
        now = AgendaItem.objects.get(pk=finished.pk).version
        assert browser.post(url, {"version": str(now), "total": "1", "stars": "1"}).status_code == 302
        assert Result.objects.get().granted == 5
        page = browser.get(reverse("ratings:council_item", args=[finished.pk])).content.decode()
        assert Result.objects.get().digest in page

    def test_freezes_what_it_follows_from(self, finished, council, province_officer):
        result = agreeing.agree(finished, by=province_officer)
        frozen = Result.objects.get().frozen
        assert freezing.digest_of(frozen) == result.digest
        assert frozen["rules"]["digest"] == finished.dossier.criteria_set.digest
        assert frozen["quorum"] == {"needed": 3, "counted": 3}
        assert [s["member"] for s in frozen["passes"][0]["sheets"]] == [
            str(member.user) for member in council.members.all()
        ]
        assert frozen["passes"][0]["sheets"][0]["choices"] == BEST
        assert frozen["score"]["parts"] == {"A": "40.00", "B": "25.00", "C": "35.00"}

    @pytest.mark.parametrize("act", ["update", "delete"])
    def test_is_locked_by_the_database(self, finished, province_officer, act):
        agreeing.agree(finished, by=province_officer)
        rows = Result.objects.all()
        with pytest.raises(DatabaseError, match="an agreed result does not change"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL ocop.testing_reset = 'off'")
            rows.update(note="Sửa") if act == "update" else rows.delete()

    def test_ends_every_change(self, finished, province_officer):
        agreeing.agree(finished, by=province_officer)
        for act in (
            lambda: sitting.discuss(finished, "Thêm", by=province_officer),
            lambda: sitting.finish_pass(finished, by=province_officer),
            lambda: sitting.break_off(finished, "Hoãn", by=province_officer),
            lambda: agreeing.agree_choices(finished, {"4": 1}, by=province_officer),
        ):
            with pytest.raises(Refused):
                act()


class TestWrittenOpinions:
    @pytest.fixture
    def written(self, world, council, province_officer):
        session = make_session(council, kind="written")
        session.attendances.all().delete()
        item = make_item(session, make_accepted(world.new_dam_thuy, kind="reevaluation"))
        sitting.begin(item, by=province_officer)
        return item

    def test_that_agree_make_a_result(self, written, province_officer):
        assert agreed(written, BEST, BEST, BEST | {"1": 5}, by=province_officer).granted == 5

    def test_that_come_to_different_stars_are_taken_up_in_a_meeting(self, written, province_officer):
        score_all(written, BEST, BEST, BEST | {"4": 3}, by=province_officer)
        assert written.state == "discussion"
        with pytest.raises(Refused, match="chuyển sang họp"):
            sitting.score_again(written, "Chấm lại", by=province_officer)
        with pytest.raises(Refused):
            agreeing.agree(written, by=province_officer)
        item = agreeing.turn_into_meeting(written, by=province_officer, on=date(2026, 6, 20))
        again = agreeing.turn_into_meeting(written, by=province_officer, on=date(2026, 6, 20))
        assert (item, item.session.kind, item.state) == (again, "meeting", "waiting")
        written.refresh_from_db()
        written.session.refresh_from_db()
        assert (written.state, written.session.turned_into) == ("postponed", item.session)
        assert len(tally_of(written).passes) == 1

    def test_that_agree_are_not_turned(self, written, province_officer):
        score_all(written, BEST, BEST, BEST, by=province_officer)
        with pytest.raises(Refused, match="không khác nhau"):
            agreeing.turn_into_meeting(written, by=province_officer, on=date(2026, 6, 20))

    def test_need_the_chair_s_own_sheet(self, written, council, province_officer):
        council.quorum_percent = 50
        council.save()
        chair, *others = sheets_of(written)
        for sheet in others:
            fill(sheet)
        with pytest.raises(Refused, match="Vắng chủ tịch"):
            sitting.finish_pass(written, by=province_officer, without=[chair.member_id])

    def test_a_meeting_is_never_turned(self, sitting_item, province_officer):
        score_all(sitting_item, BEST, BEST, BEST | {"1": 1}, by=province_officer)
        with pytest.raises(Refused, match="bằng văn bản"):
            agreeing.turn_into_meeting(sitting_item, by=province_officer, on=date(2026, 6, 20))


def test_no_result_is_entered_by_hand_while_the_council_scores(sitting_item, province_officer):
    sitting.begin(sitting_item, by=province_officer)
    parts = {"part_a": Decimal(30), "part_b": Decimal(20), "part_c": Decimal(20)}
    with pytest.raises(Refused, match="đang chấm hồ sơ này"):
        resulting.enter_result(
            sitting_item.dossier, level="province", assessed_on=TODAY, by=province_officer, **parts
        )
    assert not Result.objects.exists()


def test_put_off_in_the_middle_it_can_go_on_another_agenda(sitting_item, province_officer, council):
    sitting.begin(sitting_item, by=province_officer)
    with pytest.raises(Refused):
        sitting.break_off(sitting_item, " ", by=province_officer)
    sitting.break_off(sitting_item, "Mất điện", by=province_officer)
    again = make_item(make_session(council), sitting_item.dossier)
    assert agreed(again, BEST, BEST, BEST, by=province_officer).granted == 5


@pytest.mark.parametrize("members", [3, 9])
def test_the_page_of_a_dossier_needs_as_many_statements(
    world, client_of, province_officer, members, django_assert_num_queries
):
    item = make_item(
        make_session(make_council(world.province, members=members)), make_accepted(world.new_dam_thuy)
    )
    score_all(item, *[BEST] * members, by=province_officer)
    browser, url = client_of(province_officer), reverse("ratings:council_item", args=[item.pk])
    browser.get(url)
    with django_assert_num_queries(21):
        browser.get(url)
