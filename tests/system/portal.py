"""A whole portal on servers of its own: tests kill its parts, and look at it through pages and rows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
import pytest

from ocop_portal.runner import crew
from ocop_portal.runner.places import CHECKOUT
from ocop_portal.runner.ports import HOST, free_port
from ocop_portal.runner.postgres import Postgres
from ocop_portal.runner.processes import wait_until
from ocop_portal.runner.redis import Redis

LEASE_SECONDS = 3
PATIENCE = 40

# Django reads its settings before pytest comes in, so static files are collected as for a portal at work.
BUILD = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
from accounts.models import Role
from conftest import World
from tests import factories, reporting
world = World()
officer = factories.make_user("huyen.trungkhanh", Role.OFFICER, world.district)
factories.make_user("lanhdao.trungkhanh", Role.LEADER, world.district)
factories.make_user("xa.damthuy", Role.COMMUNE, world.dam_thuy, email="damthuy@example.vn")
reporting.make_year(world, officer)
for _each in range(2):
    factories.make_dossier(factories.make_product(world.dam_thuy), state="submitted")
"""


@dataclass(frozen=True)
class Answer:
    """What came back for one request."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Browser:
    """One person's cookies; every request has a connection of its own, as after a pause."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        token = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        return self._ask("POST", path, urlencode(fields | token))

    def sign_in(self, username: str, password: str) -> Answer:
        self.get("/dang-nhap/")
        return self.post("/dang-nhap/", username=username, password=password)

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie", []):
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(response.status, dict(response.headers), response.read())
        finally:
            connection.close()


class Lock:
    """A lock on a table, held from another connection until it is released."""

    def __init__(self, url: str, table: str, mode: str) -> None:
        self.connection = psycopg2.connect(url)
        with self.connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")

    def release(self) -> None:
        self.connection.close()


class Portal:
    """PostgreSQL, Redis, web server, worker and beat, with a small world of 2023 in the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = Postgres(folder / "postgres")
        self.broker = Redis(folder / "redis")
        self.port = free_port()
        self.reports = folder / "var/reports/runs"
        self.letters = folder / "letters"
        self._stack = ExitStack()

    def __enter__(self) -> Portal:
        with ExitStack() as stack:
            stack.enter_context(self.database)
            stack.enter_context(self.broker)
            subprocess.run([sys.executable, "-c", BUILD], cwd=CHECKOUT, env=self.environment(), check=True)
            hands = stack.enter_context(crew.Crew())
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("OCOP_VAR_DIR", str(self.folder / "var"))  # where the crew writes its logs
                self.web = crew.web(self.environment(), self.port)
                self.worker = crew.worker(self.environment())
                self.beat = crew.beat(self.environment(), self.folder / "beat.db")
            for member in (self.web, self.worker, self.beat):
                hands.add(member)
            assert wait_until(lambda: self.web.child.said().count("Booting worker") == 2, PATIENCE)
            self.wait_until_whole()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *reason: object) -> None:
        self._stack.close()

    def environment(self) -> dict[str, str]:
        ours = {
            "DJANGO_SETTINGS_MODULE": "ocop_portal.settings",
            "DATABASE_URL": self.database.url,
            "REDIS_URL": self.broker.url,
            "OCOP_VAR_DIR": str(self.folder / "var"),
            "OCOP_SECRET_KEY": "of the tests that kill servers " * 2,
            "OCOP_TODAY": "2023-12-29",
            "OCOP_DEBUG": "0",
            "OCOP_REPORT_LEASE_SECONDS": str(LEASE_SECONDS),
            "OCOP_REPORT_SWEEP_SECONDS": "0.5",
            "OCOP_EMAIL_URL": f"file://{self.folder / 'letters'}",
            "OCOP_MAIL_SWEEP_SECONDS": "1",
        }
        return {**os.environ, **ours}

    def browser(self) -> Browser:
        return Browser(self.port)

    def wait_until_whole(self) -> None:
        """Wait until the portal says that it can do its work; it never says anything but yes or no."""
        answers = []

        def whole() -> bool:
            answers.append(self.browser().get("/readyz").status)
            return answers[-1] == 200

        assert wait_until(whole, PATIENCE, pause=0.1), self.worker.child.said()
        assert set(answers) <= {200, 503}

    def rows(self, query: str, *values: object) -> list[tuple]:
        connection = psycopg2.connect(self.database.url)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def run(self, pk: int, *columns: str) -> tuple:
        """Columns of a run's row."""
        return self.rows(f"SELECT {', '.join(columns)} FROM reports_run WHERE id = %s", pk)[0]

    def wait_for_state(self, pk: int, state: str, patience: float = PATIENCE) -> None:
        assert wait_until(lambda: self.run(pk, "state") == (state,), patience, pause=0.05), (
            self.run(pk, "state", "attempt", "step_name", "error"),
            self.worker.child.said(),
        )

    @contextmanager
    def locked(self, table: str, mode: str = "ACCESS EXCLUSIVE") -> Iterator[Lock]:
        """A lock on a table, released at the end at the latest."""
        lock = Lock(self.database.url, table, mode)
        try:
            yield lock
        finally:
            lock.release()

    def waiting_for(self, table: str) -> int:
        """How many connections wait for a lock on the table."""
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
        return self.rows(query, table)[0][0]

    def wait_until_stuck(self, table: str) -> None:
        assert wait_until(lambda: self.waiting_for(table) > 0, PATIENCE, pause=0.02)

    @contextmanager
    def without_beat(self) -> Iterator[None]:
        """Nothing is swept meanwhile."""
        os.kill(self.beat.child.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.beat.child.pid, signal.SIGCONT)

    def letters_with(self, words: str) -> int:
        """How many letters that carry these words have left the portal."""
        return sum(words in path.read_text() for path in self.letters.glob("*"))

    def files_of(self, pk: int) -> list[Path]:
        """Everything that attempts at a run have left on the disk."""
        return [path for path in (self.reports / str(pk)).rglob("*") if path.is_file()]
