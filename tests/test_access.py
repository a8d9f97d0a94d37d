"""Every address × person, by GET and by POST. An address that is missing here fails the test.

What a person may not see is 404, what he may see but not do is 403 (or 400 for an empty form that he may
send), a visitor is sent to sign in (302). A POST without a body changes nothing wherever it is let in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import AuditEntry, Role, User
from tests import matrix
from tests.factories import make_user

PEOPLE = (
    "visitor",
    "commune_staff",
    "neighbour",
    "officer",
    "other_officer",
    "council_member",
    "leader",
    "administrator",
    "ended",
)


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """The names of all addresses of our own; the administration site has one gate, tested by its first page."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        elif pattern.namespace == "admin":
            yield "admin:index"
        else:
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else prefix)


NAMES = sorted(set(addresses(get_resolver())))


@pytest.fixture
def ended(world: Any) -> User:
    """Somebody whose post in the commune is over."""
    user = make_user("xa.cu", Role.COMMUNE, world.dam_thuy)
    user.posts.update(ends_on="2023-06-30")
    return user


@pytest.fixture
def browsers(request: pytest.FixtureRequest, client_of: Callable[[User], Client]) -> dict[str, Client]:
    people = {name: request.getfixturevalue(name) for name in PEOPLE if name != "visitor"}
    return {"visitor": Client(), **{name: client_of(user) for name, user in people.items()}}


def statuses(browsers: dict[str, Client], name: str, kwargs: dict[str, Any], method: str) -> dict[str, int]:
    url = reverse(name, kwargs=kwargs)
    return {who: getattr(client, method)(url).status_code for who, client in browsers.items()}


def test_no_address_is_missing_from_the_matrix():
    assert set(NAMES) == set(matrix.GET) == set(matrix.POST)


@pytest.mark.parametrize("name", NAMES)
def test_reading(name: str, browsers: dict[str, Client], commune_staff: User, officer: User, world: Any):
    things = matrix.Things(world, commune_staff, officer)
    expected = dict(zip(PEOPLE, map(int, matrix.GET[name].split()), strict=True))
    assert statuses(browsers, name, things.kwargs(name), "get") == expected


@pytest.mark.parametrize("name", NAMES)
def test_sending_an_empty_form(
    name: str, browsers: dict[str, Client], commune_staff: User, officer: User, world: Any
):
    things = matrix.Things(world, commune_staff, officer)
    expected = dict(zip(PEOPLE, map(int, matrix.POST[name].split()), strict=True))
    assert statuses(browsers, name, things.kwargs(name), "post") == expected
    outside = AuditEntry.objects.filter(actor__username__in=["xa.chivien", "huyen.quanghoa", "xa.cu"])
    assert list(outside.exclude(act__startswith="account.").values_list("act", flat=True)) == []
