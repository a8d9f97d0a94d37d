from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.formats import number_format
from hypothesis import given
from hypothesis import strategies as st

from ocop_portal.lib import numbers


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("31", "31"),
        ("31,00", "31.00"),
        ("31.00", "31.00"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        (" 1 234 567,25 ", "1234567.25"),
        ("-3,5", "-3.5"),
        ("−3,5", "-3.5"),
        ("+3", "3"),
        (",5", "0.5"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("1234,567", "1234.567"),
    ],
)
def test_numbers_read_the_same_in_both_languages(language, written, value):
    with translation.override(language):
        assert numbers.parse(written) == Decimal(value)


@pytest.mark.parametrize(
    ("language", "written", "value"),
    [("vi", "1.234", "1234"), ("vi", "1,234", "1.234"), ("en", "1.234", "1.234"), ("en", "1,234", "1234")],
)
def test_what_could_be_either_follows_the_language(language, written, value):
    with translation.override(language):
        assert numbers.parse(written) == Decimal(value)


@pytest.mark.parametrize(
    "written",
    ["", "-", "ba", "1.23.456", "1,2,3", "12.34,5", "1.234.5", "1e5", "NaN", "5.", "--5", "١٢", "1.234,5,6"],
)
def test_anything_else_is_refused_with_an_example(written):
    with translation.override("vi"), pytest.raises(ValueError, match=r"1\.234,5"):
        numbers.parse(written)


@pytest.mark.parametrize("language", ["vi", "en"])
@given(value=st.decimals(-(10**12), 10**12, places=3) | st.decimals(-(10**6), 10**6, places=0))
def test_every_number_reads_back_as_it_is_shown(language, value):
    with translation.override(language):
        assert numbers.parse(number_format(value, force_grouping=True)) == value
        assert numbers.parse(number_format(value, use_l10n=True)) == value
