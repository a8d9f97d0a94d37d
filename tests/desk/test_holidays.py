"""The table of holidays and make-up days: everybody reads it, administrators keep it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEntry
from areas.models import Holiday

PAGE = reverse("desk:holidays")


@pytest.fixture
def days(db):
    Holiday.objects.create(day=date(2023, 9, 4), kind="holiday", name="Nghỉ bù Quốc khánh")
    Holiday.objects.create(day=date(2024, 5, 4), kind="make_up", name="Làm bù cho 29/4")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", ["Nghỉ bù Quốc khánh"]),
        ("2024", ["Làm bù cho 29/4"]),
        ("2025", []),
        ("x", ["Nghỉ bù Quốc khánh"]),
        ("99999999999999999999", ["Nghỉ bù Quốc khánh"]),
    ],
)
def test_the_year_asked_for_or_this_one(client_of, commune_staff, days, asked, shown):
    table = client_of(commune_staff).get(PAGE, {"nam": asked}).context["table"]
    assert [day.name for day in table.days] == shown
    assert table.years[:2] == [2023, 2024]


def test_a_year_without_days_says_what_that_means(client_of, commune_staff, days):
    assert "chỉ trừ thứ Bảy và Chủ nhật" in client_of(commune_staff).get(PAGE + "?nam=2025").content.decode()


def test_only_administrators_find_the_way_to_change_it(client_of, officer, administrator, days):
    add = reverse("admin:areas_holiday_add")
    assert add not in client_of(officer).get(PAGE).content.decode()
    client = client_of(administrator)
    assert add in client.get(PAGE).content.decode()
    sent = {"day": "02/05/2023", "kind": "holiday", "name": "Nghỉ bù"}
    assert client.post(add, sent).status_code == 302
    assert Holiday.objects.get(day=date(2023, 5, 2)).name == "Nghỉ bù"
    assert AuditEntry.objects.latest("pk").actor == administrator
    assert client_of(officer).post(add, sent | {"day": "03/05/2023"}).status_code == 403


def test_a_make_up_day_is_a_day_that_is_not_worked_anyway(client_of, administrator, days):
    Holiday(day=date(2023, 5, 6), kind="make_up", name="Thứ Bảy").full_clean()
    Holiday(day=date(2023, 5, 5), kind="holiday", name="Thứ Sáu").full_clean()
    with pytest.raises(ValidationError):
        Holiday(day=date(2023, 5, 5), kind="make_up", name="Thứ Sáu").full_clean()
    sent = {"day": "05/05/2023", "kind": "make_up", "name": "Làm bù"}
    answer = client_of(administrator).post(reverse("admin:areas_holiday_add"), sent)
    assert "Ngày làm bù phải là thứ Bảy hoặc Chủ nhật." in answer.content.decode()
