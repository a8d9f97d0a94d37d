"""A member's sheet: his alone, blind until it is handed in, never changed afterwards."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from ratings import marking, sitting
from ratings.models import AgendaItem, CouncilMember, ScoreSheet, Session, SheetChoice
from ratings.workflow import Refused, Stale
from tests.factories import make_evidence, make_user
from tests.ratings.answered import make_rated
from tests.ratings.sitting_council import (
    BEST,
    TODAY,
    add_member,
    fill,
    make_accepted,
    make_council,
    make_item,
    make_session,
    score_all,
    sheets_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_june_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def begun(sitting_item, province_officer):
    sitting.begin(sitting_item, by=province_officer)
    sitting_item.refresh_from_db()
    return sitting_item


@pytest.fixture
def sheet(begun):
    """The chair's sheet."""
    return sheets_of(begun)[0]


@pytest.fixture
def browser(client_of, sheet):
    return client_of(sheet.member.user)


def save(browser: Client, sheet: ScoreSheet, code: str = "1", **said: object):
    url = reverse("ratings:sheet_save", args=[sheet.pk, code])
    return browser.post(url, said, headers={"Accept": "application/json"})


class TestChoosing:
    def test_is_answered_with_one_s_own_points(self, browser, sheet):
        told = save(browser, sheet, option="6", version="0").json()
        assert (told["version"], told["answered"], told["of"]) == (1, 1, 4)
        assert told["words"] == "Tổng 40,00 điểm, 2 sao."
        assert "<strong>40,00</strong>" in told["panel"]

    def test_computes_the_points_itself(self, browser, sheet):
        save(browser, sheet, option="2", version="0", total="100", points="40", member="999", closed_at="x")
        choice = SheetChoice.objects.get()
        assert (choice.sheet, str(choice.option.points)) == (sheet, "20.00")

    def test_sent_twice_counts_once(self, browser, sheet):
        answers = [save(browser, sheet, option="2", version="0") for _time in range(2)]
        assert [(a.status_code, a.json()["version"]) for a in answers] == [(200, 1), (200, 1)]

    def test_in_two_windows_the_second_is_told(self, browser, sheet):
        save(browser, sheet, option="2", version="0")
        answer = save(browser, sheet, option="3", note="Ghi", version="0")
        assert (answer.status_code, answer.json()["theirs"]) == (409, {"option": "2", "note": ""})

    def test_refuses_what_is_not_offered(self, browser, sheet):
        for option in ("9", "0", "x"):
            assert save(browser, sheet, option=option, version="0").status_code == 403
        assert save(browser, sheet, "77", option="1", version="0").status_code == 404
        assert SheetChoice.objects.count() == 0

    def test_keeps_a_note_and_takes_a_choice_back(self, sheet):
        by = sheet.member.user
        marking.choose(sheet, "1", by=by, option=2, note="Thiếu giấy tờ")
        marking.choose(sheet, "1", by=by, option=None)
        choice = SheetChoice.objects.get()
        assert (choice.option, choice.note, choice.version) == (None, "Thiếu giấy tờ", 2)

    def test_an_older_version_is_stale(self, sheet):
        marking.choose(sheet, "1", by=sheet.member.user, option=2, version=0)
        with pytest.raises(Stale):
            marking.choose(sheet, "1", by=sheet.member.user, option=3, version=0)


class TestOwnRowOnly:
    def test_another_member_s_sheet_is_not_found(self, browser, begun):
        other = sheets_of(begun)[1]
        assert save(browser, other, option="6", version="0").status_code == 404
        for name in ("sheet", "sheet_close"):
            assert browser.get(reverse(f"ratings:{name}", args=[other.pk])).status_code == 404
            assert browser.post(reverse(f"ratings:{name}", args=[other.pk]), {"o-1": "6"}).status_code == 404
        assert SheetChoice.objects.count() == 0

    def test_nor_by_the_verb(self, begun):
        first, second, _third = sheets_of(begun)
        with pytest.raises(PermissionDenied):
            marking.choose(second, "1", by=first.member.user, option=1)
        with pytest.raises(PermissionDenied):
            marking.close(second, by=first.member.user)

    def test_officers_don_t_fill_in_sheets(self, client_of, province_officer, sheet):
        assert save(client_of(province_officer), sheet, option="6", version="0").status_code == 404

    def test_an_adviser_has_none(self, world, province_officer, client_of):
        council = make_council(world.province)
        adviser = add_member(council, "adviser")
        item = make_item(make_session(council), make_accepted(world.new_dam_thuy))
        sitting.begin(item, by=province_officer)
        assert adviser.pk not in [sheet.member_id for sheet in sheets_of(item)]
        page = client_of(adviser.user).get(reverse("ratings:council_item", args=[item.pk]))
        assert (page.status_code, page.context["shown"]) == (200, False)

    def test_a_post_that_ends_counts_at_the_next_request(self, browser, sheet):
        sheet.member.user.posts.update(ends_on="2026-06-14")
        assert save(browser, sheet, option="6", version="0").status_code == 404

    def test_a_seat_that_ends_counts_too(self, browser, sheet):
        CouncilMember.objects.filter(pk=sheet.member_id).update(ends_on="2026-06-14")
        assert save(browser, sheet, option="6", version="0").status_code == 404

    def test_a_recused_member_reads_nothing(self, world, council, province_officer, client_of):
        member = council.members.last()
        council.quorum_percent = 50
        council.save()
        item = make_item(make_session(council), make_accepted(world.new_dam_thuy), recused=member)
        browser, url = client_of(member.user), reverse("ratings:council_item", args=[item.pk])
        assert browser.get(url).status_code == 403
        score_all(item, BEST, BEST, by=province_officer)
        assert browser.get(url).status_code == 403


class TestBlindness:
    def test_others_points_show_once_one_s_own_sheet_is_in(self, begun, browser):
        first, second, _third = sheets_of(begun)
        fill(second, BEST | {"1": 5})
        url = reverse("ratings:council_item", args=[begun.pk])
        hidden = browser.get(url)
        assert (hidden.context["shown"], b"90,01" in hidden.content) == (False, False)
        fill(first)
        shown = browser.get(url)
        assert (shown.context["shown"], b"90,01" in shown.content) == (True, True)

    def test_in_the_table_too(self, begun, browser):
        first, second, _third = sheets_of(begun)
        fill(second, BEST | {"1": 5})
        url = reverse("ratings:live_table_state", args=[begun.session_id])
        assert "90,01" not in browser.get(url).json()["html"]
        fill(first)
        assert "90,01" in browser.get(url).json()["html"]

    def test_a_secretary_who_scores_is_blind_like_everybody(self, begun, client_of):
        first, second, _third = sheets_of(begun)
        fill(first, BEST | {"1": 5})
        browser = client_of(second.member.user)
        assert browser.get(reverse("ratings:council_item", args=[begun.pk])).context["shown"] is False

    def test_an_officer_without_a_seat_sees_the_state(self, begun, client_of, province_officer):
        fill(sheets_of(begun)[0], BEST | {"1": 5})
        url = reverse("ratings:live_table_state", args=[begun.session_id])
        assert "90,01" in client_of(province_officer).get(url).json()["html"]

    def test_leaders_see_points_with_the_result(self, begun, client_of, province_leader, province_officer):
        browser, url = client_of(province_leader), reverse("ratings:council_item", args=[begun.pk])
        for sheet in sheets_of(begun):
            fill(sheet)
        assert browser.get(url).context["shown"] is False
        from ratings import agreeing

        sitting.finish_pass(begun, by=province_officer)
        agreeing.agree(begun, by=province_officer)
        assert browser.get(url).context["shown"] is True


class TestHandingIn:
    def test_asks_for_every_criterion_that_applies(self, browser, sheet):
        fill(sheet, {"1": 6, "2": 3}, hand_in=False)
        url = reverse("ratings:sheet_close", args=[sheet.pk])
        assert [each.code for each in browser.get(url).context["open_items"]] == ["3", "4"]
        answer = browser.post(url)
        assert (answer.status_code, "mới chọn 2 trên 4" in answer.content.decode()) == (403, True)

    def test_freezes_the_sheet(self, browser, sheet):
        fill(sheet, hand_in=False)
        browser.post(reverse("ratings:sheet_close", args=[sheet.pk]), {"opinion": "Sản phẩm tốt"})
        sheet.refresh_from_db()
        assert (sheet.closed_at is not None, sheet.opinion) == (True, "Sản phẩm tốt")
        assert save(browser, sheet, option="1", version="1").status_code == 403
        answer = browser.post(reverse("ratings:sheet", args=[sheet.pk]), {"o-1": "1", "v-1": "1"})
        assert answer.status_code == 409
        assert SheetChoice.objects.get(criterion__code="1").option.position == 6

    def test_twice_does_it_once(self, sheet):
        fill(sheet)
        before = ScoreSheet.objects.get(pk=sheet.pk)
        marking.close(sheet, by=sheet.member.user, opinion="Khác")
        after = ScoreSheet.objects.get(pk=sheet.pk)
        assert (after.closed_at, after.opinion, after.version) == (before.closed_at, "", before.version)

    def test_the_database_keeps_a_closed_sheet(self, sheet):
        fill(sheet)
        with pytest.raises(DatabaseError, match="a closed sheet does not change"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL ocop.testing_reset = 'off'")
            SheetChoice.objects.filter(sheet=sheet).update(note="Sửa sau")

    def test_and_a_sheet_of_a_finished_pass(self, begun, province_officer):
        for sheet in sheets_of(begun):
            fill(sheet)
        sitting.finish_pass(begun, by=province_officer)
        with pytest.raises(DatabaseError, match="a sheet of a finished pass"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL ocop.testing_reset = 'off'")
            ScoreSheet.objects.update(closed_at=None)

    def test_is_refused_once_the_session_is_closed(self, sheet):
        fill(sheet, hand_in=False)
        Session.objects.update(state="closed")
        with pytest.raises(Refused, match="Phiên họp chưa mở hoặc đã đóng"):
            marking.close(sheet, by=sheet.member.user)

    def test_the_secretary_gives_it_back_with_a_reason(self, begun, client_of):
        first, second, third = sheets_of(begun)
        fill(first)
        url, browser = reverse("ratings:sheet_reopen", args=[first.pk]), client_of(second.member.user)
        assert browser.post(url, {"reason": " "}).status_code == 403
        assert client_of(third.member.user).post(url, {"reason": "Sửa"}).status_code == 403
        assert browser.post(url, {"reason": "Chọn nhầm"}).status_code == 302
        first.refresh_from_db()
        assert first.closed_at is None
        marking.choose(first, "1", by=first.member.user, option=5)

    def test_but_not_after_the_pass(self, begun, province_officer):
        for sheet in sheets_of(begun):
            fill(sheet)
        sitting.finish_pass(begun, by=province_officer)
        with pytest.raises(Refused, match="Lượt chấm này đã chốt"):
            sitting.reopen(sheets_of(begun)[0], "Chọn nhầm", by=province_officer)


class TestThePage:
    def test_saves_without_scripts(self, browser, sheet):
        answer = browser.post(
            reverse("ratings:sheet", args=[sheet.pk]),
            {"o-1": "6", "v-1": "0", "n-1": "Đủ", "o-2": "9", "v-2": "0", "then": "close"},
        )
        assert answer.status_code == 409
        assert list(SheetChoice.objects.values_list("criterion__code", "option__position", "note")) == [
            ("1", 6, "Đủ")
        ]

    def test_goes_on_to_the_check(self, browser, sheet):
        said = {f"o-{code}": str(position) for code, position in BEST.items()}
        answer = browser.post(reverse("ratings:sheet", args=[sheet.pk]), said | {"then": "close"})
        assert answer["Location"] == reverse("ratings:sheet_close", args=[sheet.pk])

    def test_links_the_evidence_through_the_item(self, browser, begun, sheet):
        dossier = begun.dossier
        leaf = dossier.criteria_set.criteria.get(code="1")
        use = dossier.evidence_uses.create(evidence=make_evidence(dossier.enterprise), criterion=leaf)
        page = browser.get(reverse("ratings:sheet", args=[sheet.pk])).content.decode()
        assert reverse("ratings:item_evidence", args=[begun.pk, use.pk]) in page

    @pytest.mark.parametrize("evidence", [1, 3])
    def test_needs_as_many_statements_however_much_evidence(
        self, browser, begun, sheet, evidence, django_assert_num_queries
    ):
        dossier = begun.dossier
        for leaf in dossier.criteria_set.criteria.filter(is_leaf=True):
            for _number in range(evidence):
                dossier.evidence_uses.create(evidence=make_evidence(dossier.enterprise), criterion=leaf)
        url = reverse("ratings:sheet", args=[sheet.pk])
        browser.get(url)
        with django_assert_num_queries(13):
            browser.get(url)

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_of_sheets_needs_as_many_statements(
        self, world, council, client_of, province_officer, count, django_assert_num_queries
    ):
        session = make_session(council)
        for _number in range(count):
            sitting.begin(make_item(session, make_accepted(world.new_dam_thuy)), by=province_officer)
        browser = client_of(council.members.first().user)
        with django_assert_num_queries(5):
            page = browser.get(reverse("ratings:my_sheets"))
        assert len(page.context["waiting"]) == count


class TestTheCase:
    @pytest.fixture
    def tourism(self, world, council, province_officer):
        dossier = make_rated(world.new_dam_thuy, "QD26-26", state="accepted", case=1)
        item = make_item(make_session(council), dossier)
        sitting.begin(item, by=province_officer)
        item.refresh_from_db()
        return item

    def test_begins_as_the_dossier_chose(self, tourism):
        assert tourism.case == 1

    def test_changes_for_all_sheets_together(self, tourism, province_officer):
        first, second, _third = sheets_of(tourism)
        code = _choose_cased(first)
        _choose_cased(second)
        assert sitting.set_case(tourism, 2, by=province_officer) == 2
        assert [c.option for c in SheetChoice.objects.filter(criterion__code=code)] == [None, None]

    def test_is_for_who_runs_the_session(self, tourism):
        with pytest.raises(PermissionDenied):
            sitting.set_case(tourism, 2, by=sheets_of(tourism)[2].member.user)

    def test_asks_for_confirmation_once_a_sheet_is_closed(self, tourism, province_officer):
        first = sheets_of(tourism)[0]
        _choose_cased(first)
        ScoreSheet.objects.filter(pk=first.pk).update(closed_at="2026-06-15T08:00+07:00")
        with pytest.raises(Refused, match="hãy xác nhận"):
            sitting.set_case(tourism, 2, by=province_officer)
        sitting.set_case(tourism, 2, by=province_officer, confirmed=True)
        first.refresh_from_db()
        tourism.refresh_from_db()
        assert (first.closed_at, tourism.case) == (None, 2)

    def test_that_the_set_doesn_t_have_is_refused(self, sitting_item, tourism, province_officer):
        for item, case in ((tourism, 7), (sitting_item, 1)):
            with pytest.raises(Refused, match="không có trường hợp"):
                sitting.set_case(item, case, by=province_officer)


def _choose_cased(sheet: ScoreSheet) -> str:
    """Choose an option that only the first case offers."""
    from ratings import tallying

    fresh = ScoreSheet.objects.select_related("scoring_pass__item__dossier__criteria_set").get(pk=sheet.pk)
    found = tallying.sheet_with_choices(fresh)
    for code, item in found.outline.items.items():
        for choice in item.offered(1):
            if choice.case == 1 and not found.unscored(item):
                marking.choose(sheet, code, by=sheet.member.user, option=choice.position)
                return code
    raise AssertionError("the set has no case")


def test_another_council_s_item_is_not_found(begun, client_of, world):
    stranger = make_council(world.district).members.first().user
    browser = client_of(stranger)
    for name in ("council_item", "live_table", "live_table_state"):
        key = begun.pk if name == "council_item" else begun.session_id
        assert browser.get(reverse(f"ratings:{name}", args=[key])).status_code == 404
    url = reverse("ratings:council_act", args=[begun.pk, "chot-luot"])
    assert browser.post(url).status_code == 404
    assert AgendaItem.objects.get(pk=begun.pk).state == "scoring"


def test_a_latecomer_gets_a_sheet(world, council, province_officer):
    council.quorum_percent = 60
    council.save()
    session = make_session(council)
    late = session.attendances.get(member=council.members.last())
    late.present = False
    late.save()
    item = make_item(session, make_accepted(world.new_dam_thuy))
    sitting.begin(item, by=province_officer)
    assert (len(sheets_of(item)), sitting.admit(item, by=province_officer)) == (2, 0)
    late.present = True
    late.save()
    assert [sitting.admit(item, by=province_officer) for _time in range(2)] == [1, 0]
    assert sheets_of(item)[2].member == late.member


def test_a_disabled_account_loses_its_sheet_at_the_next_request(browser, sheet):
    sheet.member.user.is_active = False
    sheet.member.user.save()
    assert save(browser, sheet, option="6", version="0").status_code == 401
    assert make_user("khac").is_active


@pytest.mark.parametrize("count", [1, 3])
def test_my_work_shows_the_sheets_that_wait(
    world, council, client_of, province_officer, count, django_assert_num_queries
):
    session = make_session(council)
    for _number in range(count):
        sitting.begin(make_item(session, make_accepted(world.new_dam_thuy)), by=province_officer)
    browser = client_of(council.members.first().user)
    with django_assert_num_queries(7):
        [pile, _sessions] = browser.get(reverse("desk:my_work")).context["desk"].piles
    assert (pile.title, pile.count) == ("Phiếu chấm cần nộp", count)
    Session.objects.update(state="closed")
    [pile, _sessions] = browser.get(reverse("desk:my_work")).context["desk"].piles
    assert pile.tasks == []
