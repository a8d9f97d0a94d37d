"""The fixed cast and the small world in which every test plays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import Role, User
from areas.models import Area, Level, Succession
from tests import database, factories
from tests.factories import END_OF_DISTRICTS, cover, make_area, make_profile, make_user

TODAY = date(2023, 12, 29)
database.let_tests_empty_the_audit_trail()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Copy the database of the tests from one that is migrated already."""
    with django_db_blocker.unblock():
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = database.template()


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where collected static files would be; the server warns of a folder that is missing."""
    return tmp_path_factory.mktemp("static")


@pytest.fixture(autouse=True)
def fixed_world(settings, tmp_path: Path, empty_folder: Path) -> None:
    """Fix the business day and keep every file of a test in its own folder; hash passwords fast."""
    settings.OCOP_TODAY = TODAY
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = empty_folder
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.REPORTS_ROOT = tmp_path / "reports"
    storages = {name: dict(spec) for name, spec in settings.STORAGES.items()}
    storages["private"]["OPTIONS"] = {"location": tmp_path / "private", "base_url": None}
    settings.STORAGES = storages


class World:
    """Trùng Khánh and its surroundings, before and after 1/7/2025, as far as tests need them."""

    def __init__(self) -> None:
        new = {"valid_from": date(2025, 7, 1)}
        old = {"valid_to": END_OF_DISTRICTS}
        self.province = make_area("04", "Cao Bằng", Level.PROVINCE)
        self.district = make_area("047", "Huyện Trùng Khánh", Level.DISTRICT, self.province, **old)
        self.other_district = make_area("049", "Huyện Quảng Hòa", Level.DISTRICT, self.province, **old)
        self.dam_thuy = make_area("01495", "Xã Đàm Thuỷ", Level.COMMUNE, self.district, **old)
        self.chi_vien = make_area("01501", "Xã Chí Viễn", Level.COMMUNE, self.district, **old)
        self.tra_linh = make_area("01447", "Thị trấn Trà Lĩnh", Level.COMMUNE, self.district, **old)
        self.quoc_toan = make_area("01474", "Xã Quốc Toản", Level.COMMUNE, self.other_district, **old)
        self.new_dam_thuy = make_area("01501", "Xã Đàm Thủy", Level.COMMUNE, self.province, **new)
        self.new_tra_linh = make_area("01447", "Xã Trà Lĩnh", Level.COMMUNE, self.province, **new)
        for before, after in [
            (self.dam_thuy, self.new_dam_thuy),
            (self.chi_vien, self.new_dam_thuy),
            (self.tra_linh, self.new_tra_linh),
            (self.quoc_toan, self.new_tra_linh),
        ]:
            Succession.objects.create(predecessor=before, successor=after)
        cover()
        make_profile(self.district)
        make_profile(self.province, superior_body="")


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def district(world: World) -> Area:
    return world.district


@pytest.fixture
def commune(world: World) -> Area:
    return world.dam_thuy


@pytest.fixture
def commune_staff(world: World) -> User:
    return make_user("xa.damthuy", Role.COMMUNE, world.dam_thuy, full_name="Cán bộ xã Đàm Thuỷ")


@pytest.fixture
def neighbour(world: World) -> User:
    return make_user("xa.chivien", Role.COMMUNE, world.chi_vien, full_name="Cán bộ xã Chí Viễn")


@pytest.fixture
def officer(world: World) -> User:
    return make_user("huyen.trungkhanh", Role.OFFICER, world.district, full_name="Cán bộ huyện Trùng Khánh")


@pytest.fixture
def other_officer(world: World) -> User:
    return make_user("huyen.quanghoa", Role.OFFICER, world.other_district, full_name="Cán bộ huyện Quảng Hòa")


@pytest.fixture
def province_officer(world: World) -> User:
    return make_user("tinh.caobang", Role.OFFICER, world.province, full_name="Cán bộ tỉnh Cao Bằng")


@pytest.fixture
def council_member(world: World) -> User:
    return make_user("hoidong.1", Role.COUNCIL, world.district, full_name="Thành viên hội đồng")


@pytest.fixture
def leader(world: World) -> User:
    return make_user(
        "lanhdao.trungkhanh", Role.LEADER, world.district, full_name="Lãnh đạo huyện Trùng Khánh"
    )


@pytest.fixture
def province_leader(world: World) -> User:
    return make_user("lanhdao.caobang", Role.LEADER, world.province, full_name="Lãnh đạo tỉnh Cao Bằng")


@pytest.fixture
def administrator(world: World) -> User:
    return make_user("quantri", Role.ADMINISTRATOR, world.province, full_name="Quản trị")


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which the person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def make() -> object:
    """The factories, for tests that like a short name."""
    return factories
