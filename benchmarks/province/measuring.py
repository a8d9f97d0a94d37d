"""Times of the province's pages and reports, with the number of SQL statements behind each."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from areas import finding
from areas.maps import MapOf
from areas.models import Area
from benchmarks import Figure
from ocop_portal.lib import periods
from ocop_portal.lib.periods import Period
from plans.models import Plan
from reports import excel, freezing
from reports.addresses import is_parted, place_query
from reports.catalogue import KINDS, compile_report
from reports.tables import TOTALS

TURNS = int(os.environ.get("BENCH_TURNS", "3"))
ALL = os.environ.get("BENCH_SHOW") == "all"
PAGE_MS, COMPILE_S = 300.0, 5.0
OFFICER = "tinh.caobang"
_TODAYS_COMMUNE = "01501"
_REST = ("plans:list", "ratings:radar", "ratings:radar_calendar", "ratings:would_keep")


@dataclass(frozen=True)
class Asked:
    """A unit, a period and a map."""

    code: str
    period: str
    on_map: str = MapOf.THEN

    def __str__(self) -> str:
        return f"{self.code} {self.period} {self.on_map}"

    @property
    def query(self) -> str:
        """As addresses carry it."""
        return urlencode({"area": self.code, "period": self.period, "ban-do": str(self.on_map)})

    @property
    def when(self) -> Period:
        """The period itself."""
        return periods.parse(self.period)

    @property
    def area(self) -> Area:
        """The unit of the code in the period."""
        found = finding.find(self.code, self.when)
        if found is None:
            raise LookupError(f"there is no unit {self.code} in {self.period}")
        return found


ASKED = (
    Asked("04", "2024"),
    Asked("04", "2024", MapOf.NOW),
    Asked("04", "2025-Q2"),
    Asked("04", "2025-Q2", MapOf.NOW),
    Asked("04", "2026"),
    Asked("047", "2024"),
    Asked("047", "2024", MapOf.NOW),
    Asked(_TODAYS_COMMUNE, "2026"),
)


@dataclass(frozen=True)
class Timed:
    """One page or report of one unit: the first time and the best of those after it (ms), its statements.

    ``processor`` is the least time (ms) that this process itself worked, the database aside: on a machine
    that others share it says more than the clock.
    """

    name: str
    asked: str
    first: float
    best: float
    processor: float
    statements: int
    limit: float
    said: str = ""

    @property
    def figure(self) -> Figure:
        """The line of the table."""
        words = f"{self.best:.0f} ms (processor {self.processor:.0f}), first {self.first:.0f} ms"
        words += f", {self.statements} statements{self.said}"
        return Figure(f"{self.name[:64]} {self.asked}", words, self.limit / self.best, 1.0)


def figures() -> Iterable[Figure]:
    """Pages first, then reports; each with its slowest unit and every one that is too slow."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself within minutes
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # of addresses that are no page
    pages = sorted(_pages(), key=lambda page: page.name)
    compiled = [timed for code in KINDS for asked in ASKED for timed in _compiled(code, asked)]
    for title, measured in (("pages", pages), ("reports", compiled)):
        slow = sum(one.best > one.limit for one in measured)
        limit = measured[0].limit
        yield Figure(f"{title} of the province", f"{len(measured)} measured, {slow} over {limit:.0f} ms")
        for _name, found in groupby(measured, key=lambda one: one.name):
            listed = list(found)
            worst = max(listed, key=lambda one: one.best)
            yield from (one.figure for one in listed if ALL or one is worst or one.best > one.limit)


def _pages() -> Iterator[Timed]:
    client = Client()
    user = User.objects.get(username=OFFICER)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for asked in ASKED:
        for path in addresses(asked):
            if timed := _page(client, path, asked):
                yield timed


def addresses(asked: Asked) -> list[str]:
    """Pages of the reports app that name no record (a report's code does not), the radar, the plans."""
    found = [path for pattern in _patterns() for path in _reversed(f"reports:{pattern.name}", KINDS)]
    found += [path for code in KINDS for path in _of_a_report(code, asked)]
    found += [reverse(name) for name in _REST]
    plans = Plan.objects.filter(area=asked.area, first_year=asked.when.year)
    found += [reverse(f"plans:{pattern.name}", args=[plan.pk]) for plan in plans for pattern in _of_a_plan()]
    return list(dict.fromkeys(found))


def _of_a_report(code: str, asked: Asked) -> Iterator[str]:
    """Each table that has a page of its own behind the first, and the rows of a figure (of a total)."""
    first, *rest = (tab for tab, _name in KINDS[code].tabs)
    if is_parted(asked.area):
        yield from (f"{reverse('reports:report', args=[code])}?bang={tab}" for tab in rest)
    try:
        places = compile_report(code, asked.area, asked.when, asked.on_map, only=(first,)).places
    except ValueError:
        return  # this report is not drawn on that map
    totals = [place for place in places if place[1] == TOTALS]
    if places:
        yield f"{reverse('reports:figure', args=[code])}?{place_query(max(totals or places))}"


def _flat(patterns: Iterable[Any]) -> Iterator[URLPattern]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _flat(each.url_patterns)
        else:
            yield each


def _patterns() -> Iterator[URLPattern]:
    apps = (each for each in get_resolver().url_patterns if isinstance(each, URLResolver))
    return _flat(each for each in apps if each.namespace == "reports")


def _of_a_plan() -> Iterator[URLPattern]:
    """Pages of a plan as a whole, not those of its rows."""
    plans = next(
        each
        for each in get_resolver().url_patterns
        if isinstance(each, URLResolver) and each.namespace == "plans"
    )
    for each in _flat(plans.url_patterns):
        try:
            reverse(f"plans:{each.name}", args=[1])
        except NoReverseMatch:
            continue
        yield each


def _reversed(name: str, codes: Iterable[str]) -> Iterator[str]:
    """The address without arguments, or with each report's code."""
    for arguments in [(), *((code,) for code in codes)]:
        try:
            yield reverse(name, args=arguments)
        except NoReverseMatch:
            continue


def _page(client: Client, path: str, asked: Asked) -> Timed | None:
    """The page's times; None for what is no page of a unit and a period alone, or is refused."""
    address = f"{path}{'&' if '?' in path else '?'}{asked.query}"
    times, worked = [], []
    for turn in range(TURNS + 1):
        begun, began_work = perf_counter(), process_time()
        answer = client.get(address)
        times.append((perf_counter() - begun) * 1000)
        worked.append((process_time() - began_work) * 1000)
        if turn == 0 and answer.status_code in {301, 302, 400, 403, 404, 405}:
            return None
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
    counted = _statements(lambda: client.get(address))
    # The JSON has all tables with every row: that is the report compiled, and no page of it.
    limit = COMPILE_S * 1000 if path.startswith("/api/bao-cao/") else PAGE_MS
    return Timed(path, str(asked), times[0], min(times[1:]), min(worked), counted, limit)


def _compiled(code: str, asked: Asked) -> Iterator[Timed]:
    """Compiling; the same with sources, freezing and the Excel file, as a worker does."""
    area, period = asked.area, asked.when
    try:
        compile_report(code, area, period, on_map=asked.on_map)
    except ValueError:
        return  # this report is not drawn on that map

    def whole() -> str:
        report = compile_report(code, area, period, on_map=asked.on_map, tells=True)
        snapshot = freezing.freeze(report, timezone.now())
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bao-cao.xlsx"
            excel.write(snapshot, area, path)
            rows = sum(len(table.rows) for table in report.tables)
            return f"; {rows} rows, {len(report.records)} records, {path.stat().st_size / 1000:.0f} kB"

    def alone() -> str:
        compile_report(code, area, period, on_map=asked.on_map)
        return ""

    yield _timed(f"{code}, compiled", asked, alone)
    yield _timed(f"{code}, frozen and written", asked, whole)


def _timed(name: str, asked: Asked, act: Callable[[], str]) -> Timed:
    times, worked, said = [], [], ""
    for _turn in range(2):
        begun, began_work = perf_counter(), process_time()
        said = act()
        times.append((perf_counter() - begun) * 1000)
        worked.append((process_time() - began_work) * 1000)
    counted = _statements(act)
    return Timed(name, str(asked), times[0], times[1], min(worked), counted, COMPILE_S * 1000, said)


def _statements(act: Callable[[], object]) -> int:
    """How many SQL statements the act sends."""
    sent = count()

    def counting(execute: Callable[..., Any], *arguments: Any) -> Any:
        next(sent)
        return execute(*arguments)

    with connection.execute_wrapper(counting):
        act()
    return next(sent)
