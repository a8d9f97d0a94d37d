import datetime

import pytest
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from ocop_portal.lib import periods

DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 12, 31))
NAMED = st.sampled_from([code for year in (2000, 2023, 2024, 2100) for code, _ in periods.choices(year)])
RANGES = st.tuples(DAYS, DAYS).map(lambda pair: periods.between(*sorted(pair)).code)


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("code", "start", "end", "label"),
    [
        ("2023", "2023-01-01", "2023-12-31", "Năm 2023"),
        ("2023-H1", "2023-01-01", "2023-06-30", "6 tháng đầu năm 2023"),
        ("2023-H2", "2023-07-01", "2023-12-31", "6 tháng cuối năm 2023"),
        ("2023-9T", "2023-01-01", "2023-09-30", "9 tháng đầu năm 2023"),
        ("2023-Q1", "2023-01-01", "2023-03-31", "Quý I năm 2023"),
        ("2023-Q4", "2023-10-01", "2023-12-31", "Quý IV năm 2023"),
        ("2024-02", "2024-02-01", "2024-02-29", "Tháng 2 năm 2024"),
        ("2023-01-05_2023-03-04", "2023-01-05", "2023-03-04", "Từ 05/01/2023 đến 04/03/2023"),
    ],
)
def test_each_form_names_its_days(code, start, end, label):
    period = periods.parse(code)
    assert (period.code, period.start, period.end) == (code, day(start), day(end))
    with translation.override("vi"):
        assert period.label == label


def test_labels_follow_the_readers_language():
    with translation.override("en"):
        assert periods.parse("2023-9T").label == "First 9 months of 2023"
        assert periods.parse("2023-Q2").label == "Quarter II of 2023"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (" 2023 ", "2023"),
        ("2023-h1", "2023-H1"),
        ("2023 - q2", "2023-Q2"),
        ("2023-9t", "2023-9T"),
        ("2023-01-05 _ 2023-03-04", "2023-01-05_2023-03-04"),
    ],
)
def test_case_and_spaces_do_not_matter(written, code):
    assert periods.parse(written).code == code


@pytest.mark.parametrize(
    "code",
    [
        "",
        "23",
        "0203",
        "2023-13",
        "2023-00",
        "2023-Q5",
        "2023-H3",
        "2023-6T",
        "2023-3",
        "2023/03",
        "2023-02-30_2023-03-01",
        "2023-01-05",
        "0001-01-01_2023-01-01",
        "٢٠٢٣",
    ],
)
def test_another_form_is_refused_with_the_forms_there_are(code):
    with translation.override("en"), pytest.raises(periods.PeriodError, match="2023-01-05_2023-03-04"):
        periods.parse(code)


def test_a_range_that_ends_before_it_begins_is_refused():
    with translation.override("en"), pytest.raises(periods.PeriodError, match="ends before it begins"):
        periods.parse("2023-03-04_2023-01-05")


@pytest.mark.parametrize(
    ("code", "previous"),
    [
        ("2023", "2022"),
        ("2023-H1", "2022-H2"),
        ("2023-H2", "2023-H1"),
        ("2023-9T", "2022-9T"),
        ("2023-Q1", "2022-Q4"),
        ("2023-Q3", "2023-Q2"),
        ("2023-01", "2022-12"),
        ("2023-01-05_2023-03-04", "2022-11-07_2023-01-04"),
    ],
)
def test_the_period_to_compare_with(code, previous):
    assert periods.parse(code).previous() == periods.parse(previous)


@given(NAMED | RANGES)
def test_every_code_reads_back_and_follows_its_previous_one(code):
    period = periods.parse(code)
    assert period.code == period.as_slug() == str(period) == code
    assert period.start in period
    assert period.end in period
    assert period.end + datetime.timedelta(days=1) not in period
    previous = period.previous()
    assume(previous.start.year >= periods.EARLIEST_YEAR)  # a century's own predecessor has no code
    assert periods.parse(previous.code) == previous
    if not code.endswith("9T"):
        assert previous.end + datetime.timedelta(days=1) == period.start


def test_the_year_is_that_of_the_end():
    assert periods.parse("2022-12-25_2023-01-05").year == 2023
    assert periods.for_year(2023) == periods.parse("2023")


def test_a_picker_offers_every_named_period_once():
    with translation.override("en"):
        offered = periods.choices(2023)
    codes = [code for code, _ in offered]
    assert codes[:8] == [
        "2023",
        "2023-H1",
        "2023-H2",
        "2023-9T",
        "2023-Q1",
        "2023-Q2",
        "2023-Q3",
        "2023-Q4",
    ]
    assert codes[8:] == [f"2023-{month:02}" for month in range(1, 13)]
    assert offered[8] == ("2023-01", "Month 1 of 2023")
