import datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ocop_portal.lib import dates

DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-02-29", 36, "2027-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2023-12-15", 1, "2024-01-15"),
        ("2023-01-15", -1, "2022-12-15"),
        ("2023-03-31", -1, "2023-02-28"),
        ("2023-05-05", 0, "2023-05-05"),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(start, months, end):
    day = datetime.date.fromisoformat
    assert dates.add_months(day(start), months) == day(end)


@pytest.mark.parametrize(
    "written",
    [
        "5/3/23",
        "05/03/2023",
        "05-03-2023",
        "5.3.2023",
        " 5 / 3 / 2023 ",
        "2023-03-05",
        "2023/3/5",
        "05032023",
        "20230305",
        "\u00a05/3/2023",
    ],
)
def test_the_day_comes_first_whatever_the_separator(written):
    assert dates.parse(written) == datetime.date(2023, 3, 5)


@pytest.mark.parametrize(
    "written", ["", "050323", "5032023", "5/3", "5/3/023", "5 tháng 3", "5/3/2023/1", "٥/٣/٢٠٢٣"]
)
def test_another_form_is_refused_with_an_example(written):
    with translation.override("en"), pytest.raises(ValueError, match=r"for example 05/03/2023"):
        dates.parse(written)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("31/2/2023", "31/02/2023"),
        ("3/13/2023", "03/13/2023"),
        ("29/02/2023", "29/02/2023"),
        ("1/1/0203", "01/01/0203"),
    ],
)
def test_a_day_that_does_not_exist_is_named(written, named):
    with translation.override("en"), pytest.raises(ValueError, match=f"^There is no date {named}.$"):
        dates.parse(written)


@given(DAYS)
def test_every_day_reads_back_as_it_is_shown(day):
    assert dates.parse(f"{day:%d/%m/}{day.year:04}") == day
    assert dates.parse(day.isoformat()) == day
    assert dates.parse(f"{day:%d%m}{day.year:04}") == dates.parse(f"{day.year:04}{day:%m%d}") == day


@given(DAYS.filter(lambda day: day.year < 2100), st.integers(0, 600))
def test_months_added_and_taken_away_return_to_the_month(day, months):
    there = dates.add_months(day, months)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    back = dates.add_months(there, -months)
    assert (back.year, back.month) == (day.year, day.month)
    assert back.day == min(day.day, there.day)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime.date(2023, 2, 5), "ngày 05 tháng 02 năm 2023"),
        (datetime.date(2023, 3, 15), "ngày 15 tháng 3 năm 2023"),
        (datetime.date(2023, 12, 29), "ngày 29 tháng 12 năm 2023"),
    ],
)
def test_papers_write_small_days_and_the_first_two_months_with_a_zero(day, words):
    assert dates.in_official_words(day) == words
