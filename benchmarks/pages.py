"""Any page of the portal on one core, after warm-up, with the demonstration's data.

A database of its own is made beside the one given, filled by the demonstration and dropped again. A visitor,
a commune's officer, the province's officer, its leader, a council member and the administrator each follow
every link within the portal once, one address per kind of page; then each page is asked for ``TURNS`` times,
in one process on one core. The slowest are shown with median and 95th percentile; a median over
``ALLOWED_MS`` is too slow.
``BENCH_TURNS`` sets the turns (10).
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html import unescape
from io import StringIO
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from benchmarks import Figure
from benchmarks._portal import portal

if TYPE_CHECKING:
    from django.test import Client

TURNS = int(os.environ.get("BENCH_TURNS", "10"))
ALLOWED_MS = 150.0
SHOWN = 25
VISITOR = "visitor"
PEOPLE = (VISITOR, "xa.trungkhanh.2026", "tinh.caobang", "lanhdao.caobang", "hoidong.1", "quantri")
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')


class Measured(NamedTuple):
    """Milliseconds of one kind of page for one person."""

    middle: float
    high: float
    person: str
    path: str


def figures() -> Iterable[Figure]:
    """Measure every kind of page for every person; show the slowest."""
    with _demonstration():
        measured = sorted((page for person in PEOPLE for page in _measure(person)), reverse=True)
    slow = sum(page.middle > ALLOWED_MS for page in measured)
    words = f"{len(measured)} kinds of page × person, {TURNS} turns each; {slow} over {ALLOWED_MS:.0f} ms"
    yield Figure("pages on one core", words)
    for page in measured[:SHOWN]:
        words = f"median {page.middle:.0f} ms, 95 % {page.high:.0f} ms"
        yield Figure(f"{page.path[:38]} {page.person}", words, ALLOWED_MS / page.middle, 1.0)


@contextmanager
def _demonstration() -> Iterator[None]:
    """The portal with the demonstration's years."""
    with portal("2026-11-23"):
        from django.core.management import call_command

        call_command("load_reference", stdout=StringIO())
        call_command("demo", stage="2026", seed=1, stdout=StringIO())
        yield


def _measure(person: str) -> Iterator[Measured]:
    """Time each kind of page that the person can reach."""
    from django.test import Client

    from accounts.models import User

    client = Client(raise_request_exception=False)
    if person != VISITOR:
        user = User.objects.get(username=person)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for path in _reachable(client):
        assert client.get(path).status_code < 500, f"{path} fails for {person}"  # noqa: S101
        times = []
        for _ in range(TURNS):
            begun = perf_counter()
            client.get(path)
            times.append((perf_counter() - begun) * 1000)
        yield Measured(median(times), quantiles(times, n=20)[-1], person, path)


def _reachable(client: "Client") -> list[str]:
    """One address per kind of page (its name in the addresses), found by following links from the start.

    Asking for each once also warms up templates and connection.
    """
    waiting, seen, pages = ["/", "/viec-cua-toi/"], set(), []
    while waiting:
        path = waiting.pop(0)
        kind = _kind(path)
        if not kind or kind in seen:
            continue
        seen.add(kind)
        answer = client.get(path)
        if answer.status_code >= 500:
            pages.append(path)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        pages.append(path)
        waiting += [_absolute(path, unescape(link)) for link in _LINK.findall(answer.content.decode())]
    return pages


def _kind(path: str) -> str:
    """The name of the address, with whether it asks for something; empty for what is no page of ours."""
    from django.urls import Resolver404, resolve

    parts = urlsplit(path)
    if parts.netloc or parts.scheme or "xuat=" in parts.query:
        return ""
    try:
        return f"{resolve(parts.path).view_name}{'?' if parts.query else ''}"
    except Resolver404:
        return ""


def _absolute(page: str, link: str) -> str:
    return urlsplit(page).path + link if link.startswith("?") else link
