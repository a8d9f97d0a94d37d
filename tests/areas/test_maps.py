"""A unit on the map of then or of today: which units hold its rows, its communes, who came from outside."""

from __future__ import annotations

from datetime import date

import pytest

from areas.maps import MapOf, read, territory
from ratings.models import Dossier
from tests.factories import make_dossier, make_product

THEN, TODAY = date(2023, 12, 31), date(2026, 11, 23)


def names(units) -> list[str]:
    return [unit.name for unit in units]


def test_then_an_ended_district_is_itself_with_the_communes_of_then(world):
    ground = territory(world.district, THEN, today=TODAY)
    assert ground.keys() == [world.district.pk]
    assert names(ground.communes) == ["Xã Chí Viễn", "Xã Đàm Thuỷ", "Thị trấn Trà Lĩnh"]
    assert ground.outside == ()


def test_today_it_is_the_communes_that_took_in_its_own_and_names_who_came_from_outside(world):
    ground = territory(world.district, THEN, on_map=MapOf.NOW, today=TODAY)
    assert names(ground.communes) == ["Xã Đàm Thủy", "Xã Trà Lĩnh"]
    assert set(ground.keys()) == {world.new_dam_thuy.pk, world.new_tra_linh.pk}
    assert names(ground.outside) == ["Xã Quốc Toản"]


def test_a_commune_of_then_is_its_successor_today(world):
    ground = territory(world.dam_thuy, THEN, on_map=MapOf.NOW, today=TODAY)
    assert names(ground.communes) == ["Xã Đàm Thủy"]
    assert names(ground.outside) == ["Xã Chí Viễn"]


@pytest.mark.parametrize("on_map", MapOf.values)
def test_a_unit_that_exists_is_itself_on_both_maps(world, on_map):
    ground = territory(world.province, THEN, on_map=on_map, today=TODAY)
    assert ground.keys() == [world.province.pk]
    assert len(ground.communes) == (4 if on_map == MapOf.THEN else 2)


def test_rows_are_found_once_on_either_map_and_the_province_keeps_its_total(world):
    for commune in (world.dam_thuy, world.chi_vien, world.tra_linh, world.quoc_toan):
        make_dossier(make_product(commune), state="submitted")

    def counted(unit, on_map) -> int:
        return Dossier.objects.within(territory(unit, THEN, on_map=on_map, today=TODAY)).count()

    assert [counted(world.province, on_map) for on_map in MapOf.values] == [4, 4]
    assert [counted(world.district, on_map) for on_map in MapOf.values] == [3, 4]  # with Quốc Toản's


@pytest.mark.parametrize("on_map", MapOf.values)
@pytest.mark.parametrize("today", [THEN, TODAY])
@pytest.mark.parametrize(
    "name", ["province", "district", "dam_thuy", "chi_vien", "tra_linh", "new_dam_thuy", "new_tra_linh"]
)
def test_an_address_names_its_ground_on_whatever_day_it_is_read(world, name, today, on_map):
    # 01501 and 01447 are worn by an ended commune and by one of today.
    ground = territory(getattr(world, name), THEN, on_map=on_map, today=today)
    found = read(ground.address_code(today), today)
    assert found is not None
    assert (found.unit, found.keys()) == (ground.unit, ground.keys())


def test_an_address_says_that_a_unit_is_folded(world):
    folded = territory(world.district, THEN, on_map=MapOf.NOW, today=TODAY)
    assert folded.address_code(TODAY) == "047@2024-nay"
    assert territory(world.district, THEN, today=TODAY).address_code(TODAY) == "047@2024"
    assert territory(world.province, THEN, on_map=MapOf.NOW, today=TODAY).address_code(TODAY) == "04"


@pytest.mark.parametrize("code", ["", "-nay", "99999", "047@9", "<b>", "\x00"])
def test_what_names_no_unit_is_no_ground(world, code):
    assert read(code, TODAY) is None
