"""Reports outlive what happens to servers: a worker killed in mid-report, a broker lost and back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2
import pytest

from ocop_portal.runner.crew import Member, beat, web, worker
from ocop_portal.runner.places import CHECKOUT
from ocop_portal.runner.ports import HOST, free_port
from ocop_portal.runner.postgres import Postgres
from ocop_portal.runner.processes import wait_until
from ocop_portal.runner.redis import Redis

pytestmark = pytest.mark.system

LEASE, SWEEP = 3, 1
MAKE_A_YEAR = """
import django
django.setup()
from conftest import World
from accounts.models import Role
from tests import factories, reporting
from django.contrib.sessions.backends.db import SessionStore
world = World()
officer = factories.make_user("huyen.trungkhanh", Role.OFFICER, world.district)
leader = factories.make_user("lanhdao.trungkhanh", Role.LEADER, world.district)
reporting.make_year(world, officer)
session = SessionStore()
session["_auth_user_id"] = str(leader.pk)
session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
session["_auth_user_hash"] = leader.get_session_auth_hash()
session.create()
print(session.session_key)
"""


class Portal:
    """A portal on servers of its own, with short leases, and the leader's browser."""

    def __init__(self, folder: Path, database: Postgres, broker: Redis) -> None:
        self.folder, self.database, self.broker = folder, database, broker
        self.port = free_port()
        self.env = {
            **os.environ,
            "DATABASE_URL": database.url,
            "REDIS_URL": broker.url,
            "OCOP_VAR_DIR": str(folder / "var"),
            "OCOP_DEBUG": "1",
            "OCOP_DEMO": "1",
            "OCOP_TODAY": "2023-12-29",
            "OCOP_REPORT_LEASE_SECONDS": str(LEASE),
            "OCOP_REPORT_SWEEP_SECONDS": str(SWEEP),
            "DJANGO_SETTINGS_MODULE": "ocop_portal.settings",
            "PYTHONPATH": str(CHECKOUT),
        }
        self.python("manage.py", "translations", "compile")
        self.python("manage.py", "migrate", "--verbosity", "0")
        self.session = self.python("-c", MAKE_A_YEAR).split()[-1]

    def python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def query(self, sql: str, *values: Any) -> tuple[Any, ...]:
        connection = psycopg2.connect(self.database.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, values)
                row = cursor.fetchone()
        finally:
            connection.close()
        assert row is not None
        return row

    def run(self, pk: int) -> tuple[Any, ...]:
        return self.query("SELECT state, attempt, step_name FROM reports_run WHERE id = %s", pk)

    def state(self, pk: int) -> str:
        return str(self.run(pk)[0])

    def get(self, path: str) -> tuple[HTTPResponse, str]:
        return self._ask("GET", path)

    def ask_for_report(self, period: str) -> int:
        """Press the button on the report's page; the number of the run."""
        page = self.get(f"/bao-cao/tien-do/?area=047&period={period}")[1]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, page
        fields = {"csrfmiddlewaretoken": token[1], "area": "047", "period": period}
        answer, _ = self._ask("POST", "/bao-cao/tien-do/lap/", urlencode(fields), token[1])
        assert answer.status == 302
        return int((answer.headers["Location"]).split("/")[-2])

    def _ask(self, method: str, path: str, body: str = "", token: str = "") -> tuple[HTTPResponse, str]:
        cookies = f"sessionid={self.session}" + (f"; csrftoken={self.csrf}" if token else "")
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        connection = HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            if found := re.match(r"csrftoken=(\w+)", cookie):
                self.csrf = found[1]
        return answer, text

    def files(self) -> list[Path]:
        return [path for path in (self.folder / "var/reports").rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    folder = Path(tempfile.mkdtemp(prefix="ocop-"))
    folder.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OCOP_VAR_DIR", str(folder / "var"))  # the members' logs go there too
        with Postgres(folder / "postgres") as database, Redis(folder / "redis") as broker:
            portal = Portal(folder, database, broker)
            server = web(portal.env, portal.port)
            try:
                assert wait_until(lambda: _answers(portal), 30), server.child.said()
                yield portal
            finally:
                server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def start(portal) -> Iterator[Callable[[str], Member]]:
    """Start a worker or the beat; all are stopped when the test ends."""
    members: list[Member] = []

    def begin(kind: str) -> Member:
        schedule = portal.folder / f"beat-{len(members)}.db"
        member = worker(portal.env, 1) if kind == "worker" else beat(portal.env, schedule)
        members.append(member)
        return member

    yield begin
    for member in members:
        member.kill()


def _answers(portal: Portal) -> bool:
    try:
        return portal.get("/healthz")[0].status == 200
    except OSError:
        return False


def test_a_report_whose_worker_is_killed_is_finished_by_another_once(portal, start):
    first = start("worker")
    start("beat")
    blocker = psycopg2.connect(portal.database.url)
    try:
        with blocker.cursor() as cursor:  # the sixth table can't be read for now
            cursor.execute("LOCK TABLE plans_budgetline IN ACCESS EXCLUSIVE MODE")
        # The page of the report would wait at the lock as well, so the command asks.
        pk = _request(portal, "2023")
        assert wait_until(lambda: portal.run(pk)[2] == "Đang lập bảng 6/7: Kinh phí", 30), portal.run(pk)
        first.kill()
    finally:
        blocker.close()
    assert portal.files() == []
    begun = time.monotonic()
    start("worker")
    assert wait_until(lambda: portal.state(pk) == "done", 60), portal.run(pk)
    assert time.monotonic() - begun < 40
    assert portal.run(pk)[:2] == ("done", 2)
    assert [path.name for path in portal.files()] == ["Bao-cao-tien-do_huyen-trung-khanh_2023.xlsx"]
    assert portal.query("SELECT count(*) FROM reports_snapshot") == (1,)
    time.sleep(LEASE + SWEEP)  # what was delivered twice finds nothing left to do
    assert portal.run(pk)[:2] == ("done", 2)
    assert portal.query("SELECT count(*) FROM reports_snapshot") == (1,)


def _request(portal: Portal, period: str) -> int:
    code = f"""
import django
django.setup()
from accounts.models import User
from areas.finding import find
from ocop_portal.lib import periods
from reports import requesting
period = periods.parse({period!r})
leader = User.objects.get(username="lanhdao.trungkhanh")
print(requesting.request("tien-do", find("047", period), period, by=leader).pk)
"""
    return int(portal.python("-c", code))


def test_a_report_asked_for_without_a_broker_starts_when_it_is_back(portal, start):
    start("worker")
    start("beat")
    portal.get("/bao-cao/tien-do/?area=047&period=2023-H1")  # the server's first page takes its time
    portal.broker.kill()
    begun = time.monotonic()
    pk = portal.ask_for_report("2023-H1")
    assert time.monotonic() - begun < 3, "the page waits for a broker that is gone"
    assert portal.state(pk) == "queued"
    for path in ("/", "/bao-cao/", "/bao-cao/cua-toi/", f"/bao-cao/luot/{pk}/", "/viec-cua-toi/"):
        assert portal.get(path)[0].status == 200, path
    portal.broker.restart()
    assert wait_until(lambda: portal.state(pk) == "done", 90), portal.run(pk)
    answer, _ = portal.get(f"/bao-cao/luot/{pk}/tai-ve/")
    assert (answer.status, answer.headers["Content-Type"].split(".")[-1]) == (200, "sheet")


def test_a_message_lost_with_the_broker_is_sent_again(portal, start):
    """The request was taken by a broker that died before any worker fetched it."""
    pk = portal.ask_for_report("2023-Q1")
    portal.broker.kill()
    portal.broker.restart()
    start("worker")
    start("beat")
    assert wait_until(lambda: portal.state(pk) == "done", 60), portal.run(pk)
    assert portal.run(pk)[1] == 1
