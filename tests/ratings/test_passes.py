"""Passes over a dossier: who opens them, when they are finished, what the spread of the totals does."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry
from ratings import agreeing, sitting
from ratings.models import AgendaItem, Attendance, Declaration, Dossier, Interest, Session
from ratings.workflow import Refused, Stale
from tests.ratings.sitting_council import (
    BEST,
    TODAY,
    add_member,
    fill,
    make_accepted,
    make_item,
    make_session,
    score_all,
    sheets_of,
    tally_of,
)

pytestmark = pytest.mark.django_db
State = AgendaItem.State


@pytest.fixture(autouse=True)
def in_june_2026(settings):
    settings.OCOP_TODAY = TODAY


class TestBeginning:
    def test_gives_each_entitled_member_a_sheet(self, sitting_item, council, province_officer):
        sitting.begin(sitting_item, by=province_officer)
        sitting_item.refresh_from_db()
        assert [sheet.member for sheet in sheets_of(sitting_item)] == list(council.members.all())
        assert sitting_item.state == State.SCORING

    def test_gives_none_to_who_is_recused_or_advises(self, world, council, province_officer):
        add_member(council, "adviser")
        chair, secretary, member = council.members.exclude(seat="adviser")
        council.quorum_percent = 50
        council.save()
        item = make_item(make_session(council), make_accepted(world.new_dam_thuy), recused=member)
        sitting.begin(item, by=province_officer)
        assert [sheet.member for sheet in sheets_of(item)] == [chair, secretary]

    def test_nor_to_who_is_linked_to_a_maker(self, sitting_item, council, province_officer):
        member = council.members.last()
        Interest.objects.create(
            user=member.user, enterprise=sitting_item.dossier.enterprise, reason="Em ruột giám đốc"
        )
        sitting.begin(sitting_item, by=province_officer)
        assert len(sheets_of(sitting_item)) == 2

    @pytest.mark.parametrize("state", ["planned", "closed"])
    def test_waits_for_an_open_session(self, sitting_item, province_officer, state):
        Session.objects.update(state=state)
        with pytest.raises(Refused, match="Phiên họp chưa mở hoặc đã đóng"):
            sitting.begin(sitting_item, by=province_officer)

    def test_waits_for_every_declaration(self, sitting_item, council, province_officer):
        Declaration.objects.filter(member=council.members.last()).delete()
        with pytest.raises(Refused, match=str(council.members.last().user)):
            sitting.begin(sitting_item, by=province_officer)

    def test_waits_for_the_quorum(self, sitting_item, council, province_officer):
        Attendance.objects.filter(member=council.members.last()).update(present=False)
        with pytest.raises(Refused, match="Cần thêm 1"):
            sitting.begin(sitting_item, by=province_officer)

    def test_waits_for_the_chair(self, sitting_item, council, province_officer):
        council.quorum_percent = 50
        council.save()
        Attendance.objects.filter(member__seat="chair").update(present=False)
        with pytest.raises(Refused, match="Vắng chủ tịch"):
            sitting.begin(sitting_item, by=province_officer)

    def test_a_recused_chair_still_presides(self, world, council, province_officer):
        chair = council.members.get(seat="chair")
        item = make_item(make_session(council), make_accepted(world.new_dam_thuy), recused=chair)
        score_all(item, BEST, BEST, by=province_officer)
        assert tally_of(item).quorum.met

    def test_happens_once(self, sitting_item, province_officer):
        sitting.begin(sitting_item, by=province_officer)
        with pytest.raises(Refused):
            sitting.begin(sitting_item, by=province_officer)
        assert sitting_item.passes.count() == 1

    def test_refuses_an_older_page(self, sitting_item, province_officer):
        with pytest.raises(Stale):
            sitting.begin(sitting_item, by=province_officer, version=99)

    @pytest.mark.parametrize("state", ["submitted", "scored", "recognised"])
    def test_takes_accepted_dossiers_alone(self, sitting_item, province_officer, state):
        Dossier.objects.update(state=state)
        with pytest.raises(Refused, match="không nằm ở hội đồng này"):
            sitting.begin(sitting_item, by=province_officer)

    def test_is_for_the_secretary_and_the_unit_s_officer(self, sitting_item, council, leader, commune_staff):
        for user in (leader, commune_staff, council.members.last().user):
            with pytest.raises(PermissionDenied):
                sitting.begin(sitting_item, by=user)
        sitting.begin(sitting_item, by=council.members.get(seat="secretary").user)
        assert len(sheets_of(sitting_item)) == 3


class TestFinishing:
    @pytest.mark.parametrize(
        ("lowest", "spread", "state"),
        [(5, "9.99", State.SCORING), (4, "10.00", State.SCORING), (3, "10.01", State.DISCUSSION)],
    )
    def test_a_spread_over_the_limit_is_discussed(
        self, sitting_item, province_officer, lowest, spread, state
    ):
        score_all(sitting_item, BEST, BEST, BEST | {"1": lowest}, by=province_officer)
        assert (str(tally_of(sitting_item).last.spread), sitting_item.state) == (spread, state)

    def test_waits_for_every_sheet(self, sitting_item, province_officer):
        sitting.begin(sitting_item, by=province_officer)
        first, second, third = sheets_of(sitting_item)
        fill(first)
        with pytest.raises(Refused, match=f"{second.member.user}, {third.member.user}"):
            sitting.finish_pass(sitting_item, by=province_officer)

    def test_goes_on_without_named_members_while_the_others_are_a_quorum(
        self, sitting_item, council, province_officer
    ):
        council.quorum_percent = 60
        council.save()
        sitting.begin(sitting_item, by=province_officer)
        first, second, third = sheets_of(sitting_item)
        fill(first)
        both = [second.member_id, third.member_id]
        with pytest.raises(Refused, match="Cần thêm 1"):
            sitting.finish_pass(sitting_item, by=province_officer, without=both)
        fill(second)
        sitting.finish_pass(sitting_item, by=province_officer, without=[third.member_id])
        assert [str(m.member.user) for m in tally_of(sitting_item).last.missing] == [str(third.member.user)]

    def test_happens_once(self, sitting_item, province_officer):
        score_all(sitting_item, BEST, BEST, BEST, by=province_officer)
        with pytest.raises(Refused):
            sitting.finish_pass(sitting_item, by=province_officer)

    def test_a_member_recused_later_doesn_t_count(self, sitting_item, council, province_officer):
        council.quorum_percent = 50
        council.save()
        sitting.begin(sitting_item, by=province_officer)
        for sheet, lowest in zip(sheets_of(sitting_item), (6, 6, 1), strict=True):
            fill(sheet, BEST | {"1": lowest})
        Declaration.objects.filter(member=sheets_of(sitting_item)[2].member).update(
            has_interest=True, reason="Cổ đông"
        )
        sitting.finish_pass(sitting_item, by=province_officer)
        assert str(tally_of(sitting_item).score.total) == "100.00"


class TestScoringAgain:
    @pytest.fixture
    def divided(self, sitting_item, province_officer):
        score_all(sitting_item, BEST, BEST, BEST | {"1": 1}, by=province_officer)
        return sitting_item

    def test_asks_for_the_discussion_first(self, divided, province_officer):
        with pytest.raises(Refused, match="Ghi nội dung thảo luận"):
            sitting.score_again(divided, "Chênh lệch", by=province_officer)

    def test_keeps_the_former_pass(self, divided, province_officer):
        sitting.discuss(divided, "Đã thống nhất cách hiểu", by=province_officer)
        sitting.score_again(divided, "Chênh lệch 40 điểm", by=province_officer)
        score_all(divided, BEST, BEST, BEST, by=province_officer)
        tally = tally_of(divided)
        assert [(each.scoring_pass.number, str(each.score.total)) for each in tally.passes] == [
            (1, "86.67"),
            (2, "100.00"),
        ]
        assert [str(m.score.total) for m in tally.passes[0].marks] == ["100.00", "100.00", "60.00"]

    def test_asks_why(self, divided, province_officer):
        sitting.discuss(divided, "Đã thảo luận", by=province_officer)
        with pytest.raises(Refused, match="lý do"):
            sitting.score_again(divided, "  ", by=province_officer)

    def test_waits_for_the_open_pass(self, sitting_item, province_officer):
        sitting.begin(sitting_item, by=province_officer)
        with pytest.raises(Refused):
            sitting.score_again(sitting_item, "Chấm lại", by=province_officer)
        assert sitting_item.passes.count() == 1

    def test_is_refused_after_the_result(self, sitting_item, province_officer):
        score_all(sitting_item, BEST, BEST, BEST, by=province_officer)
        agreeing.agree(sitting_item, by=province_officer)
        with pytest.raises(Refused):
            sitting.score_again(sitting_item, "Chấm lại", by=province_officer)


class TestTheAdvisoryTeam:
    def test_reports_before_the_scoring(self, sitting_item, council, province_officer):
        adviser = add_member(council, "adviser").user
        sitting.advise(sitting_item, "Hồ sơ đầy đủ", by=adviser)
        sitting.begin(sitting_item, by=province_officer)
        with pytest.raises(Refused):
            sitting.advise(sitting_item, "Nên cho 5 sao", by=adviser)
        sitting_item.refresh_from_db()
        assert (sitting_item.advice, sitting_item.advice_by) == ("Hồ sơ đầy đủ", adviser)

    def test_is_no_member_of_the_council(self, sitting_item, council):
        with pytest.raises(PermissionDenied):
            sitting.advise(sitting_item, "Nên cho 5 sao", by=council.members.last().user)


def test_every_act_stands_in_the_audit_trail(sitting_item, province_officer):
    score_all(sitting_item, BEST, BEST, BEST, by=province_officer)
    agreeing.agree(sitting_item, by=province_officer)
    acts = list(
        AuditEntry.objects.order_by("pk").values_list("act", flat=True).exclude(act__endswith=".loaded")
    )
    closed = ["sheet.closed"] * 3
    assert acts == ["item.pass_opened", *closed, "item.pass_finished", "dossier.scored", "result.agreed"]
