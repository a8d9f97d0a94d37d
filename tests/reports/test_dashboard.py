"""The leader's dashboard: what each panel says, where each figure leads, on which map, and for whom."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Role
from areas.models import Area
from ocop_portal.lib.measures import Selection
from ocop_portal.lib.periods import for_year
from plans import planning
from plans.models import Activity, Indicator, MonthlyReport, Plan, Target
from products.models import Product
from ratings.measures import MEASURES
from reports import dashboard
from reports.asking import Unanswerable
from reports.catalogue import compile_report
from reports.dashboard import Dashboard
from tests.factories import (
    cover,
    make_decision,
    make_dossier,
    make_enterprise,
    make_evidence,
    make_product,
    make_recognition,
    make_user,
)

DASHBOARD = "/bao-cao/"
DISTRICT = {"area": "047", "period": "2023"}
TODAY_2023, TODAY_2026 = date(2023, 12, 29), date(2026, 11, 23)
HOSTILE = 'Xã <script>alert("x")</script>'


@pytest.fixture(autouse=True)
def in_vietnamese():
    with translation.override("vi"):
        yield


@pytest.fixture
def at_2026(settings):
    settings.OCOP_TODAY = TODAY_2026


def read(user, **query) -> Dashboard:
    return dashboard.gather(dashboard.read({**DISTRICT, **query}, user))


def counted_behind(client: Client, url: str) -> int:
    """How many rows the list behind a figure has."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    listed = answer.context.get("listed")
    return listed.page.paginator.count if listed else answer.context["count"]


def page_of(client: Client, **query) -> str:
    answer = client.get(DASHBOARD, {**DISTRICT, **query})
    assert answer.status_code == 200
    return answer.content.decode()


def recognised(area, name="Sản phẩm thử", *, stars=3, on=date(2023, 9, 1), by=None, **fields):
    product = make_product(area, name=name)
    return make_recognition(product, make_decision(by or area, signed_on=on), stars=stars, **fields)


# ---- the four figures, the bars and the trend say what the measures say


def test_the_figures_on_top_are_the_measures_totals(year, leader, world):
    whole = Selection(world.district, date(2023, 1, 1), date(2023, 12, 31))
    codes = ("taking_part", "newly_recognised", "recognised_in_all", "still_valid")
    assert [one["value"] for one in read(leader).figures] == [MEASURES[c].total(whole).value for c in codes]
    assert [one["value"] for one in read(leader).figures] == [2, 1, 3, 1]


@pytest.mark.parametrize("today", [date(2023, 12, 30), date(2023, 12, 31)])
def test_a_year_still_running_says_that_its_last_day_is_to_come(year, leader, client_of, settings, today):
    settings.OCOP_TODAY = today
    page = page_of(client_of(leader))
    ahead = "đến hết ngày 31/12/2023, theo số liệu đến ngày 30/12/2023" in page
    notes = [one["note"] for one in read(leader).figures]
    assert (ahead, notes[3]) == ((True, "tính đến hết ngày 31/12/2023") if today.day < 31 else (False, ""))
    assert "còn hiệu lực" in page
    assert ('<p class="muted">ngày 31/12/2023</p>' in page) is not ahead
    assert "hết ngày" not in "".join(notes[:3]), "what comes to be in the year is counted until today"


def test_a_product_that_ends_before_the_years_last_day_is_not_still_valid_on_it(
    world, leader, client_of, settings
):
    settings.OCOP_TODAY = date(2023, 12, 30)
    recognised(world.dam_thuy, on=date(2020, 12, 31), expires_on=date(2023, 12, 31))
    recognised(world.dam_thuy, "Ngắn hạn", on=date(2020, 12, 30), expires_on=date(2023, 12, 30))
    assert read(leader).figures[3]["value"] == 1


def test_a_plan_without_money_says_so(world, leader, client_of, officer):
    words = {"title": "Kế hoạch 2023", "issuing_body": "UBND huyện"}
    planning.create(by=officer, area=world.district, first_year=2023, last_year=2023, **words)
    assert "Kế hoạch không nêu kinh phí" in page_of(client_of(leader))


def test_the_bars_by_commune_and_star_add_up_to_what_is_still_valid(year, leader, world):
    recognised(world.chi_vien, stars=4)
    recognised(world.tra_linh, stars=5)
    shown = read(leader)
    bars = {bar.label: bar.values for bar in shown.stars.bars}
    assert bars == {"Xã Chí Viễn": (0, 1, 0), "Xã Đàm Thuỷ": (1, 0, 0), "Thị trấn Trà Lĩnh": (0, 0, 1)}
    assert sum(sum(values) for values in bars.values()) == shown.figures[3]["value"] == 3


def test_a_product_kept_in_a_later_commune_stands_in_a_line_of_its_own(world, province_leader, at_2026):
    recognised(world.new_dam_thuy, on=date(2023, 5, 1))
    shown = read(province_leader, area="04")
    assert [(bar.label, sum(bar.values)) for bar in shown.stars.bars] == [
        ("Chưa gắn với xã nào theo đơn vị hành chính này", 1)
    ]


def test_more_communes_than_fit_are_added_up_and_stand_in_the_fold(world, province_leader, at_2026):
    old = [
        Area.objects.create(
            code=f"9{n:04}", name=f"Xã Thử {n:02}", kind="Xã", level="commune", parent=world.province
        )
        for n in range(14)
    ]
    cover()
    for number, unit in enumerate(old):
        for _ in range(15 - number):
            recognised(unit, on=date(2026, 3, 1))
    stars = read(province_leader, area="04", period="2026").stars
    assert [bar.label for bar in stars.bars[:2]] == ["Xã Thử 00", "Xã Thử 01"]
    assert (stars.bars[-1].label, sum(stars.bars[-1].values)) == ("4 xã khác", 5 + 4 + 3 + 2)
    assert len(stars.bars) == 11
    assert len(stars.every) == 14
    assert sum(sum(bar.values) for bar in stars.bars) == sum(sum(bar.values) for bar in stars.every)


def test_the_trend_tells_five_years_with_the_plans_number_where_one_names_it(year, leader, world):
    recognised(world.chi_vien, on=date(2022, 4, 1))
    trend = read(leader).trend
    assert [one.year for one in trend.years] == [2019, 2020, 2021, 2022, 2023]
    assert [[cell.value for cell in one.cells] for one in trend.years[2:]] == [
        [0, 1, 1],
        [0, 1, 2],
        [2, 1, 2],
    ]
    assert [one.is_over for one in trend.years] == [True, True, True, True, False]
    # The first target of all products that take part; the one of three stars says less than the column.
    assert [cell.planned for cell in trend.years[-1].cells] == [Decimal(2), None, None]
    assert [cell.planned for cell in trend.years[0].cells] == [None, None, None]


@pytest.mark.parametrize(
    "narrowed",
    [
        {"stars_min": 4},
        {"economic_only": True},
        {"is_cumulative": True},
        {"percent_of": "tổng số"},
        {"base": "recognised_in_all", "unit": "%"},
        {"per_unit": "commune"},
        {"product_names": "Miến dong Nà Lại"},
    ],
)
def test_a_target_that_is_narrowed_is_no_mark_of_the_trend(year, leader, narrowed):
    Target.objects.filter(indicator__code="taking_part").update(**narrowed)
    assert read(leader).trend.years[-1].cells[0].planned is None


def test_a_target_of_registered_products_is_no_mark_of_the_trend(year, leader):
    for target in Target.objects.filter(indicator__code="taking_part"):
        target.products.set(Product.objects.all()[:1])
    assert read(leader).trend.years[-1].cells[0].planned is None


def test_the_years_lead_to_the_rows_of_each(year, leader, client_of, world):
    recognised(world.chi_vien, on=date(2022, 4, 1))
    cell = read(leader).trend.years[3].cells[1]
    asked = parse_qs(urlsplit(cell.url).query)
    assert (asked["area"], asked["period"]) == (["047"], ["2022"])
    assert counted_behind(client_of(leader), cell.url) == cell.value == 1


# ---- plan against actual


def test_what_is_behind_stands_first_and_each_light_has_an_icon_and_a_word(year, leader, client_of):
    lines = read(leader).plan.lines
    states = [line.progress.state.value for line in lines]
    assert states == sorted(states, key=["behind", "on_track", "met", "not_measurable"].index)
    assert states[0] == "behind"
    rows = page_of(client_of(leader)).split("<tr data-state=")[1:]
    assert len(rows) == len(lines) == 7
    for row in rows:
        tag = row.split('class="tag tag--')[1].split("</span>")[0]
        tone, words = tag.split('"')[0], tag.rsplit(">", 1)[1]
        assert "<svg" in tag
        assert words.strip()
        assert tone != "bad"
    assert '"behind"' in rows[0]
    assert "tag--warn" in rows[0]


def test_each_figure_of_the_plan_is_the_one_in_the_report_that_it_leads_to(year, leader, client_of, world):
    """Counted, it leads to its rows; told by hand, to what was told; where nothing was, to the summary."""
    table = compile_report("tien-do", *dashboard.read(DISTRICT, leader).asked).table("tong-hop")
    told = {row["chi_tieu"]: row["luy_ke"] for row in table.records()}
    client = client_of(leader)
    for line in read(leader).plan.lines:
        words = line.progress.words
        cumulative = line.progress.cumulative
        assert told[next(key for key in told if words in str(key))] == cumulative
        if line.progress.target.indicator.is_measured:
            assert counted_behind(client, line.url) == cumulative
        elif cumulative is None:
            assert urlsplit(line.url).fragment == "tong-hop"
            assert words in client.get(line.url).content.decode()
        else:
            rows = client.get(line.url).context["rows"]
            assert [f"{cumulative:n}" in row.said for row in rows] == [True], words


def test_targets_that_do_not_fit_are_folded_and_counted(year, leader, client_of, officer):
    for number in range(6):
        planning.set_target(
            year,
            by=officer,
            label=f"9.{number}",
            words=f"Chỉ tiêu thêm {number}",
            indicator=Indicator.objects.get(code="taking_part"),
            comparator="ge",
            number=Decimal(1),
        )
    panel = read(leader).plan
    assert (len(panel.first), len(panel.others)) == (6, 7)
    assert sum(number for _light, _words, number in panel.counts) == 13
    page = page_of(client_of(leader))
    assert "7 chỉ tiêu khác</h2>" in page
    assert page.count("<tr data-state=") == 13


# ---- the open dossiers, with their terms


@pytest.fixture
def pipeline(world):
    """Dossiers of the district in three states with every kind of term, and one elsewhere."""
    days = {
        "late": date(2023, 12, 28),
        "today": TODAY_2023,
        "soon": date(2024, 1, 2),
        "rest": date(2024, 3, 1),
    }
    for state, terms in [("submitted", ["late", "today", "rest"]), ("accepted", ["late"]), ("draft", [None])]:
        for term in terms:
            make_dossier(make_product(world.dam_thuy), state=state, due_on=days[term] if term else None)
    make_dossier(make_product(world.tra_linh), state="returned", due_on=days["soon"])
    make_dossier(make_product(world.chi_vien), state="recognised", due_on=days["late"])
    make_dossier(make_product(world.quoc_toan), state="submitted", due_on=days["late"])


def test_the_pipeline_tells_states_and_terms(pipeline, leader):
    bars = {bar.label: bar.values for bar in read(leader).pipeline.bars}
    assert bars == {
        "Bản nháp": (0, 0, 1),
        "Đã nộp": (1, 1, 1),
        "Trả lại để bổ sung": (0, 1, 0),
        "Đã tiếp nhận": (1, 0, 0),
    }


@pytest.mark.parametrize("person", ["leader", "province_leader", "commune_staff"])
def test_each_figure_of_the_pipeline_leads_to_exactly_its_dossiers(request, pipeline, client_of, person):
    user = request.getfixturevalue(person)
    client = client_of(user)
    panel = read(user, area="01495" if person == "commune_staff" else "047").pipeline
    for bar in panel.bars:
        figures = (*bar.values, sum(bar.values))
        assert [counted_behind(client, url) for url in bar.urls] == list(figures)
        assert counted_behind(client, bar.url) == figures[-1]
    sums = [sum(bar.values[place] for bar in panel.bars) for place in range(3)]
    assert [counted_behind(client, url) for url in panel.totals] == [*sums, sum(sums)]
    assert sum(sums) > 0


def test_the_list_says_of_which_area_it_is_and_lets_go_of_it(pipeline, province_leader, client_of):
    client = client_of(province_leader)
    page = client.get(read(province_leader).pipeline.totals[-1]).content.decode()
    assert '<select name="dia_ban"' in page
    assert "Huyện Trùng Khánh</option>" in page
    assert counted_behind(client, "/ho-so/?state=open") == 7
    assert 'name="dia_ban"' not in client.get("/ho-so/").content.decode()


@pytest.mark.parametrize("code", ["99999", "047-nay-nay", "<b>", "\x00"])
def test_an_area_that_is_none_gives_an_empty_list(pipeline, leader, client_of, code):
    assert counted_behind(client_of(leader), f"/ho-so/?{'dia_ban'}={code}") == 0


def test_a_list_of_an_area_shows_nothing_beyond_ones_posts(pipeline, commune_staff, client_of):
    assert counted_behind(client_of(commune_staff), "/ho-so/?dia_ban=04") == 5
    assert counted_behind(client_of(commune_staff), "/ho-so/?dia_ban=049") == 0


# ---- what ends


@pytest.fixture
def ending(world):
    """Certificates and papers that end at the edges of each span, one that ended, one elsewhere."""
    maker = make_enterprise(world.dam_thuy)
    for days in (-1, 0, 30, 31, 120, 121, 180, 181):
        day = TODAY_2023 + timedelta(days=days)
        recognised(world.dam_thuy, f"Còn {days} ngày", expires_on=day, on=date(2021, 3, 1))
        make_evidence(maker, expires_on=day)
    revoked = recognised(world.chi_vien, "Đã thu hồi", expires_on=date(2024, 1, 10), on=date(2021, 3, 1))
    revoked.events.create(kind="revoked", on=date(2023, 6, 1))
    recognised(world.quoc_toan, "Nơi khác", expires_on=date(2024, 1, 10), on=date(2021, 3, 1))


@pytest.mark.parametrize("person", ["leader", "province_leader"])
def test_what_ends_is_counted_by_span_and_leads_to_the_radars_rows(request, ending, client_of, person):
    user = request.getfixturevalue(person)
    client = client_of(user)
    lines = read(user).expiring.lines
    assert [line.label for line in lines] == ["Giấy chứng nhận", "Minh chứng"]
    for line in lines:
        assert [(days, number) for days, number, _url in line.counts] == [(30, 2), (120, 4), (180, 6)]
        assert [counted_behind(client, url) for _days, _number, url in line.counts] == [2, 4, 6]


def test_the_next_certificates_are_named_first_first(ending, leader, client_of):
    assert [one.product_name for one in read(leader).expiring.next] == [
        "Còn 0 ngày",
        "Còn 30 ngày",
        "Còn 31 ngày",
        "Còn 120 ngày",
        "Còn 121 ngày",
    ]
    assert "Còn 30 ngày" in page_of(client_of(leader))


# ---- money


def test_money_is_added_up_by_source_and_what_nobody_knows_is_no_zero(year, leader, officer):
    line = {"plan": year, "content": "Thêm", "source": "local", "planned": "40", "allocated": "25"}
    year.budget_lines.create(**line)
    money = read(leader).money
    found = [(one.label, one.money.planned, one.money.allocated, one.money.disbursed) for one in money.lines]
    assert found == [
        ("Ngân sách tỉnh", Decimal("120.5"), None, None),
        ("Ngân sách huyện, xã", Decimal(100), Decimal(25), Decimal(30)),
        ("Vốn đối ứng của chủ thể", None, None, Decimal("12.25")),
    ]
    assert (money.total.planned, money.total.allocated) == (Decimal("220.5"), Decimal(25))


def test_what_is_allocated_is_called_by_one_word_on_every_page(year, leader, client_of):
    client = client_of(leader)
    asked = "?area=047&period=2023"
    for address in (f"/bao-cao/{asked}", f"/quan-ly/ke-hoach/{year.pk}/", f"/bao-cao/kinh-phi/{asked}"):
        page = client.get(address).content.decode()
        assert "Đã cấp" in page, address
        assert "Đã phân bổ" not in page, "targets are broken down, money is allocated"


def test_money_leads_to_the_table_with_its_lines(year, leader, client_of):
    money = read(leader).money
    assert urlsplit(money.url).fragment == "kinh-phi"
    client = client_of(leader)
    table = client.get(money.url).context["report"].table("kinh-phi")
    for line in money.lines:
        rows = [row["ke_hoach"] for row in table.records() if row["nguon"] == line.label]
        assert sum(Decimal(amount) for amount in rows if amount is not None) == (line.money.planned or 0)
    page = page_of(client)
    cells = page.split("Ngân sách huyện, xã")[1].split("</tr>")[0]
    assert ">60<" in cells
    assert "50,0 %" in cells


@pytest.mark.parametrize("area", ["047", "04"])
def test_the_money_of_a_source_is_the_total_of_the_page_that_it_leads_to(
    year, province_leader, client_of, area, world
):
    """On a district's page of all tables and on a province's of one."""
    year.budget_lines.create(content="Thêm", source="local", planned="40", position=9)
    Plan.objects.filter(pk=year.pk).update(
        area=Area.objects.get(code=area, level__in=("district", "province"))
    )
    client = client_of(province_leader)
    money = read(province_leader, area=area).money
    assert len(money.lines) == 3
    for line in money.lines:
        page = client.get(line.url)
        shown = next(one for one in page.context["tables"] if one.table.code == "kinh-phi")
        assert {row["nguon"] for row in shown.table.records()} == {line.label}
        printed = {cell.column.key: cell.value for cell in shown.totals}
        wanted = line.money.planned or 0, line.money.disbursed or 0
        assert (printed["ke_hoach"], printed["giai_ngan"]) == wanted
        assert page.context["digest"] == "", (
            "a narrowed table is not what a compiled report's digest speaks of"
        )
        assert f'<option value="{shown.query.partition("=")[2]}" selected>' in page.content.decode()
        assert urlsplit(line.url).fragment == "kinh-phi"
        as_json = client.get(f"/bao-cao/tien-do/bang/?{urlsplit(line.url).query}&bang=kinh-phi&dang=json")
        told = json.loads(b"".join(as_json.streaming_content))
        assert f"_kinh-phi_{shown.query.replace('=', '-')}.json" in as_json["Content-Disposition"]
        assert len(told["rows"]) == len(shown.table.rows)
        assert f"&amp;{shown.query}&amp;dang=csv" in page.content.decode()


def test_lines_of_the_money_report_are_narrowed_by_source_too(year, leader, client_of):
    client = client_of(leader)
    asked = {**DISTRICT, "bang": "noi-dung", "nguon": "province"}
    shown = client.get("/bao-cao/kinh-phi/", asked).context["tables"][1]
    assert [row["noi_dung"] for row in shown.table.records()] == ["Nội dung chi 2"]
    assert shown.totals[4].value == Decimal("120.5")
    content = b"".join(
        client.get("/bao-cao/kinh-phi/bang/", {**asked, "dang": "csv"}).streaming_content
    ).decode()
    assert "Nội dung chi 2" in content
    assert "Nội dung chi 1" not in content


def test_a_page_whose_table_cannot_be_narrowed_does_not_say_that_it_is(year, province_leader, client_of):
    asked = {"area": "04", "period": "2023", "nguon": "province"}
    client = client_of(province_leader)
    says = {
        table: client.get("/bao-cao/kinh-phi/", {**asked, "bang": table}).context["is_narrowed"]
        for table in ("theo-nguon", "noi-dung")
    }
    assert says == {"theo-nguon": False, "noi-dung": True}


def test_a_source_that_is_none_is_refused_in_words_and_one_without_money_is_empty(year, leader, client_of):
    client = client_of(leader)
    refused = client.get("/bao-cao/tien-do/", {**DISTRICT, "nguon": "kho-bac"})
    assert refused.status_code == 400
    assert "Không có “kho-bac” trong danh sách “Nguồn vốn”" in refused.content.decode()
    assert client.get("/bao-cao/tien-do/bang/", {**DISTRICT, "nguon": "kho-bac"}).status_code == 400
    empty = client.get("/bao-cao/tien-do/", {**DISTRICT, "nguon": "central"}).context["report"]
    assert empty.table("kinh-phi").rows == ()
    assert empty.table("nhiem-vu").rows, "other tables stay whole"
    whole = client.get("/bao-cao/tien-do/", DISTRICT).context
    assert len(whole["report"].table("kinh-phi").rows) == 3
    assert whole["digest"]


# ---- who has not reported


@pytest.fixture
def asked(year, officer, world, commune_staff) -> Plan:
    """The plan is published; of three communes one has sent November's report, one has a draft."""
    planning.publish(year, by=officer)
    sent = {"state": "sent", "sent_on": date(2023, 12, 4), "sent_by": commune_staff}
    november = date(2023, 11, 1)
    MonthlyReport.objects.create(plan=year, area=world.dam_thuy, month=november, nothing=True, **sent)
    MonthlyReport.objects.create(plan=year, area=world.chi_vien, month=november)
    year.refresh_from_db()
    return year


def test_who_has_not_reported_is_named_as_on_the_board(asked, leader, client_of):
    panel = read(leader).reporting
    assert panel is not None
    assert (panel.month, panel.asked, panel.is_late) == (date(2023, 11, 1), 3, True)
    assert [name for name, _url in panel.missing] == ["Xã Chí Viễn", "Thị trấn Trà Lĩnh"]
    client = client_of(leader)
    board = client.get(panel.board).context["lines"]
    missing = {
        line.commune.name
        for line in board
        for cell in line.cells
        if cell.month == panel.month and cell.state == "missing"
    }
    assert missing == {name for name, _url in panel.missing}
    assert all(client.get(url).status_code == 200 for _name, url in panel.missing)


@pytest.mark.parametrize(
    ("period", "month"),
    [("2023", date(2023, 11, 1)), ("2023-Q3", date(2023, 9, 1)), ("2023-H1", date(2023, 6, 1))],
)
def test_the_latest_month_of_the_period_that_is_over_is_asked_about(asked, leader, period, month):
    panel = read(leader, period=period).reporting
    assert panel is not None
    assert panel.month == month


def test_within_the_term_it_is_not_overdue(asked, leader, settings):
    settings.OCOP_TODAY = date(2024, 1, 5)
    panel = read(leader).reporting
    assert panel is not None
    assert (panel.month, panel.due_on, panel.is_late) == (date(2023, 12, 1), date(2024, 1, 5), False)
    settings.OCOP_TODAY = date(2024, 1, 6)
    late = read(leader).reporting
    assert late is not None
    assert late.is_late


def test_a_plan_that_asks_for_no_reports_is_no_debt(asked, leader):
    Plan.objects.update(asks_reports=False)
    assert read(leader).reporting is None


# ---- the schematic map


def test_communes_stand_on_the_map_where_they_lie_and_the_others_are_named(world, leader, client_of):
    Area.objects.filter(pk=world.dam_thuy.pk).update(longitude="106.70", latitude="22.85")
    Area.objects.filter(pk=world.tra_linh.pk).update(longitude="106.30", latitude="22.80")
    recognised(world.dam_thuy)
    recognised(world.chi_vien)
    page = page_of(client_of(leader))
    drawing = page.split('<svg class="map"')[1].split("</svg>")[0]
    assert drawing.count("<circle") == 2
    assert "<title>Xã Đàm Thuỷ: 1 sản phẩm còn hiệu lực</title>" in drawing
    assert "2 xã, trong đó 1 xã có sản phẩm" in drawing
    assert "Chí Viễn" not in drawing
    assert "Chưa có tọa độ:</strong> <a" in page
    assert "Xã Chí Viễn</a>." in page.split("Chưa có tọa độ:")[1].split("</p>")[0]


def test_without_any_coordinates_the_page_says_why_there_is_no_map(world, leader, client_of):
    recognised(world.dam_thuy)
    page = page_of(client_of(leader))
    assert '<svg class="map"' not in page
    assert "Chưa có tọa độ của xã nào" in page
    assert "Xem theo đơn vị hành chính hiện nay" not in page  # the map of today is the same one


def test_hostile_names_are_text(world, leader, client_of, year):
    Area.objects.filter(pk=world.dam_thuy.pk).update(
        name=HOSTILE, kind="Xã", longitude="106.70", latitude="22.85"
    )
    Area.objects.filter(pk=world.chi_vien.pk).update(name=HOSTILE + "2")
    Target.objects.update(words=HOSTILE)
    recognised(world.chi_vien, HOSTILE, expires_on=date(2024, 1, 10), on=date(2021, 3, 1))
    page = page_of(client_of(leader))
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") >= 10


# ---- then and now


@pytest.fixture
def merged(world, at_2026):
    """A product in each former commune: three of the district, and Quốc Toản's from outside it."""
    for unit in (world.dam_thuy, world.chi_vien, world.tra_linh, world.quoc_toan):
        recognised(unit, f"Của {unit.name}")
    for unit in (world.tra_linh, world.quoc_toan):
        make_dossier(make_product(unit), state="submitted")
    return world


def test_then_a_district_counts_its_own_communes(merged, province_leader, client_of):
    shown = read(province_leader)
    assert {bar.label: sum(bar.values) for bar in shown.stars.bars} == {
        "Xã Chí Viễn": 1,
        "Xã Đàm Thuỷ": 1,
        "Thị trấn Trà Lĩnh": 1,
    }
    assert shown.figures[3]["value"] == 3
    assert "các xã cũ ngoài địa bàn" not in page_of(client_of(province_leader))


def test_now_it_is_the_communes_of_today_and_names_who_came_from_outside(merged, province_leader, client_of):
    shown = read(province_leader, **{"ban-do": "now"})
    assert {bar.label: sum(bar.values) for bar in shown.stars.bars} == {"Xã Đàm Thủy": 2, "Xã Trà Lĩnh": 2}
    assert shown.figures[3]["value"] == 4
    page = page_of(client_of(province_leader), **{"ban-do": "now"})
    outside = page.split("các xã cũ ngoài địa bàn này")[1].split("</p>")[0]
    assert "Xã Quốc Toản (Huyện Quảng Hòa)" in outside
    assert "Xã Chí Viễn" not in outside


def test_on_todays_map_figures_lead_to_the_rows_of_all_who_merged(merged, province_leader, client_of):
    then, now = read(province_leader).pipeline, read(province_leader, **{"ban-do": "now"}).pipeline
    client = client_of(province_leader)
    assert [sum(bar.values) for bar in (*then.bars, *now.bars)] == [1, 2]
    assert [counted_behind(client, panel.totals[-1]) for panel in (then, now)] == [1, 2]
    page = client.get(now.totals[-1]).content.decode()
    assert "Huyện Trùng Khánh (Theo đơn vị hành chính hiện nay)" in page


@pytest.mark.parametrize("on_map", ["then", "now"])
def test_targets_stand_as_in_the_report_on_the_same_map(year, merged, on_map, province_leader, client_of):
    report = compile_report("tien-do", merged.district, for_year(2023), on_map)
    told = {row[1]: row[5] for row in report.tables[0].rows}
    lines = read(province_leader, **{"ban-do": on_map}).plan.lines
    assert {line.progress.words: line.progress.cumulative for line in lines} == told
    counted = [line for line in lines if line.progress.target.indicator.is_measured]
    client = client_of(province_leader)
    assert [counted_behind(client, line.url) for line in counted] == [
        line.progress.cumulative for line in counted
    ]
    new = next(line for line in counted if line.progress.target.indicator.code == "new_recognised")
    assert new.progress.cumulative == {"then": 4, "now": 5}[on_map]


def test_a_commune_of_today_leads_to_what_it_took_in(merged, province_leader, client_of):
    bar = read(province_leader, **{"ban-do": "now"}).stars.bars[0]
    page = client_of(province_leader).get(bar.url)
    assert page.status_code == 200
    assert {row.name for row in page.context["rows"]} == {"Của Xã Đàm Thuỷ", "Của Xã Chí Viễn"}


@pytest.mark.parametrize("on_map", ["then", "now"])
@pytest.mark.parametrize("code", ["04", "047"])
def test_each_figure_of_products_leads_to_exactly_its_rows(merged, province_leader, client_of, code, on_map):
    twice = recognised(merged.dam_thuy, "Hai lần", stars=3)
    make_recognition(twice.product, make_decision(merged.district, signed_on=date(2023, 11, 1)), stars=4)
    undated = make_decision(merged.district, signed_on=None, date_precision="unknown", from_paper=True)
    make_recognition(make_product(merged.chi_vien), undated)
    shown = read(province_leader, area=code, **{"ban-do": on_map})
    figures = [(one["value"], one["url"]) for one in shown.figures]
    figures += [(cell.value, cell.url) for year in shown.trend.years for cell in year.cells]
    for bar in shown.stars.every:
        figures += zip((*bar.values, sum(bar.values)), bar.urls, strict=True)
    sums = [sum(bar.values[place] for bar in shown.stars.every) for place in range(3)]
    figures += zip((*sums, sum(sums)), shown.stars.totals, strict=True)
    assert sum(sums) == shown.figures[3]["value"]
    client = client_of(province_leader)
    assert [counted_behind(client, url) for _number, url in figures] == [number for number, _url in figures]


def test_the_province_keeps_its_totals_on_both_maps(merged, province_leader):
    maps = [read(province_leader, area="04", **{"ban-do": which}) for which in ("then", "now")]
    assert [[one["value"] for one in shown.figures] for shown in maps] == [[2, 4, 4, 4]] * 2
    assert [len(shown.stars.bars) for shown in maps] == [4, 2]
    assert maps[0].stars.now_url.endswith("ban-do=now")
    assert maps[1].stars.now_url == ""


def test_a_post_in_the_ended_district_does_not_read_what_its_communes_joined(merged, leader, client_of):
    answer = client_of(leader).get(DASHBOARD, {**DISTRICT, "ban-do": "now"})
    assert answer.status_code == 403
    assert "Xã Trà Lĩnh" in answer.content.decode()
    with pytest.raises(Unanswerable):
        dashboard.read({**DISTRICT, "ban-do": "now"}, leader)
    assert client_of(leader).get(DASHBOARD, DISTRICT).status_code == 200


def test_a_map_that_is_none_is_refused_in_words(year, leader, client_of):
    answer = client_of(leader).get(DASHBOARD, {**DISTRICT, "ban-do": "xua"})
    assert answer.status_code == 400


# ---- for whom, and what of it


@pytest.mark.parametrize("person", ["other_officer", "council_member", "neighbour", "commune_staff"])
def test_the_area_of_others_is_not_found(request, year, client_of, person):
    assert client_of(request.getfixturevalue(person)).get(DASHBOARD, DISTRICT).status_code == 404


def test_the_picker_offers_the_units_of_ones_posts_every_period_and_both_maps(year, leader, client_of):
    picker = client_of(leader).get(DASHBOARD, DISTRICT).context["picker"]
    assert {code for code, _name in picker.fields["area"].choices} == {"047", "01495", "01501", "01447"}
    periods = [code for code, _name in picker.fields["period"].choices]
    assert {"2023", "2022", "2023-H1", "2023-9T", "2023-Q4", "2023-11"} <= set(periods)
    assert [code for code, _name in picker.fields["ban-do"].choices] == ["then", "now"]


def test_an_empty_unit_is_told_so_in_every_panel(world, leader, client_of):
    page = page_of(client_of(leader))
    for words in (
        "Đơn vị chưa có kế hoạch của năm này",
        "Không có sản phẩm nào còn hiệu lực",
        "Không có hồ sơ nào đang xử lý",
        "hết hạn trong vòng 180 ngày",
        "nên chưa có số liệu kinh phí",
        "Không có tháng nào trong kỳ phải báo cáo",
        "Xu hướng năm năm",
    ):
        assert words in page, words
    assert "Kế hoạch không nêu kinh phí" not in page, "there is no plan that could name any"
    assert 'href="/quan-ly/ke-hoach/">Kế hoạch</a></p>' in page, "who may write one is led to the plans"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_statements_is_the_same_for_one_row_and_for_three(
    rows, asked, leader, client_of, world, django_assert_num_queries
):
    maker = make_enterprise(world.dam_thuy)
    for number in range(rows):
        recognised(world.chi_vien, stars=4, expires_on=date(2024, 2, 1), on=date(2021, 3, 1))
        make_dossier(make_product(world.tra_linh), state="submitted", due_on=date(2023, 12, 1))
        make_evidence(maker, expires_on=date(2024, 1, 15))
        asked.budget_lines.create(content=f"Thêm {number}", source="central", planned="5")
        Activity.objects.create(plan=asked, content=f"Thêm {number}", position=9 + number)
    client = client_of(leader)
    with django_assert_num_queries(33):
        client.get(DASHBOARD, DISTRICT)


@pytest.mark.parametrize("rows", [1, 3])
def test_so_are_the_lists_that_its_figures_lead_to(rows, world, leader, client_of, django_assert_num_queries):
    for _ in range(rows):
        recognised(world.chi_vien, expires_on=date(2024, 2, 1), on=date(2021, 3, 1))
        make_dossier(make_product(world.tra_linh), state="submitted", due_on=date(2023, 12, 1))
    shown = read(leader)
    client = client_of(leader)
    with django_assert_num_queries(10):
        client.get(shown.pipeline.totals[0])
    with django_assert_num_queries(13):
        client.get(shown.expiring.lines[0].counts[-1][2])


def test_two_posts_read_only_what_each_covers(world, client_of):
    person = make_user("hai.viec", Role.OFFICER, world.dam_thuy)
    person.posts.create(role=Role.OFFICER, area=world.quoc_toan, starts_on=date(2023, 1, 1))
    make_dossier(make_product(world.quoc_toan), state="submitted")
    make_dossier(make_product(world.dam_thuy), state="submitted")
    panel = read(person, area="01495").pipeline
    assert [sum(bar.values) for bar in panel.bars] == [1]
    assert counted_behind(client_of(person), panel.totals[-1]) == 1


def test_the_year_of_the_merger_offers_each_unit_of_a_code_for_itself(merged, province_leader, client_of):
    client = client_of(province_leader)
    picker = client.get(DASHBOARD, {"area": "04", "period": "2025"}).context["picker"]
    offered = {name: code for code, name in picker.fields["area"].choices}
    assert (offered["Xã Đàm Thủy"], offered["Xã Chí Viễn"]) == ("01501", "01501@2024")
    for name in ("Xã Đàm Thủy", "Xã Chí Viễn"):
        page = client.get(DASHBOARD, {"area": offered[name], "period": "2025"})
        assert page.context["scope"].area.name == name
        assert page.context["picker"].initial["area"] == offered[name]
        report = client.get(page.context["figures"].report_url)
        assert report.context["report"].area_name == name
