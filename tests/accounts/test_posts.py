"""What pages ask about a person's posts."""

from __future__ import annotations

from datetime import date

import pytest

from accounts import posts
from accounts.models import Post, Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(world):
    user = make_user("hai.noi", Role.COMMUNE, world.dam_thuy)
    Post.objects.create(user=user, role=Role.OFFICER, area=world.district, starts_on=date(2023, 5, 1))
    Post.objects.create(
        user=user,
        role=Role.LEADER,
        area=world.province,
        starts_on=date(2019, 1, 1),
        ends_on=date(2023, 12, 28),
    )
    Post.objects.create(user=user, role=Role.COUNCIL, area=world.district, starts_on=date(2024, 1, 1))
    return user


def test_only_the_posts_of_today_count(person, world):
    assert posts.roles_of(person) == {Role.COMMUNE, Role.OFFICER}
    assert list(posts.areas_of(person, [Role.OFFICER, Role.LEADER])) == [world.district]
    assert posts.home_area(person) == world.dam_thuy


def test_posts_in_ended_units_count_no_more(person, world, settings):
    Post.objects.create(user=person, role=Role.COMMUNE, area=world.new_dam_thuy, starts_on=date(2025, 7, 1))
    settings.OCOP_TODAY = date(2025, 7, 1)
    assert posts.roles_of(person) == {Role.COMMUNE}
    assert posts.home_area(person) == world.new_dam_thuy


def test_a_disabled_account_holds_nothing(person):
    person.is_active = False
    person.save()
    assert posts.roles_of(person) == set()
    assert posts.home_area(person) is None
