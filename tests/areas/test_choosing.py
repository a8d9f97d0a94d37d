"""Units offered to choose from are told apart, wherever a list is narrowed by one."""

from __future__ import annotations

from datetime import date

import pytest

from areas.models import Level
from tests.factories import cover, make_area

pytestmark = pytest.mark.django_db
LISTS = ("/quyet-dinh/sap-het-han/", "/quyet-dinh/giu-sao/", "/quan-ly/san-pham/")


@pytest.fixture(autouse=True)
def after_the_merger(settings):
    settings.OCOP_TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("address", LISTS)
def test_an_ended_unit_is_named_with_its_last_day_and_one_of_its_name_with_its_district(
    address, world, province_officer, client_of
):
    other = make_area("048", "Huyện Hạ Lang", Level.DISTRICT, world.province, valid_to=date(2025, 6, 30))
    for code, district in (("01301", world.district), ("01302", other)):
        make_area(code, "Xã Đức Long", Level.COMMUNE, district, valid_to=date(2025, 6, 30))
    make_area("01303", "Xã Đức Long", Level.COMMUNE, world.province, valid_from=date(2025, 7, 1))
    cover()
    page = client_of(province_officer).get(address).content.decode()
    for code, name in (
        ("01301@2024", f"Xã Đức Long (đến 30/06/2025), {world.district.name}"),
        ("01302@2024", "Xã Đức Long (đến 30/06/2025), Huyện Hạ Lang"),
        ("01303", "Xã Đức Long"),
        ("01501@2024", "Xã Chí Viễn (đến 30/06/2025)"),
    ):
        assert f'<option value="{code}">{name}</option>' in page
    assert "@2024)" not in page, "a code is for addresses"
