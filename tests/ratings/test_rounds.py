"""Assessment rounds: the law's days, extra rounds, dossiers put in, the look ahead on the page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from openpyxl import load_workbook

from accounts.models import AuditEntry
from ratings import planning_rounds
from ratings.models import Council, Dossier, DossierStep, Result, Round, Session
from ratings.round_planning import Outlook
from ratings.workflow import Refused, Stale
from tests.factories import load_criteria, make_dossier, make_product
from tests.ratings.sittings import TODAY, asked, make_accepted, make_council, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autumn_2026(settings, world):
    settings.OCOP_TODAY = TODAY
    load_criteria("QD26-14")


@pytest.fixture
def round_two(world, province_officer) -> Round:
    return planning_rounds.open_round(world.province, "province", 2026, 2, by=province_officer)


@pytest.fixture
def accepted(world) -> Dossier:
    return make_accepted(world.new_dam_thuy, name="Rượu ngô Mẫu")


def days(round: Round) -> tuple[date, date, bool]:
    return round.submit_before, round.done_before, round.extra


# --- opening and changing


@pytest.mark.parametrize(
    ("level", "number", "first", "last"),
    [
        ("province", 1, date(2026, 4, 30), date(2026, 6, 30)),
        ("province", 2, date(2026, 10, 30), date(2026, 12, 30)),
        ("central", 1, date(2026, 7, 30), date(2026, 9, 30)),
        ("central", 2, date(2026, 1, 30), date(2026, 3, 30)),
    ],
)
def test_a_round_has_the_days_of_the_regulation(world, province_officer, level, number, first, last):
    made = planning_rounds.open_round(world.province, level, 2026, number, by=province_officer)
    assert days(made) == (first, last, False)


def test_a_day_that_is_given_stands_in_place_of_the_laws(world, province_officer):
    made = planning_rounds.open_round(
        world.province, "province", 2026, 2, submit_before=date(2026, 10, 15), by=province_officer
    )
    assert days(made) == (date(2026, 10, 15), date(2026, 12, 30), False)


def test_a_round_that_the_law_does_not_number_is_an_extra_one_with_days_of_its_own(world, province_officer):
    with pytest.raises(Refused, match="Hãy nhập cả hai ngày"):
        planning_rounds.open_round(world.province, "province", 2026, 3, by=province_officer)
    own = {"submit_before": date(2026, 11, 30), "done_before": date(2027, 1, 15)}
    made = planning_rounds.open_round(world.province, "province", 2026, 3, by=province_officer, **own)
    assert days(made) == (date(2026, 11, 30), date(2027, 1, 15), True)


def test_under_a_regulation_without_rounds_days_are_given(world, province_officer):
    old = {"on": date(2025, 12, 1), "by": province_officer}
    with pytest.raises(Refused, match="Hãy nhập cả hai ngày"):
        planning_rounds.open_round(world.province, "province", 2026, 1, **old)


def test_a_round_is_opened_once(world, province_officer, round_two):
    with pytest.raises(Refused, match="Đợt 2 năm 2026 đã có"):
        planning_rounds.open_round(world.province, "province", 2026, 2, by=province_officer)


def test_a_unit_opens_rounds_of_its_own_levels_only(world, province_officer):
    with pytest.raises(Refused, match="không tổ chức đợt đánh giá ở cấp này"):
        planning_rounds.open_round(world.province, "district", 2026, 1, by=province_officer)


@pytest.mark.parametrize("who", ["commune_staff", "leader", "administrator", "province_leader"])
def test_only_officers_of_the_unit_open_rounds(request, world, who):
    with pytest.raises(PermissionDenied):
        planning_rounds.open_round(world.province, "province", 2026, 2, by=request.getfixturevalue(who))


def test_a_round_is_not_done_before_communes_propose(world, province_officer):
    wrong = {"submit_before": date(2026, 12, 31), "by": province_officer}
    with pytest.raises(Refused, match="sớm hơn ngày xã đề xuất"):
        planning_rounds.open_round(world.province, "province", 2026, 2, **wrong)


def test_a_change_is_kept_with_what_was_before(province_officer, round_two):
    changed = planning_rounds.change_round(round_two, by=province_officer, version=1, dossiers_a_day=20)
    assert (changed.dossiers_a_day, changed.version) == (20, 2)
    entry = AuditEntry.objects.get(act="round.changed")
    assert entry.details == {"changes": {"dossiers_a_day": ["12", "20"]}}


def test_the_second_of_two_who_change_a_round_is_told(province_officer, round_two):
    planning_rounds.change_round(round_two, by=province_officer, version=1, dossiers_a_day=20)
    with pytest.raises(Stale):
        planning_rounds.change_round(round_two, by=province_officer, version=1, dossiers_a_day=30)


def test_a_late_writer_keeps_his_text(client_of, province_officer, round_two):
    browser = client_of(province_officer)
    typed = {
        "submit_before": "30/10/2026",
        "done_before": "30/12/2026",
        "dossiers_a_day": "15",
        "version": "1",
        "invite_days": "5",
        "sum_days": "3",
        "sign_days": "5",
        "note": "Ghi chú riêng",
    }
    address = f"/hoi-dong/dot/{round_two.pk}/sua/"
    assert browser.post(address, typed).status_code == 302
    second = browser.post(address, typed)
    assert (second.status_code, "Ghi chú riêng" in second.content.decode()) == (409, True)


def test_the_form_opens_a_round_without_typing_days(client_of, province_officer, world):
    typed = {"level": "province", "year": "2026", "number": "1", "dossiers_a_day": "12"}
    steps = {"invite_days": "5", "sum_days": "3", "sign_days": "5"}
    answer = client_of(province_officer).post("/hoi-dong/dot/moi/", typed | steps)
    made = Round.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/hoi-dong/dot/{made.pk}/")
    assert days(made) == (date(2026, 4, 30), date(2026, 6, 30), False)


# --- dossiers of the round


def test_dossiers_on_their_way_and_accepted_can_be_put_in(world, round_two, accepted):
    on_the_way = [
        make_accepted(world.new_dam_thuy, state=state, level=level)
        for state, level in [("submitted", "province"), ("returned", "commune"), ("at_commune", "commune")]
    ]
    make_accepted(world.new_dam_thuy, state="scored")
    make_accepted(world.new_dam_thuy, state="forwarded", level="central")
    make_dossier(make_product(world.new_dam_thuy))
    found = set(planning_rounds.candidates(round_two).values_list("pk", flat=True))
    assert found == {accepted.pk, *(each.pk for each in on_the_way)}


def test_a_round_of_the_centre_takes_what_was_forwarded_to_it(world, province_officer, accepted):
    centre = planning_rounds.open_round(world.province, "central", 2026, 1, by=province_officer)
    forwarded = make_accepted(world.new_dam_thuy, state="forwarded", level="central")
    assert list(planning_rounds.candidates(centre)) == [forwarded]


def test_dossiers_are_put_in_once_and_taken_out(province_officer, round_two, accepted):
    assert planning_rounds.assign(round_two, [accepted], by=province_officer) == 1
    assert planning_rounds.assign(round_two, [accepted], by=province_officer) == 0
    assert list(round_two.dossiers.all()) == [accepted]
    planning_rounds.unassign(round_two, accepted, by=province_officer)
    planning_rounds.unassign(round_two, accepted, by=province_officer)
    assert list(round_two.dossiers.all()) == []
    acts = AuditEntry.objects.filter(object_type="ratings.round").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == [
        "round.opened",
        "round.dossiers_put_in",
        "round.dossier_taken_out",
    ]


def test_a_draft_or_a_dossier_of_another_unit_is_not_put_in(world, province_officer, officer, round_two):
    draft = make_dossier(make_product(world.new_dam_thuy))
    with pytest.raises(Refused, match="đang trình đến đơn vị này"):
        planning_rounds.assign(round_two, [draft], by=province_officer)
    with pytest.raises(PermissionDenied):
        planning_rounds.assign(round_two, [draft], by=officer)


def test_a_dossier_on_an_agenda_stays_in_its_round(world, province_officer, round_two, accepted):
    planning_rounds.assign(round_two, [accepted], by=province_officer)
    council = make_council(world.province, by=province_officer)
    make_session(council, accepted, by=province_officer)
    with pytest.raises(Refused, match="Hãy bỏ khỏi chương trình họp trước"):
        planning_rounds.unassign(round_two, accepted, by=province_officer)


def test_the_page_puts_ticked_dossiers_in(client_of, province_officer, round_two, accepted):
    browser = client_of(province_officer)
    address = f"/hoi-dong/dot/{round_two.pk}/ho-so/"
    assert "Rượu ngô Mẫu" in browser.get(address).content.decode()
    assert "Rượu ngô Mẫu" not in browser.get(f"{address}?q=thach").content.decode()
    nothing = browser.post(address, {"x": "1"})
    assert "Chọn ít nhất một hồ sơ" in nothing.content.decode()
    assert browser.post(address, {"ho_so": [accepted.pk]}).status_code == 302
    assert list(round_two.dossiers.all()) == [accepted]
    browser.post(f"{address}bo/", {"ho_so": accepted.pk})
    assert list(round_two.dossiers.all()) == []


# --- the look ahead


def test_the_plan_takes_checking_from_the_unit_and_the_communes_term_from_the_law(round_two):
    terms = planning_rounds.terms_of(round_two)
    assert (terms.commune, terms.check, terms.invite, terms.sum, terms.sign) == (15, 10, 5, 3, 5)


def test_a_round_of_the_centre_has_no_steps_of_communes(world, province_officer):
    centre = planning_rounds.open_round(world.province, "central", 2026, 1, by=province_officer)
    assert planning_rounds.plan(centre).steps.submit_by is None


def test_each_dossier_is_told_how_it_stands(world, province_officer, round_two, accepted):
    late = make_accepted(world.new_tra_linh, state="at_commune", level="commune", on=date(2026, 10, 20))
    checked = make_accepted(world.new_tra_linh, state="submitted", on=date(2026, 11, 5))
    planning_rounds.assign(round_two, [accepted, late, checked], by=province_officer)
    plan = planning_rounds.plan(round_two)
    stand = {entry.dossier.pk: entry.forecast.outlook for entry in plan.entries}
    assert stand == {accepted.pk: Outlook.FINE, late.pk: Outlook.MISS, checked.pk: Outlook.RISK}
    assert (plan.missing, plan.at_risk) == (1, 1)
    assert (plan.capacity.needed, plan.capacity.planned) == (1, 0)


@pytest.mark.parametrize(
    ("closes_at_17", "hour", "outlook"),
    [(True, 9, Outlook.FINE), (True, 10, Outlook.RISK), (False, 10, Outlook.FINE)],
)
def test_a_day_that_closes_at_17_does_not_take_what_comes_later(
    world, province_officer, round_two, closes_at_17, hour, outlook
):
    planning_rounds.change_round(round_two, by=province_officer, closes_at_17=closes_at_17)
    came = make_accepted(world.new_dam_thuy, state="submitted", on=round_two.submit_before)
    step = DossierStep.objects.create(dossier=came, to_state="submitted", on=round_two.submit_before)
    # 9:59 and 10:00 UTC are 16:59 and 17:00 in Viet Nam.
    at = datetime(2026, 10, 30, hour, 59 if hour == 9 else 0, tzinfo=UTC)
    DossierStep.objects.filter(pk=step.pk).update(at=at)
    planning_rounds.assign(round_two, [came], by=province_officer)
    round_two.refresh_from_db()
    assert planning_rounds.plan(round_two).entries[0].forecast.outlook == outlook


def test_sessions_of_the_round_give_capacity(world, province_officer, round_two, accepted):
    planning_rounds.assign(round_two, [accepted], by=province_officer)
    council = make_council(world.province, by=province_officer)
    make_session(council, accepted, by=province_officer, on=date(2026, 12, 15), round=round_two)
    plan = planning_rounds.plan(round_two)
    assert (plan.capacity.planned, plan.capacity.lacking) == (1, 0)
    assert plan.entries[0].forecast.by == date(2026, 12, 15)


def test_the_page_warns_filters_and_gives_a_file(client_of, world, province_officer, round_two, accepted):
    late = make_accepted(world.new_tra_linh, name="Thạch đen", state="at_commune", level="commune")
    planning_rounds.assign(round_two, [accepted, late], by=province_officer)
    browser, address = client_of(province_officer), f"/hoi-dong/dot/{round_two.pk}/"
    shown = browser.get(address).content.decode()
    for words in ("1 hồ sơ sẽ trễ đợt", "Còn thiếu 1 ngày họp hội đồng", "30/12/2026", "Rượu ngô Mẫu"):
        assert words in shown
    missing = browser.get(f"{address}?tinh_hinh=miss")
    assert [row.pk for row in missing.context["listed"].page] == [late.pk]
    named = browser.get(f"{address}?q=ruou ngo")
    assert [row.pk for row in named.context["listed"].page] == [accepted.pk]
    file = browser.get(f"{address}?xuat=xlsx")
    sheet = load_workbook(BytesIO(b"".join(file.streaming_content))).active
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    lines = {line[1]: line[2] for line in values if line[1] in {accepted.code, late.code}}
    assert lines == {accepted.code: "Kịp đợt", late.code: "Sẽ trễ đợt"}


def test_leaders_read_and_change_nothing(client_of, province_leader, round_two):
    browser = client_of(province_leader)
    page = browser.get(f"/hoi-dong/dot/{round_two.pk}/")
    assert (page.status_code, "Sửa đợt" in page.content.decode()) == (200, False)
    assert browser.post(f"/hoi-dong/dot/{round_two.pk}/sua/", {"dossiers_a_day": "1"}).status_code == 403
    round_two.refresh_from_db()
    assert round_two.dossiers_a_day == 12


def test_a_round_of_another_unit_is_not_found(client_of, officer, other_officer, commune_staff, round_two):
    for person in (officer, other_officer, commune_staff):
        assert client_of(person).get(f"/hoi-dong/dot/{round_two.pk}/").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_no_row_asks_the_database_for_more(client_of, world, province_officer, round_two, number):
    for _each in range(number):
        dossier = make_accepted(world.new_dam_thuy)
        planning_rounds.assign(round_two, [dossier], by=province_officer)
        make_accepted(world.new_dam_thuy)
        own = {"submit_before": date(2026, 11, 30), "done_before": date(2027, 1, 15)}
        planning_rounds.open_round(world.province, "province", 2026, 5 + _each, by=province_officer, **own)
    browser = client_of(province_officer)
    pages = [f"/hoi-dong/dot/{round_two.pk}/", f"/hoi-dong/dot/{round_two.pk}/ho-so/", "/hoi-dong/"]
    assert [asked(browser, page) for page in pages] == [13, 7, 18]


# --- the hub page by page

PARTS = {"waiting": "", "results": "ket-qua", "rounds": "dot", "councils": "hoi-dong", "sessions": "phien"}


@pytest.fixture
def crowded(world, province_officer) -> int:
    """More of everything on the hub than a page holds."""
    number = 27
    rating = load_criteria("QD26-14")[0]
    council = make_council(world.province, by=province_officer)
    last = Round.objects.create(**_round(world.province, 40), extra=True)
    for place in range(number):
        make_accepted(world.new_dam_thuy, name=f"Chờ {place:02}", criteria_set=rating)
        done = make_accepted(world.new_dam_thuy, name=f"Xong {place:02}", criteria_set=rating, state="scored")
        facts = {"part_a": 30, "part_b": 20, "part_c": 12, "total": 62, "stars": 3}
        Result.objects.create(dossier=done, level="province", assessed_on=date(2026, 5, 1 + place), **facts)
        Round.objects.create(**_round(world.province, 50 + place), extra=True)
        Council.objects.create(
            area=world.province, level="province", name=f"HĐ {place:02}", starts_on=date(2026, 6, 2)
        )
        Session.objects.create(council=council, round=last, on=date(2026, 12, 1 + place), state="planned")
    return number


def _round(area, number) -> dict:
    days = {"submit_before": date(2026, 11, 30), "done_before": date(2027, 1, 15)}
    return {"area": area, "level": "province", "year": 2026, "number": number, **days}


def shown_on(page) -> dict[str, list[int]]:
    """By list of the hub the keys of its rows."""
    found = {name: [row.pk for row in page.context[name]] for name in PARTS if name != "waiting"}
    return {**found, "waiting": [case.dossier.pk for one in page.context["waiting"] for case in one["cases"]]}


@pytest.mark.parametrize("turned", list(PARTS))
def test_each_list_of_the_hub_turns_its_own_pages(crowded, client_of, province_officer, turned):
    browser = client_of(province_officer)
    first = browser.get("/hoi-dong/", {"nam": "2026"})
    query = {"nam": "2026", "phan": PARTS[turned], "page": "2"}
    second = browser.get("/hoi-dong/", query)
    before, after = shown_on(first), shown_on(second)
    for name, rows in before.items():
        assert len(rows) == 25, name
        if name != turned:
            assert after[name] == rows
    assert 2 <= len(after[turned]) < 25
    assert not set(after[turned]) & set(before[turned])
    assert f"?nam=2026&amp;phan={PARTS[turned]}&amp;page=2" in first.content.decode(), "the year is kept"


def test_the_year_narrows_the_pages_of_results(crowded, client_of, province_officer):
    browser = client_of(province_officer)
    page = browser.get("/hoi-dong/", {"nam": "2025", "phan": "ket-qua", "page": "2"})
    assert list(page.context["results"]) == []
    assert page.context["year"] == 2025
    assert "Kết quả đánh giá năm" not in page.content.decode()


def test_the_hub_asks_as_much_however_full_its_lists_are(crowded, client_of, province_officer, world):
    browser = client_of(province_officer)
    browser.get("/hoi-dong/")
    before = asked(browser, "/hoi-dong/")
    for place in range(30):
        make_accepted(world.new_dam_thuy, criteria_set=load_criteria("QD26-14")[0])
        Round.objects.create(**_round(world.province, 80 + place), extra=True)
    assert asked(browser, "/hoi-dong/") == before
