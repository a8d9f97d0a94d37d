"""The radar of what ends: windows, scope, filters, sums, files, calendar, and the way to the dossier."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import load_workbook

from enterprises.models import Evidence
from ratings.expiry import months, rows, stages
from ratings.models import Dossier, RecognitionEvent
from tests.factories import make_decision, make_dossier, make_enterprise, make_evidence, make_recognition
from tests.ratings import scenes
from tests.ratings.scenes import TODAY, page, text_of

RADAR, CALENDAR = "/quyet-dinh/sap-het-han/", "/quyet-dinh/sap-het-han/lich/"
PAPERS = {"loai": "minh-chung"}
LIST_QUERIES, PAPER_QUERIES, CALENDAR_QUERIES = 11, 11, 10


@pytest.fixture
def rating(world, settings):
    return scenes.begin(settings)


@pytest.fixture
def staff(world, rating):
    return scenes.staff_of(world.new_dam_thuy)


@pytest.fixture
def ends(world, rating):
    """A certificate of a product of the area whose last valid day is the day."""

    def make(day, area=None, name=None, **fields):
        product = scenes.product_of(area or world.new_dam_thuy, name=name or f"Rượu {day}")
        facts = {"recognised_on": date(2023, 5, 1), "expires_on": day}
        return make_recognition(product, make_decision(world.province), **(facts | fields))

    return make


@pytest.fixture
def paper(world, rating):
    """A paper of a library whose last valid day is the day."""

    def make(day, area=None, enterprise=None, **fields):
        owner = enterprise or make_enterprise(area or world.new_dam_thuy)
        return make_evidence(owner, expires_on=day, **fields)

    return make


def listed(response):
    return [row.pk for row in response.context["listed"].page.object_list]


def stage_of(recognition, user):
    found = rows.certificates(user, stages.days_on(TODAY)).filter(pk=recognition.pk).first()
    return found.stage if found else None


def late_dossier(recognition, rating, state="submitted", **fields):
    facts = {
        "kind": "reevaluation",
        "previous": recognition,
        "regulation": rating.regulation,
        "criteria_set": rating,
        "on": date(2026, 11, 2),
        "level": "province",
    }
    return make_dossier(recognition.product, state=state, **(facts | fields))


# --- the windows


@pytest.mark.parametrize(
    ("left", "stage"),
    [
        (-181, None),  # longer ago than a late re-evaluation is taken
        (-180, stages.ENDED),
        (-1, stages.ENDED),
        (0, stages.WEEK),
        (7, stages.WEEK),
        (8, stages.MONTH),
        (30, stages.MONTH),
        (31, stages.LATE),
        (119, stages.LATE),
        (120, stages.OPEN),
        (180, stages.OPEN),
        (181, stages.EARLY),
        (365, stages.EARLY),
        (366, None),
    ],
)
def test_a_certificate_stands_in_the_window_of_its_days_left(ends, staff, left, stage):
    assert stage_of(ends(TODAY + timedelta(days=left)), staff) == stage


def test_the_numbers_of_the_windows_are_the_regulations(ends, staff, rating):
    row = ends(TODAY + timedelta(days=95))
    assert stage_of(row, staff) == stages.LATE
    settings = rating.regulation.settings
    changed = {"reevaluation": {"submit_not_earlier_than_days": 100, "submit_not_later_than_days": 90}}
    days = stages.days_of(settings | changed | {"extension_max_days": 20}, TODAY)
    assert rows.certificates(staff, days).get(pk=row.pk).stage == stages.OPEN
    with translation.override("vi"):
        words = days.labels()
    assert (days.kept, words[stages.ENDED]) == (20, "Hết hạn trong 20 ngày qua")
    assert words[stages.OPEN] == "Đang nhận đánh giá lại (100–90 ngày)"


def test_without_a_window_in_the_law_only_the_reminders_and_the_end_remain(ends, staff, settings):
    settings.OCOP_TODAY = TODAY
    days = stages.days_of({}, TODAY)
    found = {
        row.stage
        for row in [
            rows.certificates(staff, days).get(pk=ends(TODAY + timedelta(days=left)).pk)
            for left in (-90, 3, 20, 130)
        ]
    }
    assert found == {stages.ENDED, stages.WEEK, stages.MONTH, stages.LATER}


def test_a_late_re_evaluation_under_way_keeps_the_certificate_and_is_shown_so(ends, staff, rating, client_of):
    kept, plain, draft, over = (
        ends(TODAY - timedelta(days=days), name=name)
        for days, name in [(30, "Giữ"), (30, "Không"), (30, "Nháp"), (180, "Ngày cuối")]
    )
    late_dossier(kept, rating)
    late_dossier(draft, rating, state="draft", first_submitted_on=None)
    late_dossier(over, rating, state="accepted")
    late_dossier(plain, rating, state="withdrawn")
    assert [stage_of(row, staff) for row in (kept, plain, draft, over)] == [
        stages.REEVALUATING,
        stages.ENDED,
        stages.ENDED,
        stages.REEVALUATING,
    ]
    shown = text_of(client_of(staff).get(RADAR, {"cua_so": stages.REEVALUATING}))
    assert "Hết hạn, đang đánh giá lại (trễ)" in shown
    assert f"còn hiệu lực đến {kept.expires_on + timedelta(days=180):%d/%m/%Y} là muộn nhất" in shown


def test_an_extension_moves_the_window_but_not_the_days_that_a_late_one_keeps_it(ends, staff, rating):
    row = ends(TODAY - timedelta(days=175))
    extended = TODAY - timedelta(days=1)
    RecognitionEvent.objects.create(
        recognition=row, kind="extended", on=date(2026, 5, 1), new_expires_on=extended
    )
    late_dossier(row, rating)
    assert stage_of(row, staff) == stages.REEVALUATING
    later = stages.days_of(rating.regulation.settings, TODAY + timedelta(days=10))
    assert rows.certificates(staff, later).get(pk=row.pk).stage == stages.ENDED


def test_what_was_revoked_or_struck_off_is_on_no_radar(ends, staff):
    row = ends(TODAY + timedelta(days=130))
    RecognitionEvent.objects.create(recognition=row, kind="revoked", on=TODAY)
    assert stage_of(row, staff) is None


@pytest.mark.parametrize(
    ("left", "stage"),
    [
        (-181, None),
        (-180, stages.ENDED),
        (0, stages.WEEK),
        (7, stages.WEEK),
        (8, stages.MONTH),
        (30, stages.MONTH),
        (31, stages.LATER),
    ],
)
def test_a_paper_stands_in_the_window_of_its_days_left(paper, staff, left, stage):
    row = paper(TODAY + timedelta(days=left))
    found = rows.papers(staff, stages.days_on(TODAY)).filter(pk=row.pk).first()
    assert (found.stage if found else None) == stage


def test_papers_that_were_replaced_or_removed_or_never_end_are_on_no_radar(paper, staff, client_of):
    old = paper(TODAY + timedelta(days=5))
    new = paper(TODAY + timedelta(days=400), enterprise=old.enterprise, replaces=old)
    paper(None)
    paper(TODAY, removed_at="2026-11-01T00:00:00+07:00")
    assert new.replaces == old
    assert listed(client_of(staff).get(RADAR, PAPERS)) == []


# --- the list


def test_the_list_is_the_persons_area_and_begins_with_what_ends_first(world, ends, staff, client_of):
    late, soon = ends(TODAY + timedelta(days=40)), ends(TODAY + timedelta(days=2))
    before = ends(TODAY + timedelta(days=60), area=world.dam_thuy)  # of the commune that went into this one
    elsewhere = ends(TODAY, area=world.new_tra_linh)
    assert listed(client_of(staff).get(RADAR)) == [soon.pk, late.pk, before.pk]
    neighbour = scenes.staff_of(world.new_tra_linh, "xa.tralinh.2026")
    assert listed(client_of(neighbour).get(RADAR)) == [elsewhere.pk]


def test_one_click_opens_the_pre_filled_dossier_and_then_leads_to_it(ends, staff, client_of):
    row, browser = ends(TODAY + timedelta(days=130)), client_of(staff)
    shown = text_of(browser.get(RADAR))
    address = page("recognition_reevaluate", row.pk)
    assert f'formaction="{address}"' in shown
    token = shown.split('name="form_token" value="')[1].split('"')[0]
    made = browser.post(address, {"form_token": token})
    dossier = Dossier.objects.get(kind="reevaluation", previous=row)
    assert made["Location"] == page("dossier", dossier.pk)
    shown = text_of(browser.get(RADAR))
    assert page("dossier", dossier.pk) in shown
    assert address not in shown


def test_who_does_not_fill_in_dossiers_there_gets_no_button(ends, paper, world, rating, client_of):
    row, ending = ends(TODAY + timedelta(days=130)), paper(TODAY)
    leader = scenes.make_user("lanhdao.2026", "leader", world.province)
    browser = client_of(leader)
    shown = text_of(browser.get(RADAR))
    assert listed(browser.get(RADAR)) == [row.pk]
    assert "formaction" not in shown
    assert f"/minh-chung/{ending.pk}/thay/" not in text_of(browser.get(RADAR, PAPERS))


def test_a_paper_leads_to_the_page_that_replaces_it(paper, staff, client_of):
    row, browser = paper(TODAY + timedelta(days=3)), client_of(staff)
    shown = text_of(browser.get(RADAR, PAPERS))
    address = f"/minh-chung/{row.pk}/thay/"
    assert address in shown
    assert "Còn không quá 7 ngày" in shown
    assert browser.get(address).status_code == 200


def test_filters_narrow_by_window_month_unit_organisation_and_words(world, ends, paper, rating, client_of):
    officer = scenes.make_user("tinh.2026", "officer", world.province)
    browser = client_of(officer)
    early = ends(TODAY + timedelta(days=200), name="Miến dong")
    soon = ends(TODAY + timedelta(days=20), area=world.new_tra_linh, name="Chè xanh")
    old = ends(TODAY + timedelta(days=21), area=world.dam_thuy, name="Mật ong")
    one, other = paper(TODAY, title="Phiếu kiểm nghiệm nước"), paper(TODAY, title="Giấy ATTP")
    maker = soon.holders.get().enterprise

    def found(**query):
        return listed(browser.get(RADAR, query))

    assert found() == [soon.pk, old.pk, early.pk]
    assert found(cua_so=stages.MONTH) == [soon.pk, old.pk]
    assert found(thang="2026-12") == [soon.pk, old.pk]
    assert found(trong="30") == [soon.pk, old.pk]
    assert found(trong="30", dia_ban="01447") == [soon.pk]
    assert found(dia_ban="047@2024") == [old.pk]
    assert found(dia_ban="047@2024-nay") == [soon.pk, old.pk, early.pk]
    assert found(trong="31") == []
    assert found(xa="01447") == [soon.pk]
    assert found(xa="01501") == [old.pk, early.pk]
    assert found(xa="047@2024") == [old.pk]
    assert found(chu_the=str(maker.pk)) == [soon.pk]
    assert found(q="mien dong") == [early.pk]
    assert found(q=maker.name) == [soon.pk]
    assert found(loai="minh-chung", q="kiem nghiem nuoc") == [one.pk]
    assert found(loai="minh-chung", chu_the=str(other.enterprise_id)) == [other.pk]
    assert found(loai="minh-chung", cua_so=stages.WEEK, xa="01501") == [one.pk, other.pk]
    assert found(cua_so="khong-co") == []
    assert found(chu_the="x") == []


def test_an_organisation_is_offered_only_where_something_of_it_ends_in_ones_area(
    world, ends, paper, rating, client_of
):
    mine, far = paper(TODAY + timedelta(days=9)), paper(TODAY + timedelta(days=800))
    elsewhere = paper(TODAY, area=world.new_tra_linh)
    staff = scenes.staff_of(world.new_dam_thuy)
    shown = text_of(client_of(staff).get(RADAR))
    assert f'<option value="{mine.enterprise_id}">' in shown
    assert f'<option value="{far.enterprise_id}">' not in shown
    assert f'<option value="{elsewhere.enterprise_id}">' not in shown


def test_sums_by_commune_of_today_and_by_organisation_lead_into_the_list(world, ends, rating, client_of):
    officer = scenes.make_user("tinh.2026", "officer", world.province)
    first = ends(TODAY + timedelta(days=3))
    second = ends(TODAY + timedelta(days=4), area=world.dam_thuy)  # counted where the commune went
    ends(TODAY + timedelta(days=130), area=world.new_tra_linh)
    both = first.holders.get().enterprise
    second.holders.create(enterprise=both, name=both.name)
    browser = client_of(officer)
    response = browser.get(RADAR)
    communes, organisations = (part[2] for part in response.context["sums"])
    counted = [(row.line.name, dict(row.line.counts)) for row in communes]
    assert counted == [("Xã Đàm Thủy", {stages.WEEK: 2}), ("Xã Trà Lĩnh", {stages.OPEN: 1})]
    assert f"{second.holders.first().name}; {both.name}" in text_of(response)
    assert (organisations[0].line.name, organisations[0].line.total) == (both.name, 2)
    assert [(key, number) for key, _label, number, _tone in response.context["counts"]] == [
        (stages.WEEK, 2),
        (stages.OPEN, 1),
    ]
    assert f"?xa=01501&amp;cua_so={stages.WEEK}" in text_of(response)
    assert listed(browser.get(RADAR, {"xa": "01501", "cua_so": stages.WEEK})) == [first.pk, second.pk]
    assert listed(browser.get(RADAR, {"chu_the": both.pk})) == [first.pk, second.pk]


def test_a_number_of_the_sums_leads_to_its_rows_and_keeps_what_else_is_asked(ends, staff, client_of):
    wanted, owner = ends(TODAY + timedelta(days=3), name="Rượu"), '<b>HTX "Nà Thuỷ" & con</b>'
    ends(TODAY + timedelta(days=4), name="Bánh")
    holder = wanted.holders.get()
    type(holder.enterprise).objects.filter(pk=holder.enterprise_id).update(name=owner)
    wanted.holders.create(name="Hộ không có trong sổ")
    browser = client_of(staff)
    response = browser.get(RADAR, {"q": "ruou", "trong": 30, "page": 1})
    assert owner not in text_of(response)
    (line,) = response.context["sums"][1][2]
    assert (line.line.name, line.line.total) == (owner, 1)
    address = f"?q=ruou&trong=30&chu_the={holder.enterprise_id}"
    assert line.url == address
    assert f"{address}&cua_so={stages.WEEK}".replace("&", "&amp;") in line.cells
    assert listed(browser.get(f"{RADAR}{address}&cua_so={stages.WEEK}")) == [wanted.pk]


def test_many_organisations_are_not_all_named(ends, paper, staff, client_of, monkeypatch):
    monkeypatch.setattr("ratings.expiry.measures.PRESSING", 2)
    for _each in range(3):
        paper(TODAY)
    response = client_of(staff).get(RADAR, PAPERS)
    assert len(response.context["sums"][1][2]) == 2
    assert "Còn 1 chủ thể khác" in text_of(response)


@pytest.mark.parametrize(
    ("sort", "expected"), [("until", [0, 1]), ("-until", [1, 0]), ("product", [1, 0]), ("-stars", [1, 0])]
)
def test_the_list_is_sorted_as_asked(ends, staff, client_of, sort, expected):
    made = [
        ends(TODAY + timedelta(days=5), name="Rượu", stars=3),
        ends(TODAY + timedelta(days=9), name="Bánh", stars=4),
    ]
    found = listed(client_of(staff).get(RADAR, {"sort": sort}))
    assert found == [made[place].pk for place in expected]


def test_the_list_turns_pages(ends, paper, staff, client_of):
    owner = paper(TODAY).enterprise
    for _each in range(25):
        paper(TODAY, enterprise=owner)
    browser = client_of(staff)
    assert len(listed(browser.get(RADAR, PAPERS))) == 25
    assert len(listed(browser.get(RADAR, PAPERS | {"page": 2}))) == 1


def test_an_empty_radar_says_so(staff, client_of):
    assert "Chưa có gì sắp hết hạn" in text_of(client_of(staff).get(RADAR))
    assert "Chưa có gì sắp hết hạn" in text_of(client_of(staff).get(RADAR, PAPERS))


def sheet_of(response):
    return [
        list(row) for row in load_workbook(BytesIO(response.getvalue())).active.iter_rows(values_only=True)
    ]


def test_the_excel_file_holds_what_the_list_shows_filtered(ends, staff, rating, client_of):
    row = ends(TODAY + timedelta(days=130), name="Miến dong")
    late_dossier(row, rating, code="HS-9")
    ends(TODAY + timedelta(days=2))
    browser = client_of(staff)
    head, *lines = sheet_of(browser.get(RADAR, {"q": "mien", "xuat": "xlsx"}))
    (line,) = [dict(zip(head, values, strict=True)) for values in lines]
    assert line["Sản phẩm"] == "Miến dong"
    assert line["Thời hạn"] == "Đang nhận đánh giá lại (180–120 ngày)"
    assert line["Có hiệu lực đến"].date() == row.expires_on
    assert line["Thời gian nộp"] == "04/10/2026 – 03/12/2026"
    assert (line["Hồ sơ"], line["Trạng thái hồ sơ"]) == ("HS-9", "Đã nộp")
    assert line["Chủ thể"] == row.holders.get().name


def test_the_excel_file_of_papers(paper, staff, client_of):
    row = paper(TODAY + timedelta(days=2), title="Giấy ATTP", number="12/ATTP")
    head, *lines = sheet_of(client_of(staff).get(RADAR, PAPERS | {"xuat": "xlsx"}))
    (line,) = [dict(zip(head, values, strict=True)) for values in lines]
    assert list(line.values())[1] == "Giấy ATTP 12/ATTP"
    assert (line["Thời hạn"], line["Chủ thể"]) == ("Còn không quá 7 ngày", row.enterprise.name)


# --- the calendar


def test_the_calendar_has_each_month_with_its_certificates_and_papers(ends, paper, staff, client_of):
    soon, later = ends(date(2026, 11, 30)), ends(date(2027, 5, 3), name="Miến dong")
    ends(TODAY - timedelta(days=1))
    owned = paper(date(2027, 5, 4), title="Giấy ATTP")
    response = client_of(staff).get(CALENDAR)
    found = {month.key: month for month in response.context["months"]}
    assert list(found) == [*(f"2026-{m}" for m in (11, 12)), *(f"2027-{m:02d}" for m in range(1, 12))]
    assert [row.pk for row in found["2026-11"].certificates.rows] == [soon.pk]
    assert [row.pk for row in found["2027-05"].certificates.rows] == [later.pk]
    assert [row.pk for row in found["2027-05"].papers.rows] == [owned.pk]
    shown = text_of(response)
    assert "Tháng 05/2027" in shown
    assert "04/11/2026 – 03/01/2027" in shown  # when the re-evaluation is to be submitted
    assert "<script" not in response.content.decode().split("<main")[1].split("</main>")[0]


def test_a_full_month_names_the_first_and_leads_to_all(paper, staff, client_of, monkeypatch):
    monkeypatch.setattr(months, "SHOWN", 2)
    owner = paper(date(2027, 1, 5)).enterprise
    for day in (6, 7):
        paper(date(2027, 1, day), enterprise=owner)
    browser = client_of(staff)
    response = browser.get(CALENDAR, {"chu_the": owner.pk})
    january = next(month for month in response.context["months"] if month.key == "2027-01")
    assert ([row.expires_on.day for row in january.papers.rows], january.papers.total) == ([5, 6], 3)
    address = f"{RADAR}?loai=minh-chung&amp;thang=2027-01&amp;chu_the={owner.pk}"
    assert address in text_of(response)
    assert len(listed(browser.get(address.replace("&amp;", "&")))) == 3


def test_the_calendar_is_filtered_too(world, ends, paper, rating, client_of):
    officer = scenes.make_user("tinh.2026", "officer", world.province)
    ends(TODAY, area=world.new_tra_linh)
    mine, own = ends(TODAY), paper(TODAY)
    found = client_of(officer).get(CALENDAR, {"xa": "01501"}).context["months"][0]
    assert [row.pk for row in found.certificates.rows] == [mine.pk]
    assert [row.pk for row in found.papers.rows] == [own.pk]


# --- what it costs, and the old address


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_as_much_for_three_rows_as_for_one(
    count, ends, paper, world, rating, client_of, django_assert_num_queries
):
    officer = scenes.make_user("tinh.2026", "officer", world.province)
    for number in range(count):
        area = (world.new_dam_thuy, world.dam_thuy, world.new_tra_linh)[number]
        late_dossier(ends(TODAY + timedelta(days=number), area=area), rating)
        paper(TODAY + timedelta(days=number), area=area)
    browser = client_of(officer)
    browser.get(RADAR)
    with django_assert_num_queries(LIST_QUERIES):
        browser.get(RADAR)
    with django_assert_num_queries(PAPER_QUERIES):
        browser.get(RADAR, PAPERS)
    with django_assert_num_queries(CALENDAR_QUERIES):
        browser.get(CALENDAR)


def test_the_address_of_the_old_list_leads_here(staff, client_of):
    moved = client_of(staff).get("/ho-so/sap-het-han/")
    assert (moved.status_code, moved["Location"]) == (301, RADAR)


@pytest.mark.parametrize("where", ["/viec-cua-toi/", "/ho-so/", "/quyet-dinh/"])
def test_the_radar_is_linked_where_people_work(where, staff, client_of):
    assert RADAR in text_of(client_of(staff).get(where))


def test_every_paper_is_in_a_window_that_has_a_name(paper, staff):
    for left in range(-180, 366, 13):
        paper(TODAY + timedelta(days=left))
    days = stages.days_on(TODAY)
    found = set(rows.papers(staff, days).values_list("stage", flat=True))
    assert found <= set(days.labels(papers=True))
    assert Evidence.objects.count() == 42
