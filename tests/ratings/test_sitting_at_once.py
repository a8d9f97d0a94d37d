"""Two people, or one person's two tabs, in the council's room at the same moment."""

from __future__ import annotations

import pytest

from ratings import agreeing, marking, sitting, voting
from ratings.models import KnockoutVote, Result, ScoringPass, SheetChoice
from ratings.workflow import Refused, Stale
from tests.factories import make_user
from tests.ratings.sitting_council import BEST, TODAY, fill, score_all, sheets_of
from tests.ratings.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_june_2026(settings):
    settings.OCOP_TODAY = TODAY


def test_the_scoring_is_begun_once(sitting_item, province_officer, council):
    secretary = council.members.get(seat="secretary").user
    done = at_once(
        *[lambda by=by: sitting.begin(sitting_item, by=by) for by in (province_officer, secretary)]
    )
    assert sorted(isinstance(each, Refused) for each in done) == [False, True]
    assert ScoringPass.objects.count() == 1


def test_the_result_is_agreed_once(sitting_item, province_officer, world):
    colleague = make_user("tinh.2", "officer", world.province)
    score_all(sitting_item, BEST, BEST, BEST, by=province_officer)
    people = (province_officer, colleague)
    done = at_once(*[lambda by=by: agreeing.agree(sitting_item, by=by) for by in people])
    assert done == [Result.objects.get()] * 2
    assert sitting_item.dossier.steps.count() == 1


def test_two_tabs_choose_for_the_first_time(sitting_item, province_officer):
    sitting.begin(sitting_item, by=province_officer)
    sheet = sheets_of(sitting_item)[0]
    by = sheet.member.user
    done = at_once(*[lambda n=n: marking.choose(sheet, "1", by=by, option=n, version=0) for n in (2, 6)])
    assert sorted(isinstance(each, Stale) for each in done) == [False, True]
    assert SheetChoice.objects.get().version == 1


def test_a_choice_never_slips_into_a_closed_sheet(sitting_item, province_officer):
    sitting.begin(sitting_item, by=province_officer)
    sheet = fill(sheets_of(sitting_item)[0], hand_in=False)
    by = sheet.member.user
    closed, chosen = at_once(
        lambda: marking.close(sheet, by=by), lambda: marking.choose(sheet, "1", by=by, option=5)
    )
    sheet.refresh_from_db()
    option = SheetChoice.objects.get(sheet=sheet, criterion__code="1").option.position
    assert (sheet.closed_at is not None, option) == (True, 6 if isinstance(chosen, Refused) else 5)
    assert not isinstance(closed, Refused)


def test_members_vote_while_the_votes_are_counted(sitting_item, council, province_officer):
    sitting.begin(sitting_item, by=province_officer)
    people = [member.user for member in council.members.all()]
    motion = voting.move_knockout(sitting_item, "", "Chất cấm", by=people[0])
    for user in people[:2]:
        voting.vote(motion, True, by=user)
    voted, counted = at_once(
        lambda: voting.vote(motion, False, by=people[2]),
        lambda: voting.count_votes(motion, by=province_officer),
    )
    assert counted.carried is True
    assert KnockoutVote.objects.count() == (2 if isinstance(voted, Refused) else 3)
