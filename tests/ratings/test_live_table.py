"""The table of a session: equal to the scoring, with a constant number of statements, quick."""

from __future__ import annotations

import random

import pytest
from django.urls import reverse

from ratings import marking, scoring, sitting, tallying
from ratings.criteria.reading import rules_of
from ratings.models import AgendaItem, Declaration, Session, SheetChoice
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
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_june_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def browser(client_of, province_officer):
    return client_of(province_officer)


def state(browser, session: Session) -> dict:
    return browser.get(reverse("ratings:live_table_state", args=[session.pk])).json()


def table(browser, session: Session):
    return browser.get(reverse("ratings:live_table", args=[session.pk]))


@pytest.mark.parametrize("count", [1, 3])
def test_needs_as_many_statements_however_many_dossiers(
    world, council, browser, province_officer, count, django_assert_num_queries
):
    session = make_session(council)
    for _number in range(count):
        score_all(make_item(session, make_accepted(world.new_dam_thuy)), *[BEST] * 3, by=province_officer)
    url = reverse("ratings:live_table_state", args=[session.pk])
    browser.get(url)
    with django_assert_num_queries(17):
        browser.get(url)


@pytest.mark.parametrize("members", [3, 9])
def test_nor_however_many_members(world, browser, province_officer, members, django_assert_num_queries):
    session = make_session(make_council(world.province, members=members))
    item = make_item(session, make_accepted(world.new_dam_thuy))
    score_all(item, *[BEST] * members, by=province_officer)
    url = reverse("ratings:live_table_state", args=[session.pk])
    browser.get(url)
    with django_assert_num_queries(17):
        browser.get(url)


def test_equals_the_scoring(world, council, province_officer):
    session = make_session(council)
    item = make_item(session, make_accepted(world.new_dam_thuy))
    sitting.begin(item, by=province_officer)
    picks = random.Random(26)
    rules = rules_of(item.dossier.criteria_set)
    filled = [
        {each.code: picks.choice(each.options).position for each in rules.criteria} for _number in range(3)
    ]
    for sheet, choices in zip(sheets_of(item), filled, strict=True):
        fill(sheet, choices)
    [tally] = tallying.of_all(session, list(AgendaItem.objects.select_related(*tallying.RELATED)))
    assert tally.score == scoring.score(rules, filled)
    assert [m.score for m in tally.last.marks] == [scoring.score(rules, [each]) for each in filled]


def test_follows_a_sheet_that_is_given_back(sitting_item, browser, province_officer):
    sitting.begin(sitting_item, by=province_officer)
    first = fill(sheets_of(sitting_item)[0])
    assert "100,00" in state(browser, sitting_item.session)["html"]
    sitting.reopen(first, "Chọn nhầm", by=province_officer)
    fill(first, BEST | {"1": 5})
    html = state(browser, sitting_item.session)["html"]
    assert ("100,00" in html, "90,01" in html) == (False, True)


def test_tells_what_is_missing(sitting_item, browser, council, province_officer):
    sitting.begin(sitting_item, by=province_officer)
    first, second, _third = sheets_of(sitting_item)
    fill(first)
    fill(second, {"1": 6, "2": 3}, hand_in=False)
    [line] = table(browser, sitting_item.session).context["lines"]
    assert [(cell.kind, cell.done) for cell in line.cells] == [("total", 0), ("open", 2), ("open", 0)]
    assert [str(m.member.user) for m in line.tally.last.missing] == [
        str(member.user) for member in council.members.all()[1:]
    ]


@pytest.mark.parametrize(("lowest", "over"), [(5, False), (4, False), (3, True)])
def test_warns_of_a_spread_over_the_limit(sitting_item, browser, province_officer, lowest, over):
    sitting.begin(sitting_item, by=province_officer)
    for sheet, one in zip(sheets_of(sitting_item), (6, 6, lowest), strict=True):
        fill(sheet, BEST | {"1": one})
    [line] = table(browser, sitting_item.session).context["lines"]
    assert bool(line.warning) is over
    assert ("Vượt mức cho phép" in state(browser, sitting_item.session)["html"]) is over


def test_shows_a_recused_member_masked(world, council, browser, province_officer):
    member = council.members.last()
    session = make_session(council)
    make_item(session, make_accepted(world.new_dam_thuy), recused=member)
    [line] = table(browser, session).context["lines"]
    assert [cell.kind for cell in line.cells] == ["none", "none", "recused"]
    assert "không chấm" in state(browser, session)["html"]


def test_shows_unmet_floors_and_the_quorum(sitting_item, council, browser, province_officer):
    low = BEST | {"4": 1}
    score_all(sitting_item, low, low, low, by=province_officer)
    Declaration.objects.filter(member=council.members.last()).update(has_interest=True, reason="Cổ đông")
    html = state(browser, sitting_item.session)["html"]
    assert "mức tối thiểu: 2 sao" in html
    assert "2/2" in html


def test_is_empty_without_dossiers(council, browser):
    page = table(browser, make_session(council))
    assert "Chưa có hồ sơ nào trong chương trình họp" in page.content.decode()


def test_closed_sessions_are_not_polled_any_more(sitting_item, browser):
    assert state(browser, sitting_item.session)["open"] is True
    Session.objects.update(state="closed")
    assert state(browser, sitting_item.session)["open"] is False


def test_choices_that_were_taken_back_don_t_count(sitting_item, browser, province_officer):
    sitting.begin(sitting_item, by=province_officer)
    sheet = sheets_of(sitting_item)[0]
    marking.choose(sheet, "1", by=sheet.member.user, option=6)
    marking.choose(sheet, "1", by=sheet.member.user, option=None)
    [line] = table(browser, sitting_item.session).context["lines"]
    assert (line.cells[0].done, SheetChoice.objects.count()) == (0, 1)
