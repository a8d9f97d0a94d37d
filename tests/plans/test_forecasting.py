"""Where a target will stand at the year's end: out of the pipeline and with its reasoning, or unknown."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ocop_portal.lib.dates import add_months
from ocop_portal.lib.periods import between, for_year
from plans.counting import measure_of, selection_of
from plans.forecasting import FEWEST, MONTHS_BACK, Case, Pipeline, forecast, foresee
from plans.progress import progress
from products.models import Product
from ratings.models import Recognition, ValueChainRecord
from tests.factories import make_decision, make_dossier, make_product, make_recognition

TODAY, END = date(2023, 7, 1), date(2023, 12, 31)
CASES = [Case(counted=place < 9, days=80 + place) for place in range(12)]


def say(done=3, cases=CASES, opened=(), today=TODAY, until=END):
    return foresee(Decimal(done), list(cases), list(opened), today=today, until=until)


def test_open_dossiers_add_their_share():
    found = say(opened=[date(2023, 6, 1)] * 4)
    assert found.value == 6  # three quarters of the four that can be done in time
    for words in ("12 hồ sơ đã kết thúc", "9 hồ sơ đạt (75%)", "86 ngày", "4 hồ sơ kịp", "dự báo thêm 3"):
        assert words in found.reasoning, words


def test_what_cannot_be_done_in_time_adds_nothing():
    found = say(opened=[date(2023, 6, 1), date(2023, 11, 1)])
    assert "trong 2 hồ sơ đang xử lý có 1 hồ sơ kịp" in found.reasoning


def test_a_dossier_that_is_late_already_can_still_be_done_today():
    assert say(opened=[date(2023, 1, 1)] * 4, today=END).value == 6


def test_under_ten_past_cases_it_says_so():
    found = say(cases=CASES[: FEWEST - 1], opened=[date(2023, 6, 1)] * 4)
    assert found.value is None
    assert found.reasoning.startswith("Chưa đủ số liệu: có 9 hồ sơ")


@given(
    done=st.integers(0, 50),
    cases=st.lists(st.builds(Case, st.booleans(), st.integers(1, 400)), min_size=FEWEST, max_size=40),
    opened=st.lists(st.dates(date(2022, 1, 1), TODAY), max_size=30),
)
def test_a_forecast_lies_between_what_is_done_and_what_can_be(done, cases, opened):
    found = say(done, cases, opened)
    assert found.value is not None
    assert done <= found.value <= done + len(opened)


@given(opened=st.lists(st.dates(date(2022, 1, 1), TODAY), max_size=30), day=st.dates(date(2022, 1, 1), TODAY))
def test_one_more_open_dossier_never_lowers_it(opened, day):
    assert say(opened=[*opened, day]).value >= say(opened=opened).value


@pytest.fixture
def history(world, commune):
    """Twelve dossiers that ended in 2023, nine of them recognised with three stars; two are open."""

    def make() -> None:
        decision = make_decision(world.district, signed_on=date(2023, 5, 20))
        for place in range(12):
            state = "recognised" if place < 9 else "not_recognised"
            dossier = make_dossier(
                make_product(commune), state=state, on=date(2023, 3, 1), state_since=date(2023, 5, 20)
            )
            if place < 9:
                make_recognition(dossier.product, decision, dossier=dossier)
        for _ in range(2):
            make_dossier(make_product(commune), state="accepted", on=date(2023, 6, 1))

    return make


def test_the_pipeline_of_the_plans_unit_is_read(history, aim, standing, plan):
    history()
    aim("new_recognised", 20, stars_min=3)
    found = forecast(standing(), plan, Pipeline(TODAY))
    assert (found.value, found.until) == (11, END)
    assert "12 hồ sơ đã kết thúc có 9 hồ sơ đạt" in found.reasoning


def test_stars_asked_for_are_counted(history, aim, standing, plan):
    history()
    aim("new_recognised", 20, stars_min=4)
    assert "có 0 hồ sơ đạt (0%)" in forecast(standing(), plan, Pipeline(TODAY)).reasoning


def test_what_no_dossier_brings_about_is_not_forecast(aim, standing, plan):
    aim("taking_part", 6)
    assert forecast(standing(), plan, Pipeline(TODAY)) is None


def test_a_year_that_is_over_needs_no_forecast(aim, standing, plan):
    aim("new_recognised", 6)
    assert forecast(standing(), plan, Pipeline(END + timedelta(days=1))) is None


def test_the_plans_page_shows_it_with_its_reasoning(aim, plan, officer, client_of):
    aim("new_recognised", 6)
    page = client_of(officer).get(f"/quan-ly/ke-hoach/{plan.pk}/").content.decode()
    assert "Dự báo đến cuối năm" in page
    assert "Chưa đủ số liệu: có 0 hồ sơ đã kết thúc" in page


def test_the_forecasts_of_a_page_read_the_dossiers_of_a_place_once(
    history, aim, plan, django_assert_num_queries
):
    history()
    for code, narrow in (("new_recognised", {}), ("new_recognised", {"stars_min": 3}), ("upgraded", {})):
        aim(code, 20, **narrow)
    standings = progress(plan, for_year(2023))
    pipeline = Pipeline(TODAY)
    with django_assert_num_queries(1):
        found = [forecast(one, plan, pipeline) for one in standings]
    assert [one.value for one in found] == [11, 11, None]


# --- what narrows a target narrows its forecast


def words_of(one, plan) -> str:
    return forecast(one, plan, Pipeline(TODAY)).reasoning


def recognised_at(world, level):
    """Another three of the district's dossiers, as the level decided them."""
    place = {"district": world.district, "province": world.province, "central": None}[level]
    decision = make_decision(world.district, issuing_area=place, signed_on=date(2023, 5, 20))
    ended = {"state": "recognised", "on": date(2023, 3, 1), "state_since": date(2023, 5, 20)}
    for _ in range(3):
        dossier = make_dossier(make_product(world.dam_thuy), **ended)
        stars = 5 if level == "central" else 3
        make_recognition(dossier.product, decision, stars, dossier=dossier, regulation=dossier.regulation)


def test_of_a_level_only_what_it_recognised_ended_so(history, aim, standing, plan, world):
    history()
    for level in ("district", "province", "central"):
        recognised_at(world, level)
    target = aim("new_recognised", 20)
    counted = {"": 18, "district": 12, "province": 3, "central": 3, "commune": 0}
    for level, number in counted.items():
        target.level = level
        target.save()
        assert standing().cumulative == number
        assert f"trong 21 hồ sơ đã kết thúc có {number} hồ sơ đạt" in words_of(standing(), plan), level
        assert "trong 2 hồ sơ đang xử lý" in words_of(standing(), plan)


def join(product, source="province", on=date(2023, 1, 5)) -> ValueChainRecord:
    return ValueChainRecord.objects.create(
        product=product, area=product.area, chain="Chuỗi thử nghiệm", joined_on=on, funding_source=source
    )


def test_of_a_source_only_products_that_are_paid_from_it_by_the_day(history, aim, standing, plan):
    history()
    products = list(Product.objects.order_by("pk"))
    *ended, failed, still_open, other_open = [*products[:9], products[9], *products[12:]]
    for product in (*ended, failed, still_open):
        join(product)
        join(product, "central", on=date(2022, 1, 5))
    join(other_open, on=TODAY + timedelta(days=1))
    join(other_open, "local")
    aim("new_recognised", 20, funding_source="province")
    found = words_of(standing(), plan)
    assert "trong 10 hồ sơ đã kết thúc có 9 hồ sơ đạt" in found
    assert "trong 1 hồ sơ đang xử lý" in found


def test_what_a_lower_level_recognised_is_not_expected_again(history, aim, standing, plan, world):
    history()
    dossier = make_dossier(make_product(world.dam_thuy), state="forwarded", on=date(2023, 6, 1))
    target = aim("new_recognised", 20)
    assert "trong 3 hồ sơ đang xử lý" in words_of(standing(), plan)
    make_recognition(dossier.product, make_decision(world.district), dossier=dossier)
    assert standing().cumulative == 10
    assert "trong 2 hồ sơ đang xử lý" in words_of(standing(), plan)
    target.stars_min = 4
    target.save()
    assert "trong 3 hồ sơ đang xử lý" in words_of(standing(), plan)


@pytest.mark.parametrize(("total", "counted"), [(False, 9), (True, 8)])
def test_of_two_levels_a_total_counts_the_latest_and_new_ones_the_first(
    history, aim, standing, plan, world, total, counted
):
    history()
    first = Recognition.objects.select_related("dossier", "product").first()
    higher = make_decision(world.province, signed_on=date(2023, 6, 20))
    make_recognition(first.product, higher, 4, dossier=first.dossier)
    aim("new_recognised", 20, level="district", is_cumulative=total)
    assert standing().cumulative == counted
    assert f"có {counted} hồ sơ đạt" in words_of(standing(), plan)


def test_a_number_for_each_named_unit_is_not_forecast(history, aim, standing, plan, world):
    history()
    target = aim("new_recognised", 20, per_unit="commune", units=[world.dam_thuy])
    assert forecast(standing(), plan, Pipeline(TODAY)) is None
    target.per_unit = ""
    target.save()
    assert forecast(standing(), plan, Pipeline(TODAY)) is None


# --- against the measure, on whatever lies in the records

SOURCES = ("central", "province")
DAYS = st.dates(date(2021, 1, 1), TODAY)
NARROWED = (
    {},
    {"level": "district"},
    {"level": "province", "stars_min": 4},
    {"level": "central"},
    {"funding_source": "province"},
    {"funding_source": "central", "level": "district", "stars_min": 3, "stars_max": 4},
)


@st.composite
def lives(draw):
    """How one product's dossier went: what recognised it, on what paper it stood before, who pays for it."""
    day = draw(DAYS)
    given = st.tuples(st.integers(2, 5), st.sampled_from(["district", "province", "unknown"]))
    return {
        "kind": draw(st.sampled_from(["first", "first", "upgrade"])),
        "on": day,
        "given": draw(st.lists(given, max_size=2)),
        "before": draw(st.none() | st.just(date(2019, 1, 1))),
        "joined": draw(st.lists(st.tuples(st.sampled_from(SOURCES), st.integers(-90, 90)), max_size=2)),
    }


@pytest.mark.parametrize("indicator", ["new_recognised", "upgraded", "new_or_upgraded"])
def test_what_ended_so_is_what_the_measure_counts(aim, standing, plan, world, indicator, monkeypatch):
    monkeypatch.setattr("plans.forecasting.FEWEST", 1)
    target = aim(indicator, 20)
    products = [make_product(world.dam_thuy if n % 2 else world.chi_vien) for n in range(FEWEST)]
    dossiers = [make_dossier(product, state="recognised") for product in products]
    places = {"district": world.district, "province": world.province, "unknown": None}
    decisions = {
        name: make_decision(world.district, issuing_area=place, signed_on=TODAY)
        for name, place in places.items()
    } | {"again": make_decision(world.district, issuing_area=None, signed_on=TODAY)}

    def write(dossier, life) -> None:
        state = "recognised" if life["given"] else "not_recognised"
        changed = {"kind": life["kind"], "state": state, "state_since": life["on"]}
        type(dossier).objects.filter(pk=dossier.pk).update(
            **changed, first_submitted_on=life["on"] - timedelta(days=60)
        )
        shared = {"regulation": dossier.regulation, "kind": life["kind"], "expires_on": None}
        if life["before"]:
            make_recognition(
                dossier.product, decisions["district"], 3, recognised_on=life["before"], expires_on=None
            )
        for place, (stars, who) in enumerate(life["given"]):
            decision = decisions["again" if place and who == life["given"][0][1] else who]
            make_recognition(
                dossier.product, decision, stars, dossier=dossier, recognised_on=life["on"], **shared
            )
        for place, (source, days) in enumerate(life["joined"]):
            record = join(dossier.product, source, on=TODAY + timedelta(days=days))
            ValueChainRecord.objects.filter(pk=record.pk).update(chain=f"Chuỗi {place}")

    @settings(max_examples=12, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(st.lists(lives(), min_size=FEWEST, max_size=FEWEST))
    def same(drawn):
        ValueChainRecord.objects.all().delete()
        Recognition.objects.all().delete()
        for dossier, life in zip(dossiers, drawn, strict=True):
            write(dossier, life)
        for narrow in NARROWED:
            type(target).objects.filter(pk=target.pk).update(
                **({"level": "", "funding_source": "", "stars_min": None, "stars_max": None} | narrow)
            )
            one = standing()
            lately = between(add_months(TODAY, -MONTHS_BACK), TODAY)
            measured = measure_of(one.target).total(selection_of(one.target, plan, lately))
            counted = re.search(r"có (\d+) hồ sơ đạt", words_of(one, plan))
            assert int(counted[1] if counted else 0) == measured.value, narrow

    same()
