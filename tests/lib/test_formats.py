import datetime
from decimal import Decimal

import pytest
from django import forms
from django.utils import formats, translation

MOMENT = datetime.datetime(2023, 11, 5, 7, 8)


@pytest.mark.parametrize(("language", "number"), [("vi", "-1.234.567,50"), ("en", "-1,234,567.50")])
def test_dates_are_day_first_in_both_languages_and_numbers_each_their_own(language, number):
    with translation.override(language):
        assert formats.date_format(MOMENT.date()) == "05/11/2023"
        assert formats.date_format(MOMENT, "SHORT_DATETIME_FORMAT") == "05/11/2023 07:08"
        assert formats.localize(MOMENT) == "05/11/2023 07:08"
        assert formats.localize(MOMENT.time()) == "07:08"
        assert formats.date_format(MOMENT, "YEAR_MONTH_FORMAT") == "11/2023"
        assert formats.localize(Decimal("-1234567.50")) == number


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("written", ["05/11/2023", "5-11-2023", "5.11.2023", "2023-11-05"])
def test_djangos_own_fields_read_the_day_first(language, written):
    with translation.override(language):
        assert forms.DateField().clean(written) == datetime.date(2023, 11, 5)
        assert forms.DateTimeField().clean("05/11/2023 07:08").replace(tzinfo=None) == MOMENT
