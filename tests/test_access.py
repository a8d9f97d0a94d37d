"""Every address × person, by GET and by POST. An address that is missing here fails the test.

What a person may not see is 404, what he may see but not do is 403 (or 400 for an empty form that he may
send), a visitor is sent to sign in (302). A POST without a body changes nothing wherever it is let in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import AuditEntry, Role, User
from ocop_portal import health
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
    """The names of all our addresses; the administration site has one gate, tested by its first page."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        elif pattern.namespace == "admin":
            yield "admin:index"
        else:
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else prefix)


NAMES = sorted(set(addresses(get_resolver())))


def paths(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """The written paths of all our addresses."""
    for pattern in resolver.url_patterns:
        here = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield here
        elif pattern.namespace != "admin":
            yield from paths(pattern, here)


def test_no_address_hides_another():
    written = sorted(paths(get_resolver()))
    assert [path for path in set(written) if written.count(path) > 1] == []


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


@pytest.fixture
def ask(
    browsers: dict[str, Client],
    commune_staff: User,
    officer: User,
    world: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str, str], str]:
    """Asks an address on behalf of each person, each time of the same untouched records."""
    monkeypatch.setattr(health, "CHECKS", {})  # what is down is told elsewhere; here only who may ask
    things = matrix.Things(world, commune_staff, officer)

    def answers(name: str, method: str) -> str:
        url = reverse(name, kwargs=things.kwargs(name))
        return " ".join(str(answer(client, url, method)) for client in browsers.values())

    return answers


def answer(client: Client, url: str, method: str) -> int:
    """The status; whatever the request changed is rolled back, signing out too."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        response = getattr(client, method)(url)
        outside = AuditEntry.objects.filter(actor__username__in=["xa.chivien", "huyen.quanghoa", "xa.cu"])
        assert list(outside.exclude(act="report.requested").values_list("act", flat=True)) == [], url
        transaction.set_rollback(True)
    client.cookies = cookies
    getattr(response, "getvalue", bytes)()  # a file is closed once it has been read
    return int(response.status_code)


def different(answers: dict[str, str], expected: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {name: (got, expected[name]) for name, got in answers.items() if got != expected[name]}


def test_no_address_is_missing_from_the_matrix():
    assert set(NAMES) == set(matrix.GET) == set(matrix.POST)


def test_who_reads_what(ask: Callable[[str, str], str]):
    assert different({name: ask(name, "get") for name in NAMES}, matrix.GET) == {}


def test_who_sends_what(ask: Callable[[str, str], str]):
    """Forms are sent empty: where a form may be sent it comes back, where no words are needed it acts."""
    assert different({name: ask(name, "post") for name in NAMES}, matrix.POST) == {}
