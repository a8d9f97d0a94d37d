import datetime

import pytest

from ocop_portal.lib import clock


def test_a_fixed_day_is_the_business_date(settings):
    settings.OCOP_TODAY = datetime.date(2026, 11, 23)
    assert clock.today() == datetime.date(2026, 11, 23)
    assert clock.is_fixed() is True


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime.datetime(2023, 12, 31, 16, 59, 59, tzinfo=datetime.UTC), datetime.date(2023, 12, 31)),
        (datetime.datetime(2023, 12, 31, 17, 0, 0, tzinfo=datetime.UTC), datetime.date(2024, 1, 1)),
    ],
)
def test_the_real_day_turns_at_midnight_in_viet_nam(settings, monkeypatch, utc, day):
    settings.OCOP_TODAY = None
    monkeypatch.setattr("django.utils.timezone.now", lambda: utc)
    assert clock.today() == day
    assert clock.is_fixed() is False
