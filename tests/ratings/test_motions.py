"""Knock-outs put to the vote: who moves, who votes, what carries, and what it ends."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from ratings import agreeing, marking, sitting, voting
from ratings.models import Attendance, KnockoutMotion, KnockoutVote
from ratings.workflow import Refused
from tests.ratings.sitting_council import (
    TODAY,
    add_member,
    fill,
    make_accepted,
    make_item,
    make_session,
    sheets_of,
)

pytestmark = pytest.mark.django_db
FOUND = "Phiếu kiểm nghiệm ghi chất cấm"


@pytest.fixture(autouse=True)
def in_june_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def begun(sitting_item, province_officer):
    sitting.begin(sitting_item, by=province_officer)
    sitting_item.refresh_from_db()
    return sitting_item


@pytest.fixture
def people(council):
    return [member.user for member in council.members.all()]


@pytest.fixture
def motion(begun, people):
    return voting.move_knockout(begun, "", FOUND, by=people[2])


class TestMoving:
    def test_keeps_the_words_of_the_set_and_the_finding(self, motion, people):
        assert (motion.words, motion.finding) == ("Sản phẩm có chất cấm.", FOUND)
        assert (motion.raised_by.user, motion.carried) == (people[2], None)

    def test_twice_is_one_motion(self, motion, begun, people):
        assert voting.move_knockout(begun, "", "Khác", by=people[0]) == motion

    @pytest.mark.parametrize(("code", "finding"), [("9.9", FOUND), ("", " ")])
    def test_asks_for_a_rule_and_a_finding(self, begun, people, code, finding):
        with pytest.raises(Refused):
            voting.move_knockout(begun, code, finding, by=people[0])

    def test_is_for_members_who_score_and_are_present(self, begun, council, people, province_officer):
        adviser = add_member(council, "adviser").user
        Attendance.objects.filter(member__user=people[2]).update(present=False)
        for user in (province_officer, adviser, people[2]):
            with pytest.raises(PermissionDenied):
                voting.move_knockout(begun, "", FOUND, by=user)

    def test_waits_for_the_scoring(self, sitting_item, people):
        with pytest.raises(Refused):
            voting.move_knockout(sitting_item, "", FOUND, by=people[0])


class TestVoting:
    def test_again_replaces_one_s_own_vote(self, motion, people):
        for in_favour in (True, False):
            voting.vote(motion, in_favour, by=people[0])
        assert [(v.member.user, v.in_favour) for v in KnockoutVote.objects.all()] == [(people[0], False)]

    @pytest.mark.parametrize(
        ("votes", "carried"),
        [
            ((True, True, False), True),
            ((True, False, False), False),
            ((False, False, False), False),
            ((True, True, None), True),
            ((False, False, None), False),
        ],
    )
    def test_carries_by_more_than_half_of_those_present(
        self, motion, people, province_officer, votes, carried
    ):
        for user, in_favour in zip(people, votes, strict=True):
            if in_favour is not None:
                voting.vote(motion, in_favour, by=user)
        assert voting.count_votes(motion, by=province_officer).carried is carried

    def test_a_tie_is_not_carried(self, world, council, people, province_officer):
        council.quorum_percent = 50
        council.save()
        item = make_item(
            make_session(council), make_accepted(world.new_dam_thuy), recused=council.members.last()
        )
        sitting.begin(item, by=province_officer)
        motion = voting.move_knockout(item, "", FOUND, by=people[0])
        voting.vote(motion, True, by=people[0])
        voting.vote(motion, False, by=people[1])
        with pytest.raises(PermissionDenied):
            voting.vote(motion, True, by=people[2])
        assert voting.count_votes(motion, by=province_officer).carried is False

    def test_is_not_counted_while_a_vote_may_change_it(self, motion, people, province_officer):
        voting.vote(motion, True, by=people[0])
        with pytest.raises(Refused, match="Mới có 1 trên 3"):
            voting.count_votes(motion, by=province_officer)

    def test_ends_with_the_count(self, motion, people, province_officer):
        for user in people:
            voting.vote(motion, False, by=user)
        voting.count_votes(motion, by=province_officer)
        for act in (
            lambda: voting.vote(motion, True, by=people[0]),
            lambda: voting.count_votes(motion, by=province_officer),
        ):
            with pytest.raises(Refused, match="đã được kiểm phiếu"):
                act()

    def test_is_counted_by_who_runs_the_session(self, motion, people):
        with pytest.raises(PermissionDenied):
            voting.count_votes(motion, by=people[2])

    def test_on_the_pages(self, begun, people, client_of, province_officer):
        browsers = [client_of(user) for user in people]
        url = reverse("ratings:knockout_move", args=[begun.pk])
        assert browsers[0].post(url, {"code": "", "finding": FOUND}).status_code == 302
        motion = KnockoutMotion.objects.get()
        for browser in browsers:
            browser.post(reverse("ratings:knockout_vote", args=[begun.pk, motion.pk]), {"vote": "yes"})
        page = browsers[0].get(reverse("ratings:council_item", args=[begun.pk])).content.decode()
        assert "Ông/bà đã bỏ phiếu đồng ý." in page
        counting = reverse("ratings:knockout_count", args=[begun.pk, motion.pk])
        assert client_of(province_officer).post(counting).status_code == 302
        motion.refresh_from_db()
        assert motion.carried is True


class TestACarriedKnockout:
    @pytest.fixture
    def carried(self, motion, begun, people, province_officer):
        for user in people:
            voting.vote(motion, True, by=user)
        return voting.count_votes(motion, by=province_officer)

    def test_ends_the_scoring(self, carried, begun, people):
        with pytest.raises(Refused, match="Lượt chấm này đã chốt"):
            marking.choose(sheets_of(begun)[0], "1", by=people[0], option=6)

    def test_gives_no_star_whatever_the_points(self, carried, begun, province_officer):
        result = agreeing.agree(begun, by=province_officer)
        assert (result.granted, result.knockout) == (None, "Sản phẩm có chất cấm.")
        assert (str(result.total), result.frozen["score"]["granted"]) == ("0.00", None)
        begun.dossier.refresh_from_db()
        assert begun.dossier.state == "scored"

    def test_keeps_the_sheets_that_were_in(self, begun, people, province_officer):
        fill(sheets_of(begun)[0])
        motion = voting.move_knockout(begun, "", FOUND, by=people[0])
        for user in people:
            voting.vote(motion, True, by=user)
        voting.count_votes(motion, by=province_officer)
        result = agreeing.agree(begun, by=province_officer)
        assert (result.granted, str(result.total), result.stars) == (None, "100.00", 5)


def test_an_open_motion_holds_up_the_result(begun, people, province_officer):
    for sheet in sheets_of(begun):
        fill(sheet)
    motion = voting.move_knockout(begun, "", FOUND, by=people[0])
    sitting.finish_pass(begun, by=province_officer)
    with pytest.raises(Refused, match="kiểm phiếu"):
        agreeing.agree(begun, by=province_officer)
    for user in people:
        voting.vote(motion, False, by=user)
    voting.count_votes(motion, by=province_officer)
    assert agreeing.agree(begun, by=province_officer).granted == 5
