"""Where a target will stand at the year's end: out of the pipeline and with its reasoning, or unknown."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_portal.lib.periods import for_year
from plans.forecasting import FEWEST, Case, Pipeline, forecast, foresee
from plans.progress import progress
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
